"""A partner's mirror against a registry that lies, is cut off, or shows two histories."""

import contextlib
import csv
import glob
import gzip
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

import public_log
from client import Client, Program, run, until
from lying_proxy import Answer, LyingProxy, NewerRegistry, OtherHistory
from test_faults import may_mount

LISTED = "0950 001 001"
SYNTHETIC = 400  # more than a tile of the log
MIRRORS = 20


class Registry:
    """A demo with a partner's credentials and two officers."""

    def __init__(self):
        self.program = Program(
            "demo", "--listen", "127.0.0.1:0", "--json", "--listings", str(SYNTHETIC),
            environment={"CANHGIAC_LIMITS__PARTNER_REQUESTS_PER_MINUTE": "100000"},
        )
        demo = json.loads(self.program.first_line)
        self.url = demo["url"]
        self.partner = demo["partners"][0]
        self.client = Client(self.url)
        self.officer, self.supervisor, self.admin, self.second = (
            self.client.sign_in(demo["users"][n]) for n in (0, 1, 6, 7)
        )
        self.listed = {}

    def list(self, number):
        made = self.client.send("POST", "/v1/listings", {"identifier": {"q": number}, "method": "khac"}, self.officer)
        assert made.status == 201, made.body
        self.decide(made.json["id"], "confirm", made.headers["etag"])
        self.listed[number] = made.json["id"]

    def delist(self, number):
        path = f"/v1/listings/{self.listed[number]}"
        etag = self.client.send("GET", path, headers=self.officer).headers["etag"]
        self.decide(self.listed.pop(number), "delist", etag)

    def decide(self, listing, deed, etag):
        headers = {**self.supervisor, "If-Match": etag}
        answer = self.client.send("POST", f"/v1/listings/{listing}/{deed}", {"reason": "đúng"}, headers)
        assert answer.status == 200, answer.body

    def erase(self, listing):
        path = f"/v1/listings/{listing}"
        etag = self.client.send("GET", path, headers=self.admin).headers["etag"]
        asked = self.client.send("DELETE", path, {"reason": "theo luật"}, {**self.admin, "If-Match": etag})
        assert asked.status == 202, asked.body
        self.client.agreed(self.second, asked)

    def protect(self, number, protected=True):
        """Two persons protect a number, or take that off."""
        body = {"identifier": {"q": number}, "name_vi": "Ngân hàng Mẫu", "name_en": "Sample Bank", "reason": "theo công văn"}
        key = "phone:+84" + number[1:]
        asked = (
            self.client.send("POST", "/v1/officials", body, self.admin) if protected
            else self.client.send("DELETE", f"/v1/officials/{key}", {"reason": "theo công văn"}, self.admin)
        )
        assert asked.status == 202, asked.body
        self.client.agreed(self.second, asked)

    def keys(self):
        """Verifier keys, newest first."""
        return self.client.send("GET", "/v1/ledger/key").json["verifier_keys"]

    def stop(self):
        assert self.program.stop() == 0


class Mirrored(unittest.TestCase):
    """A registry, a proxy before it, and folders for mirrors."""

    make_registry = Registry

    @classmethod
    def setUpClass(cls):
        cls.registry = cls.make_registry()
        cls.numbers = (f"0950{n:06}" for n in range(700_000, 800_000))

    @classmethod
    def tearDownClass(cls):
        cls.registry.stop()

    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.addCleanup(shutil.rmtree, self.top, ignore_errors=True)
        self.proxy = LyingProxy(self.registry.url)
        self.addCleanup(self.proxy.close)
        self.data = self.top / "mirror"
        self.secret = self.top / "secret"
        self.secret.touch(0o600)
        self.be(self.registry.partner)

    def be(self, partner):
        """From here on mirrors are this partner's."""
        self.partner, self.token = partner, None
        self.secret.write_text(partner["client_secret"])

    def arguments(self, *more, data=None, url=None):
        return (
            "mirror", url or self.proxy.url, "--data", str(data or self.data), "--json",
            "--client-id", str(self.partner["client_id"]), "--client-secret-file", str(self.secret), *more,
        )

    def start(self, *more, data=None, url=None, environment=None):
        arguments = self.arguments("--listen", "127.0.0.1:0", *more, data=data, url=url)
        mirror = Program(*arguments, environment=environment)
        mirror.client = Client(json.loads(mirror.first_line)["url"])
        self.addCleanup(lambda: mirror.process.poll() is None and mirror.kill())
        return mirror

    def once(self, *more):
        return run(*self.arguments("--once", *more))

    def state(self, mirror):
        return mirror.client.send("GET", "/v1/mirror").json

    def current(self, mirror):
        """Waits until the mirror has what the registry has."""
        def same():
            state = self.state(mirror)
            return state["problem"] is None and state["digest"] == self.digest() and state
        return until(same, lambda: (self.state(mirror), mirror.logged()))

    def digest(self):
        if not self.token:
            pair = public_log.b64(f"{self.partner['client_id']}:{self.partner['client_secret']}".encode())
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": "Basic " + pair}
            body = b"grant_type=client_credentials"
            answer = self.registry.client.send("POST", "/v1/oauth/token", raw=body, headers=headers)
            self.token = {"Authorization": "Bearer " + answer.json["access_token"]}
        answer = self.registry.client.send("GET", "/v1/feed/changes?after=0&limit=1", headers=self.token)
        return answer.headers["feed-digest"]

    def told(self, mirror, word, since=0):
        until(lambda: word in mirror.logged()[since:], lambda: (word, mirror.logged()[since:]))


class Following(Mirrored):
    def test_a_copy_is_whole_and_answers_as_the_registry_does(self):
        done = self.once("--export-dir", str(self.top / "export"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("no --key was given", done.stderr)
        state = json.loads(done.stdout)
        self.assertEqual(state["digest"], self.digest())
        self.assertGreater(state["count"], SYNTHETIC)
        mirror = self.start()
        items = {"items": [{"q": q} for q in [LISTED, "113", "0950999999", "0912xxx678", "0000000070001"]]}
        own, theirs = (c.send("POST", "/v1/check", items).json["results"] for c in (mirror.client, self.registry.client))
        for result in own + theirs:
            result.get("problem", {}).pop("type", None)
        self.assertEqual(own, theirs)
        for words in ["LD " + LISTED, "113", "0912xxx678", "VCB 0000000070001"]:
            asked = "/v1/sms?text=" + urllib.parse.quote(words)
            self.assertEqual(mirror.client.send("GET", asked).body, self.registry.client.send("POST", "/v1/sms", {"text": words}).body)
        word = mirror.client.send("GET", "/v1/check?q=113", headers={"Accept": "text/plain"})
        self.assertEqual((word.body, word.headers["canhgiac-verdict"]), ("official\n", "official"))
        many = mirror.client.send("POST", "/v1/check", {"items": items["items"] * 2000})
        self.assertEqual((many.status, len(many.json["results"])), (200, 10_000))
        self.assertEqual(mirror.client.send("POST", "/v1/check", {"items": items["items"] * 2001}).status, 422)
        packed = gzip.compress(json.dumps(items).encode())
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        self.assertEqual(mirror.client.send("POST", "/v1/check", raw=packed, headers=headers).json["results"], many.json["results"][:5])
        self.current(mirror)
        self.assertEqual(mirror.client.send("GET", "/readyz").status, 200)
        self.assertEqual(mirror.client.send("GET", "/nowhere").code, "not-found")
        self.assertEqual(mirror.stop(), 0)

    def test_exports_follow_changes_and_hold_the_same(self):
        export = self.top / "export"
        mirror = self.start("--export-dir", str(export))
        number = next(self.numbers)
        key = "+84" + number[1:]
        phones = lambda: (export / "phones.txt").exists() and (export / "phones.txt").read_text().splitlines()
        until(phones, "the first export")
        self.registry.list(number)
        until(lambda: key in phones(), "the number in the export")
        until(lambda: key in (export / "listings.csv").read_text(), "the number in the table")
        rows = lambda: [r[0] for r in sqlite3.connect(export / "listings.sqlite").execute(
            "SELECT number FROM listings WHERE kind = 'phone' ORDER BY CAST(e164 AS INTEGER)")]
        until(lambda: rows() == phones() == sorted(phones(), key=int), "the same in all files")
        self.assertEqual(len((export / "listings.csv").read_bytes().split(b"\r\n")) - 2, self.current(mirror)["count"])
        self.registry.delist(number)
        until(lambda: key not in phones(), "the number gone")
        self.assertEqual(mirror.stop(), 0)

    def test_lists_go_by_the_number_and_hold_it_as_each_reader_compares_it(self):
        foreign, number = "+447700900123", next(self.numbers)
        e164 = "84" + number[1:]
        for each in (foreign, number):
            self.registry.list(each)
        export = self.top / "export"
        forms = ["csv", "list", "spamblocker", "freeswitch"]
        self.assertEqual(self.once("--export-dir", str(export), "--export", ",".join(forms)).returncode, 0)
        text = {file.name: file.read_bytes().decode() for file in export.iterdir()}
        self.assertEqual(sorted(text), ["freeswitch.txt", "listings.csv", "phones.txt", "spamblocker.csv"])
        phones = text["phones.txt"].splitlines()
        self.assertNotEqual(phones, sorted(phones), "numbers of several lengths")
        self.assertEqual(phones, sorted(phones, key=int))
        # The app looks a caller up without sign and leading zeros.
        patterns = [row["pattern"] for row in csv.DictReader(text["spamblocker.csv"].splitlines())]
        for caller in (foreign, "+" + e164, number):
            self.assertIn(caller.lstrip("+0"), patterns)
        self.assertFalse([pattern for pattern in patterns if not pattern.isdigit() or pattern.startswith("0")])
        entries = text["freeswitch.txt"].split("\n")
        self.assertEqual(entries.pop(), "")
        for caller in (foreign, foreign[1:], "+" + e164, e164, number):
            self.assertEqual(entries.count(caller), 1, caller)
        table = list(csv.DictReader(text["listings.csv"].splitlines()))
        self.assertEqual(sorted(int(row["e164"]) for row in table if row["e164"]), [int(phone) for phone in phones])
        self.assertEqual({row["kind"] for row in table if row["e164"]}, {"phone"})
        self.registry.delist(foreign)

    def test_a_reader_that_keeps_the_table_open_sees_every_change(self):
        export = self.top / "export"
        file = export / "listings.sqlite"
        mirror = self.start("--export-dir", str(export), "--export", "sqlite")
        until(file.exists, "the first export")
        # As a SIP proxy does: opened once, asked for ever.
        reader = sqlite3.connect(f"file:{file}?mode=ro", uri=True, isolation_level=None, timeout=10)
        number, inode = next(self.numbers), file.stat().st_ino
        e164 = "84" + number[1:]
        asked = lambda: reader.execute("SELECT number FROM listings WHERE e164 = ?", [e164]).fetchall()
        national = lambda: reader.execute("SELECT e164 FROM listings WHERE national = ?", [number]).fetchall()
        self.registry.list(number)
        until(lambda: asked() == [("+" + e164,)], "the number in the open table")
        self.assertEqual(national(), [(e164,)])
        self.assertEqual(reader.execute("SELECT count(*) FROM listings WHERE kind != 'phone' AND e164 IS NOT NULL").fetchone(), (0,))
        self.assertEqual(mirror.stop(), 0)
        self.registry.delist(number)
        again = self.start("--export-dir", str(export), "--export", "sqlite")
        until(lambda: not asked(), "the number gone from the open table, after a restart")
        self.assertEqual(file.stat().st_ino, inode)
        self.assertEqual(reader.execute("PRAGMA integrity_check").fetchone(), ("ok",))
        self.assertEqual(again.stop(), 0)

    def test_a_table_that_is_none_or_of_an_earlier_form_is_made_anew(self):
        export = self.top / "export"
        export.mkdir()
        file = export / "listings.sqlite"
        once = lambda: self.once("--export-dir", str(export), "--export", "sqlite").returncode
        count = lambda: sqlite3.connect(file).execute("SELECT count(national) FROM listings").fetchone()[0]
        file.write_bytes(b"no table at all" * 100)
        self.assertEqual(once(), 0)
        whole = count()
        self.assertGreater(whole, 0)
        with contextlib.closing(sqlite3.connect(file)) as table:
            table.executescript("DROP TABLE listings; CREATE TABLE listings (seq, key); PRAGMA user_version = 0")
        self.assertEqual(once(), 0)
        self.assertEqual(count(), whole)

    def test_a_program_is_told_which_files_changed(self):
        export, told = self.top / "export", self.top / "told"
        program = self.top / "program"
        program.write_text(f'#!/bin/sh\necho "$@$CANHGIAC_MIRROR_CLIENT_SECRET" >> {told}\n')
        program.chmod(0o700)
        mirror = self.start("--export-dir", str(export), "--on-change", str(program))
        lines = lambda: told.read_text().splitlines() if told.exists() else []
        names = ["listings.csv", "phones.txt", "listings.sqlite"]
        until(lambda: lines() == [" ".join(str(export / name) for name in names)], "the first files")
        self.registry.list(next(self.numbers))
        until(lambda: len(lines()) == 2, "the next ones")
        self.assertEqual(mirror.stop(), 0)
        again = self.start("--export-dir", str(export), "--on-change", str(self.top / "none"))
        self.registry.list(next(self.numbers))
        self.told(again, "could not be run")
        self.assertEqual(len(lines()), 2)
        self.assertEqual(again.stop(), 0)

    def test_an_emergency_delisting_is_seen_within_a_second(self):
        number = next(self.numbers)
        self.registry.list(number)
        mirror = self.start()
        self.current(mirror)
        self.assertEqual(mirror.client.verdict(number), "listed")
        self.registry.delist(number)
        since = time.monotonic()
        until(lambda: mirror.client.verdict(number) == "no_record", "the delisting")
        self.assertLess(time.monotonic() - since, 2)
        self.assertEqual(mirror.stop(), 0)

    def test_twenty_mirrors_end_with_the_same_copy(self):
        mirrors = [self.start(data=self.top / f"m{n}", url=self.registry.url) for n in range(MIRRORS)]
        until(lambda: all(self.state(m)["size"] for m in mirrors), "all copies", patience=60)
        numbers, lock, end = [], threading.Lock(), time.monotonic() + 4

        def confirm():
            while time.monotonic() < end:
                with lock:
                    numbers.append(next(self.numbers))
                    number = numbers[-1]
                self.registry.list(number)

        # As fast as the registry takes them, which is more than fifty a second on two processors.
        threads = [threading.Thread(target=confirm) for _ in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        digest = self.digest()
        until(lambda: all(self.state(m)["digest"] == digest for m in mirrors), "equal digests", patience=30)
        for mirror in mirrors:
            self.assertEqual(mirror.stop(), 0)

    def test_a_registry_that_asks_for_patience_is_given_it(self):
        mirror = self.start()
        self.current(mirror)
        times = []

        def busy(path, answer):
            if path.startswith("/v1/feed/changes"):
                times.append(time.monotonic())
                answer.__dict__.update(status=429, headers=[("Retry-After", "2")], body=b'{"code":"too-many-requests"}')

        self.proxy.lie = busy
        self.registry.list(next(self.numbers))
        until(lambda: len(times) > 2, "three tries")
        self.assertGreaterEqual(times[2] - times[1], 2)
        self.assertIn("status 429 (too-many-requests)", mirror.logged())
        self.proxy.lie = None
        self.current(mirror)
        self.assertEqual(mirror.stop(), 0)

    def test_what_has_expired_is_not_answered_and_not_exported_though_the_registry_is_silent(self):
        library = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        if not library:
            self.skipTest("libfaketime is not installed")
        clock, export = self.top / "clock", self.top / "export"
        clock.write_text("+0\n")
        mirror = self.start("--export-dir", str(export), "--stale-after", "1000000", environment={
            "LD_PRELOAD": library[0], "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
        })
        size = self.current(mirror)["size"]
        phones = lambda: (export / "phones.txt").exists() and (export / "phones.txt").read_text()
        until(lambda: phones(), "an export")
        clock.write_text(f"+{91 * 86_400}\n")
        until(lambda: mirror.client.verdict(LISTED) == "no_record", "the end of a listing")
        self.assertEqual(mirror.client.verdict("VCB 0000000070001"), "listed")
        self.registry.list(next(self.numbers))
        until(lambda: self.state(mirror)["size"] > size, "the next page")
        until(lambda: phones() == "", "an export without what has ended")
        self.assertIn(",account:", (export / "listings.csv").read_text())
        self.told(mirror, "the clock of this machine was moved")
        self.assertEqual(self.current(mirror)["digest"], self.digest())
        self.assertEqual(mirror.stop(), 0)

    def test_its_answers_go_to_whoever_names_it_and_its_secret_to_the_registry_alone(self):
        mirror = self.start()
        self.current(mirror)
        ask = lambda host: mirror.client.send("GET", "/v1/check?q=0950001001", headers={"Host": host})
        port = mirror.client.url.rsplit(":", 1)[1]
        for host, status in [(f"localhost:{port}", 200), (f"127.0.0.1:{port}", 200), (f"xau.example:{port}", 400)]:
            self.assertEqual(ask(host).status, status, host)
        self.assertEqual(ask("xau.example").code, "bad-request")
        for url in ("http://127.0.0.1@xau.example", "http://xau.example", "127.0.0.1:1"):
            refused = run(*self.arguments("--once", url=url, data=self.top / "none"))
            self.assertEqual((refused.returncode, "https://" in refused.stderr or "@" in refused.stderr), (2, True), url)

    def test_a_key_given_by_the_operator_is_the_only_one_trusted(self):
        stranger = public_log.Signer(OtherHistory(self.proxy).signer.name)
        done = self.once("--key", stranger.verifier_key)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("wrong-signature", done.stderr)
        other = self.once("--key", public_log.Signer("other.example/log").verifier_key)
        self.assertEqual(other.returncode, 2, other.stderr)

    def test_secrets_are_refused_from_a_file_that_others_can_read(self):
        self.secret.chmod(0o644)
        done = self.once()
        self.assertEqual(done.returncode, 2)
        self.assertIn("chmod 600", done.stderr)

    def test_a_registry_that_is_gone_makes_the_copy_stale_and_not_empty(self):
        self.assertEqual(self.once().returncode, 0)
        self.proxy.lie = lambda path, answer: answer.__dict__.update(status=503, body=b"{}")
        mirror = self.start("--stale-after", "1")
        until(lambda: self.state(mirror)["stale"], "stale")
        answer = mirror.client.send("POST", "/v1/check", {"q": LISTED})
        self.assertEqual(answer.json["results"][0]["verdict"], "listed")
        self.assertTrue(answer.json["as_of"]["stale"])
        self.assertTrue(answer.headers["warning"].startswith("110"))
        self.assertEqual(mirror.client.send("GET", "/readyz").status, 503)
        self.told(mirror, "stale")
        self.proxy.lie = None
        until(lambda: mirror.client.send("GET", "/readyz").status == 200, "fresh again")
        self.assertEqual(mirror.stop(), 0)


class Life(Mirrored):
    """What happens to a registry in years."""

    def test_what_was_erased_meanwhile_is_gone_from_the_copy(self):
        number = next(self.numbers)
        self.registry.list(number)
        listing = self.registry.listed[number]
        self.assertEqual(self.once().returncode, 0)
        key = "phone:+84" + number[1:]
        held = lambda: sqlite3.connect(self.data / "mirror.db").execute(
            "SELECT count(*) FROM listings WHERE key = ? OR listing = ?", (key, listing)).fetchone()[0]
        self.assertEqual(held(), 1)
        self.registry.delist(number)
        self.registry.erase(listing)
        done = self.once()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(held(), 0)
        self.data = self.top / "later"
        done = self.once()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["digest"], self.digest())

    def test_a_new_key_is_trusted_when_the_log_announces_it(self):
        mirror = self.start("--key", self.registry.keys()[0])
        self.current(mirror)
        old = self.registry.keys()[0]
        assert self.registry.client.send("POST", "/v1/ledger/keys", headers=self.registry.admin).status == 201
        self.told(mirror, "announced a new key")
        path = "/v1/ledger/keys/" + old.split("+")[1]
        assert self.registry.client.send("DELETE", path, headers=self.registry.admin).status == 204
        self.told(mirror, "retired a key")
        self.registry.list(next(self.numbers))
        self.current(mirror)
        mirror.kill()
        # The key on the command line is the retired one still.
        done = self.once("--key", old)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("was retired by ledger entry", done.stderr)
        # A new copy is led from it to the one that signs now.
        self.data = self.top / "new"
        done = self.once("--key", old)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("changed its keys while this mirror was away", done.stderr)

    def rotate(self):
        """A new key comes, and those before it go at once."""
        registry = self.registry
        old = registry.keys()
        self.assertEqual(registry.client.send("POST", "/v1/ledger/keys", headers=registry.admin).status, 201)
        for key in old:
            path = "/v1/ledger/keys/" + key.split("+")[1]
            self.assertEqual(registry.client.send("DELETE", path, headers=registry.admin).status, 204)

    def test_a_mirror_that_was_away_while_keys_came_and_went_follows_them_by_itself(self):
        done = self.once("--key", self.registry.keys()[0])
        self.assertEqual(done.returncode, 0, done.stderr)
        for _ in range(5):
            self.rotate()
            self.registry.list(next(self.numbers))
        done = self.once()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("changed its keys while this mirror was away", done.stderr)
        self.assertEqual(json.loads(done.stdout)["digest"], self.digest())
        # What was kept leads on.
        self.rotate()
        mirror = self.start()
        self.current(mirror)
        self.assertEqual(mirror.stop(), 0)

    def test_a_hand_over_to_a_key_that_the_log_does_not_announce_leads_nowhere(self):
        done = self.once("--key", self.registry.keys()[0])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.rotate()
        stranger = public_log.Signer(self.registry.keys()[0].split("+")[0])
        forged = {"checkpoint": stranger.checkpoint([bytes(32)]).decode(), "verifier_key": stranger.verifier_key}
        for change, problem in [
            ({"verifier_key": stranger.verifier_key}, "does not announce"),
            ({"index": 10_000}, "does not announce"),
            ({"index": 0}, "does not announce"),
            (forged, "wrong-signature"),
            ({"checkpoint": "no note"}, "wrong-signature"),
            ({"verifier_key": "no key"}, "can't be read"),
        ]:
            def lie(path, answer, change=change):
                if path == "/v1/ledger/key":
                    told = json.loads(answer.body)
                    told["hand_overs"][0].update(change)
                    answer.body = json.dumps(told).encode()

            self.proxy.lie = lie
            done = self.once()
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(problem, done.stderr)
        self.proxy.lie = None
        done = self.once()
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_official_numbers_are_answered_as_the_registry_does_from_the_first_sync_on(self):
        before, gone, later = (next(self.numbers) for _ in range(3))
        for number in (before, gone):
            self.registry.protect(number)
        self.registry.protect(gone, False)
        mirror = self.start()
        self.current(mirror)
        verdicts = lambda: [mirror.client.verdict(number) for number in (before, gone, later)]
        self.assertEqual(verdicts(), ["official", "no_record", "no_record"])
        told = mirror.client.send("POST", "/v1/check", {"q": before}).json["results"][0]
        own = self.registry.client.send("POST", "/v1/check", {"q": before}).json["results"][0]
        self.assertEqual(told["official"], own["official"])
        self.registry.protect(later)
        self.registry.protect(before, False)
        until(lambda: verdicts() == ["no_record", "no_record", "official"], mirror.logged)
        mirror.kill()
        again = self.start()
        until(lambda: again.client.send("GET", "/readyz").status == 200, again.logged)
        self.assertEqual(again.client.verdict(later), "official")

    def test_a_partner_of_some_kinds_has_those_whole_and_follows_when_they_change(self):
        body = {"name": "Đối tác thử", "kind": "bank", "scopes": ["feed:read"], "kinds": ["phone"]}
        made = self.registry.client.send("POST", "/v1/partners", body, self.registry.admin).json
        self.be({"client_id": made["id"], "client_secret": made["client_secret"]})
        mirror = self.start()
        self.current(mirror)
        self.assertIn("does not give them to this partner: account", mirror.logged())
        self.assertEqual(mirror.client.verdict(LISTED), "listed")
        self.assertEqual(mirror.client.verdict("VCB 0000000070001"), "no_record")
        self.registry.list("VCB 0000000079001")
        self.registry.list(next(self.numbers))
        self.current(mirror)
        headers = {**self.registry.admin, "If-Match": f'"{made["version"]}"'}
        edited = self.registry.client.send("PATCH", f"/v1/partners/{made['id']}", {"kinds": ["account"]}, headers)
        self.assertEqual(edited.status, 200, edited.body)
        self.registry.list("VCB 0000000079002")
        self.current(mirror)
        self.assertEqual(mirror.client.verdict(LISTED), "no_record")
        self.assertEqual(mirror.client.verdict("VCB 0000000070001"), "listed")
        self.assertEqual(mirror.stop(), 0)

    def test_a_registry_behind_tls_is_followed_when_its_authority_is_trusted(self):
        self.proxy.close()
        certificate = self.top / "ca.pem"
        self.proxy = LyingProxy(self.registry.url, certificate)
        arguments = self.arguments("--once")
        refused = subprocess.run([os.environ["CANHGIAC"], *arguments], capture_output=True, text=True, timeout=60)
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertIn("certificate", refused.stderr)
        trusting = {**os.environ, "SSL_CERT_FILE": str(certificate)}
        done = subprocess.run([os.environ["CANHGIAC"], *arguments], capture_output=True, text=True, timeout=60, env=trusting)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["digest"], self.digest())


def with_snapshot(change):
    """Changes a snapshot, and makes the mirror want one."""
    def lie(path, answer):
        if path.startswith("/v1/feed/changes"):
            answer.status, answer.body = 410, b'{"code":"feed-cursor-too-old"}'
        elif path.startswith("/v1/feed/snapshot"):
            change(answer)
    return lie


def with_changes(change):
    def lie(path, answer):
        if path.startswith("/v1/feed/changes") and answer.status == 200 and answer.body:
            change(answer)
    return lie


def header(name, value):
    def change(answer):
        answer.headers = [(k, value if k.lower() == name else v) for k, v in answer.headers]
    return change


def lines(change):
    return lambda answer: answer.set_lines(change(answer.lines()))


def edited(number, member, value):
    return lambda answer: answer.edit(number, lambda line: line.__setitem__(member, value))


def other_end(answer):
    answer.edit(-1, lambda line: line.__setitem__("count", line["count"] + 1))


def swapped(all_lines):
    return [all_lines[1], all_lines[0], *all_lines[2:]]


ZERO_SALT = public_log.b64(bytes(32))
COMMON_LIES = {
    "changed-value": edited(0, "valid_until", "2031-01-01T00:00:00Z"),
    "changed-value ": edited(0, "salt", ZERO_SALT),
    "bad-salt": edited(0, "salt", "AAAA"),
    "dropped-line": lines(lambda all_lines: all_lines[1:]),
    "reordered": lines(swapped),
    "wrong-count": other_end,
    "wrong-digest": header("feed-digest", "0" * 64),
    "missing-end-line": lines(lambda all_lines: all_lines[:-1]),
}
SNAPSHOT_LIES = {
    **COMMON_LIES,
    "wrong-count ": header("feed-count", "7"),
    "not-in-log": edited(1, "seq", 999_999),
    "missing-end-line ": lambda answer: answer.__dict__.update(body=answer.body[: len(answer.body) // 2]),
}
CHANGES_LIES = {
    **COMMON_LIES,
    "withheld": edited(0, "op", "mark"),
}


class Lies(Mirrored):
    def setUp(self):
        super().setUp()
        self.proxy.plain = True

    def each_lie(self, lies, wrap, provoke):
        mirror = self.start()
        self.current(mirror)
        for word, change in lies.items():
            with self.subTest(word):
                before, since = self.state(mirror), len(mirror.logged())
                self.proxy.lie = wrap(change)
                provoke()
                self.told(mirror, word.strip() + ":", since)
                after = self.state(mirror)
                self.assertEqual((after["size"], after["digest"]), (before["size"], before["digest"]))
                self.assertEqual(mirror.client.verdict(LISTED), "listed")
                self.proxy.lie = None
                self.current(mirror)
        self.assertNotIn("95000", mirror.logged())
        self.assertEqual(mirror.stop(), 0)

    def test_no_lie_in_a_snapshot_becomes_the_copy(self):
        self.each_lie(SNAPSHOT_LIES, with_snapshot, lambda: self.registry.list(next(self.numbers)))

    def test_no_lie_in_changes_is_applied(self):
        # Two changes in one page: the mirror is kept waiting until both are there.
        def provoke():
            lie, self.proxy.lie = self.proxy.lie, lambda path, answer: answer.__dict__.update(status=503)
            self.registry.list(next(self.numbers))
            self.registry.list(next(self.numbers))
            self.proxy.lie = lie
        self.each_lie(CHANGES_LIES, with_changes, provoke)

    def test_a_leaf_that_was_never_signed_is_not_applied(self):
        mirror = self.start()
        self.current(mirror)
        before = self.state(mirror)

        def other_leaf(answer):
            def change(line):
                payload = {k: v for k, v in line.items() if k not in ("seq", "leaf", "salt")}
                payload["valid_until"] = line["valid_until"] = "2031-01-01T00:00:00Z"
                text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
                line["leaf"]["c"], line["salt"] = public_log.b64(public_log.commitment(bytes(32), text)), ZERO_SALT
            answer.edit(0, change)

        self.proxy.lie = with_changes(other_leaf)
        self.registry.list(next(self.numbers))
        self.told(mirror, "page-not-in-log")
        self.assertEqual(self.state(mirror)["digest"], before["digest"])
        self.proxy.lie = None
        self.current(mirror)
        self.assertEqual(mirror.stop(), 0)

    def test_a_checkpoint_that_was_touched_is_refused(self):
        mirror = self.start()
        self.current(mirror)

        def touched(path, answer):
            if path.endswith("/checkpoint"):
                at = answer.body.index(b"\n", answer.body.index(b"\n") + 1) + 3
                answer.body = answer.body[:at] + (b"A" if answer.body[at : at + 1] != b"A" else b"B") + answer.body[at + 1 :]

        self.proxy.lie = touched
        self.registry.list(next(self.numbers))
        self.told(mirror, "wrong-signature")
        self.assertEqual(mirror.client.verdict(LISTED), "listed")
        self.proxy.lie = None
        self.current(mirror)
        self.assertEqual(mirror.stop(), 0)


class NewerRegistries(Mirrored):
    """What this program does not know yet is no lie."""

    EMAIL = {
        "op": "put", "key": "email:VN:a@b.example", "kind": "email", "listing": "0193573c-0000-7000-8000-000000000009",
        "method": "moi", "unit": "99", "listed_at": "2026-11-23T18:14:00Z", "valid_until": "2031-01-01T00:00:00Z",
        "disputed": False, "new": [1],
    }

    def setUp(self):
        super().setUp()
        self.proxy.plain = True
        self.newer = self.proxy.history = NewerRegistry(self.proxy)
        self.key = ("--key", self.newer.signer.verifier_key)

    def follows(self, mirror):
        def same():
            state, size = self.state(mirror), len(self.newer.follow())
            return state["problem"] is None and (state["size"], state["digest"]) == (size, self.newer.digest)
        until(same, lambda: (self.state(mirror), mirror.logged()))
        self.assertEqual(mirror.client.verdict(LISTED), "listed")

    def kept(self, data):
        with sqlite3.connect(data / "mirror.db") as database:
            return database.execute("SELECT key FROM listings WHERE kind = 'email'").fetchall()

    def test_kinds_and_ops_that_are_not_known_are_followed(self):
        mirror = self.start(*self.key)
        until(lambda: self.state(mirror)["size"] == len(self.newer.base), "a copy")
        self.newer.say("case", line={"op": "case", "case": {"stage": "tried"}})
        self.newer.say("case", "phone")
        website = self.newer.say("list", "website")
        self.newer.say("renew", "website", website)
        email = self.newer.say("list", "email", payload=self.EMAIL)
        self.follows(mirror)
        self.assertEqual(self.kept(self.data), [(self.EMAIL["key"],)])
        # A copy that is taken now is the same.
        late = self.top / "late"
        done = run(*self.arguments("--once", *self.key, data=late))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.kept(late), [(self.EMAIL["key"],)])
        ended = {"op": "del", "key": self.EMAIL["key"], "listing": self.EMAIL["listing"], "reason": "expired"}
        self.newer.say("expire", "email", email, payload=ended)
        self.follows(mirror)
        self.assertEqual(self.kept(self.data), [])
        self.assertNotIn("refused", mirror.logged())
        self.assertEqual(mirror.stop(), 0)

    def test_lies_about_what_is_not_known_are_refused(self):
        mirror = self.start(*self.key)
        until(lambda: self.state(mirror)["size"] == len(self.newer.base), "a copy")
        self.proxy.lie = with_changes(edited(0, "unit", "98"))
        self.newer.say("list", "email", payload=self.EMAIL)
        self.told(mirror, "changed-value")
        self.assertEqual(self.kept(self.data), [])
        self.proxy.lie = None
        self.follows(mirror)
        # What is done to a listing has to be understood: this mirror is too old.
        self.newer.say("merge", "email", len(self.newer.base))
        self.told(mirror, "bad-leaf")
        self.assertEqual(self.kept(self.data), [(self.EMAIL["key"],)])
        self.assertEqual(mirror.stop(), 0)


class RetiredKeys(Mirrored):
    """A thief has the key that the log retired, and stands between registry and mirror."""

    def setUp(self):
        super().setUp()
        self.proxy.plain = True
        self.log = self.proxy.history = NewerRegistry(self.proxy)
        self.stolen, self.own = self.log.signer, public_log.Signer(self.log.signer.name)
        self.key = ("--key", self.stolen.verifier_key)

    def follows(self, mirror):
        def same():
            state = self.state(mirror)
            return state["problem"] is None and state["size"] == len(self.log.follow()) and state
        return until(same, lambda: (self.state(mirror), mirror.logged()))

    def rotate(self, mirror):
        """The registry's own doing: a new key is announced, and the stolen one retired."""
        self.log.signers = [self.own, self.stolen]
        text = self.own.verifier_key
        self.log.say("key", key=text, line={"op": "mark", "verifier_key": text})
        if mirror:
            self.follows(mirror)
        self.log.signers = [self.own]
        text = self.stolen.verifier_key
        self.log.say("retire", key=text, line={"op": "mark", "retired_key": text})

    def lied_to(self, mirror, before):
        since = len(mirror.logged())
        self.log.say("list", "email", payload=NewerRegistries.EMAIL)
        self.told(mirror, "retired-signature", since)
        after = self.state(mirror)
        self.assertEqual((after["size"], after["digest"], after["stopped"]), (before["size"], before["digest"], None))

    def test_a_thief_with_a_retired_key_cannot_feed_a_mirror(self):
        mirror = self.start(*self.key)
        self.follows(mirror)
        self.rotate(mirror)
        self.told(mirror, "retired a key")
        before = self.follows(mirror)
        honest = self.log.follow()
        self.log.signers = [self.stolen]
        self.lied_to(mirror, before)
        mirror.kill()
        # Neither after a restart, nor by an older size, which would be an alarm if a good key had signed it.
        mirror = self.start(*self.key)
        self.told(mirror, "retired-signature")
        self.told(mirror, "was retired by ledger entry")
        with self.log.more:
            self.log.said, self.log.lines = self.log.said[:1], self.log.lines[:1]
        self.told(mirror, "protocol:")
        self.assertNotIn("ALARM", mirror.logged())
        self.assertEqual(self.state(mirror)["digest"], before["digest"])
        # The registry itself is believed again.
        with self.log.more:
            said = [leaf for leaf in honest[len(self.log.base) :]]
            text = self.stolen.verifier_key
            self.log.lines.append({"seq": len(honest) - 1, "op": "mark", "retired_key": text, "leaf": json.loads(said[-1])})
            self.log.said, self.log.live = said, {}
            self.log.signers = [self.own]
        self.log.say("beat")
        self.follows(mirror)
        self.assertEqual(mirror.client.verdict(LISTED), "listed")
        self.assertEqual(mirror.stop(), 0)

    def test_a_first_copy_is_not_taken_by_a_key_that_its_own_log_retired(self):
        self.rotate(None)
        self.log.signers = [self.stolen]
        refused = self.once(*self.key)
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertIn("retired-signature", refused.stderr)
        self.log.signers = [self.own]
        taken = self.once("--key", self.own.verifier_key)
        self.assertEqual(taken.returncode, 0, taken.stderr)


class TwoHistories(Mirrored):
    def setUp(self):
        super().setUp()
        self.history = self.proxy.history = OtherHistory(self.proxy)
        self.key = ("--key", self.history.signer.verifier_key)

    def alarmed(self, mirror, word):
        self.told(mirror, "ALARM: " + word)
        until(lambda: self.state(mirror)["stopped"], "stopped")
        answer = mirror.client.send("POST", "/v1/check", {"q": LISTED}).json
        self.assertEqual((answer["results"][0]["verdict"], answer["as_of"]["stale"]), ("listed", True))
        self.assertEqual(mirror.client.send("GET", "/readyz").status, 503)
        proof = [path for path in (self.data / "evidence").iterdir() if path.is_dir()]
        self.assertEqual(len(proof), 1)
        self.assertEqual(mirror.stop(), 1)
        return proof[0]

    def test_a_forked_history_stops_the_mirror_until_people_have_looked(self):
        mirror = self.start(*self.key)
        self.current(mirror)
        # The mirror sees the other past and the log's growth at once.
        self.proxy.lie = lambda path, answer: answer.__dict__.update(status=503)
        self.history.forge(3, self.history.follow()[2])
        self.registry.list(next(self.numbers))
        self.proxy.lie = None
        proof = self.alarmed(mirror, "forked-history")
        for name in ("ours.txt", "theirs.txt"):
            self.assertIn(self.history.signer.name, (proof / name).read_text())
        self.assertIn("hashes", (proof / "consistency.json").read_text())
        again = self.once(*self.key)
        self.assertEqual(again.returncode, 1)
        self.assertIn("remove", again.stderr)
        restarted = self.start(*self.key)
        self.assertEqual(restarted.client.verdict(LISTED), "listed")
        stopped = until(lambda: self.state(restarted)["stopped"], "that it has stopped")
        self.assertIn("forked-history", stopped)
        self.assertEqual(restarted.stop(), 1)
        self.history.forged.clear()
        (self.data / "evidence" / "STOPPED").unlink()
        self.assertEqual(self.once(*self.key).returncode, 0)

    def test_another_root_of_the_same_size_is_a_fork(self):
        self.assertEqual(self.once(*self.key).returncode, 0)
        self.history.forge(3, self.history.follow()[2])
        self.alarmed(self.start(*self.key), "forked-history")

    def test_a_replayed_old_checkpoint_is_told(self):
        old = self.history.answer("/v1/ledger/checkpoint").body
        self.registry.list(next(self.numbers))
        self.assertEqual(self.once(*self.key).returncode, 0)

        def replay(path, answer):
            if path.endswith("/checkpoint"):
                answer.body = old

        self.proxy.lie = replay
        self.alarmed(self.start(*self.key), "replayed-old-checkpoint")

    def test_a_cursor_beyond_the_registrys_head_is_an_alarm_when_it_shrank(self):
        old = self.history.answer("/v1/ledger/checkpoint").body
        self.registry.list(next(self.numbers))
        self.assertEqual(self.once(*self.key).returncode, 0)

        def shrunk(path, answer):
            if path.endswith("/checkpoint"):
                answer.body = old
            elif path.startswith("/v1/feed/changes"):
                answer.status, answer.body = 409, b'{"code":"feed-cursor-ahead"}'

        self.proxy.lie = shrunk
        self.alarmed(self.start(*self.key), "replayed-old-checkpoint")


class Cuts(Mirrored):
    def test_a_snapshot_that_is_cut_anywhere_is_resumed_there(self):
        for plain in (False, True):
            self.proxy.plain = plain
            whole = []

            def measure(path, answer):
                if path.startswith("/v1/feed/snapshot"):
                    whole.append(answer.body)

            self.proxy.lie = measure
            self.data = self.top / f"whole{plain}"
            self.assertEqual(self.once().returncode, 0)
            body = whole[0]
            places = [1, 40, len(body) // 2, len(body) - 3]
            if plain:
                places += [body.index(b"\n") + 1, body.rindex(b"\n", 0, -1) + 1]
            for place in places:
                with self.subTest(plain=plain, place=place):
                    self.data = self.top / f"cut{plain}{place}"
                    cuts, since = [], len(self.proxy.asked)

                    def cut(path, answer):
                        if path.startswith("/v1/feed/snapshot") and not cuts:
                            cuts.append(place)
                            answer.cut = place

                    self.proxy.lie = cut
                    done = self.once()
                    self.assertEqual(done.returncode, 0, done.stderr)
                    asked = [h for p, h in self.proxy.asked[since:] if p.startswith("/v1/feed/snapshot")]
                    self.assertEqual(asked[-1].get("range"), f"bytes={place}-")
                    self.assertEqual(json.loads(done.stdout)["digest"], self.digest())

    def test_a_snapshot_killed_right_after_its_last_byte_is_not_asked_for_in_vain(self):
        self.proxy.lie = lambda path, answer: path.endswith("/checkpoint") and time.sleep(0.5)
        mirror = self.start()
        about = self.data / "first" / "snapshot.json"
        until(lambda: about.exists() and json.loads(about.read_text())["whole"], "a whole snapshot")
        mirror.kill()
        about.write_text(about.read_text().replace('"whole":true', '"whole":false'))
        self.proxy.lie = None
        done = self.once()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["digest"], self.digest())

    def test_changes_that_are_cut_are_asked_again(self):
        self.proxy.plain = True
        mirror = self.start()
        self.current(mirror)
        for share in (0, 0.3, 0.9):
            cuts = []

            def cut(answer):
                if not cuts:
                    cuts.append(share)
                    answer.cut = int(len(answer.body) * share)

            self.proxy.lie = with_changes(cut)
            self.registry.list(next(self.numbers))
            until(lambda: cuts, "a cut")
            self.current(mirror)
        self.assertEqual(mirror.stop(), 0)

    def test_a_kill_at_any_moment_is_survived(self):
        for delay in (0.02, 0.05, 0.1, 0.15, 0.2, 0.3):
            mirror = self.start()
            time.sleep(delay)
            mirror.kill()
        mirror = self.start()
        self.current(mirror)
        stop = threading.Event()

        def change():
            while not stop.is_set():
                self.registry.list(next(self.numbers))

        thread = threading.Thread(target=change)
        thread.start()
        for delay in (0.1, 0.25, 0.4, 0.6):
            time.sleep(delay)
            mirror.kill()
            mirror = self.start()
        stop.set()
        thread.join()
        self.current(mirror)
        self.assertNotIn("anew", mirror.logged())
        self.assertEqual(mirror.stop(), 0)

    def test_a_copy_that_was_touched_is_taken_anew(self):
        self.assertEqual(self.once().returncode, 0)
        with sqlite3.connect(self.data / "mirror.db") as database:
            database.execute("UPDATE listings SET key = 'phone:+84950999999' WHERE key = 'phone:+84950001001'")
        database.close()
        done = self.once()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("taken anew", done.stderr)
        self.assertEqual(json.loads(done.stdout)["digest"], self.digest())

    def test_a_full_disk_keeps_the_copy_and_goes_on_by_itself(self):
        if not may_mount():
            self.skipTest("no right to mount a small disk")
        disk = self.top / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", disk], check=True)
        mirror = None
        try:
            mirror = self.start(data=disk / "mirror")
            self.current(mirror)
            filler = os.open(disk / "filler", os.O_CREAT | os.O_WRONLY)
            try:
                while os.write(filler, bytes(1 << 12)):
                    pass
            except OSError:
                pass
            for _ in range(40):
                self.registry.list(next(self.numbers))
                if "stays" in mirror.logged():
                    break
            self.told(mirror, "stays")
            self.assertEqual(mirror.client.verdict(LISTED), "listed")
            os.close(filler)
            (disk / "filler").unlink()
            self.current(mirror)
            self.assertEqual(mirror.stop(), 0)
        finally:
            if mirror and mirror.process.poll() is None:
                mirror.kill()
            subprocess.run(["umount", disk], check=True)


if __name__ == "__main__":
    unittest.main()
