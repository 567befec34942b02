"""The power fails at any moment: what the disk may be left with is opened by the program, and holds all that was acknowledged."""

import concurrent.futures
import copy
import fcntl
import pathlib
import random
import subprocess
import time

from client import run

from .commands import Commands
from .disk import MANNERS, Disk, event_record, lay_out, records
from .facts import Facts
from .load import Load
from .office import Office

RECORDER = pathlib.Path(__file__).parent / "recorder.c"
# Images of one recording, and its length: so many starts, each so many seconds under load, each ended by a kill but the last.
IMAGES = 50
STARTS = 3
SECONDS = 1.5
# Images of a command beside the one of its end.
OF_COMMANDS = 2
AT_ONCE = 3
# Facts of each kind that are looked at in an image. What is older stands before them in the same journal and ledger.
NEWEST = 60


def recorder(folder):
    """Compiles what is loaded into the program."""
    library = folder / "recorder.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, RECORDER, "-ldl"], check=True)
    return library


class Power:
    WHAT = "images of a disk after a power failure"

    def __init__(self, outcome, seed, folder):
        self.outcome, self.seed, self.folder = outcome, seed, folder

    def more(self):
        torn = self.outcome.counts["stores torn"]
        return f"{torn} of them with a torn store, which was named and built anew from the journal"

    def run(self, count):
        self.folder.mkdir(parents=True, exist_ok=True)
        library = recorder(self.folder)
        for start in range(0, count, IMAGES):
            with self.outcome.trial(self.folder / f"power-{self.seed}-{start}") as trial:
                recording = Recording(trial, library, f"{self.seed} {start}")
                recording.make(trial)
                recording.try_images(self.outcome, min(IMAGES, count - start))
                Commands(trial, recording.office, library).run(OF_COMMANDS, random.Random(f"commands {recording.seed}"))
                self.outcome.progress()


class Recording:
    """The program under load, with all that it did to its folder and all that it acknowledged, in one order."""

    def __init__(self, trial, library, seed):
        self.trial, self.seed, self.record = trial, seed, trial.folder / "record"
        self.office = Office(trial.folder)
        self.office.program.stop()
        self.disk = Disk(self.office.data)
        self.environment = {
            "LD_PRELOAD": str(library), "RECORD": str(self.record), "RECORDED_FOLDER": str(self.office.data),
        }

    def make(self, trial):
        office = self.office
        load = Load(office, self.seed)
        with open(self.record, "ab", buffering=0) as record:
            office.tell = lambda event: record.write(event_record(event))
            for start in range(STARTS):
                office.start(environment=self.environment)
                trial.lost(office.wrong())
                load.start()
                time.sleep(SECONDS)
                if start + 1 < STARTS:
                    # Between two acts, so that each that was done is written down: see the recorder.
                    fcntl.flock(record, fcntl.LOCK_EX)
                    office.program.kill()
                    fcntl.flock(record, fcntl.LOCK_UN)
                load.end()
                trial.lost(load.faults)
            self.hashes = office.leaf_hashes()
            office.tell = lambda event: None
            office.program.stop()
        self.everything = list(records(self.record))

    def try_images(self, outcome, count):
        chance = random.Random(f"images {self.seed}")
        everything = self.everything
        acknowledged = [n for n, (what, *_) in enumerate(everything) if what == "A"]
        # Half of the moments are right behind an acknowledgement.
        moments = sorted(chance.choice((chance.choice(acknowledged) + 1, chance.randrange(len(everything)))) for _ in range(count))
        done = 0
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            tries = []
            for n, moment in enumerate(moments):
                for record in everything[done:moment]:
                    self.disk.happens(*record)
                done = moment
                manner = MANNERS[n % len(MANNERS)]
                left, facts = self.disk.left(manner, chance), Facts(self.disk.events)
                folder = self.trial.folder / f"image-{n}-at-{moment}-{manner.replace(' ', '-')}"
                tries.append(pool.submit(self.try_image, outcome, folder, left, facts))
            self.trial.keeps = not all(one.result() for one in tries)

    def try_image(self, outcome, folder, left, facts):
        with outcome.trial(folder) as trial:
            trial.count("images")
            image = copy.copy(self.office)
            image.top, image.data, image.facts = folder, folder / "data", facts
            image.listen = "127.0.0.1:0"
            lay_out(image.data, left)
            lay_out(folder / "as-left", left)
            verified = run("verify", "--data", str(image.data))
            # A store that was torn is named; a start builds it anew.
            if verified.returncode != 0 and "`canhgiac rebuild` mends it" not in verified.stdout:
                trial.lost([f"verify: {verified.stdout}{verified.stderr}"])
                return False
            trial.count("stores torn", verified.returncode)
            self.serves_all(trial, image)
            self.goes_on(trial, image)
        return not trial.wrongs

    def serves_all(self, trial, image):
        # Its people's tokens are from where it was before.
        program = image.start(environment={"CANHGIAC_SERVER__PUBLIC_URL": self.office.url})
        try:
            if not program.first_line:
                trial.lost([f"it does not start: {program.logged()}"])
                return
            trial.lost(image.wrong(NEWEST))
            hashes = image.leaf_hashes()
            if hashes != self.hashes[: len(hashes)]:
                trial.lost(["its ledger is no beginning of what it was"])
            if not image.list_one("0950199999"):
                trial.lost([f"nothing can be listed: {program.logged()}"])
        finally:
            if program.stop() != 0:
                trial.lost(["it did not stop as it should"])

    def goes_on(self, trial, image):
        """What it wrote after the failure stands as well."""
        verified = run("verify", "--data", str(image.data))
        if verified.returncode != 0:
            trial.lost([f"verify after going on: {verified.stdout}{verified.stderr}"])
