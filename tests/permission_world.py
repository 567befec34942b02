"""A registry with everybody in it who can ask something of it, and with things of every unit to ask for."""

import dataclasses
import glob
import http.client
import itertools
import json
import pathlib
import re
import shutil
import tempfile
import time
import unittest
import urllib.parse

from client import Answer, Client, Program, totp

PASSWORD = "mua dong tren doi che xanh 71"
FORM = "application/x-www-form-urlencoded"
# Units as officer and supervisor see them: their own, the one above it, and one beside it.
UNITS = {"own": "14812", "parent": "38", "other": "14818"}
# Seconds after which a second factor is no longer fresh, and some.
NO_LONGER_FRESH = 310


@dataclasses.dataclass
class Caller:
    """Somebody who asks: a column of the tables, with what tells those in one column apart."""

    name: str
    column: str
    bearer: dict = dataclasses.field(default_factory=dict)
    cookie: dict = dataclasses.field(default_factory=dict)
    csrf: str = ""
    # What of UNITS is the own unit or below it.
    reach: tuple = ()
    fresh: bool = True
    scope: str = ""
    user: dict = None
    refresh: str = ""


@dataclasses.dataclass
class Thing:
    """A listing or an import that was made for one row of a table."""

    id: str
    number: str
    version: int
    # What officers wrote about it.
    words: str


class World:
    """One server whose wall clock stands still until it is told to go on, so that nobody's second factor ages by itself."""

    def __init__(self, environment=None):
        library = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        if not library:
            raise unittest.SkipTest("libfaketime is not installed")
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        # In the middle of a time step.
        self.now = int(time.time()) // 30 * 30 + 15
        self.pass_time(0)
        environment = {
            "LD_PRELOAD": library[0],
            "FAKETIME_TIMESTAMP_FILE": str(self.top / "clock"),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "TZ": "UTC",
            "CANHGIAC_LIMITS__SIGN_IN_PER_MINUTE": "100000",
            "CANHGIAC_LIMITS__REFRESH_PER_MINUTE": "100000",
            "CANHGIAC_LIMITS__TOKENS_PER_MINUTE": "100000",
            "CANHGIAC_LIMITS__ENROLMENT_PER_MINUTE": "100000",
            "CANHGIAC_LIMITS__PARTNER_REQUESTS_PER_MINUTE": "100000",
            # A handling is suspended after its term only.
            "CANHGIAC_INTAKE__REPORT_RESOLVE": "1s",
            **(environment or {}),
        }
        command = ("demo", "--json", "--data", str(self.top / "data"), "--listen", "127.0.0.1:0")
        self.program = Program(*command, environment=environment)
        self.counter = itertools.count(1)
        try:
            self.gather()
        except BaseException:
            self.close()
            raise

    def close(self):
        code = self.program.stop()
        shutil.rmtree(self.top)
        return code

    def pass_time(self, seconds):
        self.now += seconds
        (self.top / "clock").write_text(time.strftime("%Y-%m-%d %H:%M:%S\n", time.gmtime(self.now)))

    # Asking

    def send(self, method, path, body=None, headers=(), raw=None):
        """One request, no redirect followed; of a stream of events only its first line is read."""
        headers = dict(headers)
        if body is not None:
            raw = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.request(method, path, raw, headers)
            answer = connection.getresponse()
            told = {}
            for name, value in answer.getheaders():
                told[name.lower()] = ", ".join(filter(None, (told.get(name.lower()), value)))
            is_stream = told.get("content-type", "").startswith("text/event-stream")
            text = answer.readline() if is_stream else answer.read()
            return Answer(answer.status, told, text.decode("utf-8", "replace"))
        finally:
            connection.close()

    def must(self, method, path, body=None, headers=(), raw=None):
        answer = self.send(method, path, body, headers, raw)
        assert answer.status < 300, (method, path, answer.status, answer.body)
        return answer

    def changed_since(self, seq):
        """What was written down after a record, but for what the schedule does by itself."""
        items = self.must("GET", "/v1/audit?limit=200", headers=self.auditor.bearer).json["items"]
        assert items[-1]["seq"] <= seq, "more was written down than one page of the audit trail tells"
        return [item for item in items if item["seq"] > seq and item["by"]["kind"] != "schedule"]

    def position(self):
        answer = self.must("GET", "/v1/audit?limit=1", headers=self.auditor.bearer)
        return answer.json["items"][0]["seq"]

    # People and programs

    def gather(self):
        demo = json.loads(self.program.first_line)
        self.client, self.host = Client(demo["url"]), demo["url"].split("//")[1]
        names = ["officer", "supervisor", "beside", "decider_beside", "above", "auditor", "admin", "second"]
        users = dict(zip(names, demo["users"]))
        here, everywhere = ("own",), tuple(UNITS)
        # After a minute an account has the codes of two time steps left: one to sign in for programs, one at the desk.
        self.pass_time(60)
        old = [
            self.person("supervisor, old second factor", "supervisor", users["supervisor"], here, fresh=False),
            self.person("admin, old second factor", "admin", users["admin"], everywhere, fresh=False),
        ]
        # The other admin asks for what wants two persons, so that any other may be the second one.
        other = lambda: self.person("the other admin", "admin", users["second"], everywhere)
        self.admin, self.asker = old[1], other()
        second = self.account("officer", UNITS["parent"])
        overseers = [self.account("procurator", UNITS[unit]) for unit in ("own", "parent")]
        likes = [users[name] for name in (*names, "supervisor", "admin")] + overseers
        self.spare = [self.account(user["role"], user["unit"]) for user in likes]
        self.pass_time(NO_LONGER_FRESH)
        self.admin = self.person("admin", "admin", users["admin"], everywhere)
        self.asker = other()
        self.auditor = self.person("auditor", "auditor", users["auditor"], everywhere)
        officer = self.person("officer", "officer", users["officer"], here)
        supervisor = self.person("supervisor", "supervisor", users["supervisor"], here)
        above = self.person("supervisor of the unit above", "supervisor", users["above"], everywhere)
        procurator = self.person("procurator", "procurator", overseers[0], here)
        province = self.person("procurator of the unit above", "procurator", overseers[1], everywhere)
        # The second of them has every scope that there is.
        self.partner = demo["partners"][1]
        programs = [self.program_of(self.partner, scope) for scope in self.partner["scopes"]]
        programs.append(self.program_of(self.new_partner(scopes=[]), ""))
        people = [officer, supervisor, above, self.auditor, procurator, province, self.admin, *old]
        self.callers = [Caller("nobody", "nobody"), *programs, *people]
        self.at_the_desk = [caller for caller in self.callers if caller.column != "program"]
        second = self.person("second of the unit above", "officer", second)
        beside = self.person("officer beside", "officer", users["beside"])
        decider = self.person("supervisor beside", "supervisor", users["decider_beside"])
        self.proposers = {"own": officer, "parent": second, "other": beside}
        self.deciders = {"own": supervisor, "parent": above, "other": decider}

    def person(self, name, column, user, reach=(), fresh=True):
        """Signs somebody in, for programs and at the desk, with the codes of two time steps."""
        caller = self.for_programs(Caller(name, column, reach=reach, fresh=fresh, user=user), -1)
        return self.at_a_desk(caller)

    def for_programs(self, caller, offset=0):
        tokens = self.client.session(caller.user, offset, self.now - time.time())
        bearer = {"Authorization": "Bearer " + tokens["access_token"]}
        return dataclasses.replace(caller, bearer=bearer, refresh=tokens["refresh_token"])

    def at_a_desk(self, caller):
        user = caller.user
        form = {"username": user["username"], "password": user["password"], "otp": self.otp(user)}
        answer = self.send("POST", "/desk/sign-in", raw=urllib.parse.urlencode(form).encode(), headers={"Content-Type": FORM})
        assert answer.status == 303, answer.body
        cookie = {"Cookie": "__Host-desk=" + re.search(r"__Host-desk=([^;]+)", answer.headers["set-cookie"])[1]}
        page = self.must("GET", "/desk/sessions", headers=cookie).body
        csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
        return dataclasses.replace(caller, cookie=cookie, csrf=csrf)

    def program_of(self, partner, scope):
        """A partner's program whose token has this one scope, though the partner may have more."""
        form = urllib.parse.urlencode({**grant_of(partner), "scope": scope}).encode()
        granted = self.must("POST", "/v1/oauth/token", raw=form, headers={"Content-Type": FORM}).json
        assert granted["scope"] == scope
        bearer = {"Authorization": "Bearer " + granted["access_token"]}
        return Caller(f"program with {scope or 'no scope'}", "program", bearer, scope=scope)

    def as_admin(self, method, path, body=None):
        return self.must(method, path, {"reason": "theo công văn", **(body or {})}, self.admin.bearer).json

    def new_partner(self, scopes=("feed:read",)):
        return self.as_admin("POST", "/v1/partners", {"name": "Đối tác mới", "kind": "wallet", "scopes": list(scopes)})

    def invited(self, role="officer", unit=UNITS["own"]):
        """An account that was invited, with its one-time code."""
        body = {"username": f"nguoi.{next(self.counter)}", "role": role, "unit": unit}
        made = self.as_admin("POST", "/v1/users", body)
        if made["approval"]:
            self.must("POST", f"/v1/approvals/{made['approval']}/agree", {"reason": "đã gặp"}, self.asker.bearer)
        return {**body, "id": made["id"], "version": made["version"] + (1 if made["approval"] else 0), "code": made["enrolment_code"]}

    def half_enrolled(self, role="officer", unit=UNITS["own"]):
        """An account that has its password, and whose second factor was not shown yet."""
        user = {**self.invited(role, unit), "password": PASSWORD}
        begun = self.must("POST", "/v1/enrolment", {name: user[name] for name in ("username", "code", "password")})
        return {**user, "totp_secret": begun.json["totp_secret"]}

    def otp(self, user, offset=0):
        return totp(user["totp_secret"], offset, self.now - time.time())

    def account(self, role="officer", unit=UNITS["own"]):
        """An account that can sign in; the code of the present time step is left for it."""
        user = self.half_enrolled(role, unit)
        shown = {"username": user["username"], "code": user["code"], "otp": self.otp(user, -1)}
        self.must("POST", "/v1/enrolment/confirm", shown)
        return user

    def like(self, caller, sign_in):
        """Somebody new of the same role and unit, for what ends a session, signed in for programs or at the desk."""
        if caller is None or not caller.user:
            return None
        user = self.account(caller.user["role"], caller.user["unit"])
        return sign_in(Caller(caller.name, caller.column, user=user))

    def with_a_code_left(self, caller):
        """Somebody like that whose account is old enough for one more code."""
        if caller is None or not caller.user:
            return None
        like = lambda user: (user["role"], user["unit"]) == (caller.user["role"], caller.user["unit"])
        at = next(at for at, user in enumerate(self.spare) if like(user))
        return self.for_programs(Caller(caller.name, caller.column, user=self.spare.pop(at)), -1)

    # Things of a unit

    def number(self):
        return f"09508{next(self.counter):05d}"

    def proposal(self, unit, by=None):
        thing = Thing("", self.number(), 1, f"KIN-{next(self.counter)}-KIN")
        body = {"identifier": {"q": thing.number}, "method": "khac", "evidence": thing.words}
        thing.id = self.must("POST", "/v1/listings", body, (by or self.proposers[unit]).bearer).json["id"]
        return thing

    def decided(self, thing, deed, unit):
        headers = {**self.deciders[unit].bearer, "If-Match": f'"{thing.version}"'}
        self.must("POST", f"/v1/listings/{thing.id}/{deed}", {"reason": "đúng"}, headers)
        thing.version += 1
        return thing

    def listed(self, unit):
        return self.decided(self.proposal(unit), "confirm", unit)

    def ended(self, unit):
        return self.decided(self.listed(unit), "delist", unit)

    def approval(self, unit):
        """An erasure that waits for a second person."""
        body, path = {"reason": "theo luật"}, f"/v1/listings/{self.ended(unit).id}/notes"
        return Thing(self.must("DELETE", path, body, self.asker.bearer).json["id"], "", 1, "")

    # Reports

    def told(self, unit, kind="attempt", by=None, **more):
        """A report that an officer of the unit wrote down."""
        thing = Thing("", self.number(), 1, f"KIN-{next(self.counter)}-KIN")
        told = {"identifiers": [{"q": thing.number, "role": "contacted_me"}], "story": thing.words}
        body = {"channel": "phone", "kind": kind, **told, **more}
        made = self.must("POST", "/v1/intake/reports", body, (by or self.proposers[unit]).bearer).json
        thing.id, thing.version = made["id"], made["version"]
        return thing

    def done(self, thing, deed, body, by):
        headers = {**by.bearer, "If-Match": f'"{thing.version}"'}
        answer = self.must("POST", f"/v1/intake/{thing.id}/{deed}", body, headers)
        thing.version = answer.json["version"]
        return thing

    def taken(self, unit, kind="attempt", **more):
        """Acknowledged by an officer of the unit, who has it."""
        thing = self.told(unit, kind, **more)
        return self.done(thing, "acknowledge", {"message": "Đã nhận."}, self.proposers[unit])

    def verified(self, unit, kind="attempt", **more):
        thing = self.taken(unit, kind, **more)
        body = {"identifiers": [{"q": thing.number, "role": "contacted_me"}]}
        return self.done(thing, "classify", body, self.proposers[unit])

    def overdue(self, unit):
        thing = self.verified(unit, "loss")
        self.pass_time(2)
        return thing

    def suspended(self, unit):
        body = {"reason": "expert_opinion", "document_no": "12/QĐ"}
        return self.done(self.overdue(unit), "suspend", body, self.deciders["parent"])

    def resolved(self, unit):
        body = {"outcome": "insufficient", "reason": "thiếu", "message": "Chưa đủ căn cứ."}
        return self.done(self.taken(unit), "resolve", body, self.deciders[unit])

    def held(self, unit):
        return self.done(self.told(unit), "hold", {"reason": "khiếu nại"}, self.deciders[unit])

    def linked(self, unit):
        main = self.told(unit)
        return self.done(self.told(unit), "link", {"to": main.id, "reason": "trùng"}, self.proposers[unit])

    def offered(self, unit):
        """A report of a unit that is not seen from here, which asked this one to take it."""
        holder = "parent" if unit == "other" else "other"
        body = {"unit": UNITS[unit], "reason": "thuộc địa bàn"}
        return self.done(self.told(holder), "transfer", body, self.proposers[holder])

    def urgent(self, unit):
        """Money went to an account an hour ago."""
        sent = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.now - 3600))
        account = {"q": f"VCB 00000{self.number()}", "role": "received_money"}
        transfers = [{"at": sent, "amount_vnd": 5_000_000, "to": 0}]
        return self.told(unit, "loss", identifiers=[account], transfers=transfers)

    def office_list(self):
        return f"STT,Số điện thoại,Hình thức\n1,{self.number()},Trúng thưởng\n".encode()

    def imported(self, unit, by=None):
        headers = {**(by or self.proposers[unit]).bearer, "Content-Type": "text/csv"}
        made = self.must("POST", "/v1/imports", raw=self.office_list(), headers=headers).json
        return Thing(made["id"], "", 1, made["id"])

    # Things of no unit

    def official(self):
        """The key of a number that an administrator protected."""
        body = {"identifier": {"q": self.number()}, "name_vi": "Mẫu", "name_en": "Sample", "reason": "theo công văn"}
        asked = self.must("POST", "/v1/officials", body, self.asker.bearer).json
        self.as_admin("POST", f"/v1/approvals/{asked['id']}/agree", {"reason": "đã xem"})
        return asked["act"]["key"]

    def spare_signing_key(self):
        """A key that signed nothing: those who were here before keep their tokens."""
        active = [key["kid"] for key in self.as_admin("POST", "/v1/keys")["items"] if key["active"]]
        self.as_admin("POST", "/v1/keys")
        return active[0]

    def ledger_keys(self):
        return [key.split("+")[1] for key in self.must("GET", "/v1/ledger/key").json["verifier_keys"]]

    def spare_ledger_key(self):
        """The id of the newest key of the ledger, beside which there is another."""
        while len(self.ledger_keys()) < 2:
            self.as_admin("POST", "/v1/ledger/keys")
        return self.ledger_keys()[0]


def grant_of(partner):
    return {
        "grant_type": "client_credentials",
        "client_id": partner["client_id"],
        "client_secret": partner["client_secret"],
    }
