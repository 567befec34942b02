"""Stands between a mirror and a registry: passes everything on, and lies when told to."""

import datetime
import hashlib
import http.client
import http.server
import ipaddress
import json
import ssl
import threading
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes as digests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

import merkle
import public_log

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


class Answer:
    """What is sent back; `cut` is after how many bytes of the body the connection breaks."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body, self.cut = status, headers, body, None

    def lines(self):
        return self.body.decode().splitlines()

    def set_lines(self, lines):
        self.body = "".join(line + "\n" for line in lines).encode()

    def edit(self, number, change):
        """Changes one JSON line with a function of its object."""
        lines = self.lines()
        line = json.loads(lines[number])
        change(line)
        lines[number] = json.dumps(line, separators=(",", ":"), ensure_ascii=False)
        self.set_lines(lines)


def tls(authority):
    """A server's side of TLS for 127.0.0.1; writes the certificate of its authority to a file."""
    def certificate(name, key, issuer, issuer_key, extensions):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder(issuer, name, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - datetime.timedelta(1)).not_valid_after(now + datetime.timedelta(30))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(issuer_key, digests.SHA256())

    named = lambda text: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    top = certificate(named("test authority"), keys[0], named("test authority"), keys[0], [
        (x509.BasicConstraints(True, None), True)])
    own = certificate(named("127.0.0.1"), keys[1], named("test authority"), keys[0], [
        (x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)])
    authority.write_bytes(top.public_bytes(Encoding.PEM))
    chain = authority.with_suffix(".server")
    private = keys[1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain.write_bytes(private + own.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


class LyingProxy:
    """`lie(path, answer)` may alter an answer in place; `plain` asks the registry for uncompressed bodies."""

    def __init__(self, upstream, authority=None):
        self.host = urllib.parse.urlsplit(upstream).netloc
        self.lie, self.plain, self.history = None, False, None
        self.asked = []
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                proxy.handle(self)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http{'s' if authority else ''}://127.0.0.1:{self.server.server_port}"
        if authority:
            self.server.socket = tls(authority).wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def handle(self, request):
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        headers = {k: v for k, v in request.headers.items() if k.lower() not in HOP | {"host"}}
        if self.plain:
            headers = {k: v for k, v in headers.items() if k.lower() != "accept-encoding"}
        self.asked.append((request.path, {k.lower(): v for k, v in request.headers.items()}))
        try:
            answer = self.history and self.history.answer(request.path, headers)
            answer = answer or self.forward(request.command, request.path, body, headers)
            if self.lie:
                self.lie(request.path, answer)
            self.send(request, answer)
        except OSError:
            request.close_connection = True

    def forward(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.host, timeout=90)
        try:
            connection.request(method, path, body or None, headers or {})
            got = connection.getresponse()
            kept = [(k, v) for k, v in got.getheaders() if k.lower() not in HOP]
            return Answer(got.status, kept, got.read())
        finally:
            connection.close()

    def send(self, request, answer):
        request.send_response_only(answer.status)
        for name, value in answer.headers:
            request.send_header(name, value)
        if answer.status != 204:
            request.send_header("Content-Length", str(len(answer.body)))
        request.end_headers()
        request.wfile.write(answer.body if answer.cut is None else answer.body[: answer.cut])
        request.wfile.flush()
        if answer.cut is not None:
            request.close_connection = True
            request.connection.shutdown(2)


class OtherHistory:
    """The registry's log signed anew with a key of the test, true until `forge` changes a leaf of the past."""

    def __init__(self, proxy):
        self.proxy, self.leaves, self.forged = proxy, [], {}
        origin = json.loads(proxy.forward("GET", "/v1/ledger/key").body)["origin"]
        self.signer = public_log.Signer(origin)
        self.signers = [self.signer]
        self.lock = threading.Lock()

    def forge(self, index, leaf):
        self.forged[index] = leaf

    def follow(self):
        """All leaves that the registry has signed."""
        note = self.proxy.forward("GET", "/v1/ledger/checkpoint").body.decode()
        size = int(note.split("\n")[1])
        while len(self.leaves) < size:
            start = len(self.leaves) // merkle.WIDTH
            width = min(size - start * merkle.WIDTH, merkle.WIDTH)
            partial = "" if width == merkle.WIDTH else f".p/{width}"
            path = f"/v1/ledger/tile/entries/{merkle.tile_path(start)}{partial}"
            self.leaves[start * merkle.WIDTH :] = merkle.split(self.proxy.forward("GET", path).body)
        return [self.forged.get(index, leaf) for index, leaf in enumerate(self.leaves)]

    def answer(self, path, headers=None):
        url = urllib.parse.urlsplit(path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if not url.path.startswith("/v1/ledger/"):
            return None
        with self.lock:
            leaves = self.follow()
        hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
        word = url.path.removeprefix("/v1/ledger/")
        if word == "checkpoint":
            return Answer(200, [("Content-Type", "text/plain")], self.signers[0].checkpoint(hashes, *self.signers[1:]))
        if word == "key":
            return self.json({"origin": self.signer.name, "verifier_keys": [s.verifier_key for s in self.signers]})
        if word == "consistency":
            old, new = int(query["from"]), int(query["to"])
            proof = public_log.consistency(hashes[:new], old) if 0 < old < new else []
            return self.json({"from": old, "to": new, "hashes": [public_log.b64(h) for h in proof]})
        if word.startswith("tile/entries/"):
            place, _, width = word.removeprefix("tile/entries/").partition(".p/")
            start = int("".join(part.lstrip("x") for part in place.split("/"))) * merkle.WIDTH
            tile = leaves[start : start + int(width or merkle.WIDTH)]
            return Answer(200, [("Content-Type", "application/octet-stream")], public_log.bundle(tile))
        return None

    def json(self, value):
        return Answer(200, [("Content-Type", "application/json")], json.dumps(value).encode())


class NewerRegistry(OtherHistory):
    """The registry as it is now, and after its last leaf what only a newer one says: kinds and ops that nobody knows yet."""

    def __init__(self, proxy):
        super().__init__(proxy)
        self.base = self.follow()
        self.said, self.lines, self.live = [], [], {}
        self.more = threading.Condition(self.lock)

    def follow(self):
        return self.base + self.said if hasattr(self, "base") else super().follow()

    def say(self, op, kind=None, about=None, payload=None, line=None, key=None):
        """A leaf and its line; a payload is sent in the open, else the line is `line` or a mark. `key` is what a leaf about
        a key commits to."""
        text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode() if payload else b""
        salt = bytes([9] * 32)
        if key:
            text, salt = key.encode(), bytes(32)
        members = {"v": 1, "op": op, "k": kind, "t": 1795460040, "r": about}
        members["c"] = public_log.b64(public_log.commitment(salt, text))
        leaf = json.dumps(members, separators=(",", ":"))
        with self.more:
            seq = len(self.base) + len(self.said)
            self.said.append(leaf.encode())
            shown = {**payload, "salt": public_log.b64(salt)} if payload else line or {"op": "mark"}
            self.lines.append({"seq": seq, **shown, "leaf": members})
            if payload:
                self.live.pop(payload["key"], None)
            if payload and payload["op"] == "put":
                self.live[payload["key"]] = self.lines[-1]
            self.more.notify_all()
        return seq

    def headers(self):
        own = dict(self.proxy.forward("GET", f"/v1/feed/changes?after={len(self.base)}", None, self.token).headers)
        own = {name.lower(): value for name, value in own.items()}
        total = int(own["feed-digest"], 16)
        for key, line in self.live.items():
            total += int.from_bytes(hashlib.sha256(f"{key}\0{line['seq']}".encode()).digest(), "big")
        self.count, self.digest = int(own["feed-count"]) + len(self.live), f"{total % 2**256:064x}"
        return [("Feed-Count", str(self.count)), ("Feed-Digest", self.digest)]

    def answer(self, path, headers=None):
        url = urllib.parse.urlsplit(path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/v1/feed/changes" and int(query["after"]) >= len(self.base):
            self.token = headers
            return self.changes(int(query["after"]), int(query.get("wait", 0)))
        if url.path == "/v1/feed/snapshot":
            self.token = headers
            return self.snapshot(path)
        if url.path == "/v1/feed/acks":
            return Answer(204, [], b"")
        return super().answer(path)

    def changes(self, after, wait):
        with self.more:
            self.more.wait_for(lambda: len(self.base) + len(self.said) > after, min(wait, 5))
            lines, size = self.lines[after - len(self.base) :], len(self.base) + len(self.said)
            headers = [*self.headers(), ("Feed-Next", str(size)), ("Feed-Head", str(size))]
        if not lines:
            return Answer(204, headers, b"")
        lines = [*lines, {"end": True, "count": len(lines), "size": size}]
        answer = Answer(200, [*headers, ("Content-Type", "application/x-ndjson")], b"")
        answer.set_lines([json.dumps(line, separators=(",", ":"), ensure_ascii=False) for line in lines])
        return answer

    def snapshot(self, path):
        answer = self.proxy.forward("GET", path, None, self.token)
        with self.more:
            size = len(self.base) + len(self.said)
            changed = [*self.headers(), ("Feed-Size", str(size)), ("ETag", f'"{size}-newer"')]
            own = [{k: v for k, v in line.items() if k != "leaf"} for line in self.live.values()]
        lines = [json.loads(line) for line in answer.lines()[:-1]] + own
        lines.sort(key=lambda line: line["key"])
        lines.append({"end": True, "count": self.count, "size": size})
        answer.set_lines([json.dumps(line, separators=(",", ":"), ensure_ascii=False) for line in lines])
        names = {name.lower() for name, _ in changed}
        answer.headers = [(k, v) for k, v in answer.headers if k.lower() not in names] + changed
        return answer
