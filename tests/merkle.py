"""The log's tree (RFC 6962) and its tiles (C2SP), with nothing but what Python has."""

import hashlib

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


def split(bundle):
    """Entries of a tile."""
    leaves, at = [], 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at : at + 2], "big")
        leaves.append(bundle[at + 2 : at + 2 + length])
        at += 2 + length
    return leaves


def tile_path(index):
    parts = [f"{index % 1000:03}"]
    while index := index // 1000:
        parts.insert(0, f"x{index % 1000:03}")
    return "/".join(parts)
