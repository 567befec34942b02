"""A request for each operation of the API and each address of the desk that would be done for whoever may.

Each takes an `Occasion`: what it asks for is made anew, so that nothing but the permission stands in its way.
"""

import dataclasses
import json
import re
import struct
import time
import urllib.parse
import uuid
import zlib

from permission_world import FORM, PASSWORD, UNITS, Caller, World, grant_of

REASON = {"reason": "đúng"}
CSV = {"Content-Type": "text/csv"}


@dataclasses.dataclass
class Occasion:
    """Who asks, and of which unit the thing is. All who are to be refused ask for one and the same: then there is no caller."""

    world: World
    unit: str
    caller: Caller | None

    def like(self):
        return self.world.like(self.caller, self.world.for_programs)

    def like_at_a_desk(self):
        return self.world.like(self.caller, self.world.at_a_desk)


@dataclasses.dataclass
class Request:
    """What is sent. `mark` stands in the answer if it shows the thing, and nowhere else."""

    places: dict = dataclasses.field(default_factory=dict)
    query: str = ""
    body: object = None
    raw: bytes | None = None
    headers: dict = dataclasses.field(default_factory=dict)
    mark: str = ""
    # Fields of a form at the desk, and a file of it.
    fields: dict = dataclasses.field(default_factory=dict)
    file: bytes | None = None
    # Somebody else of the same role and unit, where the session of the caller would be over.
    instead: Caller | None = None


def picture():
    """A PNG of one white point."""
    part = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    size = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", size) + part(b"IDAT", zlib.compress(b"\0\xff")) + part(b"IEND", b"")


def nothing(_):
    return Request()


def form(fields):
    """A form without a file, as a browser sends it."""
    return Request(raw=urllib.parse.urlencode(fields, doseq=True).encode(), headers={"Content-Type": FORM})


def version(thing):
    return {"If-Match": f'"{thing.version}"'}


def withdrawn(make, **place):
    """What only its proposer takes back: the caller's own if it can be, else somebody else's."""
    def request(o):
        own = o.caller and o.caller.column in ("officer", "supervisor") and o.unit in o.caller.reach
        return Request({"id": getattr(o.world, make)(o.unit, o.caller if own else None).id, **place})

    return request


def decision(make):
    def request(o):
        thing = getattr(o.world, make)(o.unit)
        return Request({"id": thing.id}, body=REASON, headers=version(thing))

    return request


def of(make, body=None):
    """Asks for a thing of the unit by its id."""
    return lambda o: Request({"id": getattr(o.world, make)(o.unit).id}, body=body)


def by_number(o):
    thing = o.world.proposal(o.unit)
    return Request(query=f"?key={thing.number}", mark=thing.id)


def words_by_number(o):
    thing = o.world.listed(o.unit)
    return Request(query=f"?key={thing.number}", mark=thing.words)


def in_list(query):
    """A list in which a proposal stands, the newest of all."""
    return lambda o: Request(query=query.format(unit=UNITS[o.unit]), mark=o.world.proposal(o.unit).id)


def read_listed(o):
    thing = o.world.listed(o.unit)
    return Request({"id": thing.id}, mark=thing.words)


def some_import(o):
    return Request(query="?limit=200", mark=o.world.imported(o.unit).id)


def proposal(o):
    identifier = {"q": o.world.number()}
    return Request(body={"identifier": identifier, "method": "khac", "unit": UNITS[o.unit], "evidence": "ghi chú"})


# Reports


def report(make, body=None, **more):
    """Does something to a report in the state that it takes."""
    def request(o):
        thing = getattr(o.world, make)(o.unit, **more)
        sent = body(o, thing) if callable(body) else body
        return Request({"id": thing.id}, body=sent, headers=version(thing), mark="" if sent else thing.id)

    return request


def first_file(o):
    """A report without a file: whoever may look finds nothing there."""
    return Request({"id": o.world.told(o.unit).id, "number": 1})


def in_intake(o):
    return Request(query="?limit=200", mark=o.world.told(o.unit).id)


def entered(o):
    identifiers = [{"q": o.world.number(), "role": "contacted_me"}]
    return Request(body={"channel": "counter", "kind": "attempt", "identifiers": identifiers, "unit": UNITS[o.unit]})


def register(o):
    day = time.strftime("%Y-%m-%d", time.gmtime(o.world.now + 7 * 3600))
    return Request(query=f"?unit={UNITS[o.unit]}&from={day}&to={day}")


def to_other(_, thing):
    return {**REASON, "unit": "01"}


def its_officer(o, thing):
    shown = o.world.must("GET", f"/v1/intake/{thing.id}", headers=o.world.proposers[o.unit].bearer).json
    return {"user": shown["assignee"]}


def to_another(o, thing):
    return {**REASON, "to": o.world.told(o.unit).id}


MESSAGE = {"message": "Đã nhận."}
OUTCOME = {"outcome": "insufficient", "message": "Chưa đủ căn cứ.", **REASON}


def sign_in(o):
    user = o.world.account()
    return {"username": user["username"], "password": PASSWORD, "otp": o.world.otp(user)}


def shows_factor(o):
    somebody = o.world.with_a_code_left(o.caller)
    otp = o.world.otp(somebody.user) if somebody else "000000"
    return Request(body={"otp": otp}, instead=somebody)


def ends_a_session(o):
    somebody = o.like()
    if somebody is None:
        return Request({"id": str(uuid.uuid4())})
    sessions = o.world.must("GET", "/v1/sessions", headers=somebody.bearer).json["items"]
    return Request({"id": sessions[0]["id"]}, instead=somebody)


def another_password(o):
    fields = {"present": PASSWORD, "password": "mot mat khau khac 2718", "again": "mot mat khau khac 2718"}
    return Request(fields=fields, instead=o.like_at_a_desk())


def another_telephone(o):
    somebody = o.like_at_a_desk()
    if somebody is None:
        return Request(fields={"next": "000000"})
    page = o.world.must("GET", "/desk/telephone", headers=somebody.cookie).body
    secret = re.search(r'cg-key--raw">([A-Z2-7]+)<', page)[1]
    return Request(fields={"next": o.world.otp({"totp_secret": secret}), "present": PASSWORD}, instead=somebody)


def invitation(o):
    user = o.world.invited()
    return {"username": user["username"], "code": user["code"], "password": PASSWORD}


def enrolment(o):
    user = o.world.half_enrolled()
    return {"username": user["username"], "code": user["code"], "otp": o.world.otp(user)}


def user(body=None):
    return lambda o: Request({"id": o.world.invited()["id"]}, body=body)


def partner(body=None):
    return lambda o: Request({"id": o.world.new_partner()["id"]}, body=body)


def new_user(o):
    return {**REASON, "username": f"moi.{next(o.world.counter)}", "role": "admin", "unit": "VN"}


def new_official(o):
    return Request(body={"identifier": {"q": o.world.number()}, "name_vi": "Mẫu", "name_en": "Sample", **REASON})


def new_ledger_key(o):
    while len(o.world.ledger_keys()) > 2:
        o.world.must("DELETE", "/v1/ledger/keys/" + o.world.ledger_keys()[0], REASON, o.world.admin.bearer)
    return Request(body=REASON)


ATTEMPT = {"kind": "attempt", "identifiers": [{"q": "0950003001", "role": "contacted_me"}]}


def new_report(o):
    token = o.world.must("POST", "/v1/reports/receipt", {}).json["token"]
    return {**ATTEMPT, "token": token}


def receipt(body=None):
    """The receipt of a report that was sent, and what is done with it."""
    return lambda o: Request(body={"receipt": o.world.must("POST", "/v1/reports", new_report(o)).json["receipt"], **(body or {})})


def sms(o):
    return Request(body={
        "from": "0950001009", "text": "LD 0950003002 gia danh", "message_id": str(uuid.uuid4()), "received_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(o.world.now)),
    })


API = {
    "check_identifiers": lambda o: Request(body={"q": "0950001001"}),
    "check_identifier": lambda o: Request(query="?q=0950001001"),
    "check_image": lambda o: Request(raw=picture(), headers={"Content-Type": "image/png"}),
    "answer_sms_of_gateway": lambda o: Request(query="?text=LD%200950001001&sender=0950001002"),
    "answer_sms": lambda o: Request(body={"text": "LD 0950001001", "sender": "0950001002"}),
    "take_sms": sms,
    "give_receipt": lambda o: Request(body={}),
    "send_report": lambda o: Request(body=new_report(o)),
    "follow_report": receipt(),
    "add_to_report": receipt({"text": "Thêm"}),
    "withdraw_report": receipt(),
    "reopen_own_report": receipt({"text": "Thêm"}),
    "ask_review_of_report": receipt(),
    "get_statistics": nothing,
    "list_methods": nothing,
    "get_method": lambda o: Request({"slug": "khac"}),
    "list_banks": nothing,
    "list_wallets": nothing,
    "list_units": nothing,
    "get_unit": lambda o: Request({"code": "14812"}),
    "grant_token": lambda o: form(grant_of(o.world.partner)),
    "get_caller": nothing,
    "start_session": lambda o: Request(body=sign_in(o)),
    "refresh_session": lambda o: Request(body={"refresh_token": o.world.like(o.world.admin, o.world.for_programs).refresh}),
    "step_up_session": shows_factor,
    "end_session": lambda o: Request(instead=o.like()),
    "list_sessions": nothing,
    "end_other_sessions": lambda o: Request(instead=o.like()),
    "end_one_session": ends_a_session,
    "begin_enrolment": lambda o: Request(body=invitation(o)),
    "confirm_enrolment": lambda o: Request(body=enrolment(o)),
    "propose_listing": proposal,
    "list_listings": in_list("?limit=200"),
    "list_listings:waiting": in_list("?status=proposed&unit={unit}"),
    "list_listings:number": by_number,
    "list_listings:listed": words_by_number,
    "get_listing": of("proposal"),
    "get_listing:listed": read_listed,
    "confirm_listing": decision("proposal"),
    "reject_listing": decision("proposal"),
    "renew_listing": decision("listed"),
    "delist_listing": decision("listed"),
    "erase_listing_notes": of("ended", REASON),
    "erase_listing": decision("ended"),
    "enter_report": entered,
    "list_reports": in_intake,
    "get_report": report("told"),
    "list_related_reports": report("told"),
    "get_safe_copy": first_file,
    "get_original_file": first_file,
    "get_register": register,
    "get_board": lambda o: Request({"unit": UNITS[o.unit]}),
    "acknowledge_report": report("told", MESSAGE),
    "classify_report": report("taken", lambda o, thing: {"identifiers": [{"q": thing.number, "role": "mentioned"}]}),
    "assign_report": report("taken", its_officer),
    "transfer_report": report("told", to_other),
    "accept_report": report("offered", {}),
    "return_report": report("offered", REASON),
    "hand_over_report": report("told", {**REASON, "unit": "38"}, kind="loss"),
    "ask_reporter": report("verified", MESSAGE),
    "write_to_reporter": report("told", MESSAGE),
    "note_bank_call": report("urgent", {"called": True, "note": "đã gọi"}),
    "link_report": report("told", to_another),
    "unlink_report": report("linked", REASON),
    "suspend_report": report("overdue", {"reason": "valuation", "document_no": "7/QĐ"}),
    "resume_report": report("suspended", REASON),
    "extend_report": report("told", REASON, kind="loss"),
    "resolve_report": report("taken", OUTCOME),
    "resolve_report:loss": report("taken", OUTCOME, kind="loss"),
    "reopen_report": report("resolved", REASON),
    "hold_report": report("told", REASON),
    "unhold_report": report("held", REASON),
    "propose_from_report": report("told", lambda o, thing: {"q": thing.number}),
    "open_sealed_part": report("told", {**REASON, "part": "story"}),
    "open_sealed_part:contact": report("told", {**REASON, "part": "contact"}, contact={"name": "Mẫu"}),
    "reissue_receipt": report("told", REASON),
    "upload_import": lambda o: Request(raw=o.world.office_list(), headers=CSV),
    "upload_import:dry run": lambda o: Request(query="?dry_run=true", raw=o.world.office_list(), headers=CSV),
    "list_imports": some_import,
    "get_import": of("imported"),
    "confirm_import": decision("imported"),
    "reject_import": decision("imported"),
    "withdraw_import": withdrawn("imported"),
    "withdraw_listing": withdrawn("proposal"),
    "add_user": lambda o: Request(body=new_user(o)),
    "list_users": nothing,
    "get_user": user(),
    "edit_user": user({**REASON, "role": "admin"}),
    "invite_user": user(REASON),
    "end_user_sessions": user(REASON),
    "add_partner": lambda o: Request(body={**REASON, "name": "Mới", "kind": "bank", "scopes": ["feed:read"]}),
    "list_partners": nothing,
    "get_partner": partner(),
    "edit_partner": partner({**REASON, "scopes": ["check:bulk"]}),
    "renew_partner_secret": partner(REASON),
    "list_officials": nothing,
    "add_official": new_official,
    "remove_official": lambda o: Request({"key": o.world.official()}, body=REASON),
    "list_signing_keys": nothing,
    "rotate_signing_keys": lambda o: Request(body=REASON),
    "retire_signing_key": lambda o: Request({"kid": o.world.spare_signing_key()}, body=REASON),
    "confirm_clock": lambda o: Request(body=REASON),
    "list_audit_entries": nothing,
    "export_audit": nothing,
    "list_approvals": lambda o: Request(query="?limit=200", mark=o.world.approval(o.unit).id),
    "get_approval": of("approval"),
    "agree_to_approval": of("approval", REASON),
    "refuse_approval": of("approval", REASON),
    "get_feed_snapshot": nothing,
    "get_feed_changes": lambda o: Request(query="?after=0&limit=1"),
    "get_feed_officials": nothing,
    "acknowledge_feed": lambda o: Request(body={"applied": 0, "count": 0, "digest": "0" * 64}),
    "get_feed_events": nothing,
    "get_ledger_checkpoint": nothing,
    "get_ledger_tile": lambda o: Request({"path": "0/000.p/1"}),
    "prove_listing": lambda o: Request(query="?index=0"),
    "prove_ledger_consistency": lambda o: Request(query="?from=1"),
    "get_ledger_key": nothing,
    "add_ledger_key": new_ledger_key,
    "retire_ledger_key": lambda o: Request({"id": o.world.spare_ledger_key()}, body=REASON),
    "get_token_keys": nothing,
    "get_authorization_server": nothing,
    "get_health": nothing,
    "get_readiness": nothing,
}


# At the desk: the fields of each form; its CSRF value is added by the test.


def desk_decision(make, deed):
    def request(o):
        thing = getattr(o.world, make)(o.unit)
        return Request({"id": thing.id, "decision": deed}, fields={**REASON, "version": thing.version})

    return request


def desk_several(deed):
    """A proposal that its supervisor opened, in a form that decides several."""
    def request(o):
        thing = o.world.proposal(o.unit)
        if o.caller:
            o.world.client.send("GET", f"/desk/listings/{thing.id}", headers=o.caller.cookie)
        return Request(fields={**REASON, "pick": thing.id, "decision": deed})

    return request


def beside_the_queue(o):
    return Request(query=f"?open={o.world.proposal(o.unit).id}")


def desk_batch(o):
    """A batch that is confirmed by who has looked at the rows of its sample."""
    thing = o.world.imported(o.unit)
    fields = {**REASON, "version": thing.version}
    if o.caller:
        page = o.world.client.send("GET", f"/desk/imports/{thing.id}", headers=o.caller.cookie)
        fields["seen"] = re.findall(r'name="seen" value="(\d+)"', page.body)
    return Request({"id": thing.id, "decision": "confirm"}, fields=fields)


def desk_listing(make):
    def request(o):
        thing = getattr(o.world, make)(o.unit)
        return Request({"id": thing.id}, fields={**REASON, "version": thing.version})

    return request


def desk_number(o):
    thing = o.world.proposal(o.unit)
    return Request(fields={"number": thing.number}, mark=thing.id)


def desk_user(o):
    made = o.world.invited()
    return Request({"id": made["id"]}, fields={**REASON, "version": made["version"], "role": "admin", "unit": "14812"})


PARTNER = {**REASON, "name": "Mới", "kind": "bank", "scope": "feed:read", "feed_kind": "phone"}


def desk_partner(o):
    made = o.world.new_partner()
    return Request({"id": made["id"]}, fields={**PARTNER, "version": made["version"]})


def held_list(o):
    """A list that the caller has looked at already; of whoever may not even look, somebody else's."""
    who = o.caller or o.world.proposers["own"]
    form = sent(Request(fields={"csrf": who.csrf}, file=o.world.office_list()))
    page = o.world.must("POST", "/desk/imports/preview", headers={**who.cookie, **form.headers}, raw=form.raw)
    return Request(fields={"held": page.body.split('name="held" value="')[1].split('"')[0]})


def sent(request):
    """A form as a browser sends it, with its file if it has one."""
    if request.file is None:
        return form(request.fields)
    part = lambda name, more, data: f'--cut\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + data
    parts = [part(name, "", str(value).encode()) for name, value in request.fields.items()]
    parts.append(part("file", '; filename="a.csv"', request.file))
    raw = b"\r\n".join([*parts, b"--cut--\r\n"])
    return Request(raw=raw, headers={"Content-Type": "multipart/form-data; boundary=cut"})


def desk_report(make, act, fields=None, **more):
    """Does something to a report in the state that it takes."""
    def request(o):
        thing = getattr(o.world, make)(o.unit, **more)
        sent = fields(o, thing) if callable(fields) else fields or {}
        return Request({"id": thing.id, "act": act}, fields={**sent, "version": thing.version})

    return request


def desk_told(o):
    return Request({"id": o.world.told(o.unit).id})


def alike(o):
    """Those that name the same number as one: the list itself goes by what is due, and is cut into pages."""
    return Request(query=f"?like={o.world.told(o.unit).id}")


def reference_of(o, thing):
    shown = o.world.must("GET", f"/v1/intake/{thing.id}", headers=o.world.proposers[o.unit].bearer).json
    return shown["reference"]


def found(o):
    return Request(fields={"reference": reference_of(o, o.world.told(o.unit))})


def desk_entered(o):
    told = {"channel": "phone", "kind": "attempt", "number": o.world.number(), "role": "contacted_me"}
    return Request(fields={**told, "once": uuid.uuid4().hex})


def desk_link(o, thing):
    return {**REASON, "reference": reference_of(o, o.world.told(o.unit))}


def known(role):
    return lambda o, thing: {"known": f"phone:+84{thing.number[1:]}", "known_role": role}


def desk_proposal(o, thing):
    return {"identifier": f"phone:+84{thing.number[1:]}", "method": "khac"}


DESK_OUTCOME = {"outcome": "insufficient", "message": "", **REASON}


def stale(_):
    """An address that only takes forms leads to its page, which asks who it is."""
    return Request(places={"id": str(uuid.uuid4()), "form": "confirm"})


DESK = {
    "GET /desk/listings/find": stale,
    "GET /desk/imports/preview": stale,
    "GET /desk/imports/result": stale,
    "GET /desk/enrol/confirm": stale,
    "GET /desk/keys/retire": stale,
    "GET /desk/officials/remove": stale,
    "GET /desk/sign-out": stale,
    "GET /desk/listings/{id}/{form}": stale,
    "GET /desk/imports/{id}/{form}": stale,
    "GET /desk/users/{id}/{form}": stale,
    "GET /desk/partners/{id}/{form}": stale,
    "GET /desk/approvals/{id}/{form}": stale,
    "GET /desk/sign-in": nothing,
    "POST /desk/sign-in": lambda o: Request(fields=sign_in(o)),
    "POST /desk/sign-out": lambda o: Request(instead=o.like_at_a_desk()),
    "POST /desk/sign-out:everywhere": lambda o: Request(fields={"everywhere": "1"}, instead=o.like_at_a_desk()),
    "GET /desk/enrol": nothing,
    "POST /desk/enrol": lambda o: Request(fields={**invitation(o), "again": PASSWORD}),
    "POST /desk/enrol/confirm": lambda o: Request(fields=enrolment(o)),
    "GET /desk": in_list("?order=newest"),
    "GET /desk/": in_list("?order=newest"),
    "GET /desk/:work": nothing,
    "GET /desk/queue": in_list("?order=newest"),
    "GET /desk/queue:open": beside_the_queue,
    "GET /desk/queue/several": nothing,
    "POST /desk/queue/several:confirm": desk_several("confirm"),
    "POST /desk/queue/several:reject": desk_several("reject"),
    "GET /desk/reports/find": stale,
    "GET /desk/reports/{id}/{form}": stale,
    "GET /desk/reports": nothing,
    "GET /desk/reports:alike": alike,
    "GET /desk/reports/events": nothing,
    "POST /desk/reports/find": found,
    "GET /desk/reports/next": nothing,
    "GET /desk/reports/new": nothing,
    "POST /desk/reports": desk_entered,
    "GET /desk/reports/{id}": desk_told,
    "GET /desk/reports/{id}/custody": desk_told,
    "GET /desk/reports/{id}/notice": desk_told,
    "GET /desk/reports/{id}/files/{number}": first_file,
    "GET /desk/reports/{id}/files/{number}/original": first_file,
    "GET /desk/register": nothing,
    "GET /desk/register.csv": nothing,
    "GET /desk/board": lambda o: Request(query=f"?unit={UNITS[o.unit]}"),
    "POST /desk/reports/{id}/{act}:acknowledge": desk_report("told", "acknowledge", MESSAGE),
    "POST /desk/reports/{id}/{act}:classify": desk_report("taken", "classify", known("mentioned")),
    "POST /desk/reports/{id}/{act}:assign": desk_report("taken", "assign", its_officer),
    "POST /desk/reports/{id}/{act}:transfer": desk_report("told", "transfer", to_other),
    "POST /desk/reports/{id}/{act}:accept": desk_report("offered", "accept"),
    "POST /desk/reports/{id}/{act}:return": desk_report("offered", "return", REASON),
    "POST /desk/reports/{id}/{act}:handover": desk_report("told", "handover", {**REASON, "unit": "38"}, kind="loss"),
    "POST /desk/reports/{id}/{act}:ask": desk_report("verified", "ask", MESSAGE),
    "POST /desk/reports/{id}/{act}:message": desk_report("told", "message", MESSAGE),
    "POST /desk/reports/{id}/{act}:bank-call": desk_report("urgent", "bank-call", {"called": "no", "note": "đã chuyển đi"}),
    "POST /desk/reports/{id}/{act}:link": desk_report("told", "link", desk_link),
    "POST /desk/reports/{id}/{act}:unlink": desk_report("linked", "unlink", REASON),
    "POST /desk/reports/{id}/{act}:suspend": desk_report("overdue", "suspend", {**REASON, "cause": "valuation", "document_no": "7/QĐ"}),
    "POST /desk/reports/{id}/{act}:resume": desk_report("suspended", "resume", REASON),
    "POST /desk/reports/{id}/{act}:extend": desk_report("told", "extend", REASON, kind="loss"),
    "POST /desk/reports/{id}/{act}:resolve": desk_report("taken", "resolve", DESK_OUTCOME),
    "POST /desk/reports/{id}/{act}:resolve a loss": desk_report("taken", "resolve", DESK_OUTCOME, kind="loss"),
    "POST /desk/reports/{id}/{act}:reopen": desk_report("resolved", "reopen", REASON),
    "POST /desk/reports/{id}/{act}:hold": desk_report("told", "hold", {**REASON, "months": 3}),
    "POST /desk/reports/{id}/{act}:unhold": desk_report("held", "unhold", REASON),
    "POST /desk/reports/{id}/{act}:propose": desk_report("told", "propose", desk_proposal),
    "POST /desk/reports/{id}/{act}:open": desk_report("told", "open", {**REASON, "part": "contact"}, contact={"name": "Mẫu"}),
    "POST /desk/reports/{id}/{act}:reissue": desk_report("told", "reissue", REASON),
    "GET /desk/listings": in_list(""),
    "GET /desk/listings:waiting": in_list("?status=proposed&unit={unit}"),
    "POST /desk/listings/find": desk_number,
    "GET /desk/listings/{id}": desk_listing("proposal"),
    "GET /desk/listings/{id}:listed": read_listed,
    "POST /desk/listings/{id}/erase": desk_listing("ended"),
    "POST /desk/listings/{id}/erase-listing": desk_listing("ended"),
    "POST /desk/listings/{id}/{decision}:confirm": desk_decision("proposal", "confirm"),
    "POST /desk/listings/{id}/{decision}:reject": desk_decision("proposal", "reject"),
    "POST /desk/listings/{id}/{decision}:renew": desk_decision("listed", "renew"),
    "POST /desk/listings/{id}/{decision}:delist": desk_decision("listed", "delist"),
    "POST /desk/listings/{id}/{decision}:withdraw": withdrawn("proposal", decision="withdraw"),
    "GET /desk/propose": nothing,
    "POST /desk/propose": lambda o: Request(fields={"number": o.world.number(), "method": "khac", "unit": UNITS[o.unit]}),
    "GET /desk/imports": lambda o: Request(mark=o.world.imported(o.unit).id),
    "POST /desk/imports/preview": lambda o: Request(file=o.world.office_list()),
    "POST /desk/imports": held_list,
    "GET /desk/imports/{id}": of("imported"),
    "GET /desk/imports/{id}/result": of("imported"),
    "POST /desk/imports/{id}/{decision}:confirm": desk_batch,
    "POST /desk/imports/{id}/{decision}:reject": desk_decision("imported", "reject"),
    "POST /desk/imports/{id}/{decision}:withdraw": withdrawn("imported", decision="withdraw"),
    "POST /desk/imports/result": held_list,
    "GET /desk/users": nothing,
    "POST /desk/users": lambda o: Request(fields=new_user(o)),
    "GET /desk/users/{id}": user(),
    "POST /desk/users/{id}": desk_user,
    "POST /desk/users/{id}/invite": desk_user,
    "POST /desk/users/{id}/end-sessions": desk_user,
    "GET /desk/partners": nothing,
    "POST /desk/partners": lambda o: Request(fields=PARTNER),
    "GET /desk/partners/{id}": partner(),
    "POST /desk/partners/{id}": desk_partner,
    "POST /desk/partners/{id}/secret": desk_partner,
    "GET /desk/officials": nothing,
    "POST /desk/officials": lambda o: Request(fields={**REASON, "identifier": o.world.number(), "name_vi": "Mẫu", "name_en": "Sample"}),
    "POST /desk/officials/remove": lambda o: Request(fields={**REASON, "key": o.world.official()}),
    "GET /desk/units": nothing,
    "GET /desk/units/{code}": lambda o: Request({"code": "38"}),
    "GET /desk/keys": nothing,
    "POST /desk/keys": lambda o: Request(fields=REASON),
    "POST /desk/keys/retire": lambda o: Request(fields={**REASON, "kid": o.world.spare_signing_key()}),
    "GET /desk/clock": nothing,
    "POST /desk/clock": lambda o: Request(fields=REASON),
    "GET /desk/audit": nothing,
    "GET /desk/audit/{seq}": lambda o: Request({"seq": "1"}),
    "GET /desk/approvals": lambda o: Request(mark=o.world.approval(o.unit).id),
    "GET /desk/approvals/{id}": of("approval"),
    "POST /desk/approvals/{id}/agree": desk_listing("approval"),
    "POST /desk/approvals/{id}/refuse": desk_listing("approval"),
    "GET /desk/sessions": nothing,
    "POST /desk/sessions/{id}/end": lambda o: Request({"id": str(uuid.uuid4())}),
    "GET /desk/password": nothing,
    "POST /desk/password": another_password,
    "GET /desk/telephone": nothing,
    "POST /desk/telephone/begin": nothing,
    "POST /desk/telephone": another_telephone,
}
