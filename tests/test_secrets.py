"""What must not be told: no identifier, name, note, token or password in a log line; keys that partners keep to themselves."""

import base64
import json
import os
import pathlib
import shutil
import stat
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import uuid

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client import Client, Program, run

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Secrets(unittest.TestCase):
    def setUp(self):
        level = {"CANHGIAC_LOG__LEVEL": "trace"}
        self.program = Program("demo", "--listen", "127.0.0.1:0", "--json", environment=level)
        self.demo = json.loads(self.program.first_line)
        self.client = Client(self.demo["url"])

    def tearDown(self):
        self.program.stop()

    def test_no_log_line_tells_what_was_asked_or_shown(self):
        client, users = self.client, self.demo["users"]
        session = client.session(users[0])
        officer = {"Authorization": "Bearer " + session["access_token"]}
        supervisor = client.sign_in(users[1])
        secrets = ["0950123987", "950123987", "Ghi chú KÍN", "Lý do KÍN", "sai mat khau nhe"]
        client.send("POST", "/v1/check", {"q": "0950123987"})
        client.send("GET", "/v1/check?q=0950123987")
        client.send("GET", "/v1/check?q=0950123987&x=1")
        client.send("GET", "/v1/0950123987/unknown")
        client.send("POST", "/v1/sms", {"text": "LD 0950123987"})
        client.send("POST", "/v1/check", raw=b'{"q": "0950123987"', headers={"Content-Type": "application/json"})
        body = {"identifier": {"q": "0950123987"}, "method": "khac", "evidence": "Ghi chú KÍN"}
        listing = client.send("POST", "/v1/listings", body, officer).json["id"]
        client.send("POST", "/v1/listings", body, officer)
        client.send("GET", "/v1/listings?key=0950123987", headers=officer)
        headers = {**supervisor, "If-Match": '"1"'}
        client.send("POST", f"/v1/listings/{listing}/confirm", {"reason": "Lý do KÍN"}, headers)
        wrong = {"username": users[0]["username"], "password": "sai mat khau nhe", "otp": "000000"}
        client.send("POST", "/v1/session", wrong)
        csv = "Số điện thoại,Ghi chú\n0950123987,Ghi chú KÍN\n".encode()
        client.send("POST", "/v1/imports", raw=csv, headers={**officer, "Content-Type": "text/csv"})
        for user in users[:2]:
            secrets += [user["username"], user["password"], user["totp_secret"]]
        secrets += [session["access_token"], session["refresh_token"]]
        secrets += [partner["client_secret"] for partner in self.demo["partners"]]
        logged = self.program.logged()
        self.assertIn("/v1/check", logged)
        for secret in secrets:
            self.assertNotIn(secret, logged)

    def test_a_data_folder_is_its_owners_alone_or_refused(self):
        top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.addCleanup(shutil.rmtree, top)
        data = top / "data"
        data.mkdir(mode=0o755)
        data.chmod(0o755)
        mode = lambda path: stat.S_IMODE(path.stat().st_mode)
        before = os.umask(0o022)
        self.addCleanup(os.umask, before)
        made = run("init", "--data", str(data), "--admin", "quan.tri")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertEqual(mode(data), 0o700)
        data.chmod(0o755)
        told = run("verify", "--data", str(data))
        self.assertEqual((told.returncode, mode(data)), (0, 0o700), told.stderr)
        self.assertIn("0755", told.stderr)
        wide = [path for path in data.rglob("*") if mode(path) & 0o077]
        self.assertEqual(wide, [])
        data.chmod(0o755)
        if subprocess.run(["chattr", "+i", data], capture_output=True).returncode:
            self.skipTest("the disk knows no immutable folders")
        try:
            refused = run("verify", "--data", str(data))
        finally:
            subprocess.run(["chattr", "-i", data], check=True)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("chmod 700", refused.stderr)

    def test_a_partner_may_sign_in_with_its_own_key(self):
        admin = self.client.sign_in(self.demo["users"][6])
        key = Ed25519PrivateKey.generate()
        public = b64(key.public_key().public_bytes_raw())
        body = {"name": "Ví mẫu", "kind": "wallet", "scopes": ["feed:read"], "public_key": public}
        partner = self.client.send("POST", "/v1/partners", body, admin).json["id"]
        now = int(time.time())
        good = {
            "iss": partner, "sub": partner, "aud": self.demo["url"] + "/v1/oauth/token",
            "jti": str(uuid.uuid4()), "iat": now, "exp": now + 60,
        }

        def ask(claims, signer=key, head=None):
            head = head or {"alg": "EdDSA", "typ": "JWT"}
            signed = ".".join(b64(json.dumps(part).encode()) for part in (head, claims))
            token = signed + "." + b64(signer.sign(signed.encode()))
            form = {
                "grant_type": "client_credentials",
                "client_assertion_type": ASSERTION,
                "client_assertion": token,
            }
            raw = urllib.parse.urlencode(form).encode()
            return self.client.send("POST", "/v1/oauth/token", raw=raw, headers=FORM)

        first = ask(good)
        self.assertEqual(first.status, 200, first.body)
        token = {"Authorization": "Bearer " + first.json["access_token"]}
        self.assertEqual(self.client.send("GET", "/v1/feed/snapshot", headers=token).status, 200)
        self.assertEqual(ask(good).status, 401, "an assertion is good once")
        for name, value in [
            ("aud", "https://elsewhere.example"), ("exp", now - 120), ("exp", now + 86_400),
            ("iss", str(uuid.uuid4())), ("sub", self.demo["partners"][0]["client_id"]),
        ]:
            wrong = {**good, "jti": str(uuid.uuid4()), name: value}
            self.assertEqual(ask(wrong).status, 401, name)
        other = ask({**good, "jti": str(uuid.uuid4())}, Ed25519PrivateKey.generate())
        self.assertEqual(other.status, 401, "signed by somebody else")
        fresh = {**good, "jti": str(uuid.uuid4())}
        self.assertEqual(ask(fresh, head={"alg": "none"}).status, 401)


if __name__ == "__main__":
    unittest.main()
