"""The life of a report on the real program, with clocks of seconds: what is missed, handed on, ended and erased."""

import json
import pathlib
import shutil
import tempfile
import time
import unittest

from client import Client, Program, until

TERMS = {
    "REPORT_URGENT": "2s",
    "REPORT_HANDOVER": "3s",
    "REPORT_ACK": "4s",
    "REPORT_RESOLVE": "5s",
    "REPORT_RESOLVE_EXTENSION": "30s",
    "REPORT_ATTEMPT": "4s",
}
MESSAGE = {"message": "Chúng tôi đã nhận báo cáo của bác."}
REASON = {"reason": "đúng"}


class Life(unittest.TestCase):
    terms = TERMS

    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.addCleanup(shutil.rmtree, self.top)
        self.environment = {f"CANHGIAC_INTAKE__{name}": text for name, text in self.terms.items()}
        self.environment["CANHGIAC_SCHEDULE__EVERY_SECONDS"] = "1"
        self.program = self.start("demo", "--json")
        demo = json.loads(self.program.first_line)
        self.client = Client(demo["url"])
        people = {user["username"]: user for user in demo["users"]}
        names = {"officer": "canbo.bimson", "supervisor": "chihuy.bimson", "beside": "canbo.quangtrung", "above": "chihuy.thanhhoa"}
        self.people = {role: self.client.sign_in(people[name]) for role, name in names.items()}

    def tearDown(self):
        self.program.stop()

    def start(self, *command):
        folder = ("--data", str(self.top / "data"), "--listen", "127.0.0.1:0")
        return Program(*command, *folder, environment=self.environment)

    def report(self, body, unit="14812"):
        given = self.client.send("POST", "/v1/reports/receipt", {}).json
        taken = self.client.send("POST", "/v1/reports", {"token": given["token"], "unit": unit, **body})
        self.assertIn(taken.status, (200, 201), taken.body)
        page = self.client.send("GET", f"/v1/intake?unit={unit}&limit=100", headers=self.people["supervisor"])
        if unit != "14812":
            page = self.client.send("GET", f"/v1/intake?unit={unit}&limit=100", headers=self.people["above"])
        items = page.json["items"]
        return next(item["id"] for item in items if item["reference"] == taken.json["reference"]), taken.json

    def loss(self):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 600))
        return {
            "kind": "loss",
            "identifiers": [{"q": "VCB 0000000070099", "role": "received_money"}],
            "transfers": [{"at": now, "amount_vnd": 5_000_000, "to": 0}],
            "story": "Họ bảo tôi trúng thưởng.",
        }

    def item(self, report, who="above"):
        answer = self.client.send("GET", f"/v1/intake/{report}", headers=self.people[who])
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def clock(self, report, kind):
        return next(clock for clock in reversed(self.item(report)["clocks"]) if clock["kind"] == kind)

    def missed(self, report, kind):
        until(lambda: "missed_at" in self.clock(report, kind), f"{kind} to be missed")
        return self.clock(report, kind)["missed_at"]

    def does(self, report, deed, body, who, status=200):
        headers = {**self.people[who], "If-Match": f'"{self.item(report)["version"]}"'}
        answer = self.client.send("POST", f"/v1/intake/{report}/{deed}", body, headers)
        self.assertEqual(answer.status, status, answer.body)
        return answer

    def follow(self, receipt):
        return self.client.send("POST", "/v1/followup", {"receipt": receipt})


class Clocks(Life):
    def test_what_is_missed_stays_missed_whatever_is_done_and_is_seen_above(self):
        report, taken = self.report(self.loss())
        self.assertTrue(taken["urgent"])
        first = {kind: self.missed(report, kind) for kind in ("report.urgent", "report.handover", "report.ack")}
        late = self.client.send("GET", "/v1/intake?late=true&limit=100", headers=self.people["above"]).json["items"]
        self.assertIn(report, [item["id"] for item in late])
        self.does(report, "acknowledge", MESSAGE, "officer")
        self.does(report, "classify", {"identifiers": [{"q": "VCB 0000000070099", "role": "received_money"}]}, "officer")
        self.does(report, "bank_call", {"called": True, "note": "đã gọi"}, "officer")
        due = self.clock(report, "report.resolve")["due_at"]
        # Twice offered, twice sent back: the province has it.
        for _ in range(2):
            self.does(report, "transfer", {"unit": "14818", **REASON}, "officer")
            self.does(report, "return", REASON, "beside")
        self.assertEqual(self.item(report)["unit"]["code"], "38")
        self.assertEqual(self.clock(report, "report.resolve")["due_at"], due)
        self.missed(report, "report.resolve")
        self.does(report, "resolve", {"outcome": "insufficient", **REASON, **MESSAGE}, "above")
        self.does(report, "reopen", REASON, "above")
        clocks = {}
        for clock in self.item(report)["clocks"]:
            clocks.setdefault(clock["kind"], clock)
        for kind, at in first.items():
            self.assertEqual(clocks[kind]["missed_at"], at)
            self.assertTrue(clocks[kind]["late"])
        told = self.follow(taken["receipt"]).json
        self.assertTrue(any(clock.get("late") for clock in told["clocks"]))

    def test_a_handling_is_suspended_after_its_term_and_prolonged_with_a_document_the_second_time(self):
        report, _ = self.report(self.loss(), unit="38")
        self.does(report, "acknowledge", MESSAGE, "above")
        self.does(report, "classify", {"identifiers": []}, "above")
        suspend = {"reason": "expert_opinion", "words": "chờ", "document_no": "1/QĐ"}
        self.does(report, "extend", REASON, "above")
        self.does(report, "suspend", suspend, "above", status=409)
        self.does(report, "extend", REASON, "above", status=422)
        self.does(report, "extend", {**REASON, "document_no": "2/VKS"}, "above")
        self.does(report, "extend", {**REASON, "document_no": "3/VKS"}, "above", status=409)
        short, _ = self.report(self.loss(), unit="38")
        self.does(short, "acknowledge", MESSAGE, "above")
        self.does(short, "classify", {"identifiers": []}, "above")
        self.missed(short, "report.resolve")
        self.does(short, "suspend", suspend, "above")
        self.does(short, "resume", REASON, "above")
        self.assertNotIn("met_at", self.clock(short, "report.resume"))
        self.assertEqual(self.item(short)["state"], "verifying")

    def test_a_link_is_undone_as_if_it_had_never_been(self):
        main, _ = self.report(self.loss())
        other, taken = self.report(self.loss())
        self.does(other, "acknowledge", MESSAGE, "officer")
        self.does(other, "link", {"to": main, **REASON}, "officer")
        self.assertEqual(self.item(other)["state"], "resolved")
        self.assertNotIn(main, self.follow(taken["receipt"]).body)
        self.does(other, "unlink", REASON, "officer")
        self.missed(other, "report.resolve")

    def test_a_reporter_withdraws_and_is_forgotten(self):
        body = {**self.loss(), "contact": {"name": "Người Báo Rút", "phone": "0950 001 777"}}
        report, taken = self.report(body)
        answer = self.client.send("POST", "/v1/followup/withdraw", {"receipt": taken["receipt"]})
        self.assertEqual(answer.status, 200, answer.body)
        item = self.item(report)
        self.assertEqual(item["state"], "verifying")
        self.assertNotIn("contact", item["sealed"])


class Erasure(Life):
    terms = {**TERMS, "KEEP_ATTEMPT": "6s", "KEEP_CONTACT": "3s", "KEEP_SOURCE": "2s"}
    MARKS = ["Người Kín Đáo Một", "0950001888", "chuyện rất riêng của tôi", "lý do mật của cán bộ", "tin nhắn riêng gửi bác"]

    def bytes_hold(self, mark):
        forms = {mark.encode(), mark.replace(" ", "").encode()}
        return [
            str(path)
            for path in (self.top / "data").rglob("*")
            if path.is_file() and any(form in path.read_bytes() for form in forms)
        ]

    def test_what_is_erased_is_on_no_byte_of_the_data_folder(self):
        name, phone, story, reason, message = self.MARKS
        body = {
            "kind": "attempt",
            "identifiers": [{"q": "0950001889", "role": "contacted_me"}],
            "story": story,
            "contact": {"name": name, "phone": phone},
        }
        report, taken = self.report(body)
        self.assertTrue(self.bytes_hold(story), "it is kept first")
        self.does(report, "acknowledge", {"message": message}, "officer")
        self.does(report, "open", {"part": "contact", "reason": reason}, "officer")
        self.does(report, "resolve", {"outcome": "not_a_scam", "reason": reason, "message": message}, "supervisor")
        until(lambda: self.follow(taken["receipt"]).status == 404, "the report to be erased")
        wrong = self.follow("00000 00000 00000 00000 00000")
        self.assertEqual(self.follow(taken["receipt"]).json["code"], wrong.json["code"])
        self.assertEqual(self.item(report)["state"], "resolved")
        # The store's file is written anew after the next start.
        self.assertEqual(self.program.stop(), 0)
        self.program = self.start("serve")
        until(lambda: not (self.top / "data" / "store.stale").exists(), "the store to be written anew")
        self.assertEqual(self.program.stop(), 0)
        for mark in [*self.MARKS, "0950001889", "84950001889"]:
            self.assertEqual(self.bytes_hold(mark), [], mark)
        self.program = self.start("serve")


if __name__ == "__main__":
    unittest.main()
