"""The example that partners start from, `scripts/partner_client.py`, against the real binary: what it keeps, what it
catches, what a crash leaves."""

import base64
import contextlib
import glob
import gzip
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from test_feed import PLENTY, WithDemo

SCRIPT = str(pathlib.Path(__file__).parent.parent / "scripts" / "partner_client.py")
CHECKPOINT, CHANGES, SNAPSHOT = "/v1/ledger/checkpoint", "/v1/feed/changes", "/v1/feed/snapshot"


class Proxy:
    """Stands between client and service, notes what is asked, and does to answers what a test tells it to."""

    def __init__(self, url):
        self.seen, self.tampers = [], {}
        self.stall, self.stalled, self.cut = None, threading.Event(), None
        self.target = urllib.parse.urlsplit(url).netloc
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                proxy.pass_on(self)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def pass_on(self, asked):
        self.seen.append((asked.path, dict(asked.headers)))
        upstream = http.client.HTTPConnection(self.target, timeout=70)
        body = asked.rfile.read(int(asked.headers.get("Content-Length", 0)))
        upstream.request(asked.command, asked.path, body, dict(asked.headers))
        answer = upstream.getresponse()
        body, headers = answer.read(), dict(answer.getheaders())
        upstream.close()
        tamper = self.tampers.get(asked.path.split("?")[0])
        if tamper and answer.status == 200:
            body = tamper(body, headers)
        headers = {k: v for k, v in headers.items() if k.lower() not in ("transfer-encoding", "content-length")}
        asked.send_response(answer.status)
        for name, value in {**headers, "Content-Length": len(body)}.items():
            asked.send_header(name, value)
        asked.end_headers()
        with contextlib.suppress(OSError):
            if self.cut and asked.path.startswith(self.cut):
                asked.wfile.write(body[: len(body) // 2])
                asked.close_connection = True
            elif self.stall and asked.path.startswith(self.stall):
                asked.wfile.write(body[: len(body) // 2])
                self.stalled.set()
                select.select([asked.connection], [], [], 60)  # Until the client is gone
                asked.close_connection = True
            else:
                asked.wfile.write(body)

    def asked_for(self, path):
        return [headers for seen, headers in self.seen if seen.split("?")[0] == path]


def of_lines(change):
    """Tampers with the lines of an answer, and makes count and end agree again, as a skilled forger would."""

    def tamper(body, headers):
        packed = body[:2] == b"\x1f\x8b"
        *lines, end = [json.loads(line) for line in (gzip.decompress(body) if packed else body).splitlines()]
        count, lines = len(lines), change(lines)
        end["count"] = len(lines)
        if not packed:
            end["size"] += len(lines) - count
        text = b"".join(compact(line) + b"\n" for line in [*lines, end])
        return gzip.compress(text) if packed else text

    return tamper


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def with_header(name, value):
    def tamper(body, headers):
        for header in headers:
            if header.lower() == name:
                headers[header] = value
        return body

    return tamper


class PartnerClient(WithDemo):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.given = self.client.send("GET", "/v1/ledger/key").json["verifier_keys"][-1]
        self.account = self.demo["partners"][0]

    def command(self, *arguments):
        return [sys.executable, "-B", SCRIPT, *arguments]

    @property
    def credentials(self):
        names = {"CANHGIAC_CLIENT_ID": "client_id", "CANHGIAC_CLIENT_SECRET": "client_secret"}
        return {**os.environ, **{name: self.account[member] for name, member in names.items()}}

    def options(self, url=None, key=None):
        return ("--folder", str(self.folder), "--url", url or self.url, "--verifier-key", key or self.given)

    def sync(self, *more, url=None, key=None):
        command = self.command("sync", *self.options(url, key), *more)
        return subprocess.run(command, env=self.credentials, capture_output=True, text=True, timeout=120)

    def start(self, name, url):
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            self.command(name, *self.options(url)), env=self.credentials, stdout=pipe, stderr=pipe, text=True
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def check(self, *keys, environment=None):
        command = self.command("check", "--folder", str(self.folder), *keys)
        env = {**os.environ, **(environment or {})}
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=30)

    def verdict(self, key):
        return json.loads(self.check(key).stdout)["verdict"]

    def kept(self):
        """All that the copy holds."""
        with contextlib.closing(sqlite3.connect(self.folder / "copy.sqlite")) as db:
            rows = db.execute("SELECT seq, key, payload FROM live ORDER BY seq").fetchall()
            state = db.execute("SELECT json FROM state").fetchone()
            return rows, state and json.loads(state[0])["size"]

    def proxy(self):
        proxy = Proxy(self.url)
        self.addCleanup(proxy.close)
        return proxy

    def assert_in_step(self, done, who=None):
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        snapshot = self.snapshot(who=who)
        live = sorted((line["seq"], line["key"]) for line in snapshot.lines[:-1])
        rows, size = self.kept()
        self.assertEqual(size, snapshot.number("feed-size"))
        self.assertEqual([row[:2] for row in rows if row[1]], live)
        said = {"size": size, "count": len(live), "digest": snapshot.headers["feed-digest"], "state": "current"}
        self.assertEqual(json.loads(done.stdout), said)

    def listed_number(self):
        number = next(self.numbers)
        return f"phone:+84950079{number:03}", self.listed(f"0950079{number:03}")


class Copying(PartnerClient):
    def test_the_first_time_it_takes_the_whole_list_and_answers_from_it(self):
        nothing = self.check("phone:+84950001001")
        self.assertEqual((nothing.returncode, nothing.stdout), (2, ""))
        self.assert_in_step(self.sync())
        found = self.check("phone:+84950001001", "phone:+84950999999")
        self.assertEqual(found.returncode, 1)
        first, second = map(json.loads, found.stdout.splitlines())
        self.assertEqual((first["verdict"], second["verdict"]), ("listed", "no_record"))
        self.assertEqual(first["listing"]["key"], "phone:+84950001001")
        self.assertEqual(self.check("phone:+84950999999").returncode, 0)
        for spelling in ["0950 001 001", "+84950001001", "PHONE:+84950001001", "phone:0950001001", "phone:+84950001001 "]:
            refused = self.check(spelling)
            self.assertEqual((refused.returncode, refused.stdout), (2, ""), spelling)

    def test_later_it_follows_what_is_listed_renewed_and_delisted(self):
        self.sync()
        key, (listing, version) = self.listed_number()
        self.assert_in_step(self.sync())
        self.assertEqual(self.verdict(key), "listed")
        version = self.decide(listing, "renew", version)
        self.assert_in_step(self.sync())
        self.assertIn("renewed_at", json.loads(self.check(key).stdout)["listing"])
        self.decide(listing, "delist", version)
        proxy = self.proxy()
        self.assert_in_step(self.sync(url=proxy.url))
        self.assertEqual(self.verdict(key), "no_record")
        self.assertEqual(proxy.asked_for(SNAPSHOT), [])
        self.assert_in_step(self.sync())

    def test_what_is_erased_is_nowhere_in_its_folder(self):
        self.sync()
        key, (listing, version) = self.listed_number()
        second, (other, other_version) = self.listed_number()
        self.assert_in_step(self.sync())
        self.erase(listing, self.decide(listing, "delist", version))
        self.erase(other, self.decide(other, "delist", other_version))
        unseen, (short, short_version) = self.listed_number()
        self.erase(short, self.decide(short, "delist", short_version))
        self.assert_in_step(self.sync())
        self.assert_nowhere(key, second, unseen)

    def assert_nowhere(self, *keys):
        """No file of the copy holds these numbers."""
        for file in self.folder.iterdir():
            for key in keys:
                self.assertNotIn(key.split(":+84")[1].encode(), file.read_bytes(), file.name)

    def test_a_listing_from_before_an_erasure_is_taken_the_first_time_too(self):
        _, (listing, version) = self.listed_number()
        self.erase(listing, self.decide(listing, "delist", version))
        self.assert_in_step(self.sync())

    def test_following_it_hears_of_a_delisting_within_two_seconds(self):
        key, (listing, version) = self.listed_number()
        proxy = self.proxy()
        process = self.start("follow", proxy.url)
        self.assertIn('"size"', process.stdout.readline())
        self.until(lambda: any("wait=45" in path for path, _ in proxy.seen))
        self.assertEqual(self.verdict(key), "listed")
        version = self.decide(listing, "delist", version)
        decided = time.monotonic()
        self.assertIn('"size"', process.stdout.readline())
        self.assertLess(time.monotonic() - decided, 2.0)
        self.assertEqual(self.verdict(key), "no_record")
        self.erase(listing, version)
        self.assertIn('"size"', process.stdout.readline())
        self.assert_nowhere(key)
        self.until(lambda: "wait=45" in proxy.seen[-1][0])
        process.terminate()
        self.assertEqual(process.wait(timeout=10), 0)

    def until(self, condition):
        end = time.monotonic() + 10
        while not condition():
            self.assertLess(time.monotonic(), end, "it did not happen")
            time.sleep(0.02)

    def test_it_tells_the_service_how_it_stands(self):
        self.account = self.new_partner()
        self.sync()
        path = f"/v1/partners/{self.account['id']}"
        ack = self.client.send("GET", path, headers=self.people["admin"]).json["last_ack"]
        self.assertEqual((ack["applied"], ack["state"]), (self.kept()[1], "current"))

    def test_a_partner_of_some_kinds_keeps_those_and_misses_the_promised(self):
        self.account = self.new_partner(kinds=["account"])
        done = self.sync()
        self.assertEqual(done.returncode, 1)
        self.assertIn("the snapshot has no line of it", done.stderr)
        self.assert_in_step(self.sync("--kinds", "account"), self.token(self.account))
        self.listed_number()
        self.assert_in_step(self.sync("--kinds", "account"), self.token(self.account))
        self.listed_number()
        done = self.sync()
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"ALARM: the content of line \d+ is withheld")

    def test_it_never_answers_with_a_warning_that_has_run_out(self):
        library = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        if not library:
            self.skipTest("libfaketime is not installed")
        self.sync()
        key, end = "phone:+84950001001", {"LD_PRELOAD": library[0], "FAKETIME": "+91d"}
        self.assertEqual(self.verdict(key), "listed")
        self.assertEqual(self.check(key, environment=end).returncode, 0)

    def test_without_service_or_with_a_wrong_secret_it_could_not_and_the_copy_stays(self):
        self.sync()
        before = self.kept()
        proxy = Proxy(self.url)
        proxy.close()
        self.assertEqual(self.sync(url=proxy.url).returncode, 2)
        self.account = {**self.account, "client_secret": "cgs_wrong"}
        self.assertEqual(self.sync().returncode, 2)
        self.account = self.demo["partners"][0]
        for wrong in ["canhgiac/x+00000000+AAAA", "x", self.given[:-2], self.given.replace("+", "+0", 1)]:
            self.assertEqual(self.sync(key=wrong).returncode, 2, wrong)
        self.assertEqual(self.kept(), before)
        self.assertEqual(self.check("phone:+84950001001").returncode, 1)


class TooFarBehind(PartnerClient):
    environment = {**PLENTY, "CANHGIAC_FEED__OLDEST_CHANGES": "3"}

    def test_it_takes_a_snapshot_that_must_go_on_from_what_it_knew(self):
        self.sync()
        for _ in range(4):
            self.listed_number()
        proxy = self.proxy()
        self.assert_in_step(self.sync(url=proxy.url))
        self.assertEqual(len(proxy.asked_for(SNAPSHOT)), 1)
        for _ in range(4):
            self.listed_number()
        before = self.kept()
        with contextlib.closing(sqlite3.connect(self.folder / "copy.sqlite")) as db, db:
            state = json.loads(db.execute("SELECT json FROM state").fetchone()[0])
            state["peaks"][0] = hashlib.sha256(b"another history").hexdigest()
            db.execute("UPDATE state SET json = ?", [json.dumps(state)])
        done = self.sync()
        self.assertEqual(done.returncode, 1)
        self.assertIn("the ledger's history has changed", done.stderr)
        self.assertEqual(self.kept(), before)


class Crashes(PartnerClient):
    listings = "1200"

    def test_killed_in_its_first_download_it_goes_on_where_it_was(self):
        proxy = self.proxy()
        proxy.stall = SNAPSHOT
        self.killed_at_the_stall(proxy)
        had = (self.folder / "snapshot.gz").stat().st_size
        self.assertGreater(had, 10_000)
        self.assertEqual(self.check("phone:+84950001001").returncode, 2)
        self.listed_number()
        self.assert_in_step(self.sync(url=proxy.url))
        asked = proxy.asked_for(SNAPSHOT)[-1]
        self.assertEqual(asked["Range"], f"bytes={had}-")
        self.assertTrue(asked["If-Range"].startswith('"'))
        self.assertEqual(sorted(x.name for x in self.folder.iterdir()), ["copy.sqlite"])

    def test_a_line_that_is_cut_is_no_alarm_and_the_download_goes_on(self):
        proxy = self.proxy()
        proxy.cut = SNAPSHOT
        had = 0
        for _ in range(2):
            done = self.sync(url=proxy.url)
            self.assertEqual(done.returncode, 2)
            self.assertIn("the snapshot was cut and goes on next time", done.stderr)
            before, had = had, (self.folder / "snapshot.gz").stat().st_size
            self.assertGreater(had, before)
        proxy.cut = None
        self.assert_in_step(self.sync(url=proxy.url))
        self.assertEqual(proxy.asked_for(SNAPSHOT)[-1]["Range"], f"bytes={had}-")
        before = self.kept()
        self.listed_number()
        for proxy.cut in [CHANGES, CHECKPOINT]:
            self.assertEqual(self.sync(url=proxy.url).returncode, 2)
            self.assertEqual(self.kept(), before)
        proxy.cut = None
        self.assert_in_step(self.sync(url=proxy.url))

    def test_killed_among_the_leaves_or_the_changes_it_keeps_what_it_had(self):
        proxy = self.proxy()
        proxy.stall = "/v1/ledger/tile/entries/002"
        self.killed_at_the_stall(proxy, whole=True)
        self.assertEqual(self.kept(), ([], None))
        self.assert_in_step(self.sync(url=proxy.url))
        before = self.kept()
        key, _ = self.listed_number()
        for place in [CHANGES, CHECKPOINT]:
            proxy.stall = place
            self.killed_at_the_stall(proxy, whole=True)
            self.assertEqual(self.kept(), before)
            self.assertEqual(self.verdict("phone:+84950001001"), "listed")
        proxy.stall = "/v1/feed/acks"
        self.killed_at_the_stall(proxy, whole=True)
        self.assertEqual(self.verdict(key), "listed")
        self.assert_in_step(self.sync(url=proxy.url))

    def killed_at_the_stall(self, proxy, whole=False):
        proxy.stalled.clear()
        process = self.start("sync", proxy.url)
        self.assertTrue(proxy.stalled.wait(30), "it did not come there")
        if not whole:
            self.until_still(self.folder / "snapshot.gz")
        process.kill()
        self.assertEqual(process.wait(timeout=10), -signal.SIGKILL)
        proxy.stall = None

    def until_still(self, file):
        """The size of a file, when it grows no more."""
        sizes, end = [], time.monotonic() + 10
        while len(sizes) < 5 or len(set(sizes[-5:])) > 1 or not sizes[-1]:
            self.assertLess(time.monotonic(), end, "nothing was downloaded")
            sizes.append(file.stat().st_size if file.exists() else 0)
            time.sleep(0.02)
        return sizes[-1]


class Rotation(PartnerClient):
    def test_it_learns_a_new_key_while_the_old_one_signs_beside_it(self):
        away = self.folder / "away"
        self.assert_in_step(self.sync())
        shutil.copytree(self.folder, away)
        admin = self.people["admin"]
        made = self.client.send("POST", "/v1/ledger/keys", headers=admin)
        self.assertEqual(made.status, 201, made.body)
        new, old = made.json["verifier_keys"]
        self.assertEqual(old, self.given)
        self.assert_in_step(self.sync())
        self.listed_number()
        retired = self.client.send("DELETE", f"/v1/ledger/keys/{old.split('+')[1]}", headers=admin)
        self.assertEqual(retired.status, 204, retired.body)
        self.assert_in_step(self.sync())
        self.listed_number()
        self.assert_in_step(self.sync())
        # What the retired key signs now is believed no more, although it is still given.
        with contextlib.closing(sqlite3.connect(self.folder / "copy.sqlite")) as db:
            state = json.loads(db.execute("SELECT json FROM state").fetchone()[0])
        self.assertEqual((state["keys"], state["past_keys"]), ([new], [old]))
        # Who was away for all of it has to be told the new key by a person.
        self.folder = away
        before = self.kept()
        done = self.sync()
        self.assertEqual(done.returncode, 1)
        self.assertIn("not signed by a key you trust", done.stderr)
        self.assertEqual(self.kept(), before)
        self.assert_in_step(self.sync(key=new))


class FalseKey(PartnerClient):
    def test_a_key_that_no_leaf_announced_is_not_believed(self):
        self.sync()
        proxy, (forger, text) = self.proxy(), forged_key(self.given.split("+")[0])
        self.client.send("POST", "/v1/ledger/keys", headers=self.people["admin"])
        swap = lambda line: {**line, "verifier_key": text} if "verifier_key" in line else line
        proxy.tampers[CHANGES] = of_lines(lambda lines: [swap(line) for line in lines])
        done = self.sync(url=proxy.url)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"ALARM: line \d+ says something else than what was logged")
        keys = "/v1/ledger/key"
        proxy.tampers = {keys: lambda body, _: compact({**json.loads(body), "verifier_keys": [text, self.given]})}
        shutil.rmtree(self.folder)
        self.assertEqual(self.sync(url=proxy.url).returncode, 0)
        proxy.tampers = {CHECKPOINT: lambda note, _: sign(note.decode().split("\n\n")[0], forger, text)}
        self.assertEqual(self.sync(url=proxy.url).returncode, 1)
        self.assert_in_step(self.sync())


def forged_key(name):
    key = Ed25519PrivateKey.generate()
    public = b"\1" + key.public_key().public_bytes_raw()
    key_id = hashlib.sha256(f"{name}\n".encode() + public).digest()[:4]
    return key, f"{name}+{key_id.hex()}+{base64.b64encode(public).decode()}"


def sign(text, key, verifier_key):
    """A note over a text, signed by a key that answers to the verifier key's name and id."""
    name, key_id, _ = verifier_key.split("+", 2)
    signature = bytes.fromhex(key_id) + key.sign(f"{text}\n".encode())
    return f"{text}\n\n— {name} {base64.b64encode(signature).decode()}\n".encode()


class Tampering(PartnerClient):
    """Somebody between client and service, or a service that lies. Each lie is named, and the copy stays."""

    def setUp(self):
        super().setUp()
        self.between = self.proxy()

    def refuses(self, tampers, complaint):
        before = self.kept() if (self.folder / "copy.sqlite").exists() else ([], None)
        self.between.tampers = tampers
        done = self.sync(url=self.between.url)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, r"\AALARM: " + complaint)
        self.assertEqual(done.stdout, "")
        self.assertEqual(self.kept(), before)

    def test_a_snapshot_is_not_believed_on_its_word(self):
        edited = lambda **new: lambda lines: [*lines[:5], {**lines[5], **new}, *lines[6:]]
        lies = [
            (edited(method="khac_nua"), r"line \d+ says something else than what was logged"),
            (edited(valid_until="2099-01-01T00:00:00Z"), r"line \d+ says something else"),
            (edited(key="phone:+84912345678"), r"line \d+ says something else"),
            (lambda lines: lines[:7] + lines[8:], r"the listing of leaf \d+ is in force, but the snapshot has no line"),
            (lambda lines: lines[:-1], r"the listing of leaf \d+ is in force"),
            (lambda lines: lines + [{**lines[0], "seq": 99_999}], r"line 99999 of the snapshot is no listing in force"),
            (lambda lines: lines + lines[:1], r"line \d+ of the snapshot is no listing in force"),
            (edited(salt="AAAA"), r"line \d+ says something else"),
        ]
        for change, complaint in lies:
            with self.subTest(complaint=complaint):
                self.refuses({SNAPSHOT: of_lines(change)}, complaint)
        heads = {"feed-count": "says 1 listings", "feed-digest": "has another digest"}
        for header, complaint in heads.items():
            self.refuses({SNAPSHOT: with_header(header, "1")}, "the snapshot's head " + complaint)
        self.assert_in_step(self.sync())

    def test_a_snapshot_without_its_end_is_not_whole(self):
        cut = lambda body, _: gzip.compress(b"".join(gzip.decompress(body).splitlines(True)[:-1]))
        self.refuses({SNAPSHOT: cut}, "the snapshot is not whole")
        self.assert_in_step(self.sync())

    def test_leaves_that_are_not_those_that_were_signed_are_not_believed(self):
        size = self.head()
        place = f"/v1/ledger/tile/entries/000.p/{size}" if size < 256 else "/v1/ledger/tile/entries/000"
        flip = lambda body, _: body.replace(b'"t":17', b'"t":16', 1)
        self.refuses({place: flip}, "the ledger is forked")
        self.refuses({place: lambda body, _: body[:-1]}, "tile 0 of entries is too short")
        self.assert_in_step(self.sync())

    def test_a_change_that_was_altered_left_out_or_made_up_is_named(self):
        self.assert_in_step(self.sync())
        _, (removed, version) = self.listed_number()
        self.listed_number()
        self.decide(removed, "delist", version)
        first = self.head() - 3
        hide = lambda line: {"seq": line["seq"], "op": "mark", "leaf": line["leaf"]}
        gone = lambda line: {"seq": line["seq"], "op": "erased", "leaf": line["leaf"]}
        moved = lambda lines: [{**line, "seq": first + n} for n, line in enumerate(lines)]
        other = lambda leaf, **new: {**leaf, **new}
        lies = [
            (lambda x: [{**x[0], "key": "phone:+84912345678"}, *x[1:]], f"line {first} says something else"),
            (lambda x: [{**x[0], "unit": "14818"}, *x[1:]], f"line {first} says something else"),
            (lambda x: [*x[:2], {**x[2], "reason": "expired"}], f"line {first + 2} says something else"),
            (lambda x: x[1:], f"line {first} is missing: {first + 1} came"),
            (lambda x: [x[0], x[2]], f"line {first + 1} is missing: {first + 2} came"),
            (lambda x: [x[1], x[0], x[2]], f"line {first} is missing"),
            (lambda x: moved(x[:1] + x[:2]), "line .* a second time|the ledger is forked|line .* says"),
            (lambda x: [x[0], hide(x[1]), x[2]], f"the content of line {first + 1} is withheld"),
            (lambda x: [x[0], x[1], hide(x[2])], f"the content of line {first + 2} is withheld"),
            (lambda x: [x[0], gone(x[1]), x[2]], f"the listing of leaf {first + 1} is in force, but there is no line"),
            (lambda x: [*x[:2], {**x[2], "op": "put"}], f"line {first + 2} says put where the ledger says delist"),
            (lambda x: [{**x[0], "leaf": other(x[0]["leaf"], t=60)}, *x[1:]], "the ledger is forked"),
            (lambda x: [*x[:2], {**x[2], "leaf": other(x[2]["leaf"], r=first + 1)}], "the ledger is forked|line"),
            (lambda x: [*x[:2], {**x[2], "leaf": other(x[2]["leaf"], r=99_999)}], "leaf .* is no listing in force"),
            (lambda x: [{**x[0], "leaf": None}, *x[1:]], "an answer is not what it should be"),
        ]
        for number, (change, complaint) in enumerate(lies):
            with self.subTest(number=number, complaint=complaint):
                self.refuses({CHANGES: of_lines(change)}, complaint)
        self.assert_in_step(self.sync())

    def test_a_wrong_count_or_digest_is_named(self):
        self.sync()
        self.listed_number()
        self.refuses({CHANGES: with_header("feed-count", "7")}, r"the service says 7 listings, the lines make \d+")
        self.refuses({CHANGES: with_header("feed-digest", "0" * 64)}, "the service has another digest")
        ends = lambda body, _: body.replace(b'"end":true,"count":1,', b'"end":true,"count":2,')
        self.refuses({CHANGES: ends}, r"the lines from \d+ on are not whole")
        self.refuses({CHANGES: lambda body, _: body.splitlines(True)[0]}, r"the lines from \d+ on are not whole")
        self.assert_in_step(self.sync())

    def test_a_checkpoint_of_another_key_is_not_believed(self):
        self.sync()
        self.listed_number()
        name = self.given.split("+")[0]
        key, text = forged_key(name)
        signed = lambda as_key: lambda note, _: sign(note.decode().split("\n\n")[0], key, as_key)
        self.refuses({CHECKPOINT: signed(text)}, "the checkpoint is not signed by a key you trust")
        self.refuses({CHECKPOINT: signed(self.given)}, "the checkpoint's signature is wrong")
        altered = lambda note, _: note.replace(b"\n", b"\n1", 1)
        self.refuses({CHECKPOINT: altered}, "the checkpoint's signature is wrong")
        self.refuses({CHECKPOINT: lambda *_: b"not found\n"}, "the checkpoint is not a signed note")
        self.assert_in_step(self.sync())


class Forks(PartnerClient):
    """A ledger with two histories under one key, as after a theft of the key or a restored backup. (The proxy signs
    here with a key that the client was given.)"""

    def test_a_fork_is_named_whether_or_not_it_is_longer(self):
        self.sync()
        key, verifier = forged_key(self.given.split("+")[0])
        proxy = self.proxy()
        signed = lambda change: lambda note, _: sign("\n".join(change(note.decode().split("\n")[:3])), key, verifier)
        proxy.tampers = {CHECKPOINT: signed(lambda lines: lines)}
        done = self.sync(url=proxy.url, key=verifier)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        before = self.kept()
        other_root = base64.b64encode(hashlib.sha256(b"fork").digest()).decode()
        lies = {
            "the ledger is forked": lambda lines: [lines[0], lines[1], other_root],
            "the ledger has shrunk": lambda lines: [lines[0], str(int(lines[1]) - 1), other_root],
            "the checkpoint is one of another ledger": lambda lines: ["other", *lines[1:]],
        }
        for complaint, change in lies.items():
            proxy.tampers = {CHECKPOINT: signed(change)}
            done = self.sync(url=proxy.url, key=verifier)
            self.assertEqual(done.returncode, 1)
            self.assertIn("ALARM: " + complaint, done.stderr)
            self.assertEqual(self.kept(), before)
        self.listed_number()
        proxy.tampers = {CHECKPOINT: signed(lambda lines: [lines[0], lines[1], other_root])}
        done = self.sync(url=proxy.url, key=verifier)
        self.assertIn("ALARM: the ledger is forked", done.stderr)
        self.assertEqual(self.kept(), before)
