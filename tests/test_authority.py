"""Who runs the registry, on every page and for whoever finds a fault; and a trial that says it is one."""

import json
import re
import tempfile
import unittest
import urllib.request

from client import Client, Program, free_port

NAME = "Công an phường Mẫu"
SETTINGS = {
    "CANHGIAC_AUTHORITY__NAME": NAME,
    "CANHGIAC_AUTHORITY__NAME_EN": "Mau Ward police",
    "CANHGIAC_AUTHORITY__ADDRESS": "Số 1 đường Mẫu",
    "CANHGIAC_AUTHORITY__PHONE": "0950 000 113",
    "CANHGIAC_AUTHORITY__EMAIL": "truc@canhgiac.example",
    "CANHGIAC_AUTHORITY__DECISION": "Quyết định số 12/QĐ-CAP",
}
PAGES = ["/vi", "/vi/da-chuyen-tien", "/vi/thu-doan", "/vi/gioi-thieu", "/vi/to-roi/14812", "/vi/quay", "/docs", "/khong-co"]
TRIAL = "Bản chạy thử"


class Authority(unittest.TestCase):
    def served(self, settings):
        program = Program("demo", "--listen", f"127.0.0.1:{free_port()}", "--json", environment=settings)
        self.addCleanup(program.stop)
        return Client(json.loads(program.first_line)["url"])

    def page(self, client, path):
        return client.send("GET", path, headers={"Accept": "text/html"}).body

    def test_every_page_names_the_authority_and_how_to_reach_it(self):
        client = self.served(SETTINGS)
        for path in PAGES:
            page = self.page(client, path)
            self.assertIn(NAME, page, path)
            self.assertIn("tel:0950000113", page, path)
            self.assertNotIn(TRIAL, page, path)
        self.assertIn("Mau Ward police", self.page(client, "/en"))
        self.assertIn("Quyết định số 12/QĐ-CAP", self.page(client, "/vi/gioi-thieu"))
        answer = client.send("GET", "/.well-known/security.txt")
        self.assertEqual(answer.status, 200)
        self.assertRegex(answer.body, r"^Contact: mailto:truc@canhgiac\.example\nExpires: \d{4}-\d\d-\d\dT[0-9:.]+Z\n")

    def test_partners_engineers_find_whom_to_ask(self):
        contact = self.served(SETTINGS).send("GET", "/openapi.json").json["info"]["contact"]
        self.assertEqual(contact, {"name": NAME, "email": "truc@canhgiac.example"})
        self.assertNotIn("contact", self.served({}).send("GET", "/openapi.json").json["info"])

    def test_the_emblem_stands_in_the_foot_and_on_posters(self):
        with tempfile.NamedTemporaryFile(suffix=".svg") as file:
            file.write(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>1</script></svg>')
            file.flush()
            client = self.served({**SETTINGS, "CANHGIAC_AUTHORITY__LOGO": file.name})
        self.assertIn('src="/authority-logo"', self.page(client, "/vi"))
        self.assertIn('<img src="/authority-logo"', self.page(client, "/vi/to-roi/14812").split("cg-poster__head")[1][:80])
        logo = client.send("GET", "/authority-logo")
        self.assertEqual((logo.status, logo.headers["content-type"]), (200, "image/svg+xml"))
        self.assertIn("default-src 'none'", logo.headers["content-security-policy"], "opened by itself it runs nothing")
        plain = self.served(SETTINGS)
        self.assertEqual(plain.send("GET", "/authority-logo").status, 404)
        self.assertNotIn("/authority-logo", self.page(plain, "/vi"))

    def test_an_emblem_that_is_none_is_refused_at_the_start(self):
        program = Program("demo", "--listen", f"127.0.0.1:{free_port()}", environment={"CANHGIAC_AUTHORITY__LOGO": __file__})
        self.assertEqual(program.process.wait(timeout=30), 2)
        program.close()

    def test_the_police_of_a_place_have_their_own_number_on_posters_and_warnings(self):
        program = Program("demo", "--listen", f"127.0.0.1:{free_port()}", "--json")
        self.addCleanup(program.stop)
        demo = json.loads(program.first_line)
        client = Client(demo["url"])
        asker, second = (client.sign_in(demo["users"][at]) for at in (6, 7))
        body = {"identifier": {"q": "0950 000 812"}, "name_vi": "Công an phường Bỉm Sơn, Thanh Hóa", "name_en": "Bim Son Ward police", "reason": "theo công văn"}
        asked = client.send("POST", "/v1/officials", body, asker).json
        self.assertNotIn("0950 000 812", self.page(client, "/vi/to-roi/14812"), "one person alone sets no number")
        client.send("POST", f"/v1/approvals/{asked['id']}/agree", {"reason": "đã gọi thử"}, second)
        self.assertIn("0950 000 812", self.page(client, "/vi/to-roi/14812"))
        self.assertNotIn("0950 000 812", self.page(client, "/vi/to-roi/38"), "another place has none")
        check = client.send("POST", "/vi", raw=b"q=0950001001", headers={"Content-Type": "application/x-www-form-urlencoded"}).body
        listing = re.search(r'href="(/vi/[a-z-]+/[0-9a-f-]{36})"', check)[1]
        self.assertIn('href="tel:+84950000812"', self.page(client, listing))

    def test_an_address_that_opens_on_this_machine_alone_is_warned_of(self):
        client = self.served({})
        self.assertEqual(client.send("GET", "/readyz").json["address"], "local")
        self.assertIn("Đừng in", self.page(client, "/vi/to-roi/14812"))
        client = self.served({"CANHGIAC_SERVER__PUBLIC_URL": "https://canhgiac.example"})
        self.assertEqual(client.send("GET", "/readyz").json["address"], "public")
        self.assertNotIn("Đừng in", self.page(client, "/vi/to-roi/14812"))

    def test_without_an_authority_it_says_that_it_is_a_trial(self):
        client = self.served({})
        for path in PAGES:
            self.assertIn(TRIAL, self.page(client, path), path)
        self.assertEqual(client.send("GET", "/.well-known/security.txt").status, 404)

    def test_a_name_that_is_no_line_is_refused_at_the_start(self):
        for name in ["a\nb", "x" * 201]:
            program = Program("demo", "--listen", f"127.0.0.1:{free_port()}", environment={"CANHGIAC_AUTHORITY__NAME": name})
            self.assertEqual(program.process.wait(timeout=30), 2)
            program.close()

    def test_search_engines_find_what_stands_for_itself_and_no_desk(self):
        client = self.served({})
        robots = client.send("GET", "/robots.txt").body
        self.assertIn("Disallow: /desk\n", robots)
        pages = re.findall(r"<loc>http://[^/]+(/[^<]*)</loc>", client.send("GET", "/sitemap.xml").body)
        self.assertEqual(len(set(pages)), 2 * (12 + 41))
        for path in pages:
            self.assertEqual(client.send("GET", path, headers={"Accept": "text/html"}).status, 200, path)
        page = self.page(client, "/vi/thu-doan/gia_danh_cong_an")
        picture = re.search(r'og:image" content="http://[^/]+(/[^"]+)"', page)[1]
        with urllib.request.urlopen(client.url + picture) as answer:
            self.assertEqual(answer.headers["Content-Type"], "image/png")


if __name__ == "__main__":
    unittest.main()
