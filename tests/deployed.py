"""An installation as the samples in config/deploy make it: nginx in front of the program, on this machine alone."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest
import urllib.parse

from client import RUNNING, Answer, Client, Program, free_port, until
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
    """A connection to nginx, from an address of this machine."""

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
    """A client of the program that comes through nginx."""

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
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
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
    """The program with the sample of its settings, and nginx with its own in front of it."""

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
        cls.begin_nginx()

    @classmethod
    def begin_nginx(cls):
        certificate = cls.folder / "fullchain.pem"
        subprocess.run(
            [program("openssl"), "req", "-x509", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
             "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-addext", f"subjectAltName=DNS:{NAME}",
             "-keyout", cls.folder / "privkey.pem", "-out", certificate],
            check=True, capture_output=True,
        )
        cls.tls, cls.plain = free_port(), free_port()
        places = {
            "listen 443 ": f"listen {HERE}:{cls.tls} ",
            "listen 80": f"listen {HERE}:{cls.plain}",
            "server 127.0.0.1:8080;": f"server {urllib.parse.urlsplit(cls.demo['url']).netloc};",
            "/var/log/nginx/": f"{cls.folder}/",
            "/etc/ssl/canhgiac/": f"{cls.folder}/",
        }
        site = sample("nginx.conf", **places)
        site, without = re.subn(r"^ *listen \[::\].*\n", "", site, flags=re.M)
        assert without == 4 and "0.0.0.0" not in site
        (cls.folder / "site.conf").write_text(site)
        # As Debian's own nginx.conf has it, with its logs, which would hold whatever the site does not take care of.
        temporary = " ".join(
            f"{kind}_temp_path {cls.folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""
        (cls.folder / "nginx.conf").write_text(
            f"""{user} daemon off; master_process off; pid {cls.folder}/nginx.pid;
            error_log {cls.folder}/common.error.log;
            events {{ worker_connections 768; }}
            http {{ {temporary} gzip on; access_log {cls.folder}/common.access.log; include {cls.folder}/site.conf; }}
            """
        )
        command = [program("nginx"), "-p", cls.folder, "-c", cls.folder / "nginx.conf", "-e", cls.folder / "start.log"]
        cls.nginx = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        RUNNING.add(cls.nginx)
        cls.addClassCleanup(cls.stop_nginx)
        until(cls.nginx_listens, lambda: (cls.folder / "start.log").read_text())
        cls.client = Through(cls.tls, certificate)

    @classmethod
    def nginx_listens(cls):
        assert cls.nginx.poll() is None, (cls.folder / "start.log").read_text()
        with contextlib.suppress(OSError), socket.create_connection((HERE, cls.tls)):
            return True

    @classmethod
    def stop_nginx(cls):
        if cls.nginx in RUNNING:
            cls.nginx.terminate()
            cls.nginx.wait(timeout=30)
            RUNNING.discard(cls.nginx)

    @classmethod
    def stop_program(cls):
        if cls.program.process in RUNNING:
            assert cls.program.stop() == 0

    def spoken(self, words, port, tls=False):
        """Says something to nginx that no client would, and returns what it answers."""
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
