"""What the dearest texts cost to read: milliseconds of one check and of a kilobyte, worst first."""

import itertools
import time

# Characters of the texts of one field.
LONGEST = 512
# Characters of the longest message that is read, and of a part of it: a linear reader takes as many times longer for the one.
MESSAGE, PART = 4_000, 1_000
# Long texts take long enough by themselves.
FEW = 3
# The same text so many times in one request, so that its reading is what takes the time.
TIMES = 20

CODES = "1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 54 55 56 57 60 61 62 63 64 65 66 81 82 86 90 91 92 93 94 95 98".split()


SMS = (
    "[Vietcombank] Tai khoan cua Quy khach dang bi khoa tam thoi do dang nhap bat thuong luc 09:41 03/11/2026. De mo khoa vui long "
    "chuyen 2.500.000d phi xac minh vao STK 0000000070001 Vietcombank, CTK NGUYEN VAN MAU, noi dung MO KHOA 88231, sau do goi tong dai "
    "0950 001 001 gap chuyen vien. Khong cung cap ma OTP 482913."
)


def repeated(piece, length=LONGEST):
    return (piece * (length // len(piece) + 1))[:length]


def abroad(start):
    """Numbers of one country after the other."""
    numbers = (f"{start}{code}{'2345678901'[:9]} " for code in itertools.cycle(CODES))
    return "".join(itertools.islice(numbers, 60))[:LONGEST]


def texts():
    pieces = [
        "\ufdfa", "\u3316", "a\u0301", "\u0301", "1\u0301", "\u200b1", "a ", "z", "1 ", "1", "12 ", "0950001001 ", "0950 ", "so1234",
        "so1", "vcb1234567", "vcb ", "VCB:1234567 ", "vcb abc ", "ngan hang ", "ngân hàng abc ", "nguyễn tiên phong ", "viet nam ",
        "sai gon ha noi ", "an binh ", "momo ", "momo1", "zalo pay 1", "vi dien tu ", "tai khoan ", "stk 1 ", "x1", "1x", "1xx", "O0", "0o0 ",
        "l1", "o", "oo ", "1.", "1-", "1,", "1/", "1:", "1;", "1/1/", "1/1/2026 ", "10:11 ", "9-3-2026 10:11 ", "1.000.000d ", "5tr ", "500k ",
        "..", "...1", "-.", "(", "(1)", "()", "[1]", "*", "*1", "#1#", "?1", "+", "+1", "+ 1 ", "+84950001001 ", "+12025550123 ", "0012025550123 ",
        "t.me/+1 ", "tel:1 ", "a.vn ", "https://a.vn/1 ", "a@b.vn ", "000201", "A000000727", "00020101", "phone:+84", "account:VN:970436:", "sender:VN:",
        "=1", "'", "\"", "1E+1 ", "1.0 ", "970436 1234567 ", "cccd 1 ", "mst 1 ", "ext 1 ", "0950001001 x1 ", "chi nhánh ", "cn ", "nay la ", "va ",
        "nn ptnt ", "a-b/c,d:e;", "bank ", "xbank ", "1a", "ab12 ", "1\n", "\n", "-", "\u0661 ", "\u24ea", "đ", "ﷺ 1 ",
    ]
    yield from ((ascii(piece)[1:-1], repeated(piece)) for piece in pieces)
    yield "numbers of many countries, with +", abroad("+")
    yield "numbers of many countries, with 00", abroad("00")
    yield "words that are all different", " ".join(f"{a}{b}{c}" for a in "bcdghklmnt" for b in "aeiou" for c in "bcmnpt")[:LONGEST]


def worst(client, headers, show=5):
    """Prints the dearest texts; `headers` are a partner's, who may ask about many at once."""

    def seconds(text, fields):
        items = {"items": [fields(text)] * TIMES}
        started = time.monotonic()
        answer = client.send("POST", "/v1/check", items, headers)
        took = time.monotonic() - started
        assert answer.status == 200, answer.body[:200]
        return took

    fields = {
        "text": lambda text: {"q": text},
        "bank": lambda text: {"kind": "account", "bank": text, "number": "0000000070001"},
        "account": lambda text: {"kind": "account", "bank": "VCB", "number": text},
        "phone": lambda text: {"kind": "phone", "number": text},
        "wallet": lambda text: {"kind": "wallet", "provider": text, "number": text},
    }
    found = []
    for name, text in texts():
        for place, shape in fields.items():
            base = min(seconds("0950001001", shape) for _ in range(2))
            took = max(0.0, min(seconds(text, shape) for _ in range(2)) - base) / TIMES
            found.append((took * 1000, took * 1000 / (len(text.encode()) / 1024), place, name))
    found.sort(reverse=True)
    for milliseconds, of_a_kilobyte, place, name in found[:show]:
        print(f"dearest to read: {milliseconds:8.3f} ms, {of_a_kilobyte:8.3f} ms/KB   {place}: {name} …")


def messages(client, headers):
    """Prints what a number, a message and the longest messages cost to read, and how much longer four times the text takes."""

    def milliseconds(text):
        items = {"items": [{"q": text}] * FEW}
        took = []
        for _ in range(2):
            started = time.monotonic()
            answer = client.send("POST", "/v1/check", items, headers)
            took.append(time.monotonic() - started)
            assert answer.status == 200, answer.body[:200]
        return min(took) * 1000 / FEW

    plain = milliseconds("0950001001")
    print(f"to read and answer: a number {plain:.3f} ms, an SMS of {len(SMS)} characters {milliseconds(SMS):.3f} ms")
    found = []
    for name, text in texts():
        part, whole = milliseconds(repeated(text, PART)), milliseconds(repeated(text, MESSAGE))
        found.append((whole, (whole - plain) / max(part - plain, 0.01), name))
    found.sort(reverse=True)
    for whole, times, name in found[:5]:
        print(f"a message of {MESSAGE} characters: {whole:8.3f} ms, {times:4.1f} times one of {PART}   {name} …")


def files(client, officer, photo):
    """Prints what a list of 19,999 rows and a photograph of 12 megapixels without a code cost."""
    rows = "".join(f"{n},0950 {n // 1000:03} {n % 1000:03},Trúng thưởng,Bỉm Sơn\n" for n in range(19_999))
    table = f"STT,Số điện thoại đối tượng,Thủ đoạn,Địa bàn\n{rows}".encode()
    for name, path, data, more in [
        ("a list of 19,999 rows", "/v1/imports?dry_run=true", table, {**officer, "Content-Type": "text/csv"}),
        ("a photograph of 12 megapixels without a code", "/v1/check/image", photo, {"Content-Type": "image/png"}),
    ]:
        started = time.monotonic()
        answer = client.send("POST", path, headers=more, raw=data)
        took = time.monotonic() - started
        assert answer.status == 200, answer.body[:200]
        print(f"{name}: {took:.2f} s ({len(data) >> 10} KiB)")
