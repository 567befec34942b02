"""Commands at the machine beside a running service, over the socket in its data folder; backups with settings; restores."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import stat
import subprocess
import tempfile
import threading
import unittest

from client import BINARY, Program, run, totp
from test_desk import PASSWORD, Browser

DONE, NO, COULD_NOT = 0, 1, 2
VIETNAMESE = {"LC_ALL": "vi_VN.UTF-8"}


def asked(path, content, kind=b"?"):
    """What the socket answers to a frame: whatever it sends until it hangs up."""
    with socket.socket(socket.AF_UNIX) as asker:
        asker.settimeout(60)
        asker.connect(str(path))
        asker.sendall(kind + len(content).to_bytes(4, "big") + content)
        answer = b""
        # A socket that is closed before all was read is reset.
        with contextlib.suppress(ConnectionResetError):
            while part := asker.recv(65536):
                answer += part
        return answer


class Console(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.data = self.folder / "data"
        made = run("init", "--data", str(self.data), "--json")
        self.assertEqual(made.returncode, DONE, made.stderr)
        self.founders = json.loads(made.stdout)

    def serve(self, *more, environment=None):
        program = Program("serve", "--data", str(self.data), "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", *more, environment=environment)
        self.addCleanup(lambda: program.process.poll() is None and program.kill())
        return program, program.first_line.split()[-1]

    def at_console(self, *arguments, code=DONE, environment=None):
        done = run(*arguments, "--data", str(self.data), environment=environment)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def enrol(self, url, name, code, password=PASSWORD):
        browser = Browser(url).go("/desk/enrol").send("/desk/enrol", username=name, code=code, password=password, again=password)
        user = {"username": name, "password": password, "totp_secret": browser.raw()}
        browser.send("/desk/enrol/confirm", otp=totp(user["totp_secret"]))
        self.assertEqual(browser.status, 200, browser.text())
        return browser

    def test_commands_are_done_by_the_service_as_they_are_without_it(self):
        before = {
            arguments: self.at_console(*arguments).stdout
            for arguments in [("user", "list"), ("user", "list", "--json"), ("partner", "list"), ("key", "show"), ("export", "--format", "csv")]
        }
        program, _ = self.serve()
        for arguments, printed in before.items():
            self.assertEqual(self.at_console(*arguments).stdout, printed, arguments)
        added = self.at_console("partner", "add", "Ngân hàng mẫu", "--kind", "bank", "--scopes", "feed:read", "--json")
        partner, name, secret = json.loads(added.stdout)
        self.assertEqual((name, secret[:4]), ("Ngân hàng mẫu", "cgs_"))
        self.assertIn(partner, self.at_console("partner", "list").stdout)
        told = self.at_console("user", "add", "an.nguyen", "--role", "supervisor", "--unit", "14812", environment=VIETNAMESE)
        self.assertIn("mã mời dùng một lần", told.stdout)
        self.assertIn("hai người phải đồng ý", told.stderr)
        self.assertIn("one-time enrolment code", self.at_console("user", "invite", "an.nguyen").stdout)
        self.assertEqual(program.stop(), 0)
        self.assertFalse((self.data / "console.sock").exists())
        self.assertIn("an.nguyen", self.at_console("user", "list").stdout, "it is in the journal")

    def test_what_is_wrong_is_told_with_the_same_words_and_code(self):
        wrong = [("user", "invite", "khong.co"), ("user", "add", "x", "--role", "officer", "--unit", "14812"), ("partner", "add", "A", "--kind", "shop")]
        for environment in (None, VIETNAMESE):
            alone = [run(*arguments, "--data", str(self.data), environment=environment) for arguments in wrong]
            program, _ = self.serve()
            beside = [run(*arguments, "--data", str(self.data), environment=environment) for arguments in wrong]
            program.stop()
            for one, other in zip(alone, beside):
                self.assertEqual((one.returncode, one.stdout, one.stderr), (other.returncode, other.stdout, other.stderr))
                self.assertEqual(one.returncode, COULD_NOT)

    def test_an_administrator_who_is_alone_and_lost_the_phone_is_invited_again(self):
        program, url = self.serve()
        first = self.enrol(url, "admin", self.founders["enrolment_code"])
        self.assertIn("người sáng lập", first.go("/desk/audit").text())
        told = self.at_console("user", "invite", "admin", "--json", "--reason", "mất điện thoại")
        again = json.loads(told.stdout)
        self.assertIsNone(again["approval"], "nobody else could agree")
        self.assertIn("Mật khẩu", first.go("/desk/users").text(), "the old session is over")
        back = self.enrol(url, "admin", again["enrolment_code"])
        self.assertEqual(back.go("/desk/users").status, 200)
        trail = back.go("/desk/audit").text()
        self.assertIn("mất điện thoại", trail)
        self.assertGreaterEqual(trail.count("người sáng lập"), 3)
        self.assertEqual(program.stop(), 0)

    def test_an_export_is_written_by_whoever_asks_for_it(self):
        program, _ = self.serve()
        there = self.folder / "elsewhere"
        there.mkdir()
        done = subprocess.run(
            [BINARY, "export", "--data", str(self.data), "--output", "list.ndjson"], cwd=there, capture_output=True, text=True, timeout=60
        )
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertEqual((there / "list.ndjson").read_text(), self.at_console("export").stdout)
        self.assertEqual(os.listdir(there), ["list.ndjson"])
        failed = self.at_console("export", "--output", "/nowhere/list", code=COULD_NOT)
        self.assertIn("/nowhere/list", failed.stderr)
        program.stop()
        # A service that refuses leaves the export of before as it was.
        answer = lambda asker: (asker.recv(65536), asker.sendall(b"d" + (3).to_bytes(4, "big") + b"abc" + b"." + (1).to_bytes(4, "big") + b"\x02"))
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self.data / "console.sock"))
            listener.listen()
            refusing = threading.Thread(target=lambda: answer(listener.accept()[0]))
            refusing.start()
            before = (there / "list.ndjson").read_text()
            self.at_console("export", "--output", str(there / "list.ndjson"), code=COULD_NOT)
            refusing.join()
        self.assertEqual((there / "list.ndjson").read_text(), before)
        self.assertEqual(os.listdir(there), ["list.ndjson"])

    def test_the_socket_is_its_owners_alone_and_a_killed_service_leaves_none_in_the_way(self):
        program, _ = self.serve()
        path = self.data / "console.sock"
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        program.kill()
        self.assertTrue(path.exists())
        self.assertIn("admin", self.at_console("user", "list").stdout, "without the service it is done here")
        program, _ = self.serve()
        self.assertIn("admin", self.at_console("user", "list").stdout)
        self.assertEqual(program.stop(), 0)

    def test_a_folder_with_a_long_path_has_a_console_too(self):
        long = self.folder / ("d" * 120)
        self.data.rename(long)
        self.data = long
        program, _ = self.serve()
        self.assertIn("admin", self.at_console("user", "list").stdout)
        self.assertEqual(program.stop(), 0)
        self.assertFalse((long / "console.sock").exists())

    def test_what_is_no_request_is_answered_by_hanging_up(self):
        program, _ = self.serve()
        path = self.data / "console.sock"
        self.assertEqual(asked(path, b"{}", b"x"), b"")
        self.assertEqual(asked(path, b"no json"), b"")
        self.assertEqual(asked(path, b'{"arguments":[]}'), b"")
        with socket.socket(socket.AF_UNIX) as asker:
            asker.connect(str(path))
            asker.sendall(b"?\xff\xff\xff\xff")
            self.assertEqual(asker.recv(1), b"", "a length beyond the longest is not waited for")
        other = json.dumps({"arguments": ["serve", "--listen", "127.0.0.1:0"], "vietnamese": False}).encode()
        self.assertIn(b"another version", asked(path, other))
        self.assertIn("admin", self.at_console("user", "list").stdout)
        self.assertEqual(program.stop(), 0)

    def test_many_ask_at_once_and_each_is_answered(self):
        program, _ = self.serve()
        ended = []
        threads = [threading.Thread(target=lambda: ended.append(run("user", "list", "--data", str(self.data)))) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for done in ended:
            self.assertEqual((done.returncode, "admin" in done.stdout), (DONE, True), done)
        self.assertEqual(len(ended), 12)
        self.assertEqual(program.stop(), 0)

    def test_verify_looks_at_a_copy_beside_the_service(self):
        program, _ = self.serve()
        told = json.loads(self.at_console("verify", "--json").stdout)
        self.assertEqual((told["ok"], told["store_compared"]), (True, False))
        self.assertIn("a service is running", self.at_console("verify").stdout)
        self.assertFalse((self.data / "verify.scratch").exists())
        # Two at once: each says what is true, or that another one is running.
        started = [subprocess.Popen([BINARY, "verify", "--data", str(self.data)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
        for process in started:
            _, told = process.communicate(timeout=60)
            self.assertTrue(process.returncode == DONE or "another verify is running" in told, told)
        self.assertEqual(program.stop(), 0)
        self.assertTrue(json.loads(self.at_console("verify", "--json").stdout)["store_compared"])

    # Backups with settings

    def test_a_backup_has_the_settings_and_a_restore_says_what_differs(self):
        settings = self.folder / "settings.toml"
        settings.write_text('[server]\npublic_url = "https://canhgiac.example"\n')
        self.at_console("backup", "--config", str(settings), "--to", str(self.folder / "copy"))
        kept = self.folder / "copy" / "config.toml"
        self.assertEqual(kept.read_text(), settings.read_text())
        self.assertEqual(stat.S_IMODE(kept.stat().st_mode), 0o600)
        restore = lambda name, *more: run("restore", "--from", str(self.folder / "copy"), "--data", str(self.folder / name), "--nothing-newer", *more)
        same = restore("same", "--config", str(settings))
        self.assertEqual(same.returncode, DONE, same.stderr)
        self.assertIn("The settings are those of the backup.", same.stderr)
        settings.write_text('[server]\npublic_url = "https://other.example"\n')
        other = restore("other", "--config", str(settings))
        self.assertIn('server.public_url = "https://other.example", in the backup "https://canhgiac.example"', other.stderr)
        self.assertFalse((self.folder / "other" / "config.toml").exists())
        none = restore("none")
        self.assertIn("The settings of the backup are in", none.stderr)
        self.assertIn("https://canhgiac.example", run("config", "--data", str(self.folder / "none")).stdout)
        self.at_console("backup", "--to", str(self.folder / "bare"))
        bare = run("restore", "--from", str(self.folder / "bare"), "--data", str(self.folder / "from-bare"), "--nothing-newer")
        self.assertIn("This backup holds no settings.", bare.stderr)

    @unittest.skipIf(os.getuid(), "only root can become somebody who owns one folder alone")
    def test_who_owns_the_empty_folder_alone_can_restore_into_it(self):
        self.at_console("backup", "--to", str(self.folder / "copy"))
        place = self.folder / "place"
        place.mkdir(mode=0o700)
        # What a restore left that was killed.
        (place / "restoring" / "keys").mkdir(parents=True)
        somebody = 65534
        for path in [place, *place.rglob("*"), self.folder / "copy", *(self.folder / "copy").rglob("*")]:
            os.chown(path, somebody, somebody)
        os.chmod(self.folder, 0o755)
        binary = self.folder / "canhgiac"
        shutil.copy(BINARY, binary)
        command = [binary, "restore", "--from", self.folder / "copy", "--data", place, "--nothing-newer"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, user=somebody, group=somebody, extra_groups=[], cwd="/", env={"PATH": "/usr/bin:/bin"})
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertFalse((place / "restoring").exists())
        verified = subprocess.run([binary, "verify", "--data", place], capture_output=True, text=True, timeout=120, user=somebody, group=somebody, extra_groups=[], cwd="/", env={"PATH": "/usr/bin:/bin"})
        self.assertEqual(verified.returncode, DONE, verified.stderr)


if __name__ == "__main__":
    unittest.main()
