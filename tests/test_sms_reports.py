"""Reports by SMS as people write them, through the real binary."""

import concurrent.futures
import json
import time
import unittest
import uuid

import test_reports
from client import Client, Program

ACCOUNT = "0000000070777"


class Sms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        cls.addClassCleanup(cls.program.stop)
        demo = json.loads(cls.program.first_line)
        cls.client = Client(demo["url"])
        cls.admin = cls.client.sign_in(demo["users"][6])
        names = {user["username"]: user for user in demo["users"]}
        cls.officer = cls.client.sign_in(names["chihuy.thanhhoa"])
        cls.gateway = test_reports.Reports.token_of.__func__(cls, ["sms:gateway"])

    def sms(self, text, sender):
        body = {"from": sender, "text": text, "message_id": str(uuid.uuid4()), "received_at": test_reports.at()}
        return self.client.send("POST", "/v1/sms/inbound", body, self.gateway)

    def reply(self, text, sender):
        answer = self.sms(text, sender)
        self.assertEqual(answer.status, 200, answer.body)
        reply = answer.json["reply"]
        self.assertTrue(reply.isascii() and len(reply) <= 160, reply)
        return reply

    def made(self, text, sender):
        """The report that a message made."""
        digits = self.reply(text, sender).split("TT ")[1]
        page = self.client.send("GET", "/v1/intake?unit=38&limit=100", headers=self.officer).json["items"]
        [found] = [item for item in page if item["reference"].replace("-", "") == digits]
        return self.client.send("GET", f"/v1/intake/{found['id']}", headers=self.officer).json

    def at_once(self, texts, sender):
        with concurrent.futures.ThreadPoolExecutor(len(texts)) as pool:
            return list(pool.map(lambda text: self.reply(text, sender), texts))

    def test_messages_that_come_at_once_are_counted_one_after_another(self):
        replies = self.at_once([f"LD 09500071{n:02} doi tien" for n in range(20)], "0950007301")
        self.assertEqual(sum("Da nhan bao cao" in reply for reply in replies), 10)
        replies = self.at_once([f"LD 0950007177 goi lan {n}" for n in range(20)], "0950007302")
        self.assertEqual(len({reply.split("TT ")[1] for reply in replies}), 1)

    def test_what_names_no_number_is_told_in_words(self):
        for n, words in enumerate(("bit.ly/abc lua dao toi", "abc@gmail.com lua dao toi", "ke gian ten Minh lua dao toi hom qua o cho")):
            self.assertIn("ghi lai loi ke", self.reply(f"LD {words}", "0950007303"))
            item = self.made(f"LD {words}", f"095000731{n}")
            self.assertEqual((item["kind"], item["story"], item["identifiers"]), ("attempt", words, []))
        for text in ("LD bit.ly/abc", "LD lua dao"):
            self.assertNotIn("Da nhan bao cao", self.reply(text, "0950007303"))

    def test_a_loss_names_number_bank_and_sum_in_any_order(self):
        told = lambda item: [(one["role"], one["identifier"]["kind"]) for one in item["identifiers"]]
        texts = (f"{ACCOUNT} VCB 5000000", f"TK {ACCOUNT} ngan hang Vietcombank 5000000", f"5000000 VCB {ACCOUNT}", f"VCB {ACCOUNT} 5tr")
        for n, text in enumerate(texts):
            item = self.made(f"MT {text}", f"095000732{n}")
            self.assertEqual((item["kind"], item["urgent"], told(item)), ("loss", True, [("received_money", "account")]), text)
            self.assertEqual(item["amount_vnd"], 5_000_000)
        both = self.made(f"MT 0950001001 5000000 va VCB {ACCOUNT}", "0950007331")
        self.assertEqual((both["urgent"], told(both)), (True, [("contacted_me", "phone"), ("received_money", "account")]))
        self.assertFalse(self.made("MT 0950001001 5000000", "0950007332")["urgent"], "no bank holds it")
        half = self.made(f"MT VCB {ACCOUNT} 2tr ruoi", "0950007333")
        self.assertEqual(half["amount_vnd"], 2_500_000)
        self.assertIn("Vietcombank 1900545413", self.reply(f"MT 0950001001 5000000 va VCB {ACCOUNT}", "0950007334"))

    def test_a_reference_with_words_around_it_is_asked_for(self):
        digits = self.reply("LD 0950001666 doi tien", "0950007341").split("TT ")[1]
        plain = self.reply(f"TT {digits}", "0950007341")
        for text in (f"TT {digits} cam on", f"TT {digits}?", f"TT #{digits}", f"(TT {digits})", f"cho hoi TT {digits}"):
            self.assertEqual(self.reply(text, "0950007341"), plain, text)
            self.assertIn("Khong thay bao cao nao", self.reply(text, "0950007342"))
        for text in ("TRA", "tra ?"):
            self.assertIn("TRA roi so", self.reply(text, "0950007341"))

    def test_only_a_telephone_number_sends_messages(self):
        for sender in ("4111111111111111", "4111 1111 1111 1111", "001060000001", "VIETTEL"):
            answer = self.sms("LD 0950001001 doi tien", sender)
            self.assertEqual((answer.status, answer.code), (422, "validation"), sender)
            self.assertEqual(answer.json["errors"][0]["pointer"], "/from")
        for sender in ("+84950007351", "84 950 007 351", "+4915112345678", "9029"):
            self.assertEqual(self.sms("TRA 0950001001", sender).status, 200, sender)


if __name__ == "__main__":
    unittest.main()
