"""What people change of their own account: password, telephone, sessions; and a partner's secrets that overlap."""

import json
import re
import unittest
import urllib.parse

from client import Client, Program, totp
from test_desk import PASSWORD, Browser

NEW_PASSWORD = "trang len dau nui bac 2718"


class OwnAccount(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        cls.demo = json.loads(cls.program.first_line)
        cls.client = Client(cls.demo["url"])
        cls.admin = Browser(cls.demo["url"]).sign_in(cls.demo["users"][6])

    @classmethod
    def tearDownClass(cls):
        assert cls.program.stop() == 0

    def browser(self, user=None):
        browser = Browser(self.demo["url"])
        return browser.sign_in(user) if user else browser

    def said(self, browser, words, status=200):
        self.assertEqual(browser.status, status, browser.text()[:800])
        self.assertIn(words, browser.text())

    def is_out(self, browser):
        return "Mật khẩu" in browser.go("/desk/listings").page

    def enrolled(self, name):
        """Somebody who enrols at the desk, and so is signed in."""
        self.admin.go("/desk/users").send("/desk/users", username=name, role="officer", unit="phường Bỉm Sơn", unit_code="14812")
        code = self.admin.raw()
        new = self.browser().go("/desk/enrol").send("/desk/enrol", username=name, code=code, password=PASSWORD, again=PASSWORD)
        user = {"username": name, "password": PASSWORD, "totp_secret": new.raw()}
        # The code of the step before is good still, and leaves this one for a sign-in.
        return user, new.send("/desk/enrol/confirm", otp=totp(user["totp_secret"], -1))

    def moved(self, browser, password=PASSWORD):
        """The secret of a new telephone, which has shown the code of the step before."""
        secret = browser.go("/desk/telephone").raw()
        self.said(browser.send("/desk/telephone", next=totp(secret, -1), present=password), "Đã chuyển sang điện thoại mới")
        return secret

    def signs(self, user, secret):
        return self.browser().sign_in({**user, "totp_secret": secret})

    def test_who_enrolled_is_signed_in(self):
        _, new = self.enrolled("nguoi.moi")
        self.said(new, "Anh/chị đã đăng nhập")
        self.assertFalse(self.is_out(new))

    def test_another_password_signs_the_other_machines_out_and_the_old_one_signs_nobody_in(self):
        user, here = self.enrolled("doi.mat.khau")
        there = self.browser(user)
        self.assertFalse(self.is_out(there))
        change = lambda **fields: here.go("/desk/password").send("/desk/password", **fields)
        new = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
        self.said(change(present="sai mat khau", **new), "Mật khẩu đang dùng không đúng", 422)
        self.assertIn('href="#present"', here.page)
        self.said(change(present=PASSWORD, password=NEW_PASSWORD, again="khac"), "khác nhau", 422)
        self.said(change(present=PASSWORD, password="123456789012", again="123456789012"), "dễ đoán", 422)
        self.said(change(present=PASSWORD, password=PASSWORD, again=PASSWORD), "giống mật khẩu đang dùng", 422)
        self.assertFalse(self.is_out(there), "nothing was changed yet")
        self.said(change(present=PASSWORD, **new), "Đã đổi mật khẩu")
        self.assertTrue(self.is_out(there))
        self.assertFalse(self.is_out(here))
        # Another telephone, whose code of this time step nobody has used.
        secret = self.moved(here, NEW_PASSWORD)
        self.said(self.signs(user, secret), "không đúng", 401)
        self.assertFalse(self.is_out(self.signs({**user, "password": NEW_PASSWORD}, secret)))

    def test_a_new_telephone_takes_over_once_its_code_was_shown(self):
        user, here = self.enrolled("dien.thoai")
        there = self.browser(user)
        here.go("/desk/telephone")
        secret = here.raw()
        self.assertNotEqual(secret, user["totp_secret"])
        self.assertEqual(here.go("/desk/telephone").raw(), secret, "the page may be loaded again")
        # A code of the old telephone is none of the new one.
        self.said(here.send("/desk/telephone", next=totp(secret, -1), present="khong dung"), "Mật khẩu đang dùng không đúng", 422)
        here.go("/desk/telephone")
        self.said(here.send("/desk/telephone", next=totp(user["totp_secret"]), present=PASSWORD), "Mã 6 số sai", 422)
        self.assertFalse(self.is_out(there))
        self.assertEqual(self.moved(here), secret)
        self.assertTrue(self.is_out(there))
        self.said(self.signs(user, user["totp_secret"]), "không đúng", 401)
        self.assertFalse(self.is_out(self.signs(user, secret)))
        trail = self.browser(self.demo["users"][5]).go("/desk/audit").text()
        self.assertIn("dien.thoai đã chuyển mã xác thực sang điện thoại khác.", trail)

    def test_another_machine_is_signed_out_from_here_and_nobody_elses_is(self):
        user, here = self.enrolled("hai.may")
        there = self.browser(user)
        form = re.search(r'action="(/desk/sessions/([0-9a-f-]{36})/end)"', here.go("/desk/sessions").page)
        stranger = self.demo["users"][0]
        tokens = self.client.session(stranger)
        bearer = {"Authorization": "Bearer " + tokens["access_token"]}
        self.assertEqual(self.client.send("DELETE", f"/v1/sessions/{form[2]}", headers=bearer).status, 404)
        self.assertFalse(self.is_out(there))
        self.said(here.send(form[1]), "Đã đăng xuất máy đó")
        self.assertTrue(self.is_out(there))
        self.assertFalse(self.is_out(here))


    def granted(self, partner, secret):
        form = {"grant_type": "client_credentials", "client_id": partner, "client_secret": secret}
        raw = urllib.parse.urlencode(form).encode()
        return self.client.send("POST", "/v1/oauth/token", raw=raw, headers={"Content-Type": "application/x-www-form-urlencoded"}).status

    def renewed(self, path, hours):
        self.admin.go(path).send(path + "/secret", old_secret_hours=hours)
        self.said(self.admin, "Mã bí mật chỉ hiện một lần")
        return re.search(r"cgs_[\w-]+", self.admin.page)[0]

    def test_the_old_secret_is_good_beside_the_new_one_as_long_as_was_chosen(self):
        partner = self.demo["partners"][0]
        path, first = "/desk/partners/" + partner["client_id"], partner["client_secret"]
        second = self.renewed(path, "24")
        good = lambda *secrets: [self.granted(partner["client_id"], secret) for secret in secrets]
        self.assertEqual(good(first, second), [200, 200])
        self.assertIn("Mã bí mật cũ còn dùng được đến", self.admin.go(path).text())
        third = self.renewed(path, "168")
        self.assertEqual(good(first, second, third), [401, 200, 200], "no more than one old one")
        fourth = self.renewed(path, "0")
        self.assertEqual(good(second, third, fourth), [401, 401, 200])
        self.assertNotIn("Mã bí mật cũ còn dùng được đến", self.admin.go(path).text())
        refused = self.admin.go(path).send(path + "/secret", old_secret_hours="721")
        self.said(refused, "720 giờ", 422)
        self.assertEqual(good(fourth), [200])
        longest = self.renewed(path, "720")
        self.assertEqual(good(fourth, longest), [200, 200])
