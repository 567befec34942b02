"""Several machines of one registry for the tests: nodes that share a journal in PostgreSQL, each with a data folder of its own."""

import json
import pathlib
import subprocess
import tempfile

from client import BINARY, Client, Program, free_port, run, until

# All nodes name one address, as behind a load balancer.
SETTINGS = {"CANHGIAC_SERVER__PUBLIC_URL": "http://localhost:8080", "CANHGIAC_LIMITS__OFFICER_REQUESTS_PER_MINUTE": "1000000"}
SERVICE, FOUNDER = "canhgiac_journal", "canhgiac_schema"


class Node:
    def __init__(self, nodes, name):
        self.nodes, self.data = nodes, pathlib.Path(nodes.folder.name) / name
        self.listen, self.program = f"127.0.0.1:{free_port()}", None
        self.client = Client(f"http://{self.listen}")

    def join(self):
        done = self.try_to_join()
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["position"]

    def try_to_join(self):
        """Makes the folder from the journal and the master secret of the first node."""
        command = [BINARY, "node", "join", "--data", self.data, "--journal", self.nodes.dsn(SERVICE), "--json"]
        with open(self.nodes.first.data / "master.key", "rb") as secret:
            return subprocess.run(command, stdin=secret, capture_output=True, text=True, timeout=120, check=False)

    def start(self):
        arguments = ["serve", "--data", self.data, "--journal", self.nodes.dsn(SERVICE), "--listen", self.listen, "--admin-listen", "127.0.0.1:0"]
        self.program = Program(*arguments, environment=SETTINGS)
        assert self.program.first_line, self.program.logged()

    def demo(self):
        """Founds the registry with sample people, and serves it."""
        arguments = ["demo", "--data", self.data, "--journal", self.nodes.dsn(FOUNDER), "--listen", self.listen, "--json"]
        self.program = Program(*arguments, environment=SETTINGS)
        assert self.program.first_line, self.program.logged()
        return json.loads(self.program.first_line)

    def kill(self):
        self.program.kill()

    def stop(self):
        return self.program.stop()

    def ready(self):
        return self.client.send("GET", "/readyz")

    def command(self, *arguments):
        """A command at the machine, beside the service or without it."""
        return run(*arguments, "--data", str(self.data), "--journal", self.nodes.dsn(SERVICE))

    def standing(self):
        """What must be the same on all nodes: the log's size and root, and the digest of what is in force."""
        checkpoint = self.client.send("GET", "/v1/ledger/checkpoint").body.splitlines()[:3]
        who = self.client.token(self.nodes.known["partners"][0])
        snapshot = self.client.send("GET", "/v1/feed/snapshot?format=list", headers=who)
        return checkpoint, snapshot.headers.get("feed-count"), snapshot.headers.get("feed-digest")


class Nodes:
    """A registry on so many nodes. The first founds it."""

    def __init__(self, cluster, count=3):
        self.cluster = cluster
        self.folder = tempfile.TemporaryDirectory(prefix="canhgiac-nodes-", ignore_cleanup_errors=True)
        self.all = [Node(self, f"node{number}") for number in range(1, count + 1)]
        self.first = self.all[0]
        self.known = self.first.demo()
        for node in self.all[1:]:
            node.join()
            node.start()

    def dsn(self, role):
        return self.cluster.dsn(role)

    def close(self):
        for node in self.all:
            if node.program.process.poll() is None:
                node.kill()
        self.folder.cleanup()

    def user(self, name):
        return next(user for user in self.known["users"] if user["username"] == name)

    def agree(self):
        """Waits until all nodes show the same, and returns that."""

        def same():
            shown = [node.standing() for node in self.all]
            return shown[0] if all(one == shown[0] for one in shown) else None

        return until(same, lambda: f"all nodes agree: {[node.standing() for node in self.all]}")
