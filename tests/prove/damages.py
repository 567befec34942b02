"""Files of every kind are damaged: the program refuses by name, mends it and says so, or answers rightly."""

import concurrent.futures
import contextlib
import random
import shutil
import time

from client import Client, run

from .sample import GONE, Sample, close, plain
from .wounds import WOUNDS

AT_ONCE = 3
# How often each place is damaged, of so many.
PLACES = {
    "journal": 6, "store": 6, "checkpoint": 2, "keys": 3, "master.key": 2, "files": 2, "other": 1, "backup": 4, "export": 2, "mirror": 4,
}
# Seconds in which what answers wrongly must have said that something is wrong, or answer rightly.
PATIENCE = 30
# How a trial ends.
OUTCOMES = REFUSED, MENDED, READ_ONLY, NAMED, RIGHT, WRONG = (
    "refused with words", "mended by itself and said so", "served read-only and said why", "named by verify", "without effect",
    "wrong",
)
SAID = {
    "journal": "the journal", "store": "the store", "checkpoint": "the last checkpoint", "keys": "a signing key",
    "master.key": "the master key", "files": "a file of a report", "other": "other files of the folder", "backup": "a backup, then restored",
    "export": "an export, then read", "mirror": "a mirror's folder",
}


class Damages:
    WHAT = "damages of one file"

    def __init__(self, outcome, seed, folder):
        self.outcome, self.seed, self.folder = outcome, seed, folder
        self.table = {place: dict.fromkeys(OUTCOMES, 0) for place in PLACES}

    def run(self, count):
        chance = random.Random(f"damages {self.seed}")
        self.sample = Sample(self.folder / f"sample-{self.seed}")
        places = [place for place, weight in PLACES.items() for _ in range(weight)]
        with contextlib.closing(self.sample), concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            tries = [
                pool.submit(self.try_one, n, places[n % len(places)], chance.randrange(1 << 32)) for n in range(count)
            ]
            [one.result() for one in tries]

    def more(self):
        return ", ".join(f"{sum(came[kind] for came in self.table.values())} {kind}" for kind in OUTCOMES[:-1])

    def try_one(self, n, place, seed):
        folder = self.folder / f"damage-{self.seed}-{n}-{place}"
        with self.outcome.trial(folder) as trial:
            trial.count("damages")
            wound = Wound(self.sample, folder, place, random.Random(seed))
            try:
                came = wound.looked_at(place)
            except Wrong as wrong:
                came = WRONG
                trial.answers_wrongly([f"{wound.what}: {wrong}"])
            with self.outcome.lock:
                self.table[place][came] += 1
        self.outcome.progress()


class Wrong(Exception):
    """An answer that is not right, a crash, an end without words."""


class Wound:
    """A copy of the sample with one wound."""

    def __init__(self, sample, folder, place, chance):
        self.sample, self.folder, self.place = sample, folder, place
        self.data = folder / {"backup": "backup", "mirror": "mirror"}.get(place, "data")
        if place == "export":
            self.data.mkdir()
            shutil.copy(sample.export, self.data)
        else:
            shutil.copytree(sample.folder_of(place), self.data)
        files = [path for path in sorted(self.data.rglob("*")) if path.is_file() and self.belongs(path, place)]
        path = chance.choice(files)
        before = path.read_bytes()
        # Two equal sectors may be swapped, or zeros zeroed: then another one.
        while path.exists() and path.read_bytes() == before:
            name, wound = chance.choice(list(WOUNDS.items()))
            self.what = f"{path.relative_to(folder)} {name} {wound(path, chance) or ''}"
        self.is_online = chance.random() < 0.5

    def belongs(self, path, place):
        part = path.relative_to(self.data).parts[0]
        others = ("journal", "store", "checkpoint", "keys", "master.key", "files")
        return place in ("backup", "export", "mirror") or part == place or (place == "other" and part not in others)

    def looked_at(self, place):
        return {"backup": self.restored, "export": self.read, "mirror": self.mirrored}.get(place, self.served)()

    # A data folder

    def served(self):
        named = words_of(run("verify", "--data", str(self.data)))
        if self.place == "files" and not named:
            raise Wrong("verify says nothing of a damaged file")
        program = self.sample.serve(self.data)
        try:
            if not program.first_line:
                return self.ended(program)
            client = Client(program.first_line.split()[-1])
            self.in_time(lambda: self.wrongs(client), lambda: self.said(program))
            ready = client.send("GET", "/readyz").json
            self.ends_well(program)
            if not ready["writable"]:
                return READ_ONLY
            if self.said(program):
                return MENDED
            return NAMED if named else RIGHT
        finally:
            close(program)

    def wrongs(self, client):
        """What is answered otherwise than it should be; that it is not answered is no wrong answer."""
        wrong = differing(self.sample.asked_of(client), self.sample.right)
        for receipt in self.sample.receipts:
            followed = client.send("POST", "/v1/followup", {"receipt": receipt})
            if followed.status in (200, 404) and (followed.status == 404 or followed.json["given"]["files"] != 1):
                wrong.append(f"a report is told of with {followed.status} and not with its picture")
        tree = client.send("GET", "/v1/ledger/checkpoint")
        if tree.status == 200 and tree.body.split("\n")[1:3] != self.sample.tree:
            wrong.append(f"another ledger: {tree.body.splitlines()[1:3]}")
        return wrong

    def in_time(self, wrongs, said):
        """What is wrong at first must become right in time; whether that was said makes it no better."""
        end = time.monotonic() + PATIENCE
        while wrong := wrongs():
            if time.monotonic() > end:
                raise Wrong(f"{'said' if said() else 'in silence'}: {'; '.join(wrong[:3])}")
            time.sleep(0.05)

    def said(self, program):
        """Lines that an undamaged folder does not make it say."""
        return {line for line in plain(program.logged()) if line not in self.sample.usual}

    def ended(self, program):
        """It did not begin to serve."""
        code = program.process.wait(timeout=60)
        log = program.logged()
        if code not in (1, 2) or "\ncanhgiac: " not in "\n" + log or "panicked" in log:
            raise Wrong(f"ended with {code} and said: {log[-500:]}")
        return REFUSED

    def ends_well(self, program):
        program.process.terminate()
        code = program.process.wait(timeout=60)
        if code != 0 or "panicked" in program.logged():
            raise Wrong(f"ended with {code}: {program.logged()[-500:]}")

    # A backup, an export, a mirror

    def restored(self):
        backup, self.data = self.data, self.folder / "data"
        restored = run("restore", "--from", str(backup), "--data", str(self.data), "--nothing-newer")
        if words_of(restored):
            return REFUSED
        return self.served()

    def read(self):
        said = self.sample.read_export(self.data / self.sample.export.name)
        return REFUSED if said else RIGHT

    def mirrored(self):
        """Alone, or with its registry there: then it must come to have the same again."""
        mirror = self.sample.mirror(self.data, self.sample.office.url if self.is_online else GONE)
        try:
            if not mirror.first_line:
                return self.ended(mirror)
            client = Client(self.sample.url_of(mirror))
            self.in_time(lambda: self.mirror_wrongs(client), lambda: self.said(mirror))
            self.ends_well(mirror)
            return MENDED if self.said(mirror) else RIGHT
        finally:
            close(mirror)

    def mirror_wrongs(self, client):
        told = self.sample.asked_of(client)
        if told is None and self.is_online:
            return ["it does not answer yet"]
        return differing(told, self.sample.right)


def differing(told, right):
    """That nothing is told is no wrong answer."""
    return [f"{number}: {told[number]}, not {should}" for number, should in right.items() if told and told[number] != should]


def words_of(done):
    """Whether a command refused; it must have said why."""
    if done.returncode == 0:
        return False
    said = done.stdout + done.stderr
    if done.returncode not in (1, 2) or "panicked" in said or not said.strip():
        raise Wrong(f"{done.args[1]} ended with {done.returncode} and said: {said[-500:]}")
    return True
