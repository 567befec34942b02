"""A disk that is full or refuses writes: checks are still answered, writes wait, nothing is lost."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from client import Client, Program, filled, free_port, run, until

SMALL_DISK = "size=48m"


def may_mount():
    """Whether this machine lets us mount: root in a container often may not."""
    folder = tempfile.mkdtemp(prefix="canhgiac-test-")
    try:
        made = subprocess.run(["mount", "-t", "tmpfs", "none", folder], capture_output=True)
        if made.returncode == 0:
            subprocess.run(["umount", folder], check=True)
        return made.returncode == 0
    finally:
        os.rmdir(folder)


class Disk(unittest.TestCase):
    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.addCleanup(shutil.rmtree, self.top, ignore_errors=True)

    def start(self, folder):
        self.program = program = Program(
            "demo", "--data", str(folder), "--listen", f"127.0.0.1:{free_port()}", "--json",
            environment={"CANHGIAC_STORAGE__RESERVE_MIB": "4"},
        )
        demo = json.loads(program.first_line)
        self.client = Client(demo["url"])
        self.officer, self.supervisor = map(self.client.sign_in, demo["users"][:2])
        return program

    def propose(self, number):
        body = {"identifier": {"q": number}, "method": "khac"}
        return self.client.send("POST", "/v1/listings", body, self.officer)

    def still_answers(self):
        self.assertEqual(self.client.verdict("0950001001"), "listed")
        self.assertEqual(self.client.send("GET", "/healthz").status, 200)
        self.assertEqual(self.client.send("GET", "/v1/me", headers=self.officer).status, 200)

    def refused(self, answer):
        self.assertEqual((answer.status, answer.code), (503, "storage-unavailable"))
        self.assertIn("retry-after", answer.headers)

    def test_a_full_disk_refuses_writes_until_there_is_room(self):
        if not may_mount():
            self.skipTest("no right to mount a small disk")
        disk = self.top / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", SMALL_DISK, "none", disk], check=True)
        try:
            program = self.start(disk / "data")
            filler = filled(disk)
            for number in range(3):
                self.refused(self.propose(f"095077000{number}"))
            self.still_answers()
            self.assertFalse(self.client.send("GET", "/readyz").json["writable"])
            filler.unlink()
            made = self.propose("0950770001")
            self.assertEqual(made.status, 201, made.body)
            # A store that met the full disk is built anew by itself.
            until(lambda: self.client.send("GET", "/readyz").json["writable"], "that it is writable")
            self.assertEqual(program.stop(), 0)
            self.assertEqual(run("verify", "--data", str(disk / "data")).returncode, 0)
        finally:
            self.program.process.kill()
            self.program.process.wait()
            subprocess.run(["umount", disk], check=True)

    def test_a_folder_that_refuses_writes_is_survived_without_a_restart(self):
        data = self.top / "data"
        program = self.start(data)
        files = [str(path) for path in (data / "journal").iterdir()]
        if subprocess.run(["chattr", "+i", *files], capture_output=True).returncode != 0:
            program.stop()
            self.skipTest("this file system can't make a file immutable")
        try:
            self.refused(self.propose("0950770011"))
            self.still_answers()
        finally:
            subprocess.run(["chattr", "-i", *files], check=True)
        made = self.propose("0950770011")
        self.assertEqual(made.status, 201, made.body)
        self.assertEqual(program.stop(), 0)
        self.assertEqual(run("verify", "--data", str(data)).returncode, 0)


if __name__ == "__main__":
    unittest.main()
