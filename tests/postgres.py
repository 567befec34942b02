"""PostgreSQL for the tests: one server, or three of which a commit waits for two, in a folder of their own on 127.0.0.1. They
are killed, paused, promoted and taken back as hosts are that lose power, hang and are replaced."""

import atexit
import contextlib
import csv
import io
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

from client import free_port, until

VERSIONS = pathlib.Path("/usr/lib/postgresql")
NAMES = "abc"
DATABASE, ROLES = "canhgiac", ("canhgiac_schema", "canhgiac_journal")
# Without `wal_log_hints` nothing can be rewound. What a server kept for others it has for the one that comes back. Shared
# memory is in its folder: in /dev/shm one that is killed would leave it. A recovery syncs all files at once first, not one by one.
SETTINGS = (
    "listen_addresses='127.0.0.1' shared_buffers=32MB dynamic_shared_memory_type=mmap max_connections=60 max_wal_senders=10 fsync=on "
    "full_page_writes=on wal_level=replica wal_log_hints=on wal_keep_size=256MB hot_standby=on recovery_target_timeline=latest "
    "recovery_init_sync_method=syncfs wal_retrieve_retry_interval=500ms wal_receiver_timeout=2s wal_sender_timeout=2s"
).split()
# What a standby logs that can't follow its primary by itself: it has what the primary never had, or lacks what is gone there.
APART = re.compile(r"forked off|is not a child|already been removed|not in this server's history|behind recovery timeline|ahead of the WAL flush")
# It refuses to run as root.
IDENTITY = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
STARTED = set()


@atexit.register
def end_all():
    """The processes of one that is paused would outlive its postmaster."""
    for server in STARTED:
        server.kill()


def install():
    """Debian's, of which nothing is started. It creates a cluster unless what it needs for that is told before not to."""
    if any(VERSIONS.glob("*/bin/initdb")):
        return
    get = "DEBIAN_FRONTEND=noninteractive apt-get install -qy"
    none = "sed -i 's/^#* *create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf"
    policy = pathlib.Path("/usr/sbin/policy-rc.d")
    with contextlib.ExitStack() as after:
        if not policy.exists():
            policy.write_text("#!/bin/sh\nexit 101\n")
            after.callback(policy.unlink)
            policy.chmod(0o755)
        for command in ("apt-get update -q", f"{get} postgresql-common", none, f"{get} postgresql"):
            subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL)


def program(name):
    return max(VERSIONS.glob("*/bin/initdb"), key=lambda file: float(file.parts[-3])).with_name(name)


def own(path):
    if IDENTITY:
        shutil.chown(path, "postgres", "postgres")


def stat(process):
    """A process's state and its parent; of one that is gone, or only waits to be forgotten, nothing."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        state, parent = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:2]
        return None if state in "ZX" else (state, int(parent))


def stopped(process):
    return (stat(process) or "T")[0] in "Tt"


class Server:
    def __init__(self, folder, name, port=None):
        self.name, self.port = name, port or free_port()
        self.home = pathlib.Path(folder) / name
        self.data, self.log = self.home / "data", self.home / "log"
        # There while it is a standby, or is to start as one.
        self.standby = self.data / "standby.signal"
        self.process, self.paused = None, False
        self.home.mkdir()
        own(self.home)

    def create(self, *settings):
        self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        with open(self.data / "postgresql.conf", "a") as file:
            file.write("\n".join(["", *SETTINGS, *settings, ""]))

    def copy(self, primary):
        """Takes all that the primary has, in place of what it held. Not by its own name: a commit would wait for the copy."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.run("pg_basebackup", "-D", self.data, "-d", f"host=127.0.0.1 port={primary.port} user=postgres", "-X", "stream", "-c", "fast", "-N")
        self.follow(primary)

    def rewind(self, primary):
        """Takes back what the primary never had, where what it holds allows it. `pg_rewind` itself recovers what was killed,
        which it can't as a standby, and asks the primary's last checkpoint for its timeline."""
        self.standby.unlink(missing_ok=True)
        primary.sql("checkpoint")
        self.run("pg_rewind", "-D", self.data, "-N", "--source-server", f"{self.source(primary)} dbname=postgres")
        self.follow(primary)

    def follow(self, primary):
        """Becomes a standby of this primary: one that runs at once, else when it is started."""
        setting = f"primary_conninfo = '{self.source(primary)}'"
        if self.running:
            self.sql(f"alter system set {setting}; select pg_reload_conf()")
        else:
            # The last line counts. A rewound server has the lines of the one that it was rewound by.
            with open(self.data / "postgresql.auto.conf", "a") as file:
                file.write(f"{setting}\n")
            self.standby.touch()
            own(self.standby)

    def source(self, primary):
        return f"host=127.0.0.1 port={primary.port} user=postgres application_name={self.name}"

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def start(self):
        """Returns when it answers. What differs between servers is told here: `pg_rewind` copies settings too."""
        assert not self.running, f"{self.name} runs"
        command = [program("postgres"), "-D", self.data, "-p", str(self.port), "-k", self.home, "-c", f"cluster_name={self.name}"]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.home, **IDENTITY)
        STARTED.add(self)
        until(self.ready, lambda: f"{self.name} answers: {self.logged()[-4000:]}")

    def ready(self):
        assert self.running, f"{self.name} ended by itself: {self.logged()[-4000:]}"
        return not self.run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), check=False).returncode

    def children(self):
        """Of a postmaster that is stopped: it starts none meanwhile, and forgets none, so that no other process has their ids."""
        numbers = [int(entry.name) for entry in pathlib.Path("/proc").iterdir() if entry.name.isdecimal()]
        return [number for number in numbers if (stat(number) or (None, None))[1] == self.process.pid]

    def hold(self, what):
        """Stops the postmaster, and sends a signal to its children, which it returns."""
        self.process.send_signal(signal.SIGSTOP)
        until(lambda: stopped(self.process.pid), f"{self.name} stopped")
        for child in (children := self.children()):
            os.kill(child, what)
        return children

    def kill(self):
        """As when power fails: nothing of it does anything more. What a boot forgets is removed: shared memory, and locks by
        process ids, which another server may have by then."""
        if not self.running:
            return
        # The seventh line of the first tells the key and the id of the memory by which it would see that it still runs.
        locks = [self.data / "postmaster.pid", *self.home.glob(".s.PGSQL.*")]
        memory = locks[0].read_text().splitlines()[6:7] if locks[0].exists() else []
        children = self.hold(signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        until(lambda: not any(map(stat, children)), f"all of {self.name} ended")
        self.paused = False
        for lock in locks:
            lock.unlink(missing_ok=True)
        subprocess.run(["ipcrm", *(word for line in memory for word in ("-m", line.split()[1]))], check=False, capture_output=True)

    def stop(self):
        """In order: it ends connections, writes a checkpoint and ends."""
        if self.running:
            self.resume()
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=60)

    def pause(self):
        """A host that accepts connections and answers nothing."""
        if not self.paused:
            self.paused = True
            children = self.hold(signal.SIGSTOP)
            until(lambda: all(map(stopped, children)), f"all of {self.name} stopped")

    def resume(self):
        if self.paused:
            for process in (*self.children(), self.process.pid):
                os.kill(process, signal.SIGCONT)
            self.paused = False

    def run(self, name, *arguments, check=True, text=None):
        done = subprocess.run([program(name), *arguments], input=text or "", capture_output=True, text=True, timeout=120, cwd=self.home, **IDENTITY)
        assert not check or not done.returncode, f"{name} at {self.name}: {done.stderr}"
        return done

    def sql(self, text, database="postgres", role="postgres"):
        """Rows of texts; NULL is an empty one. Each statement is a transaction unless the text says otherwise."""
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", role, "-d", database]
        out = self.run("psql", "-qAtX", "--csv", "-v", "ON_ERROR_STOP=1", *where, "-f", "-", text=text).stdout
        return [row or [""] for row in csv.reader(io.StringIO(out))]

    def is_primary(self):
        return self.running and not self.paused and self.sql("select pg_is_in_recovery()") == [["f"]]

    def logged(self):
        return self.log.read_text(errors="replace")


class Cluster:
    """Of three servers each commit waits until a second has it on its disk, whichever is the primary."""

    def __init__(self, count=3):
        self.folder = tempfile.TemporaryDirectory(prefix="canhgiac-pg-", dir="/tmp", ignore_cleanup_errors=True)
        os.chmod(self.folder.name, 0o755)
        self.servers = [Server(self.folder.name, name) for name in NAMES[:count]]

    def __enter__(self):
        try:
            first, *others = self.servers
            first.create(*[f"synchronous_standby_names = 'ANY 1 ({','.join(server.name for server in self.servers)})'"][: len(others)])
            first.start()
            roles = "".join(f"create role {role} login;" for role in ROLES)
            # Nobody is there yet to wait for.
            first.sql(f"set synchronous_commit = local; {roles} create database {DATABASE} owner {ROLES[0]}")
            for server in others:
                server.copy(first)
                server.start()
            self.wait_streaming(len(others))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.kill()
            STARTED.discard(server)
        # Three hundred files each, beside each other: one after another this takes four times as long.
        for removal in [subprocess.Popen(["rm", "-rf", part]) for part in pathlib.Path(self.folder.name).glob("*/data/base/*")]:
            removal.wait()
        self.folder.cleanup()

    def dsn(self, role, attributes="read-write"):
        hosts = ",".join(f"127.0.0.1:{server.port}" for server in self.servers)
        return f"postgres://{role}@{hosts}/{DATABASE}?target_session_attrs={attributes}"

    def primary(self):
        """Of two, one that was paused while another was promoted, the one that was promoted last."""
        primaries = [server for server in self.servers if server.is_primary()]
        assert primaries, "no primary"
        return max(primaries, key=lambda server: server.sql("select pg_walfile_name(pg_current_wal_lsn())"))

    def standbys(self):
        return [server for server in self.servers if server.running and not server.paused and not server.is_primary()]

    def promote(self, index=None):
        """Makes a standby the primary, of all that answer the one that received most, and the others follow it."""
        most = "select greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) - '0/0'"
        standbys = self.standbys()
        chosen = max(standbys, key=lambda server: int(server.sql(most)[0][0])) if index is None else self.servers[index]
        chosen.run("pg_ctl", "promote", "-w", "-D", chosen.data)
        for server in {*standbys} - {chosen}:
            server.follow(chosen)
        return chosen

    def rejoin(self, index):
        """Takes a server back as a standby of the primary, and returns when it streams: how it came back, by what it held
        ("followed"), without what the primary never had ("rewound") or by a copy of all ("copied")."""
        server = self.servers[index]
        server.stop()
        primary = self.primary()
        ways = {"followed": server.follow, "rewound": server.rewind, "copied": server.copy}
        if not server.standby.exists():
            del ways["followed"]
        for how, way in ways.items():
            with contextlib.suppress(AssertionError):
                way(primary)
                if self.joins(server, primary):
                    return how
            server.stop()
        raise AssertionError(f"{server.name} does not join: {server.logged()[-4000:]}")

    def joins(self, server, primary):
        """Starts a standby, and says whether it streams or can't."""
        before = len(server.logged())
        server.start()
        return until(lambda: server.name in self.streaming(primary) or APART.search(server.logged()[before:]), server.logged) is True

    @staticmethod
    def streaming(primary):
        """The names of those that stream from a primary; with three, of those that a commit may wait for."""
        seen = "select application_name from pg_stat_replication where state = 'streaming' and sync_state in ('quorum', 'sync')"
        return {name for (name,) in primary.sql(seen)}

    def wait_streaming(self, count):
        primary = self.primary()
        until(lambda: len(self.streaming(primary)) >= count, lambda: f"{count} stream: {self.streaming(primary)}")


if __name__ == "__main__":
    # Runs a command beside one server of which everybody on this machine is the owner: for the tests of the journal's engine.
    install()
    with Cluster(1) as alone:
        address = f"postgres://postgres@127.0.0.1:{alone.servers[0].port}"
        done = subprocess.run(sys.argv[1:], env={**os.environ, "CANHGIAC_TEST_POSTGRES": address}, check=False)
    sys.exit(done.returncode)
