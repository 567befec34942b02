"""Who may do what: each operation of the API and each address of the desk, tried by everybody.

The two tables below say what is expected. A cell says what a caller of the column is answered:

    yes         it is done
    401         refused: sign in first
    403         refused: not this account
    404         refused as if the thing were not there
    scope       refused: not with this token
    feed, bulk, gateway
                done for a program with the scope feed:read, check:bulk or sms:gateway; `scope` for the others
    here        done for things of the own unit and those below it; elsewhere 404
    here/403    the same; elsewhere 403, since the unit is named by whoever asks
    403/here    refused with 403; elsewhere with 404, since the thing is not seen there
    shows       done, and it shows the thing (or what officers wrote of it) only where `here` would be done
    competent   done by an investigating unit for things of its own and those below it; elsewhere 404, other units are refused
    fresh       done with a second factor of the last five minutes; else it is asked for first
    a+b         both, and the first of them is what a refusal tells
    not-open    refused alike whoever asks: a report that nobody worked on can't be taken up again
    sign-in     at the desk: the way leads over the sign-in page

Rows that end in `:something` try the same operation on something else.
"""

import dataclasses
import pathlib
import re
import unittest

from permission_requests import API, DESK, Occasion, sent
from permission_world import UNITS, World

SOURCES = pathlib.Path(__file__).parent.parent / "src" / "web" / "desk"

OPERATIONS = """
                           nobody  program  officer    supervisor      auditor  procurator  admin
check_identifiers          yes     bulk     yes        yes             yes      yes         yes
check_identifier           yes     bulk     yes        yes             yes      yes         yes
check_image                yes     bulk     yes        yes             yes      yes         yes
answer_sms_of_gateway      yes     gateway  yes        yes             yes      yes         yes
answer_sms                 yes     gateway  yes        yes             yes      yes         yes
take_sms                   401     gateway  scope      scope           scope    scope       scope
give_receipt               yes     yes      yes        yes             yes      yes         yes
send_report                yes     yes      yes        yes             yes      yes         yes
follow_report              yes     yes      yes        yes             yes      yes         yes
add_to_report              yes     yes      yes        yes             yes      yes         yes
withdraw_report            yes     yes      yes        yes             yes      yes         yes
reopen_own_report          not-open  not-open  not-open  not-open  not-open  not-open  not-open
ask_review_of_report       not-open  not-open  not-open  not-open  not-open  not-open  not-open
get_statistics             yes     yes      yes        yes             yes      yes         yes
list_methods               yes     yes      yes        yes             yes      yes         yes
get_method                 yes     yes      yes        yes             yes      yes         yes
list_banks                 yes     yes      yes        yes             yes      yes         yes
list_wallets               yes     yes      yes        yes             yes      yes         yes
list_units                 yes     yes      yes        yes             yes      yes         yes
get_unit                   yes     yes      yes        yes             yes      yes         yes
list_officials             yes     yes      yes        yes             yes      yes         yes
get_ledger_checkpoint      yes     yes      yes        yes             yes      yes         yes
get_ledger_tile            yes     yes      yes        yes             yes      yes         yes
get_ledger_key             yes     yes      yes        yes             yes      yes         yes
prove_listing              yes     yes      yes        yes             yes      yes         yes
prove_ledger_consistency   yes     yes      yes        yes             yes      yes         yes
get_token_keys             yes     yes      yes        yes             yes      yes         yes
get_authorization_server   yes     yes      yes        yes             yes      yes         yes
get_health                 yes     yes      yes        yes             yes      yes         yes
get_readiness              yes     yes      yes        yes             yes      yes         yes

start_session              yes     yes      yes        yes             yes      yes         yes
refresh_session            yes     yes      yes        yes             yes      yes         yes
begin_enrolment            yes     yes      yes        yes             yes      yes         yes
confirm_enrolment          yes     yes      yes        yes             yes      yes         yes
step_up_session            401     403      yes        yes             yes      yes         yes
list_sessions              401     403      yes        yes             yes      yes         yes
end_session                401     403      yes        yes             yes      yes         yes
end_other_sessions         401     403      yes        yes             yes      yes         yes
end_one_session            401     403      yes        yes             yes      yes         yes

grant_token                yes     yes      yes        yes             yes      yes         yes
get_caller                 401     yes      yes        yes             yes      yes         yes
get_feed_snapshot          401     feed     scope      scope           scope    scope       scope
get_feed_changes           401     feed     scope      scope           scope    scope       scope
get_feed_officials         401     feed     scope      scope           scope    scope       scope
get_feed_events            401     feed     scope      scope           scope    scope       scope
acknowledge_feed           401     feed     scope      scope           scope    scope       scope

list_listings              401     403      shows      shows           shows    shows       shows
list_listings:waiting      401     403      shows      shows           shows    shows       shows
list_listings:number       401     403      shows      shows           shows    shows       shows
list_listings:listed       401     403      shows      shows           shows    shows       shows
get_listing                401     403      here       here            here     here        here
get_listing:listed         401     403      shows      shows           shows    shows       shows
propose_listing            401     403      here/403   here/403        403      403         403
confirm_listing            401     403      403        fresh+here      403      403         403
reject_listing             401     403      403        fresh+here      403      403         403
withdraw_listing           401     403      here       here            403      403         403
renew_listing              401     403      403        fresh+here      403      403         403
delist_listing             401     403      403        fresh+here      403      403         403
erase_listing_notes        401     403      403        403             403      403         fresh+here
erase_listing              401     403      403        403             403      403         fresh+here

enter_report               401     403      here/403   here/403        403      403         403
get_safe_copy              401     403      404        404             403      403         403
get_original_file          401     403      403/here   403/here        403      403         403
list_reports               401     403      shows      shows           shows    shows       403
get_report                 401     403      here       here            here     here        403
list_related_reports       401     403      here       here            here     here        403
get_register               401     403      here       here            here     here        403
get_board                  401     403      here       here            here     here        403
acknowledge_report         401     403      here       here            403      403         403
classify_report            401     403      here       here            403      403         403
assign_report              401     403      403        here            403      403         403
transfer_report            401     403      here       here            403      403         403
accept_report              401     403      here       here            403      403         403
return_report              401     403      here       here            403      403         403
hand_over_report           401     403      here       here            403      403         403
ask_reporter               401     403      here       here            403      403         403
write_to_reporter          401     403      here       here            403      403         403
note_bank_call             401     403      here       here            403      403         403
link_report                401     403      here       here            403      403         403
unlink_report              401     403      here       here            403      403         403
suspend_report             401     403      403        competent+fresh  403      403         403
resume_report              401     403      403        competent+fresh  403      403         403
extend_report              401     403      403        competent+fresh  403      403         403
resolve_report             401     403      403        here+fresh      403      403         403
resolve_report:loss        401     403      403        competent+fresh  403      403         403
reopen_report              401     403      403        here+fresh      403      403         403
hold_report                401     403      403        here+fresh      403      403         403
unhold_report              401     403      403        here+fresh      403      403         403
propose_from_report        401     403      here       here            403      403         403
open_sealed_part           401     403      here       here            403      403         403
open_sealed_part:contact   401     403      403/here   here            403      403         403
reissue_receipt            401     403      here       here            403      403         403

list_imports               401     403      shows      shows           shows    shows       shows
get_import                 401     403      here       here            here     here        here
upload_import              401     403      yes        yes             403      403         403
upload_import:dry run      401     403      yes        yes             403      403         403
confirm_import             401     403      403        fresh+here      403      403         403
reject_import              401     403      403        fresh+here      403      403         403
withdraw_import            401     403      here       here            403      403         403

list_users                 401     403      403        403             yes      403         yes
get_user                   401     403      403        403             yes      403         yes
add_user                   401     403      403        403             403      403         fresh
edit_user                  401     403      403        403             403      403         fresh
invite_user                401     403      403        403             403      403         fresh
end_user_sessions          401     403      403        403             403      403         fresh
list_partners              401     403      403        403             yes      403         yes
get_partner                401     403      403        403             yes      403         yes
add_partner                401     403      403        403             403      403         fresh
edit_partner               401     403      403        403             403      403         fresh
renew_partner_secret       401     403      403        403             403      403         fresh
add_official               401     403      403        403             403      403         fresh
remove_official            401     403      403        403             403      403         fresh
list_signing_keys          401     403      403        403             403      403         yes
rotate_signing_keys        401     403      403        403             403      403         fresh
retire_signing_key         401     403      403        403             403      403         fresh
add_ledger_key             401     403      403        403             403      403         fresh
retire_ledger_key          401     403      403        403             403      403         fresh
confirm_clock              401     403      403        403             403      403         fresh
list_audit_entries         401     403      403        403             yes      403         yes
export_audit               401     403      403        403             yes      403         yes

list_approvals             401     403      403        shows           shows    403         shows
get_approval               401     403      403        here            here     403         here
agree_to_approval          401     403      403        fresh+here      403      403         fresh+here
refuse_approval            401     403      403        fresh+here      403      403         fresh+here
"""

ADDRESSES = """
                                              nobody   officer     supervisor   auditor  procurator  admin
GET /desk/sign-in                             yes      yes         yes          yes      yes         yes
POST /desk/sign-in                            yes      yes         yes          yes      yes         yes
GET /desk/enrol                               yes      yes         yes          yes      yes         yes
POST /desk/enrol                              yes      yes         yes          yes      yes         yes
POST /desk/enrol/confirm                      yes      yes         yes          yes      yes         yes
GET /desk/listings/find                       yes      yes         yes          yes      yes         yes
GET /desk/imports/preview                     yes      yes         yes          yes      yes         yes
GET /desk/imports/result                      yes      yes         yes          yes      yes         yes
GET /desk/enrol/confirm                       yes      yes         yes          yes      yes         yes
GET /desk/keys/retire                         yes      yes         yes          yes      yes         yes
GET /desk/officials/remove                    yes      yes         yes          yes      yes         yes
GET /desk/sign-out                            yes      yes         yes          yes      yes         yes
GET /desk/listings/{id}/{form}                yes      yes         yes          yes      yes         yes
GET /desk/imports/{id}/{form}                 yes      yes         yes          yes      yes         yes
GET /desk/users/{id}/{form}                   yes      yes         yes          yes      yes         yes
GET /desk/partners/{id}/{form}                yes      yes         yes          yes      yes         yes
GET /desk/approvals/{id}/{form}               yes      yes         yes          yes      yes         yes
GET /desk/sessions                            sign-in  yes         yes          yes      yes         yes
POST /desk/sessions/{id}/end                  sign-in  yes         yes          yes      yes         yes
GET /desk/password                            sign-in  yes         yes          yes      yes         yes
POST /desk/password                           sign-in  yes         yes          yes      yes         yes
GET /desk/telephone                           sign-in  yes         yes          yes      yes         yes
POST /desk/telephone/begin                    sign-in  yes         yes          yes      yes         yes
POST /desk/telephone                          sign-in  yes         yes          yes      yes         yes

GET /desk                                     sign-in  shows       shows        shows    shows       shows
GET /desk/                                    sign-in  shows       shows        shows    shows       shows
GET /desk/:work                               sign-in  yes         yes          yes      yes         yes
GET /desk/queue                               sign-in  shows       shows        shows    shows       shows
GET /desk/queue:open                          sign-in  here        here         here     here        here
GET /desk/queue/several                       sign-in  403         yes          403      403         403
POST /desk/queue/several:confirm              sign-in  403         fresh+here   403      403         403
POST /desk/queue/several:reject               sign-in  403         fresh+here   403      403         403
GET /desk/listings                            sign-in  shows       shows        shows    shows       shows
GET /desk/listings:waiting                    sign-in  shows       shows        shows    shows       shows
POST /desk/listings/find                      sign-in  shows       shows        shows    shows       shows
GET /desk/listings/{id}                       sign-in  here        here         here     here        here
GET /desk/listings/{id}:listed                sign-in  shows       shows        shows    shows       shows
POST /desk/listings/{id}/erase                sign-in  403         403          403      403         fresh+here
POST /desk/listings/{id}/erase-listing        sign-in  403         403          403      403         fresh+here
POST /desk/listings/{id}/{decision}:confirm   sign-in  403/here    here+fresh   403      403/here    403
POST /desk/listings/{id}/{decision}:reject    sign-in  403/here    here+fresh   403      403/here    403
POST /desk/listings/{id}/{decision}:renew     sign-in  403         fresh+here   403      403         403
POST /desk/listings/{id}/{decision}:delist    sign-in  403         fresh+here   403      403         403
POST /desk/listings/{id}/{decision}:withdraw  sign-in  here        here         403      403         403
GET /desk/reports/find                            yes              yes              yes              yes              yes              yes
GET /desk/reports/{id}/{form}                     yes              yes              yes              yes              yes              yes
GET /desk/reports                                 sign-in          yes              yes              yes              yes              403
GET /desk/reports:alike                           sign-in          here             here             here             here             403
GET /desk/reports/events                          sign-in          yes              yes              yes              yes              403
POST /desk/reports/find                           sign-in          here             here             here             here             403
GET /desk/reports/next                            sign-in          yes              yes              yes              yes              403
GET /desk/reports/new                             sign-in          yes              yes              403              403              403
POST /desk/reports                                sign-in          yes              yes              403              403              403
GET /desk/reports/{id}                            sign-in          here             here             here             here             403
GET /desk/reports/{id}/custody                    sign-in          here             here             here             here             403
GET /desk/reports/{id}/notice                     sign-in          here             here             here             here             403
GET /desk/reports/{id}/files/{number}             sign-in          404              404              403              403              403
GET /desk/reports/{id}/files/{number}/original    sign-in          403/here         403/here         403              403              403
GET /desk/register                                sign-in          yes              yes              yes              yes              403
GET /desk/register.csv                            sign-in          yes              yes              yes              yes              403
GET /desk/board                                   sign-in          here             here             here             here             403
POST /desk/reports/{id}/{act}:acknowledge         sign-in          here             here             403              403              403
POST /desk/reports/{id}/{act}:classify            sign-in          here             here             403              403              403
POST /desk/reports/{id}/{act}:transfer            sign-in          here             here             403              403              403
POST /desk/reports/{id}/{act}:accept              sign-in          here             here             403              403              403
POST /desk/reports/{id}/{act}:return              sign-in          here             here             403              403              403
POST /desk/reports/{id}/{act}:handover            sign-in          here             here             403              403              403
POST /desk/reports/{id}/{act}:ask                 sign-in          here             here             403              403              403
POST /desk/reports/{id}/{act}:message             sign-in          here             here             403              403              403
POST /desk/reports/{id}/{act}:bank-call           sign-in          here             here             403              403              403
POST /desk/reports/{id}/{act}:link                sign-in          here             here             403              403              403
POST /desk/reports/{id}/{act}:unlink              sign-in          here             here             403              403              403
POST /desk/reports/{id}/{act}:propose             sign-in          here             here             403              403              403
POST /desk/reports/{id}/{act}:reissue             sign-in          here             here             403              403              403
POST /desk/reports/{id}/{act}:assign              sign-in          403              here             403              403              403
POST /desk/reports/{id}/{act}:open                sign-in          403/here         here             403              403              403
POST /desk/reports/{id}/{act}:suspend             sign-in          403              competent+fresh  403              403              403
POST /desk/reports/{id}/{act}:resume              sign-in          403              competent+fresh  403              403              403
POST /desk/reports/{id}/{act}:extend              sign-in          403              competent+fresh  403              403              403
POST /desk/reports/{id}/{act}:resolve a loss      sign-in          403              competent+fresh  403              403              403
POST /desk/reports/{id}/{act}:resolve             sign-in          403              here+fresh       403              403              403
POST /desk/reports/{id}/{act}:reopen              sign-in          403              here+fresh       403              403              403
POST /desk/reports/{id}/{act}:hold                sign-in          403              here+fresh       403              403              403
POST /desk/reports/{id}/{act}:unhold              sign-in          403              here+fresh       403              403              403
GET /desk/propose                             sign-in  yes         yes          403      403         403
POST /desk/propose                            sign-in  here/form   here/form    403      403         403

GET /desk/imports                             sign-in  shows       shows        shows    shows       shows
GET /desk/imports/{id}                        sign-in  here        here         here     here        here
GET /desk/imports/{id}/result                 sign-in  here        here         here     here        here
POST /desk/imports/preview                    sign-in  yes         yes          403      403         403
POST /desk/imports                            sign-in  yes         yes          403      403         403
POST /desk/imports/{id}/{decision}:confirm    sign-in  403/here    here+fresh   403      403/here    403
POST /desk/imports/{id}/{decision}:reject     sign-in  403/here    here+fresh   403      403/here    403
POST /desk/imports/{id}/{decision}:withdraw   sign-in  here        here         403      403         403
POST /desk/imports/result                     sign-in  yes         yes          403      403         403

GET /desk/users                               sign-in  403         403          yes      403         yes
POST /desk/users                              sign-in  403         403          403      403         fresh
GET /desk/users/{id}                          sign-in  403         403          yes      403         yes
POST /desk/users/{id}                         sign-in  403         403          403      403         fresh
POST /desk/users/{id}/invite                  sign-in  403         403          403      403         fresh
POST /desk/users/{id}/end-sessions            sign-in  403         403          403      403         fresh
GET /desk/partners                            sign-in  403         403          yes      403         yes
POST /desk/partners                           sign-in  403         403          403      403         fresh
GET /desk/partners/{id}                       sign-in  403         403          yes      403         yes
POST /desk/partners/{id}                      sign-in  403         403          403      403         fresh
POST /desk/partners/{id}/secret               sign-in  403         403          403      403         fresh
GET /desk/officials                           sign-in  yes         yes          yes      yes         yes
POST /desk/officials                          sign-in  403         403          403      403         fresh
POST /desk/officials/remove                   sign-in  403         403          403      403         fresh
GET /desk/units                               sign-in  yes         yes          yes      yes         yes
GET /desk/units/{code}                        sign-in  yes         yes          yes      yes         yes
GET /desk/keys                                sign-in  403         403          403      403         yes
POST /desk/keys                               sign-in  403         403          403      403         fresh
POST /desk/keys/retire                        sign-in  403         403          403      403         fresh
GET /desk/clock                               sign-in  403         403          403      403         yes
POST /desk/clock                              sign-in  403         403          403      403         fresh
GET /desk/audit                               sign-in  403         403          yes      403         yes
GET /desk/audit/{seq}                         sign-in  403         403          yes      403         yes
GET /desk/approvals                           sign-in  403         shows        shows    403         shows
GET /desk/approvals/{id}                      sign-in  403         here         here     403         here
POST /desk/approvals/{id}/agree               sign-in  403         here+fresh   403      403         here+fresh
POST /desk/approvals/{id}/refuse              sign-in  403         here+fresh   403      403         here+fresh

POST /desk/sign-out                           sign-in  yes         yes          yes      yes         yes
POST /desk/sign-out:everywhere                sign-in  yes         yes          yes      yes         yes
"""

# Operations that only nobody tries. A row may go when it can be tried in full, and then has to: none may come.
EXCEPTIONS = {
    "grant_token": "name and secret of a program stand in the very header that says who asks, so nobody has asked yet",
}

# Forms of people who are not signed in: there is no session for a CSRF value to follow from.
WITHOUT_CSRF = {"POST /desk/sign-in", "POST /desk/enrol", "POST /desk/enrol/confirm"}

# The scope that lets a program do what a cell says.
SCOPES = {"feed": "feed:read", "bulk": "check:bulk", "gateway": "sms:gateway"}

# Of the units of the tables, the one that may resolve a loss.
INVESTIGATING = "parent"

# What a refusal of the API says.
REFUSALS = {
    (401, "unauthenticated"): "401",
    (403, "forbidden"): "403",
    (403, "insufficient-scope"): "scope",
    (403, "step-up-required"): "fresh",
    (404, "not-found"): "404",
    (403, "not-competent"): "not-competent",
    (409, "not-open"): "not-open",
}


def rows(table):
    """The cells of each row by its columns."""
    columns, *lines = (re.split(r"\s{2,}", line.strip()) for line in table.strip().splitlines() if line.strip())
    named = {name: dict(zip(columns, cells, strict=True)) for name, *cells in lines}
    assert len(named) == len(lines), "a row stands there twice"
    return named


def expected(cell, caller, unit):
    """What a caller is answered by a cell, for a thing of a unit."""
    is_here = unit in caller.reach
    for word in cell.split("+"):
        match word:
            case "feed" | "bulk" | "gateway" if caller.scope != SCOPES[word]:
                return "scope"
            case "here" if not is_here:
                return "404"
            case "here/403" | "here/form" if not is_here:
                return word.split("/")[1]
            case "competent" if not (is_here and INVESTIGATING in caller.reach):
                return "not-competent" if is_here else "404"
            case "403/here":
                return "403" if is_here else "404"
            case "fresh" if not caller.fresh:
                return "fresh"
            case "401" | "403" | "404" | "scope" | "sign-in" | "not-open":
                return word
            case "yes" | "feed" | "bulk" | "gateway" | "here" | "here/403" | "here/form" | "shows" | "competent" | "fresh":
                pass
            case _:
                raise ValueError(f"no cell says {word!r}")
    return "yes"


def answered_by_api(answer):
    if answer.status < 300:
        return "yes"
    told = f"{answer.status} {answer.body[:300]}"
    is_problem = answer.headers.get("content-type") == "application/problem+json"
    return REFUSALS.get((answer.status, answer.code), told) if is_problem else told


def answered_by_desk(answer):
    if answer.status == 303:
        return "sign-in" if answer.headers["location"].startswith("/desk/sign-in?back=") else "yes"
    code = re.search(r"Mã lỗi: ([a-z-]+)", answer.body)
    match answer.status, code and code[1]:
        case 200, None:
            return "yes"
        case 403, "forbidden":
            return "403"
        case 404, "not-found":
            return "404"
        case 404, None if "Không có báo cáo nào mang số này" in answer.body:
            return "404"
        case 403, None if "Chỉ đơn vị điều tra" in answer.body:
            return "not-competent"
        # The form again, with what it lacks above it.
        case 403, None:
            return "fresh"
        case 422, None if "Đơn vị này không thuộc phạm vi của tài khoản" in answer.body:
            return "form"
        case status, problem:
            return f"{status} {problem or answer.body}"


class Permissions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        document = cls.world.must("GET", "/openapi.json").json
        cls.schemas = document["components"]["schemas"]
        cls.operations = {
            operation["operationId"]: (method.upper(), path)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }

    @classmethod
    def tearDownClass(cls):
        assert cls.world.close() == 0

    # The tables are whole

    def test_every_operation_of_the_document_has_its_row(self):
        named = {row.split(":")[0] for row in rows(OPERATIONS)}
        self.assertEqual(set(self.operations), named)
        self.assertEqual(set(API), set(rows(OPERATIONS)))

    def test_every_role_and_scope_asks(self):
        roles = {caller.user["role"] for caller in self.world.callers if caller.user}
        self.assertEqual(set(self.schemas["Role"]["enum"]), roles)
        scopes = {caller.scope for caller in self.world.callers if caller.column == "program"}
        self.assertEqual({*self.schemas["Scope"]["enum"], ""}, scopes)

    def test_every_address_of_the_desk_has_its_row(self):
        route = re.compile(r'\.route\(\s*"([^"]*)",\s*web::(\w+)\(\)')
        sources = [source.read_text() for source in SOURCES.rglob("*.rs")]
        found = {f"{method.upper()} /desk{path}" for text in sources for path, method in route.findall(text)}
        self.assertEqual(sum(text.count(".route(") for text in sources), len(found))
        self.assertFalse([text for text in sources if ".service(" in text or "web::resource" in text])
        self.assertEqual(found, {row.split(":")[0] for row in rows(ADDRESSES)})
        self.assertEqual(set(DESK), set(rows(ADDRESSES)))

    # The API

    def test_every_operation_does_what_its_row_says(self):
        for row, cells in rows(OPERATIONS).items():
            callers = self.world.callers
            if row in EXCEPTIONS:
                callers = [caller for caller in callers if caller.column == "nobody"]
            self.tried_in_every_unit(row, cells, callers, self.ask_api, API[row])

    def test_every_exception_is_still_needed(self):
        self.assertLessEqual(set(EXCEPTIONS), {"grant_token"})
        for row in EXCEPTIONS:
            tried = [
                answered_by_api(self.ask_api(row, caller, API[row](Occasion(self.world, "own", caller))))
                for caller in self.world.callers
            ]
            self.assertIn("yes", tried)
            self.assertNotEqual(set(tried), {"yes"}, f"{row} can be tried in full: take it out of EXCEPTIONS")

    def ask_api(self, row, caller, request):
        method, path = self.operations[row.split(":")[0]]
        headers = {**(request.instead or caller).bearer, **request.headers}
        return self.world.send(method, path.format(**request.places) + request.query, request.body, headers, request.raw)

    # The desk

    def test_every_address_does_what_its_row_says(self):
        for row, cells in rows(ADDRESSES).items():
            self.tried_in_every_unit(row, cells, self.world.at_the_desk, self.ask_desk, DESK[row])

    def test_no_form_of_another_session_is_taken(self):
        for row in rows(ADDRESSES):
            if row.startswith("GET ") or row.split(":")[0] in WITHOUT_CSRF:
                continue
            request = DESK[row](Occasion(self.world, "own", None))
            before = self.world.position()
            people = [caller for caller in self.world.at_the_desk if caller.csrf]
            for caller, other in zip(people, people[1:] + people[:1]):
                for csrf in (other.csrf, ""):
                    with self.subTest(row, caller=caller.name):
                        answer = self.ask_desk(row, caller, request, csrf)
                        may_not_upload = row == "POST /desk/imports/preview" and caller.column in ("auditor", "procurator", "admin")
                        self.assertEqual(answer.status, 403)
                        self.assertIn("forbidden" if may_not_upload else "form-expired", answer.body)
            with self.subTest(row):
                self.assertEqual(self.world.changed_since(before), [], "a form that was not taken changed something")

    def ask_desk(self, row, caller, request, csrf=None):
        method, path = row.split(":")[0].split()
        who = request.instead or caller
        address, headers = path.format(**request.places) + request.query, dict(who.cookie)
        if method == "GET":
            return self.world.send(method, address, headers=headers)
        fields = {**request.fields, "csrf": who.csrf if csrf is None else csrf}
        form = sent(dataclasses.replace(request, fields=fields))
        return self.world.send(method, address, headers={**headers, **form.headers}, raw=form.raw)

    # Both

    def tried_in_every_unit(self, row, cells, callers, ask, make):
        touches_a_unit = any("here" in cell or "shows" in cell for cell in cells.values())
        for unit in UNITS if touches_a_unit else ["own"]:
            # Lists tell the newest first.
            self.world.pass_time(1 if "shows" in cells.values() else 0)
            by = {caller.name: expected(cells[caller.column], caller, unit) for caller in callers}
            self.refused(row, [caller for caller in callers if by[caller.name] != "yes"], by, unit, ask, make)
            for caller in callers:
                if by[caller.name] == "yes":
                    with self.subTest(row, caller=caller.name, unit=unit):
                        request = make(Occasion(self.world, unit, caller))
                        answer = ask(row, caller, request)
                        self.assertEqual(self.read(ask)(answer), "yes")
                        if cells[caller.column] == "shows":
                            self.assertEqual(request.mark in answer.body, unit in caller.reach)

    def refused(self, row, callers, by, unit, ask, make):
        """All of them ask for one and the same, and nothing comes of it."""
        if not callers:
            return
        request = make(Occasion(self.world, unit, None))
        before = self.world.position()
        for caller in callers:
            with self.subTest(row, caller=caller.name, unit=unit):
                answer = ask(row, caller, request)
                self.assertEqual(self.read(ask)(answer), by[caller.name])
                if request.mark:
                    self.assertNotIn(request.mark, answer.body)
        with self.subTest(row, unit=unit):
            self.assertEqual(self.world.changed_since(before), [], "a call that was refused changed something")

    def read(self, ask):
        return answered_by_api if ask == self.ask_api else answered_by_desk


if __name__ == "__main__":
    unittest.main()
