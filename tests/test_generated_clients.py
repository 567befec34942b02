"""The OpenAPI document is one that others' tools take: two linters, and clients that generators make of it, which then ask
the program what partners ask. The commands are those of the documentation."""

import html
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

from client import SCRATCH, Client, Program

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENTED = HERE.parent / "src/docs/generated-clients.md"
SOURCES = HERE / "generated_clients"
NODE = pathlib.Path(os.environ["BROWSER_TOOLS"]) / "node_modules/.bin"
PYTHON = pathlib.Path(sys.executable).parent
# Where Debian keeps the libraries that programs in Go are built with.
GO_LIBRARIES = "/usr/share/gocode"
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# Stands for the service in the documentation.
EXAMPLE = "https://canhgiac.example"


def commands():
    """The commands of the documentation, as lists of words, by the name of the folder or file that each makes."""
    words = as_words(re.search(r"```sh\n(.*?)```", DOCUMENTED.read_text(), re.DOTALL)[1])
    return {command[command.index("-o") + 1] if "-o" in command else command[0]: command for command in words}


def as_words(text):
    lines = text.replace("\\\n", " ").splitlines()
    return [words for line in lines if (words := shlex.split(line))]


class GeneratedClients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        cls.demo = json.loads(cls.program.first_line)
        cls.client = Client(cls.demo["url"])
        cls.folder = tempfile.TemporaryDirectory(dir=SCRATCH.name)
        cls.place = pathlib.Path(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()
        assert cls.program.stop() == 0

    def run_tool(self, *words, **environment):
        path = os.pathsep.join([str(PYTHON), str(NODE), os.environ["PATH"]])
        done = subprocess.run(
            [str(word) for word in words], cwd=self.place, capture_output=True, text=True, timeout=1200,
            # What a tool keeps between its runs stays here. Java begins fast rather than getting fast.
            env={**os.environ, "PATH": path, "HOME": str(self.place), "JDK_JAVA_OPTIONS": JAVA, **environment},
        )
        self.assertEqual(done.returncode, 0, f"{words}: {done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done.stdout

    def generate(self, made):
        return self.run_tool(*(word.replace(EXAMPLE, self.demo["url"]) for word in commands()[made]))

    def assert_asks(self, *program):
        """What a generated client was told is what the service says."""
        partner = self.demo["partners"][1]
        out = subprocess.run(
            [str(word) for word in program] + [self.demo["url"], partner["client_id"], partner["client_secret"], "0950 001 001"],
            cwd=self.place, capture_output=True, text=True, timeout=600,
        )
        self.assertEqual(out.returncode, 0, out.stderr[-3000:])
        told = json.loads(out.stdout)
        self.assertEqual(told["verdicts"], ["listed", "no_record", "official"])
        self.assertEqual(told["problem"], [422, "validation", "/number"])
        self.assertEqual(told["banks"], [bank["bin"] for bank in self.client.send("GET", "/v1/banks").json["items"]])
        lines = self.client.send("GET", "/v1/feed/changes?after=0", headers=self.client.token(partner)).body.splitlines()
        *lines, end = [json.loads(line) for line in lines]
        self.assertGreater(len(lines), 3, "more than a page")
        self.assertEqual((told["items"], told["after"]), (lines, end["size"]))

    # The document

    def test_validators_find_no_fault_in_the_document_and_a_linter_nothing_to_warn_of(self):
        document = self.place / "openapi.json"
        document.write_text(self.client.send("GET", "/openapi.json").body)
        self.run_tool("openapi-spec-validator", document)
        said = self.run_tool("redocly", "lint", "--format", "json", document, REDOCLY_TELEMETRY="off")
        totals = json.loads(said)["totals"]
        self.assertEqual((totals["errors"], totals["warnings"]), (0, 0), said)

    def test_examples_of_what_everybody_and_partners_may_ask_can_be_sent_as_they_are(self):
        document = self.client.send("GET", "/openapi.json").json
        token, accept = self.client.token(self.demo["partners"][1]), {"Accept": "application/json, */*;q=0.5"}
        sent = set()
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                who = [name for security in operation["security"] for name in security]
                ends_never = "text/event-stream" in operation["responses"].get("200", {}).get("content", {})
                # Nobody has the receipt of an example.
                if "officer" in who or ends_never or path.startswith("/v1/followup"):
                    continue
                given = [at for at in operation.get("parameters", []) if at["required"] or "example" in at]
                content = operation.get("requestBody", {}).get("content", {})
                schema = content.get("application/json", {}).get("schema", {})
                body = example(document, schema) if schema else None
                if (content and not body) or not all("example" in at for at in given):
                    continue
                place, query = path, []
                for at in given:
                    place = place.replace("{%s}" % at["name"], str(at["example"]))
                    query += [(at["name"], at["example"])] if at["in"] == "query" else []
                asked = place + "?" + "&".join(f"{name}={str(value).replace(' ', '%20').replace('+', '%2B')}" for name, value in query)
                is_open = not operation["security"] or {} in operation["security"]
                answer = self.client.send(method.upper(), asked, body, accept if is_open else {**token, **accept})
                self.assertIn(answer.status, range(200, 300), (method, asked, answer.body))
                sent.add(operation["operationId"])
        wanted = {"check_identifier", "check_identifiers", "answer_sms", "get_feed_changes", "prove_listing", "get_unit", "get_method"}
        self.assertLessEqual(wanted, sent)

    # Clients

    def test_the_page_for_programs_has_the_commands_that_are_tried_here(self):
        page = html.unescape(self.client.send("GET", "/en/developers").body)
        shown = re.search(r"openapi-generator-cli.*?canhgiac\.d\.ts", page, re.DOTALL)[0]
        tried = [[word.replace(EXAMPLE, self.demo["url"]) for word in words] for words in commands().values()]
        self.assertEqual(as_words(shown), tried)

    def test_a_client_of_openapi_generator_for_python_asks(self):
        self.generate("canhgiac-python")
        shutil.copy(SOURCES / "client.py", self.place / "canhgiac-python")
        self.assert_asks(sys.executable, "-W", "ignore", "canhgiac-python/client.py")

    def test_a_client_of_openapi_generator_for_go_is_compiled_and_asks(self):
        self.generate("canhgiac")
        path = self.place / "go"
        (path / "src/asks").mkdir(parents=True)
        shutil.move(self.place / "canhgiac", path / "src/canhgiac")
        shutil.copy(SOURCES / "main.go", path / "src/asks")
        self.run_tool(
            "go", "build", "-o", "asks", "asks", GO111MODULE="off", GOPATH=f"{path}:{GO_LIBRARIES}", GOFLAGS="",
            GOCACHE=str(self.place / "go-cache"),
        )
        self.assert_asks("./asks")

    def test_clients_for_typescript_are_compiled_and_ask(self):
        self.generate("canhgiac-typescript")
        self.generate("canhgiac.d.ts")
        for name in ("client.ts", "typed.ts"):
            shutil.copy(SOURCES / name, self.place)
        (self.place / "package.json").write_text('{"type": "module"}')
        self.run_tool(
            "tsc", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--outDir", "compiled", "client.ts", "typed.ts"
        )
        self.assert_asks("node", "compiled/client.js")
        self.assert_asks("node", "compiled/typed.js")

    def test_a_client_of_openapi_python_client_asks(self):
        self.generate("openapi-python-client")
        shutil.copy(SOURCES / "plain_client.py", self.place / "canh-giac-client")
        self.assert_asks(sys.executable, "canh-giac-client/plain_client.py")


def example(document, schema):
    """The example of a schema, or one made of those of its members."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if "example" in schema:
        return schema["example"]
    if "oneOf" in schema:
        return next(filter(None, (example(document, choice) for choice in schema["oneOf"])), None)
    if schema.get("type") == "array":
        item = example(document, schema["items"])
        return [item] if item else None
    members = {name: example(document, schema["properties"][name]) for name in schema.get("required", [])}
    return members if members and all(members.values()) else None


if __name__ == "__main__":
    unittest.main()
