"""Reports, as citizens send and follow them, and as they come by SMS, through the real binary."""

import base64
import json
import pathlib
import tempfile
import time
import unittest
import uuid

from client import Client, Program
from forms import form, picture

ACCOUNT = "VCB 0000000070777"
OWN = "0950007009"
CARD = "4111 1111 1111 1111"


def at(ago=0):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - ago))


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="canhgiac-test-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.data = pathlib.Path(cls.folder.name) / "data"
        cls.program = Program("demo", "--listen", "127.0.0.1:0", "--json", "--data", str(cls.data))
        cls.addClassCleanup(cls.program.stop)
        demo = json.loads(cls.program.first_line)
        cls.client = Client(demo["url"])
        cls.admin = cls.client.sign_in(demo["users"][6])
        cls.gateway = cls.token_of(["sms:gateway"])
        cls.feed = cls.token_of(["feed:read"])

    @classmethod
    def token_of(cls, scopes):
        made = cls.client.send("POST", "/v1/partners", {"name": f"Cổng {scopes}", "kind": "telecom", "scopes": scopes}, cls.admin)
        assert made.status == 201, made.body
        pair = base64.b64encode(f"{made.json['client_id']}:{made.json['client_secret']}".encode()).decode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": "Basic " + pair}
        answer = cls.client.send("POST", "/v1/oauth/token", raw=b"grant_type=client_credentials", headers=headers)
        assert answer.status == 200, answer.body
        return {"Authorization": "Bearer " + answer.json["access_token"]}

    def post(self, path, body, headers=None, raw=None):
        return self.client.send("POST", path, body, headers, raw)

    def given(self):
        answer = self.post("/v1/reports/receipt", {})
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json

    def reported(self, status=201, **fields):
        body = {"token": self.given()["token"], "kind": "attempt", "story": "Gọi điện dọa bắt.", **fields}
        answer = self.post("/v1/reports", body)
        self.assertEqual(answer.status, status, answer.body)
        return answer

    def follow(self, receipt, deed="", lang="vi", **fields):
        return self.post("/v1/followup" + deed, {"receipt": receipt, **fields}, {"Accept-Language": lang})

    def refused(self, pointer, code, **fields):
        answer = self.reported(422, **fields)
        self.assertEqual(answer.code, "validation")
        [error] = answer.json["errors"]
        self.assertEqual((error["pointer"], error["code"]), (pointer, code))

    def test_a_receipt_is_given_first_and_the_report_sent_with_it_is_one_whatever_is_lost_on_the_way(self):
        given = self.given()
        self.assertRegex(given["receipt"], r"^(\d{5} ){4}\d{5}$")
        self.assertRegex(given["reference"], r"^\d{4}-\d{4}-\d$")
        self.assertEqual(self.follow(given["receipt"]).status, 404, "nothing is stored yet")
        body = {"token": given["token"], "kind": "attempt", "story": "Gọi điện dọa bắt."}
        first = self.post("/v1/reports", body)
        self.assertEqual(first.status, 201, first.body)
        self.assertEqual(first.headers["cache-control"], "no-store")
        self.assertEqual((first.json["reference"], first.json["receipt"]), (given["reference"], given["receipt"]))
        again = self.post("/v1/reports", body)
        self.assertEqual((again.status, again.json["receipt"]), (201, given["receipt"]))
        other = self.post("/v1/reports", {**body, "story": "Một chuyện khác hẳn."})
        self.assertEqual((other.status, other.code), (422, "idempotency-key-reused"))

    def test_without_a_token_a_key_is_wanted_and_does_the_same(self):
        body = {"kind": "attempt", "story": "Gọi điện dọa bắt."}
        self.assertEqual(self.post("/v1/reports", body).code, "idempotency-key-invalid")
        key = {"Idempotency-Key": str(uuid.uuid4())}
        first, again = (self.post("/v1/reports", body, key) for _ in range(2))
        self.assertEqual((first.status, again.status), (201, 201), first.body)
        self.assertEqual(first.json["receipt"], again.json["receipt"])
        other = self.post("/v1/reports", {**body, "place": "38"}, key)
        self.assertEqual(other.code, "idempotency-key-reused")
        forged = self.post("/v1/reports", {**body, "token": "A" * 55})
        self.assertEqual(forged.json["errors"][0]["pointer"], "/token")

    def test_a_fresh_loss_is_urgent_and_says_whom_to_call(self):
        identifiers = [{"q": "0950001888", "role": "contacted_me"}, {"q": ACCOUNT, "role": "received_money"}]
        sent = {"at": at(3600), "amount_vnd": 5_000_000, "to": 1, "bank_ref": "FT26233.1/A-2"}
        told = self.reported(kind="loss", identifiers=identifiers, transfers=[sent], place="Bỉm Sơn, Thanh Hóa").json
        self.assertTrue(told["urgent"])
        self.assertEqual([call["name"] for call in told["call_first"]], ["Vietcombank"])
        self.assertEqual(told["call_first"][0]["hotline"], "1900545413")
        self.assertTrue(told["unit"]["name"].startswith("Công an"))
        kinds = {clock["kind"]: clock for clock in told["clocks"]}
        self.assertEqual(set(kinds), {"report.ack", "report.resolve"})
        self.assertEqual((kinds["report.ack"]["length"], kinds["report.ack"]["statutory"]), ("3wd", True))
        self.assertIn("Thông tư liên tịch 01/2017", kinds["report.ack"]["basis"])
        old = self.reported(kind="loss", identifiers=identifiers, transfers=[{**sent, "at": at(73 * 3600)}]).json
        self.assertFalse(old["urgent"])
        self.assertNotIn("call_first", old)

    def test_a_report_is_followed_and_added_to(self):
        receipt = self.reported().json["receipt"]
        seen = self.follow(receipt.replace(" ", "-"))
        self.assertEqual(seen.status, 200, seen.body)
        self.assertEqual(seen.headers["cache-control"], "no-store")
        told = seen.json
        self.assertEqual((told["state"], told["openings"], told["late"]), ("received", 0, False))
        self.assertIn(told["next"]["day"], told["sentence"])
        self.assertIn("Công an", told["sentence"])
        self.assertEqual(told["may"], ["message", "withdraw"])
        self.assertIn("police", self.follow(receipt, lang="en").json["sentence"])
        more = self.follow(receipt, "/messages", text=f"Thẻ của tôi {CARD}")
        self.assertEqual(more.status, 200, more.body)
        self.assertEqual(more.json["masked"], ["card_number"])
        [message] = more.json["messages"]
        self.assertEqual((message["from"], message["text"]), ("reporter", "Thẻ của tôi •••• 1111"))
        self.assertEqual(self.follow(receipt, "/messages", text=" ").json["errors"][0]["code"], "required")
        for nth in range(4):
            for _ in range(2):
                told = self.follow(receipt, "/messages", text=f"Thêm {nth}")
                self.assertEqual((told.status, len(told.json["messages"])), (200, nth + 2), "sent again, it is the same one")
        self.assertEqual(self.follow(receipt, "/messages", text="Thêm 4").code, "too-many-messages")
        for deed in ["/reopen", "/review"]:
            self.assertEqual(self.follow(receipt, deed, text="Xem lại").code, "not-open")
        gone = self.follow(receipt, "/withdraw", reason="Nhầm")
        self.assertEqual(gone.status, 200, gone.body)
        self.assertIn("đã rút", gone.json["sentence"])
        self.assertEqual(gone.json["may"], [])
        self.assertEqual(self.follow(receipt, "/withdraw").code, "not-open")

    def test_what_opens_nothing_is_answered_alike(self):
        receipt = self.reported().json["receipt"]
        digits = receipt.replace(" ", "")
        wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
        answers = []
        for text in [wrong, "", "x" * 5000, self.given()["receipt"], "0" * 25]:
            for deed, fields in [("", {}), ("/messages", {"text": "Thêm"}), ("/withdraw", {}), ("/review", {})]:
                answer = self.follow(text, deed, **fields)
                told = {name: value for name, value in answer.json.items() if name != "request_id"}
                answers.append((answer.status, json.dumps(told)))
        self.assertEqual(len(set(answers)), 1, answers)
        self.assertEqual(answers[0][0], 404)
        self.assertIn("unknown-receipt", answers[0][1])
        self.assertEqual(self.post("/v1/followup", {}).json["errors"][0]["code"], "required")

    def test_limits_hold_on_both_sides(self):
        number = {"q": "0950001888", "role": "mentioned"}
        self.reported(story="x" * 4000, identifiers=[number] * 10, amount_vnd=10**12)
        self.refused("/story", "too-long", story="x" * 4001)
        self.refused("/identifiers", "too-many", identifiers=[number] * 11)
        self.refused("/amount_vnd", "out-of-range", amount_vnd=10**12 + 1)
        self.refused("/amount_vnd", "out-of-range", amount_vnd=-1)
        sent = {"at": at(), "amount_vnd": 1}
        self.reported(transfers=[sent] * 10)
        self.refused("/transfers", "too-many", transfers=[sent] * 11)
        self.refused("/transfers/1/at", "in-future", transfers=[sent, {**sent, "at": at(-600)}])
        self.refused("/transfers/0/to", "invalid", transfers=[{**sent, "to": 1}], identifiers=[number])
        self.reported(contact={"name": "x" * 100, "phone": OWN, "how": "call", "best_time": "x" * 60})
        self.refused("/contact/name", "too-long", contact={"name": "x" * 101})
        self.refused("/story", "too-little-told", story="123456789")
        self.reported(story="1234567890")
        self.refused("/place", "unknown-place", place="Xứ Sở Thần Tiên")
        self.refused("/unit", "unknown-unit", unit="99999999")
        self.refused("/method", "unknown-method", method="bay")
        self.refused("/identifiers/0/role", "required", identifiers=[{"q": "0950001888"}])
        self.refused("/identifiers/0/q", "required", identifiers=[{"role": "mentioned"}])
        self.refused("/more", "unknown-field", more=1)

    def test_what_may_not_be_kept_is_on_no_byte_of_the_disk(self):
        identity, own = "001060000001", "0950007555"
        spelt = f"{own[:4]}.{own[4:7]}.{own[7:]}"
        given = self.given()
        told = self.reported(
            identifiers=[{"q": own, "role": "mine"}, {"q": "0950001888", "role": "contacted_me"}, {"q": CARD, "role": "mentioned"}],
            story=f"Số tôi là {spelt}, căn cước {identity}, thẻ {CARD}, mã {given['receipt']}. Kêu cứu ở đây.",
        ).json
        self.assertEqual(set(told["masked"]), {"own_number", "identity_number", "card_number", "receipt_code"})
        self.assertEqual(told["unreadable"], 1)
        seen = self.follow(told["receipt"]).json["given"]
        self.assertEqual((seen["identifiers"], seen["own_numbers"]), (1, 1))
        kept = b"".join(path.read_bytes() for path in self.data.rglob("*") if path.is_file())
        self.assertTrue("Kêu cứu ở đây".encode() in kept, "the story itself is there")
        for secret in [spelt, own[1:], identity, CARD, CARD.replace(" ", ""), given["receipt"], told["receipt"].replace(" ", "")]:
            self.assertFalse(secret.encode() in kept, secret)
        self.assertNotIn(own[1:], self.program.logged())

    def test_what_is_the_reporters_is_masked_though_it_is_no_identifier(self):
        own = ["19034567890987", "bimson@vcb", "lan.mau@example.com", "facebook.com/lan.mau", "Lê Thị Mẫu"]
        told = self.reported(
            identifiers=[{"q": text, "role": "mine"} for text in own] + [{"q": "VCB 19034567890987", "role": "received_money"}],
            story="Từ 1903 4567 890 987 hoặc BIMSON@VCB; thư lan.mau@example.com, trang facebook.com/lan.mau, tên LÊ THỊ MẪU. Hết chỗ này.",
        ).json
        self.assertIn("own_number", told["masked"])
        seen = self.follow(told["receipt"]).json["given"]
        self.assertEqual((seen["identifiers"], seen["own_numbers"]), (0, 5))
        kept = b"".join(path.read_bytes() for path in self.data.rglob("*") if path.is_file())
        self.assertTrue("Hết chỗ này".encode() in kept)
        for secret in ["1903 4567 890 987", "BIMSON@VCB", "LÊ THỊ MẪU", *own]:
            self.assertFalse(secret.encode() in kept, secret)

    def test_files_come_with_a_report_and_with_a_message(self):
        given = self.given()
        report = {"token": given["token"], "kind": "attempt", "story": "Gọi điện dọa bắt."}
        send = lambda files, text=report: (lambda it: self.post("/v1/reports", None, it[1], it[0]))(form("report", text, files))
        first, again = send([picture()]), send([picture()])
        self.assertEqual((first.status, again.status), (201, 201), first.body + again.body)
        self.assertEqual(first.json["receipt"], given["receipt"])
        self.assertEqual(send([picture() + b"x"]).code, "idempotency-key-reused")
        self.assertEqual(self.follow(given["receipt"]).json["given"]["files"], 1)
        raw, kind = form("message", {"receipt": given["receipt"], "text": "Ảnh nữa"}, [picture()] * 5)
        more = self.post("/v1/followup/messages", None, kind, raw)
        self.assertEqual((more.status, more.json["given"]["files"]), (200, 6), more.body)
        fresh = {**report, "token": self.given()["token"]}
        self.assertEqual(send([picture()] * 6, fresh).code, "file-refused")
        self.assertEqual(send([b"<html></html>"], fresh).code, "file-refused")
        self.assertEqual(send([picture() + bytes(5 << 20)], fresh).code, "file-refused")
        self.assertEqual(send([], fresh).status, 201, "what was refused left nothing behind")

    # SMS

    def sms(self, text, sender=OWN, message=None, who=None):
        body = {"from": sender, "text": text, "message_id": message or str(uuid.uuid4()), "received_at": at()}
        return self.post("/v1/sms/inbound", body, who or self.gateway)

    def reply(self, text, sender=OWN, message=None):
        answer = self.sms(text, sender, message)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(set(answer.json), {"reply"})
        reply = answer.json["reply"]
        self.assertTrue(reply.isascii() and len(reply) <= 160, reply)
        return reply

    def test_only_a_gateway_passes_messages_on(self):
        self.assertEqual(self.sms("TRA 0950001001", who={"X-None": "1"}).status, 401)
        self.assertEqual(self.sms("TRA 0950001001", who=self.feed).code, "insufficient-scope")
        for field, value in [("from", ""), ("from", "x" * 33), ("text", "x" * 1601), ("message_id", "x" * 129), ("received_at", "nay")]:
            body = {"from": OWN, "text": "x", "message_id": "1", "received_at": at(), field: value}
            answer = self.post("/v1/sms/inbound", body, self.gateway)
            self.assertEqual(answer.json["errors"][0]["pointer"], "/" + field)

    def test_a_number_alone_is_a_check_and_accuses_nobody(self):
        for text in ["0950001001", "TRA 0950001001", "LD 0950001001"]:
            self.assertIn("CANH BAO LUA DAO: 0950001001", self.reply(text))
        self.assertIn("Muon bao: nhan LD", self.reply("LD 0950001999"))
        self.assertIn("Hay mang may den cong an", self.reply("KN A1B2C3"))

    def test_a_message_that_tells_something_is_a_report_and_tells_the_verdict(self):
        reply = self.reply("LD 0950001001 gia danh cong an", "0950007101")
        self.assertIn("CONG AN XAC NHAN LUA DAO", reply)
        self.assertRegex(reply, r"Da nhan bao cao \d{4}-\d{4}-\d\..* TT \d{9}$")
        self.assertIn("VAN CO THE la lua dao", self.reply("LD 0950001999 doi tien", "0950007101"))
        self.assertIn("la so chinh thuc", self.reply("LD 113 doi tien", "0950007101"))
        self.assertIn("chua doc duoc so", self.reply("LD 0950x01 doi tien hom qua", "0950007101"))
        loss = self.reply(f"MT {ACCOUNT} 5000000 chuyen nham", "0950007101")
        self.assertIn("GOI NGAY ngan hang minh va Vietcombank 1900545413", loss)
        self.assertIn("GOI NGAY ngan hang cua minh", self.reply("MT 0950001888 5tr", "0950007101"))

    def test_the_same_message_and_the_same_number_make_no_second_report(self):
        reference = lambda reply: reply.split("TT ")[1]
        message = str(uuid.uuid4())
        first = self.reply("LD 0950001777 gia danh", "0950007102", message)
        self.assertEqual(first, self.reply("LD 0950001777 gia danh", "0950007102", message))
        self.assertEqual(self.sms("LD 0950001777 khac", "0950007102", message).code, "idempotency-key-reused")
        more = self.reply("LD 0950001777 lai goi nua", "+84 950 007 102")
        self.assertEqual(reference(more), reference(first))
        self.assertNotEqual(reference(self.reply("LD 0950001777 goi", "0950007103")), reference(first))
        lost = self.reply("MT 0950001777 5000000", "0950007102")
        self.assertNotEqual(reference(lost), reference(first), "a loss is no more of an attempt")

    def test_a_number_sends_ten_reports_a_day(self):
        for n in range(10):
            self.assertIn("Da nhan bao cao", self.reply(f"LD 095000660{n} doi tien", "0950007104"))
        self.assertIn("nhieu nhat la 10", self.reply("LD 0950006610 doi tien", "0950007104"))
        self.assertIn("Da nhan bao cao", self.reply("LD 0950006600 lai goi", "0950007104"), "more of one that is there")
        self.assertIn("Da nhan bao cao", self.reply("LD 0950006610 doi tien", "0950007105"))

    def test_only_the_number_that_reported_is_told_how_it_stands(self):
        digits = self.reply("LD 0950001666 doi tien", "0950007106").split("TT ")[1]
        told = self.reply(f"TT {digits}", "0950007106")
        self.assertRegex(told, r"cham nhat het ngay \d\d/\d\d/\d{4}")
        unknown = self.reply(f"TT {digits}", "0950007107")
        self.assertIn("Khong thay bao cao nao", unknown)
        wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
        self.assertEqual(self.reply(f"TT {wrong}", "0950007106"), unknown)


class Limits(unittest.TestCase):
    def test_an_address_sends_so_many_reports_an_hour_and_guesses_few_receipts(self):
        limits = {
            "CANHGIAC_LIMITS__REPORTS_PER_HOUR": "2",
            "CANHGIAC_LIMITS__ANONYMOUS_BURST": "2000",
            "CANHGIAC_LIMITS__ANONYMOUS_PER_MINUTE": "1",
        }
        program = Program("demo", "--listen", "127.0.0.1:0", "--json", environment=limits)
        self.addCleanup(program.stop)
        client = Client(json.loads(program.first_line)["url"])
        body = {"kind": "attempt", "story": "Gọi điện dọa bắt."}
        send = lambda body: client.send("POST", "/v1/reports", body, {"Idempotency-Key": str(uuid.uuid4())})
        for _ in range(3):
            self.assertEqual(send({**body, "story": ""}).status, 422, "what is mistyped costs nothing")
        receipts = [send(body).json["receipt"] for _ in range(2)]
        over = send(body)
        self.assertEqual((over.status, over.code), (429, "too-many-requests"))
        self.assertIn("retry-after", over.headers)
        follow = lambda receipt: client.send("POST", "/v1/followup", {"receipt": receipt}).status
        wrong = 0
        while follow("0" * 25) == 404:
            wrong += 1
        self.assertIn(wrong, range(98, 101), "twenty tokens each")
        self.assertEqual(follow(receipts[0]), 429)
        self.assertEqual(client.verdict("0950001001"), "listed", "checks are not less for it")


if __name__ == "__main__":
    unittest.main()
