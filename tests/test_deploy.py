"""The samples in config/deploy as they stand there: the units, and nginx in front of the program."""

import contextlib
import json
import os
import pathlib
import re
import shlex
import shutil
import socket
import ssl
import stat
import subprocess
import tempfile
import time
import tomllib
import unittest
import urllib.parse

from client import BINARY, run, totp, until
from deployed import (
    BACKUPS,
    BURST,
    DATA,
    DEPLOY,
    Deployed,
    DeskThrough,
    EXPOSURE,
    FORM,
    HERE,
    NAME,
    NOTHING,
    NUMBER,
    PROGRAM,
    ROOT,
    SETTINGS,
    program,
    sample,
)


class Units(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.analyze = program("systemd-analyze")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.units = sorted(path.name for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer"))
        for name in cls.units:
            places = {PROGRAM: BINARY} if name.endswith(".service") else {}
            (cls.folder / name).write_text(sample(name, **places))

    def analyzed(self, *arguments):
        done = subprocess.run([self.analyze, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_systemd_understands_every_line(self):
        paths = [f"./{name}" for name in self.units]
        self.assertEqual(len(paths), 3)
        # Also what is only warned of, in these units and in no other.
        self.analyzed("verify", "--man=no", "--recursive-errors=no", *paths)

    def test_as_little_is_left_open_as_was_measured(self):
        for name, most in EXPOSURE.items():
            with self.subTest(name):
                self.analyzed("security", "--no-pager", "--offline=true", f"--threshold={most}", f"./{name}")

    def test_all_samples_name_the_same_places(self):
        settings = tomllib.loads(sample("config.toml"))
        self.assertEqual(settings["storage"]["data"], DATA)
        self.assertEqual(settings["server"], {"public_url": f"https://{NAME}", "trusted_proxies": [HERE]})
        service, backup = sample("canhgiac.service"), sample("canhgiac-backup.service")
        self.assertIn(f"StateDirectory={pathlib.Path(DATA).name}\n", service)
        self.assertIn(f"ExecStart={PROGRAM} --config {SETTINGS} serve\n", service)
        self.assertIn(f"{PROGRAM} --config {SETTINGS} backup --to", backup)
        self.assertIn(f"ReadWritePaths={BACKUPS}\n", backup)
        nginx = sample("nginx.conf")
        defaults = tomllib.loads((ROOT / "config/default.toml").read_text())["server"]
        self.assertIn(f"server {defaults['listen']};", nginx)
        served = re.sub(r"#.*", "", nginx)
        self.assertNotIn(defaults["admin_listen"].split(":")[1], served)
        self.assertEqual(set(re.findall(r"server_name (.*);", nginx)), {NAME})
        [kept] = re.findall(r"keep_alive_seconds = (\d+)", (ROOT / "config/default.toml").read_text())
        self.assertGreater(int(kept), 60, "nginx drops an idle line after 60 s, before the program does")

    def test_only_what_differs_from_the_defaults_is_set(self):
        defaults = tomllib.loads((ROOT / "config/default.toml").read_text())
        for section, settings in tomllib.loads(sample("config.toml")).items():
            for key, value in settings.items():
                self.assertNotEqual(value, defaults[section][key], key)
        told = run("config", "--config", str(DEPLOY / "config.toml"))
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertEqual(told.stdout.count("# file "), 6)

    def test_the_guide_names_files_and_commands_that_are_there(self):
        guide, upgrade, readme = (ROOT / name for name in ("src/docs/installing.md", "src/docs/upgrading.md", "README.md"))
        self.assertLessEqual(len(guide.read_text().splitlines()), 90)
        guide = guide.read_text() + upgrade.read_text() + readme.read_text()
        files = re.findall(r"\b((?:config|scripts|src/docs)/[\w./-]*\w)", guide)
        self.assertEqual([file for file in files if not (ROOT / file).exists()], [])
        commands = set(re.findall(r"^ *(?:cg|\$new) ([a-z]+)", guide, re.M))
        self.assertLessEqual({"config", "init", "verify"}, commands)
        known = set(re.findall(r"^  ([a-z]+) ", run("--help").stdout, re.M))
        self.assertLessEqual(commands, known)


class Served(Deployed):
    def test_a_page_loads_over_tls_and_plain_http_leads_there(self):
        page = self.client.send("GET", "/vi")
        self.assertEqual(page.status, 200)
        self.assertIn("</html>", page.body)
        self.assertIn("max-age=", page.headers["strict-transport-security"])
        self.assertEqual(page.headers["server"], "nginx", "no version")
        self.assertEqual(self.client.verdict("0950 001 001"), "listed")
        ask = f"GET /vi/quay HTTP/1.0\r\nHost: {NAME}\r\n\r\n".encode()
        answer = self.spoken(ask, self.plain)
        self.assertIn("301 Moved", answer)
        self.assertIn(f"Location: https://{NAME}/vi/quay\r\n", answer)

    def test_only_the_own_name_is_answered_and_the_figures_for_operators_never(self):
        self.assertEqual(self.client.send("GET", "/metrics").status, 404)
        self.assertEqual(self.spoken(b"GET /vi HTTP/1.0\r\n\r\n", self.plain), "")
        self.assertEqual(self.spoken(b"GET /vi HTTP/1.0\r\nHost: other.example\r\n\r\n", self.tls, tls=True), "")
        with socket.create_connection((HERE, self.tls)) as line, self.assertRaises(ssl.SSLError) as refused:
            self.client.context.wrap_socket(line, server_hostname="other.example")
        self.assertEqual(refused.exception.reason, "TLSV1_UNRECOGNIZED_NAME", "not even a certificate is shown")

    def test_a_body_as_large_as_the_program_takes_passes_and_a_larger_one_is_refused(self):
        [most] = re.findall(r"client_max_body_size (\d+)k;", sample("nginx.conf"))
        most = int(most) << 10
        officer = {**self.bearer("officer"), "Content-Type": "text/csv"}
        row = "SĐT lừa đảo,Nội dung\n0950111001,".encode()
        listed = row + b"x" * ((10 << 20) - len(row))
        answer = self.client.send("POST", "/v1/imports?dry_run=true", raw=listed, headers=officer)
        self.assertEqual((answer.status, answer.json["rows"][0]["outcome"]), (200, "accepted"))
        # The same list at the desk, in a form as large as the program takes: not a byte more comes to it.
        desk = DeskThrough(self.client).sign_in(self.users["other"]).go("/desk/imports")
        csrf = re.search(r'name="csrf" value="([^"]+)"', desk.page)[1]
        part = "--ranh\r\nContent-Disposition: form-data; name="
        file = f'{part}"file"; filename="ds.csv"\r\nContent-Type: text/csv\r\n\r\n'.encode() + listed
        rest = f'\r\n{part}"csrf"\r\n\r\n{csrf}\r\n{part}"filling"\r\n\r\n'.encode()
        filling = b"x" * (most - len(file) - len(rest) - len(b"\r\n--ranh--\r\n"))
        kind = {"Content-Type": "multipart/form-data; boundary=ranh"}
        desk.go("/desk/imports/preview", raw=file + rest + filling + b"\r\n--ranh--\r\n", kind=kind)
        self.assertEqual(desk.status, 200, desk.text()[:500])
        self.assertIn("0950 111 001", desk.text())
        # Whose answer it is: the program's have a number of their own.
        for size, by_program in ((most, True), (most + 1, False)):
            answer = self.client.send("POST", "/v1/imports?dry_run=true", raw=bytes(size), headers=officer)
            self.assertEqual((answer.status, "x-request-id" in answer.headers), (413, by_program))

    def test_who_is_refused_is_told_so_while_the_body_is_still_coming(self):
        kind = {"Content-Type": "text/csv"}
        with contextlib.closing(self.client.line()) as line:
            line.putrequest("POST", "/v1/imports")
            for name, value in {**kind, "Content-Length": str(10 << 20)}.items():
                line.putheader(name, value)
            line.endheaders(b"x" * (100 << 10))
            self.assertEqual(line.getresponse().status, 401)
        # More than fits into what lies between: it goes on being sent after the answer.
        answer = self.client.send("POST", "/v1/imports", raw=bytes(10 << 20), headers=kind)
        self.assertEqual((answer.status, answer.code), (401, "unauthenticated"))

    def test_a_long_message_fits_into_an_address(self):
        text = urllib.parse.quote("ắ" * 4000)
        self.assertEqual(self.client.send("GET", f"/v1/check?q={text}").status, 200)

    def left(self, source, **headers):
        answer = self.client.send("POST", "/v1/check", {"q": "0950999999"}, headers, source=source)
        self.assertEqual(answer.status, 200)
        return int(re.search(r"r=(\d+)", answer.headers["ratelimit"])[1])

    def test_each_caller_has_limits_of_its_own_whatever_address_it_claims(self):
        claims = [
            {}, {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "203.0.113.8, 127.0.0.9"},
            {"Forwarded": "for=203.0.113.9"}, {"X-Real-IP": "203.0.113.10"},
            # Longer than the program reads: behind such a claim it would see nginx alone.
            {"X-Forwarded-For": "9" * 5000},
        ]
        left = [self.left("127.0.0.4", **claim) for claim in claims]
        for count, tokens in enumerate(left, 1):
            # One token may have come back meanwhile.
            self.assertIn(BURST - tokens, (count * NOTHING, count * NOTHING - 1), left)
        self.assertEqual(self.left("127.0.0.5"), BURST - NOTHING)
        self.assertEqual(self.client.send("GET", "/readyz").json["forwarded"], "none")

    def test_the_audit_trail_knows_who_signed_in_by_the_callers_own_address(self):
        user = self.users["auditor"]
        body = {"username": user["username"], "password": user["password"], "otp": totp(user["totp_secret"])}
        claim = {"X-Forwarded-For": "203.0.113.7", "Forwarded": "for=203.0.113.7"}
        answer = self.client.send("POST", "/v1/session", body, claim, source="127.0.0.6")
        self.assertEqual(answer.status, 200, answer.body)
        auditor = {"Authorization": "Bearer " + answer.json["access_token"]}
        lines = self.client.send("GET", "/v1/audit/export?after=0&limit=10000", headers=auditor).body.splitlines()
        line = [line for line in map(json.loads, lines) if "address" in line][-1]
        self.assertEqual(line["changes"][0]["change"], "session_started")

        def token(address):
            return run("audit", "address", address, "--data", str(self.data)).stdout.split()[0]

        self.assertEqual(line["address"], token("127.0.0.6"))
        self.assertNotIn(line["address"], (token(HERE), token("203.0.113.7")))

    def listed(self, number):
        """Proposes and confirms a listing."""
        body = {"identifier": {"q": number}, "method": "khac"}
        made = self.client.send("POST", "/v1/listings", body, self.bearer("officer")).json["id"]
        match = {**self.bearer("supervisor"), "If-Match": '"1"'}
        answer = self.client.send("POST", f"/v1/listings/{made}/confirm", {"reason": "đúng"}, match)
        self.assertEqual(answer.status, 200, answer.body)

    def test_the_feed_tells_at_once_what_is_new_to_whoever_waits(self):
        partner = self.partner()
        self.bearer("officer"), self.bearer("supervisor")
        with contextlib.closing(self.client.line()) as stream, contextlib.closing(self.client.line()) as poll:
            stream.ask("GET", "/v1/feed/events", partner)
            events = stream.getresponse()
            said = lambda: int(re.search(rb'data: {"size":(\d+)}', events.read1(200))[1])
            size = said()
            # Nothing comes for a second: the program says so, not nginx.
            started = time.monotonic()
            nothing = self.client.send("GET", f"/v1/feed/changes?after={size}&wait=1", headers=partner)
            self.assertEqual(nothing.status, 204)
            self.assertGreaterEqual(time.monotonic() - started, 1)
            poll.ask("GET", f"/v1/feed/changes?after={size}&wait=55", partner)
            poll.sock.settimeout(0.5)
            with self.assertRaises(TimeoutError, msg="it waits"):
                poll.sock.recv(1)
            poll.sock.settimeout(90)
            self.listed("0950424243")
            lines = poll.getresponse().read().decode().splitlines()
            self.assertEqual(json.loads(lines[0])["key"], "phone:+84950424243")
            self.assertEqual(said(), size + 1)

    def test_nginx_waits_longer_than_the_program_lets_anybody_wait(self):
        parameters = self.client.send("GET", "/openapi.json").json["paths"]["/v1/feed/changes"]["get"]["parameters"]
        [longest] = [it["schema"]["maximum"] for it in parameters if it["name"] == "wait"]
        seconds = dict(re.findall(r"(\w+) (\d+)s;", sample("nginx.conf")))
        self.assertGreater(int(seconds["proxy_read_timeout"]), longest)
        # The program gives up a body that stalls for ten seconds, and tells so.
        for of_a_body in ("client_body_timeout", "proxy_send_timeout"):
            self.assertGreater(int(seconds[of_a_body]), 10)


class Logs(Deployed):
    # What the program tells its developers is no reason to tell a number.
    environment = {"CANHGIAC_LOG__LEVEL": "trace"}

    def test_no_log_holds_a_number_whatever_goes_wrong(self):
        check = f"/v1/check?q=0{NUMBER}"
        send, spoken = self.client.send, self.spoken
        tells = {"User-Agent": f"0{NUMBER}", "Referer": f"https://other.example/0{NUMBER}", "X-Forwarded-For": f"0{NUMBER}"}
        self.assertEqual(send("POST", "/v1/check", {"q": f"0{NUMBER}"}, tells).status, 200)
        form = urllib.parse.urlencode({"q": f"0{NUMBER}"}).encode()
        self.assertEqual(send("POST", "/vi", headers=FORM, raw=form).status, 200)
        self.assertEqual(send("GET", check).status, 200)
        self.assertEqual(send("GET", f"/v1/check?x=0{NUMBER}").status, 400)
        self.assertEqual(send("GET", f"/v1/listings?key=0{NUMBER}").status, 401)
        self.assertEqual(send("DELETE", f"/v1/officials/phone:+84{NUMBER}", {"reason": "x"}).status, 401)
        for path in (f"/0{NUMBER}", f"/vi/0{NUMBER}", f"/v1/check/0{NUMBER}", f"/tel:0{NUMBER}/vi", f"/vi0{NUMBER}"):
            self.assertEqual(send("GET", path).status, 404, path)
        # What nginx refuses by itself.
        [most] = re.findall(r"client_max_body_size (\d+)k;", sample("nginx.conf"))
        self.assertEqual(send("POST", check, headers={"Content-Length": str((int(most) << 10) + 1)}).status, 413)
        self.assertEqual(send("GET", check + "0" * (80 << 10)).status, 414)
        self.assertEqual(send("GET", check, headers={"X-Long": NUMBER * 8000}).status, 400)
        lines = 14
        host = f"Host: {NAME}\r\n"
        for words, tls, status in [
            (f"GET {check} HTTP/1.0\r\n{host}\r\n", False, " 301 "),
            (f"GET {check} HTTP/7.0\r\n{host}\r\n", True, " 505 "),
            (f"GET {check} HTTP/1.1\r\nHost: {NAME}:0{NUMBER}x/\r\n\r\n", True, " 400 "),
            (f"0{NUMBER} {check} HTTP/1.0\r\n{host}\r\n", True, " 400 "),
            (f"GET {check} HTTP/1.0\r\n{host}Content-Length: 0{NUMBER}x\r\n\r\n", True, " 400 "),
        ]:
            self.assertIn(status, spoken(words.encode(), self.tls if tls else self.plain, tls).partition("\n")[0], words)
        # Whoever calls another name, or speaks plainly where TLS is spoken, is not written down at all.
        spoken(f"GET {check} HTTP/1.0\r\nHost: other.example\r\n\r\n".encode(), self.plain)
        spoken(f"GET {check} HTTP/1.0\r\nHost: 0{NUMBER}.example\r\n\r\n".encode(), self.tls, tls=True)
        self.assertIn(" 400 ", spoken(f"GET {check} HTTP/1.0\r\n{host}\r\n".encode(), self.tls))
        logged = self.program.logged()
        self.stop_program()
        self.assertEqual(send("GET", check).status, 502)
        # Where nginx fails over something that can't be brought about here, it would write the request too.
        levels = re.findall(r"^ *error_log \S+ (\w+);", sample("nginx.conf"), re.M)
        self.assertEqual(levels, ["emerg"] * len(re.findall(r"^server {", sample("nginx.conf"), re.M)))
        access = self.folder / "canhgiac.access.log"
        until(lambda: " 502 " in access.read_text(), access.read_text)
        self.stop_nginx()
        logs = {path.name: path.read_text() for path in self.folder.glob("*.log")}
        self.assertIn("canhgiac.access.log", logs)
        self.assertGreaterEqual(len(logs["canhgiac.access.log"].splitlines()), lines, "the log was kept")
        self.assertIn(" POST /v1/check 200 ", logs["canhgiac.access.log"])
        for name, text in {**logs, "the program": logged}.items():
            for line in text.splitlines():
                self.assertNotIn(NUMBER, line, name)


class Backups(Deployed):
    def commands(self):
        """What the unit runs, one after the other, as systemd would: with its own signs for % and $."""
        places = {PROGRAM: BINARY, SETTINGS: self.settings, BACKUPS: self.backups}
        unit = sample("canhgiac-backup.service", **places)
        lines = re.findall(r"^ExecStart(?:Pre)?=(.*)$", unit, re.M)
        self.assertEqual(len(lines), 3)
        return [shlex.split(line.replace("%%", "%").replace("$$", "$")) for line in lines]

    def test_a_backup_is_taken_beside_the_running_service_and_the_newest_are_kept(self):
        self.backups = self.folder / "backups"
        self.backups.mkdir(mode=0o700)
        [keep] = re.findall(r"^Environment=KEEP=(\d+)$", sample("canhgiac-backup.service"), re.M)
        keep = int(keep)
        old = [f"2020-01-{day:02}T023000Z" for day in range(1, keep + 3)]
        for name in [*old, "2020-02-01T023000Z.unfinished", "own notes"]:
            (self.backups / name).mkdir()
            (self.backups / name / "backup.end").touch()
        self.client.verdict("0950 001 001")
        for command in self.commands():
            done = subprocess.run(command, env={**os.environ, "KEEP": str(keep)}, capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, 0, done.stderr)
        kept = sorted(path.name for path in self.backups.iterdir())
        *before, new, notes = kept
        self.assertEqual((before, notes), (old[-keep + 1 :], "own notes"))
        self.assertRegex(new, r"^20\d\d-\d\d-\d\dT\d{6}Z$")
        for path in [self.backups / new, *(self.backups / new).rglob("*")]:
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o077, 0, path)
        self.assertEqual(self.client.verdict("0950 001 001"), "listed", "the service runs on")
        back = self.folder / "back"
        restored = run("restore", "--from", str(self.backups / new), "--data", str(back), "--nothing-newer")
        self.assertEqual(restored.returncode, 0, restored.stderr)
        self.assertEqual(run("verify", "--data", str(back)).returncode, 0)


if __name__ == "__main__":
    unittest.main()
