"""A mirror's folder with damaged bytes: what is answered is right, or nothing is answered until the copy was taken anew."""

import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import time

from client import Client, Program, free_port, run
from lying_proxy import OtherHistory
from test_mirror import LISTED, Mirrored, until

PAGE = 4096
# Damages of each page of the file; the long form tries more.
EACH_PAGE = int(os.environ.get("CANHGIAC_DAMAGES", "1"))
PARTS = ("", "-wal", "-shm")


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
        for _ in range(EACH_PAGE):
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
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            found = [one for all_ in pool.map(lambda t: self.tried(*t, numbers, reference), tries) for one in all_]
        print(f"{len(tries)} damages, {len(found)} not found out, of which {sum('SILENTLY' in f for f in found)} silently wrong, {time.monotonic() - started:.0f} s")
        self.assertEqual(found, [], "\n".join(found))


if __name__ == "__main__":
    import unittest

    unittest.main()
