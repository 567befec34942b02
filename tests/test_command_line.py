"""The command line as people meet it: in the language of the locale, one line for what is wrong, and three exit codes."""

import pathlib
import shutil
import socket
import tempfile
import unittest

from client import run

DONE, NO, COULD_NOT = 0, 1, 2
VIETNAMESE, ENGLISH = {"LC_ALL": "vi_VN.UTF-8"}, {"LC_ALL": "C"}


class CommandLine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.data = str(cls.folder / "data")
        made = run("init", "--data", cls.data)
        assert made.returncode == DONE, made.stderr

    def said(self, *arguments, code, environment):
        """What goes to stderr: one line."""
        done = run(*arguments, environment=environment)
        self.assertEqual(done.returncode, code, done.stderr)
        [line] = done.stderr.splitlines()
        return line.removeprefix("canhgiac: ")

    def both(self, *arguments, code=COULD_NOT):
        return tuple(self.said(*arguments, code=code, environment=locale) for locale in (VIETNAMESE, ENGLISH))

    def test_the_locale_chooses_the_language_of_the_help(self):
        for arguments in (["--help"], ["help"], ["user", "add", "--help"], ["help", "user", "add"], ["serve", "-h"]):
            vietnamese, english = run(*arguments, environment=VIETNAMESE), run(*arguments, environment=ENGLISH)
            self.assertEqual((vietnamese.returncode, english.returncode), (DONE, DONE))
            self.assertIn("Cách dùng: canhgiac", vietnamese.stdout)
            self.assertIn("\nVí dụ:\n  # ", vietnamese.stdout)
            self.assertNotIn("Usage", vietnamese.stdout)
            self.assertIn("Usage: ", english.stdout)
            self.assertIn("\nExamples:\n  # ", english.stdout)

    def test_variables_count_in_their_order_and_other_languages_read_english(self):
        for environment, word in [
            ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "vi_VN.UTF-8"}, "Cách dùng"),
            ({"LC_ALL": "", "LC_MESSAGES": "en_US.UTF-8", "LANG": "vi_VN.UTF-8"}, "Usage"),
            ({"LC_ALL": "", "LC_MESSAGES": "vi_VN", "LANG": "C"}, "Cách dùng"),
            ({"LC_ALL": "C", "LC_MESSAGES": "vi_VN", "LANG": "vi_VN"}, "Usage"),
            ({"LC_ALL": "de_DE.UTF-8"}, "Usage"),
            ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": ""}, "Usage"),
        ]:
            with self.subTest(environment):
                self.assertIn(word, run("--help", environment=environment).stdout)

    def test_a_wrong_flag_is_told_with_what_was_meant(self):
        self.assertEqual(
            self.both("serve", "--liten", "127.0.0.1:0"),
            (
                "không có tùy chọn --liten; có phải là --listen không? (xem: canhgiac serve --help)",
                "there is no option --liten; did you mean --listen? (see: canhgiac serve --help)",
            ),
        )

    def test_a_file_that_is_not_there_is_named_and_its_cause_said_once(self):
        vietnamese, english = self.both("config", "--config", "/nowhere/x.toml")
        self.assertEqual(vietnamese, "không đọc được tệp cấu hình /nowhere/x.toml: không có tệp hoặc thư mục này")
        self.assertEqual(
            english, "cannot read the configuration file /nowhere/x.toml: No such file or directory (os error 2)"
        )

    def test_a_file_that_is_no_toml_is_told_in_one_line_without_what_it_holds(self):
        path = self.folder / "broken.toml"
        path.write_text('[server]\nlisten = = "secret"\n')
        for line in self.both("config", "--config", str(path)):
            self.assertEqual(line.count("line 2, column 10"), 1, line)
            self.assertNotIn("secret", line)

    def test_a_folder_that_is_not_there_is_told_with_the_command_that_makes_one(self):
        for command in (["serve"], ["verify"], ["user", "list"], ["check", "0950 001 001"]):
            vietnamese, english = self.both(*command, "--data", "/nowhere")
            self.assertEqual(
                vietnamese, "/nowhere không phải thư mục dữ liệu: hãy lập bằng `canhgiac init --data /nowhere`"
            )
            self.assertEqual(
                english, "/nowhere is not a data folder: make one with `canhgiac init --data /nowhere`"
            )

    def test_a_port_that_is_taken_is_told_with_the_flag_that_chooses_another(self):
        with socket.create_server(("127.0.0.1", 0)) as held:
            taken = f"127.0.0.1:{held.getsockname()[1]}"
            for listen, admin, flag in [(taken, "127.0.0.1:0", "--listen"), ("127.0.0.1:0", taken, "--admin-listen")]:
                where = ("--listen", listen, "--admin-listen", admin)
                vietnamese, english = self.both("serve", "--data", self.data, *where)
                self.assertIn(taken, vietnamese)
                self.assertTrue(vietnamese.rstrip().endswith(f"hãy chọn địa chỉ khác bằng {flag}"), vietnamese)
                self.assertTrue(english.rstrip().endswith(f"; choose another with {flag}"), english)

    def test_exit_codes_are_the_same_in_every_language(self):
        for environment in (VIETNAMESE, ENGLISH):
            for code, arguments in [
                (DONE, ["verify"]),
                (DONE, ["check", "0950 999 999"]),
                (DONE, ["key", "show"]),
                (DONE, ["clock", "show"]),
                (NO, ["unit", "find", "khong co noi nay"]),
                (COULD_NOT, ["check", "không phải số"]),
                (COULD_NOT, ["user", "invite", "nobody.here"]),
                (COULD_NOT, ["user", "add", "an.le", "--role", "king", "--unit", "38"]),
                (COULD_NOT, ["key"]),
            ]:
                with self.subTest(arguments, environment=environment):
                    done = run(*arguments, "--data", self.data, environment=environment)
                    self.assertEqual(done.returncode, code, done.stdout + done.stderr)

    def test_programs_read_the_same_in_every_locale(self):
        for arguments in (["verify"], ["key", "show"], ["check", "0950 999 999"]):
            answers = {
                run(*arguments, "--data", self.data, "--json", environment=locale).stdout
                for locale in (VIETNAMESE, ENGLISH, {"LC_ALL": "en_GB.UTF-8"})
            }
            self.assertEqual(len(answers), 1, answers)

    def test_an_answer_is_vietnamese_unless_the_locale_or_the_flag_says_english(self):
        asked = ["check", "0950 999 999", "--data", self.data]
        vietnamese = run(*asked, "--lang", "vi").stdout
        english = run(*asked, "--lang", "en").stdout
        self.assertNotEqual(vietnamese, english)
        for locale, answer in [("C", vietnamese), ("vi_VN.UTF-8", vietnamese), ("en_GB.UTF-8", english)]:
            self.assertEqual(run(*asked, environment={"LC_ALL": locale}).stdout, answer, locale)


if __name__ == "__main__":
    unittest.main()
