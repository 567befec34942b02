"""Who runs the registry, on every page and for whoever finds a fault; and a trial that says it is one."""

import json
import re
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
        self.assertEqual(len(set(pages)), 2 * (10 + 41))
        for path in pages:
            self.assertEqual(client.send("GET", path, headers={"Accept": "text/html"}).status, 200, path)
        page = self.page(client, "/vi/thu-doan/gia_danh_cong_an")
        picture = re.search(r'og:image" content="http://[^/]+(/[^"]+)"', page)[1]
        with urllib.request.urlopen(client.url + picture) as answer:
            self.assertEqual(answer.headers["Content-Type"], "image/png")


if __name__ == "__main__":
    unittest.main()
