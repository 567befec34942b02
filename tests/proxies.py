"""The proxies that config/deploy has samples for, each as its sample has it, on ports of this machine alone."""

import contextlib
import json
import os
import re
import socket
import subprocess

from client import RUNNING, free_port, until
from deployed import HERE, NAME, program, sample


class Proxy:
    """A proxy before the program that listens at `upstream`. What it writes is in files `*.log` of a folder."""

    # Its answer when the program is gone; how it begins to answer who calls another name over a line of the own one.
    gone, to_another_name = 502, ("",)
    # Whether it refuses a body that is too large by itself; whether an answer reaches who stalls in the middle of one.
    bounds_bodies, answers_who_stalls = False, True

    def __init__(self, folder, upstream):
        self.folder, self.tls, self.plain = folder, free_port(), free_port()
        self.access, self.certificate = folder / "canhgiac.access.log", folder / "fullchain.pem"
        key = folder / "privkey.pem"
        subprocess.run(
            [program("openssl"), "req", "-x509", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
             "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-addext", f"subjectAltName=DNS:{NAME}",
             "-keyout", key, "-out", self.certificate],
            check=True, capture_output=True,
        )
        (folder / "canhgiac.pem").write_text(self.certificate.read_text() + key.read_text())
        command = self.prepare(upstream)
        with open(folder / "said.log", "wb") as said:
            self.process = subprocess.Popen(
                command, stdout=said, stderr=said, env={**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
            )
        RUNNING.add(self.process)
        until(self.listens, lambda: self.logs())

    def listens(self):
        assert self.process.poll() is None, self.logs()
        with contextlib.suppress(OSError):
            for port in (self.plain, self.tls):
                socket.create_connection((HERE, port)).close()
            return True

    def stop(self):
        if self.process in RUNNING:
            self.process.terminate()
            self.process.wait(timeout=30)
            RUNNING.discard(self.process)

    def logs(self):
        return {path.name: path.read_text() for path in self.folder.glob("*.log")}

    def lines(self):
        """What it wrote of each request: method, words of the path and status."""
        return re.findall(self.line, self.access.read_text(), re.M) if self.access.exists() else []


class Nginx(Proxy):
    sample = "nginx.conf"
    bounds_bodies = True
    line = r"^\S+ \S+ (\S+) (\S+) (\d{3}) "
    longest = r"proxy_read_timeout (\d+)s;"
    of_a_body = (r"client_body_timeout (\d+)s;", r"proxy_send_timeout (\d+)s;")

    def prepare(self, upstream):
        folder = self.folder
        places = {
            "listen 443 ": f"listen {HERE}:{self.tls} ",
            "listen 80": f"listen {HERE}:{self.plain}",
            "server 127.0.0.1:8080;": f"server {upstream};",
            "/var/log/nginx/": f"{folder}/",
            "/etc/ssl/canhgiac/": f"{folder}/",
        }
        site, without = re.subn(r"^ *listen \[::\].*\n", "", sample(self.sample, **places), flags=re.M)
        assert without == 4 and "0.0.0.0" not in site
        (folder / "site.conf").write_text(site)
        # As Debian's own nginx.conf has it, with its logs, which would hold whatever the site does not take care of.
        temporary = " ".join(
            f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"""{user} daemon off; master_process off; pid {folder}/nginx.pid;
            error_log {folder}/common.error.log;
            events {{ worker_connections 768; }}
            http {{ {temporary} gzip on; access_log {folder}/common.access.log; include {folder}/site.conf; }}
            """
        )
        return [program("nginx"), "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "start.log"]


class Haproxy(Proxy):
    sample = "haproxy.cfg"
    line = r"^127\.\S+ (\S+) (\S+) (\d{3}) "
    gone = 503
    longest = r"timeout server (\d+)s"
    of_a_body = (r"timeout client (\d+)s", r"timeout server (\d+)s")

    def prepare(self, upstream):
        self.access = self.folder / "said.log"
        places = {
            "bind :443 ": f"bind {HERE}:{self.tls} ",
            "bind :80\n": f"bind {HERE}:{self.plain}\n",
            "server canhgiac 127.0.0.1:8080": f"server canhgiac {upstream}",
            "/dev/log": "stdout format raw",
            "/etc/ssl/canhgiac/": f"{self.folder}/",
        }
        text, without = re.subn(r"^ *(bind :::|chroot |user |group ).*\n", "", sample(self.sample, **places), flags=re.M)
        assert without == 5
        (self.folder / self.sample).write_text(text)
        return [program("haproxy"), "-db", "-f", self.folder / self.sample]


class Caddy(Proxy):
    sample = "Caddyfile"
    to_another_name = ("HTTP/1.0 421 Misdirected Request",)
    # Go's server writes no answer while it waits for more of a body.
    answers_who_stalls = False
    longest = r"response_header_timeout (\d+)s"
    of_a_body = ()

    def prepare(self, upstream):
        places = {
            "\tadmin off\n": f"\tadmin off\n\thttp_port {self.plain}\n\thttps_port {self.tls}\n\tdefault_bind {HERE}\n",
            "reverse_proxy 127.0.0.1:8080": f"reverse_proxy {upstream}",
            "/var/log/caddy/": f"{self.folder}/",
            "/etc/ssl/canhgiac/": f"{self.folder}/",
        }
        (self.folder / self.sample).write_text(sample(self.sample, **places))
        return [program("caddy"), "run", "--adapter", "caddyfile", "--config", self.folder / self.sample]

    def lines(self):
        told = map(json.loads, self.access.read_text().splitlines() if self.access.exists() else [])
        return [(it["request"]["method"], it["request"]["uri"], str(it["status"])) for it in told]
