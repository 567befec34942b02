#!/usr/bin/env python3
"""Prints the licences of all that is built into the program: what its pages serve, Rust's own library, and each crate with the
texts that its package holds. Equal texts are printed once.

config/deploy/debian/licences.py    (asks cargo, which needs the crates' sources, and no network when it has them)
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
TEXT = re.compile(r"(licen[cs]e|copying|copyright|notice|unlicense)([-_.].*)?", re.I)
# Not the source of a program that is called so.
CODE = {".rs", ".c", ".h", ".go", ".py", ".pl", ".sh", ".html"}


def asked(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def built_in():
    """The crates that the program is made of, on this system."""
    system = re.search(r"^host: (.*)$", asked("rustc", "-vV"), re.M)[1]
    command = ("cargo", "metadata", "--format-version=1", "--locked", "--filter-platform", system)
    told = json.loads(asked(*command))
    nodes = {node["id"]: node for node in told["resolve"]["nodes"]}
    found, next_ones = set(), [told["resolve"]["root"]]
    while next_ones:
        crate = next_ones.pop()
        if crate in found:
            continue
        found.add(crate)
        for used in nodes[crate]["deps"]:
            # Others are for tests, or for building alone.
            if any(kind["kind"] is None for kind in used["dep_kinds"]):
                next_ones.append(used["pkg"])
    crates = (package for package in told["packages"] if package["id"] in found - {told["resolve"]["root"]})
    return sorted(crates, key=lambda package: (package["name"], package["version"]))


def texts(folder):
    for path in sorted(folder.rglob("*")):
        if path.is_file() and TEXT.fullmatch(path.name) and path.suffix not in CODE:
            yield path.read_text(errors="replace").strip()


def main():
    rust = pathlib.Path(asked("rustc", "--print", "sysroot").strip()) / "share/doc/rust"
    own = [path.read_text().strip() for name in ("MIT", "Apache-2.0") for path in rust.rglob(f"*{name}*") if path.suffix != ".html"]
    holders = [("Rust's own library (MIT OR Apache-2.0)", own)]
    for crate in built_in():
        name = f"{crate['name']} {crate['version']} ({crate['license'] or 'see its text'})"
        holders.append((name, texts(pathlib.Path(crate["manifest_path"]).parent)))
    said, without = {}, []
    for name, its_texts in holders:
        its_texts = list(its_texts)
        if not its_texts:
            without.append(name)
        for text in its_texts:
            said.setdefault(text, {})[name] = None
    line = "=" * 118
    print((ROOT / "src/web/assets/LICENSES.txt").read_text())
    for text, names in said.items():
        print(line, *names, line, "", text, "", sep="\n")
    print(line, "Whose package holds no text of its own:", *without, sep="\n")


if __name__ == "__main__":
    sys.exit(main())
