"""The HTTP contract, through the real binary."""

import base64
import hashlib
import json
import pathlib
import unittest
import uuid
import urllib.parse

from client import Client, Program

SAMPLES = pathlib.Path(__file__).parent / "samples"
CSV = {"Content-Type": "text/csv"}


class BlackBox(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        cls.demo = json.loads(cls.program.first_line)
        cls.client = Client(cls.demo["url"])
        names = ["officer", "supervisor", "other", "other_supervisor", "province", "auditor", "admin", "second"]
        cls.people = {
            name: cls.client.sign_in(user) for name, user in zip(names, cls.demo["users"])
        }

    @classmethod
    def tearDownClass(cls):
        assert cls.program.stop() == 0

    def send(self, method, path, body=None, who=None, headers=None, raw=None):
        headers = {**(self.people[who] if who else {}), **(headers or {})}
        return self.client.send(method, path, body, headers, raw)

    def propose(self, text, who="officer", headers=None):
        body = {"identifier": {"q": text}, "method": "gia_danh_cong_an", "evidence": "Ghi chú KÍN"}
        return self.send("POST", "/v1/listings", body, who, headers)

    def decide(self, listing, deed, version, who="supervisor", reason="đúng"):
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        path = f"/v1/listings/{listing}/{deed}"
        return self.send("POST", path, {"reason": reason}, who, headers)

    def partner(self, number=0):
        partner = self.demo["partners"][number]
        pair = f"{partner['client_id']}:{partner['client_secret']}".encode()
        answer = self.client.send(
            "POST",
            "/v1/oauth/token",
            raw=b"grant_type=client_credentials",
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Authorization": "Basic " + base64.b64encode(pair).decode(),
            },
        )
        self.assertEqual(answer.status, 200, answer.body)
        return {"Authorization": "Bearer " + answer.json["access_token"]}

    def test_a_check_answers_in_every_form(self):
        for spelling in ["0950 001 001", "+84950001001", "phone:+84950001001", "84 950001001"]:
            self.assertEqual(self.client.verdict(spelling), "listed")
        self.assertEqual(self.client.verdict("113"), "official")
        self.assertEqual(self.client.verdict("0950999999"), "no_record")
        self.assertEqual(self.client.verdict("VCB 0000000070001"), "listed")
        answer = self.send("GET", "/v1/check?q=0950001001")
        self.assertEqual(answer.json["results"][0]["verdict"], "listed")
        self.assertEqual(answer.headers["cache-control"], "no-store")
        self.assertIn("ledger_size", answer.json["as_of"])

    def test_a_listed_phone_beside_a_bank_or_wallet_is_warned_of_on_every_channel(self):
        beside = [
            "momo 0950001001", "MB 0950001001", "Vietcombank 0950 001 001", "ví MoMo: 0950.001.001",
            "VCB +84950001001", "stk 0950001001", "VCB 0000000070009 lh 0950001001", "HHB stk 0950001001",
            "Vietcombank 84950001001", "VCB và momo 0950001001", "VCB và MB 0950001001", "BVB 0950001001",
            "10:11 GMT+7 0950001001", "0950001001 (bị hại)",
        ]
        for text in beside:
            with self.subTest(text):
                result = self.send("POST", "/v1/check", {"q": text}).json["results"][0]
                self.assertEqual(result["verdict"], "listed")
                self.assertEqual(result["identifier"]["key"], "phone:+84950001001")
                self.assertIn("CẢNH BÁO", result["message"])
                self.assertIn("CANH BAO", self.send("POST", "/v1/sms", {"text": text}).body)
                form = urllib.parse.urlencode({"q": text}).encode()
                kind = {"Content-Type": "application/x-www-form-urlencoded"}
                page = self.client.send("POST", "/vi", headers=kind, raw=form)
                self.assertIn("Công an đã xác nhận: lừa đảo", page.body)
                counter = {**kind, "Accept": "application/json"}
                told = self.client.send("POST", "/vi/quay", headers=counter, raw=form).json
                self.assertEqual((told["class"], told["display"]), ("listed", "0950 001 001"))
        message = self.send("POST", "/v1/check", {"q": "MB 0950001001"}).json["results"][0]["message"]
        warning, account = message.split("Tài khoản MBBank")
        self.assertIn("0950 001 001", warning)
        self.assertIn("vẫn có thể là lừa đảo", account)
        for fields in (
            {"kind": "wallet", "provider": "momo", "number": "0950001001"},
            {"kind": "wallet", "provider": "HHB", "number": "0950001001"},
            {"kind": "account", "number": "0950001001"},
            {"kind": "account", "bank": "HHB", "number": "0950001001"},
            {"kind": "account", "bank": "BVB", "number": "0950001001"},
            {"kind": "account", "bank": "VCB", "number": "+84950001001"},
        ):
            result = self.send("POST", "/v1/check", fields).json["results"][0]
            self.assertEqual((result["verdict"], result["identifier"]["kind"]), ("listed", "phone"), fields)
        unsure = self.send("POST", "/v1/check", {"q": "Vietcombank O95OOO1OO1"}).json["results"][0]
        self.assertEqual(unsure["verdict"], "unreadable")
        self.assertEqual(unsure["suggestions"][0]["key"], "account:VN:970436:0950001001")
        nothing = self.send("POST", "/v1/check", {"q": "momo 0950999999"}).json["results"][0]
        self.assertEqual((nothing["verdict"], nothing["identifier"]["kind"]), ("no_record", "wallet"))
        self.assertNotIn("0950", nothing["message"])

    def test_an_ambiguous_or_masked_number_is_never_guessed(self):
        items = [{"q": "0912345o78"}, {"q": "0912xxx678"}, {"q": "038000000000"}, {"q": "0950001001"}]
        results = self.send("POST", "/v1/check", {"items": items}).json["results"]
        self.assertEqual([r["verdict"] for r in results], ["unreadable"] * 3 + ["listed"])
        self.assertEqual(results[0]["suggestions"][0]["key"], "phone:+84912345078")
        codes = [r["problem"]["code"] for r in results[:3]]
        self.assertEqual(codes, ["letters-in-number", "masked-number", "identity-card"])

    def test_a_bank_that_is_not_known_is_never_answered_with_another_banks_listing(self):
        for text in ("HHB 0000000070001", "Ngân hàng: Hoàng Hà, STK: 0000000070001", "vietconbank 0000000070001"):
            result = self.send("POST", "/v1/check", {"q": text}).json["results"][0]
            self.assertEqual((result["verdict"], result["problem"]["code"]), ("unreadable", "unknown-bank"), text)
            self.assertNotIn("CANH BAO", self.send("POST", "/v1/sms", {"text": "LD " + text}).body)
        near = self.send("POST", "/v1/check", {"q": "vietconbank 0000000070001"}).json["results"][0]
        self.assertEqual(near["suggestions"][0]["key"], "account:VN:970436:0000000070001")
        fields = {"kind": "account", "bank": "HHB", "number": "0000000070001"}
        result = self.send("POST", "/v1/check", fields).json["results"][0]
        self.assertEqual(result["problem"]["code"], "unknown-bank")
        # A bank that is nearly called so is a guess, and no look-up is made for it.
        listing = self.propose("Agribank 0950527610").json["id"]
        self.assertEqual(self.decide(listing, "confirm", 1).status, 200)
        result = self.send("POST", "/v1/check", {"q": "stk Agribamk 0950527610"}).json["results"][0]
        self.assertEqual(result["verdict"], "unreadable")

    def test_an_account_without_its_bank_is_told_where_it_is_listed(self):
        result = self.send("POST", "/v1/check", {"q": "0000000070001"}).json["results"][0]
        self.assertTrue(result["bank_missing"])
        self.assertEqual(result["matches"][0]["identifier"]["bank"], "970436")

    def test_at_most_a_hundred_items_without_a_token(self):
        items = [{"q": "0950001001"}] * 100
        self.assertEqual(self.send("POST", "/v1/check", {"items": items}).status, 200)
        refused = self.send("POST", "/v1/check", {"items": items + items[:1]})
        self.assertEqual((refused.status, refused.code), (422, "too-many-items"))
        partner = self.partner()
        bulk = self.client.send("POST", "/v1/check", {"items": items * 100}, partner)
        self.assertEqual(bulk.status, 200)
        self.assertEqual(len(bulk.json["results"]), 10_000)

    def test_an_sms_is_short_ascii_and_never_says_safe(self):
        for text in ["LD 0950001001", "0950999998", "113", "xin chào", "0912xxx678"]:
            answer = self.send("POST", "/v1/sms", {"text": text})
            self.assertEqual(answer.status, 200)
            self.assertTrue(answer.body.isascii() and len(answer.body) <= 160, answer.body)
        self.assertIn("VAN CO THE la lua dao", self.send("POST", "/v1/sms", {"text": "0950999998"}).body)

    def test_every_error_is_a_problem(self):
        json_type = {"Content-Type": "application/json"}
        cases = [
            ("GET", "/nowhere", None, None, {}, 404, "not-found"),
            ("DELETE", "/v1/check", None, None, {}, 405, "method-not-allowed"),
            ("POST", "/v1/check", None, b"{", json_type, 400, "bad-json"),
            ("POST", "/v1/check", None, b"q=1", {"Content-Type": "text/plain"}, 415, "unsupported-media-type"),
            ("POST", "/v1/check", None, b"{\"q\":\"1\",\"q\":\"2\"}", json_type, 422, "validation"),
            ("POST", "/v1/check", {"q": 5}, None, {}, 422, "validation"),
            ("POST", "/v1/check", {"q": "1", "z": 1}, None, {}, 422, "validation"),
            ("POST", "/v1/check", {}, None, {}, 422, "validation"),
            ("POST", "/v1/check", ["0950001001"], None, {}, 422, "validation"),
            ("POST", "/v1/check", [1.0], None, {}, 422, "validation"),
            ("POST", "/v1/check", {"items": [["0950001001"]]}, None, {}, 422, "validation"),
            ("POST", "/v1/officials", {"identifier": ["113"], "name_vi": "a", "name_en": "a"}, None, self.people["admin"], 422, "validation"),
            ("POST", "/v1/listings", {"identifier": ["0950001001"], "method": "khac"}, None, self.people["officer"], 422, "validation"),
            ("POST", "/v1/session", ["a", "b", "c"], None, {}, 422, "validation"),
            ("POST", "/v1/check", None, b" " * (3 << 20), json_type, 413, "payload-too-large"),
            ("GET", "/v1/check?z=1", None, None, {}, 400, "bad-query"),
            ("GET", "/v1/listings", None, None, {}, 401, "unauthenticated"),
            ("GET", "/v1/listings", None, None, {"Authorization": "Bearer x.y.z"}, 401, "unauthenticated"),
        ]
        for method, path, body, raw, headers, status, code in cases:
            answer = self.send(method, path, body, headers=headers, raw=raw)
            self.assertEqual((answer.status, answer.code), (status, code), (path, answer.body))
            self.assertEqual(answer.headers["content-type"], "application/problem+json")
            self.assertEqual(answer.json["request_id"], answer.headers["x-request-id"])
            self.assertTrue(answer.json["type"].endswith("/problems/" + code))
        self.assertEqual(self.send("DELETE", "/v1/check").headers["allow"], "GET, HEAD, POST, OPTIONS")

    def test_what_can_be_got_can_be_asked_about(self):
        for path in ["/v1/methods", "/healthz", "/openapi.json"]:
            got, asked = self.send("GET", path), self.send("HEAD", path)
            self.assertEqual((asked.status, asked.body), (got.status, ""))
        options = self.send("OPTIONS", "/v1/check")
        self.assertEqual((options.status, options.headers["allow"]), (204, "GET, HEAD, POST, OPTIONS"))
        refused = self.send("GET", "/v1/methods", headers={"Accept-Encoding": "identity;q=0"})
        self.assertEqual((refused.status, refused.code), (406, "not-acceptable"))
        document = self.send("GET", "/openapi.json").json
        for path in document["paths"].values():
            for operation in path.values():
                self.assertTrue(all(a.get("description") for a in operation["responses"].values()))

    def test_a_key_and_fields_must_say_the_same(self):
        both = {"kind": "phone", "number": "+84950001001", "key": "phone:+84912345678"}
        self.assertEqual(self.send("POST", "/v1/check", both).status, 422)
        answered = self.send("POST", "/v1/check", {"q": "0950001001"}).json["results"][0]["identifier"]
        self.assertEqual(self.send("POST", "/v1/check", answered).json["results"][0]["verdict"], "listed")
        bare = {"kind": "account", "country": "VN", "number": "0000000070001"}
        self.assertTrue(self.send("POST", "/v1/check", bare).json["results"][0]["bank_missing"])

    def test_erased_notes_are_another_content(self):
        made = self.propose("0950800021")
        path = f"/v1/listings/{made.json['id']}"
        why = {"reason": "theo công văn"}
        self.assertEqual(self.send("DELETE", path + "/notes", why, "admin").code, "not-open")
        self.assertEqual(self.decide(made.json["id"], "reject", 1).status, 200)
        asked = self.send("DELETE", path + "/notes", why, "admin")
        self.assertEqual(asked.status, 202)
        self.assertEqual(self.send("GET", path, who="officer").headers["etag"], '"2"')
        self.client.agreed(self.people["second"], asked)
        erased = self.send("GET", path, who="officer")
        self.assertEqual(erased.headers["etag"], '"4"')
        self.assertEqual({line["reason"] for line in erased.json["history"]}, {None})

    def test_a_token_without_the_scope_says_which_is_missing(self):
        partner = self.demo["partners"][0]
        form = f"grant_type=client_credentials&scope=feed:read&client_id={partner['client_id']}"
        form += f"&client_secret={partner['client_secret']}"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        token = self.client.send("POST", "/v1/oauth/token", raw=form.encode(), headers=kind).json["access_token"]
        bearer = {"Authorization": "Bearer " + token}
        refused = self.client.send("POST", "/v1/check", {"q": "113"}, bearer)
        self.assertEqual((refused.status, refused.code), (403, "insufficient-scope"))
        self.assertIn('scope="check:bulk"', refused.headers["www-authenticate"])

    def test_a_partners_token_is_no_officers(self):
        answer = self.client.send("GET", "/v1/listings", headers=self.partner())
        self.assertEqual((answer.status, answer.code), (403, "forbidden"))

    def test_text_that_turns_the_reading_order_is_refused(self):
        body = {"identifier": {"q": "0950800022"}, "method": "khac", "evidence": "a\u202eb"}
        self.assertEqual(self.send("POST", "/v1/listings", body, "officer").status, 422)
        nul = self.send("POST", "/v1/check", {"q": "0950001001\u0000"}).json["results"][0]
        self.assertEqual(nul["verdict"], "unreadable")

    def test_a_listing_needs_two_people_and_the_content_that_was_read(self):
        made = self.propose("0950 800 001")
        listing = made.json["id"]
        self.assertEqual((made.status, made.headers["etag"]), (201, '"1"'))
        self.assertEqual(made.headers["location"], f"/v1/listings/{listing}")
        self.assertEqual(self.client.verdict("0950800001"), "no_record")
        self.assertEqual(self.propose("0950800001").json["listing"], listing)
        elsewhere = self.propose("0950800001", "other")
        self.assertEqual(elsewhere.code, "already-proposed")
        self.assertNotIn(listing, elsewhere.body, "who does not see the proposal is not told which it is")
        self.assertEqual(self.decide(listing, "confirm", None).code, "if-match-required")
        self.assertEqual(self.decide(listing, "confirm", 7).code, "stale-version")
        self.assertEqual(self.decide(listing, "confirm", 1, "officer").code, "forbidden")
        self.assertEqual(self.decide(listing, "confirm", 1, "other_supervisor").status, 404)
        self.assertEqual(self.decide(listing, "confirm", 1, reason=" ").status, 422)
        listed = self.decide(listing, "confirm", 1)
        self.assertEqual((listed.status, listed.json["status"]), (200, "listed"))
        self.assertEqual(self.client.verdict("0950800001"), "listed")
        self.assertEqual(self.propose("0950800001").json["listing"], listing)
        self.assertEqual(self.decide(listing, "confirm", 2).code, "not-open")
        self.assertEqual(self.decide(listing, "renew", 2).status, 200)
        self.assertEqual(self.decide(listing, "delist", 3).json["status"], "delisted")
        self.assertEqual(self.client.verdict("0950800001"), "no_record")

    def test_who_may_not_ask_is_told_so_before_anything_is_said_about_the_body(self):
        wrong = [
            ("POST", "/v1/listings", "auditor"), ("POST", "/v1/officials", "officer"), ("POST", "/v1/users", "officer"),
            ("POST", "/v1/partners", "supervisor"), ("POST", "/v1/clock/confirm", "auditor"),
            *(("POST", f"/v1/{things}/{uuid.uuid4()}/confirm", "officer") for things in ("listings", "imports")),
            *(("PATCH", f"/v1/{things}/{uuid.uuid4()}", "officer") for things in ("users", "partners")),
        ]
        for method, path, who in wrong:
            self.assertEqual(self.send(method, path, {"x": 1}, who).code, "forbidden", path)
            self.assertEqual(self.send(method, path, {"x": 1}).code, "unauthenticated", path)

    def test_nobody_confirms_the_own_proposal(self):
        listing = self.propose("0950800002", "supervisor").json["id"]
        self.assertEqual(self.decide(listing, "confirm", 1).code, "four-eyes")
        self.assertEqual(self.decide(listing, "confirm", 1, "province").status, 200)

    def test_what_can_not_be_listed_is_refused_with_its_reason(self):
        self.assertEqual(self.propose("113").code, "official-identifier")
        self.assertEqual(self.propose("0950xxx001").code, "unreadable-identifier")
        self.assertEqual(self.propose("0950800009", "auditor").code, "forbidden")
        body = {"identifier": {"q": "0950800009"}, "method": "nope"}
        self.assertEqual(self.send("POST", "/v1/listings", body, "officer").code, "unknown-method")
        body = {"identifier": {"q": "0950800009"}, "method": "khac", "unit": "14818"}
        self.assertEqual(self.send("POST", "/v1/listings", body, "officer").code, "forbidden")

    def test_a_request_sent_again_makes_one_listing(self):
        key = {"Idempotency-Key": "a-1"}
        first, again = self.propose("0950800003", headers=key), self.propose("0950800003", headers=key)
        self.assertEqual((first.status, first.body), (again.status, again.body))
        self.assertEqual(self.propose("0950800004", headers=key).code, "idempotency-key-reused")

    def test_another_units_proposal_does_not_exist(self):
        listing = self.propose("0950800005").json["id"]
        path = f"/v1/listings/{listing}"
        self.assertEqual(self.send("GET", path, who="other").status, 404)
        self.assertEqual(self.send("GET", path, who="province").status, 200)
        self.assertEqual(self.send("GET", path, who="auditor").status, 200)

    def test_pages_have_bounds(self):
        for limit, status in [(0, 400), (1, 200), (200, 200), (201, 400)]:
            answer = self.send("GET", f"/v1/listings?limit={limit}", who="officer")
            self.assertEqual(answer.status, status)
        page = self.send("GET", "/v1/listings?limit=2&status=listed", who="officer").json
        cursor = page["next_cursor"]
        rest = self.send("GET", f"/v1/listings?limit=2&status=listed&cursor={cursor}", who="officer").json
        ids = [item["id"] for item in page["items"] + rest["items"]]
        self.assertEqual(len(set(ids)), 4)

    def test_an_office_list_is_read_as_expected_and_proposed_once(self):
        expected = {}
        for row in (SAMPLES / "police_list_expected.tsv").read_text().splitlines()[1:]:
            cells = (row.split("\t") + [""] * 6)[:6]
            expected[int(cells[1])] = cells[2]
        data = (SAMPLES / "police_list.csv").read_bytes()
        dry = self.send("POST", "/v1/imports?dry_run=true", who="other", headers=CSV, raw=data)
        self.assertEqual(dry.status, 200)
        self.assertNotIn("id", dry.json)
        fold = {"already_listed": "accepted", "skipped": "refused"}
        for row in dry.json["rows"]:
            wanted = expected.get(row["line"])
            found = fold.get(row["outcome"], row["outcome"])
            if wanted in ("accepted", "refused"):
                known = row["outcome"] == "already_listed"
                self.assertTrue(found == wanted or known, row)

    def test_what_is_not_a_list_is_refused(self):
        for raw, status in [(b"%PDF-1.7 ...", 415), (b"a,b\n1,2\n", 422), (b"x" * (10 * 1024 * 1024 + 1), 413)]:
            answer = self.send("POST", "/v1/imports", who="officer", headers=CSV, raw=raw)
            self.assertEqual(answer.status, status, answer.body[:200])

    def test_an_import_is_confirmed_by_somebody_else(self):
        data = "STT,Số điện thoại,Hình thức\n1,0950810001,Trúng thưởng\n2,O950810002,khác\n".encode()
        made = self.send("POST", "/v1/imports", who="officer", headers=CSV, raw=data)
        self.assertEqual(made.status, 201, made.body)
        self.assertEqual((made.json["summary"]["accepted"], made.json["summary"]["doubtful"]), (1, 1))
        again = self.send("POST", "/v1/imports", who="officer", headers=CSV, raw=data)
        self.assertEqual(again.json["summary"]["already_listed"], 2)
        path = f"/v1/imports/{made.json['id']}/confirm"
        read = {"If-Match": made.headers["etag"]}
        self.assertEqual(self.send("POST", path, {"reason": "x"}, "officer", read).status, 403)
        self.assertEqual(self.send("POST", path, {"reason": "x"}, "supervisor").code, "if-match-required")
        other = {"If-Match": '"01"'}
        self.assertEqual(self.send("POST", path, {"reason": "x"}, "supervisor", other).code, "stale-version")
        self.assertEqual(self.send("POST", path, {"reason": "x", "lines": [99]}, "supervisor", read).status, 422)
        done = self.send("POST", path, {"reason": "x"}, "supervisor", read)
        self.assertEqual(done.status, 200, done.body)
        self.assertEqual(self.client.verdict("0950810001"), "listed")
        self.assertEqual(self.client.verdict("0950810002"), "no_record")
        read = {"If-Match": done.headers["etag"]}
        named = self.send("POST", path, {"reason": "x", "lines": [3]}, "supervisor", read)
        self.assertEqual(named.status, 200)
        self.assertEqual(self.client.verdict("0950810002"), "listed")

    def test_signing_in_tells_nothing_and_a_code_works_once(self):
        user = self.demo["users"][2]
        wrong = {"username": user["username"], "password": "not the password", "otp": "000000"}
        unknown = {**wrong, "username": "nobody.here"}
        answers = [self.send("POST", "/v1/session", body) for body in (wrong, unknown)]
        self.assertEqual([(a.status, a.code) for a in answers], [(401, "bad-credentials")] * 2)

    def test_a_suspended_account_is_out_at_once(self):
        path = "/v1/users"
        body = {"username": "tam.thoi", "role": "officer", "unit": "14812"}
        made = self.send("POST", path, body, "admin")
        self.assertEqual(made.status, 201)
        self.assertEqual(self.send("POST", path, body, "admin").code, "already-exists")
        weak = {"username": "tam.thoi", "code": made.json["enrolment_code"], "password": "123456789012"}
        self.assertEqual(self.send("POST", "/v1/enrolment", weak).code, "weak-password")
        good = {**weak, "password": "mua dong tren doi che xanh 71"}
        secret = self.send("POST", "/v1/enrolment", good).json["totp_secret"]
        from client import totp

        confirm = {"username": "tam.thoi", "code": weak["code"], "otp": totp(secret, -1)}
        self.assertEqual(self.send("POST", "/v1/enrolment/confirm", confirm).status, 200)
        user = {"username": "tam.thoi", "password": good["password"], "totp_secret": secret}
        token = self.client.sign_in(user)
        self.assertEqual(self.client.send("GET", "/v1/me", headers=token).status, 200)
        patch = self.send("PATCH", f"{path}/{made.json['id']}", {"suspended": True}, "admin")
        self.assertEqual(patch.status, 200)
        self.assertEqual(self.client.send("GET", "/v1/me", headers=token).status, 401)

    def test_the_feed_adds_up(self):
        token = self.partner()
        snapshot = self.client.send("GET", "/v1/feed/snapshot", headers=token)
        *lines, end = [json.loads(line) for line in snapshot.body.splitlines()]
        keys = [line["key"] for line in lines]
        self.assertEqual(keys, sorted(keys, key=str.encode))
        size = int(snapshot.headers["feed-size"])
        self.assertEqual(end, {"end": True, "count": len(lines), "size": size})
        terms = (hashlib.sha256(f"{l['key']}\0{l['seq']}".encode()).digest() for l in lines)
        digest = sum(int.from_bytes(term) for term in terms) % 2**256
        self.assertEqual(f"{digest:064x}", snapshot.headers["feed-digest"])
        again = {**token, "If-None-Match": snapshot.headers["etag"]}
        self.assertEqual(self.client.send("GET", "/v1/feed/snapshot", headers=again).status, 304)
        live, after = {}, 0
        while True:
            page = self.client.send("GET", f"/v1/feed/changes?after={after}&limit=50", headers=token)
            if page.status == 204:
                break
            for line in map(json.loads, page.body.splitlines()[:-1]):
                if line["op"] == "put":
                    live[line["key"]] = line["seq"]
                else:
                    del live[line["key"]]
            after = int(page.headers["feed-next"])
        self.assertEqual(live, {line["key"]: line["seq"] for line in lines})
        ahead = self.client.send("GET", "/v1/feed/changes?after=999999", headers=token)
        self.assertEqual((ahead.status, ahead.code), (409, "feed-cursor-ahead"))
        self.assertEqual(self.send("GET", "/v1/feed/snapshot").status, 401)

    def test_nothing_private_reaches_the_public_or_the_audit_trail(self):
        self.propose("0950800006")
        for path, headers in [
            ("/v1/audit?limit=200", self.people["auditor"]),
            ("/v1/feed/snapshot", self.partner()),
        ]:
            self.assertNotIn("KÍN", self.client.send("GET", path, headers=headers).body)
        figures = Client(self.demo["admin_url"]).send("GET", "/metrics").body
        self.assertNotIn("0950800", figures)

    def test_the_trail_shows_which_key_a_partner_signs_in_with(self):
        body = {"name": "Ví có khóa", "kind": "wallet", "scopes": ["feed:read"], "public_key": "A" * 43}
        made = self.send("POST", "/v1/partners", body, "admin").json
        for key in ("B" * 42 + "A", ""):
            path = f"/v1/partners/{made['id']}"
            self.assertEqual(self.send("PATCH", path, {"public_key": key}, "admin").status, 200)
        items = self.send("GET", "/v1/audit?limit=200", None, "auditor").json["items"]
        changes = [change for item in reversed(items) for change in item["changes"]]
        told = [change["public_key"] for change in changes if change.get("partner") == made["id"]]
        self.assertEqual(told, ["A" * 43, "B" * 42 + "A", None])

    def test_catalogue_and_documents(self):
        for path in ["/v1/methods", "/v1/banks", "/v1/wallets", "/v1/units", "/v1/stats", "/openapi.json", "/docs", "/problems"]:
            answer = self.send("GET", path)
            self.assertEqual(answer.status, 200, path)
            tag = {"If-None-Match": answer.headers["etag"]}
            self.assertEqual(self.send("GET", path, headers=tag).status, 304)
        for path in ["/healthz", "/readyz", "/.well-known/jwks.json", "/problems/four-eyes"]:
            self.assertEqual(self.send("GET", path).status, 200, path)


if __name__ == "__main__":
    unittest.main()
