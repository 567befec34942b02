"""What officers write about reports, on the real program: numbers that may not be kept are on no byte of the disk."""

import unittest

from test_report_life import Life

CARD = "4111 1111 1111 1111"
IDENTITY = "001060000001"
ATTEMPT = {"kind": "attempt", "story": "Gọi điện dọa bắt.", "identifiers": [{"q": "0950001888", "role": "contacted_me"}]}


class Texts(Life):
    terms = {}

    def test_what_officers_write_is_masked_before_it_is_kept(self):
        report, taken = self.report(ATTEMPT)
        secret = f"thẻ {CARD}, căn cước {IDENTITY}, mã {taken['receipt']}"
        why, message = {"reason": f"Lý do: {secret}"}, {"message": f"Chào bác: {secret}"}
        paper = {"document_no": IDENTITY}
        self.does(report, "acknowledge", message, "officer")
        classified = {"identifiers": [{"q": "0950001888", "role": "contacted_me"}]}
        self.does(report, "classify", classified, "officer")
        self.does(report, "message", message, "officer")
        self.does(report, "open", {**why, "part": "story"}, "officer")
        self.does(report, "ask", message, "officer")
        self.does(report, "transfer", {**why, "unit": "14818"}, "officer")
        self.does(report, "return", why, "beside")
        self.does(report, "hold", why, "supervisor")
        self.does(report, "unhold", why, "supervisor")
        taken = self.does(report, "reissue", why, "officer").json
        other, _ = self.report(ATTEMPT)
        self.does(other, "acknowledge", message, "officer")
        self.does(other, "link", {**why, "to": report}, "officer")
        self.does(other, "unlink", why, "officer")
        self.does(report, "resolve", {"outcome": "insufficient", **why, **message, **paper}, "supervisor")
        self.does(report, "reopen", why, "supervisor")
        evidence = {"q": "0950001888", "evidence": f"Bác kể: {secret}"}
        self.does(report, "propose", evidence, "officer", 201)
        loss, _ = self.report(self.loss())
        self.does(loss, "acknowledge", message, "officer")
        self.does(loss, "bank_call", {"called": False, "note": secret}, "officer")
        self.does(loss, "handover", {**why, "unit": "38"}, "officer")
        self.does(loss, "extend", {**why, **paper}, "above")
        seen = [entry["text"] for entry in self.follow(taken["receipt"]).json["messages"]]
        self.assertIn("Chào bác: thẻ •••• 1111, căn cước •••• 0001, mã •••••", seen)
        kept = b"".join(path.read_bytes() for path in (self.top / "data").rglob("*") if path.is_file())
        self.assertTrue("Bác kể".encode() in kept, "the rest is there")
        for number in (CARD, IDENTITY, taken["receipt"]):
            self.assertFalse(number.encode() in kept, number)

    def test_a_reason_that_cannot_be_seen_is_none(self):
        report, _ = self.report(ATTEMPT)
        for reason in ("\u3164", "\u3164\u115f", "…"):
            answer = self.does(report, "open", {"part": "story", "reason": reason}, "supervisor", 422)
            self.assertEqual(answer.json["errors"][0]["pointer"], "/reason")


if __name__ == "__main__":
    unittest.main()
