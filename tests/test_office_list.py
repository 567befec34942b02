"""An office's list, from its file to its confirmation: what was understood is shown, may be changed, and can be taken back."""

import csv
import io
import json
import pathlib
import re
import unittest
import urllib.parse
import zipfile

import spreadsheet
from client import Client, Program
from test_desk import Browser
from test_field import rows as field

CSV = {"Content-Type": "text/csv"}
DRY = "/v1/imports?dry_run=true"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


def zipped(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("_", "/"), content)
    return out.getvalue()


def is_right(answer, expected):
    form, _, key = expected.partition(":")
    named = lambda *outcomes: {one for row in answer["rows"] if row["outcome"] in outcomes for one in row["keys"]}
    match form:
        case "never":
            return key not in named("accepted")
        case "never2":
            return key not in named("accepted", "doubtful", "refused", "skipped", "already_listed")
        case "has":
            return key in named("accepted", "doubtful", "already_listed")
        case "rows":
            line, outcomes, key = key.split("/", 2)
            wanted = {*outcomes.split(","), "already_listed"}
            return any(
                row["line"] == int(line) and row["outcome"] in wanted and key in row["keys"] for row in answer["rows"]
            )


class Sender(Browser):
    """A browser that can send a file."""

    def upload(self, name, data):
        csrf = re.search(r'name="csrf" value="([^"]+)"', self.go("/desk/imports").page)[1]
        part = lambda field, more, value: (
            f'--cut\r\nContent-Disposition: form-data; name="{field}"{more}\r\n\r\n'.encode() + value + b"\r\n"
        )
        body = part("csrf", "", csrf.encode()) + part("file", f'; filename="{name}"', data) + b"--cut--\r\n"
        headers = {
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
            "Content-Type": "multipart/form-data; boundary=cut",
        }
        answer = Client(self.url).send("POST", "/desk/imports/preview", raw=body, headers=headers)
        self.status, self.page = answer.status, answer.body
        return self

    def hidden(self):
        return dict(re.findall(r'<input type="hidden" name="(csrf|held|name)" value="([^"]*)"', self.page))


class OfficeList(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        cls.addClassCleanup(cls.program.kill)
        cls.demo = json.loads(cls.program.first_line)
        cls.client = Client(cls.demo["url"])
        # A code is good once, and the one before the newest is still taken.
        cls.at_the_desk = [Sender(cls.demo["url"]).sign_in(user, -1) for user in cls.demo["users"][:2]]
        cls.officer = cls.client.sign_in(cls.demo["users"][0])
        cls.supervisor = cls.client.sign_in(cls.demo["users"][1])

    def dry(self, data, path=DRY, kind=CSV, lang="vi"):
        raw = data.encode() if isinstance(data, str) else data
        return self.client.send("POST", path, headers={**self.officer, **kind, "Accept-Language": lang}, raw=raw)

    def test_lists_of_the_field_are_read_over_http_as_they_are_meant(self):
        wrong = []
        for row in field("lists"):
            answer = self.dry(json.loads(row["input"]))
            if answer.status != 200 or not is_right(answer.json, row["expected"]):
                wrong.append(f"{row['input']} must be {row['expected']}, is {answer.body:.600}")
        self.assertEqual(wrong, [], "\n".join(wrong))

    def test_what_was_understood_of_columns_is_shown_and_can_be_said_better(self):
        table = "STT,SĐT,Số máy\n1,0950 310 001,0950310002\n"
        seen = self.dry(table).json
        told = [(one["column"], one["heading"], one["role"], one["asks"]) for one in seen["columns"]]
        self.assertEqual(told, [("A", "STT", "serial", False), ("B", "SĐT", "phone", True), ("C", "Số máy", "phone", True)])
        self.assertEqual(seen["columns"][1]["samples"], ["0950 310 001"])
        self.assertEqual(seen["rows"][0]["written"], "0950 310 001 | 0950310002")
        self.assertEqual(seen["summary"], {**seen["summary"], "accepted": 0, "doubtful": 1})
        said = self.dry(table, f"{DRY}&columns=B:phone,C:private").json
        self.assertEqual(said["rows"][0]["keys"], ["phone:+84950310001"])
        self.assertEqual(said["summary"]["accepted"], 1)
        self.assertEqual([one["role"] for one in said["columns"]], ["serial", "phone", "private"])
        for wrong in ("B", "B:telephone", "ZZ:phone", "1:phone"):
            answer = self.dry(table, f"{DRY}&columns={wrong}")
            self.assertEqual((answer.status, answer.code), (422, "validation"), answer.body)

    def test_a_file_of_another_kind_is_told_what_to_do_in_excel(self):
        wide = lambda name: COMPOUND + name.encode("utf-16-le")
        for data, words in [
            (wide("Workbook"), "Lưu thành"),
            (wide("EncryptedPackage"), "bỏ mật khẩu"),
            (b"<html><body><table><tr><td>x", "Lưu thành"),
            (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "Lưu thành"),
            (zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "Lưu thành"),
            (zipped(**{"xl_workbook.bin": "x"}), "Lưu thành"),
        ]:
            answer = self.dry(data, kind={"Content-Type": "application/vnd.ms-excel"})
            self.assertEqual((answer.status, answer.code), (422, "unreadable-list"), answer.body)
            self.assertIn(words, answer.body)
        self.assertEqual(self.dry(b"%PDF-1.7").status, 415)

    def test_lists_are_taken_by_the_names_that_programs_give_their_type(self):
        for kind, data in [
            ("text/plain", "SĐT,Ghi chú\n0950310003,x\n"),
            ("application/csv", "SĐT;Ghi chú\n0950310003;x\n"),
            ("text/tab-separated-values; charset=utf-8", "SĐT\tGhi chú\n0950310003\tx\n"),
        ]:
            answer = self.dry(data, kind={"Content-Type": kind})
            self.assertEqual(answer.json["summary"]["accepted"], 1, kind)

    def test_who_sent_a_list_or_a_proposal_takes_it_back_until_somebody_decided(self):
        send = lambda path, who, body=None: self.client.send("POST", path, body, headers=who)
        name = {"X-File-Name": urllib.parse.quote("danh sách tháng 3.csv")}
        made = self.client.send(
            "POST", "/v1/imports?document=12%2FCAP", raw="SĐT,Ghi chú\n0950310011,x\n0950310012,y\n".encode(),
            headers={**self.officer, **CSV, **name},
        ).json
        self.assertEqual((made["file"], made["document"], made["open"]), ("danh sách tháng 3.csv", "12/CAP", 2))
        path = f"/v1/imports/{made['id']}/withdraw"
        self.assertEqual(send(path, self.supervisor).code, "not-found")
        taken = send(path, self.officer)
        self.assertEqual((taken.status, taken.json["open"]), (200, 0), taken.body)
        self.assertEqual(send(path, self.officer).code, "not-open")
        proposal = {"identifier": {"q": "0950310011"}, "method": "khac", "evidence": "x"}
        again = send("/v1/listings", self.officer, proposal)
        self.assertEqual(again.status, 201, again.body)
        path = f"/v1/listings/{again.json['id']}"
        self.assertEqual(send(f"{path}/withdraw", self.supervisor).code, "not-found")
        self.assertEqual(send(f"{path}/withdraw", self.officer).json["status"], "rejected")
        self.assertEqual(send(f"{path}/withdraw", self.officer).code, "not-open")
        self.assertEqual(self.client.verdict("0950310011"), "no_record")

    def test_an_officer_looks_corrects_and_proposes_and_who_confirms_looks_at_a_sample(self):
        officer, supervisor = self.at_the_desk
        entries = "".join(f"{n},0950 32{n:04},,lừa đảo\n" for n in range(1, 31))
        table = f"STT,SĐT đối tượng,SĐT bị hại,Ghi chú\n{entries}31,095O32OO31,0950777888,x\n32,=1+1,,x\n"
        page = officer.upload("danh sách.csv", table.encode())
        self.assertEqual(page.status, 200, page.text()[:600])
        for words in ("Xem trước: danh sách.csv", "SĐT bị hại", "của người khác", "095O32OO31", "=1+1"):
            self.assertIn(words, page.text())
        fields = page.hidden()
        only = page.go("/desk/imports/preview", {**fields, "only": "doubtful", "fix-33": "0950 320 033"})
        self.assertIn('name="fix-32"', only.page)
        self.assertIn('<input type="hidden" name="fix-33" value="0950 320 033">', only.page)
        self.assertNotIn("0950 320 001", only.text())
        wrong = page.go("/desk/imports", {**fields, "fix-32": "abc xyz"})
        self.assertEqual(wrong.status, 422)
        self.assertIn("Dòng 32:", wrong.text())
        official = page.go("/desk/imports", {**fields, "fix-32": "113"})
        self.assertIn("được bảo vệ", official.text())
        answer = Client(self.demo["url"]).send(
            "POST", "/desk/imports/result", raw=urllib.parse.urlencode({**fields, "fix-32": "0950 320 031"}).encode(),
            headers={"Cookie": "; ".join(f"{k}={v}" for k, v in officer.cookies.items()),
                     "Content-Type": "application/x-www-form-urlencoded"},
        )
        result = list(csv.reader(io.StringIO(answer.body.lstrip("\ufeff"))))
        self.assertEqual(result[0], ["Dòng", "Kết quả", "Ô trong tệp", "Đọc được", "Vì sao"])
        self.assertEqual(result[31][:2], ["32", "nhận"])
        self.assertEqual(result[32][:3], ["33", "không nhận", "'=1+1"])
        shown = spreadsheet.cells(answer.body.encode())
        self.assertEqual((shown[0], shown[32][:3]), (result[0], [33, "không nhận", "'=1+1"]))
        sent = page.go("/desk/imports", {**fields, "fix-32": "0950 320 031", "document": "15/CAP"})
        self.assertEqual(sent.status, 200, sent.text()[:600])
        self.assertIn("danh sách.csv · kèm văn bản số 15/CAP", sent.text())
        self.assertIn("Rút lại danh sách này", sent.text())

        path = re.search(r'/desk/imports/[0-9a-f-]{36}', sent.page)[0]
        supervisor.go(path)
        sample = re.findall(r'name="seen" value="(\d+)"', supervisor.page)
        self.assertEqual(len(sample), 3, supervisor.text()[:900])
        self.assertNotIn("Rút lại danh sách này", supervisor.text())
        form = dict(re.findall(r'<input type="hidden" name="(csrf|version)" value="([^"]*)"', supervisor.page))
        form |= {"which": "accepted", "reason": "đã đối chiếu"}
        for seen in ([], sample[:2]):
            refused = supervisor.go(f"{path}/confirm", {**form, "seen": seen})
            self.assertEqual(refused.status, 422, refused.text()[:600])
            self.assertIn("đánh dấu từng dòng", refused.text())
        self.assertEqual(self.client.verdict("0950 320 001"), "no_record")
        confirmed = supervisor.go(f"{path}/confirm", {**form, "seen": sample})
        self.assertIn("Đã ghi nhận", confirmed.text())
        for number, verdict in [("0950 320 001", "listed"), ("0950 320 031", "listed"), ("0950 777 888", "no_record")]:
            self.assertEqual(self.client.verdict(number), verdict)


if __name__ == "__main__":
    unittest.main()
