"""Reports as officers work on them: over the API of the real program."""

import csv
import io
import time
import unittest

import spreadsheet
from permission_world import UNITS, Thing, World

MESSAGE = {"message": "Chúng tôi đã nhận báo cáo của bác."}
REASON = {"reason": "đúng"}
NAME = "Nguyễn Thị Mẫu"


class Intake(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        people = {caller.name: caller for caller in cls.world.callers}
        cls.officer, cls.supervisor = people["officer"], people["supervisor"]
        cls.above, cls.auditor = people["supervisor of the unit above"], people["auditor"]
        cls.procurator, cls.admin = people["procurator"], people["admin"]
        cls.beside = cls.world.proposers["other"]

    @classmethod
    def tearDownClass(cls):
        assert cls.world.close() == 0

    def item(self, thing, who=None):
        return self.world.must("GET", f"/v1/intake/{thing.id}", headers=(who or self.officer).bearer).json

    def post(self, thing, deed, body, who=None, version=None):
        headers = dict((who or self.officer).bearer)
        if version is not False:
            headers["If-Match"] = f'"{thing.version if version is None else version}"'
        return self.world.send("POST", f"/v1/intake/{thing.id}/{deed}", body, headers)

    def refused(self, answer, status, code, pointer=None):
        self.assertEqual((answer.status, answer.code), (status, code), answer.body)
        if pointer:
            self.assertEqual(answer.json["errors"][0]["pointer"], pointer)

    # Rights, then fields, then the state

    def test_who_may_not_is_told_so_whatever_was_sent(self):
        thing = self.world.taken("own", "loss")
        for body in ({}, {"x": 1}, {"outcome": "no_case"}):
            for who in (self.officer, self.auditor, self.procurator, self.admin):
                self.refused(self.post(thing, "resolve", body, who, version=False), 403, "forbidden")
            self.refused(self.post(thing, "resolve", body, self.supervisor, version=False), 403, "not-competent")
            self.refused(self.post(thing, "acknowledge", body, self.beside, version=False), 404, "not-found")
            self.refused(self.post(thing, "open", body, self.procurator), 403, "forbidden")
        formal = self.world.taken("own", "attempt")
        answer = self.post(formal, "resolve", {"outcome": "case_opened"}, self.supervisor, version=False)
        self.refused(answer, 403, "not-competent")

    def test_who_may_is_asked_for_the_version_then_for_the_fields_and_then_for_the_state(self):
        thing = self.world.told("own")
        self.refused(self.post(thing, "acknowledge", {}, version=False), 428, "if-match-required")
        self.refused(self.post(thing, "acknowledge", {}, version=9), 422, "validation", "/message")
        self.refused(self.post(thing, "acknowledge", {**MESSAGE, "x": 1}), 422, "validation", "/x")
        self.refused(self.post(thing, "acknowledge", MESSAGE, version=9), 412, "stale-version")
        self.refused(self.post(thing, "ask", MESSAGE), 409, "not-open")
        self.assertEqual(self.post(thing, "acknowledge", MESSAGE).status, 200)

    def test_texts_have_limits(self):
        thing = self.world.told("own")
        self.refused(self.post(thing, "message", {"message": "a" * 4001}), 422, "validation", "/message")
        self.refused(self.post(thing, "message", {"message": " … "}), 422, "validation", "/message")
        self.assertEqual(self.post(thing, "message", {"message": "ă" * 4000}).status, 200)
        self.refused(self.post(thing, "transfer", {"unit": "99", "reason": "x"}), 422, "validation", "/unit")
        body = {"unit": "38", "reason": "a" * 1001}
        self.refused(self.post(thing, "transfer", body), 422, "validation", "/reason")

    def test_a_unit_that_was_only_asked_takes_it_before_it_works_on_it(self):
        thing = self.world.offered("own")
        self.refused(self.post(thing, "acknowledge", MESSAGE), 403, "forbidden")
        self.refused(self.post(thing, "open", {**REASON, "part": "story"}), 403, "forbidden")
        self.assertEqual(self.item(thing)["story"], thing.words, "it must see what it is asked about")
        answer = self.post(thing, "accept", {})
        self.assertEqual((answer.status, answer.json["unit"]["code"]), (200, UNITS["own"]))
        thing.version = answer.json["version"]
        self.assertEqual(self.post(thing, "acknowledge", MESSAGE).status, 200)

    # A report from end to end

    def test_an_attempt_is_taken_checked_asked_about_and_resolved(self):
        thing = self.world.told("own", contact={"name": NAME, "phone": "0950 001 002"})
        world, officer, supervisor = self.world, self.officer, self.supervisor
        world.done(thing, "acknowledge", MESSAGE, officer)
        item = self.item(thing)
        self.assertEqual(item["state"], "acknowledged")
        ack = next(clock for clock in item["clocks"] if clock["kind"] == "report.ack")
        self.assertIn("met_at", ack)
        self.assertEqual((ack["length"], ack["statutory"]), ("3wd", True))
        world.done(thing, "classify", {"identifiers": [{"q": thing.number, "role": "contacted_me"}]}, officer)
        world.done(thing, "ask", {"message": "Bác còn nhớ giờ gọi không?"}, officer)
        item = self.item(thing)
        self.assertEqual(item["state"], "waiting_reporter")
        self.assertEqual([m["from"] for m in item["messages"]], ["unit", "unit"])
        body = {"outcome": "insufficient", "reason": "thiếu căn cứ", "message": "Chưa đủ căn cứ."}
        world.done(thing, "resolve", body, supervisor)
        item = self.item(thing)
        self.assertEqual((item["state"], item["outcome"]), ("resolved", "insufficient"))
        tell = next(clock for clock in item["clocks"] if clock["kind"] == "report.tell")
        self.assertIn("met_at", tell)
        world.done(thing, "reopen", REASON, supervisor)
        self.assertEqual(self.item(thing)["state"], "verifying")
        deeds = [event["deed"] for event in self.item(thing)["events"]]
        self.assertEqual(deeds, ["received", "acknowledged", "classified", "asked", "resolved", "reopened"])

    def test_a_loss_goes_to_the_competent_unit_and_is_suspended_resumed_and_decided_there(self):
        thing = self.world.verified("own", "loss")
        body = {"unit": "38", "reason": "mất tiền"}
        self.world.done(thing, "handover", body, self.officer)
        self.assertEqual(self.item(thing)["competent_unit"]["code"], "38")
        chief = self.world.proposers["parent"]
        users = {"user": self.item(self.world.taken("parent"), chief)["assignee"]}
        self.world.done(thing, "assign", users, self.above)
        self.assertEqual(self.item(thing, chief)["unit"]["code"], "38")
        self.world.pass_time(2)
        suspend = {"reason": "expert_opinion", "words": "chờ kết luận", "document_no": "12/QĐ"}
        self.refused(self.post(thing, "suspend", {**suspend, "reason": "holiday"}, self.above), 422, "validation", "/reason")
        self.world.done(thing, "suspend", suspend, self.above)
        self.assertEqual(self.item(thing, chief)["state"], "suspended")
        self.world.done(thing, "resume", REASON, self.above)
        body = {"outcome": "case_opened", "reason": "đủ căn cứ", "message": "Đã khởi tố."}
        self.refused(self.post(thing, "resolve", body, self.above), 422, "validation", "/document_no")
        day = time.strftime("%Y-%m-%d", time.gmtime(self.world.now))
        body |= {"document_no": "15/QĐ-CSĐT", "document_date": day}
        self.world.done(thing, "resolve", body, self.above)
        event = self.item(thing, chief)["events"][-1]
        self.assertEqual((event["document_no"], event["document_date"]), ("15/QĐ-CSĐT", day))

    def test_a_term_is_prolonged_once_without_the_procuracy(self):
        thing = self.world.told("parent", "loss")
        self.world.done(thing, "extend", REASON, self.above)
        clock = next(c for c in self.item(thing, self.above)["clocks"] if c["kind"] == "report.resolve")
        self.assertEqual(len(clock["extended"]), 1)
        self.refused(self.post(thing, "extend", REASON, self.above), 422, "validation", "/document_no")
        self.world.done(thing, "extend", {**REASON, "document_no": "3/VKS"}, self.above)
        answer = self.post(thing, "extend", {**REASON, "document_no": "4/VKS"}, self.above)
        self.refused(answer, 409, "no-more-extensions")

    def test_the_second_return_goes_to_the_lowest_unit_above_both(self):
        thing = self.world.told("own")
        for _ in range(2):
            self.world.done(thing, "transfer", {"unit": UNITS["other"], "reason": "thuộc địa bàn"}, self.officer)
            answer = self.post(thing, "return", {"reason": "không thuộc địa bàn"}, self.beside)
            self.assertEqual(answer.status, 200)
            thing.version = answer.json["version"]
        self.assertEqual(self.item(thing, self.above)["unit"]["code"], "38")

    def test_a_link_is_undone_and_leads_to_the_main_report(self):
        main, thing = self.world.told("own"), self.world.told("own")
        reference = self.item(main)["reference"]
        self.refused(self.post(thing, "link", {"to": "4821-7735-0", **REASON}), 422, "validation", "/to")
        hidden = self.world.told("other")
        self.refused(self.post(thing, "link", {"to": hidden.id, **REASON}), 422, "validation", "/to")
        self.world.done(thing, "link", {"to": reference, **REASON}, self.officer)
        item = self.item(thing)
        self.assertEqual((item["outcome"], item["links"]), ("duplicate", [{"id": main.id, "reference": reference}]))
        self.refused(self.post(thing, "unlink", {"to": hidden.id, **REASON}), 422, "validation", "/to")
        self.world.done(thing, "unlink", {"to": main.id, **REASON}, self.officer)
        self.assertNotIn("outcome", self.item(thing))

    def test_an_urgent_report_names_the_bank_and_waits_for_the_officer_s_act(self):
        thing = self.world.urgent("own")
        item = self.item(thing)
        self.assertTrue(item["urgent"])
        self.refused(self.post(thing, "bank_call", {"called": False}), 422, "validation", "/note")
        self.world.done(thing, "bank_call", {"called": True, "note": "đã gọi"}, self.officer)
        clock = next(c for c in self.item(thing)["clocks"] if c["kind"] == "report.urgent")
        self.assertIn("met_at", clock)
        urgent = self.world.must("GET", "/v1/intake?urgent=true&type=report", headers=self.officer.bearer).json
        self.assertIn(thing.id, [item["id"] for item in urgent["items"]])

    def test_a_listing_is_proposed_and_its_confirmation_resolves_the_attempt(self):
        thing = self.world.verified("own")
        self.refused(self.post(thing, "propose", {"q": self.world.number()}), 409, "other-role")
        answer = self.post(thing, "propose", {"identifier": {"q": thing.number}})
        self.assertEqual((answer.status, answer.json["status"]), (201, "proposed"))
        headers = {**self.supervisor.bearer, "If-Match": '"1"'}
        self.world.must("POST", f"/v1/listings/{answer.json['id']}/confirm", REASON, headers)
        item = self.item(thing)
        self.assertEqual((item["outcome"], item["listings"]), ("listed", [answer.json["id"]]))
        self.assertTrue(item["identifiers"][0]["listed"])

    # Who sees what

    def test_the_contact_comes_only_of_an_opening_with_a_reason(self):
        thing = self.world.told("own", contact={"name": NAME, "phone": "0950 001 002"})
        item = self.item(thing)
        self.assertEqual(item["sealed"], ["contact"])
        self.assertNotIn(NAME, str(item))
        body = {"part": "contact", "reason": "gọi lại"}
        self.refused(self.post(thing, "open", body, version=False), 403, "forbidden")
        self.world.done(thing, "acknowledge", MESSAGE, self.officer)
        for bad in ({"part": "contact"}, {"part": "contact", "reason": " "}):
            self.refused(self.post(thing, "open", bad, version=False), 422, "validation", "/reason")
        opened = self.post(thing, "open", body, version=False)
        self.assertEqual((opened.status, opened.json["contact"]["name"]), (200, NAME))
        item = self.item(thing)
        self.assertEqual([(o["unit"]["code"], o["count"]) for o in item["openings"]], [(UNITS["own"], 1)])
        seen = self.item(thing, self.procurator)
        event = next(e for e in seen["events"] if e["deed"] == "opened")
        self.assertEqual(event["part"], "contact")
        self.assertNotIn("reason", event)

    def test_who_looks_over_shoulders_reads_no_word_and_no_number(self):
        thing = self.world.taken("own")
        for who in (self.auditor, self.procurator):
            item = self.item(thing, who)
            self.assertEqual([event["deed"] for event in item["events"]], ["received", "acknowledged"])
            for absent in ("story", "identifiers", "messages", "amount_vnd"):
                self.assertNotIn(absent, item)
            self.assertNotIn(thing.words, str(item))
            self.assertNotIn(thing.number[1:], str(item))

    def test_related_reports_name_the_same_number(self):
        first = self.world.told("own")
        same = [{"q": first.number, "role": "contacted_me"}]
        second = self.world.told("own", identifiers=same)
        hidden = self.world.told("other", identifiers=same)
        found = self.world.must("GET", f"/v1/intake/{first.id}/related", headers=self.officer.bearer).json["items"]
        self.assertEqual([item["id"] for item in found], [second.id])
        self.assertEqual(found[0]["shared"], ["phone:+84" + first.number[1:]])
        above = self.world.must("GET", f"/v1/intake/{first.id}/related", headers=self.above.bearer).json["items"]
        self.assertEqual({item["id"] for item in above}, {second.id, hidden.id})

    def test_the_list_is_filtered_and_goes_on(self):
        # The newest of all.
        self.world.pass_time(1)
        thing = self.world.taken("own")
        ask = lambda query: self.world.send("GET", f"/v1/intake?{query}", headers=self.officer.bearer)
        mine = ask("assignee=me&state=acknowledged&open=true&limit=1").json
        self.assertEqual([item["id"] for item in mine["items"]], [thing.id])
        self.assertIsNotNone(mine["next_cursor"])
        self.assertNotEqual(ask(f"limit=1&cursor={mine['next_cursor']}").json["items"][0]["id"], thing.id)
        for wrong in ("state=x", "type=appeal", "x=1", "limit=0", "assignee=x"):
            self.assertEqual(ask(wrong).status, 400, wrong)
        self.refused(ask("unit=99"), 422, "unknown-unit")
        self.assertEqual(self.world.send("GET", "/v1/intake", headers=self.admin.bearer).status, 403)

    def test_what_missed_a_term_goes_to_the_unit_above(self):
        thing = self.world.told("own")
        self.world.pass_time(5)
        item = self.item(thing)
        self.assertEqual((item["late"], item["escalated"]), (True, "decide"))
        found = self.world.must("GET", "/v1/intake?escalated=decide&limit=200", headers=self.above.bearer).json["items"]
        self.assertIn(thing.id, [item["id"] for item in found])

    # The counter

    def test_a_report_at_the_counter_is_entered_once_and_has_a_slip(self):
        body = {
            "channel": "counter",
            "kind": "loss",
            "identifiers": [{"q": self.world.number(), "role": "contacted_me"}],
            "story": "Thẻ 4111 1111 1111 1111",
            "contact": {"name": NAME},
        }
        headers = {**self.officer.bearer, "Idempotency-Key": "quay-1"}
        first = self.world.send("POST", "/v1/intake/reports", body, headers)
        self.assertEqual(first.status, 201, first.body)
        again = self.world.send("POST", "/v1/intake/reports", body, headers)
        self.assertEqual([again.json[name] for name in ("id", "receipt")], [first.json[name] for name in ("id", "receipt")])
        self.assertRegex(first.json["receipt"], r"^(\d{5} ){4}\d{5}$")
        self.assertEqual(first.json["masked"], ["card_number"])
        other = self.world.send("POST", "/v1/intake/reports", {**body, "kind": "attempt"}, headers)
        self.refused(other, 422, "idempotency-key-reused")
        item = self.world.must("GET", f"/v1/intake/{first.json['id']}", headers=self.officer.bearer)
        self.assertEqual((item.json["channel"], item.headers["etag"]), ("counter", first.headers["etag"]))
        self.assertNotIn("4111", item.body)

    def test_what_is_entered_names_how_it_came(self):
        enter = lambda body: self.world.send("POST", "/v1/intake/reports", body, self.officer.bearer)
        told = {"kind": "attempt", "story": "Gọi điện xưng công an."}
        self.refused(enter(told), 422, "validation", "/channel")
        for channel in ("web", "sms", "fax", 1):
            self.refused(enter({**told, "channel": channel}), 422, "validation", "/channel")
        self.refused(enter({**told, "channel": "phone", "x": 1}), 422, "validation", "/x")
        self.refused(enter({**told, "channel": "phone", "token": "x"}), 422, "validation", "/token")
        self.refused(enter({"channel": "phone", "kind": "attempt", "unit": UNITS["other"]}), 403, "forbidden")
        self.assertEqual(enter({**told, "channel": "vneid"}).status, 201)

    def test_a_lost_slip_is_replaced_after_an_identity_was_shown(self):
        follow = lambda receipt: self.world.send("POST", "/v1/followup", {"receipt": receipt}).status
        body = {"channel": "counter", "kind": "attempt", "story": "Gọi điện xưng công an."}
        entered = self.world.must("POST", "/v1/intake/reports", body, self.officer.bearer).json
        thing = Thing(entered["id"], "", entered["version"], "")
        self.refused(self.post(thing, "reissue", {}), 422, "validation", "/reason")
        answer = self.post(thing, "reissue", {"reason": "đã xem căn cước"})
        self.assertEqual(answer.status, 200, answer.body)
        self.assertRegex(answer.json["receipt"], r"^(\d{5} ){4}\d{5}$")
        self.refused(self.post(thing, "reissue", {"reason": "đã xem"}), 412, "stale-version")
        self.assertEqual(self.item(thing)["events"][-1]["deed"], "receipt_reissued")
        self.assertEqual(follow(entered["receipt"]), 404, "the lost slip may be in wrong hands")
        self.assertEqual(follow(answer.json["receipt"]), 200)


class RegisterAndBoard(unittest.TestCase):
    """A small month, made up in a registry of its own, after the reports that the demo begins with."""

    @classmethod
    def setUpClass(cls):
        cls.world = World({"CANHGIAC_INTAKE__REPORT_RESOLVE": "20d"})
        world = cls.world
        people = {caller.name: caller for caller in world.callers}
        cls.above, cls.procurator = people["supervisor of the unit above"], people["procurator"]
        cls.auditor = people["auditor"]
        cls.day = time.strftime("%Y-%m-%d", time.gmtime(world.now + 7 * 3600))
        cls.rows_before = {who.name: len(cls.rows(who)) for who in (cls.above, cls.procurator, cls.auditor)}
        cls.boards_before = {unit: cls.board(unit) for unit in ("38", "14812")}
        # They are told apart by when they came.
        for make in (
            lambda: world.told("own"),
            lambda: world.told("own", "loss", channel="letter"),
            lambda: world.resolved("own"),
            lambda: world.told("other"),
        ):
            make()
            world.pass_time(1)
        thing = world.taken("parent", "loss")
        body = {"outcome": "no_case", "reason": "không", "message": "Không khởi tố.", "document_no": "=1+1", "document_date": "2026-01-02"}
        world.done(thing, "resolve", body, world.deciders["parent"])

    @classmethod
    def rows(cls, who, query=""):
        return cls.world.must("GET", f"/v1/register?from={cls.day}&to={cls.day}{query}", headers=who.bearer).json["items"]

    @classmethod
    def board(cls, unit):
        return cls.world.must("GET", f"/v1/boards/{unit}", headers=cls.above.bearer).json

    @classmethod
    def tearDownClass(cls):
        assert cls.world.close() == 0

    def register(self, query, who=None, status=200):
        answer = self.world.send("GET", f"/v1/register?{query}", headers=(who or self.above).bearer)
        self.assertEqual(answer.status, status, answer.body)
        return answer

    def test_the_register_has_a_row_for_each_report_and_goes_on(self):
        period = f"from={self.day}&to={self.day}"
        before = self.rows_before[self.above.name]
        rows = self.rows(self.above)
        self.assertEqual([row["number"] for row in rows], list(range(1, before + 6)))
        rows = rows[before:]
        self.assertEqual([row["unit"]["code"] for row in rows], ["14812", "14812", "14812", "14818", "38"])
        self.assertEqual((rows[2]["outcome"], rows[4]["document_no"]), ("insufficient", "=1+1"))
        self.assertIsNotNone(rows[4]["told_at"])
        first = self.register(period + "&limit=2").json
        more = self.register(f"{period}&limit=2&cursor={first['next_cursor']}").json
        self.assertEqual([row["number"] for row in more["items"]], [3, 4])
        self.assertEqual({row["unit"]["code"] for row in self.rows(self.above, "&unit=14812")}, {"14812"})
        for who, count in ((self.procurator, 3), (self.auditor, 5)):
            self.assertEqual(len(self.rows(who)) - self.rows_before[who.name], count, who.name)
        self.register(period + "&unit=14818", self.procurator, 404)
        for wrong in ("from=x&to=x", f"from={self.day}", f"{period}&limit=5001", f"from=2020-01-01&to={self.day}"):
            self.register(wrong, status=400)
        self.register(period + "&cursor=x", status=400)

    def test_the_register_as_a_table_runs_no_formula_and_names_nobody(self):
        answer = self.register(f"from={self.day}&to={self.day}&format=csv")
        self.assertTrue(answer.headers["content-type"].startswith("text/csv"))
        head, *rows = csv.reader(io.StringIO(answer.body.lstrip("\ufeff")))
        self.assertEqual((head[0], len(rows)), ("Số thứ tự", self.rows_before[self.above.name] + 5))
        self.assertEqual(rows[-1][12], "'=1+1")
        self.assertEqual(spreadsheet.cells(answer.body.encode())[-1][12], "'=1+1")
        self.assertNotIn("KIN-", answer.body)
        self.assertNotIn("9508", answer.body)

    def test_the_board_counts_the_month(self):
        board, before = self.board("38"), self.boards_before["38"]
        self.assertEqual(board["month"], self.day[:7])
        told, was = board["reports"], before["reports"]

        def more(name):
            earlier = {count["name"]: count["count"] for count in was[name]}
            counts = {count["name"]: count["count"] - earlier.get(count["name"], 0) for count in told[name]}
            return {name: count for name, count in counts.items() if count}

        self.assertEqual((told["received"] - was["received"], told["open"] - was["open"]), (5, 3))
        self.assertEqual(more("by_kind"), {"loss": 2, "attempt": 3})
        self.assertEqual(more("by_channel"), {"phone": 4, "letter": 1})
        self.assertEqual(more("outcomes"), {"no_case": 1, "insufficient": 1})
        self.assertEqual([told["told"][name] - was["told"][name] for name in ("due", "in_time")], [2, 2])
        youngest = [months["open"]["by_age"][0] for months in (board, before)]
        self.assertEqual([age["days"] for age in youngest], ["0-3", "0-3"])
        self.assertEqual(youngest[0]["count"] - youngest[1]["count"], 3)
        self.assertEqual(len(board["before"]), 6)
        own = self.world.must("GET", "/v1/boards/14812", headers=self.procurator.bearer).json
        self.assertEqual(own["reports"]["received"] - self.boards_before["14812"]["reports"]["received"], 3)
        ask = lambda path, who: self.world.send("GET", path, headers=who.bearer).status
        self.assertEqual(ask("/v1/boards/14818", self.procurator), 404)
        self.assertEqual(ask("/v1/boards/none", self.above), 404)
        self.assertEqual(ask("/v1/boards/38?month=2026-13", self.above), 400)
        empty = self.world.must("GET", "/v1/boards/38?month=2020-01", headers=self.above.bearer).json
        self.assertEqual(empty["reports"]["received"], 0)


if __name__ == "__main__":
    unittest.main()
