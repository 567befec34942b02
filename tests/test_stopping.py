"""The service ends within ten seconds of SIGTERM, whatever its clients do, and answers what it was sent whole."""

import json
import pathlib
import shutil
import socket
import tempfile
import time
import unittest
import urllib.parse

from client import Client, Program, run, totp

MOST = 10
# A snapshot of 6 MB: more than the buffers on the way take (4 MiB of the sender).
LISTINGS = "14000"


class Stopping(unittest.TestCase):
    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.addCleanup(shutil.rmtree, self.top)
        self.sockets = []
        self.program = None

    def tearDown(self):
        for held in self.sockets:
            held.close()
        if self.program:
            self.program.kill()

    def demo(self, listings="0"):
        self.data = self.top / "data"
        demo = ("demo", "--json", "--data", str(self.data), "--listen", "127.0.0.1:0", "--listings", listings)
        self.program = Program(*demo)
        demo = json.loads(self.program.first_line)
        self.users, self.partner = demo["users"], demo["partners"][0]
        self.reach(demo["url"])

    def serve(self):
        listen = ("--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0")
        self.program = Program("serve", "--data", str(self.data), *listen)
        self.reach(self.program.first_line.split()[-1])

    def reach(self, url):
        self.client = Client(url)
        host = urllib.parse.urlsplit(url)
        self.address = (host.hostname, host.port)

    def connect(self, receive=None):
        held = socket.socket()
        if receive:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        held.settimeout(30)
        held.connect(self.address)
        self.sockets.append(held)
        return held

    def answered(self, held):
        """Reads the head of an answer."""
        head = b""
        while b"\r\n\r\n" not in head:
            more = held.recv(1)
            self.assertTrue(more, head)
            head += more
        return head.decode()

    def sent(self, head, body=b""):
        """Sends the head of a request and, when the service reads its body, a part of that."""
        held = self.connect()
        held.sendall(f"{head}\r\nHost: x\r\nExpect: 100-continue\r\n\r\n".encode())
        self.assertIn("100 Continue", self.answered(held))
        held.sendall(body)
        return held

    def half_json(self):
        head = "POST /v1/check HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 500"
        return self.sent(head, b'{"q": "0950')

    def half_form(self):
        kind = "multipart/form-data; boundary=ranh"
        head = f"POST /vi HTTP/1.1\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked"
        part = b'--ranh\r\nContent-Disposition: form-data; name="q"\r\n\r\n0950'
        return self.sent(head, b"%x\r\n%s\r\n" % (len(part), part))

    def half_picture(self):
        head = "POST /v1/check/image HTTP/1.1\r\nContent-Type: image/png\r\nContent-Length: 5000"
        return self.sent(head, b"\x89PNG")

    def half_head(self):
        # What comes behind a whole request in one packet has arrived when that is answered.
        held = self.connect()
        held.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nPOST /v1/check HTTP/1.1\r\nHo")
        self.assertIn("200", self.answered(held))
        return held

    def idle(self):
        held = self.connect()
        held.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertIn("200", self.answered(held))
        return held

    def with_token(self, path, receive=None):
        form = urllib.parse.urlencode(
            {
                "grant_type": "client_credentials",
                "client_id": self.partner["client_id"],
                "client_secret": self.partner["client_secret"],
            }
        )
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        token = self.client.send("POST", "/v1/oauth/token", raw=form.encode(), headers=kind).json["access_token"]
        held = self.connect(receive)
        held.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        return held

    def stalled_snapshot(self):
        held = self.with_token("/v1/feed/snapshot", receive=2048)
        self.assertIn("200", self.answered(held))
        return held

    def long_poll(self):
        size = self.client.send("GET", "/healthz").json["ledger_size"]
        return self.with_token(f"/v1/feed/changes?after={size}&wait=55")

    def events(self):
        held = self.with_token("/v1/feed/events")
        self.assertIn("200", self.answered(held))
        return held

    def ended(self):
        started = time.monotonic()
        self.program.process.terminate()
        code = self.program.process.wait(timeout=60)
        took = time.monotonic() - started
        self.program.close()
        self.program = None
        self.assertEqual(code, 0)
        self.assertLess(took, MOST)

    def test_no_client_keeps_the_program_from_ending(self):
        kinds = [
            self.half_json,
            self.half_form,
            self.half_picture,
            self.half_head,
            self.idle,
            self.stalled_snapshot,
            self.long_poll,
            self.events,
        ]
        self.demo(LISTINGS)
        for kind in [*kinds, None]:
            with self.subTest(kind.__name__ if kind else "all of them"):
                if not self.program:
                    self.serve()
                for each in [kind] if kind else kinds:
                    each()
                self.ended()
        self.assertEqual(run("verify", "--data", str(self.data)).returncode, 0)

    def test_half_a_body_is_told_that_the_service_stops(self):
        self.demo()
        held = self.half_json()
        self.ended()
        told = held.makefile("rb").read().decode()
        self.assertTrue(told.startswith("HTTP/1.1 503"), told[:100])
        self.assertIn("shutting-down", told)

    def test_what_was_sent_whole_is_answered_and_kept(self):
        self.demo()
        officer = self.client.sign_in(self.users[0], offset=-1)["Authorization"]
        body = json.dumps({"identifier": {"q": "0950 880 001"}, "method": "khac"}).encode()
        kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}"
        listing = self.sent(f"POST /v1/listings HTTP/1.1\r\n{kind}\r\nAuthorization: {officer}", body[:5])
        user = self.users[1]
        body_in = {"username": user["username"], "password": user["password"], "otp": totp(user["totp_secret"])}
        body_in = json.dumps(body_in).encode()
        kind = f"Content-Type: application/json\r\nContent-Length: {len(body_in)}"
        session = self.sent(f"POST /v1/session HTTP/1.1\r\n{kind}", body_in)
        listing.sendall(body[5:])
        self.ended()
        for held, status in [(listing, "201"), (session, "200")]:
            self.assertTrue(held.makefile("rb").read().decode().startswith(f"HTTP/1.1 {status}"))
        self.serve()
        officer = self.client.sign_in(self.users[0])
        page = self.client.send("GET", "/v1/listings?key=0950880001", headers=officer).json
        self.assertEqual([item["status"] for item in page["items"]], ["proposed"])


if __name__ == "__main__":
    unittest.main()
