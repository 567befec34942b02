"""The feed for partners that keep a copy, through the real binary: snapshot, changes, acks, events, kinds."""

import base64
import csv
import gzip
import hashlib
import http.client
import io
import itertools
import json
import select
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import zstandard

from client import Client, Program

FORMATS = {"ndjson": "application/x-ndjson", "csv": "text/csv", "list": "text/plain"}
CODINGS = {
    "identity": lambda body: body,
    "gzip": gzip.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}
PLENTY = {"CANHGIAC_LIMITS__PARTNER_REQUESTS_PER_MINUTE": "100000"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Reply:
    """An answer with its body as it was sent."""

    def __init__(self, answer):
        self.status, self.body = answer.status, answer.read()
        self.headers = {name.lower(): value for name, value in answer.headers.items()}

    @property
    def lines(self):
        return [json.loads(line) for line in self.body.splitlines()]

    @property
    def code(self):
        return json.loads(self.body)["code"]

    def number(self, name):
        return int(self.headers[name])


def fetch(url, headers):
    try:
        answer = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=70)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return Reply(answer)


def digest_of(live):
    """The Feed-Digest of pairs of key and seq."""
    hashes = (hashlib.sha256(f"{key}\0{seq}".encode()).digest() for key, seq in live)
    return f"{sum(int.from_bytes(h, 'big') for h in hashes) % 2**256:064x}"


def opens(line, leaf):
    """Whether what a line says, with its salt, is what the leaf commits to."""
    said = {name: value for name, value in line.items() if name not in ("seq", "leaf", "salt")}
    payload = json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()
    salt = base64.b64decode(line["salt"])
    commitment = hashlib.sha256(b"canhgiac/commit/v1\0" + salt + payload).digest()
    return len(salt) == 32 and base64.b64encode(commitment).decode() == leaf["c"]


class WithDemo(unittest.TestCase):
    environment = PLENTY
    listings = "0"

    @classmethod
    def setUpClass(cls):
        command = ("demo", "--listen", "127.0.0.1:0", "--json", "--listings", cls.listings)
        cls.program = Program(*command, environment=cls.environment)
        cls.addClassCleanup(cls.stop)
        cls.demo = json.loads(cls.program.first_line)
        cls.url, cls.client = cls.demo["url"], Client(cls.demo["url"])
        users = {user["username"]: user for user in cls.demo["users"]}
        names = {"officer": "canbo.bimson", "supervisor": "chihuy.bimson", "admin": "quantri", "second": "quantri.hai"}
        cls.people = {who: cls.client.sign_in(users[name]) for who, name in names.items()}
        cls.partner = cls.token(cls.demo["partners"][0])
        cls.numbers = itertools.count(1)

    @classmethod
    def stop(cls):
        assert cls.program.stop() == 0

    @classmethod
    def token(cls, partner, scope=None):
        form = {"grant_type": "client_credentials", **({"scope": scope} if scope else {})}
        pair = f"{partner['client_id']}:{partner['client_secret']}".encode()
        headers = {**FORM, "Authorization": "Basic " + base64.b64encode(pair).decode()}
        raw = urllib.parse.urlencode(form).encode()
        answer = cls.client.send("POST", "/v1/oauth/token", raw=raw, headers=headers)
        assert answer.status == 200, answer.body
        return {"Authorization": "Bearer " + answer.json["access_token"]}

    def get(self, path, who=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return fetch(self.url + path, {**(self.partner if who is None else who), **headers})

    def changes(self, after, more="", who=None):
        return self.get(f"/v1/feed/changes?after={after}{more}", who)

    def snapshot(self, query="", who=None, **headers):
        return self.get("/v1/feed/snapshot" + query, who, **headers)

    def head(self):
        return self.snapshot("?format=list").number("feed-size")

    def all_changes(self, after, who=None):
        lines = []
        while (page := self.changes(after, "&limit=10000", who)).status == 200:
            lines += page.lines[:-1]
            after = page.number("feed-next")
        self.assertEqual(page.status, 204)
        return lines

    def decide(self, listing, deed, version):
        headers = {**self.people["supervisor"], "If-Match": f'"{version}"'}
        path = f"/v1/listings/{listing}/{deed}"
        answer = self.client.send("POST", path, {"reason": "đúng"}, headers)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json["version"]

    def listed(self, text=None):
        """A new listing: its id and version."""
        text = text or f"0950077{next(self.numbers):03}"
        body = {"identifier": {"q": text}, "method": "gia_danh_cong_an"}
        made = self.client.send("POST", "/v1/listings", body, self.people["officer"])
        self.assertEqual(made.status, 201, made.body)
        return made.json["id"], self.decide(made.json["id"], "confirm", 1)

    def erase(self, listing, version):
        headers = {**self.people["admin"], "If-Match": f'"{version}"'}
        asked = self.client.send("DELETE", f"/v1/listings/{listing}", {"reason": "theo luật"}, headers)
        self.assertEqual(asked.status, 202, asked.body)
        self.client.agreed(self.people["second"], asked)

    def new_partner(self, **more):
        body = {"name": "Đối tác thử", "kind": "bank", "scopes": ["feed:read"], **more}
        made = self.client.send("POST", "/v1/partners", body, self.people["admin"])
        self.assertEqual(made.status, 201, made.body)
        return made.json

    def entries(self, size):
        """The log's leaves, from its tiles of entries."""
        leaves = []
        for tile in range((size + 255) // 256):
            width = min(256, size - 256 * tile)
            part = "" if width == 256 else f".p/{width}"
            got = fetch(f"{self.url}/v1/ledger/tile/entries/{tile:03}{part}", {})
            self.assertEqual(got.status, 200)
            bundle = io.BytesIO(got.body)
            while length := bundle.read(2):
                leaves.append(bundle.read(int.from_bytes(length, "big")))
        self.assertEqual(len(leaves), size)
        return leaves


class Snapshots(WithDemo):
    listings = "1300"

    def test_every_format_in_every_coding_is_the_same_set(self):
        for name, media in FORMATS.items():
            plain = self.snapshot(f"?format={name}", Accept_Encoding="identity")
            for coding, decode in CODINGS.items():
                with self.subTest(format=name, coding=coding):
                    got = self.snapshot(f"?format={name}", Accept_Encoding=coding)
                    self.assertEqual((got.status, decode(got.body)), (200, plain.body))
                    self.assertTrue(got.headers["content-type"].startswith(media))
                    self.assertEqual(got.headers.get("content-encoding", "identity"), coding)
                    self.assertEqual(got.headers["accept-ranges"], "bytes")
                    self.assertIn("Accept-Encoding", got.headers["vary"])
                    for header in ["feed-size", "feed-count", "feed-digest"]:
                        self.assertEqual(got.headers[header], plain.headers[header])

    def test_the_format_follows_the_accept_header_and_an_unknown_one_is_refused(self):
        for name, media in FORMATS.items():
            asked, named = self.snapshot(Accept=media), self.snapshot(f"?format={name}")
            self.assertEqual((asked.status, asked.body), (200, named.body))
        self.assertEqual(self.snapshot("?format=xml").status, 400)
        self.assertEqual(self.snapshot("?kinds=phone").status, 400)

    def test_what_is_unchanged_is_not_sent_again(self):
        tags = set()
        for name, coding in itertools.product(FORMATS, CODINGS):
            with self.subTest(format=name, coding=coding):
                first = self.snapshot(f"?format={name}", Accept_Encoding=coding)
                tag = first.headers["etag"]
                self.assertTrue(tag.startswith('"') and tag not in tags, tag)
                tags.add(tag)
                again = self.snapshot(f"?format={name}", Accept_Encoding=coding, If_None_Match=tag)
                self.assertEqual((again.status, again.body), (304, b""))
                self.assertEqual(again.headers["etag"], tag)
        self.listed()
        changed = self.snapshot("?format=list", If_None_Match=", ".join(tags))
        self.assertEqual(changed.status, 200)

    def test_the_lines_are_counted_sorted_and_add_up(self):
        got = self.snapshot()
        *lines, end = got.lines
        self.assertEqual(end, {"end": True, "count": len(lines), "size": got.number("feed-size")})
        self.assertEqual(got.number("feed-count"), len(lines))
        keys = [line["key"].encode() for line in lines]
        self.assertEqual(keys, sorted(set(keys)))
        self.assertEqual(got.headers["feed-digest"], digest_of((x["key"], x["seq"]) for x in lines))
        members = ["seq", "op", "key", "kind", "listing", "method", "unit", "listed_at", "valid_until"]
        for line in lines:
            names = [name for name in line if name != "renewed_at"]
            self.assertEqual(names, members + ["disputed", "salt"])
            self.assertEqual((line["op"], line["kind"]), ("put", line["key"].split(":")[0]))
        for text in got.body.splitlines():
            self.assertEqual(text, json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False).encode())

    def test_the_digest_is_the_documented_one(self):
        vector = "d387b09d295eb60cbf4a65ffa3fa8a09f3f97461f3d50f18b41a4315784f5bb9"
        self.assertEqual(digest_of([("phone:+84950001001", 1)]), vector)

    def test_a_table_has_the_same_listings_and_a_list_only_the_phones(self):
        rows = list(csv.DictReader(io.StringIO(self.snapshot("?format=csv").body.decode())))
        lines = self.snapshot().lines[:-1]
        for row, line in zip(rows, lines, strict=True):
            e164 = line["key"].removeprefix("phone:+") if line["kind"] == "phone" else ""
            wanted = {name: str(line[name]) for name in row if name not in {"disputed", "e164"}}
            self.assertEqual(row, {**wanted, "disputed": str(line["disputed"]).lower(), "e164": e164})
        phones = [line for line in lines if line["kind"] == "phone"]
        got = self.snapshot("?format=list")
        self.assertEqual(got.body.decode().splitlines(), [x["key"].split(":")[1] for x in phones])
        self.assertTrue(got.body.startswith(b"+84") and got.body.endswith(b"\n"))
        self.assertEqual(got.number("feed-count"), len(phones))
        self.assertEqual(got.headers["feed-digest"], digest_of((x["key"], x["seq"]) for x in phones))

    def test_every_line_opens_its_leaf_and_no_leaf_in_force_is_without_a_line(self):
        listing, version = self.listed()
        self.decide(listing, "renew", version)
        got = self.snapshot()
        *lines, end = got.lines
        leaves = [json.loads(leaf) for leaf in self.entries(end["size"])]
        self.assertIn("renew", {leaves[line["seq"]]["op"] for line in lines})
        for line in lines:
            self.assertTrue(opens(line, leaves[line["seq"]]), line)
        live = {n for n, leaf in enumerate(leaves) if leaf["op"] in ("list", "renew", "dispute", "clear")}
        live -= {leaf["r"] for leaf in leaves}
        self.assertEqual(live, {line["seq"] for line in lines})

    def test_a_cut_download_goes_on_with_the_same_bytes_although_the_ledger_has_grown(self):
        removed, renewed = self.listed(), self.listed()
        again = self.listed("0950 078 700")
        wholes = {
            form: self.snapshot(f"?format={form[0]}", Accept_Encoding=form[1])
            for form in itertools.product(FORMATS, CODINGS)
        }
        self.listed()
        self.decide(renewed[0], "renew", renewed[1])
        self.decide(removed[0], "delist", removed[1])
        self.decide(again[0], "renew", self.decide(again[0], "renew", again[1]))
        self.decide(again[0], "delist", again[1] + 2)
        self.listed("0950 078 700")
        for (name, coding), whole in wholes.items():
            tag, length = whole.headers["etag"], len(whole.body)
            for at in [0, 1, 1000, length // 2, length - 1]:
                with self.subTest(format=name, coding=coding, at=at):
                    rest = self.snapshot(
                        f"?format={name}", Accept_Encoding=coding, Range=f"bytes={at}-", If_Range=tag
                    )
                    self.assertEqual((rest.status, rest.body), (206, whole.body[at:]))
                    span = f"bytes {at}-{length - 1}/{length}"
                    self.assertEqual(rest.headers["content-range"], span)
                    for header in ["etag", "feed-size", "feed-count", "feed-digest"]:
                        self.assertEqual(rest.headers[header], whole.headers[header])
        present = self.snapshot()
        self.assertEqual(present.number("feed-size"), wholes["ndjson", "identity"].number("feed-size") + 7)

    def test_a_range_beyond_the_end_can_not_be_satisfied(self):
        whole = self.snapshot(Accept_Encoding="identity")
        tag, length = whole.headers["etag"], len(whole.body)
        for at in [length, length + 1, 2**63]:
            got = self.snapshot(Accept_Encoding="identity", Range=f"bytes={at}-", If_Range=tag)
            self.assertEqual((got.status, got.code), (416, "range-not-satisfiable"))
            self.assertEqual(got.headers["content-range"], f"bytes */{length}")

    def test_what_can_not_go_on_begins_again_with_the_present_whole(self):
        earlier = self.snapshot(Accept_Encoding="identity")
        packed = self.snapshot(Accept_Encoding="gzip").headers["etag"]
        self.listed()
        present = self.snapshot(Accept_Encoding="identity")
        size = earlier.headers["feed-size"]
        forged = f'"{size}-0000000000000000-ndjson-identity-0.1.0"'
        for tag in ['"unknown"', "W/" + earlier.headers["etag"], '"99999999-x"', forged, packed]:
            with self.subTest(tag=tag):
                got = self.snapshot(Accept_Encoding="identity", Range="bytes=100-", If_Range=tag)
                self.assertEqual(got.status, 200)
                self.assertEqual(got.headers["feed-size"], present.headers["feed-size"])
                self.assertEqual(got.body, present.body)
        for odd in ["bytes=9-0", "bytes=0-1,3-4", "lines=3-", "bytes=x-", "bytes=-"]:
            got = self.snapshot(Accept_Encoding="identity", Range=odd)
            self.assertEqual((got.status, got.body), (200, present.body), odd)
        rest = self.snapshot(Accept_Encoding="identity", Range="bytes=100-")
        self.assertEqual((rest.status, rest.body), (206, present.body[100:]))
        for part, wanted in [("bytes=0-9", present.body[:10]), ("bytes=-5", present.body[-5:])]:
            got = self.snapshot(Accept_Encoding="identity", Range=part)
            self.assertEqual((got.status, got.body), (206, wanted), part)

    def test_a_download_from_before_an_erasure_begins_again(self):
        listing, version = self.listed()
        earlier = self.snapshot()
        self.erase(listing, self.decide(listing, "delist", version))
        tag = earlier.headers["etag"]
        got = self.snapshot(Range="bytes=100-", If_Range=tag)
        self.assertEqual((got.status, got.number("feed-size")), (200, self.head()))
        self.assertNotIn(listing, got.body.decode())

    def test_it_is_asked_about_without_a_body(self):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.url).netloc)
        self.addCleanup(connection.close)
        connection.request("HEAD", "/v1/feed/snapshot", headers=self.partner)
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.read()), (200, b""))
        self.assertEqual(int(answer.headers["Feed-Size"]), self.head())


class Changes(WithDemo):
    def test_every_leaf_is_a_line_that_opens_it(self):
        start = self.head()
        listing, version = self.listed()
        version = self.decide(listing, "renew", version)
        self.decide(listing, "delist", version)
        lines = self.all_changes(0)
        leaves = self.entries(len(lines))
        self.assertEqual([line["seq"] for line in lines], list(range(len(leaves))))
        for line, leaf in zip(lines, leaves):
            self.assertEqual(json.dumps(line["leaf"], separators=(",", ":")).encode(), leaf)
            self.assertTrue("salt" not in line or opens(line, line["leaf"]), line)
        new = lines[start:]
        self.assertEqual([line["op"] for line in new], ["put", "put", "del"])
        self.assertEqual([x["leaf"]["op"] for x in new], ["list", "renew", "delist"])
        self.assertEqual([x["leaf"]["r"] for x in new], [None, start, start + 1])
        self.assertEqual({line["listing"] for line in new}, {listing})
        self.assertLess(list(new[1]).index("valid_until"), list(new[1]).index("renewed_at"))
        self.assertEqual(new[2]["reason"], "delisted")

    def test_a_copy_made_of_changes_is_the_snapshot(self):
        live = {}
        for line in self.all_changes(0):
            if line["op"] == "put":
                live[line["key"]] = line["seq"]
            elif line["op"] == "del":
                del live[line["key"]]
        snapshot = self.snapshot()
        self.assertEqual(live, {line["key"]: line["seq"] for line in snapshot.lines[:-1]})
        self.assertEqual(snapshot.headers["feed-digest"], digest_of(live.items()))

    def test_the_same_cursor_gives_the_same_page(self):
        first, again = self.changes(3, "&limit=7"), self.changes(3, "&limit=7")
        self.assertEqual((first.status, first.body), (200, again.body))
        self.listed()
        later = self.changes(3, "&limit=7")
        self.assertEqual((later.body, later.headers["etag"]), (first.body, first.headers["etag"]))
        asked = self.get("/v1/feed/changes?after=3&limit=7", If_None_Match=first.headers["etag"])
        self.assertEqual((asked.status, asked.body), (304, b""))

    def test_pages_have_an_end_line_and_headers_that_lead_on(self):
        size = self.head()
        at, pages = 0, 0
        while (page := self.changes(at, "&limit=50")).status == 200:
            *lines, end = page.lines
            step = min(50, size - at)
            self.assertEqual([line["seq"] for line in lines], list(range(at, at + step)))
            self.assertEqual(end, {"end": True, "count": step, "size": at + step})
            self.assertEqual((page.number("feed-next"), page.number("feed-head")), (at + step, size))
            at, pages = at + step, pages + 1
        self.assertEqual((at, pages), (size, -(-size // 50)))
        snapshot = self.snapshot()
        for answer in [page, self.changes(0, "&limit=1")]:
            for header in ["feed-count", "feed-digest"]:
                self.assertEqual(answer.headers[header], snapshot.headers[header])

    def test_nothing_new_says_so_with_the_same_headers(self):
        head = self.head()
        got = self.changes(head)
        self.assertEqual((got.status, got.body), (204, b""))
        self.assertEqual((got.number("feed-next"), got.number("feed-head")), (head, head))
        self.assertIn("feed-digest", got.headers)
        self.assertIn("feed-count", got.headers)

    def test_limits_waits_and_cursors_have_bounds(self):
        head = self.head()
        for limit, status in [(0, 400), (1, 200), (10_000, 200), (10_001, 400), (-1, 400), ("x", 400)]:
            self.assertEqual(self.changes(0, f"&limit={limit}").status, status, limit)
        for wait, status in [(0, 200), (55, 200), (56, 400), (-1, 400), ("1.5", 400)]:
            self.assertEqual(self.changes(0, f"&limit=1&wait={wait}").status, status, wait)
        for after in ["-1", "x", "", "18446744073709551616", "1.5"]:
            self.assertEqual(self.changes(after).status, 400, after)
        self.assertEqual(self.get("/v1/feed/changes").status, 400)
        self.assertEqual(self.changes(0, "&more=1").status, 400)
        for beyond in [head + 1, 2**64 - 1]:
            refused = self.changes(beyond, "&wait=55")
            self.assertEqual((refused.status, refused.code), (409, "feed-cursor-ahead"))

    def test_a_wait_without_news_ends_with_nothing_new(self):
        began = time.monotonic()
        self.assertEqual(self.changes(self.head(), "&wait=1").status, 204)
        self.assertTrue(1 <= time.monotonic() - began < 5)

    def test_what_was_erased_says_only_that(self):
        start = self.head()
        listing, version = self.listed("0950 078 901")
        version = self.decide(listing, "renew", version)
        version = self.decide(listing, "delist", version)
        before = self.entries(start + 3)
        self.erase(listing, version)
        page = self.changes(start)
        *lines, end = page.lines
        self.assertEqual(end["count"], 4)
        for line in lines:
            self.assertEqual((list(line), line["op"]), (["seq", "op", "leaf"], "erased"))
        self.assertEqual([x["leaf"]["op"] for x in lines], ["list", "renew", "delist", "erase"])
        self.assertEqual(lines[3]["leaf"]["r"], start + 2)
        self.assertEqual(self.entries(start + 4)[: start + 3], before)
        self.assertNotIn(b"0950078901"[1:], page.body)

    def waiting(self, after):
        """A long poll under way: what waits for its answer."""
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.url).netloc, timeout=60)
        self.addCleanup(connection.close)
        connection.request("GET", f"/v1/feed/changes?after={after}&wait=55", headers=self.partner)
        readable, _, _ = select.select([connection.sock], [], [], 0.2)
        self.assertEqual(readable, [], "answered although there was nothing new")

        def answer():
            reply = Reply(connection.getresponse())
            return reply, time.monotonic()

        return answer

    def test_a_waiting_partner_hears_of_an_emergency_delisting_within_a_second(self):
        listing, version = self.listed()
        answer = self.waiting(self.head())
        version = self.decide(listing, "delist", version)
        decided = time.monotonic()
        reply, heard = answer()
        self.assertEqual([(x["op"], x["listing"]) for x in reply.lines[:-1]], [("del", listing)])
        self.assertLess(heard - decided, 1.0)
        answer = self.waiting(self.head())
        self.erase(listing, version)
        decided = time.monotonic()
        reply, heard = answer()
        self.assertEqual([x["leaf"]["op"] for x in reply.lines[:-1]], ["erase"])
        self.assertLess(heard - decided, 1.0)

    def test_eight_partners_wait_at_once_and_all_hear(self):
        answers = [self.waiting(self.head()) for _ in range(8)]
        self.listed()
        decided = time.monotonic()
        for answer in answers:
            reply, heard = answer()
            self.assertEqual((reply.status, reply.lines[0]["op"]), (200, "put"))
            self.assertLess(heard - decided, 1.0)

    def test_events_say_the_head_now_and_again_after_a_change(self):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.url).netloc, timeout=10)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/feed/events", headers=self.partner)
        stream = connection.getresponse()
        self.addCleanup(stream.close)
        self.assertEqual((stream.status, stream.headers["Content-Type"]), (200, "text/event-stream"))
        head = self.head()
        self.assertEqual(self.event(stream), head)
        self.listed()
        decided = time.monotonic()
        self.assertEqual(self.event(stream), head + 1)
        self.assertLess(time.monotonic() - decided, 1.0)

    def event(self, stream):
        text = b"".join(iter(stream.readline, b"\n")).decode()
        self.assertRegex(text, r'\Aevent: head\ndata: \{"size":\d+\}\n\Z')
        return json.loads(text.split("data: ")[1])["size"]


class TooOld(WithDemo):
    environment = {**PLENTY, "CANHGIAC_FEED__OLDEST_CHANGES": "5"}

    def test_a_cursor_that_is_too_old_is_sent_to_the_snapshot(self):
        head = self.head()
        for after in [0, head - 6]:
            refused = self.changes(after)
            self.assertEqual((refused.status, refused.code), (410, "feed-cursor-too-old"))
        self.assertEqual(len(self.changes(head - 5).lines), 5 + 1)
        self.assertEqual(self.changes(head).status, 204)


class Acks(WithDemo):
    def ack(self, applied, count, digest, who=None):
        body = {"applied": applied, "count": count, "digest": digest}
        return self.client.send("POST", "/v1/feed/acks", body, who or self.partner)

    def right(self, who=None):
        got = self.snapshot(who=who)
        return got.number("feed-size"), got.number("feed-count"), got.headers["feed-digest"]

    def test_a_right_copy_is_current_then_behind(self):
        size, count, digest = self.right()
        got = self.ack(size, count, digest)
        self.assertEqual((got.status, got.body), (200, f'{{"state":"current","head":{size}}}'))
        self.listed()
        self.assertEqual(self.ack(size, count, digest).json, {"state": "behind", "head": size + 1})
        live = {line["key"]: line["seq"] for line in self.changes(0, "&limit=9").lines[:-1]}
        early = self.ack(9, len(live), digest_of(live.items()))
        self.assertEqual(early.json["state"], "behind")
        self.assertEqual(self.ack(0, 0, "0" * 64).json["state"], "behind")

    def test_a_wrong_copy_has_drifted_wherever_it_stands(self):
        size, count, digest = self.right()
        other = digest[:-1] + ("0" if digest[-1] != "0" else "1")
        self.assertEqual(self.ack(size, count, other).json["state"], "drifted")
        self.assertEqual(self.ack(size, count - 1, digest).json["state"], "drifted")
        self.assertEqual(self.ack(size - 1, count, digest).json["state"], "drifted")
        self.assertEqual(self.ack(0, 1, digest).json["state"], "drifted")

    def test_an_ack_that_can_not_be_is_refused(self):
        size, count, digest = self.right()
        refused = self.ack(size + 1, count, digest)
        self.assertEqual((refused.status, refused.code), (409, "feed-cursor-ahead"))
        for wrong in [digest.upper(), digest[:-1], digest + "0", "g" * 64, "", "é" * 32]:
            refused = self.ack(size, count, wrong)
            self.assertEqual((refused.status, refused.code), (422, "validation"), wrong)
            self.assertEqual(refused.json["errors"][0]["pointer"], "/digest")
        for body in [{}, {"applied": -1, "count": 0, "digest": digest}, {"applied": "1"}, [1]]:
            refused = self.client.send("POST", "/v1/feed/acks", body, self.partner)
            self.assertEqual(refused.status, 422, body)
        more = {"applied": 0, "count": 0, "digest": digest, "more": 1}
        self.assertEqual(self.client.send("POST", "/v1/feed/acks", more, self.partner).status, 422)
        kind = {**self.partner, "Content-Type": "application/json"}
        cut = self.client.send("POST", "/v1/feed/acks", raw=b'{"applied":', headers=kind)
        self.assertEqual((cut.status, cut.code), (400, "bad-json"))

    def test_the_administrator_sees_how_each_copy_stands(self):
        made = self.new_partner()
        who, path = self.token(made), f"/v1/partners/{made['id']}"
        seen = lambda: self.client.send("GET", path, headers=self.people["admin"]).json
        self.assertIsNone(seen()["last_ack"])
        self.assertIsNone(seen()["last_pull"])
        size, count, digest = self.right(who)
        self.assertIsNotNone(seen()["last_pull"])
        for given, state in [((size, count, digest), "current"), ((size, count, "0" * 64), "drifted")]:
            self.ack(*given, who)
            ack = seen()["last_ack"]
            self.assertEqual((ack["applied"], ack["state"]), (size, state))
            self.assertRegex(ack["at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.listed()
        self.ack(size, count, digest, who)
        page = self.client.send("GET", "/v1/partners?limit=200", headers=self.people["admin"]).json
        states = {x["id"]: x["last_ack"] and x["last_ack"]["state"] for x in page["items"]}
        self.assertEqual(states[made["id"]], "behind")


class Kinds(WithDemo):
    def test_a_partner_gets_its_kinds_and_the_rest_adds_up(self):
        made = self.new_partner(kinds=["account", "wallet"])
        self.assertEqual(sorted(made["kinds"]), ["account", "wallet"])
        who = self.token(made)
        removed = self.listed()
        self.decide(removed[0], "delist", removed[1])
        self.listed("VCB 0000000079901")
        everything = [x for x in self.snapshot().lines[:-1] if x["kind"] in made["kinds"]]
        mine = self.snapshot(who=who)
        self.assertEqual(mine.lines[:-1], everything)
        self.assertEqual(mine.number("feed-count"), len(everything))
        digest = digest_of((line["key"], line["seq"]) for line in everything)
        self.assertEqual(mine.headers["feed-digest"], digest)
        self.assertEqual(self.snapshot("?format=list", who).body, b"")
        rows = self.snapshot("?format=csv", who).body.decode().splitlines()
        self.assertEqual(len(rows) - 1, len(everything))
        size = mine.number("feed-size")
        page = self.changes(0, "&limit=10000", who)
        *lines, end = page.lines
        self.assertEqual(end, {"end": True, "count": size, "size": size})
        self.assertEqual((page.number("feed-count"), page.headers["feed-digest"]), (len(everything), digest))
        for line, whole in zip(lines, self.all_changes(0), strict=True):
            if whole["leaf"]["k"] in made["kinds"]:
                self.assertEqual(line, whole)
            else:
                self.assertEqual(line, {"seq": whole["seq"], "op": "mark", "leaf": whole["leaf"]})
        body = {"applied": size, "count": len(everything), "digest": digest}
        acked = self.client.send("POST", "/v1/feed/acks", body, who)
        self.assertEqual(acked.json["state"], "current")

    def test_other_kinds_work_at_once_and_a_download_of_the_old_ones_begins_again(self):
        made = self.new_partner(kinds=["phone"])
        who, path = self.token(made), f"/v1/partners/{made['id']}"
        phones = self.snapshot(who=who)
        self.assertEqual({line["kind"] for line in phones.lines[:-1]}, {"phone"})
        edit = {"kinds": ["account"]}
        headers = {**self.people["admin"], "If-Match": f'"{made["version"]}"'}
        edited = self.client.send("PATCH", path, edit, headers)
        self.assertEqual((edited.status, edited.json["kinds"]), (200, ["account"]))
        got = self.snapshot(who=who, Range="bytes=10-", If_Range=phones.headers["etag"])
        self.assertEqual(got.status, 200)
        self.assertEqual({line["kind"] for line in got.lines[:-1]}, {"account"})
        self.assertEqual(self.snapshot(who=who, If_None_Match=phones.headers["etag"]).status, 200)

    def test_no_kind_at_all_or_an_unknown_one_is_refused(self):
        made = self.new_partner()
        self.assertEqual(sorted(made["kinds"]), ["account", "phone", "sender", "short_code", "wallet"])
        admin, path = self.people["admin"], f"/v1/partners/{made['id']}"
        for kinds in [[], ["fax"], "phone"]:
            body = {"name": "Đối tác", "kind": "bank", "scopes": ["feed:read"], "kinds": kinds}
            for method, where, what in [("POST", "/v1/partners", body), ("PATCH", path, {"kinds": kinds})]:
                refused = self.client.send(method, where, what, {**admin, "If-Match": f'"{made["version"]}"'})
                self.assertEqual((refused.status, refused.code), (422, "validation"), (method, kinds))
                self.assertTrue(refused.json["errors"][0]["pointer"].startswith("/kinds"))


class Doors(WithDemo):
    PATHS = ["/v1/feed/snapshot", "/v1/feed/changes?after=0", "/v1/feed/events"]

    def everywhere(self, who):
        digest = {"applied": 0, "count": 0, "digest": "0" * 64}
        acked = self.client.send("POST", "/v1/feed/acks", digest, who)
        answers = [self.get(path, who) for path in self.PATHS]
        return {(x.status, x.code) for x in answers} | {(acked.status, acked.code)}

    def test_a_token_without_the_scope_stays_outside(self):
        made = self.new_partner(scopes=["check:bulk"])
        self.assertEqual(self.everywhere(self.token(made)), {(403, "insufficient-scope")})
        narrow = self.token(self.demo["partners"][0], "check:bulk")
        self.assertEqual(self.everywhere(narrow), {(403, "insufficient-scope")})

    def test_people_and_strangers_stay_outside(self):
        for who in self.people.values():
            self.assertEqual({status for status, _ in self.everywhere(who)}, {403})
        self.assertEqual(self.everywhere({}), {(401, "unauthenticated")})
        self.assertEqual(self.everywhere({"Authorization": "Bearer x.y.z"}), {(401, "unauthenticated")})

    def test_a_suspended_partner_stays_outside_at_once(self):
        made = self.new_partner()
        who = self.token(made)
        self.assertEqual(self.get(self.PATHS[0], who).status, 200)
        headers = {**self.people["admin"], "If-Match": f'"{made["version"]}"'}
        body = {"suspended": True}
        edited = self.client.send("PATCH", f"/v1/partners/{made['id']}", body, headers)
        self.assertEqual(edited.status, 200, edited.body)
        self.assertEqual({status for status, _ in self.everywhere(who)}, {401})


if __name__ == "__main__":
    unittest.main()
