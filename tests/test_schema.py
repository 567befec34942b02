"""Every operation of the OpenAPI document, tried with generated input."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from client import Client, Program

# What a schema can't say (an empty cursor, a list that is no list, a unit that does not exist) is refused
# although it fits: the two checks about that are left out.
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method,ignored_auth"


class Schema(unittest.TestCase):
    def setUp(self):
        self.program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        self.demo = json.loads(self.program.first_line)

    def tearDown(self):
        self.assertEqual(self.program.stop(), 0)

    def generated(self, user):
        token = Client(self.demo["url"]).sign_in(user)["Authorization"]
        tool = pathlib.Path(sys.executable).parent / "schemathesis"
        with tempfile.TemporaryDirectory() as folder:
            return subprocess.run(
                [
                    tool, "run", self.demo["url"] + "/openapi.json", "-H", f"Authorization: {token}",
                    "--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "12",
                    "--seed", "24", "--no-color", "--generation-database", "none",
                    # These end the session or the account that asks.
                    "--exclude-path-regex", "^/v1/session|^/v1/users/",
                ],
                capture_output=True, text=True, cwd=folder, timeout=600,
                env={**os.environ, "HYPOTHESIS_STORAGE_DIRECTORY": folder},
            )

    def test_generated_requests_are_answered_as_the_document_says(self):
        for user in (self.demo["users"][i] for i in (1, 6)):
            with self.subTest(role=user["role"]):
                done = self.generated(user)
                self.assertEqual(done.returncode, 0, done.stdout[-6000:] + done.stderr[-2000:])
                self.assertRegex(done.stdout, r"Tested: \d\d")


if __name__ == "__main__":
    unittest.main()
