"""Everything that people and programs do to a registry, at once, until it is told to stop or the program is gone."""

import http.client
import itertools
import json
import random
import threading

from .office import Refused

# What a request ends with when the program is killed under it.
CUT = (OSError, http.client.HTTPException, json.JSONDecodeError)
FULL = 12


class Load:
    """Threads of two officers, an administrator and the public. Each has its own numbers, so that it knows what they are.
    `pace`: seconds between what one of them does."""

    def __init__(self, office, seed, pace=0):
        self.office, self.seed, self.pace = office, seed, pace
        self.numbers = (f"0950{n:06}" for n in range(200_000, 1_000_000))
        self.names = (f"nguoi.{n}" for n in itertools.count(1))
        self.lock, self.done = threading.Condition(), 0
        self.listed, self.delisted = [], []
        self.faults, self.rounds = [], 0

    def number(self):
        with self.lock:
            return next(self.numbers)

    def start(self):
        self.stop, self.rounds = threading.Event(), self.rounds + 1
        people = (self.officer, self.officer, self.administrator, self.public)
        self.threads = [
            threading.Thread(target=self.work, args=(person, random.Random(f"{self.seed} {self.rounds} {n}")))
            for n, person in enumerate(people)
        ]
        [thread.start() for thread in self.threads]

    def wait(self, count, patience=60):
        """Until so many things were acknowledged in all."""
        with self.lock:
            if not self.lock.wait_for(lambda: self.done >= count, timeout=patience):
                raise AssertionError(f"no {count} acknowledgements in {patience} s: {self.faults}")

    def end(self):
        self.stop.set()
        [thread.join() for thread in self.threads]

    def work(self, person, chance):
        while not self.stop.is_set():
            try:
                person(chance)
            except CUT:
                return
            except Refused:
                continue
            except Exception as fault:  # told with the round's outcome
                self.faults.append(repr(fault))
                return
            with self.lock:
                self.done += 1
                self.lock.notify()
            self.stop.wait(self.pace)

    def one_of(self, things, chance):
        with self.lock:
            return things.pop(chance.randrange(len(things))) if things else None

    def officer(self, chance):
        deed = chance.choices(("list", "delist", "renew", "reject", "import"), (50, 15, 10, 10, 15))[0]
        if deed == "import":
            self.office.import_list([self.number() for _ in range(chance.randint(1, FULL))])
        elif deed == "reject":
            number = self.number()
            listing = self.office.propose(number)
            if listing:
                self.office.decide(listing, number, "reject")
        elif deed == "list" or not (thing := self.one_of(self.listed, chance)):
            number = self.number()
            words = f"KIN-{number}-KIN"
            listing = self.office.list_one(number, words)
            if listing:
                with self.lock:
                    self.listed.append((listing, number, words))
        else:
            done = self.office.decide(thing[0], thing[1], deed)
            with self.lock:
                (self.delisted if deed == "delist" and done else self.listed).append(thing)

    def administrator(self, chance):
        deed = chance.choices(("erase", "protect", "invite", "signing key", "ledger key"), (60, 15, 15, 5, 5))[0]
        if deed == "erase":
            thing = self.one_of(self.delisted, chance)
            if thing:
                self.office.erase(thing[0], thing[2])
            else:
                self.office.see_tree()
        elif deed == "protect":
            self.office.protect(self.number())
        elif deed == "invite":
            with self.lock:
                name = next(self.names)
            self.office.invite(name)
        elif deed == "signing key":
            self.office.rotate_signing_key()
        else:
            self.office.rotate_ledger_key()

    def public(self, chance):
        """Checks, of which each must be answered with what may be so before or after it was asked."""
        facts = self.office.facts
        with self.office.lock:
            names = facts.newest("verdict", 40)
            before = {name: facts.may[name] for name in names}
        verdicts = self.office.verdicts([name[1] for name in names])
        with self.office.lock:
            after = {name: facts.may[name] for name in names}
        for name, verdict in zip(names, verdicts):
            # What changes while it is asked about may change twice.
            if before[name] is after[name] and verdict not in after[name]:
                self.faults.append(f"{name[1]}: {verdict}, must be {before[name]}")
        if chance.random() < 0.3:
            self.office.see_tree()
        if chance.random() < 0.3:
            self.office.report(self.number())
