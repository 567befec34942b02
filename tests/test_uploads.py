"""Files from anywhere, sent to the real binary: pictures and workbooks made to cost, and lists that hide something."""

import concurrent.futures
import io
import json
import pathlib
import struct
import time
import unittest
import zipfile
import zlib

from client import Client, Program

XLSX = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
CSV = {"Content-Type": "text/csv"}
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
PARTS = {
    "_rels/.rels": f'<Relationships {LINKS}><Relationship Id="r" Type="{KIND}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{KIND}"><sheets><sheet name="DS" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships {LINKS}><Relationship Id="r1" Type="{KIND}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet {MAIN}><fonts count="2"><font/><font><strike/></font></fonts><cellXfs count="2"><xf/><xf fontId="1"/></cellXfs></styleSheet>',
}
# Lists and pictures are opened in processes of their own: what the service holds are the files and their rows.
MOST_MEMORY = 64 << 20


def workbook(sheet, **parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**PARTS, "xl/worksheets/sheet1.xml": sheet, **parts}.items():
            archive.writestr(name, content)
    return file.getvalue()


def sheet(rows):
    """A sheet of `(attributes, style, texts)`."""
    lines = []
    for number, (attributes, style, texts) in enumerate(rows, 1):
        cells = "".join(
            f'<c r="{chr(65 + at)}{number}" s="{style}" t="inlineStr"><is><t>{text}</t></is></c>'
            for at, text in enumerate(texts)
        )
        lines.append(f'<row r="{number}" {attributes}>{cells}</row>')
    return f"<worksheet {MAIN}><sheetData>{''.join(lines)}</sheetData></worksheet>"


def heavy(rows):
    """A list of telephones; the other ninety-eight cells of each row are one text of 4,000 letters."""
    head = '<row><c t="inlineStr"><is><t>SĐT</t></is></c><c t="inlineStr"><is><t>Ghi chú</t></is></c></row>'
    phone = '<c t="inlineStr"><is><t>0950111001</t></is></c><c/>'
    body = head + ("<row>" + phone + '<c t="s"><v>0</v></c>' * 98 + "</row>") * rows
    strings = f"<sst {MAIN}><si><t>{'a' * 4000}</t></si></sst>"
    return workbook(
        f"<worksheet {MAIN}><sheetData>{body}</sheetData></worksheet>",
        **{"xl/sharedStrings.xml": strings},
    )


def picture(rows):
    """A PNG in shades of grey."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def finders(across, module):
    """A picture full of the corner patterns of QR codes."""
    pattern = ["#######.", "#.....#.", "#.###.#.", "#.###.#.", "#.###.#.", "#.....#.", "#######.", "........"]
    lines = [b"".join((b"\0" if c == "#" else b"\xff") * module for c in line) * across for line in pattern]
    return picture([line for line in lines for _ in range(module)] * across)


class Uploads(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        cls.demo = json.loads(cls.program.first_line)
        cls.client = Client(cls.demo["url"])
        cls.officer = cls.client.sign_in(cls.demo["users"][0])

    @classmethod
    def tearDownClass(cls):
        assert cls.program.stop() == 0

    def dry(self, data, kind=XLSX, lang="vi"):
        headers = {**self.officer, **kind, "Accept-Language": lang}
        return self.client.send("POST", "/v1/imports?dry_run=true", headers=headers, raw=data)

    def memory(self):
        status = pathlib.Path(f"/proc/{self.program.process.pid}/status").read_text()
        return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmHWM"))

    def alive(self):
        self.assertIsNone(self.program.process.poll())
        self.assertEqual(self.client.verdict("0950 001 001"), "listed")

    def test_a_count_of_three_thousand_million_ends_nothing(self):
        good = sheet([("", 0, ["SĐT", "Ghi chú"]), ("", 0, ["0950111001", "x"])])
        many = "3000000000"
        for part, content in [
            ("xl/sharedStrings.xml", f'<sst {MAIN} count="1" uniqueCount="{many}"><si><t>a</t></si></sst>'),
            ("xl/styles.xml", f'<styleSheet {MAIN}><cellXfs count="{many}"><xf/></cellXfs></styleSheet>'),
        ]:
            answer = self.dry(workbook(good, **{part: content}))
            self.assertEqual(answer.status, 422, answer.body)
            self.assertEqual(answer.json["reason"], "damaged")
            self.alive()
        self.assertEqual(self.dry(workbook(good)).json["summary"]["accepted"], 1)

    def test_twelve_heavy_lists_at_once_take_no_memory_of_the_service(self):
        lists = [heavy(40), heavy(4_000)]
        before = self.memory()
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(self.dry, lists * 6))
        took = self.memory() - before
        print("memory of twelve lists:", took >> 20, "MiB of", [len(data) >> 10 for data in lists], "KiB")
        for answer in answers:
            self.assertIn(answer.status, (200, 413, 422, 503), answer.body[:200])
            if answer.status == 503:
                self.assertEqual(answer.code, "busy")
                self.assertIn("retry-after", answer.headers)
        self.assertLess(took, MOST_MEMORY)
        self.alive()

    def test_a_file_that_unpacks_to_much_takes_no_memory_of_the_service(self):
        before = self.memory()
        long = f"<worksheet {MAIN}><sheetData>{' ' * (40 << 20)}</sheetData></worksheet>"
        self.assertIn(self.dry(workbook(long)).status, (413, 422))
        self.assertEqual(self.dry(workbook(long * 2)).status, 413)
        white = picture([b"\xff" * 5000] * 5000)
        answer = self.client.send("POST", "/v1/check/image", headers={"Content-Type": "image/png"}, raw=white)
        self.assertIn("bad-qr", answer.body)
        self.assertLess(self.memory() - before, MOST_MEMORY)
        self.alive()

    def test_rows_that_are_hidden_are_told_of_and_not_read(self):
        rows = [("", 0, ["SĐT", "Ghi chú"])]
        rows += [("", 0, ["0950111001", "x"])]
        rows += [('hidden="1"', 0, [f"095011100{at}", "x"]) for at in (2, 3, 4)]
        rows += [("", 1, ["0950111005", "x"])]
        answer = self.dry(workbook(sheet(rows)))
        self.assertEqual(answer.status, 200, answer.body)
        outcomes = {row["line"]: row["outcome"] for row in answer.json["rows"]}
        self.assertEqual(outcomes, {2: "accepted", 3: "skipped", 4: "skipped", 5: "skipped", 6: "doubtful"})
        self.assertTrue(answer.json["notes"][0].startswith("3 dòng bị ẩn không được đọc"), answer.json["notes"])
        english = self.dry(workbook(sheet(rows)), lang="en").json["notes"]
        self.assertTrue(english[0].startswith("3 hidden rows were not read"), english)
        hidden = PARTS["xl/workbook.xml"].replace("<sheet ", '<sheet state="veryHidden" ')
        answer = self.dry(workbook(sheet(rows), **{"xl/workbook.xml": hidden}))
        self.assertEqual((answer.status, answer.json.get("reason")), (422, "hidden"))

    def test_another_persons_number_is_never_accepted(self):
        data = "STT,Họ và tên,Số điện thoại của bạn,SĐT đối tượng lừa đảo,Thủ đoạn\n1,NGUYEN VAN MAU,0950777888,0950111222,giả danh công an\n"
        row = self.dry(data.encode(), CSV).json["rows"][0]
        self.assertEqual((row["outcome"], row["keys"]), ("accepted", ["phone:+84950111222"]))
        data = "SĐT,Điện thoại\n0950777888,0950111222\n"
        answer = self.dry(data.encode(), CSV)
        self.assertEqual(answer.json["rows"][0]["reason"]["code"], "whose-number")
        self.assertEqual(answer.json["summary"]["accepted"], 0)

    def test_a_picture_of_two_thousand_patterns_occupies_nobody(self):
        files = [finders(45, 1), finders(45, 3), finders(30, 8), picture([b"\xff" * 5000] * 5000)]
        headers = {"Content-Type": "image/png"}
        for data in files:
            begun = time.monotonic()
            answer = self.client.send("POST", "/v1/check/image", headers=headers, raw=data)
            took = time.monotonic() - begun
            print("picture of", len(data), "bytes:", round(took, 2), "s")
            self.assertEqual(answer.status, 200, answer.body)
            self.assertIn("bad-qr", answer.body)
            # One and a half in a release build on a quiet machine.
            self.assertLess(took, 10)
        self.alive()


if __name__ == "__main__":
    unittest.main()
