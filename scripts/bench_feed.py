"""The part of scripts/bench that measures the feed, the ledger and the mirror on a registry with many listings."""

import http.client
import json
import pathlib
import re
import statistics
import subprocess
import threading
import time

CHUNK = 1 << 20


class Memory:
    """The most memory a process holds while something is done, above what it held before, in MiB."""

    def __init__(self, pid):
        self.status = pathlib.Path(f"/proc/{pid}/status")

    def resident(self):
        return int(re.search(r"VmRSS:\s+(\d+)", self.status.read_text())[1]) / 1024

    def __enter__(self):
        self.before = self.most = self.resident()
        self.over = threading.Event()
        self.watch = threading.Thread(target=self.follow)
        self.watch.start()
        return self

    def follow(self):
        while not self.over.wait(0.02):
            self.most = max(self.most, self.resident())

    def __exit__(self, *_):
        self.over.set()
        self.watch.join()
        self.growth = self.most - self.before


def fetch(url, path, headers):
    """Seconds, bytes as they came, headers."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"))
    started = time.monotonic()
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    assert answer.status == 200, (path, answer.status, answer.read())
    size = 0
    while chunk := answer.read(CHUNK):
        size += len(chunk)
    return time.monotonic() - started, size, answer.headers


def snapshots(url, pid, bearer):
    for coding in ("identity", "gzip", "zstd"):
        with Memory(pid) as memory:
            seconds, size, headers = fetch(url, "/v1/feed/snapshot", {**bearer, "Accept-Encoding": coding})
        count = int(headers["Feed-Count"])
        print(f"snapshot of {count}, {coding:8}     {seconds:6.1f} s  {size / 1e6:7.1f} MB  memory grew by {memory.growth:.0f} MiB")
    seconds, size, _ = fetch(url, "/v1/feed/snapshot?format=list", {**bearer, "Accept-Encoding": "zstd"})
    print(f"snapshot as a list of numbers, zstd  {seconds:6.1f} s  {size / 1e6:7.1f} MB")
    return int(headers["Feed-Size"])


def changes(url, bearer, leaves):
    """Of a large registry the last: who is more than a million behind is sent to the snapshot."""
    first = max(1_000, leaves - 500_000)
    for coding in ("identity", "zstd"):
        headers = {**bearer, "Accept-Encoding": coding}
        seconds, size, answer = fetch(url, f"/v1/feed/changes?after={first}&limit=1000", headers)
        print(f"1,000 changes, {coding:8}            {size:10,} bytes")
    started = time.monotonic()
    after, end = first, first + 1
    while after < end:
        _, _, answer = fetch(url, f"/v1/feed/changes?after={after}&limit=10000", bearer)
        after, end = int(answer["Feed-Next"]), min(first + 200_000, int(answer["Feed-Head"]))
    rate = (after - first) / (time.monotonic() - started)
    print(f"changes served, one client, pages of 10,000  {rate:10.0f} lines/s")


def proofs(url):
    connection = http.client.HTTPConnection(url.removeprefix("http://"))

    def timed(path):
        started = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        return time.perf_counter() - started, body

    size = int(timed("/v1/ledger/checkpoint")[1].splitlines()[1])
    timed("/v1/ledger/proof?index=0")
    asked = [timed(f"/v1/ledger/proof?index={n * 7919 % size}")[0] * 1000 for n in range(300)]
    plain = [timed("/healthz")[0] * 1000 for _ in range(300)]
    grown = [timed(f"/v1/ledger/consistency?from={n * 7919 % size}")[0] * 1000 for n in range(300)]
    print(
        f"inclusion proof at {size} leaves, over HTTP: median {statistics.median(asked):.2f} ms, worst of 300 {max(asked):.2f} ms; "
        f"consistency {statistics.median(grown):.2f} ms; an empty answer {statistics.median(plain):.2f} ms"
    )


def mirror(binary, demo, folder, port, rate_of):
    """First sync of a mirror, in seconds; and how many checks it answers."""
    partner = demo["partners"][0]
    secret = folder / "secret"
    secret.write_text(partner["client_secret"])
    secret.chmod(0o600)
    listen = f"127.0.0.1:{port}"
    command = [binary, "mirror", demo["url"], "--data", str(folder / "mirror"), "--client-id", partner["client_id"]]
    command += ["--client-secret-file", str(secret), "--listen", listen]
    started = time.monotonic()
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not is_ready(listen):
            assert program.poll() is None and time.monotonic() - started < 900, "the mirror did not get ready"
            time.sleep(0.05)
        most = int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{program.pid}/status").read_text())[1]) // 1024
        synced = time.monotonic() - started
        print(f"mirror's first sync, server on the same processors  {synced:6.1f} s, {most} MiB at most")
        rate = rate_of(f"http://{listen}/v1/check", '{"q":"0950 001 001"}')
        print(f"checks on the mirror, listed                 {rate:10.0f} /s")
        return synced
    finally:
        program.terminate()
        program.wait()


def is_ready(listen):
    try:
        connection = http.client.HTTPConnection(listen, timeout=2)
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False


def all_of_it(binary, program, demo, folder, ports, rate_of):
    url = demo["url"]
    partner = demo["partners"][0]
    form = f"grant_type=client_credentials&client_id={partner['client_id']}&client_secret={partner['client_secret']}"
    connection = http.client.HTTPConnection(url.removeprefix("http://"))
    connection.request("POST", "/v1/oauth/token", form, {"Content-Type": "application/x-www-form-urlencoded"})
    bearer = {"Authorization": "Bearer " + json.loads(connection.getresponse().read())["access_token"]}
    leaves = snapshots(url, program.process.pid, bearer)
    changes(url, bearer, leaves)
    proofs(url)
    return mirror(binary, demo, folder, ports, rate_of)
