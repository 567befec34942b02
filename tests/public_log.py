"""A second reading of the log's formats (RFC 6962, C2SP), for tests that must sign, tamper and prove on their own."""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from merkle import below, node_hash, root


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


def bundle(leaves):
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


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
