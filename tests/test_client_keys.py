"""Partners' programs sign in with keys of every kind, as the libraries of banks do it."""

import base64
import html
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import uuid

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from client import Client, Program, run
from test_desk import Browser

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
HERE = pathlib.Path(__file__).parent
# Where the packages of Node are.
TOOLS = os.environ.get("BROWSER_TOOLS", HERE.parent / "target/tools/browser")
HOUR = 3600

KEYS = {
    "ES256": (ec.generate_private_key(ec.SECP256R1()), ECAlgorithm),
    "RSA": (rsa.generate_private_key(65537, 2048), RSAAlgorithm),
    "Ed25519": (ed25519.Ed25519PrivateKey.generate(), OKPAlgorithm),
}
# Names of algorithms, and the key of each.
ALGORITHMS = {"ES256": "ES256", "PS256": "RSA", "RS256": "RSA", "EdDSA": "Ed25519", "Ed25519": "Ed25519"}


def pem(key):
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def private_pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def jwk(name, **more):
    key, kind = KEYS[name]
    return {**json.loads(kind.to_jwk(key.public_key())), **more}


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class ClientKeys(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("demo", "--listen", "127.0.0.1:0", "--json")
        cls.demo = json.loads(cls.program.first_line)
        cls.client = Client(cls.demo["url"])
        cls.admin = cls.client.sign_in(cls.demo["users"][6])

    @classmethod
    def tearDownClass(cls):
        assert cls.program.stop() == 0

    def upload(self, keys):
        body = {"name": "Ngân hàng mẫu", "kind": "bank", "scopes": ["feed:read"], "public_key": keys, "reason": "thử"}
        return self.client.send("POST", "/v1/partners", body, self.admin)

    def partner(self, keys):
        made = self.upload(keys)
        self.assertEqual(made.status, 201, made.body)
        return made.json["id"]

    def assertion(self, partner, alg, key=None, kid=None, **claims):
        now = int(time.time())
        claims = {
            "iss": partner, "sub": partner, "aud": self.demo["url"] + "/v1/oauth/token",
            "jti": str(uuid.uuid4()), "iat": now, "exp": now + HOUR, **claims,
        }
        key = key or KEYS[ALGORITHMS[alg]][0]
        headers = {"kid": kid} if kid else {}
        if alg != "Ed25519":
            return jwt.encode(claims, key, alg, headers)
        # PyJWT has no such name.
        parts = [{"alg": alg, **headers}, claims]
        signed = ".".join(b64(json.dumps(part).encode()) for part in parts)
        return signed + "." + b64(key.sign(signed.encode()))

    def ask(self, *signed, **more):
        form = {
            "grant_type": "client_credentials", "client_assertion_type": ASSERTION,
            "client_assertion": self.assertion(*signed, **more),
        }
        return self.client.send("POST", "/v1/oauth/token", raw=urllib.parse.urlencode(form).encode(), headers=FORM)

    def reads(self, token):
        answer = self.client.send("GET", "/v1/feed/snapshot", headers={"Authorization": "Bearer " + token})
        self.assertEqual(answer.status, 200, answer.body)

    def signs_in(self, *signed, **more):
        answer = self.ask(*signed, **more)
        self.assertEqual(answer.status, 200, (signed[1:], answer.body))
        self.reads(answer.json["access_token"])

    def test_every_algorithm_with_a_key_sent_in_every_form(self):
        for alg, name in ALGORITHMS.items():
            key = KEYS[name][0]
            for form in [
                pem(key), jwk(name), json.dumps(jwk(name)), jwk(name, kid="k1", use="sig"),
                {"keys": [jwk(name, kid="k1"), {"kty": "EC", "crv": "P-521", "use": "enc"}]},
            ]:
                partner = self.partner(form)
                self.signs_in(partner, alg)
                self.signs_in(partner, alg, kid="k1", aud=self.demo["url"])
                other = ed25519.Ed25519PrivateKey.generate()
                self.assertEqual(self.ask(partner, "EdDSA", key=other).status, 401)

    def test_keys_change_over_by_kid(self):
        old, new = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        named = lambda key, kid: {**json.loads(ECAlgorithm.to_jwk(key.public_key())), "kid": kid}
        partner = self.partner(named(old, "old"))
        self.assertEqual(self.ask(partner, "ES256", key=new, kid="new").status, 401)
        path = f"/v1/partners/{partner}"
        for keys, good in [
            ({"keys": [named(old, "old"), named(new, "new")]}, [(old, "old"), (new, "new"), (old, None), (new, None)]),
            (named(new, "new"), [(new, "new"), (new, None)]),
        ]:
            changed = self.client.send("PATCH", path, {"public_key": keys, "reason": "đổi khóa"}, self.admin)
            self.assertEqual(changed.status, 200, changed.body)
            told = changed.json["jwks"]["keys"]
            self.assertEqual([key["kid"] for key in told], [key["kid"] for key in keys.get("keys", [keys])])
            for key, kid in good:
                self.signs_in(partner, "ES256", key=key, kid=kid)
            self.assertEqual(self.ask(partner, "ES256", key=old, kid="new").status, 401)
        self.assertEqual(self.ask(partner, "ES256", key=old, kid="old").status, 401)
        gone = self.client.send("PATCH", path, {"public_key": "", "reason": "bỏ khóa"}, self.admin)
        self.assertEqual((gone.json["public_key"], gone.json["jwks"]), (None, None))
        self.assertEqual(self.ask(partner, "ES256", key=new, kid="new").status, 401)

    def test_times_and_reuse(self):
        partner = self.partner(pem(KEYS["ES256"][0]))
        now = int(time.time())
        jti = str(uuid.uuid4())
        self.signs_in(partner, "ES256", jti=jti)
        self.assertEqual(self.ask(partner, "ES256", jti=jti).status, 401, "once")
        far = self.ask(partner, "ES256", exp=now + HOUR + 120)
        self.assertEqual(far.status, 401)
        self.assertIn("an hour", far.json["error_description"])
        self.assertEqual(self.ask(partner, "ES256", aud="https://elsewhere.example").status, 401)

    def test_a_private_key_is_refused_and_is_nowhere_afterwards(self):
        for name, (key, kind) in KEYS.items():
            private = json.loads(kind.to_jwk(key))
            for form in [private_pem(key), private, json.dumps(private), {"keys": [private]}]:
                refused = self.upload(form)
                self.assertEqual(refused.status, 422, refused.body)
                error = refused.json["errors"][0]
                self.assertEqual((error["pointer"], error["code"]), ("/public_key", "private-key"))
                self.assertNotIn(private["d"], refused.body)
            self.assertNotIn(private["d"], self.program.logged())

    def test_what_is_no_good_key_is_told_why(self):
        short = rsa.generate_private_key(65537, 1024)
        three = rsa.generate_private_key(3, 2048)
        other = ec.generate_private_key(ec.SECP384R1())
        for form, code in [
            (pem(short), "rsa-size"), (json.loads(RSAAlgorithm.to_jwk(short.public_key())), "rsa-size"),
            (pem(three), "rsa-exponent"), (pem(other), "key-kind"), ("x" * 20_000, "key-too-long"),
            ({"keys": [jwk("RSA")] * 5}, "key-count"), ("không phải khóa", "not-a-key"),
        ]:
            refused = self.upload(form)
            self.assertEqual((refused.status, refused.json["errors"][0]["code"]), (422, code))

    def test_the_desk_takes_every_form_and_shows_no_private_key_again(self):
        desk = Browser(self.demo["url"]).sign_in(self.demo["users"][7])
        key, fields = KEYS["ES256"][0], {"name": "Ngân hàng", "kind": "bank", "scope": "feed:read", "feed_kind": "phone"}
        refused = desk.go("/desk/partners").send("/desk/partners", **fields, public_key=private_pem(key))
        self.assertIn("khóa bí mật", refused.text())
        self.assertNotIn("BEGIN", refused.page)
        made = desk.go("/desk/partners").send("/desk/partners", **fields, public_key=pem(key))
        self.assertEqual(made.status, 200, made.text()[:500])
        path = re.search(r"/desk/partners/[0-9a-f-]{36}", made.page)[0]
        partner = path.rsplit("/", 1)[1]
        self.signs_in(partner, "ES256")
        self.assertIn("ES256 ", desk.go(path).text())
        # What the form shows is what it takes.
        shown = html.unescape(re.search(r'<textarea[^>]*name="public_key"[^>]*>(.*?)</textarea>', desk.page, re.S)[1])
        changed = {"name": "Ngân hàng", "scope": "feed:read", "feed_kind": "phone", "public_key": shown}
        self.assertEqual(desk.send(path, **changed).status, 200)
        self.signs_in(partner, "ES256")
        wrong = desk.go(path).send(path, **{**changed, "public_key": "nhầm"})
        self.assertIn("Không đọc được khóa công khai", wrong.text())

    def test_the_console_takes_every_form(self):
        with tempfile.TemporaryDirectory() as top:
            data = ["--data", str(pathlib.Path(top) / "data"), "--json"]
            self.assertEqual(run("init", *data).returncode, 0)
            key = pem(KEYS["RSA"][0])
            made = run("partner", "add", "Ví mẫu", "--kind", "wallet", "--scopes", "feed:read", "--public-key", key, *data)
            self.assertEqual(made.returncode, 0, made.stderr)
            partner = json.loads(made.stdout)[0]
            for text in [key, json.dumps(jwk("ES256")), json.dumps({"keys": [jwk("Ed25519", kid="k1")]}), ""]:
                done = run("partner", "key", *data, partner, text)
                self.assertEqual(done.returncode, 0, done.stderr)
            refused = run("partner", "key", *data, partner, private_pem(KEYS["RSA"][0]))
            self.assertEqual(refused.returncode, 2)
            self.assertRegex(refused.stderr, "private key|khóa bí mật")
            self.assertNotIn("BEGIN", refused.stderr)

    def test_what_is_told_of_algorithms(self):
        told = self.client.send("GET", "/.well-known/oauth-authorization-server").json
        self.assertEqual(set(told["token_endpoint_auth_signing_alg_values_supported"]), set(ALGORITHMS))

    def by_node(self, by, partner, alg, kid):
        given = json.dumps({"by": by, "alg": alg, "kid": kid, "pem": private_pem(KEYS[ALGORITHMS[alg]][0])})
        # Read from stdin, a program finds packages from the folder it runs in.
        command = ["node", "--input-type=module", "-", self.demo["url"], partner, given]
        program = (HERE / "client_keys.mjs").read_text()
        done = subprocess.run(command, input=program, cwd=TOOLS, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def test_programs_of_node(self):
        for alg, name in ALGORITHMS.items():
            partner = self.partner({"keys": [jwk(name, kid="k1")]})
            # `EdDSA` is no name for a key in the newest of them.
            libraries = ["jose"] if alg == "EdDSA" else ["jose", "oauth4webapi", "openid-client"]
            for by in libraries:
                self.reads(self.by_node(by, partner, alg, "k1"))


if __name__ == "__main__":
    unittest.main()
