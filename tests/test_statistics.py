"""What the public is told in numbers, as the real binary counts it under another clock (libfaketime)."""

import csv
import datetime
import glob
import io
import json
import pathlib
import re
import shutil
import tempfile
import time
import unittest

from client import Client, Program, until

DAY = 86_400
# The service counts anew ten minutes after a change.
RECOUNT = 660
VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
TABLES = {
    "vi": ("/vi/thong-ke", ["theo-thang", "theo-loai", "theo-thu-doan", "theo-tinh", "theo-phuong-xa"]),
    "en": ("/en/statistics", ["by-month", "by-kind", "by-method", "by-province", "by-ward"]),
}


def month_of(instant):
    moment = datetime.datetime.fromisoformat(instant.replace("Z", "+00:00"))
    return moment.astimezone(VIETNAM).strftime("%Y-%m")


class Statistics(unittest.TestCase):
    def setUp(self):
        library = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        if not library:
            self.skipTest("libfaketime is not installed")
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.addCleanup(shutil.rmtree, self.top)
        self.set(0)
        self.environment = {
            "LD_PRELOAD": library[0],
            "FAKETIME_TIMESTAMP_FILE": str(self.top / "clock"),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "CANHGIAC_SCHEDULE__EVERY_SECONDS": "1",
        }
        self.program = self.start("demo", "--json")
        demo = json.loads(self.program.first_line)
        self.users, self.client = demo["users"], Client(demo["url"])

    def tearDown(self):
        self.program.stop()

    def start(self, *command):
        folder = ("--data", str(self.top / "data"), "--listen", "127.0.0.1:0")
        return Program(*command, *folder, environment=self.environment)

    def set(self, ahead):
        self.ahead = ahead
        (self.top / "clock").write_text(f"{ahead:+d}\n")

    def again(self, ahead):
        """A stop, and a start under another clock, which the ledger tells before the next stop."""
        self.assertEqual(self.program.stop(), 0)
        self.set(ahead)
        self.program = self.start("serve", "--admin-listen", "127.0.0.1:0")
        self.client = Client(self.program.first_line.split()[-1])

        def told():
            leaf = self.client.send("GET", f"/v1/ledger/proof?index={self.ledger_size() - 1}").json["leaf"]
            return abs(leaf["t"] - time.time() - ahead) < 600

        until(told, "the ledger does not tell the time")

    def sign_in(self, *users):
        return [self.client.sign_in(self.users[user], ahead=self.ahead) for user in users]

    def ledger_size(self):
        return int(self.client.send("GET", "/v1/ledger/checkpoint").body.splitlines()[1])

    def counted(self):
        """What is told once everything that happened is in it."""
        self.set(self.ahead + RECOUNT)

        def fresh():
            answer = self.client.send("GET", "/v1/stats")
            return answer.status == 200 and answer.json["as_of"]["ledger_size"] == self.ledger_size() and answer.json

        return until(fresh, "counts of all that happened")

    def propose(self, numbers, officer):
        made = []
        for number in numbers:
            body = {"identifier": {"q": number}, "method": "khac"}
            made.append(self.client.send("POST", "/v1/listings", body, officer).json["id"])
        return made

    def decide(self, word, listings, who, version=1):
        for listing in listings:
            headers = {**who, "If-Match": f'"{version}"'}
            answer = self.client.send("POST", f"/v1/listings/{listing}/{word}", {"reason": "đã xem"}, headers)
            self.assertEqual(answer.status, 200, answer.body)

    def table(self, lang, nth):
        page, names = TABLES[lang]
        answer = self.client.send("GET", f"{page}/{names[nth]}.csv")
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.headers["content-type"], "text/csv; charset=utf-8")
        self.assertIn(f'filename="{names[nth]}.csv"', answer.headers["content-disposition"])
        self.assertTrue(answer.body.startswith("\ufeff"))
        head, *rows = csv.reader(io.StringIO(answer.body[1:]))
        return head, [[row[0], *map(int, row[1:])] for row in rows]

    def test_months_tell_what_was_confirmed_and_what_ended_in_them(self):
        first = self.counted()
        begun = month_of(first["as_of"]["at"])
        self.assertEqual((first["ever"], first["expired"], first["delisted"]), (first["total"], 0, 0))
        short = sum(row["count"] for row in first["by_kind"] if row["kind"] in ("phone", "short_code", "sender"))
        auditor = self.sign_in(5)[0]
        items = self.client.send("GET", "/v1/listings?key=0950001001", headers=auditor).json["items"]
        ends = month_of(items[0]["valid_until"])

        for days in (29, 58):
            self.again(days * DAY)
        officer, supervisor = self.sign_in(0, 1)
        made = self.propose([f"095076000{n}" for n in range(6)], officer)
        self.decide("confirm", made, supervisor)
        self.decide("delist", made[:2], supervisor, version=2)
        later = self.counted()
        now = month_of(later["as_of"]["at"])
        self.assertNotEqual(begun, now)
        self.assertEqual((later["ever"], later["total"], later["delisted"]), (first["ever"] + 6, first["total"] + 4, 2))
        # One of the sample was proposed by itself, from a report.
        self.assertEqual(later["confirmation"]["single"], {"listings": 7, "median_seconds": 60})
        self.assertEqual(later["confirmation"]["lists"]["listings"], first["ever"] - 1)

        for days in (80, 95):
            self.again(days * DAY)
        last = until(lambda: (counts := self.counted())["expired"] == short and counts, "the sample phones expire")
        months = {row.pop("month"): row for row in last["by_month"]}
        self.assertEqual(len(months), 12)
        for month, row in months.items():
            ever = (first["ever"] if month == begun else 0) + (6 if month == now else 0)
            expected = {"ever": ever, "expired": short if month == ends else 0, "delisted": 2 if month == now else 0}
            self.assertEqual({name: row[name] for name in expected}, expected, month)
        self.assertEqual(last["total"], first["total"] - short + 4)
        head, rows = self.table("en", 0)
        self.assertEqual(head, ["Month", "New", "Ran out", "Taken off"])
        self.assertEqual(rows, [[month, row["ever"], row["expired"], row["delisted"]] for month, row in months.items()])

    def test_what_was_only_proposed_or_rejected_is_in_no_number(self):
        before = self.counted()
        officer, supervisor = self.sign_in(0, 1)
        self.propose(["0950760001"], officer)
        self.decide("reject", self.propose(["0950760002"], officer), supervisor)
        # Something public, so that there is something to count anew.
        self.decide("confirm", self.propose(["0950760003"], officer), supervisor)
        after = self.counted()
        self.assertEqual((after["ever"], after["total"]), (before["ever"] + 1, before["total"] + 1))
        self.assertEqual((after["expired"], after["delisted"]), (0, 0))

    def test_a_ward_of_fewer_than_five_is_neither_named_nor_computable(self):
        officer, supervisor = self.sign_in(2, 3)
        numbers = [f"095076000{n}" for n in range(5)]
        self.decide("confirm", self.propose(numbers[:4], officer), supervisor)
        counts = self.counted()
        # What is left of the province would be the ward's own number.
        self.assertEqual((counts["by_ward"], counts["by_ward_elsewhere"]), ([], counts["total"]))
        self.assertEqual(sum(row["count"] for row in counts["by_province"]), counts["total"])
        self.assertEqual(self.table("vi", 4)[1], [])
        page = self.client.send("GET", "/vi/thong-ke").body
        self.assertIn("Chưa nêu tên nơi nào", page)
        self.assertNotIn("Quang Trung", page)
        officer, supervisor = self.sign_in(2, 3)
        self.decide("confirm", self.propose(numbers[4:], officer), supervisor)
        counts = self.counted()
        wards = [(row["unit"]["code"], row["count"]) for row in counts["by_ward"]]
        self.assertEqual(wards, [("14812", counts["total"] - 5), ("14818", 5)])
        self.assertEqual(counts["by_ward_elsewhere"], 0)
        _, rows = self.table("vi", 4)
        self.assertEqual(rows, [["Phường Bỉm Sơn, Thanh Hóa", counts["total"] - 5], ["Phường Quang Trung, Thanh Hóa", 5]])

    def test_the_page_shows_its_tables_and_draws_nothing_for_nothing(self):
        counts = self.counted()
        for lang, (path, names) in TABLES.items():
            answer = self.client.send("GET", path)
            self.assertLess(len(answer.body.encode()), 20 * 1024)
            for nth, name in enumerate(names):
                self.assertIn(f'href="{path}/{name}.csv"', answer.body)
                head, rows = self.table(lang, nth)
                self.assertEqual({len(row) for row in rows}, {len(head)}, name)
            # Each row has a bar, but for those whose first number is none.
            rows = re.findall(r'<tr><th scope="row">.*?</tr>', answer.body)
            for row in rows:
                number = re.search(r"<td>(.*?)</td>", row)[1]
                self.assertEqual("<svg" in row, number != "0", row)
            self.assertEqual(answer.body.count("<caption>"), 5)
            other = self.table(lang, 1)[1]
            self.assertEqual([row[1:] for row in other], [[row["ever"], row["count"]] for row in counts["by_kind"]])
        self.assertEqual(self.client.send("GET", "/vi/thong-ke/theo-nguoi.csv").status, 404)
        # Either language's addresses answer in both.
        self.assertEqual(self.client.send("GET", "/vi/statistics/by-kind.csv").status, 200)


if __name__ == "__main__":
    unittest.main()
