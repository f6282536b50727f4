#!/usr/bin/env python3
"""Checks test vectors with this kit's own keys, envelopes, payloads, merge and version rules.

    /usr/bin/python3 check_vectors.py FOLDER

Reads every *.json of the folder (conformance/vectors/README.md describes the format) and prints per
group what passed, what failed and what this program does not know. Exit 1 if a vector gave another
result or nothing was checked.
"""
from __future__ import annotations

import base64
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Callable

from sealing import edits, envelope, keys, payload
from sealing.envelope import Refused
from sealing.judgement import Reader
from sealing.merge import merge

from check_vectors_client import CLIENT_CHECKS
from check_vectors_server import NotAccepted, SERVER_CHECKS

Input = dict[str, Any]
Output = dict[str, Any]


def hexed(given: Input, name: str) -> bytes:
    return bytes.fromhex(given[name])


# --- keys ----------------------------------------------------------------------------------------

def check_keys(given: Input) -> Output:
    from wire import is_chat_id
    if not is_chat_id(given["chat_id"]):
        raise Refused
    master = hexed(given, "master_key")
    key = keys.epoch_key(master, given["epoch"])
    slot = keys.slot_id(master, given["chat_id"])
    return {"k_index": keys.index_key(master).hex(), "k_epoch": key.hex(),
            "k_field": keys.field_key(master).hex(), "key_id": keys.key_id(key).hex(),
            "slot_id": slot.hex(), "k_slot": keys.slot_key(key, slot).hex()}


def check_row_id(given: Input) -> Output:
    return {"row_id": keys.row_id(hexed(given, "master_key"), given["row_name"]).hex()}


def check_kdf(given: Input) -> Output:
    derive = keys.root if given["floor"] else keys.argon2id
    root = derive(given["password"].encode(), hexed(given, "salt"), given["operations"],
                  given["memory_kib"])
    return {"root": root.hex(), "wrap_key": keys.wrap_key(root).hex(),
            "auth_secret": keys.auth_secret(root).hex()}


# --- envelopes -----------------------------------------------------------------------------------

def check_seal(given: Input) -> Output:
    """Seals, and opens again what was sealed."""
    account, key, slot = hexed(given, "account_id"), hexed(given, "key"), hexed(given, "slot_id")
    content = hexed(given, "content")
    nonce = keys.nonce(keys.slot_key(key, slot), hexed(given, "random"), int(given["writer"], 16),
                       given["sequence"], given["boot"])
    header = envelope.Header(given["suite"], given["kind"], keys.key_id(key), slot,
                             given["version"], hexed(given, "parent"))
    sealed = envelope.seal(account, key, header, nonce, content)
    expected = envelope.Expected(account, key, header.kind, slot, header.version, header.parent)
    if envelope.open_envelope(expected, sealed) != (header, content):
        raise AssertionError("what was sealed opens as something else")
    return {"nonce": nonce.hex(), "envelope": sealed.hex()}


def check_open(given: Input) -> Output:
    expected = envelope.Expected(
        hexed(given, "account_id"), hexed(given, "key"), given["kind"], hexed(given, "slot_id"),
        given.get("version"), hexed(given, "parent") if "parent" in given else None)
    _, content = envelope.open_envelope(expected, hexed(given, "envelope"))
    return {"content": content.hex()}


def check_header(given: Input) -> Output:
    sealed = hexed(given, "envelope")
    header = envelope.parse(sealed)
    return {"suite": header.suite, "kind": header.kind, "key_id": header.key_id.hex(),
            "slot_id": header.slot_id.hex(), "version": header.version,
            "parent": header.parent.hex(), "nonce": sealed[80:104].hex(),
            "commitment": sealed[104:136].hex()}


def check_padding(given: Input) -> Output:
    return {"padded": envelope.padded_length(given["kind"], given["content_bytes"])}


def check_unpadding(given: Input) -> Output:
    return {"content": envelope.unpad(given["kind"], hexed(given, "padded")).hex()}


def check_base64(given: Input) -> Output:
    decoded = base64.b64decode(given["text"], validate=True)
    if base64.b64encode(decoded).decode() != given["text"]:
        raise Refused
    return {"bytes": decoded.hex()}


def check_field(given: Input) -> Output:
    return {"content": envelope.open_field(hexed(given, "master_key"), given["sealed"]).hex()}


# --- drafts --------------------------------------------------------------------------------------

def vector_of(vector: payload.Vector) -> list[list]:
    return [[f"{writer:016x}", sequence] for writer, sequence in sorted(vector.items())]


def texts_of(copies: tuple[payload.Copy, ...]) -> list[str]:
    return [b"\n".join(text for text, _ in copy.lines).decode() for copy in copies]


def check_payload(given: Input) -> Output:
    draft = payload.decode(hexed(given, "payload"))
    return {"operation": draft.operation, "vector": vector_of(draft.vector),
            "dot": [f"{draft.dot[0]:016x}", draft.dot[1]], "clock": draft.clock,
            "cleared": vector_of(draft.cleared), "text": draft.text().decode(),
            "copies": texts_of(draft.copies), "unknown_tags": sorted(draft.unknown),
            "payload": payload.encode(draft).hex()}


def check_preview(given: Input) -> Output:
    return {"preview": payload.preview(given["text"])}


def check_merge(given: Input) -> Output:
    base = payload.decode(hexed(given, "base")) if given["base"] else None
    a, b = payload.decode(hexed(given, "a")), payload.decode(hexed(given, "b"))
    limit = given["max_draft_chars"]
    draft = merge(base, a, b, limit)
    if payload.encode(merge(base, b, a, limit)) != payload.encode(draft):
        raise AssertionError("not commutative")
    return {"payload": payload.encode(draft).hex(), "operation": draft.operation,
            "text": draft.text().decode(), "copies": texts_of(draft.copies)}


def check_edit(given: Input) -> Output:
    before = payload.decode(hexed(given, "before")) if given["before"] else None
    dot, clock = (int(given["dot"][0], 16), given["dot"][1]), given["clock"]
    if given["edit"] == "save":
        draft = edits.saved(before, given["text"].encode(), dot, clock)
    else:
        operation = {"clear": payload.CLEAR, "send": payload.SENT}[given["edit"]]
        draft = edits.ended(before, operation, dot, clock)
    return {"payload": payload.encode(draft).hex()}


def check_order(given: Input) -> Output:
    return {"verdict": edits.verdict(payload.decode(hexed(given, "local")),
                                     payload.decode(hexed(given, "remote")))}


def check_sequence(given: Input) -> Output:
    reader = Reader(hexed(given, "account_id"), hexed(given, "master_key"), given["epoch"],
                    given["chat_id"], given["persistence_window_ms"])
    said = [reader.meet(step["at_ms"], step) for step in given["steps"]]
    output = {"said": said, "text": reader.text(), "copies": reader.copies()}
    if said[-1] is not None:
        raise NotAccepted(output)
    return output


CHECKS: dict[str, Callable[[Input], Output]] = {
    "keys": check_keys, "row_id": check_row_id, "kdf": check_kdf, "seal": check_seal,
    "open": check_open, "header": check_header, "padding": check_padding,
    "unpadding": check_unpadding, "base64": check_base64, "field": check_field,
    "payload": check_payload, "preview": check_preview, "merge": check_merge,
    "edit": check_edit, "order": check_order, "sequence": check_sequence,
    **CLIENT_CHECKS, **SERVER_CHECKS,
}


# --- running -------------------------------------------------------------------------------------

def run(check: Callable[[Input], Output], given: Input, test: dict[str, Any]) -> str | None:
    """None if the vector holds, else what happened instead."""
    refused = False
    try:
        got = check(given)
    except NotAccepted as wrong:
        refused, got = True, wrong.output
    except (Refused, ValueError, OverflowError):
        refused, got = True, {}
    except Exception as wrong:  # of this program: a failure, never a refusal
        return repr(wrong)
    if refused != (test["result"] == "invalid"):
        return f"refused {got}" if refused else "accepted"
    for name, wanted in test.get("expected", {}).items():
        if name not in got or got[name] != wanted:
            return f"{name} is {got.get(name)!r}"
    return None


def check_group(name: str, group: dict[str, Any]) -> tuple[Counter[str], list[str]]:
    counts: Counter[str] = Counter(passed=0, failed=0, not_applicable=0)
    failures = []
    check = CHECKS.get(group["type"])
    for test in group["tests"]:
        if check is None:
            counts["not_applicable"] += 1
            continue
        wrong = run(check, {**group.get("common", {}), **test["input"]}, test)
        counts["failed" if wrong else "passed"] += 1
        if wrong:
            failures.append(f"{name} {group['type']} {test['tcId']}: {wrong} ({test['comment']})")
    return counts, failures


def shown(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[each]} {each.replace('_', ' ')}"
                     for each in ("passed", "failed", "not_applicable"))


def main(folder: str) -> int:
    total: Counter[str] = Counter()
    for path in sorted(Path(folder).glob("*.json")):
        if path.name.endswith(".schema.json"):
            continue
        whole = json.loads(path.read_text(encoding="utf-8"))
        if whole.get("format") != "draftproof-vectors/1":
            print(f"{path.name}: another format")
            total["failed"] += 1
            continue
        for group in whole["testGroups"]:
            counts, failures = check_group(path.name, group)
            total += counts
            for failure in failures:
                print(failure)
            print(f"{path.name} {group['type']}: {shown(counts)}")
    print(f"total: {shown(total)}")
    return 0 if total["passed"] > 0 and total["failed"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else 2)
