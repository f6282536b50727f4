"""Vectors of what a client reads: the frames of section 3.3, strictly.

This kit is a server and has no client; its JSON reader and its checks of fields are the same.
"""
from __future__ import annotations

import re
from typing import Any, Callable

from sealing.envelope import Refused
from wire import (Refusal, is_chat_id, is_number, is_short_id, is_text, is_text_or_null,
                  parse_object)

Check = Callable[[Any], bool]
HASH = re.compile(r"[0-9a-f]{64}")


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def is_true(value: Any) -> bool:
    return value is True


def map_of(check: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(
        is_chat_id(key) and check(each) for key, each in value.items())


def list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(check(each) for each in value)


def shape(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    """An object with these fields; others are ignored (DP-WIRE-004)."""
    def fits(value: Any) -> bool:
        return isinstance(value, dict) and all(
            name in value and check(value[name]) for name, check in required.items()) and all(
            name not in value or check(value[name]) for name, check in (optional or {}).items())
    return fits


def is_hash(value: Any) -> bool:
    return isinstance(value, str) and HASH.fullmatch(value) is not None


def is_outcome(value: Any) -> bool:
    return value in ("stored", "repeated", "superseded", "conflict", "error")


CHANGE: dict[str, Check] = {"change_id": is_short_id}
TEXTS: dict[str, Check] = {
    "encrypted_draft_md": is_text_or_null, "encrypted_draft_preview": is_text_or_null}
DETAILS = shape({"chat_id": is_chat_id, "draft_v": is_number, "cleared_draft_v": is_number,
                 "messages_v": is_number, **TEXTS}, {"encrypted_tombstone": is_text_or_null})
MESSAGE: dict[str, Check] = {"chat_id": is_chat_id, "message_id": is_short_id}

FRAMES: dict[str, Check] = {
    "draft_update_receipt": shape(
        {"chat_id": is_chat_id, "draft_v": is_number, "success": is_true},
        {"superseded": is_true, **CHANGE}),
    "chat_draft_updated": shape({
        "chat_id": is_chat_id, "data": shape(TEXTS), "versions": shape({"draft_v": is_number}),
        "last_edited_overall_timestamp": is_number}),
    "draft_conflict": shape(
        {"chat_id": is_chat_id, "draft_v": is_number, "deleted": is_flag, **TEXTS},
        {"encrypted_tombstone": is_text_or_null, **CHANGE}),
    "draft_delete_receipt": shape({"chat_id": is_chat_id, "success": is_flag},
                                  {"draft_v": is_number, **CHANGE}),
    "draft_deleted": shape({"chat_id": is_chat_id, "draft_v": is_number},
                           {"encrypted_tombstone": is_text_or_null}),
    "draft_versions_response": shape({
        "versions": map_of(is_number), "tombstone_versions": map_of(is_number),
        "hashes": map_of(is_hash), "unavailable_chat_ids": list_of(is_chat_id)}),
    "chat_details": DETAILS,
    "chat_message_receipt": shape({**MESSAGE, "success": is_flag}),
    "offline_sync_complete": shape({
        "processed": is_number, "conflicts": is_number, "errors": is_number,
        "results": list_of(shape({**CHANGE, "draft_v": is_number, "outcome": is_outcome}))}),
    "initial_sync_response": shape(
        {"chats": list_of(DETAILS), "authoritative": is_flag,
         "deleted_chat_ids": list_of(is_chat_id)}, {"page_token": is_short_id}),
    "chat_message_received": shape({**MESSAGE, "encrypted_content": is_text}),
    "chat_deleted": shape({"chat_id": is_chat_id}),
    "chat_delete_receipt": shape({"chat_id": is_chat_id, "success": is_flag}, CHANGE),
    "error": shape({"code": is_text, "message": is_text}, {"chat_id": is_chat_id, **CHANGE}),
    "pong": shape({}),
}


def check_frame_at_client(given: dict[str, Any]) -> dict[str, Any]:
    text = given["text"] if "text" in given else bytes.fromhex(given["text_hex"]).decode("utf-8")
    try:
        whole = parse_object(text)
    except Refusal as wrong:
        raise Refused from wrong
    name, fields = whole.get("type"), whole.get("payload", {})
    if not isinstance(name, str):
        name, fields = whole.get("event"), whole
    if not isinstance(name, str) or not FRAMES.get(name, lambda _: False)(fields):
        raise Refused
    return {"type": name}


CLIENT_CHECKS = {"frame_at_client": check_frame_at_client}
