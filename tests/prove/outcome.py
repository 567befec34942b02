"""What came of the trials: counted, told while they run, and kept where one went wrong."""

import collections
import contextlib
import shutil
import sys
import threading
import time
import traceback

SHOWN = 3


class Trial:
    """One folder that something is done to. What is wrong with it is kept with it."""

    def __init__(self, outcome, folder):
        self.outcome, self.folder, self.wrongs = outcome, folder, []
        # Kept for what is wrong with another that came from it.
        self.keeps = False

    def count(self, what, by=1):
        with self.outcome.lock:
            self.outcome.counts[what] += by

    def lost(self, wrongs):
        """Something acknowledged is not there, or something is that was not, or a check of it fails."""
        self.wrongs += [("lost", wrong) for wrong in wrongs]

    def answers_wrongly(self, wrongs):
        """Something answers wrongly, grows, or ends without words."""
        self.wrongs += [("wrong", wrong) for wrong in wrongs]


class Outcome:
    """Of one kind of trials."""

    def __init__(self, name, out=sys.stdout):
        self.name, self.out = name, out
        self.counts, self.failed = collections.Counter(), []
        self.began, self.told = time.monotonic(), 0
        self.lock = threading.Lock()

    @contextlib.contextmanager
    def trial(self, folder):
        """The folder goes away unless something was wrong."""
        folder.mkdir(parents=True)
        trial = Trial(self, folder)
        try:
            yield trial
        except Exception:
            trial.lost([traceback.format_exc()])
        if not trial.wrongs:
            if not trial.keeps:
                shutil.rmtree(folder, ignore_errors=True)
            return
        trial.count(trial.wrongs[0][0])
        self.failed.append((folder, trial.wrongs))
        self.say(f"WRONG, kept in {folder}")
        for kind, wrong in trial.wrongs[:SHOWN]:
            self.say(f"  {kind}: {wrong.strip()[-600:]}")

    def progress(self, more=""):
        """A line now and then."""
        if time.monotonic() - self.told > 5:
            self.told = time.monotonic()
            with self.lock:
                counted = ", ".join(f"{number} {what}" for what, number in self.counts.items())
            self.say(f"{counted}{more and '; '}{more}")

    def say(self, line):
        print(f"{self.name} ({self.seconds():.0f} s): {line}", file=self.out, flush=True)

    def seconds(self):
        return time.monotonic() - self.began
