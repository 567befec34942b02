"""Files of reports: swept, backed up, restored and verified by the real binary."""

import json
import os
import pathlib
import shutil
import tempfile
import time
import unittest
import uuid

from client import Client, Program, free_port, run, until

DAY = 24 * 3600


class ReportFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.template = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        data = cls.template / "data"
        program = Program("demo", "--data", str(data), "--listen", "127.0.0.1:0", "--json")
        cls.demo = json.loads(program.first_line)
        figures = Client(cls.demo["admin_url"])
        # The original and its safe copy.
        until(lambda: len(os.listdir(data / "files")) == 2, "a safe copy of the picture")
        cls.figures = figures.send("GET", "/metrics").body
        program.stop()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.template)

    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.data = self.top / "data"
        shutil.copytree(self.template / "data", self.data)
        self.files = self.data / "files"
        self.listen, self.admin = (f"127.0.0.1:{free_port()}" for _ in range(2))

    def tearDown(self):
        shutil.rmtree(self.top)

    def serve(self):
        return Program("serve", "--data", str(self.data), "--listen", self.listen, "--admin-listen", self.admin)

    def verify(self, language="C.UTF-8", data=None):
        return run("verify", "--data", str(data or self.data), environment={"LC_ALL": language})

    def names(self):
        return set(os.listdir(self.files))

    def figure(self, line):
        return f"\n{line}\n" in Client("http://" + self.admin).send("GET", "/metrics").body

    def put(self, age):
        """A file whose record never came, as after a kill between the two."""
        path = self.files / str(uuid.uuid4())
        path.write_bytes(os.urandom(1_000))
        path.chmod(0o600)
        then = time.time() - age
        os.utime(path, (then, then))
        return path.name

    def test_a_file_without_its_record_goes_after_an_hour_and_a_kill_takes_none_that_has_one(self):
        kept = self.names()
        old, young = self.put(DAY), self.put(60)
        program = self.serve()
        until(lambda: old not in self.names(), "the old file swept")
        until(lambda: self.figure("canhgiac_files_swept_total 1"), "the figure of it")
        program.kill()
        program = self.serve()
        self.assertEqual(self.names(), kept | {young}, "what may still get its record stays, and what has one")
        self.assertEqual(program.stop(), 0)
        self.assertEqual(self.verify().returncode, 0, "a file too many is no damage")

    def test_a_backup_has_the_files_and_a_restored_folder_verifies(self):
        copy, restored = self.top / "copy", self.top / "restored"
        program = self.serve()
        made = run("backup", "--data", str(self.data), "--to", str(copy))
        self.assertEqual(made.returncode, 0, made.stderr)
        program.stop()
        self.assertEqual(set(os.listdir(copy / "files")), self.names())
        done = run("restore", "--from", str(copy), "--data", str(restored), "--nothing-newer")
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in self.names():
            path = restored / "files" / name
            self.assertEqual(path.read_bytes(), (self.files / name).read_bytes())
            self.assertEqual(path.stat().st_mode & 0o777, 0o600, "for its owner alone")
        self.assertEqual(self.verify(data=restored).returncode, 0)

    def test_verify_names_a_damaged_and_a_missing_file(self):
        name = min(self.names())
        path = self.files / name
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        for language, words in ("C.UTF-8", "restore it from a backup"), ("vi_VN.UTF-8", "hãy lấy lại từ bản sao lưu"):
            wrong = self.verify(language)
            told = wrong.stdout + wrong.stderr
            self.assertEqual(wrong.returncode, 1, told)
            self.assertIn(words, told)
            self.assertIn(name, told)
        path.unlink()
        for language, words in ("C.UTF-8", "is missing"), ("vi_VN.UTF-8", "hãy lấy lại từ bản sao lưu"):
            wrong = self.verify(language)
            told = wrong.stdout + wrong.stderr
            self.assertEqual(wrong.returncode, 1, told)
            self.assertIn(words, told)
        path.write_bytes(whole)
        path.chmod(0o600)
        self.assertEqual(self.verify().returncode, 0, "what is put back is whole again")

    def test_files_are_verified_beside_the_running_service(self):
        program = self.serve()
        sound = self.verify()
        self.assertEqual(sound.returncode, 0, sound.stderr)
        path = self.files / min(self.names())
        path.write_bytes(bytes(path.stat().st_size))
        wrong = self.verify()
        self.assertEqual(wrong.returncode, 1, wrong.stdout)
        self.assertIn(path.name, wrong.stdout + wrong.stderr)
        program.stop()

    def test_figures_tell_how_many_and_never_whose(self):
        told = self.figures
        for line in (
            'canhgiac_reports_received_total{channel="counter",kind="attempt"} 1',
            "canhgiac_files_swept_total 0",
        ):
            self.assertIn(f"\n{line}\n", told)
        lines = [line for line in told.splitlines() if "reports" in line or "files_" in line]
        self.assertFalse([line for line in lines if "14812" in line or "0950" in line])


if __name__ == "__main__":
    unittest.main()
