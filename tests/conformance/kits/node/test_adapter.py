"""The Node client alone: a scripted server that holds the keys, and time to the millisecond."""
import base64
import hashlib
import json
import subprocess
import tempfile
import unittest
from pathlib import Path

from fleet import Adapter
from harness import chat  # makes the Python kit importable

from sealing import envelope, keys, payload
from sealing.payload import SET, Draft

MASTER, ACCOUNT = bytes.fromhex("9c" * 32), bytes(16)
KEY = keys.epoch_key(MASTER, 1)
OTHER = 0x77


class ClientTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.lunch = "7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4d"
        self.boot, self.said, self.adapter = 0, [], None
        self.begin()

    def begin(self, **config):
        if self.adapter:
            self.adapter.close()
        self.adapter = Adapter(**config)
        self.addCleanup(self.adapter.close)
        self.boot += 1
        self.note(self.adapter.open(self.folder.name, self.boot, f"{self.boot:02x}" * 32))

    def note(self, reply):
        self.said += reply["effects"]
        return reply

    def do(self, op, **fields):
        return self.note(self.adapter.op(op, **fields))

    def took(self, kind):
        """The effects of a kind since the last question; a frame is given as [type, payload]."""
        found = [effect for effect in self.said if effect["effect"] == kind]
        self.said = [effect for effect in self.said if effect["effect"] != kind]
        if kind == "conn.send":
            frames = [json.loads(effect["text"]) for effect in found]
            return [(frame["type"], frame.get("payload")) for frame in frames]
        return [effect["kind"] for effect in found] if kind == "ui.notice" else found

    def hear(self, name, **fields):
        self.do("conn.frame", conn=self.conn(), text=json.dumps({"type": name, "payload": fields}))

    def conn(self):
        opens = [effect["conn"] for effect in self.said if effect["effect"] == "conn.open"]
        self.last = opens[-1] if opens else self.last
        return self.last

    def online(self):
        """Accepts the connection of a client that has nothing."""
        self.do("conn.accept", conn=self.conn())
        self.hear("initial_sync_response", chats=[], authoritative=True, deleted_chat_ids=[])
        self.assertEqual([name for name, _ in self.took("conn.send")], ["initial_sync_request"])

    def type(self, text):
        self.do("ui.switch", chat_id=self.lunch)
        self.do("ui.focus")
        self.do("ui.edit", text=text)

    def wait(self, ms):
        to = self.adapter.now_ms + ms
        while self.adapter.next_ms is not None and self.adapter.next_ms <= to:
            self.do("clock.advance", to_ms=self.adapter.next_ms)
        self.do("clock.advance", to_ms=to)

    def change(self):
        """The one change that was sent."""
        sent = [(name, fields) for name, fields in self.took("conn.send") if name != "ping"]
        self.assertEqual(len(sent), 1, sent)
        return sent[0][1]

    def synced(self, text):
        """A draft that the server acknowledged; its envelope."""
        self.online()
        self.type(text)
        self.wait(1200)
        sent = self.change()
        self.receipt(sent)
        return base64.b64decode(sent["encrypted_draft_md"])

    def receipt(self, sent, **more):
        self.hear("draft_update_receipt", **{
            "chat_id": self.lunch, "draft_v": sent["proposed_v"], "success": True,
            "change_id": sent["change_id"], **more})

    def open(self, sealed):
        expected = envelope.Expected(ACCOUNT, KEY, envelope.DRAFT, keys.slot_id(MASTER, self.lunch))
        return payload.decode(envelope.open_envelope(expected, sealed)[1])

    def seal(self, draft, version, parent):
        slot = keys.slot_id(MASTER, self.lunch)
        header = envelope.Header(2, envelope.DRAFT, keys.key_id(KEY), slot, version, parent)
        nonce = keys.nonce(keys.slot_key(KEY, slot), bytes(24), OTHER, version, 1)
        return envelope.seal(ACCOUNT, KEY, header, nonce, payload.encode(draft))

    def theirs(self, sealed, *texts):
        """What another device makes of a draft: these lines, each with its own dot."""
        before = self.open(sealed)
        dot = (OTHER, 1)
        lines = tuple((text.encode(), dict(before.lines).get(text.encode(), dot)) for text in texts)
        return Draft(SET, {**before.vector, OTHER: 1}, dot, before.clock + 1, before.cleared, lines)

    def update(self, sealed, version):
        self.do("conn.frame", conn=self.conn(), text=json.dumps({
            "event": "chat_draft_updated", "chat_id": self.lunch, "versions": {"draft_v": version},
            "data": {"encrypted_draft_md": base64.b64encode(sealed).decode(),
                     "encrypted_draft_preview": None}, "last_edited_overall_timestamp": 1}))

    def details(self, sealed, version):
        self.hear("chat_details", chat_id=self.lunch, draft_v=version, cleared_draft_v=0,
                  messages_v=0, encrypted_draft_md=base64.b64encode(sealed).decode(),
                  encrypted_draft_preview=None, encrypted_tombstone=None)

    def answer_fetch(self, sealed, version):
        """The client asks for the slot, and for nothing else."""
        self.assertEqual([name for name, _ in self.took("conn.send")], ["get_chat_details"])
        self.details(sealed, version)

    def state(self):
        return self.adapter.state()

    # --- saving ---

    def test_a_save_comes_1200_ms_after_the_last_change_and_not_before(self):
        self.online()
        self.type("a")
        self.wait(1199)
        self.do("ui.edit", text="ab")
        self.wait(1199)
        self.assertEqual(self.took("store.write"), [])
        self.wait(1)
        self.assertTrue(self.took("store.write"))
        sealed = base64.b64decode(self.change()["encrypted_draft_md"])
        self.assertEqual(self.open(sealed).text(), b"ab")

    def test_a_failed_write_sends_nothing_and_keeps_the_text(self):
        self.online()
        self.do("store.fault", mode="full")
        self.type("a")
        self.wait(1200)
        self.assertEqual((self.took("conn.send"), self.took("ui.notice")), ([], ["not_saved"]))
        self.assertTrue(self.state()["unsaved"])
        self.assertEqual(self.state()["chats"], [])
        self.do("store.fault", mode="none")
        self.wait(1200)
        self.assertEqual(self.change()["proposed_v"], 1)

    def test_nothing_readable_is_in_the_store(self):
        self.type("canary-in-the-coal-mine")
        self.wait(1200)
        everything = b"".join(path.read_bytes() for path in Path(self.folder.name).iterdir())
        self.assertNotIn(b"canary", everything)
        self.assertNotIn(self.lunch.encode(), everything)
        self.assertEqual(len({path.stat().st_size for path in Path(self.folder.name).iterdir()} - {
            664, 1176, 2200}), 0)  # header, bucket and tag: 512, 1024 or 2048

    def test_a_damaged_row_is_reported_and_set_aside(self):
        self.type("one")
        self.wait(1200)
        row = keys.row_id(MASTER, f"slot/{self.lunch}").hex()
        for path in Path(self.folder.name).glob(f"{row}.*"):
            path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1]))
        self.said = []
        self.begin()
        self.assertIn("store_row_damaged", self.took("ui.notice"))
        self.assertTrue(list(Path(self.folder.name).glob("*.damaged*")))

    def test_a_text_too_long_stays_whole_and_is_not_sent(self):
        self.begin(max_draft_chars=2000)
        self.online()
        self.type("x" * 3000)
        self.wait(1200)
        self.assertEqual((self.took("conn.send"), self.took("ui.notice")),
                         ([], ["not_synced_too_long"]))
        state = self.state()
        self.assertEqual((state["too_long"], len(state["drafts"][0]["text"])), (True, 3000))

    def test_equal_requests_give_equal_replies(self):
        def life():
            with tempfile.TemporaryDirectory() as folder:
                script = [{"op": "hello", "protocol": 1}, {"op": "case.begin", "config": CONFIG},
                          {"op": "client.open", "dir": folder, "entropy": "aa" * 32, "boot": 1,
                           "url": "ws://h", "token": "t", "account": {
                               "account_id": "00" * 16, "master_key": "9c" * 32, "epoch": 1}},
                          {"op": "ui.switch", "new": True}, {"op": "ui.edit", "text": "a"},
                          {"op": "ui.blur"}, {"op": "conn.refuse", "conn": 1}, {"op": "no.such"},
                          {"op": "state.get"}, {"op": "bye"}]
                lines = "".join(
                    json.dumps({"id": n, **each}) + "\n" for n, each in enumerate(script))
                return subprocess.run(ADAPTER, input=lines, capture_output=True, text=True).stdout
        from fleet import ADAPTER, CONFIG
        self.assertEqual(life(), life())
        self.assertIn('"code":"unsupported"', life())

    # --- the connection ---

    def test_pauses_grow_between_half_and_whole_and_1008_ends_them(self):
        for attempt in range(8):
            self.do("conn.refuse", conn=self.conn())
            whole = min(1000 * 2 ** attempt, 30000)
            pause = self.adapter.next_ms - self.adapter.now_ms
            self.assertTrue(whole / 2 <= pause <= whole, (attempt, pause))
            self.wait(pause)
        self.do("conn.accept", conn=self.conn())
        self.do("conn.closed", conn=self.conn(), code=1008, reason="Invalid session")
        self.assertEqual((self.state()["connection"], self.adapter.next_ms), ("signed_out", None))

    def test_silence_after_a_ping_and_a_missing_receipt_end_the_connection(self):
        self.online()
        self.wait(24999)
        self.assertEqual(self.took("conn.send"), [])
        self.wait(1)
        self.assertEqual(self.took("conn.send"), [("ping", None)])
        self.wait(10000)
        self.assertEqual(len(self.took("conn.close")), 1)

    def test_frames_that_are_not_strict_are_ignored(self):
        sealed = self.synced("a")
        parent = hashlib.sha256(sealed).digest()
        good = base64.b64encode(self.seal(self.theirs(sealed, "b"), 2, parent))
        text = json.dumps({"event": "chat_draft_updated", "chat_id": self.lunch,
            "last_edited_overall_timestamp": 1, "versions": {
            "draft_v": 2}, "data": {"encrypted_draft_md": good.decode(),
                                    "encrypted_draft_preview": None}})
        self.assertEqual(self.took("conn.send"), [])
        for bad in (text.replace('"event"', '"chat_id": 1, "event"'), text + "x", text[:-1],
                    text.replace('"draft_v": 2', '"draft_v": 2.0'), "[" + text + "]"):
            self.do("conn.frame", conn=self.conn(), text=bad)
            self.assertEqual(self.state()["editor_text"], "a", bad[:60])
        self.assertEqual(self.took("conn.send"), [])
        self.do("conn.frame", conn=self.conn(),
                text=text.replace(good.decode(), good.decode().rstrip("=") + "\\n"))
        self.answer_fetch(sealed, 1)
        self.assertEqual(self.state()["editor_text"], "a")
        self.do("conn.frame", conn=self.conn(), text=text)
        self.assertEqual(self.state()["editor_text"], "b")

    # --- synchronising ---

    def test_a_focused_editor_with_unsaved_text_is_not_replaced_but_merged_at_the_save(self):
        sealed = self.synced("a\nb\nc\nd")
        self.do("ui.edit", text="a\nb\nc\nD")
        parent = hashlib.sha256(sealed).digest()
        newer = self.seal(self.theirs(sealed, "A", "b", "c", "d"), 2, parent)
        self.update(newer, 2)
        self.assertEqual(self.state()["editor_text"], "a\nb\nc\nD")
        self.wait(1200)
        self.assertEqual(self.state()["editor_text"], "A\nb\nc\nD")
        sent = self.change()
        self.assertEqual((sent["base_version"], sent["proposed_v"]), (2, 3))

    def test_something_that_does_not_open_changes_nothing_and_is_reported(self):
        sealed = self.synced("a")
        broken = bytearray(self.seal(self.theirs(sealed, "b"), 2, hashlib.sha256(sealed).digest()))
        broken[-1] ^= 1
        self.update(bytes(broken), 2)
        self.assertEqual(self.took("ui.notice"), ["security_authentication"])
        self.answer_fetch(sealed, 1)
        self.update(b"0" * 60, 3)
        self.assertEqual(self.took("ui.notice"), ["security_authentication"])
        self.answer_fetch(sealed, 1)
        self.update(base64.b64decode(envelope.seal_field(MASTER, bytes(12), b"clear")), 4)
        self.assertEqual(self.took("ui.notice"), ["security_downgrade"])
        self.answer_fetch(sealed, 1)
        self.assertEqual((self.state()["editor_text"], self.took("conn.send")), ("a", []))

    def test_another_number_in_a_receipt_is_an_error_and_the_slot_is_read_again(self):
        self.online()
        self.type("a")
        self.wait(1200)
        self.receipt(self.change(), draft_v=7)
        self.assertEqual(self.took("ui.notice"), ["protocol_error"])
        self.assertEqual([name for name, _ in self.took("conn.send")], ["get_chat_details"])

    def lost(self, after_ms):
        self.synced("a")
        self.do("conn.closed", conn=self.conn(), code=1006, reason="")
        self.wait(after_ms)
        while self.state()["connection"] != "connecting":
            self.wait(self.adapter.next_ms - self.adapter.now_ms)
        self.do("conn.accept", conn=self.conn())
        self.took("conn.send")
        self.hear("initial_sync_response", chats=[], authoritative=True, deleted_chat_ids=[])
        self.hear("draft_versions_response", versions={self.lunch: 0}, tombstone_versions={},
                  hashes={}, unavailable_chat_ids=[])
        name, fields = self.took("conn.send")[0]
        if name == "sync_offline_changes":
            fields = fields["changes"][0]
        self.assertEqual(fields["proposed_v"], 2)
        return self.took("ui.notice")

    def test_a_young_loss_is_noted_and_healed(self):
        self.assertEqual(self.lost(0), ["server_lost_recent"])

    def test_an_old_loss_is_an_alarm_and_healed(self):
        self.assertEqual(self.lost(60000), ["security_rollback"])

    def test_refusals_are_retried_or_said(self):
        self.online()
        self.type("a")
        self.wait(1200)
        first = self.change()
        for pause in (1000, 2000, 4000):
            self.hear("error", code="storage_unavailable", message="", chat_id=self.lunch,
                      change_id=first["change_id"])
            self.wait(pause - 1)
            self.assertEqual(self.took("conn.send"), [])
            self.wait(1)
            self.assertEqual(self.change(), first)
        self.hear("error", code="chat_forbidden", message="", chat_id=self.lunch,
                  change_id=first["change_id"])
        self.assertEqual(self.took("ui.notice"), ["not_synced_refused"])
        self.assertEqual(self.state()["drafts"][0]["text"], "a")

    def test_a_deleted_chat_leaves_unsynced_text_in_the_archive(self):
        self.synced("a")
        self.do("ui.edit", text="a and more")
        self.hear("chat_deleted", chat_id=self.lunch)
        state = self.state()
        self.assertEqual((state["chats"], state["drafts"]), ([], []))
        self.assertEqual([each["text"] for each in state["archive"]], ["a and more"])
        self.assertEqual(self.took("ui.notice"), ["chat_deleted_kept_text"])


if __name__ == "__main__":
    unittest.main()
