"""The samples on the page for programs, run as they stand there."""

import html
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from client import Client, Program


class Snippets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        cls.demo = json.loads(cls.program.first_line)
        cls.pages = [Client(cls.demo["url"]).send("GET", path).body for path in ("/en/developers", "/vi/ket-noi")]

    @classmethod
    def tearDownClass(cls):
        assert cls.program.stop() == 0

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def snippet(self, name):
        texts = {re.search(rf'aria-label="{re.escape(name)}"><pre[^>]*>(.*?)</pre>', page, re.S)[1] for page in self.pages}
        self.assertEqual(len(texts), 1, "the same in both languages")
        path = self.folder / name.replace(" ", "").replace("/", "")
        path.write_text(html.unescape(texts.pop()) + "\n")
        return path

    def run_it(self, *command, environment=None):
        return subprocess.run(
            command, cwd=self.folder, env={**os.environ, **(environment or {})}, capture_output=True, text=True, timeout=300
        )

    def test_a_shell_checks_one_number(self):
        done = self.run_it("sh", self.snippet("check.sh"))
        self.assertEqual((done.returncode, done.stdout), (0, "listed\n"), done.stderr)
        whole = self.run_it("sh", self.snippet("POST /v1/check"))
        self.assertEqual(json.loads(whole.stdout)["results"][0]["verdict"], "listed", whole.stderr)

    def test_a_shell_takes_the_whole_list_or_keeps_the_one_of_before(self):
        partner, listings = self.demo["partners"][1], self.folder / "listings.csv"
        secret = {"CLIENT_ID": str(partner["client_id"]), "CLIENT_SECRET": partner["client_secret"]}
        script = self.snippet("copy.sh")
        refused = self.run_it("sh", script, environment={**secret, "CLIENT_SECRET": "wrong"})
        self.assertNotEqual(refused.returncode, 0)
        self.assertFalse(listings.exists())
        done = self.run_it("sh", script, environment=secret)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(",phone:+84950001001,", listings.read_text())
        before = listings.read_bytes()
        self.run_it("sh", script, environment={**secret, "CLIENT_SECRET": "wrong"})
        self.assertEqual(listings.read_bytes(), before)

    def checks(self, *command):
        for text, verdict in (("0950 001 001", "listed"), ("113", "official"), ("0950 999 999", "no_record"), ('"', "unreadable")):
            done = self.run_it(*command, text)
            self.assertEqual((done.returncode, done.stdout), (0, verdict + "\n"), done.stderr)

    def test_python_checks_one_number(self):
        self.checks(sys.executable, self.snippet("check.py"))

    def test_go_checks_one_number(self):
        program = self.folder / "check"
        built = self.run_it("go", "build", "-o", program, self.snippet("check.go"))
        self.assertEqual(built.returncode, 0, built.stderr)
        self.checks(program)

    def test_java_checks_one_number(self):
        self.checks("java", self.snippet("Check.java"))

    def test_c_sharp_checks_one_number(self):
        program = self.folder / "check.exe"
        built = self.run_it("mcs", f"-out:{program}", "-r:System.Net.Http", "-r:System.Web", self.snippet("Check.cs"))
        self.assertEqual(built.returncode, 0, built.stdout + built.stderr)
        self.checks("mono", program)


if __name__ == "__main__":
    unittest.main()
