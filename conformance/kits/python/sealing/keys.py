"""Every key and name of section 8.1, each from one label (DP-KEY-001, DP-KEY-008)."""
from __future__ import annotations

import hashlib
import hmac
import struct

from nacl.bindings import crypto_pwhash_ALG_ARGON2ID13, crypto_pwhash_alg

OPERATIONS_RANGE = range(3, 17)
MEMORY_RANGE_KIB = range(256 * 1024, 1024 * 1024 + 1)
EPOCHS = range(1, 1025)


def mac(key: bytes, *parts: bytes) -> bytes:
    return hmac.new(key, b"".join(parts), hashlib.sha512).digest()


def root(password: bytes, salt: bytes, operations: int, memory_kib: int) -> bytes:
    """DP-KEY-002: parameters outside floor and ceiling derive nothing. Raises ValueError."""
    if operations not in OPERATIONS_RANGE or memory_kib not in MEMORY_RANGE_KIB or len(salt) != 16:
        raise ValueError("Argon2id parameters out of range")
    return argon2id(password, salt, operations, memory_kib)


def argon2id(password: bytes, salt: bytes, operations: int, memory_kib: int) -> bytes:
    """The bare function, for vectors whose parameters are below the floor on purpose."""
    return crypto_pwhash_alg(32, password, salt, operations, memory_kib * 1024,
                             crypto_pwhash_ALG_ARGON2ID13)


def wrap_key(root_key: bytes) -> bytes:
    return mac(root_key, b"ds1/wrap\0")[:32]


def auth_secret(root_key: bytes) -> bytes:
    return mac(root_key, b"ds1/auth\0")[:32]


def index_key(master: bytes) -> bytes:
    return mac(master, b"ds1/index\0")[:32]


def epoch_key(master: bytes, epoch: int) -> bytes:
    if epoch not in EPOCHS:
        raise ValueError("no such epoch")
    return mac(master, b"ds1/epoch\0", struct.pack("<I", epoch))[:32]


def field_key(master: bytes) -> bytes:
    return mac(master, b"ds1/field\0")[:32]


def slot_id(master: bytes, chat_id: str) -> bytes:
    return mac(index_key(master), b"ds1/sid\0", chat_id.encode("ascii"))[:16]


def row_id(master: bytes, row_name: str) -> bytes:
    return mac(index_key(master), b"ds1/row\0", row_name.encode("utf-8"))[:16]


def key_id(key: bytes) -> bytes:
    return mac(key, b"ds1/kid\0")[:16]


def slot_key(key: bytes, slot: bytes) -> bytes:
    return mac(key, b"ds1/slot", slot)[:32]


def nonce(slot_key_: bytes, random24: bytes, writer: int, sequence: int, boot: int) -> bytes:
    return mac(slot_key_, b"ds1/nonce", random24, struct.pack("<QQQ", writer, sequence, boot))[:24]


def message_key(slot_key_: bytes, nonce24: bytes, aad: bytes) -> tuple[bytes, bytes]:
    """The key of one envelope, and the commitment to it."""
    okm = mac(slot_key_, b"ds1/msg\0", nonce24, aad)
    return okm[:32], okm[32:64]
