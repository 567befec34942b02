"""The Debian package as scripts/package makes it, of the program that is tested: what it holds, and that it is installed,
replaced, removed and purged without a loss."""

import fcntl
import os
import pathlib
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
import unittest

from client import BINARY
from deployed import BACKUPS, DATA, DEPLOY, PROGRAM, ROOT, SETTINGS, program

EXAMPLES = [
    "alerts.yml", "nginx.conf", "haproxy.cfg", "Caddyfile", "kamailio-sqlite.cfg", "kamailio-live.cfg", "asterisk.conf",
    "freeswitch.xml",
]
UNITS = ["canhgiac.service", "canhgiac-backup.service", "canhgiac-backup.timer"]
SYSTEM = pathlib.Path("/usr/lib/systemd/system")
DOC = "usr/share/doc/canhgiac"
USER = "canhgiac"
# Documents too, which containers often leave out; and man's index is made once in the end.
DPKG = ("dpkg", "--path-include=/usr/share/*", "--no-triggers")


def done(*command, path=os.environ["PATH"]):
    """What a command of the system says, which must work. In English, whatever the machine speaks."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", "PATH": path}
    ended = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=300, env=environment)
    assert ended.returncode == 0, (command, ended.stdout[-4000:], ended.stderr[-4000:])
    return ended.stdout + ended.stderr


def account():
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        return None


def built(folder):
    """The two packages, in this folder."""
    packages = done(ROOT / "scripts/package", "--binary", BINARY, "--to", folder).splitlines()
    return [pathlib.Path(line) for line in packages if line.endswith(".deb")]


def setUpModule():
    global FOLDER, PACKAGE, SYMBOLS
    if not shutil.which("dpkg-deb"):
        raise unittest.SkipTest("this is no Debian")
    FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
    unittest.addModuleCleanup(shutil.rmtree, FOLDER)
    PACKAGE, SYMBOLS = built(FOLDER / "first")


class Contents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = FOLDER / "root"
        done("dpkg-deb", "-x", PACKAGE, cls.root)

    def test_every_file_has_its_mode_and_belongs_to_root(self):
        modes = {"/usr/bin/canhgiac": "-rwxr-xr-x", SETTINGS: "-rw-r-----"}
        places = set()
        for line in done("dpkg-deb", "-c", PACKAGE).splitlines():
            mode, owner, _, _, _, place = line.split(maxsplit=5)
            place = place.removeprefix(".")
            expected = "drwxr-xr-x" if place.endswith("/") else modes.get(place, "-rw-r--r--")
            self.assertEqual((mode, owner), (expected, "root/root"), place)
            places.add(place)
        self.assertLessEqual({*modes, *(f"{SYSTEM}/{unit}" for unit in UNITS), f"/{DOC}/copyright"}, places)
        self.assertFalse([place for place in places if place.startswith("/var")], "it is no file of the package")

    def test_every_sample_is_in_it_as_it_stands(self):
        places = {**{unit: SYSTEM / unit for unit in UNITS}, "config.toml": SETTINGS, **{name: f"/{DOC}/examples/{name}" for name in EXAMPLES}}
        self.assertEqual({path.name for path in DEPLOY.iterdir()}, {*places, "debian"})
        for name, place in places.items():
            self.assertEqual((self.root / str(place)[1:]).read_bytes(), (DEPLOY / name).read_bytes(), name)

    def test_the_same_program_gives_the_same_package(self):
        again, symbols = built(FOLDER / "second")
        self.assertEqual(again.read_bytes(), PACKAGE.read_bytes())
        self.assertEqual(symbols.read_bytes(), SYMBOLS.read_bytes())

    def test_the_program_is_stripped_and_names_the_file_with_its_lines(self):
        inside = self.root / PROGRAM[1:]
        sections = done("readelf", "-SW", inside)
        self.assertNotIn(".debug_line", sections)
        self.assertNotIn(".symtab", sections)
        self.assertIn("canhgiac.debug", done("readelf", "--string-dump=.gnu_debuglink", inside))
        done("dpkg-deb", "-x", SYMBOLS, FOLDER / "symbols")
        self.assertIn(".debug_line", done("readelf", "-SW", FOLDER / "symbols/usr/lib/debug/usr/bin/canhgiac.debug"))
        version = done(inside, "--version")
        self.assertEqual(version, done(BINARY, "--version"))
        self.assertRegex(version, r"^canhgiac \d+\.\d+\.\d+ \(([0-9a-f]{7} \d{4}-\d\d-\d\d|unknown)\)\n$")

    def test_there_is_a_page_for_each_command_that_man_shows_without_a_complaint(self):
        pages = self.root / "usr/share/man/man1"
        commands = re.findall(r"^  ([a-z]+) ", done(BINARY, "--help"), re.M)
        expected = {"canhgiac.1.gz", *(f"canhgiac-{command}.1.gz" for command in commands if command not in {"help", "canhgiac"})}
        names = {path.name for path in pages.iterdir()}
        self.assertLessEqual(expected, names)
        self.assertIn("canhgiac-user-add.1.gz", names)
        self.assertFalse({"canhgiac-worker.1.gz", "canhgiac-pages.1.gz"} & names, "they are for programs")
        vietnamese = self.root / "usr/share/man/vi/man1"
        self.assertEqual({path.name for path in vietnamese.iterdir()}, names)
        man = program("man")
        ended = subprocess.run(
            [man, "--warnings=w", "-E", "UTF-8", "-l", *sorted(pages.iterdir())], capture_output=True, text=True, timeout=300,
            env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"},
        )
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertEqual(ended.stdout.count("\nNAME\n"), len(names))
        self.assertIn("Make an account", ended.stdout)
        ended = subprocess.run(
            [man, "--warnings=w", "-E", "UTF-8", "-l", *sorted(vietnamese.iterdir())], capture_output=True, text=True, timeout=300,
            env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"},
        )
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertIn("Lập tài khoản", ended.stdout)

    def completed(self, *words):
        file = self.root / "usr/share/bash-completion/completions/canhgiac"
        words = ("canhgiac", *words)
        script = f"source {file} && complete -p canhgiac >/dev/null && COMP_WORDS=({' '.join(map(repr, words))})" \
            f' COMP_CWORD={len(words) - 1} && _canhgiac canhgiac "{words[-1]}" "{words[-2]}" && echo "${{COMPREPLY[@]}}"'
        return done("bash", "--norc", "-c", script).split()

    def test_bash_completes_commands_and_their_flags(self):
        self.assertEqual(self.completed("back"), ["backup"])
        self.assertEqual(self.completed("user", "inv"), ["invite"])
        self.assertIn("--second-admin", self.completed("init", "--"))
        self.assertFalse({"worker", "pages"} & set(self.completed("")), "they are for programs")
        for place in ("zsh/vendor-completions/_canhgiac", "fish/vendor_completions.d/canhgiac.fish"):
            self.assertIn("backup", (self.root / "usr/share" / place).read_text())

    def test_the_licences_of_all_that_is_built_in_are_told(self):
        told = done("gzip", "-dc", self.root / DOC / "licences.txt.gz")
        for holder in ("govuk-frontend", "SIL OPEN FONT LICENSE", "sled 0.34.7", "actix-web 4", "aws-lc-sys", "Rust's own library"):
            self.assertIn(holder, told)
        self.assertNotIn("proptest", told, "what tests use is not built in")

    def test_its_scripts_are_sound(self):
        for script in ("postinst", "prerm", "postrm"):
            done("sh", "-n", DEPLOY / "debian" / script)


class Upgraded(unittest.TestCase):
    """What the installation does to a service that runs: beside a systemd, and a program, that only write down what is asked."""

    def asked(self, runs, takes_settings, arguments=("configure", "0.1.0-0")):
        folder = pathlib.Path(tempfile.mkdtemp(dir=FOLDER))
        (folder / "folder").mkdir()
        settings = folder / "config.toml"
        settings.touch()
        script = (DEPLOY / "debian/postinst").read_text()
        places = {"/run/systemd/system": folder, SETTINGS: settings, DATA: folder / "folder", BACKUPS: folder / "folder"}
        for before, after in places.items():
            self.assertIn(before, script)
            script = script.replace(before, str(after))
        outcomes = {"getent": 0, "chgrp": 0, "systemctl": 0, "deb-systemd-invoke": 0, "runuser": 0 if takes_settings else 2}
        for name, outcome in outcomes.items():
            stub = folder / name
            inactive = 'case "$*" in *is-active*) exit 3;; esac' if not runs else ""
            stub.write_text(f'#!/bin/sh\necho "{name} $*" >>{folder}/asked\n{inactive}\nexit {outcome}\n')
            stub.chmod(0o755)
        said = done("sh", "-c", script, "postinst", *arguments, path=f"{folder}:{os.environ['PATH']}")
        return (folder / "asked").read_text(), said

    def test_a_service_that_runs_is_restarted_once_the_new_program_took_the_settings(self):
        asked, said = self.asked(runs=True, takes_settings=True)
        self.assertRegex(asked, r"systemctl daemon-reload\n(.*\n)*runuser .* config\ndeb-systemd-invoke restart canhgiac.service\n$")
        self.assertEqual(said, "")

    def test_it_runs_on_and_this_is_said_when_the_new_program_does_not_take_the_settings(self):
        asked, said = self.asked(runs=True, takes_settings=False)
        self.assertIn("systemctl daemon-reload", asked)
        self.assertNotIn("restart", asked)
        self.assertIn("the earlier program runs on", said)

    def test_what_does_not_run_is_not_started(self):
        for runs, arguments in ((False, ("configure", "0.1.0-0")), (True, ("configure", ""))):
            asked, _ = self.asked(runs, True, arguments)
            self.assertIn("systemctl daemon-reload", asked)
            self.assertNotRegex(asked, "start |restart|enable")


class Installed(unittest.TestCase):
    """On this machine, if nothing of an installation is there: what was there before stays untouched."""

    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0 or not shutil.which("dpkg"):
            raise unittest.SkipTest("it takes root on a Debian")
        lock = open("/tmp/canhgiac-test-package.lock", "w")
        cls.addClassCleanup(lock.close)
        fcntl.flock(lock, fcntl.LOCK_EX)
        there = [place for place in (SETTINGS, DATA, BACKUPS, PROGRAM) if os.path.lexists(place)]
        if there or account():
            raise unittest.SkipTest(f"an installation is on this machine: {there or account()}")
        cls.addClassCleanup(done, "dpkg", "--triggers-only", "--pending")
        cls.addClassCleanup(cls.leave_nothing)

    @staticmethod
    def leave_nothing():
        subprocess.run([*DPKG, "--purge", "canhgiac"], capture_output=True)
        for folder in (DATA, BACKUPS):
            shutil.rmtree(folder, ignore_errors=True)
        if account():
            done("userdel", USER)

    def setUp(self):
        self.leave_nothing()
        done(*DPKG, "--install", PACKAGE)

    def cg(self, *arguments):
        return done("runuser", "-u", USER, "--", PROGRAM, "--config", SETTINGS, *arguments)

    def found(self):
        self.cg("init", "--admin", "lan.nguyen", "--second-admin", "minh.tran", "--origin", "canhgiac.example/log")

    def assert_private(self, folder):
        about, user = os.stat(folder), account()
        self.assertEqual((stat.S_IMODE(about.st_mode), about.st_uid, about.st_gid), (0o700, user.pw_uid, user.pw_gid), folder)

    def test_it_makes_what_the_service_needs_and_starts_nothing(self):
        user = account()
        self.assertEqual((user.pw_shell, user.pw_dir), ("/usr/sbin/nologin", "/nonexistent"))
        self.assertLess(user.pw_uid, 1000)
        for folder in (DATA, BACKUPS):
            self.assert_private(folder)
            self.assertEqual(os.listdir(folder), [])
        about = os.stat(SETTINGS)
        self.assertEqual((stat.S_IMODE(about.st_mode), about.st_uid, about.st_gid), (0o640, 0, user.pw_gid))
        self.assertFalse(list(pathlib.Path("/etc/systemd/system").rglob("canhgiac*")), "nothing is enabled")
        self.assertEqual(done("dpkg", "--verify", "canhgiac"), "")
        # They find program and pages where the units say.
        done(program("systemd-analyze"), "verify", "--recursive-errors=no", *(SYSTEM / unit for unit in UNITS))

    def test_a_registry_is_founded_as_the_guide_says_and_kept_with_its_settings_by_the_next_package(self):
        self.assertIn("# file", self.cg("config"))
        self.found()
        self.assert_private(DATA)
        self.cg("backup", "--to", f"{BACKUPS}/2020-01-01T000000Z")
        settings = pathlib.Path(SETTINGS)
        settings.write_text(settings.read_text().replace("0237 000 0000", "0237 000 0001"))
        done(*DPKG, "--install", PACKAGE)
        self.assertIn("0237 000 0001", settings.read_text())
        self.assertEqual(settings.stat().st_gid, account().pw_gid)
        self.cg("verify")

    def test_folders_on_another_disk_stay_where_they_are(self):
        done(*DPKG, "--purge", "canhgiac")
        elsewhere = FOLDER / "elsewhere"
        elsewhere.mkdir(mode=0o750)
        self.addCleanup(os.remove, DATA)
        os.symlink(elsewhere, DATA)
        done(*DPKG, "--install", PACKAGE)
        self.assertEqual(stat.S_IMODE(elsewhere.stat().st_mode), 0o750)
        done(*DPKG, "--purge", "canhgiac")
        self.assertTrue(os.path.islink(DATA))

    def test_removed_it_leaves_settings_and_registry(self):
        self.found()
        done("systemctl", "enable", "canhgiac.service", "canhgiac-backup.timer")
        done(*DPKG, "--remove", "canhgiac")
        for gone in (PROGRAM, *(SYSTEM / unit for unit in UNITS), f"/{DOC}", "/usr/share/man/man1/canhgiac.1.gz"):
            self.assertFalse(os.path.lexists(gone), gone)
        self.assertFalse(list(pathlib.Path("/etc/systemd/system").rglob("canhgiac*")), "nothing is enabled any more")
        self.assertTrue(os.path.exists(SETTINGS))
        self.assert_private(f"{DATA}/journal")
        done(*DPKG, "--install", PACKAGE)
        self.cg("verify")

    def test_purged_it_never_deletes_a_registry_and_says_so(self):
        self.found()
        number = account().pw_uid
        said = done(*DPKG, "--purge", "canhgiac")
        self.assertFalse(os.path.lexists("/etc/canhgiac"))
        self.assertIn(f"kept: {DATA}", said)
        self.assertFalse(os.path.lexists(BACKUPS), "it was empty")
        # Nobody else gets the number under which the keys are kept.
        self.assertEqual(account().pw_uid, number)
        self.assert_private(DATA)
        done(*DPKG, "--install", PACKAGE)
        self.cg("verify")


if __name__ == "__main__":
    unittest.main()
