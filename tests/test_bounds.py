"""Bounds of the API as its document states them: what lies on one is not refused for it, and what lies beyond is refused and
named. Each operation is asked with a request that would be done, of which one value was changed."""

import copy
import dataclasses
import unittest

from permission_requests import API, Occasion
from permission_world import World

# What says that a value lies beyond a bound.
BEYOND = {"too-long", "too-short", "too-many", "out-of-range", "required", "password-too-long", "password-too-short", "overlap-length"}
JSON = "application/json"
# Bounds that do not count for the requests of these tests.
ELSEWHERE = {
    # Everybody's is a hundred, a partner's ten thousand: test_black_box.
    ("check_identifiers", "/items"),
    # Told of the identifier, which it stands for.
    ("propose_from_report", "/q"),
    # No text of forty letters is a date.
    ("enter_report", "/happened_at"),
    ("send_report", "/happened_at"),
    # A report that has a token needs no other key.
    ("send_report", "Idempotency-Key"),
    # A gateway that asks in an address is answered in words, whatever is wrong: test_partner_programs.
    ("answer_sms_of_gateway", "text"),
    ("answer_sms_of_gateway", "sender"),
}
# Beyond their bounds these are as wrong as any other, and no more is told.
SECRETS = {"/code", "/otp", "/username", "/receipt"}
SIGN_IN = "start_session"
# Only reports that somebody worked on can be taken up again, few keys may be in use, and a second factor is good once.
NEVER_DONE = {"reopen_own_report", "ask_review_of_report", "rotate_signing_keys", "retire_signing_key", "step_up_session"}


def fitting(schema, document):
    """A schema without references and alternatives: of a value that may be null, that of the other values."""
    while True:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        elif one := [other for name in ("oneOf", "anyOf") for other in schema.get(name, []) if other.get("type") != "null"]:
            schema = one[0]
        else:
            return schema


def kinds(schema):
    named = schema.get("type", "object")
    return set(named if isinstance(named, list) else [named])


def bounded(schema, document, pointer=""):
    """Every value of a body that has bounds, with its place."""
    schema = fitting(schema, document)
    if "object" in kinds(schema):
        for name, inner in schema.get("properties", {}).items():
            yield from bounded(inner, document, f"{pointer}/{name}")
    else:
        yield pointer, schema
        if "array" in kinds(schema):
            yield from bounded(schema["items"], document, pointer + "/0")


def at_and_beyond(schema):
    """Pairs of a value on a bound and one beyond it. Those of arrays are lengths."""
    if "string" in kinds(schema):
        if "maxLength" in schema:
            yield "a" * schema["maxLength"], "a" * (schema["maxLength"] + 1)
        if schema.get("minLength"):
            yield "a" * schema["minLength"], "a" * (schema["minLength"] - 1)
    elif "integer" in kinds(schema):
        if "maximum" in schema:
            yield schema["maximum"], schema["maximum"] + 1
        if "minimum" in schema:
            yield schema["minimum"], schema["minimum"] - 1
    elif "array" in kinds(schema):
        if "maxItems" in schema:
            yield schema["maxItems"], schema["maxItems"] + 1
        if schema.get("minItems"):
            yield schema["minItems"], schema["minItems"] - 1


def put(body, pointer, value, schema):
    """The body with another value in a place; none where there is nothing that could hold it."""
    body = copy.deepcopy(body)
    *way, last = pointer.split("/")[1:]
    inner = body
    for name in way:
        if isinstance(inner, list):
            if int(name) >= len(inner):
                return None
            inner = inner[int(name)]
        else:
            inner = inner.setdefault(name, {})
    if isinstance(inner, list):
        if not inner:
            return None
        last = int(last)
    if "array" in kinds(schema):
        one = (inner.get(last) or [None])[0]
        if one is None:
            return None
        value = [one] * value
    inner[last] = value
    return body


class Bounds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World({"CANHGIAC_LIMITS__ANONYMOUS_BURST": "1000000", "CANHGIAC_LIMITS__ANONYMOUS_PER_MINUTE": "1000000"})
        cls.document = cls.world.must("GET", "/openapi.json").json
        cls.operations = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, methods in cls.document["paths"].items()
            for method, operation in methods.items()
        }

    @classmethod
    def tearDownClass(cls):
        assert cls.world.close() == 0

    def ask(self, name, caller, request):
        method, path, _ = self.operations[name]
        headers = {**(request.instead or caller).bearer, **request.headers}
        return self.world.send(method, path.format(**request.places) + request.query, request.body, headers, request.raw)

    def whoever_may(self, name):
        # Those of programs count for programs alone.
        for caller in sorted(self.world.callers, key=lambda caller: caller.column != "program"):
            answer = self.ask(name, caller, API[name](Occasion(self.world, "own", caller)))
            if answer.status < 300:
                return caller
        return self.fail(f"nobody may {name}")

    def test_bodies_are_bounded_as_the_document_says(self):
        tried = 0
        for name, (_, _, operation) in self.operations.items():
            content = operation.get("requestBody", {}).get("content", {}).get(JSON)
            values = list(bounded(content["schema"], self.document)) if content else []
            values = [(pointer, schema, pair) for pointer, schema in values for pair in at_and_beyond(schema)]
            values = [value for value in values if (name, value[0]) not in ELSEWHERE]
            if not values or name in NEVER_DONE:
                continue
            caller = self.whoever_may(name)
            for pointer, schema, pair in values:
                for is_beyond, value in enumerate(pair):
                    request = API[name](Occasion(self.world, "own", caller))
                    body = put(request.body, pointer, value, schema)
                    if body is None:
                        continue
                    with self.subTest(name, pointer=pointer, value=str(value)[:20], length=len(str(value))):
                        answer = self.ask(name, caller, dataclasses.replace(request, body=body))
                        self.told(answer, pointer, is_beyond, pointer in SECRETS or name == SIGN_IN)
                        tried += 1
        self.assertGreater(tried, 150)

    def told(self, answer, pointer, is_beyond, is_secret):
        """What is beyond a bound is named; what is on it may be refused for something else."""
        errors = answer.json.get("errors", []) if answer.status >= 400 else []
        if is_beyond and is_secret:
            self.assertIn(answer.status, (401, 404, 422), answer.body[:600])
        elif is_beyond:
            # The value by its bound, or the list that holds it.
            is_it = lambda error: pointer == error["pointer"] and error["code"] in BEYOND
            named = [error for error in errors if is_it(error) or pointer.startswith(error["pointer"] + "/")]
            self.assertEqual((answer.status, len(named)), (422, 1), answer.body[:600])
        else:
            # It may be refused for what it says, but nobody is kept out.
            self.assertNotIn(answer.status, (403, 413, 429, 500, 503) + ((401,) if not is_secret else ()), answer.body[:600])
            named = [error for error in errors if error["pointer"] == pointer and error["code"] in BEYOND]
            self.assertEqual(named, [], answer.body[:600])

    def test_addresses_are_bounded_as_the_document_says(self):
        tried = 0
        for name, (_, _, operation) in self.operations.items():
            bounds = [
                (parameter, pair)
                for parameter in operation.get("parameters", [])
                if parameter["in"] in ("query", "header") and (name, parameter["name"]) not in ELSEWHERE
                for pair in at_and_beyond(fitting(parameter["schema"], self.document))
            ]
            if not bounds:
                continue
            caller = self.whoever_may(name)
            for parameter, pair in bounds:
                for is_beyond, value in enumerate(pair):
                    request = API[name](Occasion(self.world, "own", caller))
                    with self.subTest(name, parameter=parameter["name"], value=str(value)[:20], length=len(str(value))):
                        answer = self.ask(name, caller, asked_with(request, parameter, value))
                        # What is on a bound may not be there.
                        good = (400, 422) if is_beyond else (200, 201, 202, 204, 404)
                        self.assertIn(answer.status, good, answer.body[:600])
                        tried += 1
        self.assertGreater(tried, 80)


def asked_with(request, parameter, value):
    name = parameter["name"]
    if parameter["in"] == "header":
        return dataclasses.replace(request, headers={**request.headers, name: str(value)})
    others = [pair for pair in request.query.removeprefix("?").split("&") if pair and not pair.startswith(name + "=")]
    return dataclasses.replace(request, query="?" + "&".join([*others, f"{name}={value}"]))


if __name__ == "__main__":
    unittest.main()
