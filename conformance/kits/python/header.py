"""The part of a sealed thing that a server can read: base64 and the public header (section 8).

A server never opens an envelope. It parses the header so that it can refuse what contradicts the
frame (DP-VER-009, DP-VER-012), and hashes the bytes, which name the state that the next change must
have seen (DP-VER-001).
"""
from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass

HEADER_SIZE = 136
TAG_SIZE = 16
MAGIC = b"DSE1"
DRAFT, PREVIEW, WRAPPED_KEY, LOCAL_ROW, TOMBSTONE, MESSAGE = range(1, 7)
NO_PARENT = bytes(32)
VERSION_MAX = 2**53 - 1

# magic, suite, kind, flags, key_id, slot_id, version, parent, nonce, commitment
_LAYOUT = struct.Struct("<4sBBH16s16sQ32s24s32s")


@dataclass(frozen=True)
class Header:
    suite: int
    kind: int
    key_id: bytes
    slot_id: bytes
    version: int
    parent: bytes
    nonce: bytes
    commitment: bytes


def decode_base64(text: str) -> bytes | None:
    """The bytes of a canonical base64 text, or None for any other spelling (DP-WIRE-017)."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    # Python ignores stray trailing bits; only the text that encodes back to itself is canonical.
    return decoded if base64.b64encode(decoded).decode("ascii") == text else None


def parse_header(sealed: bytes) -> Header | None:
    """The header, or None if it is malformed (DP-ENV-013)."""
    if len(sealed) < HEADER_SIZE + TAG_SIZE:
        return None
    (magic, suite, kind, flags, key_id, slot_id, version, parent, nonce,
     commitment) = _LAYOUT.unpack_from(sealed)
    if magic != MAGIC or suite not in (1, 2) or flags != 0 or version > VERSION_MAX:
        return None
    fits_kind = {
        DRAFT: version >= 1, PREVIEW: version >= 1, TOMBSTONE: version >= 1,
        WRAPPED_KEY: version >= 1 and slot_id == bytes(16) and parent == NO_PARENT,
        LOCAL_ROW: parent == NO_PARENT, MESSAGE: version == 0 and parent == NO_PARENT}
    if not fits_kind.get(kind, False):
        return None
    return Header(suite, kind, key_id, slot_id, version, parent, nonce, commitment)


def parse_sealed(text: str) -> tuple[Header, bytes] | None:
    """Header and bytes of an envelope as it travels in a frame."""
    sealed = decode_base64(text)
    header = parse_header(sealed) if sealed is not None else None
    return (header, sealed) if header is not None and sealed is not None else None


def fingerprint(text: str) -> bytes:
    """SHA-256 of the decoded bytes; of the text itself where it is not canonical base64."""
    decoded = decode_base64(text)
    return hashlib.sha256(text.encode("utf-8") if decoded is None else decoded).digest()
