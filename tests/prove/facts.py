"""What the program has acknowledged, as facts: a name and the values that it may have now."""


class Facts:
    """Grows by events, so that what stood at an earlier moment can be told from a beginning of them.

    A request is announced with what it would make true, and followed by its end: acknowledged, refused, or never heard of.
    Between announcement and end, and for ever after a cut, both values are right.
    """

    def __init__(self, events=()):
        self.may = {}
        for event in events:
            self.apply(event)

    def apply(self, event):
        name, values = tuple(event[0]), event[1]
        # Taken out and put in again: the newest are the last.
        self.may.pop(name, None)
        self.may[name] = list(values)

    def newest(self, kind, count):
        return [name for name in reversed(self.may) if name[0] == kind][:count]

    def wrong(self, read, names):
        """Names whose value, read now, is none that it may have; with both."""
        found = []
        for name, value in read(names):
            if value not in self.may[name]:
                found.append(f"{' '.join(name)}: {value}, must be {' or '.join(self.may[name])}")
        return found
