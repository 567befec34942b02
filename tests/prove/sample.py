"""A registry with something of everything in it, its backup, its export and a mirror of it, and what is true of them."""

import base64
import hashlib
import json
import re
import shutil

from client import Client, Program, run, until

from .office import GENEROUS, Office

# Nobody listens there.
GONE = "http://127.0.0.1:9"
SERVE = ("--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0")
# What one request may ask about.
AT_ONCE = 100
NOBODY = [f"0950{n:06}" for n in range(600_000, 600_020)]


class Sample:
    def __init__(self, top):
        self.top = top
        top.mkdir(parents=True)
        self.office = office = Office(top)
        self.fill()
        self.leaves = self.read_leaves()
        self.tree = office.ask("GET", "/v1/ledger/checkpoint").body.split("\n")[1:3]
        self.make_mirror()
        self.backup, self.export = top / "backup", top / "list.ndjson"
        must(run("backup", "--data", str(office.data), "--to", str(self.backup)))
        office.program.stop()
        must(run("export", "--data", str(office.data), "--output", str(self.export)))
        office.copied_to(top / "sample")
        office.start()
        self.numbers = self.known_numbers()
        self.right = self.asked_of(office.client)
        self.receipts = [name[1] for name in office.facts.may if name[0] == "report"]
        self.usual = self.usual_lines()
        assert self.read_export(self.export) is None

    def close(self):
        self.office.program.stop()
        shutil.rmtree(self.top, ignore_errors=True)

    def fill(self):
        office = self.office
        for n in range(12):
            number = f"0950500{n:03}"
            listing = office.list_one(number, f"KIN-{n}-KIN")
            if n % 3 == 0:
                office.decide(listing, number, "delist")
            if n % 6 == 0:
                office.erase(listing, f"KIN-{n}-KIN")
        office.import_list([f"0950501{n:03}" for n in range(8)])
        office.protect("0950502001")
        for n in range(3):
            office.report(f"0950503{n:03}")
        office.invite("nguoi.moi")
        office.rotate_signing_key()
        office.rotate_ledger_key()

    def folder_of(self, place):
        return {"backup": self.backup, "mirror": self.top / "mirror"}.get(place, self.top / "sample")

    # What is true

    def asked_of(self, client):
        """What is answered about everything that is listed, and about some that never was or is no more; nothing if that
        can't be told."""
        found = {}
        for start in range(0, len(self.numbers), AT_ONCE):
            numbers = self.numbers[start : start + AT_ONCE]
            answer = client.send("POST", "/v1/check", {"items": [{"q": number} for number in numbers]})
            if answer.status != 200:
                return None
            found |= {number: shown(result) for number, result in zip(numbers, answer.json["results"])}
        return found

    def known_numbers(self):
        lines = [json.loads(line) for line in self.export.read_text().splitlines()[:-1]]
        known = [name[1] for name in self.office.facts.may if name[0] == "verdict"]
        return list(dict.fromkeys([line["key"] for line in lines] + known + NOBODY))

    def read_leaves(self):
        """What each leaf commits to."""
        leaves = [json.loads(leaf) for leaf in self.office.leaves()]
        return [base64.b64decode(leaf["c"]) if "c" in leaf else b"" for leaf in leaves]

    def read_export(self, path):
        """What is wrong with an export, told by itself and by the public ledger."""
        try:
            *lines, end = path.read_text().splitlines()
            end = json.loads(end)
            if not end.get("end") or end["count"] != len(lines):
                return "it has not the end that it should have"
            for text in lines:
                line = json.loads(text)
                said = {name: value for name, value in line.items() if name not in ("seq", "salt")}
                payload = json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()
                commitment = hashlib.sha256(b"canhgiac/commit/v1\0" + base64.b64decode(line["salt"]) + payload).digest()
                if commitment != self.leaves[line["seq"]]:
                    return f"line {line['seq']} says something else than what was logged"
            return None
        except (OSError, ValueError, LookupError, AttributeError, TypeError) as error:
            return repr(error)

    def usual_lines(self):
        """What is said about folders that nothing is wrong with."""
        lines = set()
        for name in ("usual-data", "usual-restored"):
            data = self.top / name
            if name == "usual-data":
                shutil.copytree(self.top / "sample", data)
            else:
                must(run("restore", "--from", str(self.backup), "--data", str(data), "--nothing-newer"))
            program = self.serve(data)
            client = Client(program.first_line.split()[-1])
            until(lambda: "every row of the store" in program.logged() or client.send("GET", "/healthz").status != 200, program.logged)
            program.process.terminate()
            program.process.wait()
            lines |= plain(program.logged())
            close(program)
        for url in (GONE, self.office.url):
            data = self.top / f"usual-mirror-{url == GONE}"
            shutil.copytree(self.folder_of("mirror"), data)
            mirror = self.mirror(data, url)
            client = Client(self.url_of(mirror))
            until(lambda: client.send("GET", "/v1/mirror").json["problem"] is not None or url != GONE, mirror.logged)
            assert self.asked_of(client) == self.right, "a mirror answers as the registry does"
            mirror.process.terminate()
            mirror.process.wait()
            lines |= plain(mirror.logged())
            close(mirror)
        return lines

    # Programs on copies of it

    def serve(self, data):
        soon = {"CANHGIAC_SCHEDULE__FIRST_CHECK_SECONDS": "1"}
        return Program("serve", "--data", str(data), *SERVE, environment={**GENEROUS, **soon})

    def mirror(self, data, url, *more):
        partner = self.office.demo["partners"][0]
        secret = self.top / "secret"
        if not secret.exists():
            secret.touch(0o600)
            secret.write_text(partner["client_secret"])
        return Program(
            "mirror", url, "--data", str(data), "--json", "--client-id", partner["client_id"],
            "--client-secret-file", str(secret), *(more or ("--listen", "127.0.0.1:0")),
        )

    def make_mirror(self):
        mirror = self.mirror(self.top / "mirror", self.office.url, "--once")
        assert mirror.process.wait() == 0, mirror.logged()
        mirror.close()

    @staticmethod
    def url_of(mirror):
        return json.loads(mirror.first_line)["url"]


def shown(result):
    """What of an answer depends on nothing but the number asked about."""
    listing = result.get("listing") or {}
    return result["verdict"], *(str(listing.get(name)) for name in ("id", "method", "unit", "listed_at", "valid_until", "disputed"))


def must(done):
    assert done.returncode == 0, done.stderr


def plain(log):
    """Lines without their times and numbers."""
    return {re.sub(r"[0-9A-Za-z_.:-]*\d[0-9A-Za-z_.:-]*", "#", line) for line in log.splitlines() if line.strip()}


def close(program):
    if program.process.poll() is None:
        program.process.kill()
        program.process.wait()
    program.close()
