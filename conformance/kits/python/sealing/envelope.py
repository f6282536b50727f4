"""Sealing and opening (sections 8, 8.2 and 8.3), both suites, all kinds, and `field` ciphertext.

All reasons for which something does not open look the same: `Refused`, without a word (DP-ENV-010).
"""
from __future__ import annotations

import base64
import hmac
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import (crypto_aead_xchacha20poly1305_ietf_decrypt,
                           crypto_aead_xchacha20poly1305_ietf_encrypt)
from nacl.exceptions import CryptoError

from . import keys

XCHACHA, AES_GCM = 1, 2
DRAFT, PREVIEW, WRAPPED_KEY, LOCAL_ROW, TOMBSTONE, MESSAGE = range(1, 7)
HEADER_SIZE, TAG_SIZE = 136, 16
BUCKETS = (512, 1024, 2048, 4096, 8192)


class Refused(Exception):
    """The envelope is not what was expected, for whatever reason."""


@dataclass(frozen=True)
class Header:
    suite: int
    kind: int
    key_id: bytes
    slot_id: bytes
    version: int
    parent: bytes

    def associated(self) -> bytes:
        """Header bytes 0 to 79: what is authenticated beside the account."""
        return (b"DSE1" + struct.pack("<BBH", self.suite, self.kind, 0) + self.key_id
                + self.slot_id + struct.pack("<Q", self.version) + self.parent)


@dataclass(frozen=True)
class Expected:
    """What the opener already knows; anything else is refused (DP-ENV-005, -006, -007, -009)."""

    account: bytes
    key: bytes  # Ke, or the wrap key for kind 3
    kind: int
    slot_id: bytes
    version: int | None = None
    parent: bytes | None = None


# --- padding (DP-PAD-001) ------------------------------------------------------------------------

def padme(length: int) -> int:
    exponent = length.bit_length() - 1
    kept = exponent.bit_length()  # floor(log2 e) + 1
    step = 1 << (exponent - kept)
    return (length + step - 1) // step * step


def padded_length(kind: int, content: int) -> int:
    """The bucket for that many bytes and the marker. Raises Refused where the kind has none."""
    needed = content + 1
    if kind in (PREVIEW, WRAPPED_KEY):
        if needed > 512:
            raise Refused
        return 512
    for bucket in BUCKETS if kind != TOMBSTONE else BUCKETS[3:]:
        if needed <= bucket:
            return bucket
    return padme(needed)


def pad(kind: int, content: bytes) -> bytes:
    return (content + b"\x80").ljust(padded_length(kind, len(content)), b"\0")


def unpad(kind: int, padded: bytes) -> bytes:
    """DP-PAD-002: the one spelling that `pad` has."""
    content, marker, zeros = padded.rpartition(b"\x80")
    if not marker or zeros.strip(b"\0") or padded_length(kind, len(content)) != len(padded):
        raise Refused
    return content


# --- sealing and opening -------------------------------------------------------------------------

def _aad(account: bytes, associated: bytes) -> bytes:
    return b"draftsync/v1\0\0\0\0" + account + associated


def seal(account: bytes, key: bytes, header: Header, nonce: bytes, content: bytes) -> bytes:
    """The envelope; `nonce` is N and has to be fresh (DP-ENV-001)."""
    associated = header.associated()
    aad = _aad(account, associated)
    message_key, commitment = keys.message_key(keys.slot_key(key, header.slot_id), nonce, aad)
    padded = pad(header.kind, content)
    if header.suite == XCHACHA:
        body = crypto_aead_xchacha20poly1305_ietf_encrypt(padded, aad, nonce, message_key)
    else:
        body = AESGCM(message_key).encrypt(nonce[:12], padded, aad)
    return associated + nonce + commitment + body


def parse(envelope: bytes) -> Header:
    """The public header of something whole. Raises Refused (DP-ENV-003, DP-ENV-013)."""
    if len(envelope) < HEADER_SIZE + TAG_SIZE or envelope[:4] != b"DSE1":
        raise Refused
    suite, kind, flags = struct.unpack_from("<BBH", envelope, 4)
    header = Header(suite, kind, envelope[8:24], envelope[24:40],
                    struct.unpack_from("<Q", envelope, 40)[0], envelope[48:80])
    no_parent = header.parent == bytes(32)
    fits_kind = {
        DRAFT: header.version >= 1, PREVIEW: header.version >= 1, TOMBSTONE: header.version >= 1,
        WRAPPED_KEY: header.version >= 1 and header.slot_id == bytes(16) and no_parent,
        LOCAL_ROW: no_parent, MESSAGE: header.version == 0 and no_parent}
    if (suite not in (XCHACHA, AES_GCM) or flags != 0 or header.version > 2**53 - 1
            or not fits_kind.get(kind, False)):
        raise Refused
    return header


def open_envelope(expected: Expected, envelope: bytes) -> tuple[Header, bytes]:
    """Header and content without padding. Raises Refused."""
    header = parse(envelope)
    if (header.kind != expected.kind or header.slot_id != expected.slot_id
            or header.key_id != keys.key_id(expected.key)
            or expected.version not in (None, header.version)
            or expected.parent not in (None, header.parent)):
        raise Refused
    nonce, commitment, body = envelope[80:104], envelope[104:136], envelope[136:]
    aad = _aad(expected.account, envelope[:80])
    message_key, wanted = keys.message_key(keys.slot_key(expected.key, header.slot_id), nonce, aad)
    if not hmac.compare_digest(commitment, wanted):
        raise Refused  # DP-ENV-004: before anything is decrypted
    try:
        if header.suite == XCHACHA:
            padded = crypto_aead_xchacha20poly1305_ietf_decrypt(body, aad, nonce, message_key)
        else:
            padded = AESGCM(message_key).decrypt(nonce[:12], body, aad)
    except (CryptoError, InvalidTag) as wrong:
        raise Refused from wrong
    return header, unpad(header.kind, padded)


# --- the field dialect (section 12) --------------------------------------------------------------

def seal_field(master: bytes, iv: bytes, text: bytes) -> str:
    return base64.b64encode(iv + AESGCM(keys.field_key(master)).encrypt(iv, text, None)).decode()


def open_field(master: bytes, sealed: str) -> bytes:
    try:
        decoded = base64.b64decode(sealed, validate=True)
        if base64.b64encode(decoded).decode() != sealed:
            raise Refused
        return AESGCM(keys.field_key(master)).decrypt(decoded[:12], decoded[12:], None)
    except (ValueError, InvalidTag) as wrong:
        raise Refused from wrong
