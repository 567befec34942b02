"""What a refused check tells: nothing. A scraper at every level of the bucket, on every channel."""

import json
import pathlib
import shutil
import tempfile
import unittest
import urllib.parse

from client import Client, Program

BURST, NOTHING = 2_000, 20
LISTED, UNLISTED = "0950001001", "0950999999"
# Two numbers that no bank is named for: the first is listed at one.
LISTED_ACCOUNT, UNLISTED_ACCOUNT = "0000000070001", "0000000079999"
# What may differ between two answers to different questions at the same instant.
OWN = {"x-request-id", "date", "content-length"}
# What counts seconds, and may be one less where the bucket was emptied a moment earlier.
CLOCKS = {"retry-after", "ratelimit"}


class Scraper(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.top)
        settings = {
            "CANHGIAC_LIMITS__ANONYMOUS_BURST": str(BURST),
            "CANHGIAC_LIMITS__ANONYMOUS_PER_MINUTE": "1",
            "CANHGIAC_SERVER__TRUSTED_PROXIES": "127.0.0.1",
        }
        arguments = ("demo", "--json", "--data", str(cls.top / "data"), "--listen", "127.0.0.1:0")
        cls.program = Program(*arguments, environment=settings)
        cls.addClassCleanup(cls.program.stop)
        demo = json.loads(cls.program.first_line)
        cls.client, cls.admin = Client(demo["url"]), Client(demo["admin_url"])
        admin = cls.client.sign_in(demo["users"][6])
        gateway = {"name": "Cổng tin nhắn", "kind": "telecom", "scopes": ["sms:gateway"]}
        cls.gateway = cls.token(cls.client.send("POST", "/v1/partners", gateway, admin).json)
        cls.plain = cls.token(demo["partners"][0])
        cls.addresses = iter(f"198.51.{n // 250}.{n % 250 + 1}" for n in range(60_000))

    @classmethod
    def token(cls, partner):
        form = {"grant_type": "client_credentials", **{k: partner[k] for k in ("client_id", "client_secret")}}
        raw = urllib.parse.urlencode(form).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        granted = cls.client.send("POST", "/v1/oauth/token", raw=raw, headers=kind).json
        return {"Authorization": "Bearer " + granted["access_token"]}

    def address(self, left=BURST):
        """An address whose bucket holds so many tokens."""
        sender = {"X-Forwarded-For": next(self.addresses)}
        hits, nothing = (BURST - left) % NOTHING, (BURST - left) // NOTHING
        for text, count in ((LISTED, hits), (UNLISTED, nothing)):
            if count:
                self.assertEqual(self.many([text] * count, sender).status, 200)
        return sender

    def many(self, texts, sender):
        return self.client.send("POST", "/v1/check", {"items": [{"q": text} for text in texts]}, sender)

    def one(self, text, sender):
        return self.client.send("POST", "/v1/check", {"q": text}, sender)

    def by_address(self, text, sender):
        return self.client.send("GET", "/v1/check?" + urllib.parse.urlencode({"q": text}), headers=sender)

    def by_sms(self, text, sender):
        return self.client.send("POST", "/v1/sms", {"text": text}, sender)

    def by_page(self, text, sender, page="/vi"):
        form = urllib.parse.urlencode({"q": text}).encode()
        sender = {**sender, "Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
        return self.client.send("POST", page, headers=sender, raw=form)

    def by_counter(self, text, sender):
        return self.by_page(text, sender, "/vi/quay")

    def left(self, sender):
        """Tokens that are left, found by hits alone; it spends them."""
        answer = self.one(LISTED, sender)
        if answer.status == 429:
            return None
        return int(answer.headers["ratelimit"].split("r=")[1].split(";")[0]) + 1

    def same(self, first, second, place):
        self.assertEqual(first.status, second.status, place)
        outer = [{k: v for k, v in a.headers.items() if k not in OWN | CLOCKS} for a in (first, second)]
        self.assertEqual(*outer, place)
        waits = [int(answer.headers.get("retry-after", 0)) for answer in (first, second)]
        self.assertLess(abs(waits[0] - waits[1]), NOTHING, place)

    def test_a_person_who_checks_too_much_is_told_so_in_words_for_people(self):
        page = self.by_page(UNLISTED, self.address(left=0), "/vi")
        self.assertEqual(page.status, 429)
        self.assertIn("Hãy đợi một phút rồi tra lại. Trong lúc chờ, đừng chuyển tiền.", page.body)
        self.assertNotIn("Retry-After", page.body)

    def test_one_question_is_refused_alike_whether_listed_or_not_at_every_level(self):
        channels = (self.one, self.by_address, self.by_sms, self.by_page, self.by_counter)
        for left in range(0, 2 * NOTHING + 2):
            for channel in channels if left in (0, 1, 19, 20, 21, 40) else channels[:1]:
                with self.subTest(left=left, channel=channel.__name__):
                    answers = [channel(text, self.address(left)) for text in (LISTED, UNLISTED)]
                    self.assertEqual([a.status for a in answers], [200 if left >= NOTHING else 429] * 2)
                    if left < NOTHING:
                        self.same(*answers, left)

    def test_a_batch_is_refused_alike_however_many_of_it_are_listed(self):
        for left in (0, 5, 60, 99, 100):
            refused = []
            for hits in range(6):
                texts = [LISTED] * hits + [UNLISTED] * (5 - hits)
                refused.append(self.many(texts, self.address(left)))
            for answer in refused:
                self.assertEqual(answer.status, 200 if left >= 5 * NOTHING else 429)
                if left < 5 * NOTHING:
                    self.same(refused[0], answer, left)

    def test_an_account_without_its_bank_is_ten_look_ups_whether_listed_or_not(self):
        for left in (NOTHING, 10 * NOTHING - 1, 10 * NOTHING):
            answers = [self.one(text, self.address(left)) for text in (LISTED_ACCOUNT, UNLISTED_ACCOUNT)]
            self.assertEqual([a.status for a in answers], [200 if left >= 10 * NOTHING else 429] * 2)
            if left < 10 * NOTHING:
                self.same(*answers, left)
        sender = self.address()
        self.one(UNLISTED_ACCOUNT, sender)
        self.assertEqual(self.left(sender), BURST - 10 * NOTHING)

    def test_what_was_not_needed_comes_back(self):
        for text, cost in ((LISTED, 1), (UNLISTED, NOTHING), ("113", 1), ("abc !", 1), ("momo 0950999998", 2 * NOTHING)):
            sender = self.address()
            self.assertEqual(self.one(text, sender).status, 200)
            self.assertEqual(self.left(sender), BURST - cost, text)

    def test_a_refusal_costs(self):
        sender = self.address(NOTHING - 1)
        first, *_, last = (int(self.one(UNLISTED, sender).headers["retry-after"]) for _ in range(11))
        # One token comes back a minute: ten refusals are ten minutes, less the seconds that this took.
        self.assertTrue(540 < last - first <= 600, (first, last))

    def test_more_than_a_bucket_holds_is_refused_by_name(self):
        sender = self.address()
        answer = self.many([UNLISTED_ACCOUNT] * 11, sender)
        self.assertEqual((answer.status, answer.code), (422, "too-much-at-once"))
        self.assertEqual(self.many([UNLISTED_ACCOUNT] * 10, self.address()).status, 200)

    def test_every_channel_is_counted(self):
        def counted():
            text = self.admin.send("GET", "/metrics").body
            lines = [line for line in text.splitlines() if line.startswith("canhgiac_checks_total")]
            return sum(float(line.split()[-1]) for line in lines)

        before = counted()
        for channel in (self.one, self.by_address, self.by_sms, self.by_page, self.by_counter):
            channel(LISTED, self.address())
        self.assertEqual(counted() - before, 5)

    def by_gateway(self, text, sender, token=None):
        body = {"text": text} if sender is None else {"text": text, "sender": sender}
        return self.client.send("POST", "/v1/sms", body, token or self.gateway)

    def test_a_gateway_is_limited_by_each_sender_and_not_by_its_address(self):
        passed = 0
        while (answer := self.by_gateway(UNLISTED, "0950 111 001")).status == 200:
            passed += 1
        # 400 tokens, of which a look-up without a finding takes 20; some come back meanwhile.
        self.assertTrue(20 <= passed <= 21, passed)
        self.assertEqual(answer.code, "too-many-requests")
        for spelling in ("+84950111001", "84 950.111.001", "0950111001"):
            self.assertEqual(self.by_gateway(UNLISTED, spelling).status, 429, spelling)
        # More people than one address could send in, each with limits of their own.
        for n in range(150):
            self.assertEqual(self.by_gateway(UNLISTED, f"0950112{n:03d}").status, 200)

    def test_what_a_sender_is_refused_tells_nothing_of_what_is_listed(self):
        refused = []
        for number, text in enumerate((LISTED, UNLISTED)):
            sender = f"095011300{number}"
            for _ in range(20):
                self.by_gateway(UNLISTED, sender)
            refused.append(self.by_gateway(text, sender))
        self.assertEqual([answer.status for answer in refused], [429, 429])
        self.same(*refused, "a gateway's sender")

    def test_a_gateway_names_the_sender_and_nobody_else_is_believed(self):
        for sender in (None, "", " ", "0" * 33):
            self.assertEqual(self.by_gateway(LISTED, sender).status, 422, sender)
        refused = self.by_gateway(LISTED, "0950111001", self.plain)
        self.assertEqual((refused.status, refused.code), (403, "insufficient-scope"))
        sender = self.address(NOTHING - 1)
        body = {"text": UNLISTED, "sender": "0950119999"}
        self.assertEqual(self.client.send("POST", "/v1/sms", body, sender).status, 429)
        self.assertEqual(self.by_gateway("113", "VIETTEL").status, 200, "gateways know senders by names too")

    def test_addresses_of_one_ipv6_customer_share_a_bucket_of_sixteen(self):
        households = ({"X-Forwarded-For": f"2001:db8:5:{n:02x}00::1"} for n in range(256))
        spent = [self.many([UNLISTED] * (BURST // NOTHING), next(households)).status for _ in range(17)]
        self.assertEqual(spent, [200] * 16 + [429])
        self.assertEqual(self.one(LISTED, next(households)).status, 429)
        self.assertEqual(self.one(LISTED, {"X-Forwarded-For": "2001:db8:6::1"}).status, 200)
