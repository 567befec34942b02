"""A second reading of the log's formats (RFC 6962, C2SP), for tests that must sign, tamper and prove on their own."""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

WIDTH = 256


def leaf_hash(leaf):
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def below(size):
    """The largest power of two smaller than a size."""
    return 1 << (size - 1).bit_length() - 1


def root(hashes):
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    k = below(len(hashes))
    return node_hash(root(hashes[:k]), root(hashes[k:]))


def consistency(hashes, old, whole=True):
    """RFC 6962, 2.1.2: that the first `old` are a beginning of all."""
    if old == len(hashes):
        return [] if whole else [root(hashes)]
    k = below(len(hashes))
    if old <= k:
        return consistency(hashes[:k], old, whole) + [root(hashes[k:])]
    return consistency(hashes[k:], old - k, False) + [root(hashes[:k])]


def commitment(salt, payload):
    return hashlib.sha256(b"canhgiac/commit/v1\0" + salt + payload).digest()


def b64(data):
    return base64.b64encode(data).decode()


def split(bundle):
    """Entries of a tile."""
    leaves, at = [], 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at : at + 2], "big")
        leaves.append(bundle[at + 2 : at + 2 + length])
        at += 2 + length
    return leaves


def bundle(leaves):
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def tile_path(index):
    parts = [f"{index % 1000:03}"]
    while index := index // 1000:
        parts.insert(0, f"x{index % 1000:03}")
    return "/".join(parts)


class Signer:
    """A log's key."""

    def __init__(self, name):
        self.name, self.key = name, Ed25519PrivateKey.generate()
        public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.id = hashlib.sha256(name.encode() + b"\n\1" + public).digest()[:4]
        self.verifier_key = f"{name}+{self.id.hex()}+{b64(bytes([1]) + public)}"

    def checkpoint(self, hashes, *others):
        text = f"{self.name}\n{len(hashes)}\n{b64(root(hashes))}\n"
        lines = "".join(f"— {s.name} {b64(s.id + s.key.sign(text.encode()))}\n" for s in (self, *others))
        return f"{text}\n{lines}".encode()
