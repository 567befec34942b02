"""Texts as people paste them (`samples/field`), asked of a registry and of its mirror: both answer rightly, and the same."""

import csv
import json
import pathlib
import re
import tempfile
import unittest

from client import Client, Program, until

FIELD = pathlib.Path(__file__).parent / "samples" / "field"
TEXTS = ("banks", "links", "messages", "nothing", "receipts", "spellings")
GENEROUS = {"CANHGIAC_LIMITS__ANONYMOUS_PER_MINUTE": "100000000", "CANHGIAC_LIMITS__ANONYMOUS_BURST": "100000000"}


def rows(name):
    with open(FIELD / f"{name}.tsv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def named(result):
    """What was read, and all that is offered."""
    found = [one["identifier"]["key"] for one in result.get("found", [])]
    # An account without its bank is answered with what is known of it at any.
    if not found and result["identifier"] and not result.get("bank_missing"):
        found = [result["identifier"]["key"]]
    return found, {*found, *(guess["key"] for guess in result.get("suggestions", []))}


def of_same_digits(key, other):
    """A phone number and the account or wallet that is made of it: whichever is listed is answered."""
    last = lambda text: re.sub(r"\D", "", text.split(":")[-1])[-9:]
    return "phone" in (key.split(":")[0], other.split(":")[0]) and last(key) == last(other)


def is_right(result, expected, listed):
    form, _, keys = expected.partition(":")
    found, offered = named(result)
    has = lambda key: any(one == key or of_same_digits(one, key) for one in offered)
    match form:
        case "K":
            return found == [keys] or len(found) == 1 and found[0] in listed and of_same_digits(found[0], keys)
        case "KS":
            return offered == {keys[:-1]} if keys.endswith("!") else has(keys)
        case "S":
            return all(has(key) for key in keys.split(","))
        case "N" | "R":
            return not found
        case "not-listed":
            return result["verdict"] != "listed"
        case "noS":
            return keys not in offered
        case "msg":
            return bool(found) or re.search(keys, json.dumps(result, ensure_ascii=False)) is not None


class Field(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.top = pathlib.Path(folder.name)
        registry = Program(
            "demo", "--data", str(cls.top / "registry"), "--listen", "127.0.0.1:0", "--json", environment=GENEROUS
        )
        cls.addClassCleanup(registry.kill)
        demo = json.loads(registry.first_line)
        cls.registry = Client(demo["url"])
        partner = demo["partners"][0]
        secret = cls.top / "secret"
        secret.touch(0o600)
        secret.write_text(partner["client_secret"])
        mirror = Program(
            "mirror", demo["url"], "--data", str(cls.top / "mirror"), "--listen", "127.0.0.1:0", "--json",
            "--client-id", partner["client_id"], "--client-secret-file", str(secret),
        )
        cls.addClassCleanup(mirror.kill)
        cls.mirror = Client(json.loads(mirror.first_line)["url"])
        until(lambda: cls.mirror.send("GET", "/v1/mirror").json["size"] > 0, mirror.logged)

    def asked(self, body):
        answers = [client.send("POST", "/v1/check", body) for client in (self.registry, self.mirror)]
        for answer in answers:
            self.assertEqual(answer.status, 200, (body, answer.body))
        first, second = (answer.json["results"][0] for answer in answers)
        for result in (first, second):
            # Problems are explained where the registry is.
            result.pop("input", None)
        self.assertEqual(first, second)
        return first

    def test_texts_are_answered_rightly_and_a_mirror_answers_as_its_registry(self):
        listed = {row["key"] for row in rows("world") if row["verdict"] == "listed"}
        wrong = []
        for name in TEXTS:
            for row in rows(name):
                sent = json.loads(row["input"])
                result = self.asked({"q": sent} if row["channel"] == "check" else sent)
                if not is_right(result, row["expected"], listed):
                    wrong.append(f"{row['kind']}: {sent!r:.300} must be {row['expected']}, is {named(result)}")
        self.assertEqual(wrong, [], "\n".join(wrong))


if __name__ == "__main__":
    unittest.main()
