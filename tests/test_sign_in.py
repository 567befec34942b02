"""Signing in while others try to keep somebody out; what a session's secrets are good for, and for how long."""

import base64
import http.client
import itertools
import json
import queue
import re
import threading
import time
import unittest
import urllib.parse
import uuid

from client import Client, Program, totp

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def sign_in_at_the_desk(url, user, sender="192.0.2.1"):
    """The status and the cookies that the form is answered with, before the browser is led on."""
    fields = {"username": user["username"], "password": user["password"], "otp": totp(user["totp_secret"])}
    connection = http.client.HTTPConnection(url.split("//")[1], timeout=60)
    try:
        headers = {**FORM, "X-Forwarded-For": sender} if sender else FORM
        connection.request("POST", "/desk/sign-in", urllib.parse.urlencode(fields), headers)
        answer = connection.getresponse()
        answer.read()
        told = " ".join(value for name, value in answer.getheaders() if name.lower() == "set-cookie")
        return answer.status, dict(re.findall(r"(__Host-[a-z]+)=([^; ]*)", told))
    finally:
        connection.close()


class SignIn(unittest.TestCase):
    settings = {"CANHGIAC_SERVER__TRUSTED_PROXIES": "127.0.0.1", "CANHGIAC_LIMITS__IPV6_48_TIMES": "16"}

    @classmethod
    def setUpClass(cls):
        cls.program = Program("demo", "--listen", "127.0.0.1:0", "--json", environment=cls.settings)
        cls.addClassCleanup(cls.program.stop)
        cls.demo = json.loads(cls.program.first_line)
        cls.client = Client(cls.demo["url"])
        cls.users = iter(cls.demo["users"])

    def post(self, path, body, sender=None, headers=None):
        sent = {"X-Forwarded-For": sender} if sender else {}
        return self.client.send("POST", path, body, {**sent, **(headers or {})})

    def right(self, user, **more):
        return {"username": user["username"], "password": user["password"], "otp": totp(user["totp_secret"]), **more}

    def wrong(self, user):
        return {"username": user["username"], "password": "sai mat khau nhe", "otp": "000000"}


class KeptOut(SignIn):
    def test_nobody_keeps_an_officer_out_by_failing_in_their_name(self):
        user = next(self.users)
        for host in range(1, 25):
            self.assertEqual(self.post("/v1/session", self.wrong(user), f"203.0.113.{host}").status, 401)
        for _ in range(8):
            last = self.post("/v1/session", self.wrong(user), "203.0.113.1")
        self.assertEqual(last.status, 429)
        signed_in = self.post("/v1/session", self.right(user), "192.0.2.1")
        self.assertEqual(signed_in.status, 200, signed_in.body)

    def test_a_known_device_signs_in_whatever_strangers_do_from_its_own_address(self):
        user, office = next(self.users), "192.0.2.2"
        device = self.post("/v1/session", self.right(user), office).json["device"]
        while self.post("/v1/session", self.wrong(user), office).status != 429:
            pass
        told = [self.post("/v1/session", {**self.wrong(user), "device": shown}, office).status for shown in (device, "cgk_AAAA")]
        self.assertEqual(told, [401, 429], "what is no device's token is a stranger's")
        other = {**self.wrong(next(self.users)), "device": device}
        self.assertEqual(self.post("/v1/session", other, office).status, 401, "known to one account alone")

    def test_one_persons_24_failures_leave_the_office_its_address(self):
        clumsy, colleague, office = next(self.users), next(self.users), "192.0.2.3"
        answers = [self.post("/v1/session", self.wrong(clumsy), office).status for _ in range(24)]
        self.assertIn(429, answers)
        self.assertEqual(self.post("/v1/session", self.right(colleague), office).status, 200)

    def test_step_up_is_counted_by_session(self):
        user = next(self.users)
        session = self.post("/v1/session", self.right(user), "192.0.2.4").json
        bearer = {"Authorization": "Bearer " + session["access_token"]}
        # Others fail in the account's name, and it does not matter to the session.
        for _ in range(10):
            self.post("/v1/session", self.wrong(user), "192.0.2.4")
        shown = [self.post("/v1/session/step-up", {"otp": "000000"}, "192.0.2.4", bearer).status for _ in range(7)]
        self.assertEqual(shown[:5], [401] * 5)
        self.assertIn(429, shown)


class Flood(SignIn):
    # The program, sixty clients and whatever else the machine is at share its processors.
    SOON = 10.0

    def flood(self, addresses):
        """Sixty clients that sign in falsely again and again, each time in another name. Goes on after the 600th answer."""
        enough, answers, names = threading.Event(), queue.Queue(), itertools.count()

        def try_on(address):
            while not enough.is_set():
                body = {"username": f"khong.co.{next(names)}", "password": "sai mat khau nhe", "otp": "000000"}
                answers.put(self.post("/v1/session", body, address).status)

        clients = [threading.Thread(target=try_on, args=(addresses[n % len(addresses)],)) for n in range(60)]
        for client in clients:
            client.start()

        def stop():
            enough.set()
            for client in clients:
                client.join()

        self.addCleanup(stop)
        statuses = [answers.get() for _ in range(600)]
        self.assertLessEqual(set(statuses), {401, 429, 503})
        return stop

    def took(self, body, sender):
        started = time.monotonic()
        answer = self.post("/v1/session", body, sender)
        return answer, time.monotonic() - started

    def test_600_false_sign_ins_from_one_address_or_one_customer_do_not_keep_an_officer_waiting(self):
        customer = [f"2001:db8:7:{n:02x}00::1" for n in range(60)]
        for addresses in (["203.0.113.9"], customer):
            stop = self.flood(addresses)
            answer, seconds = self.took(self.right(next(self.users)), "192.0.2.20")
            stop()
            self.assertEqual(answer.status, 200, answer.body)
            self.assertLess(seconds, self.SOON)

    def test_a_flood_from_everywhere_leaves_a_known_device_its_turn(self):
        body = self.right(next(self.users))
        device = self.post("/v1/session", body, "192.0.2.21").json["device"]
        stop = self.flood([f"198.51.100.{n}" for n in range(60)])
        answer, seconds = self.took({**body, "device": device}, "192.0.2.21")
        stop()
        # The code is used up, however long the flood took: what counts is that it was looked at, and soon.
        self.assertEqual(answer.status, 401, answer.body)
        self.assertLess(seconds, self.SOON)


class Buckets(SignIn):
    settings = {
        **SignIn.settings,
        "CANHGIAC_LIMITS__SIGN_IN_PER_MINUTE": "2",
        "CANHGIAC_LIMITS__REFRESH_PER_MINUTE": "2",
        "CANHGIAC_LIMITS__TOKENS_PER_MINUTE": "2",
        "CANHGIAC_LIMITS__ENROLMENT_PER_MINUTE": "2",
    }

    def tries(self):
        user = self.demo["users"][0]
        begun = {"username": "khong.co", "code": "x", "password": "x"}
        token = lambda sender: self.client.send(
            "POST", "/v1/oauth/token", raw=b"grant_type=client_credentials", headers={**FORM, "X-Forwarded-For": sender}
        )
        return {
            "sign-in": lambda sender: self.post("/v1/session", self.wrong(user), sender),
            "refresh": lambda sender: self.post("/v1/session/refresh", {"refresh_token": "x"}, sender),
            "token": token,
            "enrolment": lambda sender: self.post("/v1/enrolment", begun, sender),
        }

    def test_each_kind_of_attempt_has_a_bucket_of_its_own(self):
        for number, (name, flood) in enumerate(self.tries().items()):
            sender = f"192.0.2.{30 + number}"
            statuses = [flood(sender).status for _ in range(3)]
            self.assertNotIn(429, statuses[:2], name)
            self.assertEqual(statuses[2], 429, name)
            for other, attempt in self.tries().items():
                if other != name:
                    self.assertNotEqual(attempt(sender).status, 429, f"{other} after a flood of {name}")

    def test_wrong_secrets_where_partners_read_are_attempts_to_get_a_token(self):
        partner, other = self.demo["partners"][1], self.demo["partners"][0]

        def read(secret, sender, path="/v1/feed/snapshot", who=partner["client_id"]):
            basic = base64.b64encode(f"{who}:{secret}".encode()).decode()
            return self.client.send("GET", path, headers={"Authorization": "Basic " + basic, "X-Forwarded-For": sender}).status

        good, wrong = partner["client_secret"], other["client_secret"]
        self.assertEqual([read(good, "192.0.2.40") for _ in range(5)], [200] * 5, "a right secret costs nothing")
        self.assertEqual([read(wrong, "192.0.2.40") for _ in range(3)], [401, 401, 429])
        self.assertEqual(read(good, "192.0.2.40"), 429, "nor is a guess told apart")
        self.assertEqual(read(wrong, "192.0.2.40", "/v1/check?q=113"), 429)
        self.assertEqual(self.tries()["token"]("192.0.2.40").status, 429, "the bucket is the same")
        self.assertEqual(read(good, "192.0.2.41"), 200)
        unknown = [read(good, "192.0.2.42", "/v1/check?q=113", str(uuid.uuid4())) for _ in range(3)]
        self.assertEqual(unknown, [401, 401, 429])

    def test_a_wrong_secret_with_a_large_body_is_one_attempt(self):
        partner, other = self.demo["partners"][1], self.demo["partners"][0]
        basic = base64.b64encode(f"{partner['client_id']}:{other['client_secret']}".encode()).decode()
        # Whose body it is matters from 32 KiB on, before it is read.
        for number, size in enumerate((10, 40_000)):
            raw = json.dumps({"q": "113"}).encode() + b" " * size
            headers = {"Authorization": "Basic " + basic, "Content-Type": "application/json", "X-Forwarded-For": f"192.0.2.{50 + number}"}
            statuses = [self.client.send("POST", "/v1/check", raw=raw, headers=headers).status for _ in range(3)]
            self.assertEqual(statuses, [401, 401, 429], size)

    def test_households_of_one_customer_share_a_bucket_of_sixteen(self):
        refresh = self.tries()["refresh"]
        statuses = [refresh(f"2001:db8:9:{n:02x}00::1").status for n in range(34)]
        self.assertEqual(statuses, [401] * 32 + [429] * 2)
        self.assertEqual(refresh("2001:db8:a::1").status, 401)


class Secrets(SignIn):
    def refresh(self, token):
        return self.post("/v1/session/refresh", {"refresh_token": token})

    def desk(self, cookie):
        """Whether a cookie opens the desk."""
        answer = self.client.send("GET", "/desk/sessions", headers={"Cookie": "__Host-desk=" + cookie})
        return 'action="/desk/sign-out"' in answer.body

    def test_a_sessions_id_or_a_made_up_secret_ends_no_session(self):
        session = self.post("/v1/session", self.right(next(self.users))).json
        token = session["refresh_token"]
        _, sid, secret = token.split("_", 2)
        for made_up in (f"cgr_{sid}_", f"cgr_{sid}_{'A' * len(secret)}", f"cgr_{sid}_{secret[:-4]}AAAA"):
            self.assertEqual(self.refresh(made_up).code, "invalid-refresh-token")
        second = self.refresh(token)
        self.assertEqual(second.status, 200, second.body)
        # What was its secret once says that somebody copied it.
        self.assertEqual(self.refresh(token).status, 401)
        self.assertEqual(self.refresh(second.json["refresh_token"]).status, 401)

    def test_cookie_and_refresh_token_are_never_taken_for_each_other(self):
        first, second = next(self.users), next(self.users)
        status, cookies = sign_in_at_the_desk(self.demo["url"], first)
        self.assertEqual(status, 303)
        cookie = cookies["__Host-desk"]
        self.assertTrue(self.desk(cookie))
        for text in (cookie, "cgr_" + cookie[4:]):
            self.assertEqual(self.refresh(text).code, "invalid-refresh-token")
        self.assertTrue(self.desk(cookie), "the session stands")
        token = self.post("/v1/session", self.right(second)).json["refresh_token"]
        for text in (token, "cgd_" + token[4:]):
            self.assertFalse(self.desk(text))
        self.assertEqual(self.refresh(token).status, 200)
        # The browser is known from now: a second account joins the first.
        self.assertTrue(cookies["__Host-device"].startswith("cgk_"))

    def test_one_enrolment_code_gives_one_person_a_second_factor(self):
        admin = self.client.sign_in(self.demo["users"][6])
        body = {"username": "nguoi.moi", "role": "officer", "unit": "14812"}
        code = self.client.send("POST", "/v1/users", body, admin).json["enrolment_code"]
        begin = lambda: self.post("/v1/enrolment", {"username": "nguoi.moi", "code": code, "password": "Xk9#tQz2!pV7 nhe"})
        confirm = lambda secret: self.post("/v1/enrolment/confirm", {"username": "nguoi.moi", "code": code, "otp": totp(secret)})
        first, second = begin().json["totp_secret"], begin().json["totp_secret"]
        self.assertNotEqual(first, second)
        self.assertEqual(confirm(first).code, "bad-credentials")
        self.assertEqual(confirm(second).status, 200)


class Proxy(unittest.TestCase):
    def test_a_proxy_that_is_not_named_is_told_of_at_once(self):
        program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        self.addCleanup(program.stop)
        demo = json.loads(program.first_line)
        client, admin = Client(demo["url"]), demo["users"][6]
        ready = lambda headers=None: client.send("GET", "/readyz", headers=headers)
        self.assertEqual(ready().json["forwarded"], "none")
        _, cookies = sign_in_at_the_desk(demo["url"], admin, sender=None)
        cookie = {"Cookie": "__Host-desk=" + cookies["__Host-desk"]}
        desk = lambda: client.send("GET", "/desk", headers=cookie).body
        self.assertNotIn("trusted_proxies", desk())
        for header in ({"X-Forwarded-For": "203.0.113.1"}, {"Forwarded": "for=203.0.113.1"}) * 2:
            client.send("GET", "/vi", headers=header)
        self.assertEqual(ready().json["forwarded"], "unbelieved")
        self.assertIn("trusted_proxies", desk())
        told = [line for line in program.logged().splitlines() if "trusted_proxies" in line]
        self.assertEqual(len(told), 1, told)


if __name__ == "__main__":
    unittest.main()
