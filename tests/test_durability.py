"""Nothing acknowledged is lost: the real binary is killed, its folder damaged."""

import json
import pathlib
import random
import shutil
import tempfile
import threading
import time
import unittest

from client import Client, Program, free_port, run

ROUNDS = 50


class Durability(unittest.TestCase):
    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.data = self.top / "data"
        self.listen = f"127.0.0.1:{free_port()}"
        self.client = Client("http://" + self.listen)
        program = Program("demo", "--data", str(self.data), "--listen", self.listen, "--json")
        users = json.loads(program.first_line)["users"]
        self.officer, self.supervisor = map(self.client.sign_in, users[:2])
        self.assertEqual(program.stop(), 0)

    def tearDown(self):
        shutil.rmtree(self.top)

    def serve(self):
        return Program("serve", "--data", str(self.data), "--listen", self.listen, "--admin-listen", "127.0.0.1:0")

    def list_one(self, number):
        body = {"identifier": {"q": number}, "method": "khac"}
        made = self.client.send("POST", "/v1/listings", body, self.officer)
        if made.status != 201:
            return False
        headers = {**self.supervisor, "If-Match": made.headers["etag"]}
        path = f"/v1/listings/{made.json['id']}/confirm"
        return self.client.send("POST", path, {"reason": "đúng"}, headers).status == 200

    def test_a_kill_at_any_moment_loses_nothing_acknowledged(self):
        chance = random.Random(24)
        numbers = (f"0950{n:06}" for n in range(200_000, 900_000))
        told, acknowledged = threading.Condition(), []

        def work(stop):
            while not stop.is_set():
                with told:
                    number = next(numbers)
                try:
                    if self.list_one(number):
                        with told:
                            acknowledged.append(number)
                            told.notify()
                except OSError:
                    return
                except Exception:  # an answer cut in the middle
                    return

        for done in range(ROUNDS):
            program, stop = self.serve(), threading.Event()
            for number in acknowledged[-100:]:
                self.assertEqual(self.client.verdict(number), "listed", number)
            threads = [threading.Thread(target=work, args=(stop,)) for _ in range(4)]
            [thread.start() for thread in threads]
            # On a busy machine rounds may end before the first answer: the next one waits for it.
            with told:
                self.assertTrue(told.wait_for(lambda: len(acknowledged) > done, timeout=60), "no answer")
            time.sleep(chance.uniform(0.005, 0.25))
            program.kill()
            stop.set()
            [thread.join() for thread in threads]
        self.assertGreater(len(acknowledged), ROUNDS)
        verified = run("verify", "--data", str(self.data))
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        program = self.serve()
        for start in range(0, len(acknowledged), 100):
            items = [{"q": number} for number in acknowledged[start : start + 100]]
            answer = self.client.send("POST", "/v1/check", {"items": items}).json
            self.assertEqual({r["verdict"] for r in answer["results"]}, {"listed"})
        self.assertEqual(program.stop(), 0)

    def test_a_second_process_on_the_folder_is_refused(self):
        program = self.serve()
        second = run("rebuild", "--data", str(self.data))
        self.assertEqual(second.returncode, 2)
        self.assertIn("is using", second.stderr)
        self.assertEqual(program.stop(), 0)

    def test_a_check_on_the_command_line_asks_the_service_that_uses_the_folder(self):
        program = self.serve()
        for text, code in [("0950 001 001", 1), ("0950999999", 0), ("0912xxx678", 2)]:
            beside = run("check", "--data", str(self.data), text)
            self.assertEqual(beside.returncode, code, beside.stderr)
        self.assertEqual(program.stop(), 0)
        alone = run("check", "--data", str(self.data), "0950 001 001")
        self.assertEqual(alone.returncode, 1)
        self.assertIn("CẢNH BÁO", alone.stdout)

    def test_a_store_that_is_gone_or_damaged_is_rebuilt(self):
        before = json.loads(run("verify", "--json", "--data", str(self.data)).stdout)
        shutil.rmtree(self.data / "store")
        for damage in (None, b"\xff" * 4096):
            if damage:
                with open(self.data / "store" / "db", "r+b") as file:
                    file.seek(8192)
                    file.write(damage)
            program = self.serve()
            self.assertEqual(self.client.verdict("0950001001"), "listed")
            self.assertEqual(program.stop(), 0)
        after = json.loads(run("verify", "--json", "--data", str(self.data)).stdout)
        self.assertEqual(before["digest"], after["digest"])

    def test_damage_in_the_middle_of_the_journal_stops_the_start(self):
        segment = sorted((self.data / "journal").glob("*.journal"))[0]
        original = segment.read_bytes()
        damaged = bytearray(original)
        damaged[len(damaged) // 3] ^= 0xFF
        segment.write_bytes(damaged)
        wrong = run("verify", "--json", "--data", str(self.data))
        self.assertEqual(wrong.returncode, 1)
        self.assertIn(segment.name, json.loads(wrong.stdout)["wrong"])
        stopped = run("serve", "--data", str(self.data), "--listen", self.listen)
        self.assertEqual(stopped.returncode, 2)
        self.assertIn(segment.name, stopped.stderr)
        self.assertEqual(segment.read_bytes(), bytes(damaged))

    def test_a_backup_taken_while_running_can_be_restored(self):
        program = self.serve()
        self.assertTrue(self.list_one("0950 190 001"))
        copy, restored = self.top / "copy", self.top / "restored"
        made = run("backup", "--data", str(self.data), "--to", str(copy))
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertEqual(program.stop(), 0)
        self.assertEqual(run("restore", "--from", str(copy), "--data", str(restored), "--nothing-newer").returncode, 0)
        self.assertEqual(run("verify", "--data", str(restored)).returncode, 0)
        self.assertEqual(run("check", "--data", str(restored), "0950190001").returncode, 1)
        self.assertEqual(run("restore", "--from", str(copy), "--data", str(restored), "--nothing-newer").returncode, 2)


if __name__ == "__main__":
    unittest.main()
