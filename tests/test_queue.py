"""The queue at the desk: what waits for whom, and several proposals decided in one act."""

import csv
import io
import json
import re
import unittest

from client import Client, Program
from test_desk import Browser

LIMITS = {"CANHGIAC_LIMITS__OFFICER_REQUESTS_PER_MINUTE": "100000", "CANHGIAC_LIMITS__SIGN_IN_PER_MINUTE": "1000"}
MOST_AT_ONCE = 50
ACTION = "/desk/queue/several"


class Queue(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("demo", "--listen", "127.0.0.1:0", "--json", environment=LIMITS)
        demo = json.loads(cls.program.first_line)
        cls.url, cls.users = demo["url"], demo["users"]
        cls.client = Client(cls.url)
        tokens = [cls.client.session(user, -1) for user in (cls.users[0], cls.users[1])]
        cls.officer, cls.decider = ({"Authorization": "Bearer " + token["access_token"]} for token in tokens)
        cls.desk = Browser(cls.url).sign_in(cls.users[1])
        cls.proposer = Browser(cls.url).sign_in(cls.users[0])
        cls.numbers = iter(range(950_870_000, 950_880_000))

    @classmethod
    def tearDownClass(cls):
        assert cls.program.stop() == 0

    def proposed(self, by=None, method="gia_danh_cong_an"):
        number = f"0{next(self.numbers)}"
        body = {"identifier": {"q": number}, "method": method, "evidence": "đơn trình báo"}
        answer = self.client.send("POST", "/v1/listings", body, by or self.officer)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json["id"], number

    def opened(self, count, **how):
        things = [self.proposed(**how) for _ in range(count)]
        for identifier, _ in things:
            self.assertEqual(self.desk.go(f"/desk/queue?open={identifier}").status, 200)
        return things

    def decide(self, ids, decision="confirm", reason="đã đối chiếu từng đơn"):
        self.desk.go(ACTION)
        csrf = re.search(r'name="csrf" value="([^"]+)"', self.desk.page)[1]
        return self.desk.go(ACTION, {"csrf": csrf, "pick": ids, "decision": decision, "reason": reason})

    def status(self, identifier):
        return self.client.send("GET", f"/v1/listings/{identifier}", headers=self.decider).json["status"]

    def changes_about(self, ids):
        return [self.client.send("GET", f"/v1/listings/{one}", headers=self.decider).json["version"] for one in ids]

    # Several at once

    def test_proposals_that_were_opened_are_decided_in_one_act_each_by_itself(self):
        things = self.opened(3)
        ids = [identifier for identifier, _ in things]
        page = self.decide(ids)
        self.assertEqual(page.status, 200)
        self.assertIn("Đã quyết định cùng lúc: 3", page.text())
        for identifier, number in things:
            self.assertEqual(self.client.verdict(number), "listed")
        self.assertEqual(self.changes_about(ids), [2, 2, 2])
        # A double click tells no failure of what was done.
        self.assertIn("Đã quyết định cùng lúc: 3", self.decide(ids).text())
        self.assertEqual(self.changes_about(ids), [2, 2, 2])
        # The other decision comes too late, and says so for each.
        late = self.decide(ids, "reject")
        self.assertEqual(late.status, 409)
        self.assertIn("Đã quyết định: 0 . Chưa quyết định: 3", late.text())

    def test_what_was_not_opened_is_left_and_the_page_says_so(self):
        (seen, _), (unseen, number) = self.opened(1)[0], self.proposed()
        page = self.decide([seen, unseen])
        self.assertEqual(page.status, 409)
        self.assertIn("Lỗi:", page.page.split("</title>")[0])
        self.assertIn("Chưa mở trong phiên này", page.text())
        self.assertIn("Đã quyết định: 1 . Chưa quyết định: 1", page.text())
        self.assertEqual((self.status(seen), self.status(unseen)), ("listed", "proposed"))
        self.assertEqual(self.client.verdict(number), "no_record")

    def test_what_another_session_opened_does_not_count(self):
        (identifier, _) = self.proposed()
        other = Browser(self.url).sign_in(self.users[4])
        self.assertEqual(other.go(f"/desk/listings/{identifier}").status, 200)
        self.assertEqual(self.decide([identifier]).status, 409)
        self.assertEqual(self.status(identifier), "proposed")

    def test_as_many_as_the_limit_and_not_one_more(self):
        ids = [identifier for identifier, _ in self.opened(MOST_AT_ONCE + 1)]
        page = self.decide(ids)
        self.assertEqual(page.status, 422)
        self.assertIn("tối đa 50 đề nghị", page.text())
        self.assertTrue(all(self.status(one) == "proposed" for one in ids))
        self.assertIn(f"Đã quyết định cùng lúc: {MOST_AT_ONCE}", self.decide(ids[:MOST_AT_ONCE], "reject").text())
        self.assertEqual([self.status(one) for one in (ids[0], ids[-2], ids[-1])], ["rejected", "rejected", "proposed"])

    def test_only_one_kind_at_a_time(self):
        mixed = [self.opened(1)[0][0], self.opened(1, method="khac")[0][0]]
        page = self.decide(mixed)
        self.assertEqual(page.status, 422)
        self.assertIn("cùng loại", page.text())
        self.assertTrue(all(self.status(one) == "proposed" for one in mixed))
        forms = re.findall(rf'<form[^>]*action="{ACTION}".*?</form>', page.page, re.S)
        self.assertFalse([form for form in forms if all(one in form for one in mixed)], "each kind has its own form")
        for one in mixed:
            self.decide([one], "reject")

    def test_nobody_decides_on_the_own_among_several(self):
        own, number = self.opened(1, by=self.decider)[0]
        self.assertNotIn(own, self.desk.go(ACTION).page)
        page = self.decide([own])
        self.assertEqual(page.status, 409)
        self.assertIn("hai cán bộ khác nhau", page.text())
        self.assertEqual(self.client.verdict(number), "no_record")

    def test_without_a_tick_or_a_reason_nothing_is_decided_and_what_was_ticked_stays(self):
        (identifier, _) = self.opened(1)[0]
        self.assertEqual(self.decide([]).status, 422)
        page = self.decide([identifier], reason=" ")
        self.assertEqual(page.status, 422)
        self.assertRegex(page.page, rf'value="{identifier}" checked')
        self.assertRegex(page.page, r'<a href="#reason-\d+">')
        self.assertEqual(self.status(identifier), "proposed")
        self.decide([identifier], "reject")

    def test_only_supervisors_decide_several(self):
        self.assertEqual(self.proposer.go(ACTION).status, 403)

    # What waits for whom

    def test_the_first_page_tells_what_waits_for_the_reader_and_nothing_that_there_is_none_of(self):
        (identifier, _) = self.opened(1)[0]
        self.assertRegex(self.desk.go("/desk").text(), r"\d+ đề nghị chờ anh/chị xác nhận")
        self.assertNotIn("không được chấp nhận trong 14 ngày", self.desk.text())
        self.decide([identifier], "reject")
        self.assertRegex(self.proposer.go("/desk").text(), r"\d+ đề nghị của anh/chị không được chấp nhận trong 14 ngày qua")
        self.assertIn(identifier, self.proposer.go("/desk/listings?status=rejected&by=me").page)
        self.assertNotIn(identifier, self.desk.go("/desk/listings?status=rejected&by=me").page)

    def test_old_links_of_the_queue_show_the_queue(self):
        (identifier, _) = self.proposed()
        page = self.desk.go("/desk?order=newest&method=&kind=&only=")
        self.assertIn(identifier, page.page)
        self.assertIn("Chờ người thứ hai xác nhận", page.text())

    def test_the_menu_counts_what_waits_without_looking_at_it(self):
        count = lambda: int(re.search(r"Việc chờ (\d+)", self.desk.go("/desk").text())[1])
        before = count()
        (identifier, _) = self.opened(1)[0]
        self.assertEqual(count(), before + 1)
        self.decide([identifier], "reject")
        self.assertEqual(count(), before)

    # A list that was sent

    def test_a_list_that_was_sent_tells_what_became_of_each_row(self):
        numbers = [f"0{next(self.numbers)}" for _ in range(2)]
        rows = "".join(f"{nth},{number},Giả danh công an\n" for nth, number in enumerate(numbers, 1))
        raw = f"STT,Số điện thoại,Hình thức\n{rows}3,09508xxx01,Khác\n".encode()
        sent = self.client.send("POST", "/v1/imports", raw=raw, headers={**self.officer, "Content-Type": "text/csv"})
        self.assertEqual(sent.status, 201, sent.body)
        place = f"/desk/imports/{sent.json['id']}"
        (first, *_) = [row["listings"][0] for row in sent.json["rows"] if row.get("listings")]
        self.desk.go(f"/desk/queue?open={first}")
        self.assertIn(f"Ô trong tệp {numbers[0]}", self.desk.text())
        self.decide([first])
        self.assertNotIn(numbers[1][-3:], self.rows_of(place, "confirmed"))
        self.assertIn(numbers[0][-3:], self.rows_of(place, "confirmed"))
        self.assertIn(numbers[1][-3:], self.rows_of(place, "waiting"))
        self.assertIn("Số bị che", self.rows_of(place, "refused"))
        table = list(csv.reader(io.StringIO(self.desk.go(f"{place}/result").page.lstrip("\ufeff"))))
        self.assertEqual(table[0], ["Dòng", "Khi đọc", "Ô trong tệp", "Đọc được", "Thủ đoạn", "Vì sao", "Đến nay"])
        by_line = {row[0]: row for row in table[1:]}
        self.assertEqual([by_line[line][6] for line in ("2", "3", "4")], ["đang cảnh báo", "chờ xác nhận", ""])
        self.assertIn("Số bị che", by_line["4"][5])

    def rows_of(self, place, only):
        text = self.desk.go(f"{place}?only={only}").text()
        return text[text.index("Từng dòng"):]


if __name__ == "__main__":
    unittest.main()
