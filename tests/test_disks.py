"""Disks that rot, fill up, refuse writes or lose files, and machines that give too little: the real program on real folders.

Each test has a copy of one sample folder, damages or starves it, and looks at what the program says and still does.
"""

import base64
import contextlib
import json
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile
import time
import unittest

from client import BINARY, Client, Program, filled, run

LISTED = "0950001001"
NOBODY = 65534
IN_USE = "built anew from the journal and in use"
SERVE = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]
SOON = {"CANHGIAC_SCHEDULE__FIRST_CHECK_SECONDS": "1", "CANHGIAC_SCHEDULE__EVERY_SECONDS": "1"}


def flip(path, offset):
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 0x10]))


class Disks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.template = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.template)
        program = Program("demo", "--data", str(cls.template / "data"), "--listen", "127.0.0.1:0", "--json")
        cls.demo = json.loads(program.first_line)
        client = Client(cls.demo["url"])
        cls.checkpoint = client.send("GET", "/v1/ledger/checkpoint").body
        assert program.stop() == 0

    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.addCleanup(shutil.rmtree, self.top, ignore_errors=True)
        self.data = self.copied(self.top / "data")

    def copied(self, to):
        shutil.copytree(self.template / "data", to)
        return to

    def command(self, *arguments, data=None):
        return run(arguments[0], "--data", str(data or self.data), *arguments[1:])

    @contextlib.contextmanager
    def served(self, data=None, environment=None):
        program = Program("serve", "--data", str(data or self.data), *SERVE, environment=environment)
        try:
            self.assertTrue(program.first_line, program.logged())
            program.client = Client(program.first_line.split()[-1])
            yield program
            self.assertEqual(program.process.poll(), None, "it ended by itself")
            program.process.terminate()
            self.assertEqual(program.process.wait(timeout=30), 0)
        finally:
            program.process.kill()
            program.process.wait()
            program.close()

    def ready(self, program):
        return program.client.send("GET", "/readyz").json

    def wait_for(self, program, what, is_so):
        """Looks again and again; checks are answered all the while."""
        until = time.monotonic() + 60
        while not is_so():
            self.assertLess(time.monotonic(), until, f"{what}: {self.ready(program)}\n{program.logged()}")
            self.assertEqual(program.client.verdict(LISTED), "listed")

    def propose(self, program, number, who):
        body = {"identifier": {"q": number}, "method": "khac"}
        return program.client.send("POST", "/v1/listings", body, who)

    def confirm(self, program, made, who):
        headers = {**who, "If-Match": made.headers["etag"]}
        return program.client.send("POST", f"/v1/listings/{made.json['id']}/confirm", {"reason": "đúng"}, headers)

    def lists_a_number(self, program, number="0950770001"):
        officer, supervisor = map(program.client.sign_in, self.demo["users"][:2])
        made = self.propose(program, number, officer)
        self.assertEqual(made.status, 201, made.body + program.logged())
        confirmed = self.confirm(program, made, supervisor)
        self.assertEqual(confirmed.status, 200, confirmed.body)
        self.assertEqual(program.client.verdict(number), "listed")

    def verifies(self, data=None):
        verified = self.command("verify", data=data)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        return verified.stdout

    def flip_wherever(self, path, what):
        """One bit of each place that says this: the database keeps old versions of its rows."""
        bytes_, at = path.read_bytes(), 0
        while (at := bytes_.find(what, at + 1)) >= 0:
            flip(path, at + 2)

    # The store

    def test_bits_that_flip_in_the_store_at_rest_change_no_answer(self):
        for part, what in enumerate([b"phone:+84950001001", b"canbo.bimson", b"970436"]):
            with self.subTest(what):
                data = self.copied(self.top / f"data{part}")
                self.flip_wherever(data / "store" / "db", what)
                with self.served(data, SOON) as program:
                    self.assertEqual(program.client.verdict(LISTED), "listed")
                    looked = "every row of the store was looked at"
                    self.wait_for(program, "the walk", lambda: looked in program.logged() or IN_USE in program.logged())
                    self.wait_for(program, "mended", lambda: self.ready(program)["writable"])
                    self.lists_a_number(program)
                self.verifies(data)

    def test_bits_that_flip_under_the_running_service_are_told_once_and_mended_while_checks_go_on(self):
        data = self.top / "large"
        # Larger than its cache, so that rows are read from the file.
        small = {"CANHGIAC_STORAGE__STORE_CACHE_MIB": "8", "CANHGIAC_SCHEDULE__FIRST_CHECK_SECONDS": "2"}
        demo = ["--data", str(data), "--listen", "127.0.0.1:0", "--json", "--listings", "8000"]
        program = Program("demo", *demo, environment=small)
        users = json.loads(program.first_line)["users"]
        self.assertEqual(program.stop(), 0)
        with self.served(data, small) as program:
            database = data / "store" / "db"
            for at in range(5000, database.stat().st_size, 2048):
                flip(database, at)
            self.wait_for(program, "mended", lambda: IN_USE in program.logged())
            self.assertTrue(self.ready(program)["writable"])
            self.assertEqual(program.logged().count("not to be trusted any more"), 1)
            officer = program.client.sign_in(users[0])
            self.assertEqual(self.propose(program, "0950770001", officer).status, 201)
        self.verifies(data)

    def test_a_store_with_erased_bytes_is_written_anew_while_checks_are_answered(self):
        (self.data / "store.stale").touch()
        with self.served(environment=SOON) as program:
            self.assertEqual(program.client.verdict(LISTED), "listed")
            self.lists_a_number(program)
            self.wait_for(program, "the mark", lambda: not (self.data / "store.stale").exists())
            self.assertFalse((self.data / "store").exists(), "the old one is still there")
            self.lists_a_number_again(program)
        self.verifies()
        self.assertTrue((self.data / "store").is_dir())
        self.assertEqual(self.command("check", LISTED).returncode, 1)

    def lists_a_number_again(self, program):
        officer = program.client.sign_in(self.demo["users"][2])
        self.assertEqual(self.propose(program, "0950770002", officer).status, 201)

    def test_whatever_of_the_store_is_cut_or_gone_a_start_answers_and_mends_it(self):
        def cut(data):
            os.truncate(data / "store" / "db", (data / "store" / "db").stat().st_size // 2)

        def remove_snapshots(data):
            for path in (data / "store").glob("snap*"):
                path.unlink()

        deeds = {
            "cut": cut,
            "gone": lambda data: shutil.rmtree(data / "store"),
            "a part is gone": remove_snapshots,
            "empty": lambda data: (data / "store" / "db").write_bytes(b""),
            "zeros": lambda data: (data / "store" / "db").write_bytes(bytes(1 << 20)),
        }
        for name, damage in deeds.items():
            with self.subTest(name):
                data = self.copied(self.top / name)
                damage(data)
                with self.served(data, SOON) as program:
                    self.assertEqual(program.client.verdict(LISTED), "listed")
                    self.lists_a_number(program)
                    rebuilt = lambda: IN_USE in program.logged() or "rebuilt" not in program.logged()
                    self.wait_for(program, "rebuilt", rebuilt)
                self.verifies(data)

    # The journal

    def last_segment(self):
        return sorted((self.data / "journal").glob("*.journal"))[-1]

    def test_a_torn_end_is_cut_kept_and_named(self):
        with open(self.last_segment(), "ab") as file:
            file.write(b"CGrc torn")
        with self.served() as program:
            [kept] = (self.data / "journal").glob("*.cut")
            self.assertEqual(kept.read_bytes(), b"CGrc torn")
            self.assertIn(kept.name, program.logged())
            self.assertTrue(self.ready(program)["writable"])
            self.lists_a_number(program)
        self.verifies()

    def test_an_acknowledged_record_that_is_cut_leaves_the_service_read_only_until_somebody_decides(self):
        with self.served() as program:
            program.client.sign_in(self.demo["users"][0])
        segment = self.last_segment()
        flip(segment, segment.stat().st_size - 9)
        damaged = segment.read_bytes()
        for _ in range(2):
            with self.served() as program:
                self.assertIn("MISSING", program.logged())
                self.assertEqual(self.ready(program)["hindrance"], "records-missing")
                self.assertEqual(program.client.verdict(LISTED), "listed")
                self.assertEqual(program.client.send("GET", "/v1/ledger/checkpoint").status, 200)
                body = {"username": "canbo.bimson", "password": "x", "otp": "000000"}
                self.assertNotEqual(program.client.send("POST", "/v1/session", body).status, 200)
        [kept] = (self.data / "journal").glob("*.cut")
        self.assertTrue(damaged.endswith(kept.read_bytes()))
        verified = self.command("verify")
        self.assertEqual(verified.returncode, 1, verified.stderr)
        self.assertIn("--accept-loss", verified.stdout)
        refused = self.command("rebuild")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--accept-loss", refused.stderr)
        self.assertEqual(self.command("rebuild", "--accept-loss").returncode, 0)
        self.verifies()
        with self.served() as program:
            self.lists_a_number(program)

    def test_a_mark_of_erasure_that_no_record_made_is_damage_and_nothing_is_zeroed(self):
        segment = sorted((self.data / "journal").glob("*.journal"))[0]
        original = segment.read_bytes()
        for nth in (0, 5, -1):
            with self.subTest(nth):
                places, at = [], original.find(b"Present.")
                while at >= 0:
                    places.append(at)
                    at = original.find(b"Present.", at + 8)
                damaged = bytearray(original)
                damaged[places[nth] : places[nth] + 8] = b"-erased-"
                segment.write_bytes(damaged)
                verified = self.command("verify")
                self.assertEqual(verified.returncode, 1, verified.stdout + verified.stderr)
                self.assertIn("no record erases it", verified.stdout)
                for command in (["serve", *SERVE], ["check", LISTED]):
                    stopped = self.command(*command)
                    self.assertEqual(stopped.returncode, 2, stopped.stdout)
                    self.assertIn(segment.name, stopped.stderr)
                self.assertEqual(segment.read_bytes(), bytes(damaged))
        segment.write_bytes(original)
        self.verifies()

    # Disks that take no writes

    def works_read_only(self, data, before):
        verified = before("verify", "--data", str(data))
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        self.assertEqual(before("check", "--data", str(data), LISTED).returncode, 1)
        self.assertEqual(before("check", "--data", str(data), "0950999999").returncode, 0)
        exported = before("export", "--data", str(data), "--format", "ndjson")
        self.assertEqual(exported.returncode, 0, exported.stderr)
        self.assertIn("phone:+84950001001", exported.stdout)

    def files(self, data):
        return {path.relative_to(data): path.read_bytes() for path in data.rglob("*") if path.is_file()}

    @contextlib.contextmanager
    def disk(self, options):
        folder = self.top / "disk"
        folder.mkdir()
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], capture_output=True)
        if made.returncode:
            self.skipTest("no right to mount")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", folder], check=True)

    def test_a_read_only_disk_is_served_from_and_written_to_once_it_can_be(self):
        with self.disk("size=64m") as disk:
            data = self.copied(disk / "data")
            remount = lambda how: subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)
            remount("ro")
            before = self.files(data)
            self.works_read_only(data, run)
            with self.served(data, SOON) as program:
                self.assertEqual(self.ready(program)["hindrance"], "disk-refuses")
                self.assertIn("read-only", program.logged())
                self.assertEqual(program.client.verdict(LISTED), "listed")
                self.assertEqual(program.client.send("GET", "/v1/ledger/checkpoint").status, 200)
                self.assertEqual(self.files(data), before)
                remount("rw")
                self.wait_for(program, "writable", lambda: self.ready(program)["writable"])
                self.lists_a_number(program)
            self.verifies(data)

    def test_a_full_disk_is_served_from_and_nothing_is_set_aside(self):
        with self.disk("size=40m") as disk:
            data = self.copied(disk / "data")
            filler = filled(disk)
            before = self.files(data)
            self.works_read_only(data, run)
            with self.served(data, SOON) as program:
                self.assertEqual(self.ready(program)["hindrance"], "disk-full")
                self.assertEqual(program.client.verdict(LISTED), "listed")
                after = self.files(data)
                after.pop(pathlib.Path("lock")), before.pop(pathlib.Path("lock"))
                self.assertEqual(after, before)
                filler.unlink()
                self.wait_for(program, "writable", lambda: self.ready(program)["writable"])
                self.lists_a_number(program)
            self.verifies(data)

    def nobody(self, *arguments):
        """Runs the program as a user without rights."""
        if os.getuid() != 0:
            return run(*arguments)
        become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        program = self.top / "canhgiac"
        if not program.exists():
            shutil.copy(BINARY, program)
        return subprocess.run([*become, program, *arguments], capture_output=True, text=True, timeout=120, cwd="/")

    def test_a_copy_that_its_owner_may_only_read_is_checked_verified_and_exported(self):
        self.top.chmod(0o755)
        for path in [self.data, *self.data.rglob("*")]:
            if os.getuid() == 0:
                os.chown(path, NOBODY, NOBODY)
            path.chmod(path.stat().st_mode & ~0o222)
        before = self.files(self.data)
        self.works_read_only(self.data, self.nobody)
        self.assertEqual(self.files(self.data), before)
        for path in [self.data, *self.data.rglob("*")]:
            path.chmod(path.stat().st_mode | 0o200)

    def test_who_has_no_right_to_a_folder_is_told_so_and_not_to_make_one(self):
        if os.getuid() != 0:
            self.skipTest("needs two users")
        self.top.chmod(0o755)
        self.data.chmod(0o700)
        for command in ("verify", "check"):
            refused = self.nobody(command, "--data", str(self.data), *([LISTED] if command == "check" else []))
            self.assertEqual(refused.returncode, 2)
            self.assertIn("user who owns it", refused.stderr)
            self.assertNotIn("init", refused.stderr)

    # The last checkpoint

    def test_a_checkpoint_that_is_gone_or_damaged_stops_no_reading_or_signing_in_and_is_brought_back(self):
        saved = self.top / "saved"
        saved.write_text(self.checkpoint)
        deeds = {
            "gone": lambda path: path.unlink(),
            "empty": lambda path: path.write_bytes(b""),
            "flipped": lambda path: flip(path, 40),
            "cut": lambda path: os.truncate(path, 60),
        }
        for name, damage in deeds.items():
            with self.subTest(name):
                data = self.copied(self.top / name)
                damage(data / "checkpoint")
                self.assertEqual(self.command("verify", data=data).returncode, 1)
                with self.served(data) as program:
                    self.assertEqual(self.ready(program)["hindrance"], "checkpoint-missing")
                    self.assertIn("canhgiac checkpoint", program.logged())
                    self.assertEqual(program.client.verdict(LISTED), "listed")
                    officer, supervisor = map(program.client.sign_in, self.demo["users"][:2])
                    self.assertEqual(program.client.send("GET", "/v1/listings", headers=officer).status, 200)
                    made = self.propose(program, "0950770001", officer)
                    self.assertEqual(made.status, 201, made.body)
                    refused = self.confirm(program, made, supervisor)
                    self.assertEqual((refused.status, refused.code), (503, "storage-unavailable"))
                self.assertEqual(self.command("checkpoint", data=data).returncode, 2)
                mended = self.command("checkpoint", "--checkpoint", str(saved), data=data)
                self.assertEqual(mended.returncode, 0, mended.stderr)
                self.verifies(data)
                with self.served(data) as program:
                    self.assertTrue(self.ready(program)["writable"])
                    self.assertEqual(program.client.send("GET", "/v1/ledger/checkpoint").status, 200)
        data = self.copied(self.top / "by word")
        (data / "checkpoint").unlink()
        self.assertEqual(self.command("checkpoint", "--nothing-newer", data=data).returncode, 0)
        self.verifies(data)

    # What is made for others

    def limited(self, limit, *arguments):
        starve = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        return subprocess.run([BINARY, *arguments], capture_output=True, timeout=120, preexec_fn=starve)

    def test_a_backup_or_an_export_that_was_not_finished_is_none(self):
        size = self.last_segment().stat().st_size
        copy = self.top / "copy"
        broken = self.limited(size // 2, "backup", "--data", str(self.data), "--to", str(copy))
        self.assertNotEqual(broken.returncode, 0)
        self.assertFalse(copy.exists())
        made = self.command("backup", "--to", str(copy))
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertFalse((self.top / "copy.unfinished").exists())
        restore = lambda *more: self.command("restore", "--from", str(copy), "--nothing-newer", *more, data=self.top / "new")
        mark = (copy / "backup.end").read_text()
        for name, text in {"gone": None, "cut": mark[:10], "more": mark.replace('position":', 'position":9')}.items():
            with self.subTest(name):
                (copy / "backup.end").unlink() if text is None else (copy / "backup.end").write_text(text)
                refused = restore()
                self.assertEqual(refused.returncode, 2, refused.stderr)
                self.assertIn("end mark", refused.stderr)
                self.assertFalse((self.top / "new").exists())
                (copy / "backup.end").write_text(mark)
        (copy / "backup.end").unlink()
        self.assertEqual(restore("--without-end-mark").returncode, 0)
        self.verifies(self.top / "new")

        target = self.top / "list.ndjson"
        target.write_text("the one before")
        broken = self.limited(1000, "export", "--data", str(self.data), "--format", "ndjson", "--output", str(target))
        self.assertNotEqual(broken.returncode, 0)
        self.assertEqual(target.read_text(), "the one before")
        self.assertEqual(self.command("export", "--format", "ndjson", "--output", str(target)).returncode, 0)
        self.assertIn("end", target.read_text().splitlines()[-1])
        self.assertFalse((self.top / "list.ndjson.unfinished").exists())

    # Machines that give too little

    def test_with_too_few_descriptors_it_answers_or_ends_with_a_line(self):
        ended = 0
        for limit in (12, 24, 36, 64):
            with self.subTest(limit):
                starve = lambda limit=limit: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
                ended += not self.answers_or_ends([BINARY], starve)
        self.assertGreater(ended, 1)

    def test_with_too_few_threads_it_answers_or_ends_with_a_line(self):
        if os.getuid() != 0:
            self.skipTest("needs a user of whom nothing else runs")
        self.top.chmod(0o755)
        for path in [self.data, *self.data.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        program = self.top / "canhgiac"
        shutil.copy(BINARY, program)
        ended = 0
        for limit in (1, 5, 9, 30):
            with self.subTest(limit):
                become = ["prlimit", f"--nproc={limit}", "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
                ended += not self.answers_or_ends([*become, program], None)
        self.assertGreater(ended, 1)

    def answers_or_ends(self, command, starve):
        with tempfile.TemporaryFile("w+") as log:
            process = subprocess.Popen(
                [*command, "serve", "--data", str(self.data), *SERVE],
                stdout=subprocess.PIPE, stderr=log, text=True, preexec_fn=starve, cwd="/",
                env={**os.environ, "CANHGIAC_SERVER__WORKERS": "4"},
            )
            line = process.stdout.readline()
            try:
                if line:
                    self.assertEqual(Client(line.split()[-1]).verdict(LISTED), "listed")
                    return True
                self.assertNotEqual(process.wait(timeout=40), 0)
                log.seek(0)
                told = log.read().splitlines()
                self.assertTrue(told and told[-1].startswith("canhgiac: "), told)
                return False
            finally:
                process.kill()
                process.wait()
                process.stdout.close()

    def token(self, program, partner):
        pair = f"{partner['client_id']}:{partner['client_secret']}".encode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": "Basic " + base64.b64encode(pair).decode(),
        }
        answer = program.client.send("POST", "/v1/oauth/token", raw=b"grant_type=client_credentials", headers=headers)
        return {"Authorization": "Bearer " + answer.json["access_token"]}

    def test_what_partners_said_of_their_copies_is_known_after_a_restart(self):
        partner = self.demo["partners"][0]
        with self.served() as program:
            who = self.token(program, partner)
            said = {"applied": 1, "count": 0, "digest": "0" * 64}
            told = program.client.send("POST", "/v1/feed/acks", said, who)
            self.assertEqual(told.status, 200, told.body)
        with self.served() as program:
            admin = program.client.sign_in(self.demo["users"][6])
            partners = program.client.send("GET", "/v1/partners", headers=admin).body
            self.assertIn(json.dumps(told.json["state"]), partners)


if __name__ == "__main__":
    unittest.main()
