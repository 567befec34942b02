"""What was begun before a suspension is not carried out after it: requests whose bodies end when the right is gone."""

import http.client
import json
import threading
import unittest
import urllib.parse

from client import Client, Program, totp

PASSWORD = "mua dong tren doi che xanh 71"


class Held:
    """A request that has sent its head and the first half of its body."""

    def __init__(self, client, method, path, body, headers):
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(client.url).netloc, timeout=60)
        self.rest = body[len(body) // 2 :]
        self.connection.putrequest(method, path)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.connection.putheader(name, value)
        self.connection.endheaders(body[: len(body) // 2])

    def finish(self):
        self.connection.send(self.rest)
        answer = self.connection.getresponse()
        body = answer.read().decode()
        self.connection.close()
        return answer.status, json.loads(body).get("code") if body.startswith("{") else body


class Suspension(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        cls.addClassCleanup(cls.program.stop)
        demo = json.loads(cls.program.first_line)
        cls.partners, cls.client = demo["partners"], Client(demo["url"])
        cls.officer = cls.client.sign_in(demo["users"][0])
        cls.admin, cls.second = (cls.client.sign_in(user) for user in demo["users"][6:8])
        cls.made = 0

    def colleague(self, role, unit="14812"):
        """A new account that is signed in: its id and token."""
        type(self).made += 1
        name = f"tam.thoi.{self.made}"
        made = self.client.send("POST", "/v1/users", {"username": name, "role": role, "unit": unit}, self.admin)
        user = self.client.agreed(self.second, made).json
        enrol = {"username": name, "code": user["enrolment_code"], "password": PASSWORD}
        secret = self.client.send("POST", "/v1/enrolment", enrol).json["totp_secret"]
        confirm = {"username": name, "code": user["enrolment_code"], "otp": totp(secret, -1)}
        self.assertEqual(self.client.send("POST", "/v1/enrolment/confirm", confirm).status, 200)
        return user["id"], self.client.sign_in({"username": name, "password": PASSWORD, "totp_secret": secret})

    def propose(self, number):
        body = {"identifier": {"q": number}, "method": "khac"}
        return self.client.send("POST", "/v1/listings", body, self.officer).json["id"]

    def held(self, who, path, body, headers=None):
        headers = {**who, "Content-Type": "application/json", **(headers or {})}
        return Held(self.client, "POST", path, json.dumps(body).encode(), headers)

    def edit(self, user, **edit):
        answer = self.client.send("PATCH", f"/v1/users/{user}", edit, self.admin)
        self.assertEqual(answer.status, 200, answer.body)

    def test_a_confirmation_is_refused_when_the_right_to_it_is_gone_meanwhile(self):
        ways = {
            "suspended": (lambda user, who: self.edit(user, suspended=True), 401),
            "invited again": (lambda user, who: self.client.send("POST", f"/v1/users/{user}/invite", {}, self.admin), 401),
            "signed out": (lambda user, who: self.client.send("DELETE", "/v1/session", headers=who), 401),
            "an officer now": (lambda user, who: self.edit(user, role="officer"), 403),
            "of another unit": (lambda user, who: self.edit(user, unit="14818"), 403),
        }
        for number, (way, (change, status)) in enumerate(ways.items()):
            with self.subTest(way):
                user, who = self.colleague("supervisor")
                listing = self.propose(f"095088000{number}")
                confirm = self.held(who, f"/v1/listings/{listing}/confirm", {"reason": "đúng"}, {"If-Match": '"1"'})
                change(user, who)
                self.assertEqual(confirm.finish()[0], status)
                self.assertEqual(self.client.verdict(f"095088000{number}"), "no_record")

    def test_a_confirmation_stands_when_nothing_changed_meanwhile(self):
        _, who = self.colleague("supervisor")
        listing = self.propose("0950880009")
        confirm = self.held(who, f"/v1/listings/{listing}/confirm", {"reason": "đúng"}, {"If-Match": '"1"'})
        self.assertEqual(confirm.finish()[0], 200)
        self.assertEqual(self.client.verdict("0950880009"), "listed")

    def test_a_suspended_administrator_makes_no_accounts_any_more(self):
        user, who = self.colleague("admin")
        invite = self.held(who, "/v1/users", {"username": "cua.sau", "role": "admin", "unit": "14812", "reason": "đúng"})
        self.edit(user, suspended=True)
        self.assertEqual(invite.finish()[0], 401)
        names = [u["username"] for u in self.client.send("GET", "/v1/users?limit=200", headers=self.admin).json["items"]]
        self.assertNotIn("cua.sau", names)

    def test_a_suspended_officer_proposes_nothing_any_more(self):
        user, who = self.colleague("officer")
        body = {"identifier": {"q": "0950881000"}, "method": "khac"}
        proposal = self.held(who, "/v1/listings", body)
        rows = "STT,SĐT đối tượng lừa đảo\n1,0950881001\n".encode()
        batch = Held(self.client, "POST", "/v1/imports?dry_run=false", rows, {**who, "Content-Type": "text/csv"})
        self.edit(user, suspended=True)
        self.assertEqual((proposal.finish()[0], batch.finish()[0]), (401, 401))
        for number in ("0950881000", "0950881001"):
            shown = self.client.send("GET", f"/v1/listings?key=phone:%2B84{number[1:]}", headers=self.admin)
            self.assertEqual(shown.json["items"], [])

    def test_a_partner_that_was_suspended_while_it_waited_is_told_no_more(self):
        partner = {"name": "Ngân hàng chờ", "kind": "bank", "scopes": ["feed:read"]}
        made = self.client.send("POST", "/v1/partners", partner, self.admin).json
        form = urllib.parse.urlencode(
            {"grant_type": "client_credentials", "client_id": made["client_id"], "client_secret": made["client_secret"]}
        ).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        token = self.client.send("POST", "/v1/oauth/token", headers=kind, raw=form).json["access_token"]
        bearer = {"Authorization": "Bearer " + token}
        head = int(self.client.send("GET", "/v1/feed/snapshot", headers=bearer).headers["feed-size"])
        told = []
        ask = lambda: told.append(self.client.send("GET", f"/v1/feed/changes?after={head}&wait=55", headers=bearer))
        waiting = threading.Thread(target=ask)
        waiting.start()
        edit = self.client.send("PATCH", f"/v1/partners/{made['id']}", {"suspended": True}, self.admin)
        self.assertEqual(edit.status, 200, edit.body)
        _, who = self.colleague("supervisor")
        listing = self.propose("0950882000")
        confirm = self.client.send(
            "POST", f"/v1/listings/{listing}/confirm", {"reason": "đúng"}, {**who, "If-Match": '"1"'}
        )
        self.assertEqual(confirm.status, 200)
        waiting.join(timeout=60)
        self.assertEqual([answer.status for answer in told], [401])
