"""The trials of scripts/prove themselves: that what they hold to be a disk is one, and that they find what they look for."""

import copy
import io
import pathlib
import random
import shutil
import tempfile
import unittest

from prove import damages
from prove.commands import Commands
from prove.disk import MANNERS, Disk, File
from prove.facts import Facts
from prove.office import Office
from prove.outcome import Outcome, Trial
from prove.power import Recording, recorder
from prove.sample import Sample
from prove.soak import Use

TIMES = 200


class Model(unittest.TestCase):
    def lefts(self, file):
        chance = random.Random(1)
        return {manner: {file.left(manner, chance) for _ in range(TIMES)} for manner in MANNERS}

    def test_what_was_synced_is_there_and_what_was_not_may_be(self):
        file = File(b"")
        file.write(0, b"a" * 600)
        file.begin_sync(1)
        file.write(600, b"b" * 9000)
        file.end_sync(1)
        lefts = self.lefts(file)
        self.assertEqual(lefts["nothing"], {b"a" * 600})
        self.assertEqual(lefts["everything"], {b"a" * 600 + b"b" * 9000})
        for manner in ("a beginning", "pages"):
            self.assertGreater(len(lefts[manner]), 3)
            self.assertEqual({left[:600] for left in lefts[manner]}, {b"a" * 600})
        self.assertTrue(any(b"\0" * 4096 in left for left in lefts["pages"]), "no page was left out")

    def test_an_overwritten_sector_is_the_old_or_the_new_one_and_never_mixed(self):
        file = File(b"o" * 8192)
        file.write(0, b"n" * 8192)
        for left in self.lefts(file)["pages"]:
            for at in range(0, 8192, 512):
                self.assertIn(left[at : at + 512], (b"o" * 512, b"n" * 512))

    def test_what_was_cut_and_written_again_shows_nothing_of_before(self):
        file = File(b"o" * 100)
        file.write(10, None)
        file.write(50, b"n")
        self.assertEqual(self.lefts(file)["everything"], {b"o" * 10 + bytes(40) + b"n"})

    def test_a_name_is_certain_once_its_folder_was_synced(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "old").write_bytes(b"1")
            disk = Disk(folder)
            disk.happens("c", 7, 0, b"draft")
            disk.happens("w", 7, 0, b"2")
            disk.happens("s", 7, 1, b"")
            disk.happens("S", 7, 1, b"")
            disk.happens("n", 0, 0, b"draft\0old")
            chance = random.Random(2)
            self.assertEqual(disk.left("nothing", chance), {"old": b"1"})
            self.assertEqual(disk.left("everything", chance), {"old": b"2"})
            disk.happens("s", folder.stat().st_ino, 2, b"")
            disk.happens("S", folder.stat().st_ino, 2, b"")
            self.assertEqual(disk.left("nothing", chance), {"old": b"2"})

    def test_a_fact_that_is_not_so_is_told(self):
        facts = Facts([[["verdict", "1"], ["no_record", "listed"]], [["verdict", "2"], ["listed"]]])
        names = list(facts.may)
        told = facts.wrong(lambda names: [(name, "no_record") for name in names], names)
        self.assertEqual(told, ["verdict 2: no_record, must be listed"])

    def test_what_grows_all_the_time_is_told(self):
        use = Use(0)
        use.seconds, use.descriptors, use.threads = list(range(90)), [40] * 90, [8] * 90
        use.memory = [100 + min(n, 20) for n in range(90)]
        self.assertEqual(list(use.wrongs()), [])
        use.memory, use.descriptors = [100 + n / 2 for n in range(90)], [40 + n for n in range(90)]
        self.assertEqual(len(list(use.wrongs())), 2)


class Trials(unittest.TestCase):
    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="canhgiac-test-"))
        self.addCleanup(shutil.rmtree, self.top, ignore_errors=True)
        self.outcome = Outcome("trials", io.StringIO())

    def test_a_recording_makes_the_folder_again_and_a_disk_that_never_synced_is_found_out(self):
        library = recorder(self.top)
        trial = Trial(self.outcome, self.top / "recording")
        trial.folder.mkdir()
        recording = Recording(trial, library, "1")
        recording.make(trial)
        self.assertEqual(trial.wrongs, [])
        disk, data = copy.deepcopy(recording.disk), recording.office.data
        for record in recording.everything:
            disk.happens(*record)
        left = disk.left("everything", random.Random(3))
        now = {str(path.relative_to(data)): path.read_bytes() if path.is_file() else None for path in data.rglob("*")}
        nothing = object()
        self.assertEqual([name for name in {*left, *now} if left.get(name, nothing) != now.get(name, nothing)], [])
        # Acknowledged, and the disk said so, and did not do it.
        recording.everything = [record for record in recording.everything if record[0] != "S"]
        recording.try_images(self.outcome, 4)
        self.assertIn("lost", self.outcome.counts)

    def test_what_a_command_said_it_has_made_outlives_a_power_failure(self):
        library = recorder(self.top)
        trial = Trial(self.outcome, self.top / "commands")
        office = Office(trial.folder)
        self.assertEqual(office.program.stop(), 0)
        Commands(trial, office, library).run(4, random.Random(5))
        self.assertEqual(trial.wrongs, [])

    def test_an_answer_that_is_not_right_is_found(self):
        sample = Sample(self.top / "sample")
        self.addCleanup(sample.close)
        sample.right["0950600000"] = ("listed",)
        patience, damages.PATIENCE = damages.PATIENCE, 0
        self.addCleanup(setattr, damages, "PATIENCE", patience)
        wound = damages.Wound(sample, self.top / "wound", "other", random.Random(4))
        with self.assertRaisesRegex(damages.Wrong, "0950600000"):
            wound.looked_at("other")


if __name__ == "__main__":
    unittest.main()
