"""What scripts/version.rs, which cargo runs before it compiles, tells of the commit, and for what cargo runs it again."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from deployed import ROOT

DAY = "2026-11-29"
MOMENT = f"{DAY}T01:02:03+07:00"


class Version(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.script = cls.folder / "version"
        command = ["rustc", "--edition=2024", "-o", cls.script, ROOT / "scripts/version.rs"]
        subprocess.run(command, check=True, capture_output=True)

    def setUp(self):
        self.repository = self.folder / self.id().rsplit(".", 1)[1]
        self.repository.mkdir()

    def git(self, *arguments):
        who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "x"), ("EMAIL", "x@x.example"), ("DATE", MOMENT))}
        command = ["git", "-c", "init.defaultBranch=main", *arguments]
        done = subprocess.run(command, cwd=self.repository, capture_output=True, text=True, env={**os.environ, **who})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def committed(self):
        self.git("init")
        self.git("commit", "--allow-empty", "-m", "first")

    def told(self, folder=None):
        """What is told of the commit, and the files for which it is told anew: each is there, or cargo would ask each time."""
        folder = folder or self.repository
        environment = {**os.environ, "CARGO_PKG_VERSION": "1.2.3"}
        done = subprocess.run([self.script], cwd=folder, capture_output=True, text=True, check=True, env=environment)
        [version] = re.findall(r"^cargo::rustc-env=CANHGIAC_VERSION=1\.2\.3 \((.*)\)$", done.stdout, re.M)
        again = re.findall(r"^cargo::rerun-if-changed=(.*)$", done.stdout, re.M)
        self.assertEqual(again.pop(0), "scripts/version.rs")
        for path in again:
            self.assertTrue((folder / path).exists(), path)
        return version, [os.path.relpath((folder / path), self.repository) for path in again]

    def test_a_commit_is_told_with_its_day_and_cargo_watches_head_and_its_branch_alone(self):
        self.committed()
        expected = f"{self.git('rev-parse', 'HEAD')[:7]} {DAY}"
        self.assertEqual(self.told(), (expected, [".git/HEAD", ".git/refs/heads/main"]))
        self.git("checkout", "--detach")
        self.assertEqual(self.told(), (expected, [".git/HEAD"]))

    def test_a_branch_that_is_packed_is_watched_where_its_next_commit_will_be(self):
        self.committed()
        self.git("pack-refs", "--all")
        _, again = self.told()
        self.assertEqual(again, [".git/HEAD", ".git/packed-refs", ".git/refs/heads"])

    def test_a_worktree_has_a_commit_of_its_own(self):
        self.committed()
        self.git("worktree", "add", "-b", "other", "tree")
        first, _ = self.told()
        self.git("commit", "--allow-empty", "-m", "second")
        version, again = self.told(self.repository / "tree")
        self.assertEqual((version, again), (first, [".git/worktrees/tree/HEAD", ".git/refs/heads/other"]))
        self.assertNotEqual(self.told()[0], first)

    def test_sources_without_a_repository_are_of_an_unknown_commit_whatever_lies_around_them(self):
        self.assertEqual(self.told(), ("unknown", []))
        self.committed()
        inside = self.repository / "unpacked"
        inside.mkdir()
        self.assertEqual(self.told(inside), ("unknown", []))


if __name__ == "__main__":
    unittest.main()
