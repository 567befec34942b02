"""What time does: the real binary under another clock (libfaketime)."""

import glob
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

from client import BINARY, Client, Program, run, totp, until
from test_desk import Browser

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
        # Whoever copied the token of before gains nothing by it.
        self.assertEqual(self.confirm(second, supervisor).code, "step-up-required")
        fresh = {"Authorization": "Bearer " + shown.json["access_token"]}
        self.assertEqual(self.confirm(second, fresh).status, 200)

    def test_a_session_ends_when_it_is_idle_and_at_its_limit_however_it_is_used(self):
        used, idle = (self.client.session(user)["refresh_token"] for user in self.users[:2])

        def refresh(token):
            return self.client.send("POST", "/v1/session/refresh", {"refresh_token": token})

        for minutes in range(50, 12 * 60, 50):
            self.set(minutes * 60)
            answer = refresh(used)
            self.assertEqual(answer.status, 200, minutes)
            used = answer.json["refresh_token"]
            if minutes == 100:
                self.assertEqual(refresh(idle).code, "invalid-refresh-token")
        self.set(12 * 3600 - 60)
        used = refresh(used).json["refresh_token"]
        self.set(12 * 3600 + 60)
        self.assertEqual(refresh(used).code, "invalid-refresh-token")

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

    def again(self, ahead):
        """A stop, and a start under another clock."""
        self.assertEqual(self.program.stop(), 0)
        self.again_after_a_stop(ahead)

    def again_after_a_stop(self, ahead):
        self.set(ahead)
        self.program = self.start("serve")
        self.client = Client(self.program.first_line.split()[-1])

    def ready(self):
        answer = self.client.send("GET", "/readyz")
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def logs(self, words, times=1):
        """Waits until the log says it so many times: the schedule has looked at the clock then."""
        until(lambda: self.program.logged().count(words) >= times, lambda: f"{words!r} in the log: {self.program.logged()}")

    def confirm_clock(self, who, **body):
        return self.client.send("POST", "/v1/clock/confirm", {"reason": "đã xem đồng hồ khác", **body}, who)

    def status_of(self, number, who, wanted):
        path = f"/v1/listings?key={number}"
        status = lambda: self.client.send("GET", path, headers=who).json["items"][0]["status"]
        until(lambda: status() == wanted, status)
        return wanted

    def test_what_fell_due_while_the_program_was_down_expires_when_the_clock_is_confirmed(self):
        self.assertEqual(self.client.verdict("0950001001"), "listed")
        self.again(91 * DAY)
        self.logs("nothing expires")
        self.assertEqual(self.ready()["clock"], "held")
        self.assertEqual(self.client.verdict("0950001001"), "listed")
        officer = self.client.sign_in(self.users[0], ahead=self.ahead)
        admin = self.client.sign_in(self.users[6], ahead=self.ahead)
        self.assertEqual(self.confirm_clock(officer).code, "forbidden")
        self.assertEqual(self.confirm_clock(admin, reason=" ").status, 422)
        self.assertEqual(self.ready()["clock"], "held")
        self.assertEqual(self.confirm_clock(admin).status, 204)
        self.assertEqual(self.ready()["clock"], "steady")
        self.assertEqual(self.client.verdict("0950001001"), "no_record")
        self.assertEqual(self.client.verdict("VCB 0000000070001"), "listed")
        self.assertEqual(self.status_of("0950001001", admin, "expired"), "expired")
        trail = self.client.send("GET", "/v1/audit?limit=100", headers=admin).json["items"]
        told = [item for item in trail if {"change": "clock_confirmed"} in item["changes"]]
        self.assertEqual(len(told), 1)
        self.assertEqual(told[0]["by"]["kind"], "user")
        # Confirmed once is enough, also for the next start.
        self.again(91 * DAY + 3_600)
        self.assertEqual(self.ready()["clock"], "steady")
        self.assertEqual(self.program.stop(), 0)
        self.assertEqual(run("verify", "--data", self.data).returncode, 0)
        self.program = self.start("serve")

    def test_a_rest_of_up_to_thirty_days_is_believed_and_a_longer_one_is_not(self):
        for ahead, clock in [(29 * DAY, "steady"), (60 * DAY, "held"), (58 * DAY, "steady"), (20 * DAY, "held")]:
            self.again(ahead)
            self.assertEqual(self.ready()["clock"], clock, ahead / DAY)
            if clock == "steady":
                # The ledger tells the time before the next stop.
                self.told_until(ahead)

    def told_until(self, ahead):
        def told():
            size = int(self.checkpoint()[1])
            leaf = self.client.send("GET", f"/v1/ledger/proof?index={size - 1}").json["leaf"]
            return abs(leaf["t"] - time.time() - ahead) < 600

        until(told, "the ledger does not tell the time")

    def test_a_clock_that_jumps_expires_nothing_and_is_forgotten_when_it_is_back(self):
        auditor = self.client.sign_in(self.users[5])
        before = self.checkpoint()
        for times, jump in enumerate([100 * DAY, -100 * DAY, 2 * DAY, 20_000 * DAY], 1):
            self.set(jump)
            self.assertEqual(self.client.verdict("0950001001"), "listed")
            self.assertEqual(self.ready()["clock"], "held")
            self.logs("nothing expires", times)
            self.assertEqual(self.client.verdict("0950001001"), "listed")
            self.set(0)
            self.assertEqual(self.ready()["clock"], "steady")
            self.logs("the clock is trusted again", times)
            self.assertEqual(self.client.verdict("0950001001"), "listed")
        self.assertEqual(self.checkpoint(), before)
        self.assertEqual(self.status_of("0950001001", auditor, "listed"), "listed")

    def test_what_is_decided_under_a_wrong_clock_gets_the_time_that_counts(self):
        self.set(100 * DAY)
        officer = self.client.sign_in(self.users[0], ahead=self.ahead)
        supervisor = self.client.sign_in(self.users[1], ahead=self.ahead)
        listing = self.propose("0950760005", officer)
        confirmed = self.confirm(listing, supervisor)
        self.assertEqual(confirmed.status, 200, confirmed.body)
        self.assertEqual(self.client.verdict("0950760005"), "listed")
        size = int(self.checkpoint()[1])
        leaf = self.client.send("GET", f"/v1/ledger/proof?index={size - 1}").json["leaf"]
        self.assertLess(abs(leaf["t"] - time.time()), 600)
        until = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 90 * DAY))
        self.assertEqual(confirmed.json["valid_until"][:10], until)
        # Records of the wrong time, such as the sign-ins, do not make the next start believe it.
        self.again(100 * DAY)
        self.assertEqual(self.ready()["clock"], "held")
        self.assertEqual(self.client.verdict("0950001001"), "listed")
        self.again(0)
        self.assertEqual(self.ready()["clock"], "steady")
        self.assertEqual(self.client.verdict("0950760005"), "listed")

    def test_the_desk_warns_administrators_and_lets_them_confirm_the_clock(self):
        self.again(91 * DAY)
        desk = Browser(self.client.url).sign_in(self.users[6], ahead=self.ahead)
        page = desk.go("/desk")
        self.assertIn("Đồng hồ máy chủ có thể sai", page.text())
        page = desk.go("/desk/clock").send("/desk/clock", reason="đã xem đồng hồ khác")
        self.assertIn("Không có gì phải xác nhận", page.text())
        self.assertNotIn("Đồng hồ máy chủ có thể sai", desk.go("/desk").text())
        self.assertEqual(self.client.verdict("0950001001"), "no_record")

    def at_the_console(self, *words):
        command = [BINARY, "clock", *words, "--data", self.data]
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **self.environment})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def confirmed_at_the_console(self, ahead):
        self.assertEqual(self.program.stop(), 0)
        self.set(ahead)
        for words in ("confirmed", "nothing to confirm"):
            self.assertIn(words, self.at_the_console("confirm", "--reason", "đã xem đồng hồ khác"))
        self.again_after_a_stop(ahead)

    def test_the_clock_is_confirmed_at_the_console(self):
        self.again(91 * DAY)
        self.confirmed_at_the_console(91 * DAY)
        self.assertEqual(self.ready()["clock"], "steady")
        self.assertEqual(self.client.verdict("0950001001"), "no_record")

    def total(self):
        """Listings in force, once they are counted: soon after a start."""
        return until(lambda: self.client.send("GET", "/v1/stats").json.get("total"), "counts")

    def test_a_right_clock_after_a_wrong_one_that_was_confirmed_takes_no_warning_away(self):
        # The console writes the wrong time down, and nothing expires there.
        total = self.total()
        self.again(91 * DAY)
        self.assertEqual(self.program.stop(), 0)
        self.at_the_console("confirm", "--reason", "nhầm")
        self.again_after_a_stop(0)
        self.assertEqual(self.ready()["clock"], "held")
        self.assertEqual(self.client.verdict("0950001001"), "listed")
        self.assertEqual(self.total(), total)

    def test_a_clock_that_was_set_back_and_confirmed_is_believed_at_the_next_starts(self):
        self.again(91 * DAY)
        self.confirmed_at_the_console(91 * DAY)
        self.again(0)
        self.assertEqual(self.ready()["clock"], "held")
        admin = self.client.sign_in(self.users[6])
        self.assertEqual(self.confirm_clock(admin).status, 204)
        self.assertEqual(self.ready()["clock"], "steady")
        # What is decided now tells no time before the leaf from the future; the start after it knows better.
        officer, supervisor = (self.client.sign_in(self.users[n]) for n in (0, 1))
        listing = self.propose("0950760006", officer)
        confirmed = self.confirm(listing, supervisor).json
        self.assertGreater(confirmed["valid_until"], confirmed["listed_at"])
        path, headers = f"/v1/listings/{listing}/renew", {**supervisor, "If-Match": '"2"'}
        renewed = self.client.send("POST", path, {"reason": "vẫn đúng"}, headers)
        self.assertEqual(renewed.status, 200, renewed.body)
        self.assertGreater(renewed.json["valid_until"], renewed.json["renewed_at"])
        for ahead, clock in [(60, "steady"), (29 * DAY, "steady"), (92 * DAY, "held"), (40 * DAY, "held")]:
            self.again(ahead)
            self.assertEqual(self.ready()["clock"], clock, ahead / DAY)
        self.assertEqual(self.client.verdict("0950760006"), "listed")
        self.assertEqual(self.program.stop(), 0)
        self.assertEqual(run("verify", "--data", self.data).returncode, 0)
        self.program = self.start("serve")

    def test_a_clock_that_was_set_back_is_confirmed_at_the_console_too(self):
        self.again(91 * DAY)
        self.confirmed_at_the_console(91 * DAY)
        self.assertEqual(self.program.stop(), 0)
        self.set(0)
        shown = self.at_the_console("show")
        self.assertIn("held", shown)
        for ahead in (0, 91 * DAY):
            self.assertIn(time.strftime("%Y-%m-%dT", time.gmtime(time.time() + ahead)), shown)
        self.again_after_a_stop(0)
        self.confirmed_at_the_console(0)
        self.assertEqual(self.ready()["clock"], "steady")
        self.assertEqual(self.client.verdict("VCB 0000000070001"), "listed")

    def checkpoint(self):
        return self.client.send("GET", "/v1/ledger/checkpoint").body.splitlines()

    def test_a_quiet_registry_gives_a_sign_of_life_each_hour(self):
        before = self.checkpoint()
        # A leaf tells its minute: up to a minute less than an hour after it was made, the hour may be over for it.
        self.set(58 * 60)
        time.sleep(1.5)  # the schedule looks each second; nothing may happen
        self.assertEqual(self.checkpoint(), before)
        # The first sign of life names the table of official numbers beside it.
        size = int(before[1]) + 1
        for hours in (1, 2):
            self.set(hours * 3_600 + 120)
            until(lambda: int(self.checkpoint()[1]) >= size + hours, self.checkpoint)
            self.assertEqual(int(self.checkpoint()[1]), size + hours)
        self.set(0)  # a clock that is set back makes nothing happen twice
        time.sleep(1.5)
        self.assertEqual(int(self.checkpoint()[1]), size + 2)
        last = self.client.send("GET", f"/v1/ledger/proof?index={size + 1}").json
        self.assertEqual(last["leaf"]["op"], "beat")

    def notes_in_the_journal(self):
        segments = pathlib.Path(self.data, "journal").iterdir()
        return sum(path.read_bytes().count("Ghi chú KÍN".encode()) for path in segments)

    def test_an_import_cut_in_the_middle_proposes_nothing_and_is_forgotten_after_a_day(self):
        officer = self.client.sign_in(self.users[0])
        lines = ["Số điện thoại,Ghi chú", *(f"095{n:07},Ghi chú KÍN" for n in range(400_000, 402_000))]
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
            self.assertTrue(sending.is_alive(), "the list was imported before it could be cut")
            sending.join(0.01)
        self.program.kill()
        sending.join()
        self.assertGreater(self.notes_in_the_journal(), 0)
        self.set(25 * 3_600)
        self.program = self.start("serve")
        self.client = Client(self.program.first_line.split()[-1])
        officer = self.client.sign_in(self.users[0], ahead=self.ahead)
        page = self.client.send("GET", "/v1/listings?key=0950400000", headers=officer).json
        self.assertEqual(page["items"], [])
        until(lambda: self.notes_in_the_journal() == 0, "notes of a list that was cut")
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
