"""Which keys count, and that the master secret is the right one: the real binary on a real folder."""

import json
import pathlib
import shutil
import tempfile
import unittest

from client import Client, Program, free_port, run

SERVE = ("--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0")


class Keys(unittest.TestCase):
    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.addCleanup(shutil.rmtree, self.top)
        self.data = self.top / "data"
        # Tokens name who made them by address: it must stay the same over a restart.
        self.listen = f"127.0.0.1:{free_port()}"
        self.program = Program("demo", "--json", "--data", str(self.data), "--listen", self.listen)
        demo = json.loads(self.program.first_line)
        self.users, self.client = demo["users"], Client(demo["url"])
        self.admin = self.client.sign_in(self.users[6], offset=-1)

    def tearDown(self):
        if self.program:
            self.program.kill()

    def again(self):
        self.stop()
        self.program = self.start()

    def start(self):
        return Program("serve", "--data", str(self.data), "--listen", self.listen, *SERVE[2:])

    def stop(self):
        self.assertEqual(self.program.stop(), 0)
        self.program = None

    def files(self):
        return sorted(path.name for path in (self.data / "keys").iterdir())

    def rotate(self):
        return self.client.send("POST", "/v1/keys", headers=self.admin)

    def active(self):
        items = self.client.send("GET", "/v1/keys", headers=self.admin).json["items"]
        return next(key["kid"] for key in items if key["active"])

    def test_keys_changed_forty_times_in_a_row_are_refused_at_last_and_the_service_starts_again(self):
        answers = []
        for _ in range(40):
            before = self.files()
            answers.append(self.rotate())
            if answers[-1].status != 201:
                self.assertEqual(self.files(), before)
        self.assertEqual([a.status for a in answers], [201] * 31 + [422] * 9)
        self.assertEqual(answers[-1].json["errors"][0]["code"], "too-many-keys")
        active = self.active()
        for _ in range(2):
            self.again()
            self.assertEqual(self.active(), active)  # with a token of the first of 32 keys
            self.assertEqual(self.rotate().status, 422)
        self.stop()
        before = self.files()
        console = run("key", "rotate", "--data", str(self.data))
        self.assertEqual(console.returncode, 2)
        self.assertIn("too many keys", console.stderr)
        self.assertEqual(self.files(), before)
        self.program = self.start()
        self.assertEqual(self.active(), active)

    def test_a_withdrawn_key_put_back_by_hand_is_not_taken(self):
        first = self.active()
        name = next(name for name in self.files() if first in name)
        copy = self.top / "copy"
        shutil.copy2(self.data / "keys" / name, copy)
        self.assertEqual(self.rotate().status, 201)
        self.assertEqual(self.client.send("GET", "/v1/me", headers=self.admin).status, 200)
        fresh = self.client.sign_in(self.users[6])
        gone = self.client.send("DELETE", f"/v1/keys/{first}", headers=fresh)
        self.assertEqual(gone.status, 204)
        self.assertEqual(self.client.send("GET", "/v1/me", headers=self.admin).status, 401)
        self.stop()
        for back in (name, f"9999999999999-{first}.pk8"):
            shutil.copy2(copy, self.data / "keys" / back)
        self.program = self.start()
        self.assertEqual(self.client.send("GET", "/v1/me", headers=self.admin).status, 401)
        self.assertEqual(self.client.send("GET", "/v1/me", headers=fresh).status, 200)

    def test_files_that_no_record_names_are_left_alone(self):
        active = self.active()
        self.stop()
        other = self.top / "other"
        self.assertEqual(run("init", "--data", str(other)).returncode, 0)
        for path in (other / "keys").iterdir():
            shutil.copy2(path, self.data / "keys")
        (self.data / "keys" / "9999999999999-rac.pk8").write_bytes(b"rac")
        (self.data / "keys" / "ledger-9999999999999-rac.pk8").write_bytes(b"")
        self.program = self.start()
        self.assertEqual(self.active(), active)
        self.assertIn("named by no record", self.program.logged())
        self.stop()
        self.assertEqual(run("verify", "--data", str(self.data)).returncode, 0)
        self.program = self.start()

    def test_another_master_key_is_refused_by_name(self):
        self.stop()
        path = self.data / "master.key"
        right = path.read_bytes()
        for wrong in (bytes([right[0] ^ 1]) + right[1:], b"short", None):
            path.unlink()
            if wrong:
                path.write_bytes(wrong)
                path.chmod(0o600)
            for command in (["serve", *SERVE], ["user", "list"]):
                refused = run(*command, "--data", str(self.data))
                self.assertEqual(refused.returncode, 2, refused.stderr)
                self.assertIn("master.key", refused.stderr)
                self.assertIn("backup", refused.stderr)
            verified = run("verify", "--json", "--data", str(self.data))
            self.assertEqual(verified.returncode, 1, verified.stderr)
            self.assertIn("master.key", json.loads(verified.stdout)["wrong"])
            path.write_bytes(right)
            path.chmod(0o600)
        self.assertEqual(run("verify", "--data", str(self.data)).returncode, 0)
        self.program = self.start()
        self.client.sign_in(self.users[5])


if __name__ == "__main__":
    unittest.main()
