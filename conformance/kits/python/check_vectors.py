#!/usr/bin/env python3
"""Checks test vectors with this kit's own keys, envelopes, payloads and merge.

    /usr/bin/python3 check_vectors.py FOLDER

Reads every *.json of the folder (conformance/vectors/README.md describes the format) and prints per
group what passed and what this program does not know. Exit 1 if a vector gave another result.
"""
from __future__ import annotations

import base64
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Callable

from sealing import envelope, keys, payload
from sealing.envelope import Refused
from sealing.merge import merge

Test = dict[str, Any]


def hexed(test: Test, name: str) -> bytes:
    return bytes.fromhex(test[name])


def check_keys(test: Test) -> dict[str, Any]:
    master = hexed(test, "master_key")
    key = keys.epoch_key(master, test["epoch"])
    slot = keys.slot_id(master, test["chat_id"])
    return {"k_index": keys.index_key(master).hex(), "k_epoch": key.hex(),
            "k_field": keys.field_key(master).hex(), "key_id": keys.key_id(key).hex(),
            "slot_id": slot.hex(), "k_slot": keys.slot_key(key, slot).hex()}


def check_row_id(test: Test) -> dict[str, Any]:
    return {"row_id": keys.row_id(hexed(test, "master_key"), test["row_name"]).hex()}


def check_kdf(test: Test) -> dict[str, Any]:
    derive = keys.argon2id if test.get("floor") is False else keys.root
    root = derive(test["password"].encode(), hexed(test, "salt"), test["operations"],
                  test["memory_kib"])
    return {"root": root.hex(), "wrap_key": keys.wrap_key(root).hex(),
            "auth_secret": keys.auth_secret(root).hex()}


def check_seal(test: Test) -> dict[str, Any]:
    key, slot = hexed(test, "key"), hexed(test, "slot_id")
    nonce = keys.nonce(keys.slot_key(key, slot), hexed(test, "random"), test["writer"],
                       test["sequence"], test["boot"])
    header = envelope.Header(test["suite"], test["kind"], keys.key_id(key), slot, test["version"],
                             hexed(test, "parent"))
    return {"nonce": nonce.hex(), "envelope": envelope.seal(
        hexed(test, "account_id"), key, header, nonce, hexed(test, "content")).hex()}


def check_open(test: Test) -> dict[str, Any]:
    expected = envelope.Expected(
        hexed(test, "account_id"), hexed(test, "key"), test["kind"], hexed(test, "slot_id"),
        test.get("version"), hexed(test, "parent") if "parent" in test else None)
    header, content = envelope.open_envelope(expected, hexed(test, "envelope"))
    return {"content": content.hex()}


def check_padding(test: Test) -> dict[str, Any]:
    return {"padded": envelope.padded_length(test["kind"], test["content_bytes"])}


def check_unpadding(test: Test) -> dict[str, Any]:
    return {"content": envelope.unpad(test["kind"], hexed(test, "padded")).hex()}


def check_base64(test: Test) -> dict[str, Any]:
    try:
        decoded = base64.b64decode(test["text"], validate=True)
    except ValueError as wrong:
        raise Refused from wrong
    if base64.b64encode(decoded).decode() != test["text"]:
        raise Refused
    return {"bytes": decoded.hex()}


def check_field(test: Test) -> dict[str, Any]:
    return {"content": envelope.open_field(hexed(test, "master_key"), test["sealed"]).hex()}


def check_payload(test: Test) -> dict[str, Any]:
    draft = payload.decode(hexed(test, "payload"))
    return {"operation": draft.operation, "text": draft.text().decode(),
            "clock": draft.clock, "copies": [
                b"\n".join(text for text, _ in copy.lines).decode() for copy in draft.copies],
            "payload": payload.encode(draft).hex()}


def check_preview(test: Test) -> dict[str, Any]:
    return {"preview": payload.preview(test["text"])}


def check_merge(test: Test) -> dict[str, Any]:
    base = payload.decode(hexed(test, "base")) if test.get("base") else None
    a, b = payload.decode(hexed(test, "a")), payload.decode(hexed(test, "b"))
    limit = test.get("max_draft_chars", 100_000)
    joined = payload.encode(merge(base, a, b, limit))
    if payload.encode(merge(base, b, a, limit)) != joined:
        raise AssertionError("not commutative")
    return {"payload": joined.hex()}


CHECKS: dict[str, Callable[[Test], dict[str, Any]]] = {
    "keys": check_keys, "row_id": check_row_id, "kdf": check_kdf, "seal": check_seal,
    "open": check_open, "padding": check_padding, "unpadding": check_unpadding,
    "base64": check_base64, "field": check_field, "payload": check_payload,
    "preview": check_preview, "merge": check_merge,
}


def run(check: Callable[[Test], dict[str, Any]], test: Test) -> str | None:
    """None if the vector holds, else what happened instead."""
    try:
        got = check(test)
    except (Refused, ValueError, OverflowError) as wrong:
        return None if test["result"] == "invalid" else f"refused: {wrong!r}"
    if test["result"] == "invalid":
        return "accepted"
    for name, wanted in test.get("expected", {}).items():
        if name in got and got[name] != wanted:
            return f"{name} is {got[name]!r}"
    return None


def main(folder: str) -> int:
    failures = 0
    totals: Counter[str] = Counter()
    for path in sorted(Path(folder).glob("*.json")):
        whole = json.loads(path.read_text(encoding="utf-8"))
        for group in whole.get("groups", []):
            check = CHECKS.get(group["type"])
            counts: Counter[str] = Counter()
            for test in group["tests"]:
                wrong = None if check is None else run(check, {**group.get("common", {}), **test})
                outcome = "not applicable" if check is None else "failed" if wrong else "passed"
                counts[outcome] += 1
                if wrong:
                    failures += 1
                    print(f"{path.name} {group['type']} {test['id']}: {wrong} ({test['comment']})")
            totals += counts
            print(f"{path.name} {group['type']}: " + ", ".join(
                f"{count} {outcome}" for outcome, count in sorted(counts.items())))
    print("total: " + ", ".join(f"{count} {outcome}" for outcome, count in sorted(totals.items())))
    return 1 if failures or not totals else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else 2)
