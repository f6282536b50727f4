#!/usr/bin/env python3
"""Writes every frame of docs/protocol.md, sections 3.2 to 3.4, as an AsyncAPI 3 document.

    docs/catalogue.py           write docs/asyncapi.json
    docs/catalogue.py --check   fail if it is out of date (exit 1)

Which frames there are, their fields, which of these may be absent, who sends them in which envelope
and which error codes there are is read from the tables; what a field of a name holds is said here,
and a field of the tables without a type is an error. Schemas keep to what draft-07 and 2020-12 have
in common.
Does not: say what depends on other fields (a sealed change has both numbers) or on state.
"""
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "docs" / "protocol.md"
CATALOGUE = ROOT / "docs" / "asyncapi.json"

WHOLE = {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}
TEXT = {"type": "string"}
TEXT_OR_NULL = {"type": ["string", "null"]}
FLAG = {"type": "boolean"}
ID = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
CHAT_ID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
CHAT_ID = {"type": "string", "pattern": CHAT_ID_PATTERN}


def list_of(items):
    return {"type": "array", "items": items}


def by_chat(values):
    return {"type": "object", "propertyNames": CHAT_ID, "additionalProperties": values}


TYPES = {
    **dict.fromkeys(["chat_id", "chatId"], CHAT_ID),
    **dict.fromkeys(["change_id", "message_id", "page_token"], ID),
    **dict.fromkeys(["base_version", "proposed_v", "draft_v", "client_draft_v", "cleared_draft_v",
                     "messages_v", "version_before_edit", "processed", "conflicts", "errors",
                     "last_edited_overall_timestamp"], WHOLE),
    **dict.fromkeys(["encrypted_draft_md", "encrypted_draft_preview", "encrypted_tombstone",
                     "value"], TEXT_OR_NULL),
    **dict.fromkeys(["encrypted_content", "message"], TEXT),
    **dict.fromkeys(["success", "superseded", "deleted", "authoritative"], FLAG),
    "preserve_draft": {"description": "only the literal true counts, anything else is absence"},
    "type": {"enum": ["draft", "delete_draft"]},
    "outcome": {"enum": ["stored", "repeated", "superseded", "conflict", "error"]},
    **dict.fromkeys(["versions", "tombstone_versions", "chat_versions"], by_chat(WHOLE)),
    "hashes": by_chat({"type": "string", "pattern": "^[0-9a-f]{64}$"}),
    **dict.fromkeys(["unavailable_chat_ids", "deleted_chat_ids"], list_of(CHAT_ID)),
}


def section(text, number):
    return re.search(rf"^### {re.escape(number)} .*?\n(.*?)(?=^##)", text, re.M | re.S).group(1)


def rows(text):
    """The cells of each row of the first table, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def split(text):
    """At commas outside of brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "{[(") - (letter in "}])")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def type_of(name, inner, words):
    """`inner` is what stands in brackets behind the name, "" if nothing does."""
    if inner.startswith("[{") or words.startswith("array of {"):
        members = inner[2:-2] if inner else words[len("array of {"):-1]
        return list_of(object_of(members))
    if inner == "[chat_details]":
        return list_of({"$ref": "#/components/schemas/chat_details"})
    if inner.startswith("{") and ":" not in inner:
        return object_of(inner[1:-1])
    if words == "true":
        return {"const": True}
    return TYPES[name]


def object_of(text):
    if text == "none":
        return {"description": "no fields, and none are read"}
    properties, required = {}, []
    for part in split(text):
        name, inner, absent, words = re.fullmatch(
            r"(\w+)([\[{].*[\]}])?(\?)?(?::? (.*))?", part).groups()
        properties[name] = type_of(name, inner or "", words or "")
        if not absent and not (words or "").startswith(("on success", "(or ")):
            required.append(name)
        if (words or "").startswith("(or "):
            properties[words[4:-1]] = TYPES[words[4:-1]]
    return {"type": "object", "properties": properties, "required": required}


def message(name, envelope, goes_to):
    fields = {"$ref": f"#/components/schemas/{name}"}
    if envelope == "B":
        shape = {"allOf": [{"type": "object", "properties": {"event": {"const": name}},
                            "required": ["event"]}, fields]}
    else:
        shape = {"type": "object", "properties": {"type": {"const": name}, "payload": fields},
                 "required": ["type"] if name in ("ping", "pong") else ["type", "payload"]}
    return {"name": name, "contentType": "application/json", "payload": shape,
            **({"summary": f"To {goes_to}"} if goes_to else {})}


def catalogue(text):
    plain = [[cell.replace("`", "") for cell in row] for row in rows(section(text, "3.2"))]
    client = [(name, "A", fields, "") for name, fields in plain]
    server = [tuple(cell.replace("`", "") for cell in row) for row in rows(section(text, "3.3"))]
    codes = [row[0].strip("`") for row in rows(section(text, "3.4"))]
    TYPES["code"] = {"enum": codes}
    every = client + [(name, envelope, fields, to) for name, envelope, fields, to in server]

    def asks(action, frames):
        return {"action": action, "channel": {"$ref": "#/channels/drafts"},
                "messages": [{"$ref": f"#/channels/drafts/messages/{name}"}
                             for name, *_ in frames]}

    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Draft sync", "version": "1.0", "description":
                 "Frames of docs/protocol.md, from a server's side. Written by docs/catalogue.py."},
        "defaultContentType": "application/json",
        "channels": {"drafts": {
            "address": "/ws",
            "messages": {name: {"$ref": f"#/components/messages/{name}"} for name, *_ in every},
            "bindings": {"ws": {"method": "GET"}}}},
        "operations": {"hear": asks("receive", client), "say": asks("send", server)},
        "components": {
            "messages": {name: message(name, envelope, to) for name, envelope, _, to in every},
            "schemas": {name: object_of(fields) for name, _, fields, _ in every}},
    }


def main(arguments):
    text = json.dumps(catalogue(SPEC.read_text(encoding="utf-8")), indent=1) + "\n"
    if arguments == ["--check"]:
        if CATALOGUE.read_text(encoding="utf-8") == text:
            return 0
        print("docs/asyncapi.json is out of date; docs/catalogue.py writes it")
        return 1
    if arguments:
        print(__doc__)
        return 2
    CATALOGUE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
