"""The power fails while a command makes something or right after it said that it has: then it is there as a whole, or it is
nothing that anybody would take for it; and it is there once that was said."""

import os
import random
import subprocess

from client import BINARY, run

from .disk import MANNERS, Disk, lay_out, records


class Commands:
    """backup, restore and export, recorded one by one; `office` is not running."""

    def __init__(self, trial, office, library):
        self.trial, self.office, self.library = trial, office, library
        self.backup = trial.folder / "backup"
        run("backup", "--data", str(office.data), "--to", str(self.backup))
        self.whole = run("export", "--data", str(office.data)).stdout

    def run(self, images, chance):
        data = ("--data", str(self.office.data))
        nothing = ("--from", str(self.backup), "--nothing-newer")
        self.command("backup", lambda made: ("backup", *data, "--to", made), self.restores, images, chance)
        self.command("restore", lambda made: ("restore", "--data", made, *nothing), self.verifies, images, chance)
        self.command("export", lambda made: ("export", *data, "--output", made), self.reads, images, chance)

    def command(self, name, arguments, look, images, chance):
        folder, record = self.trial.folder / f"by-{name}", self.trial.folder / f"{name}.record"
        folder.mkdir()
        disk, made = Disk(folder), folder / "made"
        environment = {
            **os.environ, "LD_PRELOAD": str(self.library), "RECORD": str(record), "RECORDED_FOLDER": str(folder),
        }
        subprocess.run([BINARY, *arguments(str(made))], env=environment, check=True, capture_output=True)
        everything = list(records(record))
        moments = sorted(chance.randrange(len(everything)) for _ in range(images))
        done = 0
        for n, moment in enumerate([*moments, len(everything)]):
            for one in everything[done:moment]:
                disk.happens(*one)
            done = moment
            is_over = moment == len(everything)
            left = self.trial.folder / f"{name}-{n}"
            lay_out(left, disk.left("nothing" if is_over else random.Random(n).choice(MANNERS), chance))
            self.trial.count("images")
            came = look(left / "made")
            if came is False or (is_over and came is None):
                self.trial.lost([f"{name}, {'after it was done' if is_over else f'at {moment}'}: {left}"])

    # Each answers whether it is whole; nothing if nobody would take it for that.

    def restores(self, made):
        to = made.parent / "restored"
        restored = run("restore", "--from", str(made), "--data", str(to), "--nothing-newer")
        return self.verifies(to) if restored.returncode == 0 else None

    def verifies(self, made):
        if not made.exists():
            return None
        verified = run("verify", "--data", str(made))
        return verified.returncode == 0 and run("export", "--data", str(made)).stdout == self.whole

    def reads(self, made):
        return made.read_text() == self.whole if made.exists() else None
