"""Files are read in a process of their own: what it may do, how it ends, and that the service goes on whatever it does."""

import contextlib
import http.client
import json
import os
import pathlib
import resource
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

from client import BINARY, Client, Program, run, until
from test_uploads import CSV, XLSX, finders, heavy, sheet, workbook

PNG = {"Content-Type": "image/png"}
PATIENCE = 60


def status(pid):
    """What the system says of a process; nothing when it is gone."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    said = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    return {} if said.get("State", "Z").startswith("Z") else said


def children(pid):
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += task.read_text().split()
    return [int(child) for child in found if status(child).get("Seccomp") == "2"]


def slow_list():
    """A list that takes some seconds: many rows, with many words in each."""
    words = "ắ lừa đảo " * 30
    rows = "".join(f"0950{at:06},VCB,00000{at:08},{words}\n" for at in range(10_000))
    return f"SĐT,Ngân hàng,Số tài khoản,Ghi chú\n{rows}".encode()


class Worker(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.slow = slow_list()

    def setUp(self):
        self.program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        self.addCleanup(lambda: self.program.process.poll() is None and self.program.kill())
        self.demo = json.loads(self.program.first_line)
        self.client, self.admin = Client(self.demo["url"]), Client(self.demo["admin_url"])
        self.officer = self.client.sign_in(self.demo["users"][0])
        self.address = urllib.parse.urlsplit(self.demo["url"]).netloc

    def request(self, path, headers, data):
        """Sends a request and leaves it open."""
        connection = http.client.HTTPConnection(self.address, timeout=PATIENCE)
        self.addCleanup(connection.close)
        connection.request("POST", path, body=data, headers=headers)
        return connection

    def slow_request(self):
        """A request that a child works on, and that child, stopped."""
        connection = self.request("/v1/imports?dry_run=true", {**self.officer, **CSV}, self.slow)
        child = until(lambda: children(self.program.process.pid))[0]
        os.kill(child, signal.SIGSTOP)
        until(lambda: status(child).get("State", "").startswith("T"))
        return connection, child

    def ends(self, job, end):
        line = f'canhgiac_worker_ends_total{{end="{end}",job="{job}"}} 1'
        until(lambda: line in self.admin.send("GET", "/metrics").body)

    def told_as_damaged(self, connection, end):
        answer = connection.getresponse()
        body = json.loads(answer.read())
        self.assertEqual((answer.status, body["reason"]), (422, "damaged"))
        self.ends("list", end)
        lines = [line for line in self.program.logged().splitlines() if "a file was not read" in line]
        self.assertEqual(len(lines), 1)
        self.assertIn(end, lines[0])
        self.assertNotIn("0950", self.program.logged())
        self.goes_on()

    def goes_on(self):
        self.assertEqual(self.client.verdict("0950 001 001"), "listed")
        good = workbook(sheet([("", 0, ["SĐT", "Ghi chú"]), ("", 0, ["0950111001", "x"])]))
        answer = self.client.send("POST", "/v1/imports?dry_run=true", headers={**self.officer, **XLSX}, raw=good)
        self.assertEqual((answer.status, answer.json["summary"]["accepted"]), (200, 1))

    def test_a_child_has_given_up_all_that_it_does_not_need(self):
        _, child = self.slow_request()
        said = status(child)
        self.assertEqual((said["Seccomp"], said["NoNewPrivs"]), ("2", "1"))
        self.assertEqual(said["Threads"], "1")
        process = pathlib.Path(f"/proc/{child}")
        self.assertEqual((process / "environ").read_bytes(), b"")
        self.assertEqual((process / "cmdline").read_bytes().split(b"\0"), [b"canhgiac", b"worker", b"list", b""])
        files = {int(file.name): os.readlink(file) for file in (process / "fd").iterdir()}
        self.assertEqual(sorted(files), [0, 1, 2])
        self.assertTrue(files[0].startswith("pipe:") and files[1].startswith("pipe:"), files)
        self.assertEqual(files[2], "/dev/null")
        limits = {
            name: resource.prlimit(child, getattr(resource, f"RLIMIT_{name}"))
            for name in ("AS", "CPU", "NOFILE", "FSIZE", "CORE")
        }
        self.assertEqual(limits["AS"], (512 << 20,) * 2)
        self.assertEqual(limits["CPU"], (30, 31))
        self.assertEqual([limits[name] for name in ("NOFILE", "FSIZE", "CORE")], [(3, 3), (0, 0), (0, 0)])

    def test_a_child_that_is_killed_from_outside_is_a_file_that_can_not_be_read(self):
        connection, child = self.slow_request()
        os.kill(child, signal.SIGKILL)
        self.told_as_damaged(connection, "killed")

    def test_a_child_that_wants_more_memory_than_it_may_have_is_ended(self):
        connection, child = self.slow_request()
        more = (int(status(child)["VmSize"].split()[0]) << 10) + (10 << 20)
        resource.prlimit(child, resource.RLIMIT_AS, (more, more))
        os.kill(child, signal.SIGCONT)
        self.told_as_damaged(connection, "aborted")

    def test_a_child_that_computes_for_longer_than_it_may_is_ended(self):
        connection, child = self.slow_request()
        resource.prlimit(child, resource.RLIMIT_CPU, (1, 2))
        os.kill(child, signal.SIGCONT)
        self.told_as_damaged(connection, "processor-over")

    def test_a_child_that_does_nothing_is_ended_with_its_time(self):
        # Of a picture, whose time is the shorter.
        connection = self.request("/v1/check/image", PNG, finders(30, 8))
        child = until(lambda: children(self.program.process.pid))[0]
        os.kill(child, signal.SIGSTOP)
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        self.assertIn("bad-qr", answer.read().decode())
        until(lambda: not status(child))
        self.ends("picture", "time-over")
        self.goes_on()

    def test_who_leaves_takes_the_child_along(self):
        connection, child = self.slow_request()
        connection.close()
        until(lambda: not status(child))
        self.ends("list", "left")
        self.goes_on()

    def test_the_service_stops_while_a_child_works_and_leaves_none_behind(self):
        _, child = self.slow_request()
        begun = time.monotonic()
        self.assertEqual(self.program.stop(), 0)
        self.assertLess(time.monotonic() - begun, 10)
        self.assertEqual(status(child), {})

    def test_a_service_that_is_killed_leaves_no_child_behind(self):
        _, child = self.slow_request()
        self.program.kill()
        until(lambda: not status(child))

    def test_two_lists_and_two_pictures_are_read_at_a_time(self):
        most, over = {}, threading.Event()

        def look():
            while not over.is_set():
                running = [pathlib.Path(f"/proc/{child}/cmdline") for child in children(self.program.process.pid)]
                for job in (b"list", b"picture"):
                    with contextlib.suppress(OSError):
                        # A child that has not become its program yet has the service's own command line.
                        count = sum(file.read_bytes().split(b"\0")[1:3] == [b"worker", job] for file in running)
                        most[job] = max(most.get(job, 0), count)

        looking = threading.Thread(target=look)
        looking.start()
        try:
            lists = [self.request("/v1/imports?dry_run=true", {**self.officer, **XLSX}, heavy(80)) for _ in range(5)]
            pictures = [self.request("/v1/check/image", PNG, finders(30, 8)) for _ in range(4)]
            self.assertEqual([c.getresponse().status for c in pictures], [200] * 4)
            # Whether one is read in its time is up to the machine; each is answered.
            self.assertLessEqual({c.getresponse().status for c in lists}, {200, 422})
        finally:
            over.set()
            looking.join()
        self.assertEqual(most, {b"list": 2, b"picture": 2})


class Console(unittest.TestCase):
    def test_a_list_is_read_in_a_process_of_its_own_at_the_console_too(self):
        with tempfile.TemporaryDirectory(prefix="canhgiac-test-") as top:
            data, file = pathlib.Path(top, "data"), pathlib.Path(top, "list.csv")
            program = Program("demo", "--listen", "127.0.0.1:0", "--json", "--data", str(data))
            user = json.loads(program.first_line)["users"][0]["username"]
            program.stop()
            command = [BINARY, "import", "--data", str(data), "--user", user, "--dry-run", str(file)]
            file.write_text("SĐT,Ghi chú\n0950111001,x\n")
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
            self.assertIn("accepted 1", done.stdout, done.stderr)
            file.write_bytes(slow_list())
            importing = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            os.kill(until(lambda: children(importing.pid))[0], signal.SIGKILL)
            _, said = importing.communicate(timeout=PATIENCE)
            self.assertEqual(importing.returncode, 2)
            self.assertIn("damaged", said)

    def test_the_command_is_for_the_program_itself(self):
        self.assertNotIn("worker", run("--help").stdout)
        self.assertEqual(run("worker", "shell").returncode, 2)

    def test_a_child_that_is_sent_too_much_gives_no_answer(self):
        for job, size, code in (("picture", 5 << 20, 0), ("picture", (5 << 20) + 1, 4), ("list", (14 << 20) + 1, 4),
                                ("safe-copy", 5 << 20, 0), ("safe-copy", (5 << 20) + 1, 4)):
            done = subprocess.run([BINARY, "worker", job], input=b"\0" * size, capture_output=True, timeout=PATIENCE)
            self.assertEqual(done.returncode, code, (job, size))
            self.assertEqual(bool(done.stdout), code == 0)


if __name__ == "__main__":
    unittest.main()
