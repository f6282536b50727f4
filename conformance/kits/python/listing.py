"""Reading: versions of slots, details of one chat, and the listing of all (3.3 and 5.1)."""
from __future__ import annotations

from typing import Any

from database import Unavailable
from drafts import Drafts, Requester
from settings import Limits
from slot import Slot
from storage import Storage
from wire import ABSENT, Frame, Refusal, message
from header import fingerprint


class Listing:
    def __init__(self, storage: Storage, drafts: Drafts, limits: Limits):
        self._storage, self._drafts, self._limits = storage, drafts, limits
        self._database = storage.database

    def get_draft_versions(self, requester: Requester, frame: Frame) -> None:
        versions: dict[str, int] = {}
        tombstones: dict[str, int] = {}
        hashes: dict[str, str] = {}
        unavailable: list[str] = []
        for chat_id in dict.fromkeys(entry["chat_id"] for entry in frame["chats"]):
            try:
                chat = self._database.chat(chat_id)
                if chat is not None and (chat.account != requester.account or chat.deleted):
                    continue  # an absent id means nothing (DP-FRAME-006)
                slot = self._storage.read(chat_id)
            except Unavailable:
                unavailable.append(chat_id)  # DP-FRAME-025: and nowhere else
                continue
            versions[chat_id] = slot.version if slot.has_draft else 0
            if slot.deleted:
                tombstones[chat_id] = slot.version  # DP-FRAME-026
            if slot.content is not None:
                hashes[chat_id] = fingerprint(slot.content).hex()  # DP-FRAME-024
        requester.send(message("draft_versions_response", versions=versions,
                               tombstone_versions=tombstones, hashes=hashes,
                               unavailable_chat_ids=unavailable))

    def get_chat_details(self, requester: Requester, frame: Frame) -> None:
        chat_id = frame["chat_id"]
        try:
            chat = self._database.chat(chat_id)
        except Unavailable as wrong:
            raise Refusal("ownership_unknown", chat_id) from wrong
        if chat is not None and chat.account != requester.account:
            raise Refusal("chat_forbidden", chat_id)
        if chat is not None and chat.deleted:
            raise Refusal("chat_deleted", chat_id)
        slot = self._drafts.read(chat_id)
        try:
            details = self._details(chat_id, slot)
        except Unavailable as wrong:
            raise Refusal("storage_unavailable", chat_id) from wrong
        requester.send(message("chat_details", **details))

    def _details(self, chat_id: str, slot: Slot) -> dict[str, Any]:
        return {"chat_id": chat_id, **slot.details(),
                "messages_v": self._database.count_messages(chat_id)}

    def initial_sync_request(self, requester: Requester, frame: Frame) -> None:
        """One page of all chats, in the order in which they came into being.

        A token is `s` or `f` and the position of the last chat looked at; `f` remembers that a
        lookup failed on some page, so that the last one does not claim to be authoritative.
        """
        complete, position = _read_token(frame.get("page_token"))
        page = self._limits.initial_sync_page
        try:
            rows = self._database.chats_after(requester.account, position, page + 1)
            deleted = [chat_id for chat_id in frame["chat_versions"]
                       if (chat := self._database.chat(chat_id)) is not None
                       and chat.account == requester.account and chat.deleted]
        except Unavailable as wrong:
            raise Refusal("storage_unavailable") from wrong
        chats = []
        for row in rows[:page]:
            try:
                details = self._details(row.chat_id, self._storage.read(row.chat_id))
            except Unavailable:
                complete = False  # DP-FRAME-029
                continue
            # DP-DEL-009, DP-FRAME-034: without messages a chat is listed while it has a draft.
            if details["messages_v"] > 0 or details["encrypted_draft_md"] is not None:
                chats.append(details)
        more = len(rows) > page
        token = f"{'s' if complete else 'f'}{rows[page - 1].position}" if more else ABSENT
        requester.send(message("initial_sync_response", chats=chats,
                               authoritative=complete and not more, deleted_chat_ids=deleted,
                               page_token=token))


def _read_token(token: str | None) -> tuple[bool, int]:
    if token is None:
        return True, 0
    if token[0] not in "sf" or not token[1:].isascii() or not token[1:].isdigit():
        raise Refusal("invalid_frame")
    return token[0] == "s", min(int(token[1:]), 2**62)
