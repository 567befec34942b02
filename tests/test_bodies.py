"""Bodies that do not come to an end: they hold little memory, for a short time, and keep nobody out."""

import contextlib
import http.client
import json
import pathlib
import select
import socket
import time
import unittest
import urllib.parse

from client import Client, Program
from test_uploads import CSV, finders

PATIENCE = 60
LARGE = 5 << 20
PNG = {"Content-Type": "image/png"}
# 24 bodies of 5 MiB, with the buffers of all connections.
MOST_MEMORY = 200 << 20


class Bodies(unittest.TestCase):
    def setUp(self):
        self.program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        self.addCleanup(self.program.kill)
        self.demo = json.loads(self.program.first_line)
        self.client = Client(self.demo["url"])
        url = urllib.parse.urlsplit(self.demo["url"])
        self.address = (url.hostname, url.port)
        self.held = contextlib.ExitStack()
        self.addCleanup(self.held.close)

    def memory(self, what):
        status = pathlib.Path(f"/proc/{self.program.process.pid}/status").read_text()
        return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith(what))

    def begin(self, source, path="/v1/check/image", kind="image/png", more="", length=LARGE):
        """Sends the head of a request from an address of this machine."""
        held = self.held.enter_context(socket.create_connection(self.address, timeout=PATIENCE, source_address=(source, 0)))
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n{more}"
        head += f"Content-Length: {length}\r\n\r\n" if length else "Transfer-Encoding: chunked\r\n\r\n"
        held.sendall(head.encode())
        return held

    def fill(self, sockets, each):
        """Sends so much on each, as far as it is taken."""
        left = dict.fromkeys(sockets, each)
        chunk = b"\x89" * (256 << 10)
        for held in sockets:
            held.setblocking(False)
        # When nothing is taken for so long, nobody reads.
        while left and (ready := select.select([], list(left), [], 1)[1]):
            for held in ready:
                try:
                    left[held] -= held.send(chunk[: left[held]])
                except BlockingIOError:
                    continue
                except OSError:
                    left[held] = 0
                if left[held] <= 0:
                    del left[held]
        for held in sockets:
            held.setblocking(True)
            held.settimeout(PATIENCE)

    def status(self, held):
        return int(held.recv(12).split()[1])

    def picture(self, source):
        connection = http.client.HTTPConnection(*self.address, timeout=PATIENCE, source_address=(source, 0))
        with contextlib.closing(connection):
            connection.request("POST", "/v1/check/image", body=finders(5, 1), headers=PNG)
            return connection.getresponse().status

    def test_two_hundred_half_bodies_hold_little_and_keep_nobody_out(self):
        officer = self.client.sign_in(self.demo["users"][0])
        before = self.memory("VmHWM")
        sockets = [self.begin(f"127.0.0.{2 + at % 40}") for at in range(200)]
        self.fill(sockets, LARGE - 1024)
        took = self.memory("VmHWM") - before
        print("memory of 200 half bodies:", took >> 20, "MiB")
        self.assertLess(took, MOST_MEMORY)
        self.assertEqual(self.client.verdict("0950 001 001"), "listed")
        self.assertEqual(self.client.send("GET", "/healthz").status, 200)
        # A small picture needs no turn, and an officer's list has a line of its own.
        self.assertEqual(self.picture("127.0.0.99"), 200)
        rows = "".join(f"0950{at:06},{'x' * 100}\n" for at in range(500))
        listed = self.client.send(
            "POST", "/v1/imports?dry_run=true", headers={**officer, **CSV}, raw=f"SĐT,Ghi chú\n{rows}".encode()
        )
        self.assertEqual(listed.status, 200)
        answers = [self.status(held) for held in sockets]
        self.assertEqual(set(answers), {408, 503})
        self.held.close()
        # All turns are back: as many as there are, of which as many are looked at as one address may have looked at.
        sockets = [self.begin(f"127.0.0.{90 + at % 6}") for at in range(24)]
        self.fill(sockets, LARGE)
        self.assertEqual([self.status(held) for held in sockets], [200] * 24)
        left = self.memory("VmRSS") - before
        print("memory afterwards:", left >> 20, "MiB")
        self.assertLess(left, MOST_MEMORY // 2)

    def test_one_address_has_six_turns_and_no_more(self):
        sockets = [self.begin("127.0.0.2") for _ in range(6)]
        self.fill(sockets, LARGE - 1)
        seventh = self.begin("127.0.0.2")
        self.assertEqual(self.status(seventh), 503)
        self.assertIn(b"retry-after: 5", seventh.recv(4096).lower())
        other = self.begin("127.0.0.3")
        self.fill([other], LARGE)
        self.assertEqual(self.status(other), 200)
        # Without its length a body needs a turn once it has become large.
        unannounced = self.begin("127.0.0.2", length=None)
        unannounced.sendall(b"%x\r\n%s\r\n" % (32 << 10, b"x" * (32 << 10)))
        unannounced.sendall(b"1\r\nx\r\n")
        self.assertEqual(self.status(unannounced), 503)
        # Who goes on is answered, and the turn is the next one's.
        sockets[0].sendall(b"x")
        self.assertEqual(self.status(sockets[0]), 200)
        again = self.begin("127.0.0.2")
        self.fill([again], LARGE)
        self.assertEqual(self.status(again), 200)

    def test_a_body_that_stalls_is_given_up_after_ten_seconds(self):
        small = self.begin("127.0.0.2", "/v1/check", "application/json", length=500)
        small.sendall(b'{"q": "0950')
        large = self.begin("127.0.0.2")
        self.fill([large], LARGE - 1)
        begun = time.monotonic()
        self.assertEqual([self.status(small), self.status(large)], [408, 408])
        self.assertLess(time.monotonic() - begun, 20)


class Pools(unittest.TestCase):
    def test_what_serves_keeps_little_memory_unless_somebody_says_how_much(self):
        for asked, kept in (({}, b"4"), ({"MALLOC_ARENA_MAX": "7"}, b"7")):
            program = Program("demo", "--listen", "127.0.0.1:0", "--json", environment=asked)
            try:
                environment = pathlib.Path(f"/proc/{program.process.pid}/environ").read_bytes().split(b"\0")
                self.assertIn(b"MALLOC_ARENA_MAX=" + kept, environment)
                self.assertIn(b"MALLOC_MMAP_THRESHOLD_=1048576", environment)
            finally:
                program.kill()


if __name__ == "__main__":
    unittest.main()
