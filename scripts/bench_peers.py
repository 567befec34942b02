"""The part of scripts/bench that measures what others need for the same: Redis and PostgreSQL for a look-up, PostgreSQL for
commits and for loading many rows, Google's C++ libphonenumber for reading numbers. All are Debian's packages, started here,
on 127.0.0.1, in a folder of their own."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

PACKAGES = {
    "wrk": "wrk",
    "redis-server": "redis-server",
    "g++": "g++",
    "/usr/include/phonenumbers/phonenumberutil.h": "libphonenumber-dev",
    "/usr/lib/postgresql": "postgresql",
}
PHONES = pathlib.Path(__file__).with_name("bench_phones.cpp")
# As many connections as the checks are asked over, and as officers write over.
READERS, WRITERS, SECONDS = 32, 64, 4


def install():
    missing = [package for what, package in PACKAGES.items() if not (shutil.which(what) or pathlib.Path(what).exists())]
    if missing:
        # Debian starts what it installs unless it is told not to.
        quiet = "printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d"
        command = f"{quiet}; apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy {' '.join(missing)}; code=$?; rm /usr/sbin/policy-rc.d; exit $code"
        subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL)


def listening(port, process):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, "a peer ended by itself"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("a peer did not start")


@contextlib.contextmanager
def running(command, port, **options):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        listening(port, process)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


class Redis:
    """`GET` of one answer out of many keys, without pipelining."""

    def __init__(self, folder, port, rows, answer):
        self.port, self.rows, self.answer = port, rows, answer
        self.process = running(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)], port)

    def __enter__(self):
        self.process.__enter__()
        # The protocol's own form, which redis-cli takes in bulk.
        filler = "".join(self.set(f"phone:+8495{n:08}", "x") for n in range(self.rows))
        text = filler + self.set("phone:+84950001001", self.answer)
        subprocess.run(["redis-cli", "-p", str(self.port), "--pipe"], input=text.encode(), check=True, stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, *how):
        return self.process.__exit__(*how)

    @staticmethod
    def set(key, value):
        parts = "".join(f"${len(part.encode())}\r\n{part}\r\n" for part in ("SET", key, value))
        return f"*3\r\n{parts}"

    def gets(self):
        """Answers a second."""
        command = ["redis-benchmark", "-p", str(self.port), "-c", str(READERS), "-n", "200000", "--csv", "GET", "phone:+84950001001"]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        return float(lines[-1].split(",")[1].strip('"'))


class Postgres:
    """A table of listings with the key as its primary key, as it is after `initdb`: what is committed is on the disk."""

    def __init__(self, folder, port, rows, answer):
        self.folder, self.port, self.rows, self.answer = folder, port, rows, answer
        self.programs = max(pathlib.Path("/usr/lib/postgresql").iterdir()) / "bin"
        # It refuses to run as root.
        self.user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}

    def __enter__(self):
        self.folder.mkdir()
        if self.user:
            shutil.chown(self.folder, "postgres", "postgres")
        data = self.folder / "data"
        subprocess.run([self.programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust"], check=True, stdout=subprocess.DEVNULL, **self.user)
        command = [self.programs / "postgres", "-D", data, "-p", str(self.port), "-k", self.folder, "-c", "listen_addresses=127.0.0.1"]
        self.process = running(command, self.port, **self.user)
        self.process.__enter__()
        # It listens before it answers.
        ready = [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while subprocess.run(ready).returncode:
            time.sleep(0.05)
        self.run("create table listings (key text primary key, answer text); create table proposals (id bigserial primary key, key text, at timestamptz default now())")
        return self

    def __exit__(self, *how):
        return self.process.__exit__(*how)

    def run(self, sql, text=None):
        command = ["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql]
        subprocess.run(command, input=text, check=True, stdout=subprocess.DEVNULL, text=True)

    def load(self):
        """Seconds that `COPY` takes for all rows, each with its answer."""
        rows = "".join(f"phone:+8495{n:08}\t{self.answer}\n" for n in range(self.rows))
        self.run("truncate listings")
        started = time.monotonic()
        self.run("copy listings from stdin", rows)
        seconds = time.monotonic() - started
        self.run("insert into listings values ('phone:+84950001001', 'listed') on conflict do nothing")
        self.run("vacuum analyze listings")
        return seconds

    def bench(self, script, clients):
        file = self.folder / "script.sql"
        file.write_text(script)
        command = [self.programs / "pgbench", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-n", "-M", "prepared"]
        command += ["-c", str(clients), "-j", "1", "-T", str(SECONDS), "-f", file, "postgres"]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return float(re.search(r"tps = ([\d.]+)", out)[1])

    def selects(self):
        """Prepared look-ups by primary key a second."""
        return self.bench(r"\set n random(1, 1000)" "\nselect answer from listings where key = 'phone:+8495' || lpad(:n::text, 8, '0');\n", READERS)

    def commits(self):
        """Single-row transactions a second, each on the disk when it is answered."""
        return self.bench(r"\set n random(1, 99999999)" "\ninsert into proposals (key) values ('phone:+84' || :n);\n", WRITERS)


def phones(folder):
    """A function that tells how many numbers libphonenumber reads a second, on one processor."""
    program = folder / "phones"
    subprocess.run(["g++", "-O2", "-o", program, PHONES, "-lphonenumber"], check=True)
    return lambda: float(subprocess.run([program], check=True, capture_output=True, text=True).stdout)
