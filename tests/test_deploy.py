"""The samples in config/deploy as they stand there: the units and settings. Proxies are in test_proxies.py."""

import os
import pathlib
import re
import shlex
import shutil
import stat
import subprocess
import tempfile
import tomllib
import unittest

from client import BINARY, run
from deployed import (
    BACKUPS,
    DATA,
    DEPLOY,
    Deployed,
    EXPOSURE,
    HERE,
    NAME,
    PROGRAM,
    ROOT,
    SETTINGS,
    program,
    sample,
)
from proxies import Caddy, Haproxy, Nginx


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
        defaults = tomllib.loads((ROOT / "config/default.toml").read_text())["server"]
        for proxy in (Nginx, Haproxy, Caddy):
            served = re.sub(r"#.*", "", sample(proxy.sample))
            self.assertIn(defaults["listen"], served)
            self.assertNotIn(defaults["admin_listen"].split(":")[1], served)
            self.assertEqual(set(re.findall(r"[\w.]+\.example\b", served)), {NAME})
        self.assertGreater(defaults["keep_alive_seconds"], 60, "a proxy drops an idle line after 60 s, before the program does")

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


class Backups(Deployed):
    front = Nginx

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
