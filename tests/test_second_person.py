"""One person alone, whatever accounts they have and whatever way they take: nothing public, no right gained."""

import json
import pathlib
import shutil
import tempfile
import unittest

from client import Client, Program, free_port, run, totp

PASSWORD = "mua dong tren doi che xanh 71"
WHY = {"reason": "theo công văn"}


def enrol(client, username, code):
    """Whoever has the code becomes the owner of the account."""
    begun = client.send("POST", "/v1/enrolment", {"username": username, "code": code, "password": PASSWORD})
    assert begun.status == 200, begun.body
    secret = begun.json["totp_secret"]
    shown = {"username": username, "code": code, "otp": totp(secret, -1)}
    assert client.send("POST", "/v1/enrolment/confirm", shown).status == 200
    return {"username": username, "password": PASSWORD, "totp_secret": secret}


class Alone(unittest.TestCase):
    """An administrator who has two more accounts of his own."""

    @classmethod
    def setUpClass(cls):
        cls.program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        cls.addClassCleanup(cls.program.stop)
        demo = json.loads(cls.program.first_line)
        cls.client, cls.users = Client(demo["url"]), demo["users"]
        cls.officer = cls.client.sign_in(cls.users[0])
        cls.admin, cls.second = (cls.client.sign_in(user) for user in cls.users[6:8])
        cls.made = 0

    def send(self, method, path, body, who, **headers):
        return self.client.send(method, path, body, {**who, **headers})

    def new(self, role, unit="14812"):
        """One more account of his own: the row, and the token of its owner."""
        type(self).made += 1
        body = {"username": f"cua.minh.{self.made}", "role": role, "unit": unit}
        row = self.send("POST", "/v1/users", body, self.admin).json
        return row, self.client.sign_in(enrol(self.client, row["username"], row["enrolment_code"]))

    def proposal(self):
        type(self).made += 1
        number = f"09504001{self.made:02}"
        made = self.send("POST", "/v1/listings", {"identifier": {"q": number}, "method": "khac"}, self.officer)
        return number, made.json["id"]

    def stays_unlisted(self, who, code="awaits-approval"):
        number, listing = self.proposal()
        refused = self.send("POST", f"/v1/listings/{listing}/confirm", WHY, who, **{"If-Match": '"1"'})
        self.assertEqual((refused.status, refused.code), (403, code))
        self.assertEqual(self.client.verdict(number), "no_record")
        return number, listing

    def test_a_new_supervisor_of_his_lists_nothing(self):
        row, own = self.new("supervisor")
        number, listing = self.stays_unlisted(own)
        agree = f"/v1/approvals/{row['approval']}/agree"
        self.assertEqual(self.send("POST", agree, WHY, self.admin).code, "four-eyes")
        self.assertEqual(self.send("POST", agree, WHY, own).code, "awaits-approval")
        _, other = self.new("admin", "VN")
        self.assertEqual(self.send("POST", agree, WHY, other).code, "awaits-approval")
        # Somebody else stands behind it: now it works, and the session that is open works at once.
        self.assertEqual(self.send("POST", agree, WHY, self.second).status, 200)
        done = self.send("POST", f"/v1/listings/{listing}/confirm", WHY, own, **{"If-Match": '"1"'})
        self.assertEqual((done.status, self.client.verdict(number)), (200, "listed"))

    def test_no_detour_makes_an_account_decide(self):
        for way in ["another role", "another unit", "back from a suspension", "invited again", "twice round"]:
            with self.subTest(way):
                row, own = self.new("officer" if way == "another role" else "supervisor")
                path = f"/v1/users/{row['id']}"
                if way != "another role":
                    self.client.agreed(self.second, self.send("GET", path, None, self.admin))
                match way:
                    case "another role":
                        steps = [{"role": "supervisor"}, {}, {"suspended": False}]
                    case "another unit":
                        steps = [{"unit": "14818"}, {"unit": "14812"}]
                    case "twice round":
                        steps = [{"role": "auditor"}, {"role": "supervisor"}, {"unit": "14812"}]
                    case _:
                        steps = [{"suspended": True}, {"suspended": False}] if way.startswith("back") else []
                for step in steps:
                    self.assertEqual(self.send("PATCH", path, step, self.admin).status, 200)
                if way == "invited again":
                    again = self.send("POST", path + "/invite", {}, self.admin).json
                    own = self.client.sign_in(enrol(self.client, row["username"], again["enrolment_code"]))
                elif way.startswith("back"):
                    user = {"username": row["username"], "password": PASSWORD}
                    self.assertIsNotNone(self.send("GET", path, None, self.admin).json["approval"], user)
                    continue
                self.assertIsNotNone(self.send("GET", path, None, self.admin).json["approval"])
                self.stays_unlisted(own)

    def test_a_colleagues_account_that_he_takes_over_decides_nothing(self):
        victim = self.users[3]
        rows = self.send("GET", "/v1/users?limit=200", None, self.admin).json["items"]
        [row] = [row for row in rows if row["username"] == victim["username"]]
        again = self.send("POST", f"/v1/users/{row['id']}/invite", {}, self.admin).json
        taken = self.client.sign_in(enrol(self.client, row["username"], again["enrolment_code"]))
        number, listing = self.proposal()
        refused = self.send("POST", f"/v1/listings/{listing}/confirm", WHY, taken, **{"If-Match": '"1"'})
        self.assertEqual(refused.code, "awaits-approval")

    def test_he_protects_and_unprotects_no_number(self):
        body = {"identifier": {"q": "0950400900"}, "name_vi": "Tổng đài", "name_en": "Hotline", **WHY}
        asked = self.send("POST", "/v1/officials", body, self.admin)
        self.assertEqual(asked.status, 202, asked.body)
        self.assertEqual(asked.headers["location"], f"/v1/approvals/{asked.json['id']}")
        self.assertEqual(self.client.verdict("0950400900"), "no_record")
        self.assertEqual(self.send("POST", "/v1/officials", body, self.second).code, "already-exists")
        agree = f"/v1/approvals/{asked.json['id']}/agree"
        self.assertEqual(self.send("POST", agree, WHY, self.admin).code, "four-eyes")
        self.assertEqual(self.send("POST", agree, {}, self.second).code, "validation")
        self.assertEqual(self.send("POST", agree, WHY, self.second).json["status"], "agreed")
        self.assertEqual(self.client.verdict("0950400900"), "official")
        self.assertEqual(self.send("POST", agree, WHY, self.second).code, "not-open")
        key = "/v1/officials/phone:+84950400900"
        taken_off = self.send("DELETE", key, WHY, self.admin)
        refuse = f"/v1/approvals/{taken_off.json['id']}/refuse"
        self.assertEqual(self.send("POST", refuse, WHY, self.second).json["status"], "refused")
        self.assertEqual(self.client.verdict("0950400900"), "official")
        without = {name: value for name, value in body.items() if name != "reason"}
        self.assertEqual(self.send("POST", "/v1/officials", without, self.admin).code, "validation")

    def test_a_request_sent_again_shows_no_code_that_somebody_made_since(self):
        user = {"username": "gui.lai", "role": "supervisor", "unit": "14812"}
        partner = {"name": "Gửi lại", "kind": "bank", "scopes": ["feed:read"]}
        for path, body, renew, secret in [
            ("/v1/users", user, "invite", "enrolment_code"), ("/v1/partners", partner, "secret", "client_secret"),
        ]:
            key = {"Idempotency-Key": "gui-lai-" + secret}
            made = self.send("POST", path, body, self.admin, **key)
            self.assertEqual(self.send("POST", path, body, self.admin, **key).json[secret], made.json[secret])
            row = made.json.get("id") or made.json["client_id"]
            since = self.send("POST", f"{path}/{row}/{renew}", None, self.second).json[secret]
            again = self.send("POST", path, body, self.admin, **key)
            self.assertEqual((again.status, again.code), (409, "already-exists"))
            self.assertNotIn(since, again.body)

    def test_the_trail_tells_who_asked_and_who_agreed(self):
        row, _ = self.new("supervisor")
        self.client.agreed(self.second, self.send("GET", f"/v1/users/{row['id']}", None, self.admin))
        items = self.send("GET", "/v1/audit?limit=200", None, self.admin).json["items"]
        told = [(change["change"], item["by"]["id"]) for item in items for change in item["changes"]
                if change.get("approval") == row["approval"]]
        me = lambda who: self.send("GET", "/v1/me", None, who).json["id"]
        self.assertEqual(sorted(told), [("approval_agreed", me(self.second)), ("approval_asked", me(self.admin))])

    def test_a_proposer_renews_alone_once(self):
        _, own = self.new("supervisor")
        supervisor = self.client.sign_in(self.users[1])
        body = {"identifier": {"q": "0950400901"}, "method": "khac"}
        listing = self.send("POST", "/v1/listings", body, supervisor).json["id"]
        above = self.client.sign_in(self.users[4])
        version = 1
        for deed, who, status in [
            ("confirm", above, 200), ("renew", supervisor, 200), ("renew", supervisor, 403), ("renew", above, 200),
            ("renew", supervisor, 200),
        ]:
            answer = self.send("POST", f"/v1/listings/{listing}/{deed}", WHY, who, **{"If-Match": f'"{version}"'})
            self.assertEqual(answer.status, status, answer.body)
            version += status == 200


class AtTheMachine(unittest.TestCase):
    """Somebody at the machine itself, who may also have accounts."""

    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.addCleanup(shutil.rmtree, self.top)
        self.data, self.program = self.top / "data", None
        # Tokens name the address that gave them.
        self.listen = ("--listen", f"127.0.0.1:{free_port()}", "--admin-listen", "127.0.0.1:0")
        self.addCleanup(self.stop)

    def run(self, *arguments, code=0):
        if isinstance(arguments[0], unittest.TestResult):
            return super().run(*arguments)
        done = run(*arguments, "--data", str(self.data), "--json")
        self.assertEqual(done.returncode, code, done.stderr)
        return json.loads(done.stdout) if code == 0 and done.stdout.strip() else done

    def serve(self):
        self.program = Program("serve", "--data", str(self.data), *self.listen)
        self.client = Client(self.program.first_line.split()[-1])
        return self.client

    def stop(self):
        program, self.program = self.program, None
        if program:
            self.assertEqual(program.stop(), 0)

    def test_two_administrators_are_founded_and_nobody_else_decides_by_the_machine_alone(self):
        refused = run("init", "--data", str(self.data), "--admin", "mot.nguoi", "--second-admin", "mot.nguoi")
        self.assertEqual(refused.returncode, 2)
        self.assertFalse(self.data.exists())
        founded = self.run("init", "--admin", "quan.tri")
        self.assertEqual((founded["approval"], founded["second"]["approval"]), (None, None))
        supervisor = self.run("user", "add", "chi.huy", "--role", "supervisor", "--unit", "14812")
        officer = self.run("user", "add", "can.bo", "--role", "officer", "--unit", "14812")
        self.assertIsNone(officer["approval"])
        client = self.serve()
        admins = []
        for row in (founded, founded["second"]):
            admins.append(client.sign_in(enrol(client, row["username"], row["enrolment_code"])))
        own = enrol(client, "chi.huy", supervisor["enrolment_code"])
        enrol(client, "can.bo", officer["enrolment_code"])
        agree = f"/v1/approvals/{supervisor['approval']}/agree"
        first = client.send("POST", agree, WHY, admins[0])
        self.assertEqual((first.status, first.json["status"], first.json["wants"]), (200, "pending", 2))
        self.assertEqual(client.send("POST", agree, WHY, admins[0]).code, "four-eyes")
        self.assertEqual(client.send("POST", agree, WHY, admins[1]).json["status"], "agreed")
        self.stop()
        # Both can act now: a third administrator waits like everybody, also one that is invited again.
        third = self.run("user", "add", "nguoi.ba", "--role", "admin", "--unit", "VN")
        self.assertIsNotNone(third["approval"])
        self.assertIsNotNone(self.run("user", "invite", "nguoi.ba")["approval"])
        # A list that was brought in at the machine, in the name of one who decides.
        rows = self.top / "list.csv"
        rows.write_text("STT,SĐT đối tượng lừa đảo\n1,0950500001\n")
        self.run("import", str(rows), "--user", "chi.huy")
        client = self.serve()
        lent = client.sign_in(own)
        [batch] = client.send("GET", "/v1/imports", headers=lent).json["items"]
        confirm = lambda who: client.send(
            "POST", f"/v1/imports/{batch['id']}/confirm", WHY,
            {**who, "If-Match": client.send("GET", f"/v1/imports/{batch['id']}", headers=who).headers["etag"]},
        )
        self.assertEqual(confirm(lent).status, 200)
        self.assertEqual(client.verdict("0950500001"), "no_record")
        self.assertEqual(confirm(lent).code, "four-eyes")
        other = client.send(
            "POST", "/v1/users", {"username": "chi.huy.hai", "role": "supervisor", "unit": "14812"}, admins[0]
        )
        self.assertEqual(other.status, 201, other.body)
        client.agreed(admins[1], other)
        second = client.sign_in(enrol(client, "chi.huy.hai", other.json["enrolment_code"]))
        self.assertEqual(confirm(second).status, 200)
        self.assertEqual(client.verdict("0950500001"), "listed")


if __name__ == "__main__":
    unittest.main()
