"""A disk that a power failure may stop at any moment: replays what the recorder wrote down, and says what may be left."""

import json
import os
import struct

HEAD = struct.Struct("=cQQI")
PAGE, SECTOR = 4096, 512
MANNERS = ("nothing", "everything", "a beginning", "pages")


class File:
    """What is on the disk for certain, and what was written since and may be there or not."""

    def __init__(self, durable=b""):
        self.durable, self.pending = bytearray(durable), []
        self.gone, self.tickets = 0, {}

    def write(self, offset, data):
        self.pending.append((offset, data))

    def begin_sync(self, ticket):
        self.tickets[ticket] = self.gone + len(self.pending)

    def end_sync(self, ticket):
        count = self.tickets.pop(ticket) - self.gone
        if count > 0:
            self.durable = overwritten(self.durable, self.pending[:count])
            del self.pending[:count]
            self.gone += count

    def left(self, manner, chance):
        """Its bytes after a power failure."""
        if manner == "nothing" or not self.pending:
            return bytes(self.durable)
        if manner == "everything":
            return bytes(overwritten(self.durable, self.pending))
        if manner == "a beginning":
            return bytes(overwritten(self.durable, self.beginning(chance)))
        return self.some_pages(chance)

    def beginning(self, chance):
        """Writes up to one of them, which is torn between two sectors."""
        count = chance.randrange(len(self.pending))
        offset, data = self.pending[count]
        if data is None:
            return self.pending[:count]
        borders = range(SECTOR - offset % SECTOR, len(data), SECTOR)
        length = chance.choice([0, *borders, len(data)])
        return [*self.pending[:count], (offset, data[:length])]

    def some_pages(self, chance):
        """Each page as it was after any of the writes to it; some are torn between two sectors."""
        writes, sizes = unrolled(len(self.durable), self.pending)
        size = chance.choice(sizes)
        left = self.durable[:size].ljust(size, b"\0")
        touched = {}
        for offset, data in writes:
            for page in range(offset // PAGE, (offset + len(data) - 1) // PAGE + 1):
                touched.setdefault(page, []).append((offset - page * PAGE, data))
        for page, parts in touched.items():
            start = page * PAGE
            new = self.durable[start : start + PAGE].ljust(PAGE, b"\0")
            for offset, data in parts[: chance.randint(0, len(parts))]:
                data = data[max(0, -offset) : PAGE - offset]
                offset = max(0, offset)
                new[offset : offset + len(data)] = data
            end = min(chance.choice((PAGE, PAGE, PAGE, chance.randrange(0, PAGE, SECTOR))), max(0, size - start))
            left[start : start + end] = new[:end]
        return bytes(left)


def overwritten(durable, writes):
    left = bytearray(durable)
    for offset, data in writes:
        if data is None:
            left = left[:offset].ljust(offset, b"\0")
        elif data:
            left = left.ljust(offset, b"\0")
            left[offset : offset + len(data)] = data
    return left


def unrolled(size, pending):
    """Writes alone, with zeros for what was cut, and the sizes that the file had."""
    writes, sizes = [], [size]
    for offset, data in pending:
        if data is None:
            if offset < size:
                writes.append((offset, bytes(size - offset)))
            size = offset
        elif data:
            writes.append((offset, data))
            size = max(size, offset + len(data))
        sizes.append(size)
    return writes, sizes


class Disk:
    """A folder with all files in it durable, and what happened to it since. Names reach the disk in their order, at the
    latest when the folder that they are in was synced."""

    def __init__(self, folder):
        self.by_inode, self.folders, self.first, self.names = {}, {}, {}, []
        self.certain, self.tickets, self.events = 0, {}, []
        self.folders[folder.stat().st_ino] = ""
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            if path.is_dir():
                self.first[name] = None
                self.folders[path.stat().st_ino] = name
            else:
                self.first[name] = self.by_inode[path.stat().st_ino] = File(path.read_bytes())

    def happens(self, what, inode, number, data):
        text = data.decode() if what in "cmonlrd?" else ""
        if what == "A":
            self.events.append(json.loads(data))
        elif what == "c":
            # The number may have been another's, who is gone.
            self.folders.pop(inode, None)
            self.by_inode[inode] = File()
            self.names.append(("made", text, self.by_inode[inode]))
        elif what == "m":
            self.folders[inode] = text
            self.names.append(("made", text, None))
        elif what in "rd":
            self.names.append(("removed", text))
        elif what == "l":
            self.names.append(("linked", *text.split("\0")))
        elif what == "n":
            self.renamed(*text.split("\0"))
        elif what == "w":
            self.by_inode[inode].write(number, data)
        elif what == "t":
            self.by_inode[inode].write(number, None)
        elif what in "sS":
            self.synced(what, inode, number)
        elif what == "?":
            raise ValueError(f"the program did what is not followed here: {text}")

    def renamed(self, old, new):
        self.names.append(("renamed", old, new))
        for inode, path in self.folders.items():
            if path == old or path.startswith(old + "/"):
                self.folders[inode] = new + path[len(old) :]

    def synced(self, what, inode, ticket):
        if inode not in self.folders:
            file = self.by_inode[inode]
            file.begin_sync(ticket) if what == "s" else file.end_sync(ticket)
        elif what == "s":
            self.tickets[ticket] = len(self.names)
        else:
            folder, before = self.folders[inode], self.tickets.pop(ticket)
            here = [n for n in range(before) if any(parent(path) == folder for path in self.names[n][1:3] if isinstance(path, str))]
            self.certain = max([self.certain, *(n + 1 for n in here[-1:])])

    def left(self, manner, chance):
        """Paths with their bytes after a power failure; folders have none."""
        count = {"nothing": self.certain, "everything": len(self.names)}.get(manner, chance.randint(self.certain, len(self.names)))
        tree = dict(self.first)
        for what, path, *more in self.names[:count]:
            if what == "made":
                tree[path] = more[0]
            elif what == "removed":
                tree.pop(path, None)
            elif what == "linked":
                tree[more[0]] = tree[path]
            else:
                moved = {p: f for p, f in tree.items() if p == path or p.startswith(path + "/")}
                for name, file in moved.items():
                    del tree[name]
                    tree[more[0] + name[len(path) :]] = file
        return {path: file and file.left(manner, chance) for path, file in tree.items()}


def parent(path):
    return path.rpartition("/")[0]


def records(path):
    """What the recorder wrote down: what, inode, number, bytes."""
    data = path.read_bytes()
    at = 0
    while at < len(data):
        what, inode, number, length = HEAD.unpack_from(data, at)
        at += HEAD.size
        yield what.decode(), inode, number, data[at : at + length]
        at += length


def event_record(event):
    """Something acknowledged, to be appended to what the recorder writes."""
    data = json.dumps(event).encode()
    return HEAD.pack(b"A", 0, 0, len(data)) + data


def lay_out(folder, left):
    """Makes what a disk was left with."""
    folder.mkdir(mode=0o700, parents=True)
    for path, data in sorted(left.items()):
        if data is None:
            (folder / path).mkdir(mode=0o700, exist_ok=True)
        else:
            with open(folder / path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(data)
