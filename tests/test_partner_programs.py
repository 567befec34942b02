"""What partners' programs send and read: generated clients, exchanges, proxies, pages of others."""

import base64
import gzip
import http.client
import json
import pathlib
import unittest
import urllib.parse

import spreadsheet
import zstandard

from client import Client, Program


class Programs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        cls.demo = json.loads(cls.program.first_line)
        cls.client = Client(cls.demo["url"])
        cls.host = urllib.parse.urlsplit(cls.demo["url"]).netloc
        cls.listed = "0950001001"

    @classmethod
    def tearDownClass(cls):
        assert cls.program.stop() == 0

    def send(self, method, path, body=None, headers=None, raw=None):
        return self.client.send(method, path, body, headers, raw)

    def bare(self, method, path, raw=b"", headers=()):
        """A request with these headers and no others."""
        connection = http.client.HTTPConnection(self.host, timeout=30)
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in (*headers, ("Content-Length", str(len(raw)))):
            connection.putheader(name, value)
        connection.endheaders(raw)
        answer = connection.getresponse()
        body, headers = answer.read().decode(), {name.lower(): value for name, value in answer.getheaders()}
        connection.close()
        return answer.status, headers, body

    # Several questions

    def test_a_malformed_question_answers_for_itself_and_the_others_are_answered(self):
        wrong = [5, None, [], "113", {}, {"q": 5}, {"x": 1}, {"kind": "phone"}, {"q": "113", "kind": "phone"}, {"q": "113", "number": "1"}]
        items = [{"q": "113"}, *wrong, {"q": self.listed}]
        answer = self.send("POST", "/v1/check", {"items": items})
        self.assertEqual(answer.status, 200, answer.body)
        results = answer.json["results"]
        self.assertEqual((results[0]["verdict"], results[-1]["verdict"]), ("official", "listed"))
        self.assertEqual(len(results), len(items))
        for item, result in zip(wrong, results[1:-1]):
            self.assertEqual((result["verdict"], result["problem"]["code"]), ("unreadable", "malformed"), item)
        twice = self.send("POST", "/v1/check", raw=b'{"items":[{"q":"113"},{"q":"113","q":"114"}]}', headers={"Content-Type": "application/json"})
        self.assertEqual(twice.json["results"][1]["problem"]["code"], "malformed", "which of the two was meant?")
        self.assertEqual(self.send("GET", "/problems/malformed").status, 200)

    def test_what_is_no_list_of_questions_is_refused_as_a_whole(self):
        for body in [{"items": 5}, {"items": []}, {"items": [{"q": "113"}], "more": 1}, {"q": 5}, {}]:
            answer = self.send("POST", "/v1/check", body)
            self.assertEqual((answer.status, answer.headers["content-type"]), (422, "application/problem+json"), body)

    # Requests as generated clients and shells send them

    def test_what_is_empty_is_not_there(self):
        self.assertEqual(self.send("GET", "/v1/check?q=113&receipt=").status, 200)
        self.assertEqual(self.send("GET", "/v1/check?receipt=&q=113&lang=").status, 200)
        empty = self.send("GET", "/v1/check?q=")
        self.assertEqual((empty.status, empty.json["errors"][0]["pointer"]), (400, "q"))
        self.assertEqual(self.send("GET", "/v1/check?q=113&lang=vi").code, "bad-query", "what is not known is still refused")

    def test_a_body_that_does_not_say_what_it_is_is_taken_for_json(self):
        status, _, body = self.bare("POST", "/v1/check", b'{"q":"113"}')
        self.assertEqual((status, json.loads(body)["results"][0]["verdict"]), (200, "official"))
        other = self.send("POST", "/v1/check", raw=b'{"q":"113"}', headers={"Content-Type": "text/plain"})
        self.assertEqual(other.code, "unsupported-media-type")

    def test_a_generated_client_has_a_loop_over_changes(self):
        partner = self.demo["partners"][1]
        secret = base64.b64encode(f"{partner['client_id']}:{partner['client_secret']}".encode()).decode()
        headers = {"Authorization": "Basic " + secret, "Accept": "application/json"}
        lines = self.send("GET", "/v1/feed/changes?after=0&limit=1000", headers={**headers, "Accept": "*/*"})
        *lines, end = [json.loads(line) for line in lines.body.splitlines()]
        items, after = [], 0
        while True:
            page = self.send("GET", f"/v1/feed/changes?after={after}&limit=3", headers=headers)
            self.assertEqual((page.status, page.headers["content-type"]), (200, "application/json"))
            if not page.json["items"]:
                break
            items += page.json["items"]
            after = page.json["next"]
        self.assertEqual(items, lines)
        self.assertEqual((after, page.json["head"]), (end["size"], end["size"]))
        self.assertEqual((str(page.json["count"]), page.json["digest"]), (page.headers["feed-count"], page.headers["feed-digest"]))

    # Packed bodies

    PACKED = {"gzip": gzip.compress, "x-gzip": gzip.compress, "GZIP": gzip.compress, "zstd": lambda body: zstandard.ZstdCompressor(write_checksum=True).compress(body)}

    def packed(self, coding, raw, path="/v1/check", kind="application/json"):
        return self.send("POST", path, raw=raw, headers={"Content-Type": kind, "Content-Encoding": coding})

    def test_a_body_may_come_packed(self):
        question = json.dumps({"items": [{"q": self.listed}, {"q": "113"}]}).encode()
        plain = self.send("POST", "/v1/check", raw=question, headers={"Content-Type": "application/json"})
        for coding, pack in [("identity", bytes), *self.PACKED.items()]:
            answer = self.packed(coding, pack(question))
            self.assertEqual(answer.json["results"], plain.json["results"], coding)
        # Several members or frames are one body (RFC 1952 §2.2, RFC 8878 §3.1).
        for coding, pack in self.PACKED.items():
            self.assertEqual(self.packed(coding, pack(question[:9]) + pack(question[9:])).json["results"], plain.json["results"], coding)
        # A frame that does not say how long its content is, as a stream is written.
        stream = zstandard.ZstdCompressor(level=19).compressobj()
        self.assertEqual(self.packed("zstd", stream.compress(question) + stream.flush()).json["results"], plain.json["results"])
        partner = self.demo["partners"][0]
        form = urllib.parse.urlencode({"grant_type": "client_credentials", **{name: partner[name] for name in ("client_id", "client_secret")}})
        token = self.packed("gzip", gzip.compress(form.encode()), "/v1/oauth/token", "application/x-www-form-urlencoded")
        self.assertEqual(token.status, 200, token.body)

    def test_a_packed_body_may_be_as_long_as_a_plain_one_and_no_longer(self):
        most = 2 << 20
        memory = lambda: next(
            int(line.split()[1]) << 10
            for line in pathlib.Path(f"/proc/{self.program.process.pid}/status").read_text().splitlines()
            if line.startswith("VmHWM")
        )
        for pack, coding in ((bytes, "identity"), (gzip.compress, "gzip"), (zstandard.compress, "zstd")):
            for length, status in ((most, 200), (most + 1, 413), (32 << 10, 200), ((32 << 10) + 1, 200)):
                body = b'{"q":"113"}'.ljust(length)
                self.assertEqual(self.packed(coding, pack(body)).status, status, (coding, length))
        before = memory()
        spaces = b" " * (1 << 20)
        stream = zstandard.ZstdCompressor().compressobj()
        bombs = {
            "gzip": gzip.compress(b'{"q":"113"}' + spaces * 64),
            "zstd": stream.compress(b'{"q":"113"}') + b"".join(stream.compress(spaces) for _ in range(1024)) + stream.flush(),
        }
        for coding, bomb in bombs.items():
            self.assertLess(len(bomb), most, coding)
            self.assertEqual(self.packed(coding, bomb).code, "payload-too-large", coding)
        self.assertLess(memory() - before, 24 << 20, "nothing is unpacked beyond the limit")

    def test_a_coding_that_is_not_undone_is_named_with_those_that_are(self):
        for coding in ["br", "deflate", "compress", "gzip, zstd", "gzip;q=1", "nén"]:
            answer = self.packed(coding, b"{}")
            self.assertEqual((answer.code, answer.headers["accept-encoding"]), ("unsupported-media-type", "gzip, zstd"), coding)
        picture = self.packed("gzip", gzip.compress(b"\x89PNG"), "/v1/check/image", "image/png")
        self.assertEqual((picture.code, picture.headers["accept-encoding"]), ("unsupported-media-type", "identity"))

    def test_a_broken_stream_is_a_bad_request(self):
        question = b'{"q":"113"}'
        for coding, pack in self.PACKED.items():
            whole = pack(question)
            for broken in (b"", question, whole[:-1], whole[:12], whole + b"x", whole[:-4] + bytes(byte ^ 1 for byte in whole[-4:])):
                self.assertEqual(self.packed(coding, broken).code, "bad-request", (coding, broken))
        wide = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(window_log=24)).compressobj()
        self.assertEqual(self.packed("zstd", wide.compress(question) + wide.flush()).code, "bad-request", "wider than HTTP allows")
    def test_an_integer_is_any_number_without_a_fraction(self):
        partner = self.demo["partners"][1]
        secret = base64.b64encode(f"{partner['client_id']}:{partner['client_secret']}".encode()).decode()
        basic = {"Authorization": "Basic " + secret}
        page = self.send("GET", "/v1/feed/changes?after=0&limit=3", headers=basic).body
        for query in ["after=0.0&limit=3.0", "after=-0&limit=3e0", "limit=30e-1&after=0"]:
            self.assertEqual(self.send("GET", "/v1/feed/changes?" + query, headers=basic).body, page, query)
        self.assertEqual(self.send("GET", "/v1/check?q=1.0&receipt=0.0").json["results"][0]["input"], {"q": "1.0"}, "a text stays one")
        for query, name in [("after=0.5", "after"), ("after=0.0&limit=3.5", "limit")]:
            refused = self.send("GET", "/v1/feed/changes?" + query, headers=basic)
            error = refused.json["errors"][0]
            self.assertEqual((refused.status, error["pointer"], error["code"]), (400, name, "not-an-integer"), query)
        token = self.client.token(partner)
        ack = f'{{"applied":%s,"count":0.0,"digest":"{"0" * 64}"}}'
        for applied, status in [("0", 200), ("0.0", 200), ("0e7", 200), ("0.5", 422)]:
            answer = self.send("POST", "/v1/feed/acks", headers={**token, "Content-Type": "application/json"}, raw=(ack % applied).encode())
            self.assertEqual(answer.status, status, applied)
        self.assertEqual((answer.json["errors"][0]["pointer"], answer.json["errors"][0]["code"]), ("/applied", "not-an-integer"))

    # Answers as words

    def test_an_exchange_reads_one_word_or_a_header(self):
        plain = {"Accept": "text/plain"}
        for text, verdict in [(self.listed, "listed"), ("113", "official"), ("0950999999", "no_record"), ("0912xxx678", "unreadable")]:
            asked = "/v1/check?q=" + urllib.parse.quote(text)
            word = self.send("GET", asked, headers=plain)
            self.assertEqual((word.body, word.headers["content-type"]), (verdict + "\n", "text/plain; charset=utf-8"))
            self.assertEqual(word.headers["canhgiac-verdict"], verdict)
            self.assertIn("Accept", word.headers["vary"])
            whole = self.send("GET", asked)
            self.assertEqual((whole.json["results"][0]["verdict"], whole.headers["canhgiac-verdict"]), (verdict, verdict))
        several = self.send("POST", "/v1/check", {"items": [{"q": "113"}, {"q": self.listed}]}, plain)
        self.assertEqual(several.body, "official\nlisted\n")
        self.assertNotIn("canhgiac-verdict", several.headers)
        for accept in ["*/*", "application/json, text/plain;q=0.5", "text/html, text/plain;q=0.9", "application/json"]:
            answer = self.send("GET", "/v1/check?q=113", headers={"Accept": accept})
            self.assertEqual(answer.headers["content-type"], "application/json", accept)
        refused = self.send("GET", "/v1/check", headers=plain)
        self.assertEqual(refused.headers["content-type"], "application/problem+json")

    # SMS gateways

    def test_gateways_hand_messages_over_in_their_own_shapes(self):
        listed = self.send("POST", "/v1/sms", {"text": "LD " + self.listed}).body
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        words = urllib.parse.quote("LD " + self.listed)
        for method, path, raw, headers in [
            ("GET", f"/v1/sms?text={words}&sender=%2B84950001002&smsc=vt&keyword=", None, {}),
            ("POST", "/v1/sms", f"Body={words}&From=%2B84950001002&To=156&SmsSid=SM1&NumMedia=0".encode(), form),
            ("POST", "/v1/sms", f"content={words}&from=84950001002&id=7&coding=0".encode(), form),
            ("POST", "/v1/sms", f"message={words}&msisdn=84950001002".encode(), form),
            ("POST", "/v1/sms", ("LD " + self.listed).encode(), {"Content-Type": "text/plain; charset=utf-8"}),
        ]:
            answer = self.send(method, path, headers=headers, raw=raw)
            self.assertEqual((answer.status, answer.body), (200, listed), (path, raw))
            self.assertTrue(answer.headers["content-type"].startswith("text/plain"))
            self.assertLessEqual(len(answer.body.encode("ascii")), 160)
        empty = self.send("GET", "/v1/sms?sender=0950001002")
        self.assertEqual(empty.status, 200)
        self.assertIn("Soan", empty.body, "how to ask")
        self.assertEqual(self.send("GET", "/v1/sms?text=" + "1" * 1601).status, 422)
        self.assertEqual(self.send("POST", "/v1/sms", raw=b"<x/>", headers={"Content-Type": "text/xml"}).status, 415)

    def test_a_gateway_passes_limits_on_as_a_message(self):
        settings = {
            "CANHGIAC_LIMITS__ANONYMOUS_BURST": "2000", "CANHGIAC_LIMITS__ANONYMOUS_PER_MINUTE": "1",
            "CANHGIAC_SERVER__TRUSTED_PROXIES": "127.0.0.1",
        }
        program = Program("demo", "--listen", "127.0.0.1:0", "--json", environment=settings)
        client, gateway = Client(json.loads(program.first_line)["url"]), {"X-Forwarded-For": "198.51.100.7"}
        # What a bucket holds at first is more than one.
        for _ in range(2000):
            answer = client.send("GET", "/v1/sms?text=0950999999", headers=gateway)
            self.assertEqual(answer.status, 200)
            if "Dang co qua nhieu nguoi tra" in answer.body:
                break
        self.assertIn("Dang co qua nhieu nguoi tra", answer.body)
        self.assertEqual(client.send("POST", "/v1/sms", {"text": "0950999999"}, gateway).status, 429, "a program reads the status")
        self.assertEqual(program.stop(), 0)

    # Pages of others

    def test_pages_of_others_read_what_everybody_may_and_nothing_else(self):
        origin = {"Origin": "https://bank.example"}
        for path in ["/v1/check?q=113", "/v1/banks", "/v1/ledger/checkpoint", "/openapi.json", "/.well-known/jwks.json", "/v1/check?q="]:
            answer = self.send("GET", path, headers=origin)
            self.assertEqual(answer.headers["access-control-allow-origin"], "*", path)
            self.assertIn("Retry-After", answer.headers["access-control-expose-headers"])
            self.assertNotIn("access-control-allow-credentials", answer.headers)
        status, headers, _ = self.bare("OPTIONS", "/v1/check", headers=[
            ("Origin", "https://bank.example"), ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "content-type"),
        ])
        self.assertEqual(status, 204)
        self.assertIn("POST", headers["access-control-allow-methods"])
        self.assertIn("Content-Type", headers["access-control-allow-headers"])
        for path in ["/v1/listings", "/v1/session", "/v1/feed/changes", "/desk", "/vi", "/v1/me"]:
            answer = self.send("GET", path, headers=origin)
            self.assertNotIn("access-control-allow-origin", answer.headers, path)

    def test_headers_of_pages_are_those_of_pages(self):
        of_pages = {"content-security-policy", "x-frame-options", "permissions-policy", "cross-origin-opener-policy"}
        for path in ["/v1/check?q=113", "/v1/nowhere", "/openapi.json", "/healthz", "/v1/banks"]:
            answer = self.send("GET", path)
            self.assertFalse(of_pages & set(answer.headers), path)
            self.assertEqual(answer.headers["x-content-type-options"], "nosniff")
        page = self.send("GET", "/vi", headers={"Accept": "text/html"})
        self.assertLessEqual(of_pages, set(page.headers))

    # Signing in

    def test_what_gets_no_tokens_reads_with_its_secret(self):
        partner, other = self.demo["partners"][1], self.demo["partners"][0]
        basic = lambda secret: {"Authorization": "Basic " + base64.b64encode(f"{partner['client_id']}:{secret}".encode()).decode()}
        good, wrong = basic(partner["client_secret"]), basic(other["client_secret"])
        for path in ["/v1/feed/snapshot", "/v1/feed/changes?after=0", "/v1/feed/officials?after=0", "/v1/check?q=113"]:
            self.assertEqual(self.send("GET", path, headers=good).status, 200, path)
            self.assertEqual(self.send("GET", path, headers=wrong).status, 401, path)
        many = {"items": [{"q": "113"}] * 101}
        self.assertEqual(self.send("POST", "/v1/check", many, good).status, 200, "as many as with a token")
        self.assertEqual(self.send("POST", "/v1/check", many).code, "too-many-items")
        self.assertIn("Basic", self.send("GET", "/v1/feed/snapshot").headers["www-authenticate"])
        table = self.send("GET", "/v1/feed/snapshot?format=csv", headers=good)
        self.assertEqual(table.headers["content-disposition"], 'attachment; filename="canhgiac-listings.csv"')
        # A spreadsheet shows keys as they are, and numbers as numbers. It would take a formula for one.
        self.assertEqual(spreadsheet.cells(b"a,b\n=1+1,2\n"), [["a", "b"], ["of:=1+1", 2]])
        head, *rows = spreadsheet.cells(table.body.encode())
        key, number = head.index("key"), head.index("e164")
        self.assertIn(["phone:+84950001001", 84950001001], [[row[key], row[number]] for row in rows])
        self.assertEqual([row for row in rows if any(str(cell).startswith("of:") for cell in row)], [])
        # Nothing else is done with a secret.
        ack = {"applied": 0, "count": 0, "digest": "0" * 64}
        self.assertEqual(self.send("POST", "/v1/feed/acks", ack, good).status, 401)
        self.assertEqual(self.send("GET", "/v1/me", headers=good).status, 401)

    def test_an_oauth_library_finds_where_tokens_are(self):
        told = self.send("GET", "/.well-known/oauth-authorization-server").json
        url = self.demo["url"]
        self.assertEqual((told["issuer"], told["token_endpoint"]), (url, url + "/v1/oauth/token"))
        self.assertEqual(told["grant_types_supported"], ["client_credentials"])
        self.assertIn("check:bulk", told["scopes_supported"])
        self.assertEqual(self.send("GET", told["jwks_uri"].removeprefix(url)).status, 200)
        partner = self.demo["partners"][1]
        form = urllib.parse.urlencode({
            "grant_type": "client_credentials", "client_id": partner["client_id"], "client_secret": partner["client_secret"],
        })
        token = self.send("POST", told["token_endpoint"].removeprefix(url), raw=form.encode(), headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(token.status, 200, token.body)
        self.assertTrue(set(token.json["scope"].split()) <= set(told["scopes_supported"]))


if __name__ == "__main__":
    unittest.main()
