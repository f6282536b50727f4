"""Sending a message, which consumes the draft, and deleting a chat (sections 5.3 and 4.5).

The message and what becomes of the draft are written in one transaction before anything is
answered, so a send is durable when it is acknowledged, and a repeat finds both.
"""
from __future__ import annotations

from database import Unavailable
from drafts import Drafts, Requester
from settings import Limits
from slot import Change, Slot, judge
from storage import Storage
from wire import Frame, Refusal, message

KEPT, CONFLICT, UNUSABLE = "kept", "conflict", "unusable"  # or the version, as a number


class Messages:
    def __init__(self, storage: Storage, drafts: Drafts, limits: Limits, now_s):
        self._storage, self._drafts, self._limits, self._now_s = storage, drafts, limits, now_s
        self._database = storage.database

    def chat_message_added(self, requester: Requester, frame: Frame) -> None:
        chat_id, message_id = frame["chat_id"], frame["message_id"]
        try:
            self._send(requester, frame, chat_id, message_id)
        except Refusal as refusal:
            raise Refusal(refusal.code, chat_id, message_id) from refusal

    def _send(self, requester: Requester, frame: Frame, chat_id: str, message_id: str) -> None:
        content = frame["encrypted_content"]
        if len(content) > self._limits.max_message_chars:
            raise Refusal("message_too_long")  # DP-LIM-006
        slot = self._drafts.read(chat_id)
        known = self._drafts.check_owner(requester.account, chat_id)
        try:
            outcome = self._database.draft_outcome(chat_id, message_id)
            is_new = outcome is None
            if outcome is None:
                outcome, stored = self._consume(slot, frame)
                if not known:
                    self._drafts.claim(requester.account, chat_id)
                self._database.add_message(chat_id, message_id, content, outcome, stored)
                if stored is not None:
                    self._storage.took_effect(chat_id, stored)
        except Unavailable as wrong:
            raise Refusal("storage_unavailable") from wrong
        self._answer(requester, chat_id, message_id, outcome)
        if is_new:  # DP-MSG-008; a repeat deletes and tells nothing again (DP-MSG-006)
            requester.others(message("chat_message_received", chat_id=chat_id,
                                     message_id=message_id, encrypted_content=content))
            if stored is not None:
                requester.others(self._drafts.announcement(chat_id, stored))

    def _consume(self, slot: Slot, frame: Frame) -> tuple[str, Slot | None]:
        """What becomes of the draft. The message is stored whatever this says (DP-MSG-002)."""
        if frame["preserve_draft"] is True:  # DP-FRAME-007: only the literal
            return KEPT, None
        change = Change(frame["chat_id"], frame["message_id"], None,
                        tombstone=frame.get("encrypted_tombstone"),
                        base=frame.get("base_version"), proposed=frame.get("proposed_v"))
        if not change.sealed and not slot.sealed and not slot.has_draft:
            return str(slot.fence), None  # nothing to delete costs no version
        try:
            self._drafts.check_lengths(change)
        except Refusal:
            return UNUSABLE, None
        verdict = judge(slot, change, self._now_s())
        if verdict.outcome == "conflict":
            return CONFLICT, None
        if verdict.outcome == "refused":
            return UNUSABLE, None
        return str(verdict.version), verdict.slot

    def _answer(self, requester: Requester, chat_id: str, message_id: str, outcome: str) -> None:
        """DP-MSG-005: the receipt, and what became of the draft."""
        requester.send(message("chat_message_receipt", chat_id=chat_id, message_id=message_id,
                               success=True))
        if outcome == CONFLICT:
            self._drafts.tell_conflict(requester, Change(chat_id, message_id, None))
        elif outcome == UNUSABLE:
            requester.send(message("draft_delete_receipt", chat_id=chat_id, change_id=message_id,
                                   success=False))
        elif outcome != KEPT:
            requester.send(message("draft_delete_receipt", chat_id=chat_id, change_id=message_id,
                                   success=True, draft_v=int(outcome)))

    def delete_chat(self, requester: Requester, frame: Frame) -> None:
        """DP-DEL-007. Deleting a chat again, or one nobody has, succeeds as well."""
        chat_id, change_id = frame["chat_id"], frame.get("change_id")
        try:
            chat = self._database.chat(chat_id)
        except Unavailable as wrong:
            raise Refusal("ownership_unknown", chat_id, change_id) from wrong
        if chat is not None and chat.account != requester.account:
            raise Refusal("chat_forbidden", chat_id, change_id)
        was_deleted = chat is not None and chat.deleted
        if not was_deleted:
            try:
                self._database.delete_chat(requester.account, chat_id)
            except Unavailable as wrong:
                raise Refusal("storage_unavailable", chat_id, change_id) from wrong
            self._storage.forget(chat_id)
        receipt = {"change_id": change_id} if change_id is not None else {}
        requester.send(message("chat_delete_receipt", chat_id=chat_id, success=True, **receipt))
        if not was_deleted:
            requester.others(message("chat_deleted", chat_id=chat_id))
