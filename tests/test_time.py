"""What time does: the real binary under another clock (libfaketime)."""

import glob
import json
import pathlib
import shutil
import tempfile
import threading
import time
import unittest

from client import Client, Program, run, totp

DAY = 86_400


class Clock(unittest.TestCase):
    def setUp(self):
        library = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        if not library:
            self.skipTest("libfaketime is not installed")
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.addCleanup(shutil.rmtree, self.top)
        self.file = self.top / "clock"
        self.ahead = 0
        self.set(0)
        self.environment = {
            "LD_PRELOAD": library[0],
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "CANHGIAC_SCHEDULE__EVERY_SECONDS": "1",
        }
        self.data = str(self.top / "data")
        self.program = self.start("demo", "--json", admin=())
        demo = json.loads(self.program.first_line)
        self.users, self.client = demo["users"], Client(demo["url"])

    def tearDown(self):
        self.program.stop()

    def start(self, *command, admin=("--admin-listen", "127.0.0.1:0")):
        listen = ("--listen", "127.0.0.1:0", *admin)
        return Program(*command, "--data", self.data, *listen, environment=self.environment)

    def set(self, ahead):
        self.ahead = ahead
        self.file.write_text(f"{ahead:+d}\n")

    def propose(self, number, officer):
        body = {"identifier": {"q": number}, "method": "khac"}
        return self.client.send("POST", "/v1/listings", body, officer).json["id"]

    def confirm(self, listing, who):
        headers = {**who, "If-Match": '"1"'}
        path = f"/v1/listings/{listing}/confirm"
        return self.client.send("POST", path, {"reason": "đúng"}, headers)

    def test_a_decision_wants_a_second_factor_of_the_last_five_minutes(self):
        officer = self.client.sign_in(self.users[0])
        supervisor = self.client.sign_in(self.users[1])
        first, second = (self.propose(f"095076000{n}", officer) for n in range(2))
        self.set(295)
        self.assertEqual(self.confirm(first, supervisor).status, 200)
        self.set(310)
        self.assertEqual(self.confirm(second, supervisor).code, "step-up-required")
        self.assertEqual(self.client.verdict("0950760001"), "no_record")
        otp = {"otp": totp(self.users[1]["totp_secret"], ahead=self.ahead)}
        shown = self.client.send("POST", "/v1/session/step-up", otp, supervisor)
        self.assertEqual(shown.status, 200, shown.body)
        again = self.client.send("POST", "/v1/session/step-up", otp, supervisor)
        self.assertEqual(again.status, 401)
        self.assertEqual(self.confirm(second, supervisor).status, 200)

    def test_a_token_runs_out_and_each_refresh_token_is_good_once(self):
        session = self.client.session(self.users[0])
        bearer = {"Authorization": "Bearer " + session["access_token"]}
        self.set(session["expires_in"] - 5)
        self.assertEqual(self.client.send("GET", "/v1/me", headers=bearer).status, 200)
        self.set(session["expires_in"] + 60)
        self.assertEqual(self.client.send("GET", "/v1/me", headers=bearer).code, "unauthenticated")
        body = {"refresh_token": session["refresh_token"]}
        fresh = self.client.send("POST", "/v1/session/refresh", body)
        self.assertEqual(fresh.status, 200, fresh.body)
        bearer = {"Authorization": "Bearer " + fresh.json["access_token"]}
        self.assertEqual(self.client.send("GET", "/v1/me", headers=bearer).status, 200)
        # An old one that turns up again was copied: the whole session ends.
        self.assertEqual(self.client.send("POST", "/v1/session/refresh", body).status, 401)
        self.assertEqual(self.client.send("GET", "/v1/me", headers=bearer).status, 401)
        body = {"refresh_token": fresh.json["refresh_token"]}
        self.assertEqual(self.client.send("POST", "/v1/session/refresh", body).status, 401)

    def test_guessing_is_slowed_down_and_forgiven_after_the_wait(self):
        user = self.users[2]
        wrong = {"username": user["username"], "password": "sai mat khau nhe", "otp": "000000"}
        answers = [self.client.send("POST", "/v1/session", wrong) for _ in range(6)]
        self.assertEqual([a.status for a in answers], [401] * 5 + [429])
        wait = int(answers[-1].headers["retry-after"])
        self.assertGreaterEqual(wait, 1)
        right = {**wrong, "password": user["password"], "otp": totp(user["totp_secret"])}
        self.assertEqual(self.client.send("POST", "/v1/session", right).status, 429)
        self.set(wait + 31)
        right["otp"] = totp(user["totp_secret"], ahead=self.ahead)
        self.assertEqual(self.client.send("POST", "/v1/session", right).status, 200)

    def test_what_fell_due_while_the_program_was_down_expires_at_the_start(self):
        self.assertEqual(self.client.verdict("0950001001"), "listed")
        self.assertEqual(self.program.stop(), 0)
        self.set(91 * DAY)
        self.program = self.start("serve")
        self.client = Client(self.program.first_line.split()[-1])
        self.assertEqual(self.client.verdict("0950001001"), "no_record")
        self.assertEqual(self.client.verdict("VCB 0000000070001"), "listed")
        auditor = self.client.sign_in(self.users[5], ahead=self.ahead)
        listed = None
        for _ in range(100):
            page = self.client.send("GET", "/v1/listings?key=0950001001", headers=auditor).json
            listed = page["items"][0]
            if listed["status"] == "expired":
                break
            time.sleep(0.1)
        self.assertEqual(listed["status"], "expired")
        self.assertEqual(self.program.stop(), 0)
        self.assertEqual(run("verify", "--data", self.data).returncode, 0)
        self.program = self.start("serve")

    def checkpoint(self):
        return self.client.send("GET", "/v1/ledger/checkpoint").body.splitlines()

    def test_a_quiet_registry_gives_a_sign_of_life_each_hour(self):
        before = self.checkpoint()
        self.set(59 * 60)
        time.sleep(1.5)  # the schedule looks each second; nothing may happen
        self.assertEqual(self.checkpoint(), before)
        for hours in (1, 2):
            self.set(hours * 3_600 + 120)
            for _ in range(100):
                if int(self.checkpoint()[1]) == int(before[1]) + hours:
                    break
                time.sleep(0.1)
            self.assertEqual(int(self.checkpoint()[1]), int(before[1]) + hours)
        self.set(0)  # a clock that is set back makes nothing happen twice
        time.sleep(1.5)
        self.assertEqual(int(self.checkpoint()[1]), int(before[1]) + 2)
        last = self.client.send("GET", f"/v1/ledger/proof?index={int(before[1]) + 1}").json
        self.assertEqual(last["leaf"]["op"], "beat")

    def notes_in_the_journal(self):
        segments = pathlib.Path(self.data, "journal").iterdir()
        return sum(path.read_bytes().count("Ghi chú KÍN".encode()) for path in segments)

    def test_an_import_cut_in_the_middle_proposes_nothing_and_is_forgotten_after_a_day(self):
        officer = self.client.sign_in(self.users[0])
        lines = ["Số điện thoại,Ghi chú", *(f"095{n:07},Ghi chú KÍN" for n in range(400_000, 408_000))]
        raw = "\n".join(lines).encode()

        def send():
            headers = {**officer, "Content-Type": "text/csv"}
            try:
                self.client.send("POST", "/v1/imports", raw=raw, headers=headers)
            except OSError:
                pass

        sending = threading.Thread(target=send)
        sending.start()
        while self.notes_in_the_journal() < 120:
            pass
        self.program.kill()
        sending.join()
        self.assertGreater(self.notes_in_the_journal(), 0)
        self.set(25 * 3_600)
        self.program = self.start("serve")
        self.client = Client(self.program.first_line.split()[-1])
        officer = self.client.sign_in(self.users[0], ahead=self.ahead)
        page = self.client.send("GET", "/v1/listings?key=0950400000", headers=officer).json
        self.assertEqual(page["items"], [])
        for _ in range(300):
            if self.notes_in_the_journal() == 0:
                break
            time.sleep(0.1)
        self.assertEqual(self.notes_in_the_journal(), 0)
        self.assertEqual(self.program.stop(), 0)
        self.assertEqual(run("verify", "--data", self.data).returncode, 0)
        self.program = self.start("serve")

    def test_an_answer_given_again_after_a_restart_and_not_after_a_day(self):
        officer = self.client.sign_in(self.users[0])
        key = {"Idempotency-Key": "mot-lan"}
        body = {"identifier": {"q": "0950760009"}, "method": "khac"}
        first = self.client.send("POST", "/v1/listings", body, {**officer, **key})
        self.assertEqual(first.status, 201)
        for ahead, status in [(3_000, 201), (25 * 3_600, 409)]:
            self.assertEqual(self.program.stop(), 0)
            self.set(ahead)
            self.program = self.start("serve")
            self.client = Client(self.program.first_line.split()[-1])
            officer = self.client.sign_in(self.users[0], ahead=ahead)
            again = self.client.send("POST", "/v1/listings", body, {**officer, **key})
            self.assertEqual(again.status, status, again.body)
        self.assertEqual(again.code, "already-proposed")


if __name__ == "__main__":
    unittest.main()
