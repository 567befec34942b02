"""Verifies the public ledger over HTTP with tlog-scales: nothing that decides here was written for this project."""

import json
import pathlib
import tempfile

from tlog_scales.backend import HttpBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tiles import leaf_hash, tile_path
from tlog_scales.tlog import Checkpoint, ConsistencyProof, InclusionProof
from tlog_scales.tlog import ConsistencyProofInvalid, InclusionProofInvalid  # noqa: F401: for whoever calls
from tlog_scales.utils import b64dec, b64enc
from tlog_scales.writer import TilesWriter


class Refused(Exception):
    """What is served does not agree with itself or with what was published before."""


def same(found, wanted, what):
    if found != wanted:
        raise Refused(what)


def opened(text, keys):
    """A checkpoint that every one of the keys has signed."""
    checkpoint = Checkpoint.from_text(text)
    for key in map(Vkey.from_string, keys):
        checkpoint.verify(key)
        same(checkpoint.origin, key.name, "a checkpoint of another log")
    return checkpoint


class Log:
    """A log whose present checkpoint was signed by all of `keys`, and whose tiles lead to its root."""

    def __init__(self, url, keys):
        self.keys, self.backend = keys, HttpBackend(url)
        self.backend.session.headers["Accept-Encoding"] = "identity"
        self.reader = TilesReader(self.backend)
        self.checkpoint = opened(self.get("checkpoint").decode(), keys)
        self.size, self.root = self.checkpoint.size, self.checkpoint.root_hash
        self.reader.set_size(self.size)
        same(self.reader.calculate_root_hash(), self.root, "the tiles do not lead to the root")

    def get(self, path):
        body = self.backend.get(path)
        if body is None:
            raise Refused(f"{path} is not served")
        return body

    def check_inclusion(self, index):
        """A leaf is in the log: by a proof from the tiles, by the server's, and by its tlog-proof file."""
        leaf = leaf_hash(self.reader.get_entry(index))
        self.reader.get_inclusion_proof(index, self.size).check(leaf, self.root)
        served = json.loads(self.get(f"proof?index={index}&size={self.size}"))
        same((served["index"], served["size"]), (index, self.size), "the proof of another leaf")
        same((served["leaf_hash"], served["root"]), (b64enc(leaf), b64enc(self.root)), "a proof's hashes")
        text = json.dumps(served["leaf"], separators=(",", ":"))
        same(text.encode(), self.reader.get_entry(index), "the leaf in the proof is not the entry")
        InclusionProof(index, self.size, [b64dec(h) for h in served["hashes"]]).check(leaf, self.root)
        self.check_proof_file(self.get(f"proof?index={index}&format=tlog-proof").decode(), index, leaf)

    def check_proof_file(self, text, index, leaf):
        head, _, signed = text.partition("\n\n")
        kind, place, *hashes = head.split("\n")
        same((kind, place), ("c2sp.org/tlog-proof@v1", f"index {index}"), "not a tlog-proof file of this leaf")
        checkpoint = opened(signed, self.keys)
        proof = InclusionProof(index, checkpoint.size, [b64dec(h) for h in hashes])
        proof.check(leaf, checkpoint.root_hash)

    def check_growth(self, earlier):
        """An earlier checkpoint is a beginning of this log: by its tiles, and by the server's proof."""
        old, new = (earlier.size, earlier.root_hash), (self.size, self.root)
        self.reader.get_consistency_proof(old[0], new[0]).check(old[1], new[1])
        served = json.loads(self.get(f"consistency?from={old[0]}&to={new[0]}"))
        same((served["from"], served["to"]), (old[0], new[0]), "the proof of other sizes")
        roots = b64dec(served["from_root"]), b64dec(served["to_root"])
        same(roots, (old[1], new[1]), "a proof's roots")
        ConsistencyProof(old[0], new[0], [b64dec(h) for h in served["hashes"]]).check(old[1], new[1])

    def check_entries(self, earlier):
        """A log made of the entries alone has the roots that were published, and the same tiles."""
        with tempfile.TemporaryDirectory() as top:
            folder = pathlib.Path(top) / "log"
            writer = TilesWriter.create(folder, self.checkpoint.origin)
            done = 0
            for checkpoint in sorted([*earlier, self.checkpoint], key=lambda c: c.size):
                for index in range(done, checkpoint.size):
                    writer.add_leaf(self.reader.get_entry(index))
                done = checkpoint.size
                writer.commit([], gc=False)
                same(writer.reader.calculate_root_hash(), checkpoint.root_hash, f"the root at {done}")
            level, count = 0, self.size
            while count:
                for number in range(-(-count // 256)):
                    path = tile_path(level, number, min(256, count - number * 256) % 256)
                    made = folder.joinpath(*path).read_bytes()
                    same(made, self.get("/".join(path)), f"tile {'/'.join(path)}")
                level, count = level + 1, count // 256


def verify(url, keys, earlier=(), indexes=()):
    """`earlier`: pairs of a checkpoint's text and the keys that must have signed it. Returns the size."""
    log = Log(url, keys)
    before = [opened(text, signers) for text, signers in earlier]
    for checkpoint in before:
        log.check_growth(checkpoint)
    for index in {0, 255, 256, log.size - 1, (log.size - 1) & ~255, *indexes}:
        if index < log.size:
            log.check_inclusion(index)
    log.check_entries(before)
    return log.size
