"""Cache, jobs and database apart from any connection: time is a number, faults are planted."""
import sqlite3
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

from harness import chat  # first: it makes the kit importable

from database import Database, Unavailable
from drafts import Drafts
from settings import BadSetting, Limits, read_limits, read_settings
from slot import Change, Slot
from storage import Storage
from wire import Refusal

DRAFT = Slot(version=3, text="AAAA", change_id="a")
STONE = Slot(version=4, deleted=True, fence=4)


class Faulty(Database):
    """A database that can be told to fail."""

    broken = False

    def _fail(self):
        if self.broken:
            raise Unavailable

    def load_slot(self, chat_id):
        self._fail()
        return super().load_slot(chat_id)

    def write_slots(self, slots):
        self._fail()
        super().write_slots(slots)

    def chat(self, chat_id):
        self._fail()
        return super().chat(chat_id)


class StorageTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.database = Faulty(Path(self.folder.name) / "drafts.sqlite")
        self.addCleanup(self.database.close)
        self.now, self.woken, self.chat = 1000.0, 0, chat()
        self.storage = Storage(self.database, 100, 30, lambda: self.now, self.wake)

    def wake(self):
        self.woken += 1

    def drafts(self):
        return Drafts(self.storage, Limits(), lambda: int(self.now))

    def test_an_older_job_replaces_nothing_in_whatever_order(self):
        self.database.write_slots({self.chat: STONE})
        self.database.write_slots({self.chat: DRAFT})
        self.database.write_slots({self.chat: replace(STONE, change_id="other")})
        self.assertEqual(self.database.load_slot(self.chat), STONE)

    def test_no_job_brings_back_the_draft_of_a_deleted_chat(self):
        self.database.create_chat("anna", self.chat)
        self.storage.put("anna", self.chat, DRAFT)
        self.database.delete_chat("anna", self.chat)
        self.assertTrue(self.storage.flush())
        self.assertEqual(self.database.load_slot(self.chat), Slot())

    def test_a_slot_survives_the_database_unchanged(self):
        slot = Slot(7, False, True, "t", "p", None, 6, "id", 5, (("x", 1), ("y", 2)))
        self.database.write_slots({self.chat: slot})
        self.assertEqual(self.database.load_slot(self.chat), slot)

    def test_nothing_expires_before_it_is_durable_and_no_version_is_reset(self):
        self.storage.put("anna", self.chat, STONE)
        self.now += 1000
        self.storage.expire()
        self.assertEqual(self.storage.read(self.chat), STONE)
        self.storage.flush()
        self.now += 1000
        self.storage.expire()
        self.assertEqual(self.storage.read(self.chat), STONE)

    def test_a_tombstone_in_the_cache_hides_an_older_row_and_a_newer_row_beats_the_cache(self):
        self.database.write_slots({self.chat: DRAFT})
        self.storage.put("anna", self.chat, STONE)
        self.assertTrue(self.storage.read(self.chat).deleted)
        self.storage.flush()
        self.database.write_slots({self.chat: replace(DRAFT, version=9)})
        self.assertTrue(self.storage.read(self.chat).deleted)
        other = chat()
        self.storage.put("anna", other, DRAFT)
        self.storage.flush()
        self.database.write_slots({other: replace(DRAFT, version=9)})
        self.assertEqual(self.storage.read(other).version, 9)

    def test_a_failed_job_stays_and_the_queue_lags_before_w(self):
        self.storage.put("anna", self.chat, DRAFT)
        self.database.broken = True
        self.assertFalse(self.storage.flush())
        self.now += 22
        self.assertFalse(self.storage.lagging())
        self.now += 1
        self.assertTrue(self.storage.lagging())
        self.database.broken = False
        self.assertTrue(self.storage.flush())
        self.assertFalse(self.storage.lagging())
        self.assertEqual((self.database.load_slot(self.chat), self.woken), (DRAFT, 1))

    def test_while_it_lags_changes_are_refused_but_repeats_and_conflicts_answered(self):
        drafts = self.drafts()
        drafts.attempt("anna", Change(self.chat, "a", "AAAA"))
        self.now += 25
        with self.assertRaises(Refusal) as refused:
            drafts.attempt("anna", Change(self.chat, "b", "BBBB"))
        self.assertEqual(refused.exception.code, "persistence_lagging")
        self.assertEqual(drafts.attempt("anna", Change(self.chat, "a", "AAAA")).outcome, "repeated")
        self.assertEqual(drafts.attempt("anna", Change(self.chat, "c", "C", seen=0)).outcome,
                         "conflict")

    def test_a_failed_lookup_is_retryable_and_leaves_no_trace(self):
        drafts = self.drafts()
        self.database.broken = True
        with self.assertRaises(Refusal) as refused:
            drafts.attempt("anna", Change(self.chat, "a", "AAAA"))
        self.assertEqual(refused.exception.code, "storage_unavailable")
        self.database.broken = False
        self.assertEqual(drafts.attempt("anna", Change(self.chat, "a", "AAAA")).version, 1)

    def test_a_locked_database_is_unavailable_and_not_empty(self):
        other = sqlite3.connect(Path(self.folder.name) / "drafts.sqlite", isolation_level=None)
        self.addCleanup(other.close)
        other.execute("BEGIN IMMEDIATE")
        with self.assertRaises(Unavailable):
            self.database.create_chat("anna", self.chat)
        other.execute("ROLLBACK")
        self.database.create_chat("anna", self.chat)
        self.assertEqual(self.database.chat(self.chat).account, "anna")


class SettingsTest(unittest.TestCase):
    def test_a_bad_setting_is_refused_by_its_name(self):
        for name, value in (("MAX_DRAFT_CHARS", "12x"), ("MAX_DRAFT_CHARS", "-5"),
                            ("DRAFT_PERSISTENCE_TTL_SECONDS", "0")):
            with self.assertRaisesRegex(BadSetting, name):
                read_limits({}, {name: value})
        with self.assertRaisesRegex(BadSetting, "idle_timeout_ms"):
            read_limits({"idle_timeout_ms": 1.5}, {})
        with self.assertRaisesRegex(BadSetting, "DRAFTPROOF_PROFILE"):
            read_settings({"DRAFTPROOF_DATA_DIR": "x", "DRAFTPROOF_LISTEN": "127.0.0.1:0",
                           "DRAFTPROOF_PROFILE": "/nonexistent"})

    def test_the_environment_goes_before_the_profile(self):
        limits = read_limits({"MAX_DRAFT_CHARS": 5, "more": "ignored"}, {"MAX_DRAFT_CHARS": "6"})
        self.assertEqual(limits.MAX_DRAFT_CHARS, 6)


if __name__ == "__main__":
    unittest.main()
