"""The audit trail beside changes: refusals, reads of sealed texts, pulls, addresses, and the lines for programs."""

import base64
import json
import pathlib
import shutil
import tempfile
import time
import unittest

from client import Client, Program, run, totp, until
from test_desk import Browser

WHY = {"reason": "theo công văn"}
SOON = {
    "CANHGIAC_SCHEDULE__EVERY_SECONDS": "1",
    "CANHGIAC_AUDIT__GATHER_SECONDS": "1",
    "CANHGIAC_AUDIT__PULLS_SECONDS": "1",
    "CANHGIAC_SERVER__TRUSTED_PROXIES": "127.0.0.0/8",
}
HERE, ELSEWHERE = "203.0.113.5", "2001:db8:1:2::9"


class Trail(unittest.TestCase):
    environment = SOON

    @classmethod
    def setUpClass(cls):
        cls.people = {}
        cls.folder = tempfile.mkdtemp(dir="/tmp")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.data = f"{cls.folder}/data"
        cls.start()

    @classmethod
    def start(cls, command=("demo", "--json")):
        cls.program = Program(*command, "--data", cls.data, "--listen", "127.0.0.1:0", environment=cls.environment)
        cls.addClassCleanup(lambda program=cls.program: program.process.poll() is None and program.stop())
        if command[0] == "demo":
            cls.demo = json.loads(cls.program.first_line)
            cls.users = dict(zip(["officer", "supervisor", "beside", "far", "above", "auditor", "admin", "second"], cls.demo["users"]))
            url = cls.demo["url"]
        else:
            url = cls.program.first_line.split()[-1]
        cls.client = Client(url)

    def send(self, method, path, body=None, who=None, source=HERE, **more):
        return self.client.send(method, path, body, {"X-Forwarded-For": source, **(who or {})}, **more)

    def signed_in(self, name, source=HERE):
        user = self.users[name]
        # The code of half a minute ago first: that of now is left for who signs in once more.
        for offset in (-1, 0):
            otp = totp(user["totp_secret"], offset)
            body = {"username": user["username"], "password": user["password"], "otp": otp}
            answer = self.send("POST", "/v1/session", body, source=source)
            if answer.status == 200:
                break
        self.assertEqual(answer.status, 200, answer.body)
        return {"Authorization": "Bearer " + answer.json["access_token"]}

    @classmethod
    def bearer(cls, name):
        people = cls.people
        if name not in people:
            people[name] = cls.signed_in(cls(), name)
        return people[name]

    def lines(self, after=0, limit=10_000):
        # Two at a time for one person: one that was read to its end may not have ended for the service yet.
        ask = lambda: self.send("GET", f"/v1/audit/export?after={after}&limit={limit}", who=self.bearer("auditor"))
        answer = until(lambda: (answer := ask()).status != 503 and answer, "the trail")
        self.assertEqual(answer.status, 200, answer.body)
        return [json.loads(line) for line in answer.body.splitlines()]

    def head(self):
        return self.lines()[-1]["seq"]

    def told(self, after, wanted):
        """The first change after a position that is wanted, once it is written."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            for line in self.lines(after):
                for change in line["changes"]:
                    if wanted(change):
                        return change
        self.fail("it was never written down")

    def user_id(self, name):
        return self.send("GET", "/v1/me", who=self.bearer(name)).json["id"]

    def proposal(self, number):
        body = {"identifier": {"q": number}, "method": "khac", "evidence": "KÍN: lời khai"}
        made = self.send("POST", "/v1/listings", body, self.bearer("officer"))
        self.assertEqual(made.status, 201, made.body)
        return made.json["id"]


class Told(Trail):
    def test_refused_attempts_are_told_by_account_and_kind(self):
        after, officer = self.head(), self.user_id("officer")
        listing = self.proposal("0950410001")
        match = {**self.bearer("officer"), "If-Match": '"1"'}
        for _ in range(3):
            self.assertEqual(self.send("POST", f"/v1/listings/{listing}/confirm", WHY, match).status, 403)
        told = self.told(after, lambda it: it.get("why") == "not_allowed" and it["who"].get("id") == officer)
        self.assertGreaterEqual(told["times"], 1)
        self.assertEqual(told["change"], "attempts_refused")
        self.assertEqual(len(told["addresses"]), 1)
        after = self.head()
        own = {**self.bearer("supervisor"), "If-Match": '"1"'}
        mine = self.send("POST", "/v1/listings", {"identifier": {"q": "0950410002"}, "method": "khac"}, own).json["id"]
        self.assertEqual(self.send("POST", f"/v1/listings/{mine}/confirm", WHY, own).code, "four-eyes")
        self.told(after, lambda it: it.get("why") == "second_person")
        gone = "00000000-0000-7000-8000-000000000000"
        self.assertEqual(self.send("POST", f"/v1/listings/{gone}/confirm", WHY, own).status, 404)
        self.told(after, lambda it: it.get("why") == "not_seen")
        wrong = self.send("POST", "/v1/session/step-up", {"otp": "000000"}, self.bearer("supervisor"))
        self.assertEqual(wrong.status, 401)
        self.told(after, lambda it: it.get("why") == "second_factor")

    def test_refusals_at_the_desk_are_told_too(self):
        after = self.head()
        browser = Browser(self.client.url).sign_in(self.users["beside"])
        browser.go("/desk/keys", {"csrf": "made up"})
        self.assertEqual(browser.status, 403)
        self.told(after, lambda it: it.get("why") == "forged_form")
        self.assertEqual(browser.go("/desk/audit").status, 403)
        self.told(after, lambda it: it.get("why") == "not_allowed")

    def test_a_failed_sign_in_is_told_of_an_account_and_of_no_other_name(self):
        after = self.head()
        for name in (self.users["far"]["username"], "khong.co.ai"):
            body = {"username": name, "password": "sai mat khau nhe", "otp": "000000"}
            answers = [self.send("POST", "/v1/session", body, source=ELSEWHERE).status for _ in range(7)]
            self.assertEqual((answers[0], answers[-1]), (401, 429))
        far = lambda it: it["change"] == "attempts_refused" and it["who"]["kind"] == "user"
        self.told(after, lambda it: far(it) and it["why"] == "sign_in")
        self.told(after, lambda it: far(it) and it["why"] == "slowed_down")
        self.assertNotIn("khong.co.ai", json.dumps(self.lines()))

    def test_who_opens_what_others_wrote_is_told_once_and_who_opens_the_own_words_is_not(self):
        listing, after = self.proposal("0950410003"), self.head()
        for who in ("officer", "above", "above"):
            self.assertIn("KÍN", self.send("GET", f"/v1/listings/{listing}", who=self.bearer(who)).body)
        told = self.told(after, lambda it: it["change"] == "texts_read" and it.get("listing") == listing)
        self.assertEqual(told["user"], self.user_id("above"))
        readers = [
            change["user"] for line in self.lines(after) for change in line["changes"]
            if change["change"] == "texts_read" and change.get("listing") == listing
        ]
        self.assertNotIn(self.user_id("officer"), readers)
        after = self.head()
        browser = Browser(self.client.url).sign_in(self.users["second"])
        self.assertIn("KÍN", browser.go(f"/desk/listings/{listing}").text())
        self.told(after, lambda it: it["change"] == "texts_read" and it.get("listing") == listing)
        # The trail's own pages name listings and open none.
        after = self.head()
        self.assertEqual(browser.go("/desk/audit").status, 200)
        self.assertIn("đã mở nội dung chỉ công an đọc được", browser.text())

    def test_pulls_are_told_with_their_positions(self):
        after = self.head()
        partner = self.demo["partners"][0]
        pair = f"{partner['client_id']}:{partner['client_secret']}".encode()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        ask = {**form, "Authorization": "Basic " + base64.b64encode(pair).decode()}
        token = self.send("POST", "/v1/oauth/token", who=ask, raw=b"grant_type=client_credentials").json
        bearer = {"Authorization": "Bearer " + token["access_token"]}
        size = int(self.send("GET", "/v1/feed/snapshot", who=bearer).headers["feed-size"])
        self.assertEqual(self.send("GET", "/v1/feed/changes?after=0", who=bearer).status, 200)
        ours = lambda it, what: it["change"] == "feed_pulled" and it["what"] == what
        told = self.told(after, lambda it: ours(it, "snapshot"))
        self.assertEqual((told["partner"], told["to"]), (partner["client_id"], size))
        told = self.told(after, lambda it: ours(it, "changes"))
        self.assertEqual((told["from"], told["to"] >= size), (0, True))
        after = self.head()
        pair = f"{partner['client_id']}:sai".encode()
        wrong = {**form, "Authorization": "Basic " + base64.b64encode(pair).decode()}
        self.assertEqual(self.send("POST", "/v1/oauth/token", who=wrong, raw=b"grant_type=client_credentials").status, 401)
        self.told(after, lambda it: it.get("why") == "partner_credentials")

    def test_an_address_has_one_token_that_tells_it_to_nobody_but_the_operator(self):
        listing_seq = lambda: next(
            line for line in reversed(self.lines())
            if any(change["change"] == "proposed" for change in line["changes"])
        )
        self.proposal("0950410004")
        first = listing_seq()["address"]
        self.proposal("0950410005")
        self.assertEqual(first, listing_seq()["address"])
        body = {"identifier": {"q": "0950410006"}, "method": "khac"}
        self.send("POST", "/v1/listings", body, self.bearer("officer"), source=ELSEWHERE)
        other = listing_seq()["address"]
        self.assertNotEqual(first, other)
        for address, token in ((HERE, first), (ELSEWHERE, other), ("2001:db8:1:2::1", other)):
            told = run("audit", "address", address, "--data", self.data)
            self.assertEqual(told.returncode, 0, told.stderr)
            self.assertEqual(told.stdout.split()[0], token)
        signed_in = [line for line in self.lines() if any(it["change"] == "session_started" for it in line["changes"])]
        self.assertTrue(any("address" in line for line in signed_in))
        written = b"".join(path.read_bytes() for path in pathlib.Path(self.data, "journal").iterdir())
        for text in (HERE, ELSEWHERE, "2001:db8:1:2"):
            self.assertNotIn(text, json.dumps(self.lines()) + self.program.logged())
            self.assertNotIn(text.encode(), written)

    def test_what_an_administrator_does_wants_a_reason_which_stands_beside_it_and_in_no_line_for_programs(self):
        admin = self.bearer("admin")
        some = {"username": "ly.do", "role": "officer", "unit": "14812"}
        for reason, code in (("", "validation"), ("x" * 4001, "validation"), ("xấu \u202e", "validation")):
            self.assertEqual(self.send("POST", "/v1/users", {**some, "reason": reason}, admin).code, code)
        for nothing in (" ", "\u200b\u2060", "…"):
            self.assertEqual(self.send("POST", "/v1/keys", {"reason": nothing}, admin).code, "validation")
        made = self.send("POST", "/v1/users", {**some, "reason": "về đội mới"}, admin)
        self.assertEqual(made.status, 201, made.body)
        items = self.send("GET", "/v1/audit?limit=5", who=self.bearer("auditor")).json["items"]
        reasons = [item["reason"] for item in items if any(it["change"] == "user_invited" for it in item["changes"])]
        self.assertEqual(reasons, ["về đội mới"])
        browser = Browser(self.client.url).sign_in(self.users["auditor"])
        self.assertIn("Lý do: về đội mới", browser.go("/desk/audit").text())
        self.assertNotIn("về đội mới", json.dumps(self.lines(), ensure_ascii=False))

    def test_lines_go_on_where_they_ended_and_each_leads_to_the_next(self):
        whole = self.lines()
        self.assertEqual(whole[0]["previous"], "0" * 64)
        for before, line in zip(whole, whole[1:]):
            self.assertEqual((line["seq"], line["previous"]), (before["seq"] + 1, before["chain"]))
        parts, at = [], 0
        while len(parts) < len(whole):
            part = self.lines(at, 7)
            self.assertLessEqual(len(part), 7)
            parts, at = parts + part, part[-1]["seq"]
        self.assertEqual(parts[: len(whole)], whole)
        shown = self.send("GET", "/v1/audit?limit=1", who=self.bearer("auditor")).json["items"][0]
        self.assertNotIn("chain", shown)
        for query, code in (("limit=0", "bad-query"), ("limit=10001", "bad-query"), ("after=9999999", "cursor-invalid")):
            self.assertEqual(self.send("GET", f"/v1/audit/export?{query}", who=self.bearer("auditor")).code, code)
        self.assertNotIn("KÍN", json.dumps(whole))


class Flood(Trail):
    environment = {**SOON, "CANHGIAC_AUDIT__GATHER_SECONDS": "3600"}

    def test_a_flood_of_refusals_writes_nothing_until_it_is_told_as_one_also_by_a_clean_stop(self):
        self.bearer("auditor")
        officer, name = self.bearer("officer"), self.users["far"]["username"]
        before = self.head()
        for _ in range(40):
            self.send("POST", "/v1/keys", WHY, officer)
            self.send("POST", "/v1/session", {"username": name, "password": "sai mat khau nhe", "otp": "000000"})
        self.assertEqual(self.head(), before)
        self.assertEqual(self.program.stop(), 0)
        self.start(("serve", "--admin-listen", "127.0.0.1:0"))
        # Its address is another, and so is the issuer of its tokens.
        self.people.clear()
        new = [line for line in self.lines() if line["seq"] > before]
        told = [change for line in new for change in line["changes"] if change["change"] == "attempts_refused"]
        times = {change["why"]: change["times"] for change in told}
        self.assertEqual(times["not_allowed"], 40)
        self.assertEqual(times["sign_in"] + times["slowed_down"], 40)
        self.assertEqual(len(told), 3)


if __name__ == "__main__":
    unittest.main()
