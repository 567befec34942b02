#!/usr/bin/env python3
"""Keeps a verified copy of the Cảnh Giác warning list: an example for the programmers of banks and carriers.

One file; it needs Python 3.9 or later and the package `cryptography`. Take from it what you need.

    export CANHGIAC_CLIENT_ID=… CANHGIAC_CLIENT_SECRET=…
    partner_client.py sync   --folder copy --url https://… --verifier-key 'name+id+key'   brings the copy up to date
    partner_client.py follow --folder copy --url https://… --verifier-key 'name+id+key'   keeps it so until stopped
    partner_client.py check  --folder copy phone:+84950001001                             asks the copy, without network

Exit code: 0 done (check: none is listed) · 1 the answer is no (check: one is LISTED; else: SOMETHING IS WRONG, the
message on stderr says what, the copy of before is kept) · 2 could not (no network, no copy, wrong use, no key).
`check` takes keys, not spellings: a key in its exact form, such as phone:+84950001001 or account:VN:970436:0123456.

The verifier key is what all trust begins with. Get it from the police by another way than this service (a letter, a
call back) and compare. It is needed the first time; the copy remembers it. A new key of the ledger is learnt by
itself while the one you know still signs beside it; whoever was away for longer has to be given the new one.

What it checks, every time, before anything of the copy changes:
  1. The checkpoint (the ledger's size and root hash) is signed by a key you trust.
  2. The hash over all leaves of the ledger is the root in the checkpoint. The first time the leaves are read from
     the public tiles, later from the lines; each root is computed from the one before, so the ledger can only have
     grown: nothing that was there can have been changed or taken back.
  3. Every line is what its leaf commits to: SHA-256("canhgiac/commit/v1", 0, salt, what the line says).
  4. Nothing is missing. The leaves alone tell which listings are in force: those of list, renew, dispute and clear
     that no later leaf is about. For each of them, of the kinds you get, there must be a line.
  5. Number and Feed-Digest of the listings are what the service says its own are; it is told ours (an "ack").

All this is one transaction of the file `copy.sqlite` in the folder: killed at any moment, the program leaves the copy
of before, and a first download goes on where it was cut. What the police erase is overwritten here too. `check` never
answers with a warning that has run out, however long the line was down. Run one `sync` or `follow` for a folder.
"""

import argparse
import base64
import datetime
import gzip
import hashlib
import http.client
import io
import json
import os
import pathlib
import re
import signal
import sqlite3
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KINDS = "phone,account,wallet,short_code,sender"
PUTS, ENDS = ("list", "renew", "dispute", "clear"), ("expire", "delist")  # Operations of leaves
PAGE, LONGEST_WAIT = 10_000, 45  # Lines of changes; seconds of a long poll
QUIET = 2 * 3600  # The ledger gets a leaf at least every hour: after this many seconds the line may be cut
NO_SALT = bytes(32)


class Alarm(Exception):
    """Service and copy do not agree, or somebody stands between them. A person must look at it."""


class CouldNot(Exception):
    """Nothing is known to be wrong, but it did not work; try again later."""


class TooOld(Exception):
    """The copy is so far behind that a snapshot is shorter."""


# What Python raises on an answer that is not what it should be: that is an alarm too.
MALFORMED = (ValueError, LookupError, TypeError, AttributeError)


def require(condition, complaint):
    if not condition:
        raise Alarm(complaint)


def compact(value):
    """JSON as the service writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def commitment(salt, payload):
    return hashlib.sha256(b"canhgiac/commit/v1\0" + salt + payload).digest()


# ---- The Merkle tree (RFC 6962 section 2.1) and its signed checkpoint (C2SP tlog-checkpoint, signed-note)


class Tree:
    """A growing tree, kept as the roots of its complete subtrees, largest first."""

    def __init__(self, size=0, peaks=()):
        self.size, self.peaks = size, list(peaks)

    def push(self, leaf):
        node, size = hashlib.sha256(b"\0" + leaf).digest(), self.size
        while size & 1:
            node, size = hashlib.sha256(b"\1" + self.peaks.pop() + node).digest(), size >> 1
        self.peaks.append(node)
        self.size += 1

    def root(self):
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        *rest, node = self.peaks
        for peak in reversed(rest):
            node = hashlib.sha256(b"\1" + peak + node).digest()
        return node


class VerifierKey:
    """A public key as text: name+key id+base64(1, 32 bytes)."""

    def __init__(self, text):
        self.name, key_id, key = (text.split("+", 2) + ["", ""])[:3]
        try:
            self.id, key = bytes.fromhex(key_id), base64.b64decode(key)
        except ValueError:
            raise CouldNot(f"{text!r} is not a verifier key") from None
        if len(key) != 33 or key[0] != 1 or self.id != hashlib.sha256(f"{self.name}\n".encode() + key).digest()[:4]:
            raise CouldNot(f"{text!r} is not a verifier key: was it copied whole?")
        self.text, self.public = text, Ed25519PublicKey.from_public_bytes(key[1:])


class Checkpoint:
    """What a signed note says: size and root. `signed` holds the trusted keys that signed it, as text."""

    def __init__(self, note, trusted):
        text, _, signatures = note.rpartition("\n\n")
        text += "\n"
        self.signed = set()
        for line in signatures.splitlines():
            dash, name, signature = (line.split(" ") + ["", ""])[:3]
            require(dash == "—", "the checkpoint is not a signed note")
            raw = base64.b64decode(signature)
            for key in (key for key in trusted if (key.name, key.id) == (name, raw[:4])):
                try:
                    key.public.verify(raw[4:], text.encode())
                except InvalidSignature:
                    raise Alarm("the checkpoint's signature is wrong") from None
                self.signed.add(key.text)
        require(self.signed, "the checkpoint is not signed by a key you trust: if the police confirm a new verifier "
                "key, give it with --verifier-key; else this is another ledger")
        lines = text.splitlines()
        require(len(lines) >= 3 and lines[0] == trusted[0].name, "the checkpoint is one of another ledger")
        self.size, self.root = int(lines[1]), base64.b64decode(lines[2])


# ---- The copy


class Copy:
    """The listings in force, and how far the ledger is known, in one SQLite file."""

    TABLES = """
        CREATE TABLE IF NOT EXISTS live (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, commitment BLOB NOT NULL,
            key TEXT UNIQUE, payload TEXT, salt BLOB); -- key, payload, salt: NULL where only the leaf is known
        CREATE TABLE IF NOT EXISTS state (one INTEGER PRIMARY KEY CHECK (one = 1), json TEXT NOT NULL);"""

    def __init__(self, folder, verifier_key=None):
        self.given = verifier_key
        folder.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(folder / "copy.sqlite", isolation_level=None, timeout=5)
        self.db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
                              + self.TABLES)
        self.load()

    def load(self):
        row = self.db.execute("SELECT json FROM state").fetchone()
        state = json.loads(row[0]) if row else {}
        self.tree = Tree(state.get("size", 0), map(bytes.fromhex, state.get("peaks", ())))
        self.known = (self.tree.size, self.tree.root())
        self.keys, self.past_keys = state.get("keys", []), state.get("past_keys", [])  # Trusted ones, oldest first
        if self.given and self.given not in self.keys + self.past_keys:
            self.keys.append(VerifierKey(self.given).text)
        self.count, self.digest = state.get("count", 0), int(state.get("digest", "0"), 16)
        self.last_leaf_at = state.get("last_leaf_at", 0)
        self.announced, self.retired, self.learnt = set(), set(), []

    def __enter__(self):
        self.db.execute("BEGIN IMMEDIATE")
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            state = {"size": self.tree.size, "peaks": [peak.hex() for peak in self.tree.peaks],
                     "count": self.count, "digest": self.hex_digest(), "keys": self.keys, "past_keys": self.past_keys,
                     "last_leaf_at": self.last_leaf_at, "synced_at": int(time.time())}
            self.db.execute("REPLACE INTO state VALUES (1, ?)", [json.dumps(state)])
            self.db.execute("COMMIT")
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # So that nothing erased stays in the log file
        else:
            self.db.execute("ROLLBACK")
        self.load()

    def begin_anew(self):
        """Forgets everything but the size and root that were known: the ledger must still lead there."""
        self.db.execute("DELETE FROM live")
        self.tree, self.count, self.digest = Tree(), 0, 0

    def append(self, text):
        """Takes the ledger's next leaf, its exact bytes. Returns it."""
        seq = self.tree.size
        leaf = json.loads(text)
        op, kind, about, commits = leaf["op"], leaf["k"], leaf["r"], base64.b64decode(leaf["c"])
        self.tree.push(text)
        require(self.tree.size != self.known[0] or self.tree.root() == self.known[1],
                f"the ledger's history has changed: its first {self.known[0]} leaves are not those of before")
        if op in PUTS[1:] + ENDS:
            self.remove(about, kind, seq)
        if op in PUTS:
            self.db.execute("INSERT INTO live (seq, kind, commitment) VALUES (?, ?, ?)", [seq, kind, commits])
        elif op == "key":
            self.announced.add(commits)
        elif op == "retire":
            self.retired.add(commits)
        self.last_leaf_at = leaf["t"]
        return leaf

    def remove(self, seq, kind, why):
        row = self.db.execute("SELECT kind, key FROM live WHERE seq = ?", [seq]).fetchone()
        require(row is not None and row[0] == kind, f"leaf {why} is about leaf {seq}, which is no listing in force")
        if row[1] is not None:
            self.add_up(row[1], seq, -1)
        self.db.execute("DELETE FROM live WHERE seq = ?", [seq])

    def add_up(self, key, seq, sign):
        """The Feed-Digest: the sum modulo 2^256 of SHA-256(key, 0, seq in decimal)."""
        digest = hashlib.sha256(f"{key}\0{seq}".encode()).digest()
        self.digest = (self.digest + sign * int.from_bytes(digest, "big")) % 2**256
        self.count += sign

    def hex_digest(self):
        return f"{self.digest:064x}"

    def fill(self, line, commits):
        """Keeps what a `put` line says of a leaf in force."""
        seq, key = line["seq"], line["key"]
        payload, salt = self.opened(line, commits)
        try:
            self.db.execute("UPDATE live SET key = ?, payload = ?, salt = ? WHERE seq = ?", [key, payload, salt, seq])
        except sqlite3.IntegrityError:
            raise Alarm(f"line {seq} lists {key} a second time") from None
        self.add_up(key, seq, +1)

    def opened(self, line, commits):
        """What a line says, with its salt, if it is what the leaf commits to."""
        said = {name: value for name, value in line.items() if name not in ("seq", "leaf", "salt")}
        payload, salt = compact(said), base64.b64decode(line["salt"])
        require(len(salt) == 32 and commitment(salt, payload) == commits,
                f"line {line['seq']} says something else than what was logged")
        return payload.decode(), salt

    def change(self, line, kinds):
        """Applies a line of changes."""
        seq = self.tree.size
        require(line.get("seq") == seq, f"line {seq} is missing: {line.get('seq')} came instead")
        leaf, op = self.append(compact(line["leaf"])), line["op"]
        commits = base64.b64decode(leaf["c"])
        right = "put" if leaf["op"] in PUTS else "del" if leaf["op"] in ENDS else None
        if op in ("put", "del"):
            require(op == right, f"line {seq} says {op} where the ledger says {leaf['op']}")
            if op == "put":
                self.fill(line, commits)
            else:
                self.opened(line, commits)
        elif op == "mark":
            require(right is None or leaf["k"] not in kinds, f"the content of line {seq} is withheld")
            if "verifier_key" in line:
                require(commitment(NO_SALT, line["verifier_key"].encode()) == commits,
                        f"line {seq} says something else than what was logged")
                self.learn(line["verifier_key"])
        # `erased`: the listing was delisted before, so there is nothing of it here any more. An operation that
        # is not known yet: its leaf is in the tree, and if it were a listing, its line would be missed.

    def learn(self, text):
        """Notes a new verifier key, if a leaf announced it."""
        if commitment(NO_SALT, text.encode()) in self.announced and text not in self.keys + self.past_keys:
            self.learnt.append(VerifierKey(text).text)

    def missing(self, kinds):
        """The first listing in force without a line."""
        marks = ",".join("?" * len(kinds))
        query = f"SELECT min(seq) FROM live WHERE key IS NULL AND kind IN ({marks})"
        return self.db.execute(query, kinds).fetchone()[0]

    def compare(self, count, digest, whose):
        require(self.count == int(count), f"{whose} says {count} listings, the lines make {self.count}")
        require(self.hex_digest() == digest, f"{whose} has another digest than the lines")

    def accept(self, checkpoint):
        """The tree must lead to the checkpoint. Then the keys are those that signed, and those announced since."""
        require(self.tree.size == checkpoint.size, "the lines end elsewhere than at the checkpoint")
        require(self.tree.root() == checkpoint.root,
                f"the ledger is forked: its {checkpoint.size} leaves do not have the root that was signed")
        gone = [key for key in self.keys + self.learnt if commitment(NO_SALT, key.encode()) in self.retired]
        require(checkpoint.signed - set(gone), "the checkpoint is signed by no other key than one that was retired")
        oldest = min(map(self.keys.index, checkpoint.signed))  # Those before it sign no more
        keys = self.keys + self.learnt
        self.past_keys += [key for key in keys if key in gone or key in self.keys[:oldest]]
        self.keys = [key for key in keys if key not in self.past_keys]


# ---- The service


class Service:
    """The service over HTTPS, with a token that is renewed when it runs out."""

    def __init__(self, url, client_id, client_secret):
        self.url, self.token, self.good_until = url.rstrip("/"), None, 0
        self.basic = "Basic " + base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()

    def open(self, path, headers=None, data=None, wait=0):
        """An answer of any status; the body is not read yet."""
        headers = {"Accept-Encoding": "identity", "User-Agent": "canhgiac-partner-client/1", **(headers or {})}
        request = urllib.request.Request(self.url + path, data=data, headers=headers)
        try:
            return urllib.request.urlopen(request, timeout=60 + wait)
        except urllib.error.HTTPError as error:
            return error
        except (OSError, http.client.HTTPException) as error:
            raise CouldNot(f"{self.url}: {error}") from error

    def public(self, path):
        return self.body(self.open(path), path)

    def asked(self, path, headers=None, data=None, wait=0):
        """The same with the partner's token."""
        if time.monotonic() > self.good_until:
            form = b"grant_type=client_credentials"
            answer = self.open("/v1/oauth/token", {"Authorization": self.basic}, form)
            token = json.loads(self.body(answer, "the token"))
            self.token, self.good_until = token["access_token"], time.monotonic() + token["expires_in"] - 60
        return self.open(path, {"Authorization": "Bearer " + self.token, **(headers or {})}, data, wait)

    def body(self, answer, what, good=(200,)):
        try:
            with answer:
                body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise CouldNot(f"{what} was cut: {error}") from error
        if answer.status == 410:
            raise TooOld
        if answer.status == 401:
            self.good_until = 0
        require(answer.status != 409, f"the service knows less of the ledger than this copy: {body.decode()}")
        if answer.status not in good:
            raise CouldNot(f"{what}: {answer.status} {body.decode(errors='replace')}")
        return body

    def entries(self, size):
        """All leaves of the ledger, from its public tiles."""
        for tile in range(-(-size // 256)):
            width = min(256, size - 256 * tile)
            path = (f"x{tile // 1000:03}/" if tile >= 1000 else "") + f"{tile % 1000:03}"  # Up to 256 million leaves
            bundle = io.BytesIO(self.public(f"/v1/ledger/tile/entries/{path}" + (f".p/{width}" if width < 256 else "")))
            for _ in range(width):
                length = int.from_bytes(bundle.read(2), "big")
                leaf = bundle.read(length)
                require(0 < len(leaf) == length, f"tile {tile} of entries is too short")
                yield leaf

    def page(self, after, limit, wait=0):
        """Headers and lines of changes; no lines when there is nothing new."""
        answer = self.asked(f"/v1/feed/changes?after={after}&limit={limit}&wait={wait}", wait=wait)
        body = self.body(answer, "changes", (200, 204))
        *lines, end = [json.loads(line) for line in body.splitlines()] or [None]
        done = {"end": True, "count": len(lines), "size": after + len(lines)}
        require(end is None or end == done, f"the lines from {after} on are not whole: {end} ends {len(lines)} lines")
        return answer.headers, lines

    def snapshot(self, folder):
        """Downloads the snapshot, or the rest of one that was cut. Returns its headers and its file."""
        about, file = folder / "snapshot.json", folder / "snapshot.gz"
        headers = {"Accept-Encoding": "gzip"}
        if about.exists() and file.exists():
            tag = json.loads(about.read_text())["ETag"]
            headers.update({"Range": f"bytes={file.stat().st_size}-", "If-Range": tag})
        answer = self.asked("/v1/feed/snapshot", headers)
        if answer.status == 416:  # Nothing is left to be sent
            answer.close()
            return json.loads(about.read_text()), file
        if answer.status not in (200, 206):
            self.body(answer, "the snapshot")
        if answer.status == 200:
            file.unlink(missing_ok=True)
            names = ("ETag", "Feed-Size", "Feed-Count", "Feed-Digest")
            about.write_text(json.dumps({name: answer.headers[name] for name in names}))
        try:
            with answer, open(file, "ab") as out:
                while chunk := answer.read1(1 << 16):
                    out.write(chunk)
                    out.flush()
                if answer.length:
                    raise EOFError(f"{answer.length} bytes are missing")
        except (OSError, EOFError, http.client.HTTPException) as error:
            raise CouldNot(f"the snapshot was cut and goes on next time: {error}") from error
        return json.loads(about.read_text()), file


# ---- Bringing the copy up to date


class Partner:
    def __init__(self, folder, service, pinned, kinds):
        self.folder, self.service, self.kinds, self.copy = folder, service, kinds, Copy(folder, pinned)
        if not self.copy.keys:
            raise CouldNot("--verifier-key is needed the first time")

    def checkpoint(self):
        note = self.service.public("/v1/ledger/checkpoint").decode()
        checkpoint = Checkpoint(note, [VerifierKey(key) for key in self.copy.keys])
        require(checkpoint.size >= self.copy.known[0],
                f"the ledger has shrunk from {self.copy.known[0]} leaves to {checkpoint.size}")
        return checkpoint

    def update(self, wait=0):
        """Brings the copy to the ledger's present end. Waits for news at first if told so."""
        if self.copy.known[0] == 0:
            return self.commit(self.first)
        try:
            if wait:
                self.service.page(self.copy.known[0], 1, wait)
            return self.commit(lambda: None)
        except TooOld:
            return self.commit(self.first)

    def commit(self, begin):
        """One transaction: all of it is right, or nothing has happened."""
        try:
            with self.copy:
                begin()
                self.advance()
        except (Alarm, *MALFORMED):
            self.forget_download()
            raise
        self.forget_download()
        copy, ack = self.copy, self.acknowledge()
        if time.time() - copy.last_leaf_at > QUIET:
            print("the ledger has been quiet for hours: is this an old state of it?", file=sys.stderr)
        print(json.dumps({"size": copy.tree.size, "count": copy.count, "digest": copy.hex_digest(), **ack}), flush=True)

    def advance(self):
        """Follows the changes to a checkpoint, and holds the copy against it."""
        copy = self.copy
        for _ in range(3):
            checkpoint = self.checkpoint()
            headers = self.follow(checkpoint.size)
            # A listing that was erased just now has no line any more; its end is a little later in the ledger.
            missing = copy.missing(self.kinds)
            if missing is None:
                break
        require(missing is None, f"the listing of leaf {missing} is in force, but there is no line of it")
        copy.accept(checkpoint)
        if headers and int(headers["Feed-Head"]) == copy.tree.size:
            copy.compare(headers["Feed-Count"], headers["Feed-Digest"], "the service")

    def forget_download(self):
        for name in ("snapshot.json", "snapshot.gz"):
            (self.folder / name).unlink(missing_ok=True)

    def first(self):
        """A copy from a snapshot and all leaves of the ledger."""
        about, file = self.service.snapshot(self.folder)
        size = int(about["Feed-Size"])
        self.copy.begin_anew()
        require(self.checkpoint().size >= size, "the snapshot is newer than the checkpoint")
        for leaf in self.service.entries(size):
            self.copy.append(leaf)
        self.read(file, size, about)
        for key in reversed(json.loads(self.service.public("/v1/ledger/key"))["verifier_keys"]):
            self.copy.learn(key)

    def read(self, file, size, about):
        """Takes the lines of a snapshot and misses those that are not there."""
        end, count = None, 0
        try:
            with gzip.open(file) as lines:
                for text in lines:
                    line = json.loads(text)
                    require(end is None, "the snapshot goes on after its end")
                    if line.get("end"):
                        end = line
                        continue
                    where = "SELECT commitment FROM live WHERE seq = ? AND key IS NULL"
                    row = self.copy.db.execute(where, [line.get("seq")]).fetchone()
                    require(row is not None, f"line {line.get('seq')} of the snapshot is no listing in force")
                    self.copy.fill(line, row[0])
                    count += 1
        except (OSError, EOFError) as error:
            raise Alarm(f"the snapshot can not be read: {error}") from None
        missing = self.copy.missing(self.kinds)
        require(missing is None, f"the listing of leaf {missing} is in force, but the snapshot has no line of it")
        done = {"end": True, "count": count, "size": size}
        require(end == done, f"the snapshot is not whole: {end} ends {count} lines")
        self.copy.compare(about["Feed-Count"], about["Feed-Digest"], "the snapshot's head")

    def follow(self, size):
        """Applies changes until the copy has this size. Returns the last headers."""
        headers = None
        while self.copy.tree.size < size:
            headers, lines = self.service.page(self.copy.tree.size, min(PAGE, size - self.copy.tree.size))
            require(lines, f"the service has no changes after {self.copy.tree.size}, the checkpoint has")
            for line in lines:
                self.copy.change(line, self.kinds)
        return headers

    def acknowledge(self):
        """Tells the service what the copy holds; it says whether that is right."""
        ack = {"applied": self.copy.tree.size, "count": self.copy.count, "digest": self.copy.hex_digest()}
        answer = self.service.asked("/v1/feed/acks", {"Content-Type": "application/json"}, compact(ack))
        state = json.loads(self.service.body(answer, "the ack"))["state"]
        require(state != "drifted", "the service says that this copy has drifted")
        return {"state": state}


KEY = re.compile(r"phone:\+[1-9][0-9]{3,14}|(account|wallet|short_code|sender):VN:[!-~]+")


def check(folder, keys):
    """Answers from the copy alone. 1: one of the keys at least is listed."""
    for key in keys:
        if not KEY.fullmatch(key):
            # A number in another spelling would seem to be without a record.
            raise CouldNot(f"{key!r} is no key: write it as phone:+84950001001, account:VN:970436:0123456, …")
    file = folder / "copy.sqlite"
    if not file.exists():
        raise CouldNot(f"there is no copy in {folder}")
    db = sqlite3.connect(file)
    state = db.execute("SELECT json FROM state").fetchone()
    if state is None:
        raise CouldNot(f"the copy in {folder} is not complete yet")
    state, listed = json.loads(state[0]), False
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    for key in keys:
        row = db.execute("SELECT payload FROM live WHERE key = ?", [key]).fetchone()
        listing = json.loads(row[0]) if row else None
        if listing and listing["valid_until"] <= now:
            listing = None
        listed |= listing is not None
        verdict = "listed" if listing else "no_record"
        as_of = {"ledger_size": state["size"], "synced_at": state["synced_at"]}
        print(json.dumps({"key": key, "verdict": verdict, "listing": listing, "as_of": as_of}))
    return 1 if listed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog="More is told at the top of the file.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("sync", "follow", "check"):
        command = commands.add_parser(name)
        command.add_argument("--folder", required=True, type=pathlib.Path, help="where the copy is kept")
        if name == "check":
            command.add_argument("key", nargs="+", help="such as phone:+84950001001")
            continue
        command.add_argument("--url", required=True, help="of the service")
        command.add_argument("--verifier-key", help="of the ledger, the first time or after a change you confirmed")
        command.add_argument("--kinds", default=KINDS, help="that you were promised (default: all)")
    arguments = parser.parse_args()
    try:
        if arguments.command == "check":
            return check(arguments.folder, arguments.key)
        credentials = [os.environ.get(f"CANHGIAC_CLIENT_{name}") for name in ("ID", "SECRET")]
        if not all(credentials):
            raise CouldNot("CANHGIAC_CLIENT_ID and CANHGIAC_CLIENT_SECRET must be set")
        service = Service(arguments.url, *credentials)
        partner = Partner(arguments.folder, service, arguments.verifier_key, arguments.kinds.split(","))
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # Stopped by either, it ends with 0
        signal.signal(signal.SIGINT, signal.default_int_handler)
        partner.update()
        while arguments.command == "follow":
            try:
                partner.update(LONGEST_WAIT)
            except CouldNot as error:
                print(f"could not: {error}", file=sys.stderr)
                time.sleep(10)
    except Alarm as error:
        print(f"ALARM: {error}", file=sys.stderr)
        return 1
    except MALFORMED as error:
        print(f"ALARM: an answer is not what it should be: {error!r}", file=sys.stderr)
        return 1
    except (CouldNot, TooOld, sqlite3.Error, OSError) as error:
        print(f"could not: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
