#!/usr/bin/python3
"""Writes envelope_v1.json: every derivation, padding and kind of envelope v1, from the text of
docs/protocol.md section 8 alone.

It shares no code with core/crypto. HMAC comes from Python's standard library, AES-256-GCM from
python3-cryptography (OpenSSL), XChaCha20-Poly1305 from python3-nacl and Argon2id from the argon2
program, so agreement of the C++ code with the file is agreement of two implementations.

Usage: /usr/bin/python3 make_envelope_v1.py > envelope_v1.json
"""

import hashlib
import hmac
import json
import math
import struct
import subprocess

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

DRAFT, PREVIEW, WRAPPED_KEY, LOCAL_ROW, TOMBSTONE, MESSAGE = 1, 2, 3, 4, 5, 6
KINDS = {1: "draft", 2: "preview", 3: "wrapped_key", 4: "local_row", 5: "tombstone", 6: "message"}
SUITES = {1: "xchacha20_poly1305", 2: "aes256_gcm"}
ZEROS16, ZEROS32 = bytes(16), bytes(32)


def mac(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha512).digest()


def padme(length):
    exponent = math.floor(math.log2(length))
    kept = math.floor(math.log2(exponent)) + 1
    step = 2 ** (exponent - kept)
    return math.ceil(length / step) * step


def bucket(kind, length):
    """The padded length for `length` bytes, marker included; None if the kind has none."""
    if kind in (PREVIEW, WRAPPED_KEY):
        return 512 if length <= 512 else None
    smallest = 4096 if kind == TOMBSTONE else 512
    for fixed in (512, 1024, 2048, 4096, 8192):
        if fixed >= smallest and length <= fixed:
            return fixed
    return padme(length)


def pad(kind, content):
    size = bucket(kind, len(content) + 1)
    return content + b"\x80" + bytes(size - len(content) - 1)


def seal(suite, kind, key, account, slot_id, version, parent, drawn, counters, content):
    """Returns the vector, `key` being Ke (or the wrap key for kind 3)."""
    k_slot = mac(key, b"ds1/slot", slot_id)[:32]
    nonce = mac(k_slot, b"ds1/nonce", drawn, struct.pack("<QQQ", *counters))[:24]
    public = b"DSE1" + bytes([suite, kind]) + bytes(2) + mac(key, b"ds1/kid\0")[:16] + slot_id
    public += struct.pack("<Q", version) + parent
    assert len(public) == 80
    associated = b"draftsync/v1\0\0\0\0" + account + public
    okm = mac(k_slot, b"ds1/msg\0", nonce, associated)
    padded = pad(kind, content)
    if suite == 1:
        ciphertext = crypto_aead_xchacha20poly1305_ietf_encrypt(padded, associated, nonce, okm[:32])
    else:
        ciphertext = AESGCM(okm[:32]).encrypt(nonce[:12], padded, associated)
    envelope = public + nonce + okm[32:] + ciphertext
    return {
        "name": KINDS[kind] + ", " + SUITES[suite],
        "suite": suite,
        "kind": kind,
        "slot_id": slot_id.hex(),
        "version": version,
        "parent": parent.hex(),
        "random": drawn.hex(),
        "writer": counters[0],
        "sequence": counters[1],
        "boot": counters[2],
        "content": content.hex(),
        "padded_bytes": len(padded),
        "k_slot": k_slot.hex(),
        "nonce": nonce.hex(),
        "associated_data": associated.hex(),
        "message_key": okm[:32].hex(),
        "commitment": okm[32:].hex(),
        "envelope": envelope.hex(),
        "envelope_sha256": hashlib.sha256(envelope).hexdigest(),
    }


def argon2id(password, salt, operations, memory_kib):
    command = ["argon2", salt, "-id", "-t", str(operations), "-k", str(memory_kib), "-p", "1",
               "-l", "32", "-r"]
    done = subprocess.run(command, input=password.encode(), capture_output=True, check=True)
    return bytes.fromhex(done.stdout.decode().strip())


def drawn(name):
    """Stands for the random bytes of one draw, so that the file can be made again."""
    return hashlib.sha256(b"envelope_v1 draw " + name.encode()).digest()[:24]


def padding_table():
    lengths = [0, 1, 511, 512, 1023, 1024, 4095, 4096, 8190, 8191, 8192, 8193, 9000, 16383, 16384,
               20000, 65535, 65536, 74000, 100000, 1000000]
    rows = []
    for kind in KINDS:
        for length in lengths:
            rows.append({"kind": kind, "content_bytes": length, "padded": bucket(kind, length + 1)})
    return rows


def main():
    password, salt = "hunter2 but longer", "draftproof-salt3"
    account = bytes(range(0xa0, 0xb0))
    chat = "0b9f6f1e-3c4d-4e5f-8a6b-7c8d9e0f1a2b"
    row_name = "slot/" + chat
    master = hashlib.sha256(b"envelope_v1 master key").digest()
    epoch = 3
    root = argon2id(password, salt, 3, 256)
    wrap_key, auth = mac(root, b"ds1/wrap\0")[:32], mac(root, b"ds1/auth\0")[:32]
    k_index = mac(master, b"ds1/index\0")[:32]
    k_field = mac(master, b"ds1/field\0")[:32]
    k_epoch = mac(master, b"ds1/epoch\0", struct.pack("<I", epoch))[:32]
    slot_id = mac(k_index, b"ds1/sid\0", chat.encode())[:16]
    row_id = mac(k_index, b"ds1/row\0", row_name.encode())[:16]

    vectors = []
    for suite in SUITES:
        parent = ZEROS32
        counters = [0x1122334455667788, 0, 5]

        def add(kind, slot, version, previous, content, key=k_epoch, own=True):
            counters[1] += 1
            used = tuple(counters) if own else (0, 0, 0)
            draw = drawn("%d/%d/%d" % (suite, kind, version))
            vectors.append(seal(suite, kind, key, account, slot, version, previous, draw, used,
                                content))
            return bytes.fromhex(vectors[-1]["envelope_sha256"])

        parent = add(DRAFT, slot_id, 1, ZEROS32, "Draft payload goes here \u2026".encode())
        second = add(DRAFT, slot_id, 2, parent, bytes(range(256)) * 3)
        add(PREVIEW, slot_id, 2, second, "The first hundred characters".encode())
        add(TOMBSTONE, slot_id, 2 ** 53 - 1, second, b"")
        add(LOCAL_ROW, row_id, 7, ZEROS32, b"row bytes")
        add(MESSAGE, slot_id, 0, ZEROS32, b"sent")
        # The reference client wraps with suite 1 and opens either.
        add(WRAPPED_KEY, ZEROS16, epoch, ZEROS32, master, key=wrap_key, own=False)

    iv = drawn("field")[:12]
    imported = "A draft sealed by a deployed client".encode()
    document = {
        "format": "draftproof envelope vectors, version 1",
        "source": "make_envelope_v1.py",
        "account_id": account.hex(),
        "chat_id": chat,
        "row_name": row_name,
        "password": password,
        "kdf": {"operations": 3, "memory_kib": 256, "salt": salt},
        "root": root.hex(),
        "wrap_key": wrap_key.hex(),
        "auth_secret": auth.hex(),
        "master_key": master.hex(),
        "epoch": epoch,
        "k_index": k_index.hex(),
        "k_epoch": k_epoch.hex(),
        "k_field": k_field.hex(),
        "key_id": mac(k_epoch, b"ds1/kid\0")[:16].hex(),
        "slot_id": slot_id.hex(),
        "row_id": row_id.hex(),
        "padding": padding_table(),
        "envelopes": vectors,
        "field": {
            "iv": iv.hex(),
            "content": imported.hex(),
            "sealed": (iv + AESGCM(k_field).encrypt(iv, imported, b"")).hex(),
        },
    }
    print(json.dumps(document, indent=1))


main()
