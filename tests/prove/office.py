"""A registry on a folder of its own, with people signed in, and what it acknowledged to them."""

import base64
import json
import shutil
import subprocess
import threading
import urllib.request

import merkle
from client import BINARY, Client, Program, free_port
from forms import form, picture

from .facts import Facts

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GENEROUS = {
    "CANHGIAC_LIMITS__PARTNER_REQUESTS_PER_MINUTE": "100000000",
    "CANHGIAC_LIMITS__ANONYMOUS_PER_MINUTE": "100000000",
    "CANHGIAC_LIMITS__REPORTS_PER_HOUR": "1000000",
}
# What the program says when a request was neither done nor refused for good.
UNKNOWN = (429, 500, 503)
# What is so of names that nobody said anything of yet.
UNSAID = {"verdict": "no_record"}


class Refused(Exception):
    """An answer that is not what was asked for, and that says so."""


class Office:
    """`tell` is given each event as it happens, before the request is sent and after its answer was read."""

    def __init__(self, top, environment=None, listings=0):
        self.top, self.data = top, top / "data"
        self.listen = f"127.0.0.1:{free_port()}"
        self.url = "http://" + self.listen
        self.client = Client(self.url)
        self.lock, self.tell = threading.Lock(), lambda event: None
        self.facts = Facts()
        self.program = Program(
            "demo", "--data", str(self.data), "--listen", self.listen, "--listings", str(listings), "--json",
            environment={**GENEROUS, **(environment or {})},
        )
        self.demo = json.loads(self.program.first_line)
        self.sign_in()

    def sign_in(self):
        users = self.demo["users"]
        self.officer, self.supervisor, self.auditor, self.admin, self.second = (
            self.client.sign_in(users[n]) for n in (0, 1, 5, 6, 7)
        )
        partner = self.demo["partners"][1]
        pair = f"{partner['client_id']}:{partner['client_secret']}".encode()
        headers = {**FORM, "Authorization": "Basic " + base64.b64encode(pair).decode()}
        token = self.client.send("POST", "/v1/oauth/token", raw=b"grant_type=client_credentials", headers=headers)
        self.partner = {"Authorization": "Bearer " + token.json["access_token"]}

    # The program

    def start(self, data=None, environment=None):
        """Begins to serve; whoever needs answers looks at `program.first_line`."""
        arguments = ("serve", "--data", str(data or self.data), "--listen", self.listen, "--admin-listen", "127.0.0.1:0")
        self.program = Program(*arguments, environment={**GENEROUS, **(environment or {})})
        if self.program.first_line:
            self.url = self.program.first_line.split()[-1]
            self.client = Client(self.url)
        return self.program

    def launch(self):
        """Begins to serve and does not wait for it."""
        arguments = ["serve", "--data", str(self.data), "--listen", self.listen, "--admin-listen", "127.0.0.1:0"]
        return subprocess.Popen([BINARY, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def copied_to(self, to):
        shutil.copytree(self.data, to)
        return to

    # Asking

    def ask(self, method, path, who=None, body=None, raw=None, headers=None, good=(200, 201, 202, 204)):
        answer = self.client.send(method, path, body, {**(who or {}), **(headers or {})}, raw)
        if answer.status not in good:
            raise Refused(f"{method} {path}: {answer.status} {answer.body[:300]}")
        return answer

    def event(self, *facts):
        """Each fact is a name and its values."""
        with self.lock:
            for fact in facts:
                self.tell(fact)
                self.facts.apply(fact)

    def change(self, facts, request):
        """Sends what would make each name of `facts` the value that it has there."""
        before = {name: self.facts.may.get(name, [UNSAID.get(name[0], "none")]) for name in facts}
        self.event(*((name, [*before[name], value]) for name, value in facts.items()))
        answer = request()
        if answer.status < 300:
            self.event(*((name, [value]) for name, value in facts.items()))
        elif answer.status not in UNKNOWN:
            self.event(*before.items())
        return answer

    def saw(self, name, value):
        """Something new was acknowledged, and has a name from now on."""
        self.event((name, [value]))

    # What people do

    def propose(self, number, evidence=""):
        """Returns the id of the listing, or nothing."""
        body = {"identifier": {"q": number}, "method": "khac", "evidence": evidence}
        made = self.client.send("POST", "/v1/listings", body, self.officer)
        if made.status != 201:
            return None
        words = [(("words", evidence), ["there"])] if evidence else []
        self.event((("listing", made.json["id"]), ["proposed"]), *words)
        return made.json["id"]

    def decide(self, listing, number, deed):
        """Confirms, rejects, renews or delists the version that stands now."""
        path = f"/v1/listings/{listing}"
        etag = self.ask("GET", path, self.supervisor).headers["etag"]
        status, verdict = {
            "confirm": ("listed", "listed"), "renew": ("listed", "listed"),
            "reject": ("rejected", "no_record"), "delist": ("delisted", "no_record"),
        }[deed]
        headers = {**self.supervisor, "If-Match": etag}
        send = lambda: self.client.send("POST", f"{path}/{deed}", {"reason": "đúng"}, headers)
        return self.change({("listing", listing): status, ("verdict", number): verdict}, send).status < 300

    def list_one(self, number, evidence=""):
        listing = self.propose(number, evidence)
        return listing if listing and self.decide(listing, number, "confirm") else None

    def erase(self, listing, words):
        """Erases what was delisted; two persons agree. `words` stood in it."""
        path = f"/v1/listings/{listing}"
        etag = self.ask("GET", path, self.admin).headers["etag"]
        asked = self.client.send("DELETE", path, {"reason": "theo luật"}, {**self.admin, "If-Match": etag})
        if asked.status == 202:
            self.agree(asked.json["id"], {("listing", listing): "gone", ("words", words): "gone"})

    def agree(self, approval, facts):
        reply = f"/v1/approvals/{approval}/agree"
        return self.change(facts, lambda: self.client.send("POST", reply, {"reason": "đã xem"}, self.second))

    def import_list(self, numbers):
        """An office's list, confirmed as a whole."""
        rows = "".join(f"{n},{number},Trúng thưởng\n" for n, number in enumerate(numbers, 1))
        text = f"STT,Số điện thoại,Hình thức\n{rows}".encode()
        made = self.ask("POST", "/v1/imports", self.officer, raw=text, headers={"Content-Type": "text/csv"})
        facts = {("verdict", number): "listed" for number in numbers}
        self.saw(("together", " ".join(numbers)), "as one")
        headers = {**self.supervisor, "If-Match": made.headers["etag"]}
        path = f"/v1/imports/{made.json['id']}/confirm"
        self.change(facts, lambda: self.client.send("POST", path, {"reason": "đúng"}, headers))

    def protect(self, number):
        """Makes a number an official one; two persons agree."""
        body = {"identifier": {"q": number}, "name_vi": "Mẫu", "name_en": "Sample", "reason": "theo công văn"}
        asked = self.ask("POST", "/v1/officials", self.admin, body)
        self.agree(asked.json["id"], {("verdict", number): "official"})

    def report(self, number):
        """A citizen's report with a picture."""
        given = self.ask("POST", "/v1/reports/receipt", body={}).json
        about = {"token": given["token"], "kind": "attempt", "identifiers": [{"q": number, "role": "contacted_me"}]}
        raw, kind = form("report", about, [picture()])
        send = lambda: self.client.send("POST", "/v1/reports", headers=kind, raw=raw)
        self.change({("report", given["receipt"]): "with its picture"}, send)

    def invite(self, name):
        made = self.ask("POST", "/v1/users", self.admin, {"username": name, "role": "officer", "unit": "14812"})
        self.saw(("user", made.json["id"]), "there")

    def rotate_signing_key(self):
        for key in self.ask("POST", "/v1/keys", self.admin).json["items"]:
            self.saw(("signing key", key["kid"]), "there")

    def rotate_ledger_key(self):
        """A key more and the oldest one less."""
        self.ask("POST", "/v1/ledger/keys", self.admin)
        keys = self.ledger_keys()
        for key in keys:
            self.saw(("ledger key", key), "there")
        if len(keys) > 2:
            path = f"/v1/ledger/keys/{keys[-1]}"
            self.change({("ledger key", keys[-1]): "gone"}, lambda: self.client.send("DELETE", path, headers=self.admin))

    def see_tree(self):
        note = self.ask("GET", "/v1/ledger/checkpoint").body.split("\n")
        size, root = int(note[1]), note[2]
        self.saw(("tree", str(size)), root)

    # What stands

    def ledger_keys(self):
        keys = self.ask("GET", "/v1/ledger/key").json["verifier_keys"]
        return [key.split("+")[1] for key in keys]

    def leaves(self):
        size = int(self.ask("GET", "/v1/ledger/checkpoint").body.split("\n")[1])
        leaves = []
        while len(leaves) < size:
            start = len(leaves) // merkle.WIDTH
            width = min(size - len(leaves), merkle.WIDTH)
            partial = "" if width == merkle.WIDTH else f".p/{width}"
            with urllib.request.urlopen(f"{self.url}/v1/ledger/tile/entries/{merkle.tile_path(start)}{partial}") as answer:
                leaves += merkle.split(answer.read())
        return leaves

    def leaf_hashes(self):
        return [merkle.leaf_hash(leaf) for leaf in self.leaves()]

    def verdicts(self, numbers):
        """Of any number of them, in their order."""
        found = []
        for start in range(0, len(numbers), 100):
            items = {"items": [{"q": number} for number in numbers[start : start + 100]]}
            found += [result["verdict"] for result in self.ask("POST", "/v1/check", None, items).json["results"]]
        return found

    def read(self, names):
        """The values of facts as they are now."""
        numbers = [name for name in names if name[0] == "verdict"]
        yield from zip(numbers, self.verdicts([name[1] for name in numbers]))
        readers = {
            "listing": self.listing_status, "user": self.user_status, "words": self.words_status, "together": self.together,
            "report": self.report_status,
        }
        keys = {"signing key": None, "ledger key": None}
        hashes = None
        for name in names:
            kind, what = name
            if kind in keys:
                if keys[kind] is None:
                    keys[kind] = self.ledger_keys() if kind == "ledger key" else self.signing_keys()
                yield name, "there" if what in keys[kind] else "gone"
            elif kind == "tree":
                hashes = hashes or self.leaf_hashes()
                yield name, self.root_at(hashes, int(what))
            elif kind != "verdict":
                yield name, readers[kind](what)

    def signing_keys(self):
        return [key["kid"] for key in self.ask("GET", "/v1/keys", self.admin).json["items"]]

    def together(self, numbers):
        return "as one" if len(set(self.verdicts(numbers.split()))) == 1 else "in part"

    def listing_status(self, listing):
        answer = self.ask("GET", f"/v1/listings/{listing}", self.supervisor, good=(200, 404))
        is_gone = answer.status == 404 or answer.json["identifier"] is None
        return "gone" if is_gone else answer.json["status"]

    def user_status(self, user):
        return "there" if self.ask("GET", f"/v1/users/{user}", self.admin, good=(200, 404)).status == 200 else "gone"

    def report_status(self, receipt):
        answer = self.ask("POST", "/v1/followup", body={"receipt": receipt}, good=(200, 404))
        if answer.status == 404:
            return "none"
        return "with its picture" if answer.json["given"]["files"] == 1 else "without its picture"

    def words_status(self, words):
        files = (self.data / "journal").glob("*.journal")
        return "there" if any(words.encode() in file.read_bytes() for file in files) else "gone"

    @staticmethod
    def root_at(hashes, size):
        return base64.b64encode(merkle.root(hashes[:size])).decode() if size <= len(hashes) else "shorter"

    def wrong(self, newest=None):
        """What was acknowledged and is not so: of the newest facts of each kind, or of all."""
        kinds = {name[0] for name in self.facts.may}
        names = [name for kind in sorted(kinds) for name in self.facts.newest(kind, newest or len(self.facts.may))]
        return self.facts.wrong(self.read, names)
