"""Telephone exchanges ask a mirror about callers: SIP over UDP and TCP, by hand and by a tester of exchanges (sipp)."""

import contextlib
import json
import re
import socket
import subprocess
import unittest

from client import free_port, run, until
from test_mirror import LISTED, Mirrored

STRANGER, OFFICIAL = "0950999998", "113"
MAX_HEAD, MAX_BODY, MAX_CONNECTIONS = 16 << 10, 64 << 10, 128  # src/formats/sip/request.rs, src/server/sip.rs
MAX_MORE = 896  # src/formats/sip/answer.rs
SCENARIO = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="dip">
  <send retrans="500"><![CDATA[
INVITE sip:0950999999@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:{caller}@[local_ip]:[local_port];user=phone>;tag=[call_number]
To: <sip:0950999999@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:dip@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=dip 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8
a=rtpmap:8 PCMA/8000
  ]]></send>
  <recv response="{status}"/>
  <send><![CDATA[
ACK sip:0950999999@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0
  ]]></send>
</scenario>
"""


def request(method="INVITE", caller=LISTED.replace(" ", ""), via="SIP/2.0/UDP 127.0.0.1:5099;branch=z9hG4bKa;rport", more=(), body="",
            length=True, uri="sip:0950999999@dip"):
    lines = [
        f"{method} {uri} SIP/2.0", f"Via: {via}", f"From: <sip:{caller}@127.0.0.1>;tag=1", "To: <sip:0950999999@dip>",
        "Call-ID: a@b", f"CSeq: 1 {method}", *more, *([f"Content-Length: {len(body)}"] if length else []),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


class Answered:
    def __init__(self, text):
        head, _, self.rest = text.partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        self.status = int(re.fullmatch(r"SIP/2\.0 (\d{3}) [A-Za-z ]+", first)[1])
        self.headers = {}
        for line in lines:
            name, value = line.split(": ", 1)
            self.headers.setdefault(name, value)
        assert self.headers["Content-Length"] == "0", text


class Line:
    """A connection to the dip."""

    def __init__(self, at):
        self.socket = socket.create_connection(at, timeout=30)
        self.bytes = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def answer(self):
        """The next answer; None where the connection ends."""
        while b"\r\n\r\n" not in self.bytes:
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                more = b""
            if not more:
                assert not self.bytes
                return None
            self.bytes += more
        head, self.bytes = self.bytes.split(b"\r\n\r\n", 1)
        return Answered(head.decode() + "\r\n\r\n")


class Dipping(Mirrored):
    def setUp(self):
        super().setUp()
        self.be_asked()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(self.socket.close)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(30)

    def be_asked(self, *more, data=None):
        self.mirror = self.start("--sip-listen", "127.0.0.1:0", *more, data=data)
        host, port = json.loads(self.mirror.first_line)["sip"].rsplit(":", 1)
        self.at = host, int(port)

    def current(self, mirror):
        """Waits until the copy is whole and confirmed, too: until then nobody knows."""
        super().current(mirror)
        until(lambda: not self.state(mirror)["stale"], lambda: self.state(mirror))

    def counts(self):
        return self.state(self.mirror)["sip"]

    def told(self, data):
        """The answer to a datagram. Nothing is answered to what is dropped: what is asked next is answered first."""
        self.socket.sendto(data, self.at)
        text, sender = self.socket.recvfrom(65536)
        self.assertEqual(sender, self.at)
        self.assertLessEqual(len(text), len(data) + MAX_MORE)
        return Answered(text.decode())

    def is_quiet(self, data):
        self.socket.sendto(data, self.at)
        self.assertEqual(self.told(request("OPTIONS")).headers["CSeq"], "1 OPTIONS")

    def test_exchanges_ask_about_callers_over_udp(self):
        self.current(self.mirror)
        before = self.counts()
        for caller, status in [
            (LISTED.replace(" ", ""), 603), ("+84950001001", 603), ("84950001001", 603), ("%2B84-950-001-001", 603),
            (STRANGER, 404), (OFFICIAL, 404), ("anonymous", 404),
        ]:
            answer = self.told(request(caller=caller))
            self.assertEqual(answer.status, status, caller)
            self.assertEqual("Reason" in answer.headers, status == 603)
            self.assertRegex(answer.headers["To"], r"^<sip:0950999999@dip>;tag=[0-9a-f]{16}$")
            self.assertEqual((answer.headers["Call-ID"], answer.headers["CSeq"]), ("a@b", "1 INVITE"))
        asserted = ["P-Asserted-Identity: <sip:x@y>, <tel:+84-950-001-001>"]
        self.assertEqual(self.told(request(caller=STRANGER, more=asserted)).status, 603)
        called = request(caller=STRANGER, uri="sip:0950001001@dip")
        self.assertEqual(self.told(called).status, 404, "who is called is not looked up")
        alive = self.told(request("OPTIONS"))
        self.assertEqual((alive.status, alive.headers["Allow"]), (200, "INVITE, ACK, CANCEL, OPTIONS"))
        self.assertEqual(self.told(request("REGISTER")).status, 405)
        self.assertEqual(self.told(request().replace(b"1 INVITE", b"x INVITE")).status, 400)
        self.assertEqual(self.told(request(length=False) + b"body").status, 603)
        self.assertEqual(self.told(request(body="v=0\r\n")[:-1]).status, 400, "cut on its way")
        counted = {name: count - before[name] for name, count in self.counts().items()}
        self.assertEqual(counted, {
            "listed": 6, "no_record": 2, "official": 1, "unreadable": 1, "alive": 1, "refused": 3,
            "unavailable": 0, "ignored": 0, "dropped": 0,
        })
        self.assertNotRegex(self.mirror.logged() + json.dumps(self.state(self.mirror)), "0950|8495")
        self.assertEqual(self.mirror.stop(), 0)

    def test_a_question_that_is_sent_again_is_answered_again_alike(self):
        self.current(self.mirror)
        again = {json.dumps(self.told(request()).headers) for _ in range(3)}
        self.assertEqual(len(again), 1)

    def test_an_answer_goes_back_to_its_sender_and_to_nobody_else(self):
        own = self.socket.getsockname()[1]
        for via, written in [
            (f"SIP/2.0/UDP 127.0.0.1:{own};branch=z", f"SIP/2.0/UDP 127.0.0.1:{own};branch=z"),
            ("SIP/2.0/UDP 127.0.0.1:1;rport", f"SIP/2.0/UDP 127.0.0.1:1;received=127.0.0.1;rport={own}"),
            (f"SIP/2.0/UDP 192.0.2.1:{own};maddr=192.0.2.1", f"SIP/2.0/UDP 192.0.2.1:{own};maddr=192.0.2.1;received=127.0.0.1"),
            ("SIP/2.0/UDP pbx.example;rport=7;received=192.0.2.1", f"SIP/2.0/UDP pbx.example;received=127.0.0.1;rport={own}"),
        ]:
            self.assertEqual(self.told(request(via=via)).headers["Via"], written)

    def test_what_is_no_request_is_not_answered(self):
        answer = b"SIP/2.0 200 OK" + request()[len(b"INVITE sip:0950999999@dip SIP/2.0"):]
        before = self.counts()["dropped"]
        dropped = [answer, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"\0" * 4, b"\xff" * 1400, request()[:-2],
                   request(more=["X: " + "y" * MAX_HEAD]), request().replace(b"Call-ID", b"Call-IT"), b"\r\n\r\n" + b"x"]
        for data in dropped:
            self.is_quiet(data)
        self.assertEqual(self.counts()["dropped"] - before, len(dropped))
        for data in [b"", b"\r\n", b"\r\n\r\n", request("ACK"), request("CANCEL")]:
            self.is_quiet(data)
        self.assertEqual(self.counts()["dropped"] - before, len(dropped))
        self.assertGreaterEqual(self.counts()["ignored"], 2)

    def test_exchanges_ask_one_after_another_on_a_connection(self):
        self.current(self.mirror)
        via = "SIP/2.0/TCP 127.0.0.1:5099;branch=z"
        listed, stranger = request(via=via, body="v=0\r\n\r\n"), request(via=via, caller=STRANGER)
        with Line(self.at) as line:
            line.send(b"\r\n\r\n" + listed + stranger + request("ACK") + b"\r\n" + request("OPTIONS") + listed)
            self.assertEqual([line.answer().status for _ in range(4)], [603, 404, 200, 603])
            for byte in stranger:
                line.send(bytes([byte]))
            self.assertEqual(line.answer().status, 404)
            line.send(request(body="\r\n" * (MAX_BODY // 2)))
            self.assertEqual(line.answer().status, 603)
            line.send(stranger)
            self.assertEqual(line.answer().status, 404)

    def test_a_connection_ends_where_nobody_knows_what_follows(self):
        self.current(self.mirror)
        self.told(request("OPTIONS"))
        for data, status in [
            (request(length=False), 400), (request(length=False, more=["Content-Length: x"]), 400),
            (request(body="x" * (MAX_BODY + 1)), 513), (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", None),
            (request(more=["X: " + "y" * MAX_HEAD]), None), (b"x" * (MAX_HEAD + 4), None),
        ]:
            with Line(self.at) as line:
                with contextlib.suppress(ConnectionError):
                    line.send(data)
                answer = line.answer()
                self.assertEqual(answer and answer.status, status, data[:40])
                self.assertIsNone(line.answer())

    def test_there_are_so_many_connections_and_no_more(self):
        self.current(self.mirror)
        with contextlib.ExitStack() as held:
            open_line = lambda: held.enter_context(Line(self.at))
            lines = [open_line() for _ in range(MAX_CONNECTIONS)]
            for line in lines:
                line.send(request("OPTIONS"))
            self.assertEqual([line.answer().status for line in lines], [200] * MAX_CONNECTIONS)
            self.assertIsNone(open_line().answer(), "one more")
            self.assertEqual(self.told(request()).status, 603, "datagrams are answered all the same")
            lines[0].socket.close()

            def again():
                with Line(self.at) as line, contextlib.suppress(ConnectionError):
                    line.send(request("OPTIONS"))
                    return line.answer()
            until(again, "a place that became free")

    def test_a_stale_copy_says_that_nobody_knows_and_a_fresh_one_goes_on(self):
        self.mirror.kill()
        self.be_asked("--stale-after", "1")
        self.current(self.mirror)
        self.proxy.lie = lambda path, answer: answer.__dict__.update(status=503, body=b"{}")
        until(lambda: self.state(self.mirror)["stale"], "stale")
        for data in [request(), request(caller=STRANGER), request("OPTIONS")]:
            answer = self.told(data)
            self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "60"))
        self.proxy.lie = None
        until(lambda: self.told(request()).status == 603, "a fresh copy")

    def test_without_a_copy_nobody_knows(self):
        self.proxy.lie = lambda path, answer: answer.__dict__.update(status=503, body=b"{}")
        self.be_asked(data=self.top / "empty")
        answer = self.told(request(caller=STRANGER))
        self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "5"))
        self.proxy.lie = None

    def test_exchanges_ask_nothing_unless_it_is_wanted(self):
        plain = self.start(data=self.top / "other")
        self.assertNotIn("sip", json.loads(plain.first_line))
        self.assertNotIn("sip", plain.client.send("GET", "/v1/mirror").json)
        port = str(self.at[1])
        taken = run(*self.arguments("--listen", "127.0.0.1:0", "--sip-listen", "127.0.0.1:" + port, data=self.top / "third"))
        self.assertEqual(taken.returncode, 2)
        self.assertIn("choose another with --sip-listen", taken.stderr)
        both = self.once("--sip-listen", "127.0.0.1:0")
        self.assertEqual((both.returncode, "does not go with" in both.stderr), (2, True), both.stderr)

    def test_a_tester_of_exchanges_gets_its_answers(self):
        self.current(self.mirror)
        for way in ["u1", "t1"]:
            for caller, status in [("0950001001", 603), (STRANGER, 404)]:
                scenario = self.top / f"{way}-{status}.xml"
                scenario.write_text(SCENARIO.format(caller=caller, status=status))
                done = subprocess.run(
                    ["sipp", "-sf", scenario, "-t", way, "-i", "127.0.0.1", "-p", str(free_port()), "-m", "200", "-r", "400",
                     "-timeout", "60", "-nostdin", "%s:%d" % self.at],
                    cwd=self.top, capture_output=True, text=True, timeout=120, check=False,
                )
                self.assertEqual(done.returncode, 0, (way, status, done.stdout[-2000:], done.stderr[-500:]))
        counts = self.counts()
        self.assertGreaterEqual(min(counts["listed"], counts["no_record"], counts["ignored"]), 400)


if __name__ == "__main__":
    unittest.main()
