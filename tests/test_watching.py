"""What an operator sees of a running service and of a mirror: figures, rules about them, the access line, the health check."""

import base64
import contextlib
import http.server
import json
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

from client import RUNNING, Client, Program, free_port, run, until
from deployed import DEPLOY, FORM, ROOT, program, sample
from forms import form
from test_mirror import LISTED, Mirrored

DOCS = ROOT / "src/docs"
# Synthetic, and found nowhere else in what the program holds.
NUMBER = "950424243"
NAME = re.compile(r"\b(?:canhgiac|process)_[a-z_]+\b")


def family(name, known):
    """The figure that a name of a series belongs to: a histogram has three."""
    base = re.sub(r"_(bucket|count|sum)$", "", name)
    return base if base in known else name


class Figures:
    """What a listener tells at one moment."""

    def __init__(self, text):
        self.text = text
        self.kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
        self.helps = dict(re.findall(r"^# HELP (\S+) (.+)$", text, re.M))

    def __getitem__(self, series):
        """The value of a series, as it is written but for the order of its labels."""
        found = [line for line in self.text.splitlines() if line.rpartition(" ")[0] == series]
        return float(found[0].rpartition(" ")[2]) if found else None


def figures(client):
    answer = client.send("GET", "/metrics")
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4"), answer.headers
    return Figures(answer.body)


def promtool(*arguments, text=None):
    return subprocess.run([program("promtool"), *map(str, arguments)], input=text, capture_output=True, text=True, timeout=60)


class Watched(unittest.TestCase):
    """A demo that has seen a little of everything."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.data = cls.folder / "data"
        cls.program = Program(
            "demo", "--listen", "127.0.0.1:0", "--json", "--data", str(cls.data),
            environment={"CANHGIAC_LIMITS__ANONYMOUS_BURST": "2400", "CANHGIAC_SERVER__TRUSTED_PROXIES": "127.0.0.1"},
        )
        cls.addClassCleanup(lambda: cls.program.process in RUNNING and cls.program.kill())
        cls.demo = json.loads(cls.program.first_line)
        cls.client, cls.admin = Client(cls.demo["url"]), Client(cls.demo["admin_url"])
        cls.officer, cls.supervisor = (cls.client.sign_in(cls.demo["users"][n]) for n in (0, 1))

    @classmethod
    def now(cls):
        return figures(cls.admin)

    def partner(self):
        partner = self.demo["partners"][0]
        form = {"grant_type": "client_credentials", **{name: partner[name] for name in ("client_id", "client_secret")}}
        granted = self.client.send("POST", "/v1/oauth/token", raw=urllib.parse.urlencode(form).encode(), headers=FORM)
        return {"Authorization": "Bearer " + granted.json["access_token"]}

    def propose(self, number):
        body = {"identifier": {"q": number}, "method": "khac"}
        made = self.client.send("POST", "/v1/listings", body, self.officer)
        self.assertEqual(made.status, 201, made.body)
        return made


class Service(Watched):
    def provoke(self):
        """Brings about what has no figure before it happened."""
        self.assertEqual(self.client.verdict(LISTED), "listed")
        # From an address of its own, so that nobody else is refused.
        many, elsewhere = {"items": [{"q": "0950999999"}] * 100}, {"X-Forwarded-For": "203.0.113.9"}
        until(lambda: self.client.send("POST", "/v1/check", many, elsewhere).status == 429, "a limit")
        listed = {**self.officer, "Content-Type": "text/csv"}
        self.assertEqual(self.client.send("POST", "/v1/imports?dry_run=true", raw="SĐT\n0950111001".encode(), headers=listed).status, 200)
        token = self.client.send("POST", "/v1/reports/receipt", {}).json["token"]
        raw, kind = form("report", {"token": token, "kind": "attempt", "story": "Gọi điện dọa bắt."}, [b"<html></html>"])
        self.assertEqual(self.client.send("POST", "/v1/reports", headers=kind, raw=raw).code, "file-refused")

    def test_every_figure_is_explained_to_prometheus_and_to_people_and_none_is_told_that_is_not(self):
        self.provoke()
        told = self.now()
        self.assertEqual(told.kinds.keys(), told.helps.keys())
        checked = promtool("check", "metrics", text=told.text)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))
        documented = set()
        for page in ("watching.md", "reports.md"):
            documented |= set(re.findall(r"^ *\| `((?:canhgiac|process)_\w+)", (DOCS / page).read_text(), re.M))
        of_mirrors = {name for name in documented if name.startswith("canhgiac_mirror_")}
        self.assertEqual(set(told.kinds), documented - of_mirrors)
        for name, kind in told.kinds.items():
            self.assertEqual(name.endswith("_total"), kind == "counter", name)

    def test_rules_and_dashboard_name_figures_that_are_told(self):
        self.provoke()
        known = set(self.now().kinds)
        known |= set(re.findall(r"`(canhgiac_mirror_\w+)", (DOCS / "watching.md").read_text()))
        for name in ("alerts.yml", "grafana.json"):
            text = re.sub(r"^ *#.*", "", sample(name), flags=re.M)
            named = {family(word, known) for word in NAME.findall(text)}
            self.assertGreater(len(named), 15, name)
            self.assertEqual(named - known, set(), name)

    def test_the_program_tells_what_it_is_and_what_it_takes(self):
        told = self.now()
        version, commit = re.fullmatch(r"canhgiac (\S+) \((\S+).*\)\n", run("--version").stdout).groups()
        self.assertEqual(told[f'canhgiac_build_info{{commit="{commit.rstrip(")")}",version="{version}"}}'], 1)
        process = pathlib.Path(f"/proc/{self.program.process.pid}")
        resident = int(re.search(r"^VmRSS:\s+(\d+) kB", (process / "status").read_text(), re.M)[1]) << 10
        self.assertAlmostEqual(told["process_resident_memory_bytes"], resident, delta=16 << 20)
        self.assertLess(time.time() - told["process_start_time_seconds"], 600)
        self.assertGreater(told["process_cpu_seconds_total"], 0)
        self.assertGreater(told["process_threads"], 5)
        with contextlib.ExitStack() as lines:
            address = urllib.parse.urlsplit(self.demo["url"])
            for _ in range(50):
                lines.enter_context(contextlib.closing(socket.create_connection((address.hostname, address.port))))
            until(lambda: self.now()["process_open_fds"] >= told["process_open_fds"] + 50, "fifty open connections")
        self.assertLess(told["process_open_fds"], told["process_max_fds"])

    def test_an_answer_is_counted_by_its_code(self):
        codes = ("200", "404", "422")
        def count():
            told = self.now()
            return [told[f'canhgiac_http_responses_total{{code="{code}"}}'] or 0 for code in codes]

        before = count()
        self.client.verdict(LISTED)
        self.client.send("GET", "/no-such-thing")
        self.client.send("POST", "/v1/check", {"items": []})
        ok, missing, invalid = (after - was for after, was in zip(count(), before))
        # What is told is told with 200, too.
        self.assertEqual((ok, missing, invalid), (2, 1, 1))

    def test_a_change_is_one_append_and_its_time_is_told(self):
        self.propose("0950700001")
        names = ("canhgiac_journal_append_seconds", "canhgiac_journal_fsync_seconds")
        before = self.now()
        self.propose("0950700002")
        after = self.now()
        for name in names:
            # The schedule may have written something meanwhile.
            self.assertGreaterEqual(after[name + "_count"], before[name + "_count"] + 1, name)
            self.assertGreater(after[name + "_sum"], before[name + "_sum"], name)
        self.assertGreaterEqual(after[names[0] + "_sum"], after[names[1] + "_sum"], "an append waits for its sync")

    def test_proposals_wait_and_are_decided(self):
        before = self.now()["canhgiac_proposals_waiting"]
        made = self.propose("0950700003")
        waiting = self.now()
        self.assertEqual(waiting["canhgiac_proposals_waiting"], before + 1)
        self.assertGreater(waiting["canhgiac_proposals_oldest_age_seconds"], 0)
        self.assertLess(waiting["canhgiac_proposals_oldest_age_seconds"], 600)
        headers = {**self.supervisor, "If-Match": made.headers["etag"]}
        path = f"/v1/listings/{made.json['id']}/confirm"
        self.assertEqual(self.client.send("POST", path, {"reason": "đúng"}, headers).status, 200)
        told = self.now()
        self.assertEqual(told["canhgiac_proposals_waiting"], before)
        self.assertLess(told["canhgiac_ledger_leaf_age_seconds"], 120, "its leaf tells the minute")

    def test_a_checkpoint_is_young_when_it_was_signed(self):
        made = self.propose("0950700004")
        headers = {**self.supervisor, "If-Match": made.headers["etag"]}
        self.client.send("POST", f"/v1/listings/{made.json['id']}/confirm", {"reason": "đúng"}, headers)
        asked = time.monotonic()
        self.assertEqual(self.client.send("GET", "/v1/ledger/checkpoint").status, 200)
        age = self.now()["canhgiac_checkpoint_age_seconds"]
        self.assertLessEqual(age, time.monotonic() - asked + 11, "at the latest the schedule had it signed")

    def test_failures_to_sign_in_are_counted_whoever_they_name(self):
        def count(reason):
            return self.now()[f'canhgiac_sign_in_failures_total{{reason="{reason}"}}']

        before = count("sign_in"), count("partner_credentials"), count("enrolment")
        for username in (self.demo["users"][5]["username"], "nobody.knows"):
            body = {"username": username, "password": "sai", "otp": "000000"}
            self.assertEqual(self.client.send("POST", "/v1/session", body).status, 401)
        for partner in (self.demo["partners"][0]["client_id"], "01890000-0000-7000-8000-000000000001"):
            body = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": partner, "client_secret": "sai"})
            self.assertEqual(self.client.send("POST", "/v1/oauth/token", raw=body.encode(), headers=FORM).status, 401)
        after = count("sign_in"), count("partner_credentials"), count("enrolment")
        self.assertEqual(after, (before[0] + 2, before[1] + 2, before[2]))

    def test_a_partner_is_counted_by_how_its_copy_stands_and_never_named(self):
        def copies():
            told = self.now()
            return {word: told[f'canhgiac_partners{{copy="{word}"}}'] for word in ("current", "behind", "drifted", "untold")}

        before = copies()
        self.assertGreater(before["untold"], 0)
        partner = self.partner()
        told = self.client.send("GET", "/v1/feed/snapshot", headers=partner)
        self.assertEqual(told.status, 200)
        ack = {"applied": 1, "count": 7, "digest": "0" * 64}
        answer = self.client.send("POST", "/v1/feed/acks", ack, partner)
        self.assertEqual(answer.json["state"], "drifted")
        after = copies()
        self.assertEqual(after, {**before, "untold": before["untold"] - 1, "drifted": before["drifted"] + 1})
        told = self.now()
        self.assertEqual(told["canhgiac_partners_largest_lag_leaves"], told["canhgiac_ledger_size"] - 1)
        self.assertLess(told["canhgiac_partners_longest_silence_seconds"], 60)
        self.assertNotIn(self.demo["partners"][0]["client_id"], told.text)

    def test_a_backup_is_told_once_it_is_whole(self):
        self.assertEqual(self.now()["canhgiac_backup_age_seconds"], float("inf"), "there never was one")
        note = self.data / "backup.last"
        self.assertEqual((note.read_bytes(), note.stat().st_mode & 0o777), (b"", 0o600))
        place = note.stat().st_ino
        refused = run("backup", "--data", str(self.data), "--to", str(self.data))
        self.assertEqual(refused.returncode, 2)
        self.assertEqual(self.now()["canhgiac_backup_age_seconds"], float("inf"), "one that was not made")
        asked = time.monotonic()
        made = run("backup", "--data", str(self.data), "--to", str(self.folder / "copy"))
        self.assertEqual(made.returncode, 0, made.stderr)
        age = self.now()["canhgiac_backup_age_seconds"]
        # It is told to the second.
        self.assertLess(age, time.monotonic() - asked + 1)
        until(lambda: self.now()["canhgiac_backup_age_seconds"] > age, "it grows older")
        self.assertEqual(note.stat().st_ino, place, "the sample of a unit may write this very file and no other")
        self.assertFalse((self.folder / "copy/backup.last").exists(), "a backup says nothing of itself")
        unit = (DEPLOY / "canhgiac-backup.service").read_text()
        self.assertIn("\nReadWritePaths=-/var/lib/canhgiac/backup.last\n", unit)
        # Where it may not be written, the copy is whole all the same.
        note.unlink()
        note.mkdir()
        made = run("backup", "--data", str(self.data), "--to", str(self.folder / "second"))
        self.assertEqual(made.returncode, 0)
        self.assertIn("the copy is whole, but the data folder could not be told", made.stderr)
        note.rmdir()

    def test_disk_schedule_and_clock_are_told(self):
        told = self.now()
        free = shutil.disk_usage(self.data).free
        self.assertAlmostEqual(told["canhgiac_disk_free_bytes"], free, delta=2 << 30)
        self.assertEqual(told["canhgiac_disk_reserve_bytes"], 8 << 20)
        self.assertEqual((told["canhgiac_writable"], told["canhgiac_clock_held"]), (1, 0))
        age = lambda: self.now()["canhgiac_schedule_round_age_seconds"]
        self.assertLess(age(), 30)
        first = age()
        until(lambda: age() < first, "another round", 30)

    def test_no_figure_names_a_number_a_person_or_a_place(self):
        self.client.send("POST", "/v1/check", {"q": f"0{NUMBER}"})
        self.client.send("GET", f"/v1/check?q=0{NUMBER}")
        self.client.send("GET", f"/0{NUMBER}")
        self.client.send(f"X{NUMBER}", "/v1/check")
        text = self.now().text
        self.assertNotIn(NUMBER, text)
        for person in self.demo["users"]:
            self.assertNotIn(person["username"], text)
        self.assertNotIn("127.0.0.1", text)
        self.assertEqual(self.client.send("GET", "/metrics").status, 404, "they are the admin listener's alone")


class AccessLine(unittest.TestCase):
    # What the program tells its developers is another matter.
    level = {"CANHGIAC_LOG__LEVEL": "error"}

    def start(self, **more):
        program = Program("demo", "--listen", "127.0.0.1:0", "--json", environment={**self.level, **more})
        self.addCleanup(lambda: program.process in RUNNING and program.kill())
        return program, json.loads(program.first_line)

    def asked(self, demo):
        """Asks in many ways; what each line should say, and the ids of the answers."""
        client = Client(demo["url"])
        officer = client.sign_in(demo["users"][0])
        partner = demo["partners"][0]
        pair = base64.b64encode(f"{partner['client_id']}:{partner['client_secret']}".encode()).decode()
        told = [("/v1/session", "POST", 200, None, "anonymous")]
        for method, path, route, headers, caller in [
            ("GET", f"/v1/check?q=0{NUMBER}", "/v1/check", {}, "anonymous"),
            ("HEAD", f"/v1/check?q=0{NUMBER}", "/v1/check", {}, "anonymous"),
            ("GET", f"/0{NUMBER}", "unmatched", {}, "anonymous"),
            (f"X{NUMBER}", "/v1/methods", None, {}, "anonymous"),
            ("GET", "/v1/listings", "/v1/listings", officer, "person"),
            ("GET", f"/v1/listings/{NUMBER}", "/v1/listings/{id}", officer, "person"),
            ("GET", "/v1/feed/snapshot", "/v1/feed/snapshot", {"Authorization": "Basic " + pair}, "partner"),
        ]:
            headers = {"User-Agent": f"0{NUMBER}", "X-Forwarded-For": f"0{NUMBER}", **headers}
            answer = client.send(method, path, headers=headers)
            method = method if method in ("GET", "HEAD") else "other"
            told.append((route, method, answer.status, answer.headers["x-request-id"], caller))
        return told

    def held(self, told, lines):
        self.assertEqual(len(lines), len(told), lines)
        for (route, method, status, request, caller), line in zip(told, lines):
            self.assertEqual((line["method"], int(line["status"]), line["caller"]), (method, status, caller), line)
            if route is not None:
                self.assertEqual(line["route"], route)
            if request is not None:
                self.assertEqual(line["request_id"], request)
            self.assertTrue(0 < float(line["ms"]) < 60_000, line)

    def test_each_request_has_one_flat_line_without_a_number_or_an_address(self):
        program, demo = self.start(CANHGIAC_LOG__ACCESS="true")
        told = self.asked(demo)
        wanted = lambda: [line for line in program.logged().splitlines() if "canhgiac::access" in line]
        until(lambda: len(wanted()) >= len(told), program.logged)
        form = re.compile(
            r'\S+Z  INFO canhgiac::access: request route="([^"]+)" method="(\w+)" status=(\d+) ms=([\d.]+)'
            r' request_id="([0-9a-f-]{36})" caller="(\w+)"'
        )
        names = ("route", "method", "status", "ms", "request_id", "caller")
        # What starts the program asks it whether it answers.
        lines = [dict(zip(names, form.fullmatch(line).groups())) for line in wanted()]
        self.held(told, [line for line in lines if line["route"] != "/healthz"])
        for hidden in (NUMBER, "127.0.0.1", demo["users"][0]["username"], "?q="):
            self.assertNotIn(hidden, program.logged())

    def test_as_json_it_is_one_object_without_one_within(self):
        program, demo = self.start(CANHGIAC_LOG__ACCESS="true", CANHGIAC_LOG__FORMAT="json")
        told = self.asked(demo)
        wanted = lambda: [line for line in map(json.loads, program.logged().splitlines()) if line["target"] == "canhgiac::access"]
        until(lambda: len(wanted()) >= len(told), program.logged)
        lines = [line for line in wanted() if line["route"] != "/healthz"]
        self.held(told, lines)
        names = {"timestamp", "level", "target", "message", "route", "method", "status", "ms", "request_id", "caller"}
        for line in lines:
            self.assertEqual(set(line), names)

    def test_without_the_setting_there_is_none(self):
        program, demo = self.start(CANHGIAC_LOG__LEVEL="info")
        self.asked(demo)
        self.assertNotIn("canhgiac::access", program.logged())


class Silent(http.server.BaseHTTPRequestHandler):
    """Answers as nobody of ours does."""

    def do_GET(self):
        status, body = {"/readyz": (302, b"")}.get(self.path, (200, b"ok"))
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Health(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        cls.addClassCleanup(lambda: cls.program.process in RUNNING and cls.program.kill())
        cls.demo = json.loads(cls.program.first_line)
        cls.address = urllib.parse.urlsplit(cls.demo["url"]).netloc

    def asked(self, *arguments, **environment):
        # A proxy leads out of the machine, and what is asked is on it.
        nowhere = {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1", "ALL_PROXY": "http://127.0.0.1:1"}
        return run("health", *arguments, environment={**nowhere, **environment})

    def no(self, done, *words):
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_a_service_that_is_ready_is_told_wherever_its_address_comes_from(self):
        for arguments, settings in [
            (("--url", self.demo["url"]), {}),
            (("--url", self.demo["url"] + "/"), {}),
            (("--url", self.demo["admin_url"]), {}),
            (("--listen", self.address), {}),
            (("--listen", self.address.replace("127.0.0.1", "0.0.0.0")), {}),
            ((), {"CANHGIAC_SERVER__LISTEN": self.address}),
        ]:
            done = self.asked(*arguments, **settings)
            self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
            self.assertRegex(done.stdout, r"^http://127\.0\.0\.1:\d+ is ready\n$")
        told = self.asked("--json", "--url", self.demo["url"])
        self.assertEqual(json.loads(told.stdout), {"ready": True, "url": self.demo["url"], "reason": None})
        self.assertIn("đã sẵn sàng", self.asked("--url", self.demo["url"], LC_ALL="vi_VN.UTF-8").stdout)

    def test_where_nobody_answers_the_answer_is_no(self):
        url = f"http://127.0.0.1:{free_port()}"
        self.no(self.asked("--url", url), f"{url} is not ready: nobody answers there")
        self.no(self.asked("--url", url, LC_ALL="vi_VN.UTF-8"), f"{url} chưa sẵn sàng: không có ai trả lời ở đó")
        told = self.asked("--json", "--url", url)
        self.assertEqual((told.returncode, json.loads(told.stdout)["ready"]), (1, False))

    def test_who_takes_the_line_and_says_nothing_is_given_up_after_five_seconds(self):
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            begun = time.monotonic()
            self.no(self.asked("--url", f"http://127.0.0.1:{deaf.getsockname()[1]}"), "no answer in 5 seconds")
            self.assertTrue(5 <= time.monotonic() - begun < 15)

    def test_another_program_on_the_port_is_not_ready(self):
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Silent) as other:
            threading.Thread(target=other.serve_forever, daemon=True).start()
            self.no(self.asked("--url", f"http://127.0.0.1:{other.server_port}"), "HTTP 302")
            other.shutdown()

    def test_a_mirror_without_a_copy_is_not_ready_and_says_why(self):
        with tempfile.TemporaryDirectory(prefix="canhgiac-test-") as folder:
            nowhere = f"http://127.0.0.1:{free_port()}"
            mirror = Program("mirror", nowhere, "--data", folder, "--json", "--listen", "127.0.0.1:0")
            self.addCleanup(lambda: mirror.process in RUNNING and mirror.kill())
            url = json.loads(mirror.first_line)["url"]
            self.no(self.asked("--url", url), f"{url} is not ready: HTTP 503 (not-ready)")
            told = figures(Client(url))
            self.assertEqual(told["canhgiac_mirror_staleness_seconds"], float("inf"))
            self.assertEqual(told["canhgiac_mirror_ledger_size"], 0)
            mirror.kill()

    def test_a_question_that_makes_no_sense_is_an_error_of_its_own(self):
        for arguments in (("--url", "127.0.0.1"), ("--url", "http://127.0.0.1/x"), ("--listen", "127.0.0.1:0"), ("--listen", "x"),
                          ("--url", self.demo["url"], "--listen", self.address)):
            done = self.asked(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)


class MirrorFigures(Mirrored):
    def test_staleness_grows_until_a_checkpoint_proves_the_copy_fresh(self):
        mirror = self.start()
        now = lambda: figures(mirror.client)
        until(lambda: mirror.client.send("GET", "/readyz").status == 200, mirror.logged)
        state = mirror.client.send("GET", "/v1/mirror").json
        told = now()
        self.assertEqual(told["canhgiac_mirror_ledger_size"], state["size"])
        self.assertEqual(told["canhgiac_mirror_listings"], state["count"])
        self.assertEqual((told["canhgiac_mirror_stopped"], told["canhgiac_mirror_damaged"]), (0, 0))
        # Nothing new comes: the registry is asked, and answers later.
        until(lambda: now()["canhgiac_mirror_staleness_seconds"] > 1, "it grows older")
        self.registry.list(next(self.numbers))
        until(lambda: now()["canhgiac_mirror_ledger_size"] > state["size"], mirror.logged)
        fresh = now()
        self.assertLess(fresh["canhgiac_mirror_staleness_seconds"], 1)
        self.assertEqual(fresh["canhgiac_mirror_listings"], state["count"] + 1)
        checked = promtool("check", "metrics", text=fresh.text)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))
        documented = set(re.findall(r"^\| `(canhgiac_mirror_\w+)", (DOCS / "watching.md").read_text(), re.M))
        shared = {"canhgiac_build_info", "canhgiac_http_responses_total"}
        self.assertEqual({name for name in fresh.kinds if not name.startswith("process_")}, documented | shared)
        self.assertEqual(run("health", "--url", mirror.client.url).returncode, 0)

    def test_answers_are_counted_and_have_their_line(self):
        mirror = self.start(environment={"CANHGIAC_LOG__ACCESS": "true", "CANHGIAC_LOG__LEVEL": "error"})
        until(lambda: mirror.client.send("GET", "/readyz").status == 200, mirror.logged)
        code = 'canhgiac_http_responses_total{code="400"}'
        before = figures(mirror.client)[code] or 0
        kind = {"Content-Type": "application/json"}
        self.assertEqual(mirror.client.send("POST", "/v1/check", raw=b"{", headers=kind).status, 400)
        self.assertEqual(mirror.client.send("GET", "/v1/check", headers={"Host": f"0{NUMBER}.example"}).status, 400)
        self.assertEqual(figures(mirror.client)[code], before + 2)
        mirror.client.send("GET", f"/v1/check?q=0{NUMBER}")
        line = 'route="/v1/check" method="GET" status=200 '
        until(lambda: line in mirror.logged(), mirror.logged)
        self.assertNotIn(NUMBER, mirror.logged())


class Prometheus(Mirrored):
    """Prometheus itself, which reads a service and a mirror by the samples."""

    def test_samples_are_valid(self):
        folder = self.top
        for name in ("prometheus.yml", "alerts.yml"):
            shutil.copy(DEPLOY / name, folder)
        for arguments in (("check", "config", folder / "prometheus.yml"), ("check", "rules", folder / "alerts.yml")):
            done = promtool(*arguments)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        done = promtool("test", "rules", ROOT / "tests/alerts.test.yml")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_rule_is_tried_and_says_what_to_do_in_both_languages(self):
        rules = re.split(r"^ *- alert: ", sample("alerts.yml"), flags=re.M)[1:]
        tried = (ROOT / "tests/alerts.test.yml").read_text()
        for rule in rules:
            name = rule.split("\n")[0]
            self.assertIn(f'alertname="{name}"', tried)
            told = " ".join(rule.partition("annotations:")[2].partition("\n\n")[0].split())
            summary, description = re.fullmatch(r"summary: (.*) description: (?:>- )?(.*)", told).groups()
            for text in (summary, description):
                vi, en = text.split(" / ")
                self.assertRegex(vi, r"[ạảấầậắặẹếềệịọốồộớờợụủứừựỳàáâãèéêìíòóôõùúýăđĩũơư]", name)
                self.assertTrue(en.isascii() and en.endswith("."), (name, en))

    def test_samples_name_the_addresses_of_the_settings(self):
        [admin] = re.findall(r'^admin_listen = "(.*)"', (ROOT / "config/default.toml").read_text(), re.M)
        self.assertEqual(re.findall(r'targets: \["(.*)"\]', sample("prometheus.yml")), [admin, "127.0.0.1:8781"])
        self.assertIn("127.0.0.1:8781", run("mirror", "--help").stdout)

    def test_prometheus_reads_both_and_every_rule_and_panel_has_an_answer(self):
        registry = Program("demo", "--listen", "127.0.0.1:0", "--json")
        self.addCleanup(lambda: registry.process in RUNNING and registry.kill())
        admin = urllib.parse.urlsplit(json.loads(registry.first_line)["admin_url"]).netloc
        mirror = self.start()
        until(lambda: mirror.client.send("GET", "/readyz").status == 200, mirror.logged)
        places = {"127.0.0.1:8477": admin, "127.0.0.1:8781": urllib.parse.urlsplit(mirror.client.url).netloc, "15s": "1s"}
        (self.top / "prometheus.yml").write_text(sample("prometheus.yml", **places))
        shutil.copy(DEPLOY / "alerts.yml", self.top)
        port = free_port()
        command = [
            program("prometheus"), f"--config.file={self.top}/prometheus.yml", f"--storage.tsdb.path={self.top}/tsdb",
            f"--web.listen-address=127.0.0.1:{port}",
        ]
        with (self.top / "prometheus.log").open("w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        RUNNING.add(process)
        self.addCleanup(lambda: (process.kill(), process.wait(), RUNNING.discard(process)))
        client = Client(f"http://127.0.0.1:{port}")

        def api(path):
            with contextlib.suppress(OSError):
                answer = client.send("GET", "/api/v1/" + path)
                return answer.json["data"] if answer.status == 200 else None

        log = (self.top / "prometheus.log").read_text

        def read():
            targets = (api("targets") or {}).get("activeTargets", [])
            return len(targets) == 2 and all(target["health"] == "up" for target in targets)

        def judged():
            """The rules by their state, once each was tried."""
            rules = [rule for group in (api("rules") or {}).get("groups", []) for rule in group["rules"]]
            tried = rules and all(rule["health"] == "ok" for rule in rules)
            return {rule["name"]: rule["state"] for rule in rules} if tried else None

        # A demo has no backup, its proposals and reports are as old as they tell, it draws copies of its pictures first, and
        # somebody else may be filling the disk.
        may_wait = {"BackupIsOld", "ProposalsWait", "UrgentReportWaits", "SafeCopiesDoNotFollow", "DiskFills"}

        def settled():
            rules = judged() or {}
            alarms = {name for name, state in rules.items() if state != "inactive"}
            # A look may have come before the first figures, or in a moment when this machine was busy.
            return alarms <= may_wait and rules.get("BackupIsOld") == "pending"

        until(read, log)
        until(settled, lambda: (judged(), log()))
        board = json.loads(sample("grafana.json"))
        asked = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
        self.assertGreater(len(asked), 30)
        empty = []
        for expression in asked:
            written = expression.replace("$__rate_interval", "1m").replace("$job", ".+").replace("$instance", ".+")
            answer = client.send("GET", "/api/v1/query?" + urllib.parse.urlencode({"query": written}))
            self.assertEqual(answer.status, 200, (written, answer.body))
            if not answer.json["data"]["result"]:
                empty.append(expression)
        # What needs two readings, or has not happened yet.
        self.assertEqual([one for one in empty if "rate(" not in one and "increase(" not in one], [])
        [version] = [one for one in api("query?query=canhgiac_build_info")["result"] if one["metric"]["job"] == "canhgiac"]
        self.assertEqual(version["value"][1], "1")


if __name__ == "__main__":
    unittest.main()
