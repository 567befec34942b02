"""An installation as the samples in config/deploy make it: a proxy in front of the program, on this machine alone."""

import contextlib
import http.client
import json
import os
import pathlib
import shutil
import socket
import ssl
import tempfile
import unittest
import urllib.parse

from client import Answer, Client, Program, RUNNING
from test_desk import Browser

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "config/deploy"
NAME = "canhgiac.example"
# The places of an installation.
PROGRAM, SETTINGS, DATA, BACKUPS = (
    "/usr/bin/canhgiac", "/etc/canhgiac/config.toml", "/var/lib/canhgiac", "/var/backups/canhgiac",
)
# The exposure that `systemd-analyze security` of Debian 12 measured, times ten: what is given up later shows here.
EXPOSURE = {"canhgiac.service": 9, "canhgiac-backup.service": 2}
HERE = "127.0.0.1"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BURST, NOTHING = 1_000_000, 20
# Synthetic, and found nowhere else in what the program and its samples hold.
NUMBER = "950424242"


def program(name):
    """A program of the system, also where its folder is not searched for ordinary users."""
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    assert found, f"{name} is not installed"
    return found


def sample(name, **places):
    """A sample with other places than those of an installation."""
    text = (DEPLOY / name).read_text()
    for before, after in places.items():
        assert before in text, f"{name} does not say {before}"
        text = text.replace(before, str(after))
    return text


class Line(http.client.HTTPSConnection):
    """A connection to the proxy, from an address of this machine."""

    def __init__(self, port, context, source=HERE):
        super().__init__(NAME, port, timeout=90, context=context)
        self.tls, self.source = context, source

    def connect(self):
        plain = socket.create_connection((HERE, self.port), timeout=90, source_address=(self.source, 0))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = self.tls.wrap_socket(plain, server_hostname=NAME)

    def ask(self, method, path, headers, raw=None):
        self.request(method, path, body=raw, headers={"Host": NAME, **headers})


class Through(Client):
    """A client of the program that comes through the proxy."""

    def __init__(self, port, certificate):
        super().__init__(f"https://{NAME}")
        self.port, self.context = port, ssl.create_default_context(cafile=certificate)

    def line(self, source=HERE):
        return Line(self.port, self.context, source)

    def send(self, method, path, body=None, headers=None, raw=None, source=HERE):
        headers = dict(headers or {})
        if body is not None:
            raw = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        with contextlib.closing(self.line(source)) as line:
            # Who is refused by the head alone is told so while the rest is still being sent.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
                line.ask(method, path, headers, raw)
            answer = line.getresponse()
            self.cookies = answer.headers.get_all("Set-Cookie") or []
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, headers, answer.read().decode())


class DeskThrough(Browser):
    def __init__(self, client):
        super().__init__(client.url)
        self.client = client

    def go(self, path, fields=None, raw=None, kind=FORM):
        raw = urllib.parse.urlencode(fields).encode() if fields is not None else raw
        headers = {**kind, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        answer = self.client.send("GET" if raw is None else "POST", path, headers=headers, raw=raw)
        self.cookies.update(cookie.split(";")[0].split("=", 1) for cookie in self.client.cookies)
        self.status, self.page = answer.status, answer.body
        return self.go(answer.headers["location"]) if self.status == 303 else self


class Deployed(unittest.TestCase):
    """The program with the sample of its settings, and a proxy with its own in front of it (`front`, of `proxies`)."""

    environment = {}

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.settings, cls.data = cls.folder / "config.toml", cls.folder / "data"
        cls.settings.write_text(sample("config.toml", **{DATA: cls.data}))
        command = ("demo", "--json", "--config", str(cls.settings), "--listen", f"{HERE}:0")
        limits = {"CANHGIAC_LIMITS__ANONYMOUS_PER_MINUTE": "1"}
        cls.program = Program(*command, environment={**limits, **cls.environment})
        cls.addClassCleanup(cls.stop_program)
        cls.demo = json.loads(cls.program.first_line)
        names = ["officer", "supervisor", "other", "other_supervisor", "province", "auditor"]
        cls.users, cls.people = dict(zip(names, cls.demo["users"])), {}
        cls.proxy = cls.front(cls.folder, urllib.parse.urlsplit(cls.demo["url"]).netloc)
        cls.addClassCleanup(cls.proxy.stop)
        cls.client = Through(cls.proxy.tls, cls.proxy.certificate)

    @classmethod
    def stop_program(cls):
        if cls.program.process in RUNNING:
            assert cls.program.stop() == 0

    def spoken(self, words, port, tls=False):
        """Says something to the proxy that no client would, and returns what it answers."""
        with socket.create_connection((HERE, port), timeout=90) as line:
            line = self.client.context.wrap_socket(line, server_hostname=NAME) if tls else line
            with line, contextlib.suppress(ConnectionResetError):
                line.sendall(words)
                return line.makefile("rb").read().decode()
        return ""

    def bearer(self, name):
        if name not in self.people:
            self.people[name] = self.client.sign_in(self.users[name])
        return self.people[name]

    def partner(self):
        partner = self.demo["partners"][0]
        form = {"grant_type": "client_credentials", **{k: partner[k] for k in ("client_id", "client_secret")}}
        granted = self.client.send("POST", "/v1/oauth/token", raw=urllib.parse.urlencode(form).encode(), headers=FORM)
        return {"Authorization": "Bearer " + granted.json["access_token"]}
