"""The public ledger: accepted by verifiers that nobody here wrote, true after erasure, and never forked."""

import base64
import contextlib
import copy
import gzip
import hashlib
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import unittest
import urllib.error
import urllib.request

import jwt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client import Client, Program, free_port, run, until
from independent_verifiers import scales

VERIFIER = pathlib.Path(__file__).parent / "independent_verifiers" / "verify.go"
GO = {"GOPATH": "/usr/share/gocode", "GO111MODULE": "off"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Office:
    """The program on a data folder that is kept, with people signed in."""

    def __init__(self, top, *arguments):
        self.taken = {}
        self.top, self.data = top, top / "data"
        self.listen = f"127.0.0.1:{free_port()}"
        self.url = "http://" + self.listen
        self.client = Client(self.url)
        self.program = Program("demo", "--data", str(self.data), "--listen", self.listen, "--json", *arguments)
        demo = json.loads(self.program.first_line)
        users = demo["users"]
        self.officer, self.supervisor, self.admin, self.second = (self.client.sign_in(users[n]) for n in (0, 1, 6, 7))
        partner = demo["partners"][0]
        pair = f"{partner['client_id']}:{partner['client_secret']}".encode()
        headers = {**FORM, "Authorization": "Basic " + base64.b64encode(pair).decode()}
        token = self.client.send("POST", "/v1/oauth/token", raw=b"grant_type=client_credentials", headers=headers)
        self.partner = {"Authorization": "Bearer " + token.json["access_token"]}

    def stop(self):
        program, self.program = self.program, None
        return program.stop() if program else 0

    def kill(self):
        program, self.program = self.program, None
        program.kill()

    def serve(self, data=None):
        data = str(data or self.data)
        self.program = Program("serve", "--data", data, "--listen", self.listen, "--admin-listen", "127.0.0.1:0")
        assert self.get("/healthz").status == 200

    def copied(self, top):
        """The same office, stopped before, on a copy of its folder: its people stay signed in."""
        other = copy.copy(self)
        other.top, other.data = top, top / "data"
        shutil.copytree(self.data, other.data)
        other.serve()
        return other

    def get(self, path, who=None):
        return self.client.send("GET", path, headers=who)

    def bytes(self, path):
        with urllib.request.urlopen(self.url + path) as answer:
            return answer.read()

    def propose(self, number, evidence=""):
        body = {"identifier": {"q": number}, "method": "khac", "evidence": evidence}
        return self.client.send("POST", "/v1/listings", body, self.officer)

    def decide(self, listing, deed, version):
        headers = {**self.supervisor, "If-Match": version}
        return self.client.send("POST", f"/v1/listings/{listing}/{deed}", {"reason": "đúng"}, headers)

    def list_one(self, number, evidence=""):
        """Returns the id of the listing."""
        made = self.propose(number, evidence)
        assert made.status == 201, made.body
        listed = self.decide(made.json["id"], "confirm", made.headers["etag"])
        assert listed.status == 200, listed.body
        return made.json["id"]

    def move(self, listing, deed):
        version = self.get(f"/v1/listings/{listing}", self.supervisor).headers["etag"]
        answer = self.decide(listing, deed, version)
        assert answer.status == 200, answer.body

    def erase(self, listing):
        version = self.get(f"/v1/listings/{listing}", self.admin).headers["etag"]
        headers = {**self.admin, "If-Match": version}
        asked = self.client.send("DELETE", f"/v1/listings/{listing}", {"reason": "theo luật"}, headers)
        return asked if asked.status != 202 else self.agree(asked.json["id"])

    def agree(self, approval):
        return self.client.send("POST", f"/v1/approvals/{approval}/agree", {"reason": "đã xem"}, self.second)

    def changes(self, after):
        body = self.get(f"/v1/feed/changes?after={after}&limit=10000", self.partner).body
        return [json.loads(line) for line in body.splitlines()][:-1]

    def checkpoint(self):
        answer = self.get("/v1/ledger/checkpoint")
        assert answer.status == 200, answer.body
        return answer.body

    def size(self):
        return int(self.checkpoint().split("\n")[1])

    def keys(self):
        """Verifier keys, newest first."""
        return self.get("/v1/ledger/key").json["verifier_keys"]

    def add_key(self):
        return self.client.send("POST", "/v1/ledger/keys", headers=self.admin)

    def retire_key(self, verifier_key):
        path = "/v1/ledger/keys/" + verifier_key.split("+", 2)[1]
        return self.client.send("DELETE", path, headers=self.admin)

    def secret_key(self, verifier_key):
        """The private key of a verifier key, as only a thief of the data folder has it. Taken while its file is there:
        that of a retired key is removed."""
        if verifier_key in self.taken:
            return self.taken[verifier_key]
        public = base64.b64decode(verifier_key.split("+", 2)[2])[1:]
        for path in (self.data / "keys").glob("ledger-*.pk8"):
            key = Ed25519PrivateKey.from_private_bytes(path.read_bytes()[16:48])  # RFC 8410, where the seed stands
            if key.public_key().public_bytes_raw() == public:
                self.taken[verifier_key] = key
                return key
        raise AssertionError("no such key")

    def forge(self, size, root, verifier_key):
        """A checkpoint signed by the log's own key that is not of this log."""
        origin, identity, _ = verifier_key.split("+", 2)
        text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
        signature = bytes.fromhex(identity) + self.secret_key(verifier_key).sign(text.encode())
        return f"{text}\n\u2014 {origin} {base64.b64encode(signature).decode()}\n"


class Between(http.server.BaseHTTPRequestHandler):
    protocol_version, disable_nagle_algorithm = "HTTP/1.1", True

    def do_GET(self):
        try:
            with urllib.request.urlopen(self.server.behind + self.path) as answer:
                status, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, body = error.code, b""
        body = self.server.change(self.path, body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def proxy(url, change):
    """The address of somebody in the middle who changes what is served."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Between) as server:
        server.daemon_threads = True
        server.behind, server.change = url, change
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def flipped(data, at):
    data = bytearray(data)
    data[at] ^= 1
    return bytes(data)


def other_hash(text):
    """JSON in which the first of the hashes is another one."""
    proof = json.loads(text)
    first = base64.b64decode(proof["hashes"][0])
    proof["hashes"][0] = base64.b64encode(flipped(first, 7)).decode()
    return json.dumps(proof, separators=(",", ":")).encode()


def swapped(entries):
    first = 2 + int.from_bytes(entries[:2], "big")
    second = first + 2 + int.from_bytes(entries[first : first + 2], "big")
    return entries[first:second] + entries[:first] + entries[second:]


def without_first(entries):
    return entries[2 + int.from_bytes(entries[:2], "big") :]


def other_root(note):
    lines = note.split(b"\n")
    lines[2] = base64.b64encode(flipped(base64.b64decode(lines[2]), 3))
    return b"\n".join(lines)


def other_size(note):
    lines = note.split(b"\n")
    lines[1] = str(int(lines[1]) - 1).encode()
    return b"\n".join(lines)


def other_line(proof_file):
    lines = proof_file.split(b"\n")
    lines[2] = base64.b64encode(flipped(base64.b64decode(lines[2]), 3))
    return b"\n".join(lines)


class Verified(unittest.TestCase):
    """A log with erased leaves and a key that was replaced, and the two verifiers."""

    LISTINGS, OLD = None, None

    @classmethod
    def setUpClass(cls):
        cls.top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.top)
        assert shutil.which("go"), "install golang-go and golang-golang-x-mod-dev"
        cls.go = cls.top / "verify"
        built = subprocess.run(
            ["go", "build", "-o", str(cls.go), str(VERIFIER)],
            env={**os.environ, **GO}, capture_output=True, text=True, timeout=300,
        )
        assert built.returncode == 0, built.stderr
        cls.office = office = Office(cls.top, "--listings", cls.LISTINGS)
        cls.addClassCleanup(lambda: office.stop())
        [cls.first_key] = office.keys()
        office.secret_key(cls.first_key)
        first = cls.first_key
        cls.published = [(office.checkpoint(), [first])]
        # One that was there from the start, in the middle of a whole tile; and one that is new.
        at_start = office.get(f"/v1/check?q={cls.OLD}").json["results"][0]["listing"]
        new = office.list_one("0950000042")
        cls.erased = [at_start["ledger"]["index"]]
        for listing in (at_start["id"], new):
            office.move(listing, "renew")
            office.move(listing, "delist")
            cls.published.append((office.checkpoint(), [first]))
            assert office.erase(listing).status == 200
        since = int(cls.published[0][0].split("\n")[1])
        cls.erased += [line["seq"] for line in office.changes(since) if line["op"] == "erased"]
        cls.published.append((office.checkpoint(), [first]))
        assert office.add_key().status == 201
        cls.second_key = office.keys()[0]
        office.list_one("0950000043")
        cls.published.append((office.checkpoint(), [first, cls.second_key]))
        assert office.retire_key(first).status == 204
        office.list_one("0950000044")
        cls.published.append((office.checkpoint(), [cls.second_key]))
        cls.current = cls.published[-1][0]
        cls.size = office.size()

    def ask_go(self, url, keys=None, earlier=None, old_keys=None):
        """The Go verifier's exit code, what it said, and why not."""
        arguments = ["-url", url + "/v1/ledger"]
        for key in keys or [self.second_key]:
            arguments += ["-key", key]
        for key in old_keys or [self.first_key, self.second_key]:
            arguments += ["-old-key", key]
        for number, text in enumerate(earlier or []):
            path = self.top / f"checkpoint.{number}"
            path.write_text(text)
            arguments += ["-old", str(path)]
        for index in self.erased:
            arguments += ["-index", str(index)]
        done = subprocess.run([str(self.go), *arguments], capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout, done.stderr

    def ask_scales(self, url, keys=None, earlier=None):
        return scales.verify(url + "/v1/ledger", keys or [self.second_key], earlier or [], self.erased)


class IndependentVerifiers(Verified):
    """More than 20,000 leaves."""

    LISTINGS, OLD = "20500", "0950109876"

    def test_the_log_is_what_it_should_be_for_this(self):
        self.assertGreater(self.size, 20_000)
        self.assertNotEqual(self.size % 256, 0, "the last tile must be a partial one")
        # Each of the two: listed, renewed, delisted, and the leaf that says that these are erased.
        self.assertEqual(len(set(self.erased)), 8)
        self.assertNotEqual(self.first_key, self.second_key)
        self.assertEqual(self.office.keys(), [self.second_key])

    def test_go_accepts_the_log_and_every_checkpoint_that_was_published(self):
        code, said, why = self.ask_go(self.office.url, earlier=[text for text, _ in self.published])
        self.assertEqual(code, 0, why)
        said = json.loads(said)
        self.assertEqual((said["size"], said["earlier"]), (self.size, len(self.published)))
        self.assertGreater(said["inclusions"], 30)
        self.assertGreater(said["consistencies"], 30)

    def test_tlog_scales_accepts_the_log_and_every_checkpoint_that_was_published(self):
        self.assertEqual(self.ask_scales(self.office.url, earlier=self.published), self.size)

    def test_whoever_trusts_the_first_key_is_led_to_the_second(self):
        start = self.published[-3][0].split("\n")[1]
        [told] = [line for line in self.office.changes(start) if "verifier_key" in line]
        self.assertEqual((told["op"], told["leaf"]["op"]), ("mark", "key"))
        self.assertEqual(told["verifier_key"], self.second_key)
        commitment = hashlib.sha256(b"canhgiac/commit/v1\0" + bytes(32) + self.second_key.encode()).digest()
        self.assertEqual(base64.b64decode(told["leaf"]["c"]), commitment)
        signed = scales.opened(self.published[-2][0], [self.first_key])
        self.assertLess(told["seq"], signed.size, "the first key has signed a log with that leaf in it")

    def tile(self, path, coding):
        url, headers = f"{self.office.url}/v1/ledger/tile/{path}", {"Accept-Encoding": coding}
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            body = answer.read()
            return gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body

    def test_tiles_are_kept_for_ever_and_end_where_the_log_ends(self):
        def asked(path):
            try:
                with urllib.request.urlopen(f"{self.office.url}/v1/ledger/tile/{path}") as answer:
                    return answer.status, answer.headers["Cache-Control"]
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, error.headers["Cache-Control"]

        for whole in ("0/000", "0/079", "entries/000", "entries/079"):
            self.assertEqual(asked(whole), (200, "public, max-age=31536000, immutable"))
            answers = [self.tile(whole, coding) for coding in ("identity", "gzip")]
            self.assertEqual(answers[0], answers[1])
        last, width = divmod(self.size, 256)
        for partial in (f"0/{last:03}.p/{width}", f"entries/{last:03}.p/{width}", f"1/000.p/{last}", "0/000.p/255"):
            status, control = asked(partial)
            self.assertEqual(status, 200, partial)
            self.assertNotIn("immutable", control)
        beyond = [f"0/{last:03}.p/{width + 1}", f"0/{last:03}", f"0/{last + 1:03}.p/1"]
        beyond += ["1/000", "2/000.p/1", "0/x001/000"]
        misspelt = ["0/0", "0/0000", "0/x000/000", "00/000", "-1/000", "64/000", "data/000"]
        misspelt += ["0/000.p/0", "0/000.p/256", "0/000.p/01"]
        for path in beyond + misspelt:
            status, control = asked(path)
            self.assertEqual((status, control), (404, "no-store"), path)

    def test_proofs_end_where_the_log_ends(self):
        office, size = self.office, self.size
        for path, status in [
            (f"proof?index={size - 1}", 200), (f"proof?index={size}", 404), (f"proof?index=0&size={size + 1}", 404),
            ("proof?index=0&size=0", 404), ("proof?index=5&size=5", 404), ("proof?index=0&size=1", 200),
            ("proof?index=-1", 400), ("proof", 400), ("proof?index=0&format=tlog-proof&size=1", 404),
            (f"proof?index=0&format=tlog-proof&size={size}", 200), ("proof?index=0&format=xml", 400),
            ("consistency?from=0", 200), (f"consistency?from={size}", 200), (f"consistency?from={size + 1}", 404),
            ("consistency?from=9&to=3", 404), (f"consistency?from=1&to={size + 1}", 404), ("consistency", 400),
        ]:
            answer = office.get("/v1/ledger/" + path)
            self.assertEqual(answer.status, status, path)
            if status != 200:
                self.assertEqual(answer.headers["content-type"], "application/problem+json", path)
        empty = base64.b64encode(hashlib.sha256(b"").digest()).decode()
        self.assertEqual(office.get("/v1/ledger/consistency?from=0").json["from_root"], empty)

    def test_no_leaf_tells_whom_it_is_about(self):
        body = self.office.client.send("GET", f"/v1/ledger/tile/entries/{self.erased[0] // 256:03}").body
        self.assertNotIn("0950", body)
        for line in self.office.changes(self.size - 40):
            self.assertEqual(list(line["leaf"]), ["v", "op", "k", "t", "r", "c"])
            self.assertEqual(line["leaf"]["t"] % 60, 0)


class ShorterLog(Verified):
    """Some hundred leaves: which keys signed what, and that the verifiers refuse. Else their consent means nothing."""

    LISTINGS, OLD = "700", "0950100333"

    def test_a_checkpoint_is_signed_by_the_keys_of_its_time_and_by_no_others(self):
        both = self.published[-2][0]
        self.assertEqual(both.count("\u2014"), 2)
        for keys in ([self.first_key], [self.second_key], [self.first_key, self.second_key]):
            scales.opened(both, keys)
            code, _, why = self.ask_go(self.office.url, earlier=[both], old_keys=keys)
            self.assertEqual(code, 0, why)
        with self.assertRaisesRegex(RuntimeError, "no signature matched"):
            scales.opened(self.current, [self.first_key])
        code, _, why = self.ask_go(self.office.url, keys=[self.first_key])
        self.assertEqual(code, 1)
        self.assertIn("no verifiable signatures", why)

    def refusals(self):
        """What somebody in the middle, or the keeper of the log, could try; and what Go says of it."""
        last, width = divmod(self.size, 256)
        about = self.erased[0]
        current = self.current.encode()
        wrong = self.office.forge(self.size, hashlib.sha256(b"other").digest(), self.second_key).encode()

        def at(path, new):
            return lambda asked, body: new(body) if asked.startswith("/v1/ledger/" + path) else body

        def flip(place):
            return lambda body: flipped(body, place)

        def consistent(asked, body):
            """The first entry is another one, and so is its hash in the tile."""
            entries = self.office.bytes("/v1/ledger/tile/entries/000")
            length = 2 + int.from_bytes(entries[:2], "big")
            other = flipped(entries[2:length], 40)
            if asked == "/v1/ledger/tile/entries/000":
                return entries[:2] + other + entries[length:]
            return hashlib.sha256(b"\0" + other).digest() + body[32:] if asked == "/v1/ledger/tile/0/000" else body

        entries = "the entries do not lead to the root"
        return {
            "a byte of a whole tile": (at("tile/0/000", flip(100)), "tile/0/000 is not made of the entries"),
            "a byte of a partial tile": (at(f"tile/0/{last:03}.p/{width}", flip(-1)), f".p/{width} is not made of the"),
            "a byte of a tile above": (at("tile/1/000", flip(5)), "is not made of the entries"),
            "a tile that is not there": (at("tile/0/000", lambda _: b""), "is not made of the entries"),
            "a byte of an erased entry": (at(f"tile/entries/{about // 256:03}", flip(40)), entries),
            "an entry and its hash": (consistent, entries),
            "two entries in each other's place": (at("tile/entries/001", swapped), entries),
            "an entry taken away": (at("tile/entries/002", without_first), "tile/entries/002: cut short"),
            "an entry too many": (at("tile/entries/002", lambda body: body + b"\0\0"), "bytes after the last entry"),
            "the root of the checkpoint": (at("checkpoint", lambda _: other_root(current)), "invalid signature"),
            "the size of the checkpoint": (at("checkpoint", lambda _: other_size(current)), "invalid signature"),
            "another root, rightly signed": (at("checkpoint", lambda _: wrong), entries),
            "a hash of a served proof": (at(f"proof?index={about}&size", other_hash), f"{about} as served"),
            "a hash of a proof file": (at(f"proof?index={about}&format", other_line), f"file of {about}"),
        }

    def test_go_refuses_what_was_tampered_with(self):
        for what, (change, reason) in self.refusals().items():
            with self.subTest(what), proxy(self.office.url, change) as url:
                code, said, why = self.ask_go(url)
                self.assertEqual((code, said), (1, ""), why)
                self.assertIn(reason, why)

    def test_tlog_scales_refuses_what_was_tampered_with(self):
        # Nothing else: a fault in the test itself is no refusal. An empty tile ends in an IndexError.
        refused = (scales.Refused, scales.InclusionProofInvalid, InvalidSignature, ValueError, IndexError)
        for what, (change, _) in self.refusals().items():
            with self.subTest(what), proxy(self.office.url, change) as url, self.assertRaises(refused):
                self.ask_scales(url)

    def test_both_accept_what_somebody_in_the_middle_leaves_alone(self):
        with proxy(self.office.url, lambda _, body: body) as url:
            self.assertEqual(self.ask_go(url)[0], 0)
            self.assertEqual(self.ask_scales(url), self.size)

    def test_an_earlier_checkpoint_of_another_history_is_found_out_though_rightly_signed(self):
        size = int(self.published[0][0].split("\n")[1])
        forked = self.office.forge(size, hashlib.sha256(b"other").digest(), self.first_key)
        scales.opened(forked, [self.first_key])
        code, _, why = self.ask_go(self.office.url, earlier=[forked])
        self.assertEqual(code, 1)
        self.assertIn(f"consistency of {size}", why)
        with self.assertRaises(scales.ConsistencyProofInvalid):
            self.ask_scales(self.office.url, earlier=[(forked, [self.first_key])])

    def tile(self, path, coding):
        url, headers = f"{self.office.url}/v1/ledger/tile/{path}", {"Accept-Encoding": coding}
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            body = answer.read()
            return gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body

    def test_a_tampered_consistency_proof_is_refused(self):
        def change(path, body):
            return other_hash(body) if path.startswith("/v1/ledger/consistency") else body

        with proxy(self.office.url, change) as url:
            code, _, why = self.ask_go(url, earlier=[self.published[0][0]])
            self.assertEqual(code, 1)
            self.assertIn("as served", why)
            with self.assertRaises(scales.ConsistencyProofInvalid):
                self.ask_scales(url, earlier=self.published[:1])


class Ledger(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        cls.addClassCleanup(shutil.rmtree, top)
        cls.sample = Office(top)
        assert cls.sample.stop() == 0

    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.addCleanup(shutil.rmtree, self.top)
        self.office = self.sample.copied(self.top)
        self.addCleanup(self.office.stop)

    def where(self, what, folder=None):
        """The files of the data folder that hold these bytes."""
        files = (path for path in (folder or self.office.data).rglob("*") if path.is_file())
        return [path.name for path in files if what in path.read_bytes()]

    def start_again(self):
        self.assertEqual(self.office.stop(), 0)
        self.office.serve()

    def verified(self, code=0):
        done = run("verify", "--json", "--data", str(self.office.data))
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def import_one(self, number, times=1):
        """Sends an office's list that holds a number, and confirms it."""
        office = self.office
        rows = f"{number},khác,gọi từ {number}\n" * times
        data = f"Số điện thoại,Hình thức,Ghi chú\n{rows}".encode()
        headers = {**office.officer, "Content-Type": "text/csv", "X-File-Name": f"{number}.csv"}
        made = office.client.send("POST", "/v1/imports?dry_run=false", raw=data, headers=headers)
        self.assertEqual(made.status, 201, made.body)
        if made.json["summary"]["accepted"]:
            path = f"/v1/imports/{made.json['id']}/confirm"
            headers = {**office.supervisor, "If-Match": made.headers["etag"]}
            confirmed = office.client.send("POST", path, {"reason": f"đúng {number}"}, headers)
            self.assertEqual(confirmed.status, 200, confirmed.body)
        return made.json["id"]

    def shown_keys(self):
        """Verifier keys as the command line prints them."""
        shown = run("key", "show", "--data", str(self.office.data)).stdout
        return [word for word in shown.split() if word.startswith("canhgiac/")]

    # Erasure.

    def written_anew(self):
        """Serves, answering checks, until the store holds nothing of what was erased, and stops."""
        office = self.office
        office.serve()

        def is_done():
            self.assertEqual(office.client.verdict("0950001001"), "listed")
            return not (office.data / "store.stale").exists()

        until(is_done, office.program.logged)
        self.assertEqual(office.stop(), 0)

    def erased(self, number, listing):
        """Delists and erases; then nothing in the folder opens the leaves, once the program was started again."""
        office, digits = self.office, number[1:].encode()
        self.assertTrue(self.where(digits), "or nothing would be found below because nothing can be")
        office.move(listing, "delist")
        lines = [line for line in office.changes(209) if line.get("listing") == listing]
        salts = [base64.b64decode(line["salt"]) for line in lines]
        self.assertEqual({len(salt) for salt in salts}, {32})
        self.assertEqual(office.erase(listing).status, 200)
        self.assertEqual(office.stop(), 0)
        self.written_anew()
        for secret in [digits, *salts]:
            self.assertEqual(self.where(secret), [])
        self.verified()
        copy = self.top / "copy"
        self.assertEqual(run("backup", "--data", str(office.data), "--to", str(copy)).returncode, 0)
        for secret in [digits, *salts]:
            self.assertEqual(self.where(secret, copy), [])

    def test_a_number_erased_is_nowhere_in_the_folder(self):
        listing = self.office.list_one("0950987654", "nhắn tin từ 0950987654")
        self.office.move(listing, "renew")
        self.erased("0950987654", listing)

    def test_a_number_erased_that_came_in_a_list_is_nowhere_in_the_folder(self):
        self.import_one("0950987655")
        listing = self.office.get("/v1/check?q=0950987655").json["results"][0]["listing"]["id"]
        self.erased("0950987655", listing)

    def test_a_number_erased_that_stood_in_a_list_when_it_was_listed_already_is_nowhere_in_the_folder(self):
        listing = self.office.list_one("0950987656")
        self.import_one("0950987656")
        self.erased("0950987656", listing)

    def test_a_number_erased_that_stood_twice_in_a_list_is_nowhere_in_the_folder(self):
        self.import_one("0950987663", times=2)
        listing = self.office.get("/v1/check?q=0950987663").json["results"][0]["listing"]["id"]
        self.erased("0950987663", listing)

    def test_a_number_erased_that_stood_in_a_list_when_it_was_proposed_already_is_nowhere_in_the_folder(self):
        made = self.office.propose("0950987664")
        self.import_one("0950987664")
        self.assertEqual(self.office.decide(made.json["id"], "confirm", '"1"').status, 200)
        self.erased("0950987664", made.json["id"])

    def test_a_number_erased_is_not_shown_in_the_list_that_it_stood_in(self):
        office = self.office
        listing = office.list_one("0950987657")
        batch = self.import_one("0950987657")
        office.move(listing, "delist")
        self.assertEqual(office.erase(listing).status, 200)
        self.assertNotIn("950987657", office.get(f"/v1/imports/{batch}", office.officer).body)

    def test_a_number_erased_that_was_sent_twice_is_nowhere_in_the_folder(self):
        office = self.office
        body = {"identifier": {"q": "0950987658"}, "method": "khac", "evidence": "gọi từ 0950987658"}
        headers = {**office.officer, "Idempotency-Key": "a-0950987658"}
        first = office.client.send("POST", "/v1/listings", body, headers)
        self.assertEqual(office.client.send("POST", "/v1/listings", body, headers).body, first.body)
        self.assertEqual(office.decide(first.json["id"], "confirm", '"1"').status, 200)
        self.erased("0950987658", first.json["id"])

    def test_a_store_set_aside_before_an_erasure_does_not_outlive_it(self):
        office = self.office
        listing = office.list_one("0950987659")
        self.assertEqual(office.stop(), 0)
        self.assertEqual(run("rebuild", "--data", str(office.data)).returncode, 0)
        office.serve()
        self.erased("0950987659", listing)

    def test_an_erasure_that_was_acknowledged_is_complete_after_a_kill(self):
        office = self.office
        listing = office.list_one("0950987660")
        office.move(listing, "delist")
        self.assertEqual(office.erase(listing).status, 200)
        office.kill()
        self.written_anew()
        self.assertEqual(self.where(b"950987660"), [])

    def test_an_erasure_that_the_disk_refused_can_be_repeated(self):
        office = self.office
        listing = office.list_one("0950987665")
        office.move(listing, "delist")
        obstacle = office.data / "store.stale"  # the mark that the store holds erased bytes can't be written
        obstacle.mkdir()
        self.assertEqual(office.erase(listing).status, 503)
        obstacle.rmdir()
        [waiting] = office.get("/v1/approvals?pending=true", office.second).json["items"]
        self.assertEqual(office.agree(waiting["id"]).status, 200)
        self.assertEqual(office.stop(), 0)
        self.written_anew()
        self.assertEqual(self.where(b"950987665"), [])

    def test_an_erasure_leaves_the_log_as_it_was_and_opens_it_no_more(self):
        office = self.office
        listing = office.list_one("0950987661")
        office.move(listing, "renew")
        office.move(listing, "delist")
        before = office.checkpoint()
        size = office.size()
        lines = {line["seq"]: line for line in office.changes(209) if line.get("listing") == listing}
        self.assertEqual([line["leaf"]["op"] for line in lines.values()], ["list", "renew", "delist"])
        paths = [f"/v1/ledger/proof?index={seq}&size={size}" for seq in lines]
        paths += [f"/v1/ledger/tile/entries/000.p/{size}", f"/v1/ledger/consistency?from=209&to={size}"]
        served = [office.get(path).body for path in paths]
        self.assertEqual(office.erase(listing).status, 200)
        for again in range(2):
            self.assertEqual([office.get(path).body for path in paths], served)
            earlier = [(before, office.keys())]
            self.assertEqual(scales.verify(office.url + "/v1/ledger", office.keys(), earlier, lines), size + 1)
            after = {line["seq"]: line for line in office.changes(min(lines))}
            for seq, line in lines.items():
                self.assertEqual(after[seq], {"seq": seq, "op": "erased", "leaf": line["leaf"]})
            erase = after[size]
            self.assertEqual(list(erase), ["seq", "op", "leaf"])
            self.assertEqual((erase["op"], erase["leaf"]["op"], erase["leaf"]["r"]), ("erased", "erase", max(lines)))
            self.assertNotIn("950987661", office.get("/v1/feed/snapshot", office.partner).body)
            self.assertEqual(office.client.verdict("0950987661"), "no_record")
            self.start_again()
        self.assertEqual(office.stop(), 0)
        self.verified()

    def test_only_what_is_over_can_be_erased_and_only_by_an_administrator(self):
        office = self.office
        listing = office.list_one("0950987662")
        path = f"/v1/listings/{listing}"

        def erase(who, version=None):
            headers = {**who, **({"If-Match": version} if version else {})}
            answer = office.client.send("DELETE", path, {"reason": "theo luật"}, headers)
            return answer.status, answer.json["id"] if answer.status == 202 else answer.code

        self.assertEqual(erase(office.admin, '"2"'), (409, "not-open"))
        office.move(listing, "delist")
        self.assertEqual(erase(office.supervisor, '"3"'), (403, "forbidden"))
        self.assertEqual(erase(office.admin), (428, "if-match-required"))
        self.assertEqual(erase(office.admin, '"2"'), (412, "stale-version"))
        status, approval = erase(office.admin, '"3"')
        self.assertEqual(status, 202)
        self.assertIsNotNone(office.get(path, office.admin).json["identifier"])
        self.assertEqual(erase(office.admin, '"3"'), (409, "already-exists"))
        self.assertEqual(office.agree(approval).status, 200)
        version = office.get(path, office.admin).headers["etag"]
        self.assertEqual(erase(office.admin, version), (409, "not-open"))
        self.assertIsNone(office.get(path, office.admin).json["identifier"])

    # One history.

    def test_a_rebuilt_store_has_the_same_root(self):
        office = self.office
        listing = office.list_one("0950987670")
        office.move(listing, "delist")
        office.erase(listing)
        before, key = office.checkpoint(), office.keys()
        self.assertEqual(office.stop(), 0)
        self.assertEqual(run("rebuild", "--data", str(office.data)).returncode, 0)
        self.verified()
        office.serve()
        self.assertEqual(office.checkpoint(), before)
        self.assertEqual(office.keys(), key)

    def test_no_two_checkpoints_of_one_size_disagree(self):
        office, seen, done = self.office, {}, threading.Event()

        def watch():
            while not done.is_set():
                text = office.checkpoint()
                seen.setdefault(int(text.split("\n")[1]), set()).add(text)

        threads = [threading.Thread(target=watch) for _ in range(3)]
        [thread.start() for thread in threads]
        for number in range(30):
            office.list_one(f"09507000{number:02}")
        done.set()
        [thread.join() for thread in threads]
        self.assertGreater(len(seen), 3)
        for size, texts in seen.items():
            self.assertEqual(len(texts), 1, size)
        earlier = [(text, office.keys()) for texts in seen.values() for text in texts]
        scales.verify(office.url + "/v1/ledger", office.keys(), earlier)

    def test_what_a_checkpoint_was_shown_over_is_there_after_a_kill(self):
        office, shown = self.office, []
        for number in range(5):
            office.list_one(f"09507100{number:02}")
            shown.append((office.checkpoint(), office.keys()))
            office.kill()
            office.serve()
            scales.verify(office.url + "/v1/ledger", office.keys(), shown)
        self.assertEqual(len({text for text, _ in shown}), 5)

    def refuses_to_write(self, why, proposals=503):
        """The program serves checks and takes no change; it says why."""
        office = self.office
        self.assertEqual(office.client.verdict("0950001001"), "listed")
        proposed = office.propose("0950720099")
        self.assertIn(proposed.status, (proposals, 409), proposed.body)
        for answer in (office.get("/v1/ledger/checkpoint"), office.add_key()):
            self.assertEqual((answer.status, answer.code), (503, "storage-unavailable"), answer.body)
        self.assertFalse(office.get("/healthz").json["writable"])
        self.assertIn(why, office.program.logged())

    def old_backup(self):
        """A backup, and the checkpoint that was published after it."""
        office, copy = self.office, self.top / "copy"
        self.assertEqual(run("backup", "--data", str(office.data), "--to", str(copy)).returncode, 0)
        office.list_one("0950720001")
        newest = self.top / "newest"
        newest.write_text(office.checkpoint())
        self.assertEqual(office.stop(), 0)
        return copy, newest

    def restore(self, copy, *more, to="restored"):
        folder = self.top / to
        return run("restore", "--from", str(copy), "--data", str(folder), *map(str, more)), folder

    def test_an_old_backup_does_not_fork_the_log(self):
        copy, newest = self.old_backup()
        done, folder = self.restore(copy, "--checkpoint", newest)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("210", done.stderr)
        wrong = run("verify", "--json", "--data", str(folder))
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("records are missing", json.loads(wrong.stdout)["wrong"])
        self.office.serve(folder)
        self.refuses_to_write("records are missing")
        self.assertEqual((folder / "checkpoint").read_text(), newest.read_text())

    def test_a_log_that_would_fork_shows_nothing_of_itself(self):
        copy, newest = self.old_backup()
        _, folder = self.restore(copy, "--checkpoint", newest)
        self.office.serve(folder)
        for path in (
            "checkpoint", "proof?index=0", "proof?index=0&format=tlog-proof", "consistency?from=1",
            "tile/0/000.p/9", "tile/entries/000.p/9",
        ):
            with self.subTest(path):
                with self.assertRaises(urllib.error.HTTPError) as answer:
                    urllib.request.urlopen(f"{self.office.url}/v1/ledger/{path}")
                with answer.exception as error:
                    self.assertEqual(error.code, 503)

    def test_a_restore_is_told_what_was_published_or_that_nothing_was(self):
        copy, _ = self.old_backup()
        done, folder = self.restore(copy)
        self.assertEqual(done.returncode, 2)
        self.assertFalse(folder.exists())
        done, folder = self.restore(copy, "--nothing-newer")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(run("verify", "--data", str(folder)).returncode, 0)
        self.office.serve(folder)
        self.office.list_one("0950720002")

    def test_a_restore_with_the_checkpoint_of_its_own_time_goes_on(self):
        office, copy = self.office, self.top / "copy"
        office.list_one("0950720003")
        newest = self.top / "newest"
        newest.write_text(office.checkpoint())
        self.assertEqual(run("backup", "--data", str(office.data), "--to", str(copy)).returncode, 0)
        self.assertEqual(office.stop(), 0)
        done, folder = self.restore(copy, "--checkpoint", newest)
        self.assertEqual(done.returncode, 0, done.stderr)
        office.serve(folder)
        office.list_one("0950720004")
        scales.verify(office.url + "/v1/ledger", office.keys(), [(newest.read_text(), office.keys())])

    def test_a_restore_with_a_checkpoint_that_is_none_leaves_nothing_that_could_be_served(self):
        copy, _ = self.old_backup()
        garbage = self.top / "garbage"
        garbage.write_text("hello\n")
        done, folder = self.restore(copy, "--checkpoint", garbage)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertFalse((folder / "journal").exists(), "it would be served and written without the checkpoint")

    def test_a_restore_holds_every_checkpoint_it_is_given_against_the_log(self):
        copy, newest = self.old_backup()
        [key] = self.shown_keys()
        for what, size in [("of the backup's own size", 209), ("smaller than the backup's", 100)]:
            with self.subTest(what):
                other = self.top / f"other.{size}"
                other.write_text(self.office.forge(size, hashlib.sha256(b"other").digest(), key))
                done, _ = self.restore(copy, "--checkpoint", other, to=f"restored.{size}")
                self.assertNotEqual(done.returncode, 0, "a checkpoint of another history was passed over")

    def test_another_history_under_the_same_name_is_refused(self):
        copy, _ = self.old_backup()
        done, folder = self.restore(copy, "--nothing-newer")
        self.assertEqual(done.returncode, 0)
        self.office.serve(folder)
        self.office.list_one("0950720005")
        self.office.list_one("0950720006")
        self.assertEqual(self.office.stop(), 0)
        shutil.copy(self.office.data / "checkpoint", folder / "checkpoint")
        self.office.serve(folder)
        self.refuses_to_write("this journal is another history")

    def test_a_byte_turned_over_in_the_checkpoint_stops_the_writing(self):
        office = self.office
        office.list_one("0950720007")
        office.checkpoint()
        self.assertEqual(office.stop(), 0)
        path = office.data / "checkpoint"
        good = path.read_bytes()
        for place in (3, good.index(b"\n") + 1, len(good) // 2, len(good) - 10):
            with self.subTest(place):
                damaged = flipped(good, place)
                path.write_bytes(damaged)
                self.verified(code=1)
                office.serve()
                # A proposal makes no leaf, so it can fork nothing.
                self.refuses_to_write("checkpoint", proposals=201)
                self.assertEqual(office.stop(), 0)
                self.assertEqual(path.read_bytes(), damaged)
        path.write_bytes(good)
        self.verified()
        office.serve()
        office.list_one("0950720008")

    # Keys.

    def test_keys_are_added_and_retired_by_administrators_and_one_always_stays(self):
        office = self.office
        [first] = office.keys()
        for who in (office.supervisor, office.partner, None):
            answer = office.client.send("POST", "/v1/ledger/keys", headers=who)
            self.assertEqual(answer.status, 403 if who else 401)
        self.assertEqual(office.retire_key(first).status, 422, "the only key")
        self.assertEqual(office.retire_key("x+00000000+x").status, 404)
        self.assertEqual(office.add_key().json["verifier_keys"], office.keys())
        second, kept = office.keys()
        self.assertEqual(kept, first)
        scales.opened(office.checkpoint(), [first, second])
        self.assertEqual(office.retire_key(first).status, 204)
        self.assertEqual(office.retire_key(first).status, 404)
        self.assertEqual(office.keys(), [second])
        self.start_again()
        self.assertEqual(office.keys(), [second])
        self.assertEqual(office.stop(), 0)
        self.assertEqual(self.shown_keys(), [second])

    def test_keys_whose_files_are_lost_come_from_the_journal_and_can_be_retired(self):
        office = self.office
        [first] = office.keys()
        self.assertEqual(office.add_key().status, 201)
        second = office.keys()[0]
        self.assertEqual(office.stop(), 0)
        for lost in (office.data / "keys").iterdir():
            lost.unlink()
        office.serve()
        self.assertEqual(office.keys(), [second, first])
        scales.opened(office.checkpoint(), [first])
        scales.opened(office.checkpoint(), [second])
        self.assertEqual(office.retire_key(first).status, 204)
        self.assertEqual(office.retire_key(second).status, 422)
        scales.opened(office.checkpoint(), [second])
        office.list_one("0950730009")
        self.start_again()
        scales.opened(office.checkpoint(), [second])

    def test_a_key_may_be_retired_right_after_it_was_replaced(self):
        office = self.office
        [first] = office.keys()
        office.checkpoint()
        self.assertEqual(office.add_key().status, 201)
        self.assertEqual(office.retire_key(first).status, 204)
        office.kill()
        office.serve()
        self.assertTrue(office.get("/healthz").json["writable"], office.program.logged())
        office.list_one("0950730001")

    def test_keys_may_be_replaced_while_the_program_stands_still(self):
        office = self.office
        [first] = office.keys()
        office.checkpoint()
        self.assertEqual(office.stop(), 0)
        folder = str(office.data)
        self.assertEqual(run("key", "rotate", "--ledger", "--data", folder).returncode, 0)
        retired = run("key", "retire", "--ledger", first.split("+", 2)[1], "--data", folder)
        self.assertEqual(retired.returncode, 0, retired.stderr)
        self.verified()
        office.serve()
        office.list_one("0950730002")

    def test_a_replaced_key_signs_over_the_leaf_that_names_the_next_one_before_it_goes(self):
        office = self.office
        [first] = office.keys()
        office.checkpoint()
        self.assertEqual(office.add_key().status, 201)
        # Whoever trusts only the first key must be able to learn of the second from a log that the first signed.
        texts = {(office.data / "checkpoint").read_text(), office.checkpoint()}
        sizes = [int(text.split("\n")[1]) for text in texts if first.split("+", 2)[1] in self.signers(text)]
        [told] = [line["seq"] for line in office.changes(200) if line.get("verifier_key") == office.keys()[0]]
        self.assertGreater(max(sizes), told)
        self.assertEqual(office.retire_key(first).status, 204)
        # What covers the leaf that retires it is not signed by it.
        [gone] = [line["seq"] for line in office.changes(200) if line.get("retired_key") == first]
        after = office.checkpoint()
        self.assertGreater(int(after.split("\n")[1]), gone)
        self.assertNotIn(first.split("+", 2)[1], self.signers(after))

    def signers(self, note):
        lines = [line.split() for line in note.splitlines() if line.startswith("\u2014")]
        return {base64.b64decode(line[2])[:4].hex() for line in lines}

    # Receipts.

    def receipt(self, items, query="?receipt=1"):
        answer = self.office.client.send("POST", "/v1/check" + query, {"items": items})
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def opened(self, receipt):
        """Header and claims of a receipt, by the published keys."""
        head, body, signature = receipt.split(".")
        header, claims = json.loads(unpadded(head)), json.loads(unpadded(body))
        keys = {key["kid"]: key for key in self.office.get("/.well-known/jwks.json").json["keys"]}
        key = keys[header["kid"]]
        self.assertEqual(key["alg"], header["alg"])
        # A bank's library, which looks the key up by its name and takes what the key says it signs.
        jwk = jwt.PyJWK.from_dict(key)
        options = {"verify_iat": False, "verify_aud": False}
        verified = jwt.decode(receipt, jwk.key, algorithms=[header["alg"]], options=options)
        self.assertEqual(verified, claims)
        with self.assertRaises(jwt.InvalidSignatureError):
            jwt.decode(f"{head}.{body[:-4]}.{signature}", jwk.key, algorithms=[header["alg"]], options=options)
        return header, claims, jwk.key

    def test_a_receipt_says_what_was_answered_and_is_signed_by_the_ledgers_key(self):
        office = self.office
        items = [{"q": q} for q in ("0950 001 001", "0950999999", "113", "VCB 0000000070001", "0912xxx678")]
        self.assertNotIn("receipt", self.receipt(items, ""))
        answer = self.receipt(items)
        header, claims, public = self.opened(answer["receipt"])
        self.assertEqual((header["alg"], header["typ"]), ("EdDSA", "check-receipt+jwt"))
        ledger_key = base64.b64decode(office.keys()[0].split("+", 2)[2])[1:]
        self.assertEqual(public.public_bytes_raw(), ledger_key)
        self.assertEqual(list(claims), ["iss", "iat", "ledger_size", "results"])
        self.assertEqual(claims["iss"], office.url)
        self.assertEqual(claims["ledger_size"], answer["as_of"]["ledger_size"])
        self.assertEqual(len(claims["results"]), len(items))
        for told, result in zip(claims["results"], answer["results"]):
            self.assertEqual(told["verdict"], result["verdict"])
            if result["verdict"] == "unreadable":
                self.assertIsNone(told.get("key_sha256"))
                continue
            key = result["identifier"]["key"].encode()
            self.assertEqual(unpadded(told["key_sha256"]), hashlib.sha256(key).digest())
        self.assertNotIn(b"950", unpadded(answer["receipt"].split(".")[1]).replace(str(claims["iat"]).encode(), b""))

    def test_a_receipt_for_whoever_verifies_no_ed25519_says_the_same(self):
        for query in ("?receipt=ES256", "?q=0950001001&receipt=ES256"):
            answer = self.receipt([{"q": "0950001001"}], query) if "q=" not in query else self.office.get("/v1/check" + query).json
            header, claims, _ = self.opened(answer["receipt"])
            self.assertEqual((header["alg"], header["typ"]), ("ES256", "check-receipt+jwt"))
            _, others, _ = self.opened(self.receipt([{"q": "0950001001"}])["receipt"])
            self.assertEqual({**claims, "iat": 0}, {**others, "iat": 0})
        for other in ("RS256", "es256", "2"):
            self.assertEqual(self.office.get(f"/v1/check?q=0950001001&receipt={other}").status, 400, other)
        self.assertNotIn("receipt", self.receipt([{"q": "0950001001"}], "?receipt=0"))

    def test_a_receipt_can_be_checked_after_its_key_was_replaced(self):
        office = self.office
        [first] = office.keys()

        def receipts():
            return [self.receipt([{"q": "0950001001"}], f"?receipt={how}")["receipt"] for how in ("1", "ES256")]

        old = receipts()
        self.assertEqual(office.add_key().status, 201)
        new = receipts()
        self.assertEqual(len({self.opened(one)[0]["kid"] for one in old + new}), 4)
        office.checkpoint()
        self.assertEqual(office.retire_key(first).status, 204)
        for one in old + new:
            self.opened(one)


if __name__ == "__main__":
    unittest.main()
