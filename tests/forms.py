"""Forms of several parts, and the smallest picture."""

import json
import struct
import uuid
import zlib


def picture():
    """A PNG of one white point."""
    part = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    size = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", size) + part(b"IDAT", zlib.compress(b"\0\xff")) + part(b"IEND", b"")


def form(about, text, files):
    """A form of several parts: its bytes and its type."""
    edge = uuid.uuid4().hex
    parts = [(f'name="{about}"', json.dumps(text).encode())]
    parts += [('name="file"; filename="x"', file) for file in files]
    body = b"".join(
        f"--{edge}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n" for head, data in parts
    )
    return body + f"--{edge}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={edge}"}
