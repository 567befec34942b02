"""A client of the real binary, for the tests: starts it, signs in, sends requests."""

import atexit
import base64
import contextlib
import hmac
import json
import os
import random
import re
import socket
import struct
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

BINARY = os.environ["CANHGIAC"]
# Whatever the machine speaks, the program speaks English to programs.
os.environ["LC_ALL"] = "C.UTF-8"
LIMITS = {
    "CANHGIAC_LIMITS__OFFICER_REQUESTS_PER_MINUTE": "100000",
    "CANHGIAC_LIMITS__ANONYMOUS_BURST": "1000000",
    "CANHGIAC_LIMITS__SIGN_IN_PER_MINUTE": "1000",
    "CANHGIAC_LIMITS__REFRESH_PER_MINUTE": "1000",
    "CANHGIAC_LIMITS__TOKENS_PER_MINUTE": "1000",
    "CANHGIAC_LIMITS__ENROLMENT_PER_MINUTE": "1000",
    "CANHGIAC_LIMITS__REPORTS_PER_HOUR": "10000",
}
# What administrators do wants a reason: one is given unless a test gives its own.
ADMINISTERS = re.compile(r"^/v1/(users|partners|keys|ledger/keys)(/|$)")
# Processes: with the tests they end at the latest.
RUNNING = set()
# A demo that is killed leaves its folder behind: here, and it goes with the tests.
SCRATCH = tempfile.TemporaryDirectory(prefix="canhgiac-test-", ignore_cleanup_errors=True)


@atexit.register
def end_all():
    for process in RUNNING:
        process.kill()
        process.wait()


def until(seen, what="what was waited for", patience=60):
    """Waits for something to become true and returns it; `what` is said, or asked, when it did not."""
    end = time.monotonic() + patience
    while not (found := seen()):
        if time.monotonic() > end:
            raise AssertionError(f"in {patience} s never: {what() if callable(what) else what}")
        time.sleep(0.005)
    return found


def filled(disk):
    """Fills a disk, and returns the file that does. Without a buffer: one that still holds bytes is written again when the
    file is closed."""
    with open(disk / "filler", "wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(1 << 16))
    return disk / "filler"


def free_port():
    """A port that nobody uses, for a program that is started again on it. The system gives it to nobody meanwhile: those
    that it picks itself are higher."""
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as taken, contextlib.suppress(OSError):
            taken.bind(("127.0.0.1", port))
            return port


def totp(secret, offset=0, ahead=0):
    """RFC 6238: SHA-1, 6 digits, 30 seconds; `ahead` is how many seconds the program's clock is."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    step = struct.pack(">Q", int(time.time() + ahead) // 30 + offset)
    digest = hmac.digest(key, step, "sha1")
    at = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json.get("code")


class Program:
    """A running process of the binary, and its first line of stdout."""

    def __init__(self, *arguments, environment=None):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [BINARY, *arguments],
            stdout=subprocess.PIPE,
            stderr=self.log,
            env={**os.environ, **LIMITS, "TMPDIR": SCRATCH.name, **(environment or {})},
        )
        RUNNING.add(self.process)
        self.first_line = self.process.stdout.readline().decode()

    def stop(self):
        self.process.terminate()
        code = self.process.wait(timeout=30)
        self.close()
        return code

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.close()

    def close(self):
        RUNNING.discard(self.process)
        self.process.stdout.close()
        self.log.close()

    def logged(self):
        """What it wrote to stderr so far."""
        size = self.log.seek(0, os.SEEK_END)
        return os.pread(self.log.fileno(), size, 0).decode()


def run(*arguments, environment=None):
    return subprocess.run(
        [BINARY, *arguments], capture_output=True, text=True, timeout=120, env={**os.environ, **(environment or {})}
    )


class Client:
    def __init__(self, url):
        self.url = url

    def send(self, method, path, body=None, headers=None, raw=None):
        headers = dict(headers or {})
        data = raw
        if method != "GET" and raw is None and ADMINISTERS.match(path):
            body = {"reason": "theo công văn", **(body or {})}
        if body is not None:
            data = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        try:
            answer = urllib.request.urlopen(request, timeout=180)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, headers, answer.read().decode())

    def sign_in(self, user, offset=0, ahead=0):
        return {"Authorization": "Bearer " + self.session(user, offset, ahead)["access_token"]}

    def session(self, user, offset=0, ahead=0):
        body = {
            "username": user["username"],
            "password": user["password"],
            "otp": totp(user["totp_secret"], offset, ahead),
        }
        answer = self.send("POST", "/v1/session", body)
        assert answer.status == 200, answer.body
        return answer.json

    def token(self, partner):
        """The header with a partner's token."""
        words = f"grant_type=client_credentials&client_id={partner['client_id']}&client_secret={partner['client_secret']}"
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.send("POST", "/v1/oauth/token", headers=form, raw=words.encode())
        assert answer.status == 200, answer.body
        return {"Authorization": "Bearer " + answer.json["access_token"]}

    def agreed(self, second, asked):
        """A second person agrees to what was asked for, by the answer that says so or by an account's own member."""
        approval = asked.json["id"] if asked.status == 202 else asked.json["approval"]
        if approval is not None:
            answer = self.send("POST", f"/v1/approvals/{approval}/agree", {"reason": "đã xem"}, second)
            assert answer.status == 200, answer.body
        return asked

    def verdict(self, text):
        return self.send("POST", "/v1/check", {"q": text}).json["results"][0]["verdict"]
