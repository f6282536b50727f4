"""Frames: strict reading of what clients send (protocol sections 3.1 and 3.2).

`read_frame` turns one text message into a `Frame` or raises a `Refusal` that carries the error code
and, as far as they could be read, the ids of the refused change (DP-WIRE-014). It does not judge
versions, owners or lengths; that is the business of `drafts.py`.
"""
from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Callable

NUMBER_MAX = 2**53 - 1
DEPTH_MAX = 8
CHAT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
SHORT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

# One fixed sentence per code; nothing a client sent is repeated in it (DP-ERR-001, -002).
SENTENCES = {
    "invalid_json": "The frame is not one strict JSON object.",
    "invalid_frame": "A field of the frame is missing, of the wrong type or out of range.",
    "unknown_type": "The server does not know this frame.",
    "frame_too_large": "The frame exceeds the length limit.",
    "chat_forbidden": "The chat belongs to another account.",
    "chat_deleted": "The chat was deleted.",
    "ownership_unknown": "The owner of the chat could not be looked up.",
    "draft_too_long": "The draft exceeds the length limit.",
    "preview_too_long": "The preview exceeds the length limit.",
    "message_too_long": "The message exceeds the length limit.",
    "too_many_chats": "The account holds as many chats as it may.",
    "too_many_changes": "The replay holds more changes than one frame may.",
    "too_many_connections": "The account has as many connections as it may.",
    "slot_sealed": "The slot is sealed; only sealed changes are accepted.",
    "envelope_invalid": "The public header of the envelope is invalid or contradicts the frame.",
    "version_invalid": "The proposed version is not acceptable for this slot.",
    "replay_refused": "An earlier change of the same draft stands in this replay.",
    "storage_unavailable": "The storage is not available.",
    "persistence_lagging": "Too many accepted changes are waiting to become durable.",
    "internal": "The server failed.",
}


class Refusal(Exception):
    """A request that is answered with `error`; `code` is one of section 3.4."""

    def __init__(self, code: str, chat_id: str | None = None, change_id: str | None = None):
        super().__init__(code)
        self.code, self.chat_id, self.change_id = code, chat_id, change_id


class _Absent:
    """The value of a field that is not there; null is a value and different (section 3.2)."""

    def __bool__(self) -> bool:
        return False


ABSENT = _Absent()


@dataclass(frozen=True)
class Frame:
    type: str
    fields: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.fields.get(name, ABSENT)

    def get(self, name: str) -> Any:
        """The field, or None where it is absent."""
        return self.fields.get(name)


# --- strict JSON ---------------------------------------------------------------------------------

def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("the same key twice")  # DP-WIRE-007
    return found


def _whole(digits: str) -> int | float:
    # "-0" and every other negative number becomes a float, which no version or count may be.
    return float(digits) if digits.startswith("-") else int(digits)


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are not JSON


def _check_depth(value: Any) -> None:
    level, current = 0, [value]
    while current:
        level += 1
        if level > DEPTH_MAX:
            raise ValueError("nested too deep")  # DP-WIRE-010
        below: list[Any] = []
        for item in current:
            children = item.values() if isinstance(item, dict) else item
            below += [child for child in children if isinstance(child, (dict, list))]
        current = below


def parse_object(text: str) -> dict[str, Any]:
    """One JSON object, or `invalid_json` (DP-WIRE-007, -009, -010, -013)."""
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_int=_whole,
                           parse_constant=_no_constant)
        if not isinstance(value, dict):
            raise ValueError("not an object")
        _check_depth(value)
        if "\\u" in text:  # an escaped lone surrogate cannot be written as UTF-8
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        return value
    except (ValueError, RecursionError) as wrong:
        raise Refusal("invalid_json") from wrong


# --- fields --------------------------------------------------------------------------------------

Check = Callable[[Any], bool]


def is_number(value: Any) -> bool:
    """DP-WIRE-011: whole, written plainly, 0 to 2^53 - 1."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= NUMBER_MAX


def is_chat_id(value: Any) -> bool:
    return isinstance(value, str) and CHAT_ID.fullmatch(value) is not None


def is_short_id(value: Any) -> bool:
    return isinstance(value, str) and SHORT_ID.fullmatch(value) is not None


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_text_or_null(value: Any) -> bool:
    return value is None or isinstance(value, str)


def is_anything(value: Any) -> bool:
    return True


def is_change_list(value: Any) -> bool:
    return isinstance(value, list)  # each entry is checked by `_check_entries`


def is_version_map(value: Any) -> bool:
    return isinstance(value, dict) and all(
        is_chat_id(key) and is_number(version) for key, version in value.items())


# Field name -> (check, required). Fields that are not listed are ignored (DP-WIRE-004).
Schema = dict[str, tuple[Check, bool]]

_VERSIONED: Schema = {"base_version": (is_number, False), "proposed_v": (is_number, False)}

SCHEMAS: dict[str, Schema] = {
    "ping": {},
    "update_draft": {
        "chat_id": (is_chat_id, True), "encrypted_draft_md": (is_text_or_null, True),
        "encrypted_draft_preview": (is_text_or_null, False), "change_id": (is_short_id, False),
        **_VERSIONED},
    "delete_draft": {
        "chat_id": (is_chat_id, True), "change_id": (is_short_id, False),
        "encrypted_tombstone": (is_text, False), **_VERSIONED},
    "get_draft_versions": {"chats": (is_change_list, True)},
    "get_chat_details": {"chat_id": (is_chat_id, True)},
    "sync_offline_changes": {"changes": (is_change_list, True)},
    "initial_sync_request": {"chat_versions": (is_version_map, True),
                             "page_token": (is_short_id, False)},
    "chat_message_added": {
        "chat_id": (is_chat_id, True), "message_id": (is_short_id, True),
        "encrypted_content": (is_text, True), "preserve_draft": (is_anything, False),
        "encrypted_tombstone": (is_text, False), **_VERSIONED},
    "delete_chat": {"chat_id": (is_chat_id, True), "change_id": (is_short_id, False)},
}

ENTRY_SCHEMAS: dict[str, tuple[str, Schema]] = {
    "get_draft_versions": ("chats", {"chat_id": (is_chat_id, True),
                                     "client_draft_v": (is_number, True)}),
    "sync_offline_changes": ("changes", {
        "change_id": (is_short_id, True), "chat_id": (is_chat_id, True),
        "type": (lambda value: value in ("draft", "delete_draft"), True),
        "value": (is_text_or_null, True), "version_before_edit": (is_number, True),
        "proposed_v": (is_number, False), "encrypted_draft_preview": (is_text_or_null, False),
        "encrypted_tombstone": (is_text, False)}),
}

VERSIONS_ASKED_MAX = 200  # DP-FRAME-005


def _refuse(fields: Any) -> Refusal:
    """`invalid_frame` with the ids that could be read (DP-WIRE-013, DP-WIRE-014)."""
    fields = fields if isinstance(fields, dict) else {}
    chat_id = fields.get("chat_id", fields.get("chatId"))
    change_id = fields.get("change_id", fields.get("message_id"))
    return Refusal("invalid_frame", chat_id if is_chat_id(chat_id) else None,
                   change_id if is_short_id(change_id) else None)


def _check(fields: Any, schema: Schema) -> None:
    """DP-WIRE-008: a known field is there if it must be, and has its type."""
    if not isinstance(fields, dict):
        raise _refuse(fields)
    for name, (check, required) in schema.items():
        if (required and name not in fields) or (name in fields and not check(fields[name])):
            raise _refuse(fields)
    # DP-FRAME-002: a sealed change has both numbers, an unsealed one has neither.
    if "base_version" in schema and ("base_version" in fields) != ("proposed_v" in fields):
        raise _refuse(fields)


def _join_chat_ids(fields: dict[str, Any]) -> dict[str, Any]:
    """DP-FRAME-004: `delete_draft` may say `chatId`; two different ids are refused."""
    if "chatId" not in fields:
        return fields
    if "chat_id" in fields and fields["chat_id"] != fields["chatId"]:
        raise _refuse(fields)
    return {**fields, "chat_id": fields["chatId"]}


def read_frame(text: str) -> Frame:
    """The frame in either envelope (DP-WIRE-001), or a Refusal."""
    whole = parse_object(text)
    if isinstance(whole.get("type"), str):
        name, fields = whole["type"], whole.get("payload", {})
    elif isinstance(whole.get("event"), str):
        name, fields = whole["event"], whole
    else:
        raise _refuse(whole)  # DP-WIRE-003
    schema = SCHEMAS.get(name)
    if schema is None:
        raise Refusal("unknown_type")  # DP-WIRE-005
    if not schema:
        return Frame(name, {})
    if name == "delete_draft" and isinstance(fields, dict):
        fields = _join_chat_ids(fields)
    _check(fields, schema)
    if name in ENTRY_SCHEMAS:
        key, entry_schema = ENTRY_SCHEMAS[name]
        entries = fields[key]
        if name == "get_draft_versions":
            entries = entries[:VERSIONS_ASKED_MAX]
            fields = {**fields, key: entries}
        for entry in entries:
            _check(entry, entry_schema)
    return Frame(name, fields)


# --- what the server says ------------------------------------------------------------------------

def message(name: str, **fields: Any) -> str:
    """A frame in envelope A; fields that are ABSENT are left out."""
    payload = {key: value for key, value in fields.items() if value is not ABSENT}
    return json.dumps({"type": name, "payload": payload}, separators=(",", ":"),
                      ensure_ascii=False)


def event(name: str, **fields: Any) -> str:
    """A frame in envelope B."""
    return json.dumps({"event": name, **fields}, separators=(",", ":"), ensure_ascii=False)


def error(refusal: Refusal) -> str:
    return message("error", code=refusal.code, message=SENTENCES[refusal.code],
                   chat_id=refusal.chat_id or ABSENT, change_id=refusal.change_id or ABSENT)
