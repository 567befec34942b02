"""Three nodes and three databases: nothing acknowledged is lost and every listing is decided once, whatever is killed; sessions,
cursors and keys are good on each of them."""

import http.client
import json
import pathlib
import shutil
import tempfile
import threading
import unittest
import urllib.error
import uuid

import postgres
from client import run, until
from nodes import Nodes

REASON = {"reason": "theo công văn"}


def setUpModule():
    postgres.install()


class Registry(unittest.TestCase):
    """A registry on three nodes, made once for a class."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(postgres.Cluster())
        cls.nodes = Nodes(cls.cluster)
        cls.addClassCleanup(cls.nodes.close)
        cls.one, cls.two, cls.three = cls.nodes.all
        cls.officer = cls.one.client.sign_in(cls.nodes.user("canbo.bimson"))
        cls.supervisor = cls.two.client.sign_in(cls.nodes.user("chihuy.bimson"))
        cls.admin = cls.three.client.sign_in(cls.nodes.user("quantri"))
        cls.number = 200_000

    def fresh(self, count=1):
        """Numbers that nobody proposed yet."""
        first = type(self).number
        type(self).number += count
        return [f"0950{number:06}" for number in range(first, first + count)]

    def propose(self, node, number, key=None):
        headers = {**self.officer, **({"Idempotency-Key": key} if key else {})}
        return node.client.send("POST", "/v1/listings", {"identifier": {"q": number}, "method": "khac"}, headers)

    def decide(self, node, listing, deed="confirm", version='"1"'):
        return node.client.send("POST", f"/v1/listings/{listing}/{deed}", REASON, {**self.supervisor, "If-Match": version})

    def list(self, node, number):
        made = self.propose(node, number)
        self.assertEqual(made.status, 201, made.body)
        done = self.decide(node, made.json["id"])
        self.assertEqual(done.status, 200, done.body)
        return made.json["id"]


def at_once(*works):
    """What each came to, all begun together."""
    results, gate = [None] * len(works), threading.Barrier(len(works))

    def work(place):
        gate.wait()
        results[place] = works[place]()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class TestOneRegistry(Registry):
    def test_what_all_propose_and_confirm_at_once_is_decided_once(self):
        numbers, nodes = self.fresh(12), self.nodes.all
        made = {}
        for number in numbers:
            answers = at_once(*[lambda node=node, number=number: self.propose(node, number) for node in nodes])
            self.assertEqual(sorted(answer.status for answer in answers), [201, 409, 409], [answer.body for answer in answers])
            made[number] = next(answer.json["id"] for answer in answers if answer.status == 201)
            self.assertTrue(all(answer.code == "already-proposed" for answer in answers if answer.status == 409))
        for number, listing in made.items():
            deeds = ("confirm", "confirm", "reject")
            answers = at_once(*[lambda node=node, deed=deed, listing=listing: self.decide(node, listing, deed) for node, deed in zip(nodes, deeds)])
            self.assertEqual(sorted(answer.status for answer in answers)[0], 200)
            self.assertEqual(sum(answer.status == 200 for answer in answers), 1, [answer.body for answer in answers])
            verdicts = {until(lambda node=node: node.client.verdict(number)) for node in nodes}
            self.assertEqual(len(verdicts), 1, verdicts)
        self.nodes.agree()

    def test_a_session_is_good_on_every_node_at_once_and_its_end_too(self):
        names = ("chihuy.quangtrung", "canbo.quangtrung", "chihuy.thanhhoa")
        for name, (here, there) in zip(names, ((self.one, self.two), (self.two, self.three), (self.three, self.one))):
            session = here.client.session(self.nodes.user(name))
            who = {"Authorization": "Bearer " + session["access_token"]}
            self.assertEqual(there.client.send("GET", "/v1/me", headers=who).status, 200)
            renewed = there.client.send("POST", "/v1/session/refresh", {"refresh_token": session["refresh_token"]})
            self.assertEqual(renewed.status, 200, renewed.body)
            who = {"Authorization": "Bearer " + renewed.json["access_token"]}
            self.assertEqual(here.client.send("DELETE", "/v1/session", headers=who).status, 204)
            self.assertEqual(there.client.send("GET", "/v1/me", headers=who).status, 401)

    def test_who_reads_on_another_node_sees_what_was_written_at_once(self):
        for number in self.fresh(10):
            made = self.propose(self.one, number)
            position = int(made.headers["registry-position"])
            seen = self.two.client.send("GET", f"/v1/listings/{made.json['id']}", headers={**self.officer, "Registry-Position": str(position)})
            self.assertEqual(seen.status, 200, seen.body)
            self.assertEqual(self.decide(self.three, made.json["id"]).status, 200)

    def test_keys_that_one_node_changes_are_every_node_s(self):
        before = self.one.client.send("GET", "/.well-known/jwks.json").json
        made = self.one.client.send("POST", "/v1/keys", {}, self.admin)
        self.assertEqual(made.status, 201, made.body)
        ledger = self.two.client.send("POST", "/v1/ledger/keys", {}, self.admin)
        self.assertEqual(ledger.status, 201, ledger.body)

        def same():
            shown = [node.client.send("GET", "/.well-known/jwks.json").json for node in self.nodes.all]
            return shown[0] != before and all(one == shown[0] for one in shown)

        until(same, "all nodes show the new keys")
        new = self.one.client.sign_in(self.nodes.user("kiemtra"))
        for node in self.nodes.all:
            self.assertEqual(node.client.send("GET", "/v1/me", headers=new).status, 200)
            self.assertEqual(node.client.send("GET", "/v1/me", headers=self.officer).status, 200)
            note = node.client.send("GET", "/v1/ledger/checkpoint").body
            self.assertEqual(len(note.split("\n\n")[1].splitlines()), 2, note)

    def test_a_cursor_moves_between_nodes_and_news_reach_who_waits_at_another(self):
        partner = self.one.client.token(self.nodes.known["partners"][0])
        head = int(self.one.client.send("GET", "/v1/feed/snapshot?format=list", headers=partner).headers["feed-size"])
        waiting = []
        thread = threading.Thread(
            target=lambda: waiting.append(self.three.client.send("GET", f"/v1/feed/changes?after={head}&wait=50", headers=partner))
        )
        thread.start()
        self.list(self.one, self.fresh()[0])
        thread.join()
        self.assertEqual(waiting[0].status, 200)
        cursor = int(waiting[0].headers["feed-next"])
        self.assertGreater(cursor, head)
        for node in self.nodes.all:
            self.assertEqual(node.client.send("GET", f"/v1/feed/changes?after={cursor}", headers=partner).status, 204)
            again = node.client.send("GET", f"/v1/feed/changes?after={head}", headers=partner)
            self.assertEqual(again.body, waiting[0].body)

    def test_commands_work_on_a_node(self):
        self.nodes.agree()
        verified = self.two.command("verify", "--json")
        self.assertEqual(verified.returncode, 0, verified.stderr + verified.stdout)
        with tempfile.TemporaryDirectory() as folder:
            saved = pathlib.Path(folder) / "saved"
            backup = self.two.command("backup", "--to", str(saved), "--json")
            self.assertEqual(backup.returncode, 0, backup.stderr)
            restored = run("restore", "--from", str(saved), "--data", f"{folder}/restored", "--nothing-newer", "--json")
            self.assertEqual(restored.returncode, 0, restored.stderr)
            whole = run("verify", "--data", f"{folder}/restored", "--json")
            self.assertEqual(json.loads(whole.stdout)["ok"], True, whole.stdout)
            self.assertEqual(json.loads(whole.stdout)["digest"], json.loads(verified.stdout)["digest"])
        self.two.stop()
        for command in (["verify", "--json"], ["rebuild"], ["verify", "--json"]):
            done = self.two.command(*command)
            self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        # As a crash leaves it that came while the store was built: it is brought up, and is whole then.
        mark = self.two.data / "store.partial"
        mark.touch()
        self.two.start()
        self.assertFalse(mark.exists())
        self.nodes.agree()

    def test_a_folder_without_its_database_or_with_another_journal_says_what_to_do(self):
        alone = run("verify", "--data", str(self.two.data))
        self.assertEqual(alone.returncode, 2)
        self.assertIn("--journal", alone.stderr)
        with tempfile.TemporaryDirectory() as folder:
            run("init", "--data", f"{folder}/own")
            both = run("verify", "--data", f"{folder}/own", "--journal", self.nodes.dsn("canhgiac_journal"))
            self.assertIn("journal copy", both.stderr)
            other = run("node", "join", "--data", f"{folder}/new", "--journal", self.nodes.dsn("canhgiac_journal"))
            self.assertIn("master.key", other.stderr)
            self.assertFalse((pathlib.Path(folder) / "new").exists())


class Writers:
    """One thread for each node proposes all the time; each knows what was acknowledged."""

    def __init__(self, test, nodes):
        self.test, self.over = test, threading.Event()
        self.acknowledged, self.unknown, self.lock = {}, {}, threading.Lock()
        self.threads = [threading.Thread(target=self.write, args=(node,)) for node in nodes]
        for thread in self.threads:
            thread.start()

    def write(self, node):
        while not self.over.is_set():
            with self.lock:
                number = self.test.fresh()[0]
            key = str(uuid.uuid4())
            try:
                answer = self.test.propose(node, number, key)
            except (OSError, urllib.error.URLError, http.client.HTTPException):
                answer = None
            if answer is not None and answer.status == 201:
                self.acknowledged[number] = answer.json["id"]
            else:
                self.unknown[number] = key
                # It may be down for a while.
                self.over.wait(0.05)

    def count(self):
        return len(self.acknowledged)

    def go_on(self):
        """Waits until some more are acknowledged."""
        seen = self.count()
        until(lambda: self.count() > seen + 5, lambda: f"writes go on after {seen}: {list(self.unknown.items())[-3:]}")

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join()


class TestKills(Registry):
    def test_nothing_acknowledged_is_lost_whatever_is_killed_in_whatever_order(self):
        writers = Writers(self, self.nodes.all)
        try:
            for deed in (self.kill_a_node, self.kill_the_primary, self.kill_all_nodes, self.kill_the_primary, self.kill_both_standbys, self.pause_the_primary):
                with self.subTest(deed.__name__):
                    writers.go_on()
                    deed(writers)
                    writers.go_on()
        finally:
            writers.end()
        self.nodes.agree()
        for node in self.nodes.all:
            for number, listing in writers.acknowledged.items():
                found = node.client.send("GET", f"/v1/listings/{listing}", headers=self.officer)
                self.assertEqual(found.status, 200, f"{number} was acknowledged: {found.body}")
        # What nobody knows of is there once when it is sent again, whether it was there before or not.
        for number, key in list(writers.unknown.items())[:200]:
            again = self.propose(self.one, number, key)
            self.assertEqual(again.status, 201, again.body)
            twice = self.propose(self.two, number, key)
            self.assertEqual((twice.status, twice.json["id"]), (201, again.json["id"]))
        self.nodes.agree()
        for node in self.nodes.all:
            verified = node.command("verify", "--json")
            self.assertEqual(json.loads(verified.stdout)["ok"], True, verified.stdout)

    def checks_go_on(self, *nodes):
        for node in nodes or self.nodes.all:
            self.assertEqual(node.client.verdict("0950001001"), "listed")

    def kill_a_node(self, _):
        self.two.kill()
        self.checks_go_on(self.one, self.three)
        self.two.start()

    def kill_all_nodes(self, _):
        for node in self.nodes.all:
            node.kill()
        for node in self.nodes.all:
            node.start()

    def kill_the_primary(self, writers):
        old = self.cluster.servers.index(self.cluster.primary())
        self.cluster.servers[old].kill()
        self.checks_go_on()
        self.cluster.promote()
        writers.go_on()
        self.cluster.rejoin(old)

    def pause_the_primary(self, writers):
        old = self.cluster.servers.index(self.cluster.primary())
        self.cluster.servers[old].pause()
        self.checks_go_on()
        self.cluster.promote()
        writers.go_on()
        self.cluster.servers[old].resume()
        self.cluster.rejoin(old)

    def kill_both_standbys(self, _):
        standbys = self.cluster.standbys()
        for server in standbys:
            server.kill()
        [number] = self.fresh()
        key = str(uuid.uuid4())
        pending = self.propose(self.one, number, key)
        self.assertIn((pending.status, pending.code), [(504, "outcome-pending"), (503, "storage-unavailable")], pending.body)
        self.checks_go_on()
        until(lambda: self.one.client.send("GET", "/healthz").json.get("hindrance") == "journal-unreachable", "it says why")
        for server in standbys:
            server.start()
        self.cluster.wait_streaming(2)
        self.assertEqual(until(lambda: self.again(number, key)).status, 201)

    def again(self, number, key):
        answer = self.propose(self.one, number, key)
        return answer if answer.status == 201 else None


class TestOneMoreNode(Registry):
    def test_a_journal_goes_into_the_database_and_out_of_it_and_a_row_changed_by_hand_is_not_followed(self):
        self.list(self.one, self.fresh()[0])
        standing = self.nodes.agree()
        with tempfile.TemporaryDirectory() as folder:
            out = f"{folder}/alone"
            copied = self.three.command("journal", "copy", "--to", out)
            self.assertEqual(copied.returncode, 0, copied.stderr)
            whole = run("verify", "--data", out, "--json")
            self.assertEqual(json.loads(whole.stdout)["ok"], True, whole.stdout)
            # And into another database.
            self.cluster.primary().sql("create database other owner canhgiac_schema")
            to = self.nodes.dsn("canhgiac_schema").replace("/canhgiac?", "/other?")
            moved = run("journal", "copy", "--to", to, "--data", out, "--json")
            self.assertEqual(moved.returncode, 0, moved.stderr)
            head = "select seq, encode(chain, 'hex') from record order by seq desc limit 1"
            ours = self.cluster.primary().sql(head, "canhgiac")
            self.assertEqual(json.loads(moved.stdout)["position"], int(ours[0][0]))
            self.assertEqual(self.cluster.primary().sql(head, "other"), ours)
            stays = run("verify", "--data", out)
            self.assertIn("two histories", stays.stderr + stays.stdout)
            shutil.rmtree(out)
        self.rows_changed_by_hand_are_not_believed(standing)

    def change(self, seq):
        """Somebody who owns the database takes the triggers away, and changes a record."""
        change = f"update record set public = public || 'x' where seq = {seq}"
        self.cluster.primary().sql(f"alter table record disable trigger all; {change}; alter table record enable trigger all", "canhgiac")

    def rows_changed_by_hand_are_not_believed(self, standing):
        self.two.stop()
        shutil.rmtree(self.two.data)
        self.change(5)
        refused = self.two.try_to_join()
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("record 5 is not what was written", refused.stderr)
        self.assertFalse(self.two.data.exists())
        # Who has read it before goes on: it is what was written there.
        self.assertEqual(self.one.standing(), self.three.standing())
        self.one.stop()
        number = self.fresh()[0]
        self.list(self.three, number)
        self.change("(select max(seq) from record)")
        self.one.start()
        refused = until(lambda: (answer := self.one.ready()).status == 503 and answer, "it is not ready")
        self.assertEqual(refused.code, "catching-up")
        self.assertEqual(self.one.client.send("GET", "/healthz").json["hindrance"], "cannot-follow")
        self.assertEqual(self.one.client.verdict("0950001001"), "listed")
        self.assertEqual(self.propose(self.one, self.fresh()[0]).status, 503)


if __name__ == "__main__":
    unittest.main()
