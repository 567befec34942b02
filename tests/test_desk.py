"""The desk's forms, filled in as a browser without JavaScript does it."""

import html
import json
import re
import unittest
import urllib.error
import urllib.parse
import urllib.request

from client import Program, totp

PASSWORD = "mua dong tren doi che xanh 71"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    """Keeps cookies, follows redirects, sends back the hidden fields of the form it was shown."""

    def __init__(self, url):
        self.url, self.cookies, self.page, self.status = url, {}, "", 0

    def go(self, path, fields=None):
        data = None if fields is None else urllib.parse.urlencode(fields, doseq=True).encode()
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        request = urllib.request.Request(self.url + path, data=data, headers=headers)
        try:
            answer = urllib.request.build_opener(NoRedirect).open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, value = cookie.split(";")[0].split("=", 1)
                self.cookies[name] = value
            self.status, self.page = answer.status, answer.read().decode()
            if answer.status == 303:
                return self.go(answer.headers["Location"])
        return self

    def send(self, action, **fields):
        """Sends the form with this action that stands on the page."""
        form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', self.page, re.S)
        assert form, f"no form for {action}: {self.text()[:500]}"
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
        # What wants a reason gets one unless the test gives its own.
        why = {"reason": "theo công văn"} if 'name="reason"' in form[0] else {}
        return self.go(action, {**{name: html.unescape(value) for name, value in hidden}, **why, **fields})

    def text(self):
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", self.page)))

    def sign_in(self, user, offset=0, ahead=0):
        otp = totp(user["totp_secret"], offset, ahead)
        fields = {"username": user["username"], "password": user["password"], "otp": otp}
        return self.go("/desk/sign-in").send("/desk/sign-in", **fields)

    def raw(self):
        return re.search(r'cg-key--raw">([^<]+)<', self.page)[1]


class Desk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        cls.demo = json.loads(cls.program.first_line)
        cls.admin = Browser(cls.demo["url"]).sign_in(cls.demo["users"][6])
        cls.second = Browser(cls.demo["url"]).sign_in(cls.demo["users"][7])
        cls.auditor = Browser(cls.demo["url"]).sign_in(cls.demo["users"][5])
        cls.officer = Browser(cls.demo["url"]).sign_in(cls.demo["users"][0])

    @classmethod
    def tearDownClass(cls):
        assert cls.program.stop() == 0

    def said(self, browser, words, status=200):
        self.assertEqual(browser.status, status, browser.text()[:800])
        self.assertIn(words, browser.text())

    def invite(self, name):
        page = self.admin.go("/desk/users").send(
            "/desk/users", username=name, role="officer", unit="phường Bỉm Sơn", unit_code="14812"
        )
        self.said(page, "Mã mời của")
        path = re.search(r"/desk/users/[0-9a-f-]{36}", page.page)[0]
        return page.raw(), path

    def enrol(self, name, code):
        new = Browser(self.demo["url"]).go("/desk/enrol")
        page = new.send("/desk/enrol", username=name, code=code, password="123456789012", again="123456789012")
        self.said(page, "dễ đoán", 422)
        page = new.send("/desk/enrol", username=name, code=code, password=PASSWORD, again=PASSWORD)
        self.said(page, "Bước 2")
        secret = page.raw()
        page = new.send("/desk/enrol/confirm", otp="000000")
        self.said(page, "Mã 6 số sai", 422)
        self.assertEqual(page.raw(), secret)
        page = new.send("/desk/enrol/confirm", otp=totp(secret, -1))
        self.said(page, "Tài khoản đã kích hoạt")
        return {"username": name, "password": PASSWORD, "totp_secret": secret}

    def test_a_new_colleague_enrols_works_and_is_suspended(self):
        code, path = self.invite("dong.nghiep")
        user = self.enrol("dong.nghiep", code)
        new = Browser(self.demo["url"]).sign_in(user)
        self.said(new, "Việc của tôi")
        self.assertEqual(new.go("/desk/users").status, 403)
        again = self.admin.go("/desk/users").send(
            "/desk/users", username="dong.nghiep", role="officer", unit="14812"
        )
        self.assertEqual(again.status, 409)
        page = self.admin.go(path).send(path, role="officer", unit="14812", suspended="1")
        self.said(page, "Đã lưu")
        self.said(new.go("/desk"), "Đăng nhập")
        self.assertNotIn(path + "/invite", self.admin.go(path).page)
        self.said(self.admin.send(path, role="officer", unit="14812"), "Đã lưu")
        self.said(self.admin.go(path).send(path + "/invite"), "Mã mời của")

    def test_who_changed_an_account_meanwhile_is_not_overwritten(self):
        _, path = self.invite("hai.nguoi.sua")
        other = Browser(self.demo["url"])
        other.cookies = dict(self.admin.cookies)
        self.admin.go(path)
        self.said(other.go(path).send(path, role="supervisor", unit="14812"), "Đã lưu")
        stale = self.admin.send(path, role="auditor", unit="14812")
        self.assertEqual(stale.status, 412)
        self.said(self.admin.go(path), "Vai trò chỉ huy")

    def test_a_partner_is_added_and_gets_a_new_secret(self):
        page = self.admin.go("/desk/partners").send(
            "/desk/partners", name="Ví thử", kind="wallet", scope=["feed:read"], feed_kind=["phone", "wallet"]
        )
        self.assertEqual(page.status, 200, page.text()[:500])
        path = re.search(r"/desk/partners/[0-9a-f-]{36}", page.page)[0]
        first = page.page
        self.said(self.admin.go(path), "Ví thử")
        second = self.admin.send(path + "/secret")
        self.assertEqual(second.status, 200)
        self.assertNotEqual(first, second.page)
        self.said(self.admin.go("/desk/partners"), "Ví thử")

    def test_an_official_number_is_protected_and_let_go(self):
        names = {"name_vi": "Tổng đài Mẫu", "name_en": "Sample hotline"}
        page = self.admin.go("/desk/officials").send("/desk/officials", identifier="0950 700 700", reason="", **names)
        self.said(page, "Lý do", 422)
        why = {"reason": "Theo công văn 12"}
        page = self.admin.send("/desk/officials", identifier="0950 700 700", **names, **why)
        self.said(page, "chỉ được làm khi một người thứ hai đồng ý")
        self.assertNotIn("/agree", page.page)
        citizen = Browser(self.demo["url"])
        self.said(citizen.go("/vi", {"q": "0950700700"}), "Số này vẫn có thể là lừa đảo")
        self.answered(self.second, "agree", "Bảo vệ một số chính thức", "Theo công văn 12")
        self.said(citizen.go("/vi", {"q": "0950700700"}), "Số chính thức của Tổng đài Mẫu")
        form = re.search(r'name="csrf" value="([^"]+)"', self.officer.go("/desk/propose").page)[1]
        refused = self.officer.go("/desk/propose", {"csrf": form, "number": "0950700700", "method": "khac"})
        self.assertEqual(refused.status, 422)
        self.said(self.admin.go("/desk/officials").send("/desk/officials/remove", **why), "một người thứ hai")
        self.said(citizen.go("/vi", {"q": "0950700700"}), "Số chính thức của Tổng đài Mẫu")
        self.answered(self.second, "agree", "Bỏ bảo vệ một số", "Theo công văn 12")
        self.said(citizen.go("/vi", {"q": "0950700700"}), "Số này vẫn có thể là lừa đảo")

    def answered(self, browser, word, *shown):
        """The newest act that waits is answered."""
        path = re.search(r"/desk/approvals/[0-9a-f-]{36}", browser.go("/desk/approvals").page)[0]
        page = browser.go(path)
        for words in shown:
            self.said(page, words)
        csrf = re.search(r'name="csrf" value="([^"]+)"', page.page)[1]
        page = browser.go(f"{path}/{word}", {"csrf": csrf, "reason": "Đã gặp và xem giấy tờ"})
        self.said(page, "Đã ghi nhận")
        return page

    def test_a_new_supervisor_decides_nothing_before_a_second_person_agrees(self):
        page = self.admin.go("/desk/users").send(
            "/desk/users", username="chi.huy.moi", role="supervisor", unit="14812"
        )
        code, path = page.raw(), re.search(r"/desk/users/[0-9a-f-]{36}", page.page)[0]
        new = Browser(self.demo["url"]).sign_in(self.enrol("chi.huy.moi", code))
        self.said(new, "chờ một người thứ hai đồng ý")
        form = re.search(r'name="csrf" value="([^"]+)"', self.officer.go("/desk/propose").page)[1]
        proposed = self.officer.go("/desk/propose", {"csrf": form, "number": "0950700800", "method": "khac"})
        listing = "/desk/listings/" + re.search(r"open=([0-9a-f-]{36})", proposed.go("/desk/queue").page)[1]
        decide = lambda: new.go(listing) and new.go(
            listing + "/confirm",
            {"csrf": re.search(r'name="csrf" value="([^"]+)"', new.page)[1], "version": "1", "reason": "đúng"},
        )
        self.said(decide(), "cần một người thứ hai đồng ý", 403)
        self.said(self.admin.go(path), "cần một người thứ hai đồng ý")
        own = re.search(r"/desk/approvals/[0-9a-f-]{36}", self.admin.page)[0]
        self.assertNotIn("/agree", self.admin.go(own).page)
        self.answered(self.second, "agree", "chi.huy.moi: chỉ huy", "Phường Bỉm Sơn", "tài khoản mới")
        self.assertNotIn("chờ một người thứ hai đồng ý", new.go("/desk").text())
        self.said(decide(), "Đã ghi nhận")

    def test_keys_are_rotated_and_the_audit_trail_tells_of_it_in_words(self):
        self.said(self.admin.go("/desk/keys").send("/desk/keys", reason=""), "Lý do", 422)
        self.said(self.admin.go("/desk/keys").send("/desk/keys", reason="định kỳ"), "đang ký")
        page = self.auditor.go("/desk/audit")
        self.said(page, "quantri")
        self.said(page, "Lý do: định kỳ")
        self.assertNotIn("0950700", page.text())
        self.assertEqual(self.auditor.go("/desk/keys").status, 403)
        self.assertEqual(self.officer.go("/desk/audit").status, 403)

    def test_the_page_of_the_clock_is_for_administrators_and_says_when_there_is_nothing_to_do(self):
        self.said(self.admin.go("/desk/clock"), "Không có gì phải xác nhận")
        self.assertEqual(self.auditor.go("/desk/clock").status, 403)

    def test_an_auditor_reads_and_changes_nothing(self):
        page = self.auditor.go("/desk/users")
        self.assertNotIn('action="/desk/users"', page.page)
        csrf = re.search(r'name="csrf" value="([^"]+)"', self.auditor.go("/desk/sessions").page)[1]
        for path, fields in [
            ("/desk/users", {"username": "lot.vao", "role": "admin", "unit": "VN"}),
            ("/desk/partners", {"name": "x", "kind": "bank", "scope": "feed:read", "feed_kind": "account"}),
            ("/desk/officials", {"identifier": "0950700701", "name_vi": "a", "name_en": "a", "reason": "x"}),
            ("/desk/propose", {"number": "0950700702", "method": "khac"}),
            ("/desk/keys", {}),
        ]:
            self.assertEqual(self.auditor.go(path, {"csrf": csrf, **fields}).status, 403, path)

    def test_signing_out_everywhere_ends_every_session(self):
        user = self.demo["users"][2]
        first = Browser(self.demo["url"]).sign_in(user, -1)
        second = Browser(self.demo["url"]).sign_in(user)
        self.said(second, "Việc của tôi")
        forms = second.go("/desk/sessions").page
        csrf = re.search(r'name="csrf" value="([^"]+)"', forms)[1]
        second.go("/desk/sign-out", {"csrf": csrf, "everywhere": "1"})
        for browser in (first, second):
            self.assertIn("Mã 6 số", browser.go("/desk").text())

    def test_units_are_found(self):
        self.said(self.officer.go("/desk/units?q=" + urllib.parse.quote("thị xã Bỉm Sơn")), "14812")


if __name__ == "__main__":
    unittest.main()
