"""The part of scripts/bench that writes what was measured: src/docs/measurements.md with its chart."""

import datetime
import html
import os
import pathlib
import platform
import re

DOCS = pathlib.Path(__file__).resolve().parent.parent / "src/docs"
TEXT, CHART = DOCS / "measurements.md", DOCS / "measurements.svg"
# The heading of what bench leaves as it is.
BY_HAND = "## Where the limits are\n"
# Of the chart: the height of a pair of bars, the width of the longest, and where bars begin.
PAIR, LONGEST, LEFT = 52, 380, 16


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def machine():
    model = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    return f"{os.cpu_count()} processors ({model[1] if model else platform.machine()}), Linux {platform.release().split('-')[0]}"


class Pair:
    """A figure of ours beside a peer's, and how many times the peer's ours should be at least."""

    def __init__(self, what, own, peer, others, aim=None, unit="/s"):
        self.what, self.own, self.peer, self.others, self.aim, self.unit = what, own, peer, others, aim, unit
        self.ratio = own / others

    def line(self):
        aim = f"≥ {self.aim:g}" if self.aim else ""
        return f"| {self.what} | {number(self.own)} {self.unit} | {self.peer} | {number(self.others)} {self.unit} | {self.ratio:.2f} | {aim} |"


class Paced:
    """Milliseconds until an answer, at a steady rate of checks a second."""

    def __init__(self, rate, median, p99, p999, worst_p99):
        self.rate, self.median, self.p99, self.p999, self.worst_p99 = rate, median, p99, p999, worst_p99

    def text(self):
        return f"""At a steady {number(self.rate)} checks/s, half of “Check, no record” above, over 256 connections and whether earlier answers came or
not (an open loop), the median is {self.median:.2f} ms, the 99th percentile **{self.p99:.2f} ms** (aim: 5; in the worst of the five rounds
{self.worst_p99:.2f} ms) and the 99.9th {self.p999:.2f} ms. Up to two milliseconds of each are the client's timer."""


def bar(y, value, most, color, label):
    width = max(1, LONGEST * value / most)
    return f'<rect x="{LEFT}" y="{y}" width="{width:.0f}" height="14" fill="{color}"/><text x="{LEFT + width + 6:.0f}" y="{y + 11}">{html.escape(label)}</text>'


def chart(pairs):
    height = 40 + PAIR * len(pairs)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" font-family="sans-serif" font-size="12">',
        "<title>Cảnh Giác beside its peers</title>",
        f'<rect width="720" height="{height}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-weight="bold">Cảnh Giác (dark) beside its peers (light)</text>',
    ]
    for place, pair in enumerate(pairs):
        y, most = 36 + PAIR * place, max(pair.own, pair.others)
        out.append(f'<text x="{LEFT}" y="{y + 10}">{html.escape(pair.what)}</text>')
        out.append(bar(y + 14, pair.own, most, "#1c4e80", f"{number(pair.own)} {pair.unit}"))
        out.append(bar(y + 30, pair.others, most, "#a5c8e1", f"{pair.peer}: {number(pair.others)} {pair.unit}"))
    return "\n".join(out) + "\n</svg>\n"


def growth_table(rows):
    """Of each row what was measured."""
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---:|" * len(names)]
    cells = lambda row: (number(row[name]) if name in row else "–" for name in names)  # noqa: E731
    return "\n".join(lines + ["| " + " | ".join(cells(row)) + " |" for row in rows])


def by_hand():
    """What somebody wrote about the figures, from its heading on: profiles are read by people."""
    _, heading, text = (TEXT.read_text() if TEXT.exists() else "").partition(BY_HAND)
    return "\n" + heading + text if heading else ""


def write(pairs, latency, rows, commit):
    table = "\n".join(pair.line() for pair in pairs)
    TEXT.write_text(
        f"""# Measurements

Taken by `scripts/bench` on {datetime.date.today()} at commit {commit}: {machine()}. Clients, server and peers share these
processors. Each figure beside a peer's is the median of five rounds taken in turn in one run, so the ratio counts and not the figure.
The peers are Debian's packages as they are installed; the bare framework is `scripts/bench_bare.rs`, built alike (profile `dist`),
which reads the same question and sends the same bytes.

![Beside its peers](measurements.svg)

| What | Cảnh Giác | Peer | Peer's | Ratio | Aim |
|---|---:|---|---:|---:|---|
{table}

{latency.text()}

## As the registry grows

{growth_table(rows)}
{by_hand()}"""
    )
    CHART.write_text(chart(pairs))
