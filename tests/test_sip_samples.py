"""Kamailio as its samples in config/deploy have it: with the table of a mirror, and asking a mirror for each call."""

import contextlib
import json
import re
import socket
import sqlite3
import subprocess
import unittest

from client import RUNNING, Client, Program, free_port, until
from deployed import HERE, program, sample
from exchange import Exchange
from test_mirror import Mirrored

LISTED, DECLINE, NOT_FOUND = "0950001001", 603, 404
EXPORT, MIRROR, PORT = "/var/lib/canhgiac-mirror/export", "http://127.0.0.1:8781", "127.0.0.1:5060"


class Kamailio(Mirrored):
    def kamailio(self, name, **places):
        """Kamailio with a sample; returns an exchange that asks it."""
        port, folder = free_port(), self.top / "kamailio"
        folder.mkdir()
        config = folder / name
        config.write_text(sample(name, **{PORT: f"{HERE}:{port}", **places}))
        log = open(folder / "log", "wb")
        self.addCleanup(log.close)
        process = subprocess.Popen(
            [program("kamailio"), "-DD", "-E", "-m", "32", "-M", "4", "-Y", folder, "-w", folder, "-f", config],
            stdout=log, stderr=log,
        )
        RUNNING.add(process)

        def stop():
            process.terminate()
            process.wait(timeout=30)
            RUNNING.discard(process)

        self.addCleanup(stop)
        self.said = lambda: (folder / "log").read_text()
        exchange = Exchange(port)
        self.addCleanup(exchange.close)

        def listens():
            assert process.poll() is None, self.said()
            return exchange.is_answered()

        until(listens, self.said)
        return exchange

    def answers_as_an_exchange_asks(self, exchange):
        """A number in every way in which networks write it, who the network says it is, and what is no number."""
        for caller in (LISTED, "+84" + LISTED[1:], "84" + LISTED[1:]):
            self.assertEqual(exchange.call(caller), DECLINE, caller)
        self.assertEqual(exchange.call(LISTED, "OPTIONS"), DECLINE)
        for caller in ("0950999999", "+84950999999", "113", "anonymous", "0950001001%27%20OR%20%271%27=%271", "9" * 40, "+", ""):
            self.assertEqual(exchange.call(caller), NOT_FOUND, caller)
        for asserted in (f"<sip:+84{LISTED[1:]}@exchange.example>", f"<tel:+84{LISTED[1:]}>"):
            self.assertEqual(exchange.call("0950999999", more=f"P-Asserted-Identity: {asserted}\r\n"), DECLINE)
        self.assertEqual(exchange.call(LISTED, more="P-Asserted-Identity: <sip:0950999999@exchange.example>\r\n"), NOT_FOUND)
        self.assertEqual(exchange.call(LISTED, "REGISTER"), 405)
        self.assertNotIn(LISTED[1:], self.said())

    def test_the_table_declines_who_is_listed_and_lets_through_who_was_taken_off_without_a_restart(self):
        export = self.top / "export"
        mirror = self.start("--export-dir", str(export), "--export", "sqlite")
        until((export / "listings.sqlite").exists, "the first export")
        exchange = self.kamailio("kamailio-sqlite.cfg", **{EXPORT: export})
        self.answers_as_an_exchange_asks(exchange)
        number = next(self.numbers)
        # All processes of Kamailio, which take turns.
        everywhere = lambda status: {exchange.call(number) for _ in range(20)} == {status}
        self.assertTrue(everywhere(NOT_FOUND))
        self.registry.list(number)
        until(lambda: everywhere(DECLINE), "the call declined")
        self.registry.delist(number)
        until(lambda: everywhere(NOT_FOUND), "the call let through")
        # Nor does a restart of the mirror matter, which writes into the same file.
        self.assertEqual(mirror.stop(), 0)
        self.registry.list(number)
        self.assertTrue(everywhere(NOT_FOUND))
        again = self.start("--export-dir", str(export), "--export", "sqlite")
        until(lambda: everywhere(DECLINE), "the call declined")
        self.assertEqual(again.stop(), 0)

    def test_calls_pass_while_there_is_no_table_and_when_nobody_keeps_it_up_to_date(self):
        export = self.top / "export"
        exchange = self.kamailio("kamailio-sqlite.cfg", **{EXPORT: export})
        self.assertEqual(exchange.call(LISTED), NOT_FOUND)
        until(lambda: "listings.sqlite can't be read" in self.said(), self.said)
        done = self.once("--export-dir", str(export), "--export", "sqlite")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual({exchange.call(LISTED) for _ in range(20)}, {DECLINE})
        with contextlib.closing(sqlite3.connect(export / "listings.sqlite")) as table, table:
            table.execute("UPDATE listings SET valid_until = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 second')")
        self.assertEqual({exchange.call(LISTED) for _ in range(20)}, {NOT_FOUND})

    def test_calls_go_on_while_the_table_is_being_changed(self):
        export = self.top / "export"
        self.assertEqual(self.once("--export-dir", str(export), "--export", "sqlite").returncode, 0)
        exchange = self.kamailio("kamailio-sqlite.cfg", **{EXPORT: export})
        self.assertEqual({exchange.call(LISTED) for _ in range(20)}, {DECLINE})
        with contextlib.closing(sqlite3.connect(export / "listings.sqlite", isolation_level=None)) as writer:
            for _ in range(200):
                writer.execute("BEGIN IMMEDIATE")
                writer.execute("UPDATE listings SET seq = seq + 1")
                self.assertEqual(exchange.call(LISTED), DECLINE)
                writer.execute("COMMIT")
        self.assertNotIn("can't be read", self.said())

    def test_a_mirror_is_asked_for_each_call_and_calls_pass_while_it_does_not_answer(self):
        port = free_port()
        # A second instead of ten: the test waits for it.
        places = {MIRROR: f"http://{HERE}:{port}", "autoexpire=10;": "autoexpire=1;"}
        exchange = self.kamailio("kamailio-live.cfg", **places)
        self.assertEqual(exchange.call(LISTED), NOT_FOUND)
        until(lambda: "the mirror does not answer" in self.said(), self.said)
        mirror = Program(*self.arguments("--listen", f"{HERE}:{port}"))
        mirror.client = Client(json.loads(mirror.first_line)["url"])
        self.current(mirror)
        until(lambda: exchange.call(LISTED) == DECLINE, "the mirror asked again")
        self.answers_as_an_exchange_asks(exchange)
        number = next(self.numbers)
        self.assertEqual(exchange.call(number), NOT_FOUND)
        self.registry.list(number)
        until(lambda: exchange.call(number) == DECLINE, "the call declined")
        self.registry.delist(number)
        until(lambda: exchange.call(number) == NOT_FOUND, "the call let through")
        self.assertEqual(mirror.stop(), 0)
        self.assertEqual(exchange.call(LISTED), NOT_FOUND)

    def test_a_mirror_that_hangs_holds_up_few_calls_and_those_for_a_second(self):
        with socket.create_server((HERE, 0)) as silent:
            exchange = self.kamailio("kamailio-live.cfg", **{MIRROR: f"http://{HERE}:{silent.getsockname()[1]}"})
            silent.setblocking(False)
            self.assertEqual(exchange.call(LISTED), NOT_FOUND)
            for _ in range(100):
                self.assertEqual(exchange.call(LISTED), NOT_FOUND)
            connections = 0
            with contextlib.suppress(BlockingIOError):
                while True:
                    silent.accept()[0].close()
                    connections += 1
        [processes] = re.findall(r"^children=(\d+)$", sample("kamailio-live.cfg"), re.M)
        self.assertLessEqual(connections, int(processes), "not one for each call")


if __name__ == "__main__":
    unittest.main()
