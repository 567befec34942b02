"""What came of all trials, as a page for the documents."""

import datetime
import os
import pathlib
import platform
import re

from client import run

from . import chart, damages

CHART = "soak.svg"
MEANING = """\
| outcome | what it means |
| --- | --- |
| lost | something acknowledged is not there after the restart, stands only in part, or `verify` does not pass |
| wrong | an answer that is not right and stays so, a crash, or an end without words |
| refused with words | it does not start, or the command ends, and names file and place |
| mended by itself and said so | it answers rightly, takes changes, and its log says what it set aside, cut or built anew |
| served read-only and said why | it answers checks rightly and takes no changes until somebody has looked |
| named by verify | it answers rightly; `canhgiac verify` names the place |
| without effect | what was damaged is not used, or was made again; every answer is right |
"""


def machine():
    model = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / 1024**2
    return f"{os.cpu_count()} processors ({model[1] if model else platform.machine()}), {memory:.0f} GiB, Linux {platform.release().split('-')[0]}"


class Report:
    """`done`: the kinds of trials that were made, by their names, with what made them."""

    def __init__(self, form, seed, build):
        self.form, self.seed, self.build = form, seed, build
        self.done = {}

    def failed(self):
        return [failed for trials in self.done.values() for failed in trials.outcome.failed]

    def table(self):
        rows = ["| what | how many | lost | wrong | |", "| --- | ---: | ---: | ---: | --- |"]
        for name, trials in self.done.items():
            counts = trials.outcome.counts
            wrong = counts["wrong"]
            rows.append(f"| {trials.WHAT} | {self.many(name, counts)} | {counts['lost']} | {wrong} | {trials.more()} |")
        return "\n".join(rows)

    @staticmethod
    def many(name, counts):
        return f"{counts['seconds']} s" if name == "soak" else counts[name]

    def damages(self):
        kinds = damages.OUTCOMES
        rows = [f"| damaged | {' | '.join(kinds)} |", f"| --- |{' ---: |' * len(kinds)}"]
        table = self.done["damages"].table
        for place, came in table.items():
            rows.append(f"| {damages.SAID[place]} | {' | '.join(str(came[kind]) for kind in kinds)} |")
        rows.append(f"| *all* | {' | '.join(str(sum(came[kind] for came in table.values())) for kind in kinds)} |")
        return "\n".join(rows)

    def markdown(self):
        today = datetime.date.today().isoformat()
        parts = [
            "# Proof: kills, power failures, damages, a soak",
            f"Made by `scripts/prove` ({self.form} form, seed {self.seed}, {self.build} build) on {today}: {run('--version').stdout.strip()}; "
            f"{machine()}.\nThe real program on real folders. The seed fixes what is done to them; at which write a kill falls is up to the machine.",
            self.table(),
        ]
        if "damages" in self.done:
            parts += ["## Damages", self.damages(), MEANING]
        if "soak" in self.done:
            parts += ["## Soak", f"![Memory over time]({CHART})", self.done["soak"].told()]
        parts += ["## What is not shown by this", NOT_SHOWN]
        return "\n\n".join(part.strip() for part in parts) + "\n"

    def write(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "proof.md").write_text(self.markdown())
        if "soak" in self.done:
            soak = self.done["soak"]
            series = [(name, list(zip(use.seconds, use.memory))) for name, use in soak.uses().items()]
            (folder / CHART).write_text(chart.lines("Memory under everything at once", "seconds", "MiB", series))


NOT_SHOWN = """\
- A power failure is made from a recording of what the program wrote, synced and renamed: names reach the disk in their
  order, bytes since the last sync of their file reach it or not, by pages, torn between sectors. A disk that says "synced"
  and lies is not among them.
- A wound is one file's. Journal and store damaged at once may cost what only they held: that is what backups and mirrors
  are for.
- Of exports only NDJSON is tried: each of its lines proves itself against the public ledger, and its last line counts them.
  CSV, lists of numbers and SQLite files carry no proof; make them again rather than trust an old one.
"""
