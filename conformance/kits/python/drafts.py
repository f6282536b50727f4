"""Changes of drafts: what surrounds the judgement of `slot.judge`, and who is told of the result.

Section 4.6 fixes the order: length, availability, ownership, then repetition, envelope, conflict
and number (all `judge`), then the lag of persistence. Nothing is stored or told before the last of
them agreed, so a refusal leaves everything as it was (DP-ERR-003). The whole runs without giving up
the event loop, which makes check and change one atomic step (DP-VER-002).
"""
from __future__ import annotations

from typing import Any, Callable, Protocol

from database import Database, Unavailable
from settings import Limits
from slot import Change, Slot, Verdict, judge
from storage import Storage
from wire import ABSENT, Frame, Refusal, error, event, message


class Requester(Protocol):
    """A connection, as the handlers see it."""

    account: str

    def send(self, text: str) -> None: ...
    def others(self, text: str) -> None: ...  # all connections of the account but this one
    def all(self, text: str) -> None: ...


class Drafts:
    def __init__(self, storage: Storage, limits: Limits, now_s: Callable[[], int]):
        self._storage, self._limits, self._now_s = storage, limits, now_s
        self._database: Database = storage.database

    # --- requests ---

    def update_draft(self, requester: Requester, frame: Frame) -> None:
        preview = frame["encrypted_draft_preview"]
        change = Change(frame["chat_id"], frame.get("change_id"), frame["encrypted_draft_md"],
                        preview, None, frame.get("base_version"), frame.get("proposed_v"))
        verdict = self.attempt(requester.account, change)
        if verdict.outcome == "conflict":
            self.tell_conflict(requester, change)
            return
        superseded = True if verdict.outcome == "superseded" else ABSENT
        requester.send(message(
            "draft_update_receipt", chat_id=change.chat_id, draft_v=verdict.version, success=True,
            superseded=superseded, change_id=change.change_id or ABSENT))
        if verdict.outcome == "stored":
            requester.others(self.announcement(change.chat_id, verdict.slot))

    def delete_draft(self, requester: Requester, frame: Frame) -> None:
        change = Change(frame["chat_id"], frame.get("change_id"), None,
                        tombstone=frame.get("encrypted_tombstone"),
                        base=frame.get("base_version"), proposed=frame.get("proposed_v"))
        verdict = self.attempt(requester.account, change)
        if verdict.outcome == "conflict":
            self.tell_conflict(requester, change)
            return
        requester.send(message(
            "draft_delete_receipt", chat_id=change.chat_id, success=True,
            draft_v=verdict.version, change_id=change.change_id or ABSENT))
        if verdict.outcome == "stored":
            requester.others(self.announcement(change.chat_id, verdict.slot))

    def sync_offline_changes(self, requester: Requester, frame: Frame) -> None:
        """Section 5.4: one change per slot; what is accepted is told to everybody."""
        entries = frame["changes"]
        if len(entries) > self._limits.max_changes_per_replay:
            raise Refusal("too_many_changes")  # DP-LIM-005
        touched: set[str] = set()
        results = []
        for entry in entries:
            chat_id, change_id = entry["chat_id"], entry["change_id"]
            if chat_id in touched:  # DP-REPLAY-002
                requester.send(error(Refusal("replay_refused", chat_id, change_id)))
                outcome, version = "error", 0
            else:
                touched.add(chat_id)
                outcome, version = self._replay(requester, _replayed(entry))
            results.append({"change_id": change_id, "outcome": outcome, "draft_v": version})
        outcomes = [result["outcome"] for result in results]
        conflicts, errors = outcomes.count("conflict"), outcomes.count("error")
        requester.send(message(
            "offline_sync_complete", processed=len(outcomes) - conflicts - errors,
            conflicts=conflicts, errors=errors, results=results))

    def _replay(self, requester: Requester, change: Change) -> tuple[str, int]:
        try:
            verdict = self.attempt(requester.account, change)
        except Refusal as refusal:
            requester.send(error(refusal))
            return "error", 0
        if verdict.outcome == "conflict":
            self.tell_conflict(requester, change)  # DP-REPLAY-006
        if verdict.outcome == "stored":
            requester.all(self.announcement(change.chat_id, verdict.slot))  # DP-REPLAY-003
        return verdict.outcome, verdict.version

    # --- steps that sends use too ---

    def attempt(self, account: str, change: Change) -> Verdict:
        """Judges a change and, if it is accepted, stores it. Raises Refusal."""
        try:
            self.check_lengths(change)
            slot = self.read(change.chat_id)
            known = self.check_owner(account, change.chat_id)
            verdict = judge(slot, change, self._now_s())
            if verdict.outcome == "refused":
                raise Refusal(verdict.code)
            if verdict.outcome == "stored":
                if self._storage.lagging():
                    raise Refusal("persistence_lagging")  # DP-PERS-005
                if not known:
                    self.claim(account, change.chat_id)  # DP-OWN-004
                assert verdict.slot is not None
                self._storage.put(account, change.chat_id, verdict.slot)
            return verdict
        except Refusal as refusal:
            raise Refusal(refusal.code, change.chat_id, change.change_id) from refusal

    def check_lengths(self, change: Change) -> None:
        for sealed in (change.text, change.tombstone if change.sealed else None):
            if sealed is not None and len(sealed) > self._limits.MAX_DRAFT_CHARS:
                raise Refusal("draft_too_long")  # DP-LIM-001
        if change.preview and len(change.preview) > self._limits.max_preview_chars:
            raise Refusal("preview_too_long")  # DP-LIM-002

    def read(self, chat_id: str) -> Slot:
        try:
            return self._storage.read(chat_id)
        except Unavailable as wrong:
            raise Refusal("storage_unavailable", chat_id) from wrong  # DP-READ-006, DP-READ-007

    def check_owner(self, account: str, chat_id: str) -> bool:
        """Whether the chat is known. Refuses someone else's, a deleted one, one too many."""
        try:
            chat = self._database.chat(chat_id)
            count = 0 if chat is not None else self._database.count_chats(account)
        except Unavailable as wrong:
            raise Refusal("ownership_unknown", chat_id) from wrong  # DP-OWN-003
        if chat is not None and chat.account != account:
            raise Refusal("chat_forbidden", chat_id)  # DP-OWN-002
        if chat is not None and chat.deleted:
            raise Refusal("chat_deleted", chat_id)  # DP-DEL-008
        if count >= self._limits.max_chats_per_account:
            raise Refusal("too_many_chats", chat_id)  # DP-LIM-004
        return chat is not None

    def claim(self, account: str, chat_id: str) -> None:
        """The chat is the account's from now on, so its other devices can discover it."""
        try:
            self._database.create_chat(account, chat_id)
        except Unavailable as wrong:
            raise Refusal("storage_unavailable", chat_id) from wrong

    def tell_conflict(self, requester: Requester, change: Change) -> None:
        requester.send(message("draft_conflict", chat_id=change.chat_id,
                               change_id=change.change_id or ABSENT,
                               **self.read(change.chat_id).conflict()))

    def announcement(self, chat_id: str, slot: Slot | None) -> str:
        """What a stored change looks like to those who did not make it."""
        assert slot is not None
        if slot.deleted:
            return message("draft_deleted", chat_id=chat_id, draft_v=slot.version,
                           encrypted_tombstone=slot.tombstone or ABSENT)
        return event(
            "chat_draft_updated", chat_id=chat_id,
            data={"encrypted_draft_md": slot.text, "encrypted_draft_preview": slot.preview},
            versions={"draft_v": slot.version}, last_edited_overall_timestamp=slot.edited_s)


def _replayed(entry: dict[str, Any]) -> Change:
    """A change of a replay list; `version_before_edit` is a sealed change's base."""
    sealed = "proposed_v" in entry
    deletes = entry["type"] == "delete_draft" or entry["value"] is None
    return Change(
        entry["chat_id"], entry["change_id"], None if deletes else entry["value"],
        entry.get("encrypted_draft_preview", ABSENT), entry.get("encrypted_tombstone"),
        entry["version_before_edit"] if sealed else None, entry.get("proposed_v"),
        None if sealed else entry["version_before_edit"])
