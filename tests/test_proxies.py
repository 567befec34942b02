"""nginx, HAProxy and Caddy in front of the program, each as its sample in config/deploy has it."""

import contextlib
import json
import re
import socket
import ssl
import subprocess
import time
import unittest
import urllib.parse

from client import run, totp, until
from deployed import BURST, Deployed, DeskThrough, FORM, HERE, NAME, NOTHING, NUMBER, sample
from proxies import Caddy, Haproxy, Nginx

LIST = 10 << 20
# The largest bodies that the program takes: the form around a list, and around the files of a report, may have 128 KiB.
LARGEST_LIST, LARGEST = LIST + (128 << 10), (20 << 20) + (128 << 10)
# Events say every 15 s that they are there. What comes within this was not waited for.
AT_ONCE = 5


def filled(parts, size):
    """A form of that many bytes: parts as name, more of the head, and content; and one more that fills it."""
    form = b"".join(
        f'--ranh\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + content + b"\r\n"
        for name, more, content in [*parts, ("filling", "", b"")]
    ).removesuffix(b"\r\n")
    end = b"\r\n--ranh--\r\n"
    return form + b"x" * (size - len(form) - len(end)) + end


FILLED = {"Content-Type": "multipart/form-data; boundary=ranh"}


class Serves:
    def test_a_page_loads_over_tls_and_plain_http_leads_there(self):
        page = self.client.send("GET", "/vi")
        self.assertEqual(page.status, 200)
        self.assertIn("</html>", page.body)
        self.assertIn("max-age=", page.headers["strict-transport-security"])
        self.assertNotRegex(page.headers.get("server", ""), r"\d", "no version")
        self.assertEqual(self.client.verdict("0950 001 001"), "listed")
        ask = f"GET /vi/quay HTTP/1.0\r\nHost: {NAME}\r\n\r\n".encode()
        answer = self.spoken(ask, self.proxy.plain)
        self.assertIn(" 301 ", answer.partition("\n")[0])
        self.assertRegex(answer, rf"(?i)location: https://{NAME}/vi/quay\r\n")

    def test_only_the_own_name_is_answered_and_the_figures_for_operators_never(self):
        self.assertEqual(self.client.send("GET", "/metrics").status, 404)
        for host in ("", "Host: other.example\r\n"):
            self.assertEqual(self.spoken(f"GET /vi HTTP/1.0\r\n{host}\r\n".encode(), self.proxy.plain), "")
        other = self.spoken(b"GET /vi HTTP/1.0\r\nHost: other.example\r\n\r\n", self.proxy.tls, tls=True)
        self.assertIn(other.partition("\r\n")[0], self.proxy.to_another_name)
        with socket.create_connection((HERE, self.proxy.tls)) as line, self.assertRaises(ssl.SSLError) as refused:
            self.client.context.wrap_socket(line, server_hostname="other.example")
        self.assertRegex(refused.exception.reason, "^(TLSV1_UNRECOGNIZED_NAME|TLSV1_ALERT)", "not even a certificate is shown")

    def test_a_body_as_large_as_the_program_takes_passes_and_a_larger_one_is_refused(self):
        officer = {**self.bearer("officer"), "Content-Type": "text/csv"}
        row = "SĐT lừa đảo,Nội dung\n0950111001,".encode()
        listed = row + b"x" * (LIST - len(row))
        answer = self.client.send("POST", "/v1/imports?dry_run=true", raw=listed, headers=officer)
        self.assertEqual((answer.status, answer.json["rows"][0]["outcome"]), (200, "accepted"))
        # The same list at the desk.
        desk = DeskThrough(self.client).sign_in(self.users["other"]).go("/desk/imports")
        csrf = re.search(r'name="csrf" value="([^"]+)"', desk.page)[1].encode()
        parts = [("file", '; filename="ds.csv"\r\nContent-Type: text/csv', listed), ("csrf", "", csrf)]
        desk.go("/desk/imports/preview", raw=filled(parts, LARGEST_LIST), kind=FILLED)
        self.assertEqual(desk.status, 200, desk.text()[:500])
        self.assertIn("0950 111 001", desk.text())
        # Files of a report, of which nothing is kept until it is sent.
        files = [("file", f'; filename="{n}.png"\r\nContent-Type: image/png', bytes(5 << 20)) for n in range(4)]
        for size, status in ((LARGEST, 200), (LARGEST + 1, 413)):
            answer = self.client.send("POST", "/vi/bao-cao", raw=filled(files, size), headers=FILLED)
            self.assertEqual(answer.status, status, size)
        # Whose answer it is: the program's have a number of their own.
        self.assertEqual("x-request-id" not in answer.headers, self.proxy.bounds_bodies)

    def test_who_is_refused_is_told_so_while_the_body_is_still_coming(self):
        kind = {"Content-Type": "text/csv"}
        with contextlib.closing(self.client.line()) as line:
            line.putrequest("POST", "/v1/imports")
            for name, value in {**kind, "Content-Length": str(10 << 20)}.items():
                line.putheader(name, value)
            line.endheaders(b"x" * (100 << 10))
            if self.proxy.answers_who_stalls:
                self.assertEqual(line.getresponse().status, 401)
        # More than fits into what lies between: it goes on being sent after the answer.
        answer = self.client.send("POST", "/v1/imports", raw=bytes(10 << 20), headers=kind)
        self.assertEqual((answer.status, answer.code), (401, "unauthenticated"))

    def test_a_long_message_fits_into_an_address(self):
        text = urllib.parse.quote("ắ" * 4000)
        self.assertEqual(self.client.send("GET", f"/v1/check?q={text}").status, 200)

    def left(self, source, **headers):
        answer = self.client.send("POST", "/v1/check", {"q": "0950999999"}, headers, source=source)
        self.assertEqual(answer.status, 200)
        return int(re.search(r"r=(\d+)", answer.headers["ratelimit"])[1])

    def test_each_caller_has_limits_of_its_own_whatever_address_it_claims(self):
        claims = [
            {}, {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "203.0.113.8, 127.0.0.9"},
            {"Forwarded": "for=203.0.113.9"}, {"X-Real-IP": "203.0.113.10"},
            # Longer than the program reads: behind such a claim it would see the proxy alone.
            {"X-Forwarded-For": "9" * 5000},
        ]
        left = [self.left("127.0.0.4", **claim) for claim in claims]
        for count, tokens in enumerate(left, 1):
            # One token may have come back meanwhile.
            self.assertIn(BURST - tokens, (count * NOTHING, count * NOTHING - 1), left)
        self.assertEqual(self.left("127.0.0.5"), BURST - NOTHING)
        self.assertEqual(self.client.send("GET", "/readyz").json["forwarded"], "none")

    def test_the_audit_trail_knows_who_signed_in_by_the_callers_own_address(self):
        user = self.users["auditor"]
        body = {"username": user["username"], "password": user["password"], "otp": totp(user["totp_secret"])}
        claim = {"X-Forwarded-For": "203.0.113.7", "Forwarded": "for=203.0.113.7"}
        answer = self.client.send("POST", "/v1/session", body, claim, source="127.0.0.6")
        self.assertEqual(answer.status, 200, answer.body)
        auditor = {"Authorization": "Bearer " + answer.json["access_token"]}
        lines = self.client.send("GET", "/v1/audit/export?after=0&limit=10000", headers=auditor).body.splitlines()
        line = [line for line in map(json.loads, lines) if "address" in line][-1]
        self.assertEqual(line["changes"][0]["change"], "session_started")

        def token(address):
            return run("audit", "address", address, "--data", str(self.data)).stdout.split()[0]

        self.assertEqual(line["address"], token("127.0.0.6"))
        self.assertNotIn(line["address"], (token(HERE), token("203.0.113.7")))

    def listed(self, number):
        """Proposes and confirms a listing."""
        body = {"identifier": {"q": number}, "method": "khac"}
        made = self.client.send("POST", "/v1/listings", body, self.bearer("officer")).json["id"]
        match = {**self.bearer("supervisor"), "If-Match": '"1"'}
        answer = self.client.send("POST", f"/v1/listings/{made}/confirm", {"reason": "đúng"}, match)
        self.assertEqual(answer.status, 200, answer.body)

    def test_the_feed_tells_at_once_what_is_new_to_whoever_waits(self):
        partner = self.partner()
        self.bearer("officer"), self.bearer("supervisor")
        with contextlib.closing(self.client.line()) as stream, contextlib.closing(self.client.line()) as poll:
            stream.ask("GET", "/v1/feed/events", partner)
            stream.sock.settimeout(AT_ONCE)
            events = stream.getresponse()
            said = lambda: int(re.search(rb'data: {"size":(\d+)}', events.read1(200))[1])
            size = said()
            # Nothing comes for a second: the program says so, not the proxy.
            started = time.monotonic()
            nothing = self.client.send("GET", f"/v1/feed/changes?after={size}&wait=1", headers=partner)
            self.assertEqual(nothing.status, 204)
            self.assertGreaterEqual(time.monotonic() - started, 1)
            poll.ask("GET", f"/v1/feed/changes?after={size}&wait=55", partner)
            poll.sock.settimeout(0.5)
            with self.assertRaises(TimeoutError, msg="it waits"):
                poll.sock.recv(1)
            poll.sock.settimeout(90)
            stream.sock.settimeout(90)
            self.listed("0950424243")
            lines = poll.getresponse().read().decode().splitlines()
            self.assertEqual(json.loads(lines[0])["key"], "phone:+84950424243")
            stream.sock.settimeout(AT_ONCE)
            self.assertEqual(said(), size + 1)

    def test_the_desk_hears_at_once_how_many_reports_are_open(self):
        desk = DeskThrough(self.client).sign_in(self.users["other_supervisor"])
        with contextlib.closing(self.client.line()) as stream:
            stream.ask("GET", "/desk/reports/events", {"Cookie": "; ".join(f"{k}={v}" for k, v in desk.cookies.items())})
            stream.sock.settimeout(AT_ONCE)
            answer = stream.getresponse()
            self.assertEqual(answer.status, 200)
            self.assertRegex(answer.read1(200), rb'^data: {"open":\d+,"urgent":\d+}\n\n$')

    def test_who_leaves_a_stream_of_events_leaves_his_place_to_others(self):
        partner, streams = self.partner(), []
        for _ in range(100):
            line = self.client.line()
            line.ask("GET", "/v1/feed/events", partner)
            answer = line.getresponse()
            streams.append((line, answer))
            if answer.status == 503:
                break
        self.assertEqual(answer.status, 503, "so many are held for one partner and no more")
        for line, answer in streams:
            answer.close()
            line.close()

        def again():
            with contextlib.closing(self.client.line()) as line:
                line.ask("GET", "/v1/feed/events", partner)
                return line.getresponse().status == 200

        until(again, "a place", patience=AT_ONCE)

    def test_a_proxy_waits_longer_than_the_program_lets_anybody_wait(self):
        parameters = self.client.send("GET", "/openapi.json").json["paths"]["/v1/feed/changes"]["get"]["parameters"]
        [longest] = [it["schema"]["maximum"] for it in parameters if it["name"] == "wait"]
        [seconds] = re.findall(self.proxy.longest, sample(self.proxy.sample))
        self.assertGreater(int(seconds), longest)
        # The program gives up a body that stalls for ten seconds, and tells so.
        for of_a_body in self.proxy.of_a_body:
            [seconds] = re.findall(of_a_body, sample(self.proxy.sample))
            self.assertGreater(int(seconds), 10)


class KeepsQuiet:
    # What the program tells its developers is no reason to tell a number.
    environment = {"CANHGIAC_LOG__LEVEL": "trace"}

    def over_http2(self, *words):
        """The version and status of the answer to a request over HTTP/2, as curl makes it."""
        *options, path = words
        place = f"{NAME}:{self.proxy.tls}"
        command = ["curl", "-sS", "--http2", "--max-time", "60", "--cacert", self.proxy.certificate, "--resolve", f"{place}:{HERE}"]
        command += ["-o", "/dev/null", "-w", "%{http_version} %{http_code}", *options, f"https://{place}{path}"]
        return subprocess.run(command, capture_output=True, text=True).stdout

    def test_no_log_holds_a_number_whatever_goes_wrong(self):
        check = f"/v1/check?q=0{NUMBER}"
        send, spoken, proxy = self.client.send, self.spoken, self.proxy
        tells = {"User-Agent": f"0{NUMBER}", "Referer": f"https://other.example/0{NUMBER}", "X-Forwarded-For": f"0{NUMBER}"}
        self.assertEqual(send("POST", "/v1/check", {"q": f"0{NUMBER}"}, tells).status, 200)
        form = urllib.parse.urlencode({"q": f"0{NUMBER}"}).encode()
        self.assertEqual(send("POST", "/vi", headers=FORM, raw=form).status, 200)
        self.assertEqual(send("GET", check).status, 200)
        self.assertEqual(send("GET", f"/v1/check?x=0{NUMBER}").status, 400)
        self.assertEqual(send("GET", f"/v1/listings?key=0{NUMBER}").status, 401)
        self.assertEqual(send("DELETE", f"/v1/officials/phone:+84{NUMBER}", {"reason": "x"}).status, 401)
        for path in (f"/0{NUMBER}", f"/vi/0{NUMBER}", f"/v1/check/0{NUMBER}", f"/tel:0{NUMBER}/vi", f"/vi0{NUMBER}"):
            self.assertEqual(send("GET", path).status, 404, path)
        # What proxies refuse by themselves, or leave to the program.
        self.assertEqual(send("POST", f"/vi/bao-cao?q=0{NUMBER}", headers=FILLED, raw=bytes(LARGEST + 1)).status, 413)
        self.assertIn(send("GET", check + "0" * (80 << 10)).status, (400, 414, 431))
        self.assertIn(send("GET", check, headers={"X-Long": NUMBER * 8000}).status, (200, 400, 431))
        host = f"Host: {NAME}\r\nConnection: close\r\n"
        for words in [
            f"GET {check} HTTP/7.0\r\n{host}\r\n",
            f"GET {check} HTTP/1.1\r\nHost: {NAME}:0{NUMBER}x/\r\nConnection: close\r\n\r\n",
            f"0{NUMBER} {check} HTTP/1.0\r\n{host}\r\n",
            f"GET {check} HTTP/1.0\r\n{host}Content-Length: 0{NUMBER}x\r\n\r\n",
            f"GET {check} HTTP/1.1\r\n{host}0{NUMBER}\r\n\r\n",
            f"GET /vi/%00?0{NUMBER} HTTP/1.1\r\n{host}\r\n",
        ]:
            # What it answers is its own affair.
            self.assertRegex(spoken(words.encode(), proxy.tls, tls=True), r"^HTTP/1\.\d \d{3} ", words)
        self.assertIn(" 301 ", spoken(f"GET {check} HTTP/1.0\r\n{host}\r\n".encode(), proxy.plain))
        for words in (["-X", f"0{NUMBER}", f"/vi?q=0{NUMBER}"], [f"/0{NUMBER}"], ["-H", f"Host: 0{NUMBER}.example", "/vi"]):
            self.over_http2(*words)
        self.assertEqual(self.over_http2(check), "2 200")
        # Whoever calls another name, or speaks plainly where TLS is spoken, is not written down at all.
        spoken(f"GET {check} HTTP/1.0\r\nHost: other.example\r\n\r\n".encode(), proxy.plain)
        spoken(f"GET {check} HTTP/1.0\r\nHost: 0{NUMBER}.example\r\n\r\n".encode(), proxy.tls, tls=True)
        self.assertNotIn(" 200 ", spoken(f"GET {check} HTTP/1.0\r\n{host}\r\n".encode(), proxy.tls))
        with socket.create_connection((HERE, proxy.tls)) as line, contextlib.suppress(ssl.SSLError):
            self.client.context.wrap_socket(line, server_hostname=f"0{NUMBER}.example")
        # Who goes away in the middle.
        for cut in (f"GET {check} HTTP/1.1\r\n{host}", f"POST {check} HTTP/1.1\r\n{host}Content-Length: 99\r\n\r\n{{"):
            with socket.create_connection((HERE, proxy.tls)) as line:
                with self.client.context.wrap_socket(line, server_hostname=NAME) as line:
                    line.sendall(cut.encode())
        logged = self.program.logged()
        self.stop_program()
        self.assertEqual(send("GET", check).status, proxy.gone)
        gone = lambda: str(proxy.gone) in [status for _, _, status in proxy.lines()]
        until(gone, lambda: proxy.logs())
        proxy.stop()
        self.assertGreaterEqual(len(proxy.lines()), 14, "the log was kept")
        self.assertIn(("POST", "/v1/check", "200"), proxy.lines())
        for name, text in {**proxy.logs(), "the program": logged}.items():
            for line in text.splitlines():
                self.assertNotIn(NUMBER, line, name)


class NginxServes(Serves, Deployed):
    front = Nginx


class HaproxyServes(Serves, Deployed):
    front = Haproxy


class CaddyServes(Serves, Deployed):
    front = Caddy


class NginxKeepsQuiet(KeepsQuiet, Deployed):
    front = Nginx

    def test_what_can_not_be_brought_about_here_is_not_written_down_either(self):
        # Where nginx fails in another way, it would write the request into its log of errors.
        levels = re.findall(r"^ *error_log \S+ (\w+);", sample("nginx.conf"), re.M)
        self.assertEqual(levels, ["emerg"] * len(re.findall(r"^server {", sample("nginx.conf"), re.M)))


class HaproxyKeepsQuiet(KeepsQuiet, Deployed):
    front = Haproxy


class CaddyKeepsQuiet(KeepsQuiet, Deployed):
    front = Caddy


if __name__ == "__main__":
    unittest.main()
