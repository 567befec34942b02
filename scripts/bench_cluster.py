"""The part of scripts/bench that measures several nodes with one journal, all on this machine: durable proposals and
confirmations on one machine alone, on one node and on three; how long one confirmation takes; checks on one, two and three nodes;
how soon a new node has a journal of so many records; how long nothing is written when the database's primary dies."""

import os
import statistics
import tempfile
import threading
import time

import bench_writes
import nodes
import postgres
from client import until

# One at a time, for the time that a confirmation takes.
ONES = 300


def latency(registry, officer, supervisor):
    """Milliseconds of a confirmation, asked of one node after another: median and 99th percentile."""
    took = []
    for number in range(ONES):
        node = registry.all[number % len(registry.all)]
        body = {"identifier": {"q": f"09507{number:05}"}, "method": "khac"}
        made = node.client.send("POST", "/v1/listings", body, officer)
        assert made.status == 201, made.body
        begun = time.perf_counter()
        done = node.client.send("POST", f"/v1/listings/{made.json['id']}/confirm", {"reason": "x"}, {**supervisor, "If-Match": '"1"'})
        took.append(1000 * (time.perf_counter() - begun))
        assert done.status == 200, done.body
    took.sort()
    return statistics.median(took), took[int(0.99 * len(took))]


def at_once(works):
    """The sum of what each came to, all begun together."""
    results = []
    threads = [threading.Thread(target=lambda work=work: results.append(work())) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(results)


def writes(registry, officer, supervisor, folder, seconds, each):
    """Proposals and confirmations a second, over all nodes at once."""
    own = [bench_writes.Writes(node.client.url, officer, supervisor, folder, each, seconds) for node in registry.all]
    for place, one in enumerate(own):
        one.first += 200_000 * place
        one.ids = one.ids.with_name(f"ids{place}")
    return at_once([one.proposals for one in own]), at_once([one.confirmations for one in own])


def without_writes(cluster, registry, officer):
    """Seconds from the death of the primary to the next acknowledged change, a standby being promoted at once."""
    number = iter(range(900_000, 999_999))

    def written():
        body = {"identifier": {"q": f"0950{next(number)}"}, "method": "khac"}
        return registry.first.client.send("POST", "/v1/listings", body, officer).status == 201

    until(written)
    cluster.primary().kill()
    begun = time.monotonic()
    cluster.promote()
    until(written)
    return time.monotonic() - begun


def measure(count, rate_of, question, seconds=4, each=32):
    with postgres.Cluster() as cluster, tempfile.TemporaryDirectory() as folder:
        nodes.SETTINGS["CANHGIAC_LIMITS__ANONYMOUS_BURST"] = nodes.SETTINGS["CANHGIAC_LIMITS__ANONYMOUS_PER_MINUTE"] = "100000000"
        registry = nodes.Nodes(cluster, count)
        try:
            officer = registry.first.client.sign_in(registry.user("canbo.bimson"))
            supervisor = registry.first.client.sign_in(registry.user("chihuy.bimson"))
            median, p99 = latency(registry, officer, supervisor)
            proposed, confirmed = writes(registry, officer, supervisor, folder, seconds, each)
            checked = at_once([lambda node=node: rate_of(node.client.url + "/v1/check", question) for node in registry.all])
            begun = time.monotonic()
            until(lambda: registry.agree())
            print(
                f"{count} node(s), three databases, {os.cpu_count()} processors for all: a confirmation {median:.1f} ms (99 %: {p99:.1f}), "
                f"{proposed:,.0f} proposals/s, {confirmed:,.0f} confirmations/s, {checked:,.0f} checks/s; equal after {time.monotonic() - begun:.1f} s",
                flush=True,
            )
            if count > 1:
                late = nodes.Node(registry, "late")
                begun = time.monotonic()
                position = late.join()
                took = time.monotonic() - begun
                print(f"a new node has {position:,} records after {took:.1f} s: {position / took:,.0f} records/s", flush=True)
                print(f"without writes when the primary dies and another is promoted at once: {without_writes(cluster, registry, officer):.1f} s", flush=True)
        finally:
            registry.close()
