"""Everything at once for minutes: what the program holds of memory, descriptors and threads must come to rest."""

import http.client
import os
import pathlib
import re
import statistics
import threading
import time
import urllib.parse

from client import totp
from test_uploads import CSV, XLSX, finders, sheet, workbook

from .kills import start_mirror
from .load import CUT, Load
from .office import FORM, Office

# The smallest cache of the store, and enough listings that it is full from the beginning: its filling is no growth. Without
# them it was full after some 13,000 changes, at 25 MiB more, and memory rose no further.
SMALL = {"CANHGIAC_STORAGE__STORE_CACHE_MIB": "8"}
LISTINGS = 20_000
# A soak that is shorter judges no growth of that size.
MIN_FILLED_SECONDS = 60
# Changes are made at an office's pace, so that what they add to memory is little: one each so many seconds and thread.
PACE = 0.2
# Second factors are fresh for five minutes, tokens good for ten.
SIGN_IN_SECONDS = 240
# What the last half may grow by: so many MiB, or such a part of what is held. In the first the pools of memory fill.
MOST_MIB, MOST_PART = 6, 0.06
# Requests that are open or not at the moment of a look.
MOST_DESCRIPTORS, MOST_THREADS = 12, 4
# Snapshots that are cut one after the other: each has so many rows that an erasure often comes while it is sent.
MOST_CUTS = 20
DONE = ("checks", "text messages", "pages", "desk pages", "feeds", "lists", "pictures", "changes")
DESK = ["/desk", "/desk/queue", "/desk/listings", "/desk/listings?status=listed", "/desk/imports", "/desk/propose", "/desk/sessions"]
PAGES = ["/vi", "/en/methods", "/vi/thong-ke", "/en/posters/14812", "/vi/minh-bach", "/vi?q=0950001001"]


class Use:
    """What a process holds, looked at again and again."""

    def __init__(self, pid):
        self.process = pathlib.Path(f"/proc/{pid}")
        self.seconds, self.memory, self.descriptors, self.threads = [], [], [], []

    def look(self, seconds):
        said = (self.process / "status").read_text()
        self.seconds.append(seconds)
        self.memory.append(int(re.search(r"VmRSS:\s+(\d+)", said)[1]) / 1024)
        self.threads.append(int(re.search(r"Threads:\s+(\d+)", said)[1]))
        self.descriptors.append(len(os.listdir(self.process / "fd")))

    def growth(self):
        """MiB by which the line through the last half rises."""
        start = len(self.seconds) // 2
        seconds, memory = self.seconds[start:], self.memory[start:]
        return statistics.linear_regression(seconds, memory).slope * (seconds[-1] - seconds[0])

    def wrongs(self):
        start = len(self.seconds) // 3
        held, growth = statistics.median(self.memory[len(self.seconds) // 2 :]), self.growth()
        if growth > max(MOST_MIB, held * MOST_PART):
            yield f"memory grew by {growth:.1f} MiB, from about {held:.0f}"
        for what, seen, most in (("descriptors", self.descriptors, MOST_DESCRIPTORS), ("threads", self.threads, MOST_THREADS)):
            middle, last = statistics.median(seen[start : 2 * start]), statistics.median(seen[2 * start :])
            if last > middle + most:
                yield f"{what} grew from {middle:.0f} to {last:.0f}"


class Soak:
    WHAT = "soak"

    def __init__(self, outcome, seed, folder):
        self.outcome, self.seed, self.folder = outcome, seed, folder
        self.stop, self.lock = threading.Event(), threading.Lock()

    def uses(self):
        return {"the service": self.service, "the mirror": self.mirror}

    def more(self):
        counts = self.outcome.counts
        return ", ".join(f"{counts[what]} {what}" for what in DONE if counts[what])

    def told(self):
        return "\n".join(
            f"- {name}: {use.memory[-1]:.0f} MiB at the end, {use.growth():+.1f} MiB over the last half; "
            f"descriptors {use.descriptors[-1]}, threads {use.threads[-1]}"
            for name, use in self.uses().items()
        )

    def run(self, seconds):
        with self.outcome.trial(self.folder / f"soak-{self.seed}") as trial:
            listings = LISTINGS if seconds >= MIN_FILLED_SECONDS else 0
            self.office = Office(trial.folder, environment=SMALL, listings=listings)
            mirror = start_mirror(self.office)
            self.service, self.mirror = Use(self.office.program.process.pid), Use(mirror.process.pid)
            load = Load(self.office, self.seed, pace=PACE)
            try:
                self.desk = self.sign_in_at_the_desk()
                load.start()
                threads = [threading.Thread(target=self.again, args=(trial, work)) for work in self.works()]
                [thread.start() for thread in threads]
                self.watch(trial, seconds)
            finally:
                self.stop.set()
                load.end()
                [thread.join() for thread in threads]
            trial.lost(load.faults)
            trial.lost(self.office.wrong())
            trial.count("changes", load.done)
            trial.count("seconds", round(seconds))
            for name, use in self.uses().items():
                trial.answers_wrongly([f"{name}: {wrong}" for wrong in use.wrongs()])
            if mirror.stop() != 0 or self.office.program.stop() != 0:
                trial.lost(["it did not stop as it should"])

    def watch(self, trial, seconds):
        began = signed_in = time.monotonic()
        step = max(seconds / 600, 0.1)
        while (now := time.monotonic() - began) < seconds:
            self.service.look(now)
            self.mirror.look(now)
            self.outcome.progress(f"{self.service.memory[-1]:.0f} MiB, {self.service.descriptors[-1]} descriptors")
            if time.monotonic() - signed_in > SIGN_IN_SECONDS:
                signed_in = time.monotonic()
                self.office.sign_in()
            time.sleep(step)

    # What is done all the while

    def works(self):
        office, anybody = self.office, {}
        good = workbook(sheet([("", 0, ["SĐT", "Ghi chú"]), ("", 0, ["0950111001", "x"])]))
        rows = "".join(f"{n},0950{n:06},Trúng thưởng\n" for n in range(600_000, 600_200))
        table = f"STT,Số điện thoại,Hình thức\n{rows}".encode()
        pictures = [finders(5, 1), finders(8, 2)]
        dry = "/v1/imports?dry_run=true"
        feed = ["/v1/feed/changes?after=0&limit=1000", "/v1/feed/snapshot", "/v1/feed/snapshot?format=list"]
        sms = {"text": "LD 0950001001", "sender": "0950001002"}
        items = {"items": [{"q": f"0950{n:06}"} for n in range(1_000, 1_100)]}
        return [
            lambda n: ("checks", "POST", "/v1/check", items, anybody, None),
            lambda n: ("checks", "GET", "/v1/check?q=0950001001", None, anybody, None),
            lambda n: ("text messages", "POST", "/v1/sms", sms, anybody, None),
            lambda n: ("pages", "GET", PAGES[n % len(PAGES)], None, anybody, None),
            lambda n: ("desk pages", "GET", DESK[n % len(DESK)], None, self.desk, None),
            lambda n: ("feeds", "GET", feed[n % len(feed)], None, office.partner, None),
            lambda n: ("lists", "POST", dry, None, {**office.officer, **(CSV if n % 2 else XLSX)}, table if n % 2 else good),
            lambda n: ("pictures", "POST", "/v1/check/image", None, {"Content-Type": "image/png"}, pictures[n % 2]),
        ]

    def send(self, trial, method, path, body, headers, raw):
        """Asks; again for a snapshot that was cut, as is right when a listing in it is erased while it is sent."""
        for tries in range(MOST_CUTS, 0, -1):
            try:
                return self.office.client.send(method, path, body, headers, raw)
            except http.client.IncompleteRead:
                if "/v1/feed/snapshot" not in path or tries == 1:
                    raise
                trial.count("snapshots cut by an erasure")

    def again(self, trial, work):
        n = 0
        while not self.stop.is_set():
            what, method, path, body, headers, raw = work(n)
            n += 1
            try:
                answer = self.send(trial, method, path, body, headers, raw)
            except CUT as error:
                trial.lost([f"{method} {path}: {error!r}"])
                return
            # Pictures wait for a turn, and not for ever.
            good = (200, 503) if what == "pictures" else (200,)
            if answer.status not in good:
                trial.lost([f"{method} {path}: {answer.status} {answer.body[:300]}"])
                return
            trial.count(what, len(body["items"]) if body and "items" in body else 1)

    def sign_in_at_the_desk(self):
        user = self.office.demo["users"][2]
        form = {"username": user["username"], "password": user["password"], "otp": totp(user["totp_secret"])}
        connection = http.client.HTTPConnection(self.office.listen)
        # The answer leads to a page, which is not followed: the cookie is in it.
        connection.request("POST", "/desk/sign-in", urllib.parse.urlencode(form), FORM)
        with connection.getresponse() as answer:
            assert answer.status == 303, answer.read()
            return {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}
