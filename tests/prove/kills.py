"""The program is killed at any moment under everything that is done to it, and started again: nothing acknowledged is lost."""

import contextlib
import json
import random
import shutil
import subprocess
import time

from client import BINARY, Client, Program, run, until

from .load import Load
from .office import Office

# Rounds on one folder: its people stay signed in for them.
ROUNDS = 50
# Seconds between a round's first acknowledgement and the kill; a second kill falls into the start after it.
LONGEST = 0.25
LONGEST_START = 0.5
# Facts of each kind that are looked at after each round; all of them are after the last.
NEWEST = 40
EVERY = 10
# What a folder's whole round of kills must have facts of: else something is refused all the while, and nothing of it is tried.
KINDS = {"verdict", "listing", "words", "together", "user", "signing key", "ledger key", "tree", "report"}


def start_mirror(office, *more):
    """A partner's mirror of it, which answers checks."""
    partner = office.demo["partners"][0]
    secret = office.top / "secret"
    secret.touch(0o600)
    secret.write_text(partner["client_secret"])
    mirror = Program(
        "mirror", office.url, "--data", str(office.top / "mirror"), "--json", "--listen", "127.0.0.1:0",
        "--client-id", partner["client_id"], "--client-secret-file", str(secret), *more,
    )
    mirror.client = Client(json.loads(mirror.first_line)["url"])
    return mirror


class Kills:
    WHAT = "kills at any moment under load, the start after a kill included"

    def __init__(self, outcome, seed, folder):
        self.outcome, self.seed, self.folder = outcome, seed, folder
        self.chance = random.Random(f"kills {seed}")

    def run(self, count):
        for start in range(0, count, ROUNDS):
            with self.outcome.trial(self.folder / f"kills-{self.seed}-{start}") as trial:
                self.one_folder(trial, start, min(ROUNDS, count - start))

    def more(self):
        return f"{self.outcome.counts['facts']} facts acknowledged, all there; mirrors and backups made meanwhile agree"

    def one_folder(self, trial, start, rounds):
        self.office = office = Office(trial.folder)
        self.load = Load(office, f"{self.seed} {start}")
        self.mirror = start_mirror(office)
        self.backup = None
        try:
            for n in range(rounds):
                self.one_round(trial, n)
                self.outcome.progress(f"{len(office.facts.may)} facts acknowledged")
            self.look_at_all(trial)
            if rounds == ROUNDS:
                self.tried_all(trial)
        finally:
            for program in (self.mirror, office.program):
                if program.process.poll() is None:
                    program.kill()

    def one_round(self, trial, n):
        office, load = self.office, self.load
        load.start()
        load.wait(load.done + 1)
        if n % EVERY == 3:
            self.backup = self.start_backup(n)
        time.sleep(self.chance.uniform(0, LONGEST))
        if n % EVERY == 7:
            self.mirror.kill()
        office.program.kill()
        load.end()
        trial.count("kills")
        if self.chance.random() < 0.2:
            self.kill_in_start(trial)
        if n % EVERY == 5:
            self.verified(trial, office.data)
        if not office.start().first_line:
            raise AssertionError(f"it does not start: {office.program.logged()}")
        trial.lost(office.wrong(NEWEST))
        trial.lost(load.faults)
        load.faults.clear()
        if n % EVERY == 7:
            self.mirror = start_mirror(office)

    def kill_in_start(self, trial):
        starting = self.office.launch()
        with contextlib.suppress(subprocess.TimeoutExpired):
            starting.wait(timeout=self.chance.uniform(0, LONGEST_START))
        starting.kill()
        trial.count("kills", 1 if starting.wait() < 0 else 0)

    # Backups and mirrors go on beside it

    def start_backup(self, n):
        to = self.office.top / f"copy-{n}"
        command = [BINARY, "backup", "--data", str(self.office.data), "--to", str(to)]
        return to, subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    # What must be so

    def verified(self, trial, data):
        verified = run("verify", "--data", str(data))
        if verified.returncode != 0:
            trial.lost([f"verify of {data.name}: {verified.stdout}{verified.stderr}"])

    def look_at_all(self, trial):
        office = self.office
        office.see_tree()
        trial.lost(office.wrong())
        trial.count("facts", len(office.facts.may))
        self.mirror_agrees(trial)
        self.backup_is_whole(trial)
        if office.program.stop() != 0:
            trial.lost(["it did not stop as it should"])
        self.verified(trial, office.data)

    def tried_all(self, trial):
        untried = KINDS - {name[0] for name in self.office.facts.may}
        trial.lost([f"no {kind} was ever acknowledged" for kind in sorted(untried)])

    def mirror_agrees(self, trial):
        """It, too, is killed; started again it asks at once, however often its registry was gone before, and is led over
        the keys that came and went meanwhile."""
        office = self.office
        self.mirror.kill()
        self.mirror = start_mirror(office)
        answer = office.ask("GET", "/v1/feed/changes?after=0&limit=1", office.partner)
        digest = answer.headers["feed-digest"]
        state = lambda: self.mirror.client.send("GET", "/v1/mirror").json
        until(lambda: state()["digest"] == digest and state()["problem"] is None, lambda: (state(), self.mirror.logged()))
        if self.mirror.stop() != 0:
            trial.lost(["the mirror did not stop as it should"])

    def backup_is_whole(self, trial):
        """The last one may have been cut: then it is none. Else it is a beginning of what there is."""
        if not self.backup:
            return
        copy, program = self.backup
        program.wait()
        if not copy.exists():
            return
        to = self.office.top / "restored"
        restored = run("restore", "--from", str(copy), "--data", str(to), "--nothing-newer")
        if restored.returncode != 0:
            trial.lost([f"restore: {restored.stderr}"])
        else:
            self.verified(trial, to)
        shutil.rmtree(to, ignore_errors=True)
