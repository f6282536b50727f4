"""The conversation printed in docs/adapter.md is one that the Node kit has, line for line.

    /usr/bin/python3 test_documented.py      prints it, to be put there
"""
import json
import re
import subprocess
import sys
import tempfile
import unittest

from fleet import ADAPTER, CONFIG, ROOT, WALL_MS

CHAT = "7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4d"
FOLDER = "/data/a"  # as it is printed


def frame(name, **fields):
    return json.dumps({"type": name, "payload": fields}, separators=(",", ":"))


def receipt(effects):
    """What a server answers to the change that was just sent."""
    sent = json.loads(effects[-1]["text"])["payload"]
    return frame("draft_update_receipt", chat_id=CHAT, draft_v=sent["proposed_v"], success=True,
                 change_id=sent["change_id"])


REQUESTS = [
    {"op": "hello", "protocol": 1, "harness": "draftproof 0.1.0"},
    {"op": "no.such.operation"},
    {"op": "case.begin", "case": "DP-SAVE-001/at-1200", "level": "L3", "wall_ms": WALL_MS,
     "config": CONFIG},
    {"op": "client.open", "dir": FOLDER, "entropy": "5f" * 32, "boot": 1, "url": "ws://harness/ws",
     "token": "t0", "account": {"account_id": "00" * 16, "master_key": "9c" * 32, "epoch": 1}},
    {"op": "conn.accept", "conn": 1},
    {"op": "conn.frame", "conn": 1, "text": frame(
        "initial_sync_response", chats=[], authoritative=True, deleted_chat_ids=[])},
    {"op": "ui.switch", "chat_id": CHAT},
    {"op": "ui.edit", "text": "hello"},
    {"op": "clock.advance", "to_ms": 1199},
    {"op": "clock.advance", "to_ms": 1200},
    {"op": "conn.frame", "conn": 1, "text": receipt},
    {"op": "client.close"},
    {"op": "case.end"},
    {"op": "bye"},
]


def shortened(line):
    """Sealed bytes and keys would fill the page."""
    return re.sub(r"[A-Za-z0-9+/=]{33,}", lambda long: long.group()[:6] + "…", line)


def conversation():
    lines = []
    with tempfile.TemporaryDirectory() as folder, subprocess.Popen(
            ADAPTER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as adapter:
        reply = {}
        for number, request in enumerate(REQUESTS, 1):
            if callable(request.get("text")):
                request = {**request, "text": request["text"](reply["effects"])}
            line = json.dumps({"id": number, **request}, separators=(",", ":"))
            lines.append("> " + shortened(line))
            adapter.stdin.write(line.replace(FOLDER, folder) + "\n")
            adapter.stdin.flush()
            answer = adapter.stdout.readline()
            reply = json.loads(answer)
            lines.append("< " + shortened(answer.rstrip("\n")))
        adapter.stdin.close()
        assert adapter.wait(timeout=10) == 0
    return lines


class Documented(unittest.TestCase):
    def test_the_printed_conversation_is_had(self):
        page = (ROOT / "docs" / "adapter.md").read_text(encoding="utf-8")
        printed = [line for line in page.splitlines() if line.startswith(("> {", "< {"))]
        self.assertEqual(printed, conversation())


if __name__ == "__main__":
    if len(sys.argv) > 1:
        unittest.main()
    print("\n".join(conversation()))
