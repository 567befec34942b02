"""What rots, is torn, mixed up or lost: each does one of it to a file and says where."""

import os
import re

SECTOR = 512


def change(path, at, data):
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(data)


def flip(path, chance):
    data = path.read_bytes()
    if not data:
        return ""
    at, bit = chance.randrange(len(data)), chance.randrange(8)
    change(path, at, bytes([data[at] ^ 1 << bit]))
    return f"bit {bit} of byte {at}"


def garble(path, chance):
    data = path.read_bytes()
    at = chance.randrange(len(data) or 1)
    length = min(chance.randint(1, 40), len(data) - at)
    change(path, at, chance.randbytes(length))
    return f"bytes {at} to {at + length}"


def cut(path, chance):
    at = chance.randrange(path.stat().st_size or 1)
    os.truncate(path, at)
    return f"at {at}"


def block(path, chance):
    """A sector that is there, or what there is of it."""
    return chance.randrange((path.stat().st_size + SECTOR - 1) // SECTOR or 1) * SECTOR


def zero(path, chance):
    at = block(path, chance)
    change(path, at, bytes(min(SECTOR * chance.choice((1, 8)), path.stat().st_size - at)))
    return f"from {at}"


def swap(path, chance):
    data = path.read_bytes()
    one, other = block(path, chance), block(path, chance)
    length = min(len(data) - one, len(data) - other, SECTOR)
    change(path, one, data[other : other + length])
    change(path, other, data[one : one + length])
    return f"sectors at {one} and {other}"


def double(path, chance):
    data = path.read_bytes()
    one, other = block(path, chance), block(path, chance)
    change(path, one, data[other : other + min(SECTOR, len(data) - one)])
    return f"sector at {one} is that at {other}"


def empty(path, _):
    os.truncate(path, 0)


def remove(path, _):
    path.unlink()


def lengthen(path, chance):
    with open(path, "ab") as file:
        file.write(chance.randbytes(chance.randint(1, 2000)))


def misname(path, chance):
    """A number or a day becomes another; where none stands, a bit is flipped."""
    places = [found.end() - 1 for found in re.finditer(rb"\+84950\d{6}|\b20\d\d-\d\d-\d\d", path.read_bytes())]
    if not places:
        return flip(path, chance)
    at = chance.choice(places) - chance.randrange(2)
    change(path, at, b"%d" % chance.randrange(10))
    return f"digit at {at}"


def riddle(path, chance):
    """A bit here and there."""
    for _ in range(30):
        flip(path, chance)
    return "in 30 places"


WOUNDS = {
    "bit flipped": flip, "bytes garbled": garble, "cut": cut, "sectors zeroed": zero, "sectors swapped": swap,
    "sector doubled": double, "emptied": empty, "removed": remove, "lengthened": lengthen, "another number or day": misname, "bits flipped": riddle,
}
