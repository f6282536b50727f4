"""One slot and the rules by which it changes (protocol section 4).

`judge` is a pure function of what is known about the slot and a change; it returns what is to
happen and never does it. Ownership, lengths and the lag of persistence are judged around it, by
`drafts.py`, in the order of section 4.6.
"""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import header
from header import NO_PARENT, fingerprint
from wire import ABSENT

JUMP_MAX = 2**32  # DP-VER-007, DP-VER-008
EARLIER_KEPT = 32  # ids of older unsealed changes that are remembered (DP-VER-042)


@dataclass(frozen=True)
class Slot:
    """What a slot holds. Version 0 is a slot to which nothing ever happened."""

    version: int = 0
    deleted: bool = False
    sealed: bool = False  # it has held something sealed, and never goes back (DP-FIELD-003)
    text: str | None = None
    preview: str | None = None
    tombstone: str | None = None
    fence: int = 0  # version of the newest deletion
    change_id: str | None = None
    edited_s: int = 0
    earlier: tuple[tuple[str, int], ...] = ()  # older unsealed changes: id, version

    @property
    def has_draft(self) -> bool:
        return self.text is not None

    @property
    def content(self) -> str | None:
        """The stored bytes that the next sealed change names as its parent."""
        return self.text if self.text is not None else self.tombstone

    def parent_of_next(self) -> bytes:
        """DP-VER-001; zeros over an empty slot and over an unsealed tombstone (4.6)."""
        return NO_PARENT if self.content is None else fingerprint(self.content)

    def details(self) -> dict[str, Any]:
        """The draft fields of `chat_details`: explicit nulls, never omitted (DP-FRAME-022)."""
        return {"draft_v": self.version if self.has_draft else 0, "cleared_draft_v": self.fence,
                "encrypted_draft_md": self.text, "encrypted_draft_preview": self.preview,
                "encrypted_tombstone": self.tombstone}

    def conflict(self) -> dict[str, Any]:
        """The draft fields of `draft_conflict`: here a deletion shows its version."""
        return {"draft_v": self.version, "deleted": self.deleted,
                "encrypted_draft_md": self.text, "encrypted_draft_preview": self.preview,
                "encrypted_tombstone": self.tombstone}


@dataclass(frozen=True)
class Change:
    """A draft or a deletion, live, replayed or by a send. Sealed means: with a proposed number."""

    chat_id: str
    change_id: str | None
    text: str | None  # None deletes
    preview: Any = ABSENT
    tombstone: str | None = None
    base: int | None = None
    proposed: int | None = None
    seen: int | None = None  # an unsealed replay's version_before_edit

    @property
    def sealed(self) -> bool:
        return self.proposed is not None

    @property
    def deletes(self) -> bool:
        return self.text is None


@dataclass(frozen=True)
class Verdict:
    """`stored`, `repeated`, `superseded`, `conflict`, or `refused` with an error code."""

    outcome: str
    version: int = 0
    slot: Slot | None = None
    code: str = ""


def judge(slot: Slot, change: Change, now_s: int) -> Verdict:
    """Repetition, envelope, conflict, number: the middle of section 4.6."""
    repeated = _repetition(slot, change)
    if repeated is not None:
        return repeated
    return _judge_sealed(slot, change, now_s) if change.sealed else \
        _judge_unsealed(slot, change, now_s)


def _repetition(slot: Slot, change: Change) -> Verdict | None:
    """Section 4.4: what came before is answered as before and changes nothing."""
    if slot.version == 0:
        return None
    if change.change_id is not None and change.change_id == slot.change_id:
        return Verdict("repeated", slot.version)
    if _same_bytes(slot, change):
        return Verdict("repeated", slot.version)
    if not change.sealed:
        for change_id, version in slot.earlier:
            if change_id == change.change_id:
                return Verdict("superseded", version)
    return None


def _same_bytes(slot: Slot, change: Change) -> bool:
    """DP-VER-040. An unsealed deletion has no bytes, so it is never identical to another."""
    if change.deletes:
        return change.tombstone is not None and slot.deleted and (
            change.sealed and change.tombstone == slot.tombstone)
    if change.sealed:
        return change.text == slot.text
    return change.text == slot.text and change.preview in (ABSENT, slot.preview)


def _judge_sealed(slot: Slot, change: Change, now_s: int) -> Verdict:
    parent = _envelope_parent(change)
    if parent is None:
        return Verdict("refused", code="envelope_invalid")  # DP-VER-009, DP-VER-012
    if change.base != slot.version or parent != slot.parent_of_next():
        return Verdict("conflict", slot.version)  # DP-VER-001, DP-VER-003
    assert change.proposed is not None
    if not slot.version < change.proposed <= slot.version + JUMP_MAX:
        return Verdict("refused", code="version_invalid")  # DP-VER-006, DP-VER-007
    stored = Slot(
        version=change.proposed,  # DP-VER-004: exactly the number that was sealed
        deleted=change.deletes, sealed=True, text=change.text,
        preview=None if change.deletes else change.preview or None,
        tombstone=change.tombstone if change.deletes else None,
        fence=change.proposed if change.deletes else slot.fence,
        change_id=change.change_id, edited_s=now_s)
    return Verdict("stored", stored.version, stored)


def _envelope_parent(change: Change) -> bytes | None:
    """The parent that the change's envelope names, or None if the header contradicts the frame."""
    wanted = header.TOMBSTONE if change.deletes else header.DRAFT
    envelope = change.tombstone if change.deletes else change.text
    parsed = header.parse_sealed(envelope) if envelope is not None else None
    if parsed is None or parsed[0].kind != wanted or parsed[0].version != change.proposed:
        return None
    if change.preview and not change.deletes and not _preview_belongs(change, parsed[0]):
        return None
    return parsed[0].parent


def _preview_belongs(change: Change, draft: header.Header) -> bool:
    """DP-VER-012: kind 2, slot id and version of the draft, and the draft's hash as parent."""
    parsed = header.parse_sealed(change.preview)
    assert change.text is not None
    return (parsed is not None and parsed[0].kind == header.PREVIEW
            and parsed[0].version == draft.version and parsed[0].slot_id == draft.slot_id
            and parsed[0].parent == fingerprint(change.text))


def _judge_unsealed(slot: Slot, change: Change, now_s: int) -> Verdict:
    if slot.sealed:
        return Verdict("refused", code="slot_sealed")  # DP-VER-011
    if change.text == "":
        return Verdict("refused", code="envelope_invalid")  # DP-VER-024
    if change.seen is not None and change.seen < slot.version:
        return Verdict("conflict", slot.version)  # DP-REPLAY-008
    version = slot.version + 1  # DP-VER-021; a deletion consumes one too (DP-VER-033)
    earlier = slot.earlier
    if slot.change_id is not None:
        earlier = ((slot.change_id, slot.version), *earlier)[:EARLIER_KEPT]
    stored = Slot(version=version, change_id=change.change_id, edited_s=now_s, earlier=earlier,
                  fence=slot.fence)
    if change.deletes:
        stored = replace(stored, deleted=True, fence=version)
    else:
        # DP-FRAME-008: an absent preview leaves the stored one, null removes it.
        preview = slot.preview if change.preview is ABSENT else change.preview
        stored = replace(stored, text=change.text, preview=preview)
    return Verdict("stored", version, stored)
