"""A mirror's folder with damaged bytes: what is answered is right, or nothing is answered until the copy was taken anew."""

import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import sqlite3
import time
import unittest

from client import Client, Program, free_port, run
from lying_proxy import OtherHistory
from test_mirror import LISTED, Mirrored, until

PAGE = 4096
# The long form tries this many damages of each page of the file; the short form some of those there are.
EACH_PAGE = int(os.environ.get("CANHGIAC_DAMAGES", "0"))
SOME = 40


def truth(mirror, numbers):
    """What a mirror answers about numbers, and the size for which it does; nothing while it has no copy."""
    answer = mirror.client.send("POST", "/v1/check", {"items": [{"q": number} for number in numbers]})
    if answer.status != 200:
        assert (answer.status, answer.code) == (503, "not-ready"), answer.body
        return None, None
    return answer.json["as_of"]["ledger_size"], answer.json["results"]


def flip(bytes_, at, bit):
    bytes_[at] ^= 1 << bit


def damages(size, seed):
    """What is done to a file of this size: a name and a function of its bytes."""
    chance = random.Random(seed)
    for page in range(0, size - PAGE + 1, PAGE):
        for _ in range(EACH_PAGE or 1):
            at, bit = page + chance.randrange(PAGE), chance.randrange(8)
            yield f"bit {bit} of byte {at}", lambda b, at=at, bit=bit: flip(b, at, bit)
            at, other = page + chance.randrange(PAGE - 8), chance.randbytes(8)
            yield f"8 bytes from {at}", lambda b, at=at, other=other: b.__setitem__(slice(at, at + 8), other)
        # Cells lie at a page's end: there is no free space there.
        at, bit = page + PAGE - 1 - chance.randrange(200), chance.randrange(8)
        yield f"bit {bit} of byte {at}", lambda b, at=at, bit=bit: flip(b, at, bit)
    for page in chance.sample(range(0, size - PAGE + 1, PAGE), min(6, size // PAGE)):
        yield f"page at {page} of zeros", lambda b, p=page: b.__setitem__(slice(p, p + PAGE), bytes(PAGE))
    for length in (0, 1, 100, 512, PAGE, size // 2, size - PAGE, size - 1):
        yield f"cut at {length}", lambda b, length=length: b.__delitem__(slice(length, None))
    # Size of pages, form of writing, change counter, size, cookie, encoding, layout, program.
    for at in (0, 17, 18, 19, 27, 31, 43, 47, 59, 60, 63, 68, 71):
        yield f"bit 1 of byte {at} of the head", lambda b, at=at: flip(b, at, 1)


class Damaged(Mirrored):
    def take(self):
        """A whole copy, closed, and one that was killed with its latest changes still in the log of writes."""
        whole, killed = self.top / "whole", self.top / "killed"
        mirror = self.start(data=whole)
        self.current(mirror)
        mirror.kill()
        # Now one file holds everything.
        database = sqlite3.connect(whole / "mirror.db")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        shutil.copytree(whole, killed)
        mirror = self.start("--export-dir", str(self.top / "reference"), data=killed)
        phones = self.top / "reference" / "phones.txt"
        until(phones.exists, "an export")
        numbers = phones.read_text().split()
        numbers += ["+84" + next(self.numbers)[1:] for _ in range(8)]
        self.before = {}
        def note():
            size, results = truth(mirror, numbers)
            self.before[size] = results
        self.current(mirror)
        note()
        for number in numbers[-6:-2]:
            self.registry.list("0" + number[3:])
            self.current(mirror)
            note()
        self.registry.delist("0" + numbers[-6][3:])
        self.current(mirror)
        note()
        mirror.kill()
        return whole, killed, numbers

    def reference(self):
        export = self.top / "reference"
        done = run(*self.arguments("--once", "--export-dir", str(export), data=self.top / "fresh"))
        self.assertEqual(done.returncode, 0, done.stderr)
        return (export / "listings.csv").read_bytes()

    def offline(self, data, numbers):
        """What a mirror of a folder says when the registry can't be reached: the end of it, or its answers."""
        mirror = Program(*self.arguments("--listen", "127.0.0.1:0", data=data, url=self.nowhere))
        try:
            if not mirror.first_line:
                mirror.process.wait(timeout=30)
                return f"does not start: {mirror.logged()}"
            mirror.client = Client(json.loads(mirror.first_line)["url"])
            size, results = truth(mirror, numbers)
            if size is None:
                told = mirror.logged()
                told = "taken anew" in told and mirror.client.send("GET", "/v1/mirror").json.get("damage")
                return None if told else f"answers nothing and does not say why: {mirror.logged()}"
            if results != self.before.get(size):
                return f"SILENTLY WRONG at size {size}"
            return None
        finally:
            mirror.kill() if mirror.process.poll() is None else mirror.close()

    def online(self, data, whole):
        """What becomes of the folder when the registry can be reached, and of its exports."""
        export = pathlib.Path(f"{data}-export")
        done = run(*self.arguments("--once", "--export-dir", str(export), data=data))
        if done.returncode != 0:
            return f"does not come back: {done.stderr}"
        if json.loads(done.stdout)["digest"] != self.digest():
            return "SILENTLY WRONG digest"
        return None if (export / "listings.csv").read_bytes() == whole else "SILENTLY WRONG export"

    def tried(self, base, part, name, change, numbers, whole):
        # Where it lies tells the two apart.
        place = self.top / f"{base.name}{part}-{name.replace(' ', '-')}"
        found = []
        for form in ("offline", "online"):
            data = pathlib.Path(f"{place}-{form}")
            shutil.copytree(base, data)
            path = data / f"mirror.db{part}"
            held = bytearray(path.read_bytes())
            change(held)
            path.write_bytes(held)
            said = self.offline(data, numbers) if form == "offline" else self.online(data, whole)
            if form == "offline" and said is None:
                said = self.online(data, whole)
            if said:
                found.append(f"{base.name}{part}, {name}, {form}: {said}")
            shutil.rmtree(data)
        return found

    def test_a_damaged_copy_is_found_out_and_taken_anew_and_never_answers_wrongly(self):
        whole, killed, numbers = self.take()
        reference = self.reference()
        self.nowhere = f"http://127.0.0.1:{free_port()}"
        tries, started = [], time.monotonic()
        for base, part in ((whole, ""), (killed, "-wal")):
            size = (base / f"mirror.db{part}").stat().st_size
            tries += [(base, part, name, change) for name, change in damages(size, part)]
        if not EACH_PAGE:
            tries = random.Random(1).sample(tries, SOME)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            found = [one for all_ in pool.map(lambda t: self.tried(*t, numbers, reference), tries) for one in all_]
        print(f"{len(tries)} damages, {len(found)} not found out, of which {sum('SILENTLY' in f for f in found)} silently wrong, {time.monotonic() - started:.0f} s")
        self.assertEqual(found, [], "\n".join(found))


LAYOUT_1 = """
CREATE TABLE listings (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, seq INTEGER NOT NULL UNIQUE, listing TEXT NOT NULL,
    method TEXT NOT NULL, unit TEXT NOT NULL, listed_at TEXT NOT NULL, valid_until TEXT NOT NULL,
    renewed_at TEXT, disputed INTEGER NOT NULL, expires INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX listings_by_end ON listings (expires);
CREATE TABLE leaves (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL);
CREATE TABLE kinds (kind TEXT PRIMARY KEY, live INTEGER NOT NULL DEFAULT 0, given INTEGER) WITHOUT ROWID;
CREATE TABLE keys (vkey TEXT PRIMARY KEY, pinned_at TEXT NOT NULL, how TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
PRAGMA user_version = 1;
"""


class Trust(Mirrored):
    """What is trusted outlives the copy, and is never begun anew in silence."""

    def setUp(self):
        super().setUp()
        self.history = self.proxy.history = OtherHistory(self.proxy)
        self.key = ("--key", self.history.signer.verifier_key)
        self.file, self.trust = self.data / "mirror.db", self.data / "trust"

    def spoil(self, path):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2].replace(b"e", b"f"))

    def old_checkpoint(self):
        """What the registry showed before a copy was taken that knows more."""
        old = self.history.answer("/v1/ledger/checkpoint").body
        self.registry.list(next(self.numbers))
        return old

    def replay(self, old):
        def lie(path, answer):
            if path.endswith("/checkpoint"):
                answer.body = old
        self.proxy.lie = lie

    def test_a_shorter_history_is_found_out_though_the_copy_was_damaged(self):
        old = self.old_checkpoint()
        self.assertEqual(self.once(*self.key).returncode, 0)
        for lost in (lambda: self.spoil(self.file), self.file.unlink, lambda: self.spoil(self.trust), self.trust.unlink):
            with self.subTest(lost):
                lost()
                self.replay(old)
                done = self.once()
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("ALARM: replayed-old-checkpoint", done.stderr)
                (self.data / "evidence" / "STOPPED").unlink()
                self.proxy.lie = None
                done = self.once()
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(json.loads(done.stdout)["digest"], self.digest())

    def test_trust_that_is_lost_is_begun_anew_by_the_operator_alone(self):
        self.assertEqual(self.once(*self.key).returncode, 0)
        self.spoil(self.file)
        self.spoil(self.trust)
        for _ in range(2):
            refused = self.once()
            self.assertEqual(refused.returncode, 2, refused.stderr)
            self.assertIn("give the key", refused.stderr.lower())
        done = self.once(*self.key)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("trust begins anew", done.stderr)
        self.assertEqual(self.once().returncode, 0)

    def test_a_copy_of_the_first_layout_is_taken_anew_and_its_trust_is_kept(self):
        old = self.old_checkpoint()
        self.assertEqual(self.once(*self.key).returncode, 0)
        note = self.history.answer("/v1/ledger/checkpoint").body.decode()
        self.trust.unlink()
        self.file.unlink()
        with sqlite3.connect(self.file) as database:
            database.executescript(LAYOUT_1)
            database.execute("INSERT INTO keys VALUES (?, '2026-11-23T18:14:00Z', 'given by the operator')", self.key[1:])
            database.execute("INSERT INTO facts VALUES ('checkpoint', ?)", [note])
        database.close()
        shutil.copytree(self.data, self.top / "before")
        self.replay(old)
        done = self.once()
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("of an older version of this program: it is taken anew", done.stderr)
        self.assertIn("ALARM: replayed-old-checkpoint", done.stderr)
        self.proxy.lie = None
        self.data = self.top / "before"
        done = self.once()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("no --key was given", done.stderr)
        self.assertEqual(json.loads(done.stdout)["digest"], self.digest())

    def test_a_copy_of_a_newer_layout_is_refused_and_left_alone(self):
        self.assertEqual(self.once(*self.key).returncode, 0)
        with sqlite3.connect(self.file) as database:
            mark = database.execute("PRAGMA application_id").fetchone()[0]
            database.executescript(f"PRAGMA user_version = 3; PRAGMA application_id = {mark + 1};")
        database.close()
        held = self.file.read_bytes()
        refused = self.once()
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertIn("newer version of this program (layout 3, this one knows 2)", refused.stderr)
        self.assertEqual(self.file.read_bytes(), held)


class Running(Mirrored):
    """The file is damaged while the mirror runs."""

    def touch(self, sql, *values):
        with sqlite3.connect(self.data / "mirror.db", timeout=10) as database:
            self.assertGreater(database.execute(sql, values).rowcount, 0)
        database.close()

    def test_damage_that_a_change_meets_is_mended_while_checks_go_on(self):
        number = next(self.numbers)
        self.registry.list(number)
        mirror = self.start()
        self.current(mirror)
        for sql in ("DELETE FROM leaves WHERE seq = (SELECT seq FROM listings WHERE key = ?)",
                    "UPDATE listings SET seq = 999999 WHERE key = ?",
                    "UPDATE listings SET disputed = 1 WHERE key = ?"):
            with self.subTest(sql):
                since = len(mirror.logged())
                self.touch(sql, "phone:+84" + number[1:])
                self.registry.delist(number)
                self.registry.list(number := next(self.numbers))
                until(lambda: mirror.client.verdict(number) == "listed", mirror.logged)
                self.assertEqual(mirror.client.verdict(LISTED), "listed")
                self.current(mirror)
                if "disputed" not in sql:
                    self.told(mirror, "taken anew", since)
                    self.assertIsNone(self.state(mirror)["damage"])
        mirror.kill()
        # A row that nothing read again is found out at the next start.
        done = self.once()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["digest"], self.digest())

    def test_damage_is_not_exported(self):
        export = self.top / "export"
        number = next(self.numbers)
        self.registry.list(number)
        mirror = self.start("--export-dir", str(export))
        table = lambda: (export / "listings.csv").exists() and (export / "listings.csv").read_text()
        until(lambda: number[1:] in (table() or ""), "an export")
        right = next(line for line in table().splitlines() if number[1:] in line)
        self.touch("UPDATE listings SET valid_until = '2031-01-01T00:00:00Z' WHERE key = ?", "phone:+84" + number[1:])
        other = next(self.numbers)
        self.registry.list(other)
        until(lambda: other[1:] in table(), mirror.logged)
        self.assertIn(right, table())
        self.told(mirror, "the export failed")
        self.told(mirror, "taken anew")
        self.current(mirror)
        until(lambda: self.state(mirror)["damage"] is None, lambda: self.state(mirror))
        self.assertEqual(mirror.stop(), 0)


if __name__ == "__main__":
    unittest.main()
