"""The programs of this repository, run beside the kits: both clients and both servers, for real."""
from __future__ import annotations

import itertools
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "tests" / "conformance" / "kits" / "node"))

from fleet import Adapter, WALL_MS  # noqa: E402

PROGRAM = os.environ.get("DRAFTPROOF", str(ROOT / "build" / "release" / "cli" / "draftproof"))
SERVERS = {
    "our server": [PROGRAM, "serve", "--quiet"],
    "the Python server": ["/usr/bin/python3", str(ROOT / "conformance/kits/python/server.py")],
}
TOKEN = "token-of-alice"
PATIENCE_S = 20  # longer than anything here takes; reached only by a failure
DEBOUNCE_MS = 50


class Server:
    """One of the servers, on one folder and one port, which outlive a kill."""

    def __init__(self, command: list[str], folder: Path):
        self.command, self.folder, self.port = command, folder, 0
        (folder / "profile.json").write_text(json.dumps(
            {"accounts": [{"name": "alice", "dialect": "sealed", "tokens": [TOKEN]}]}))
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True, env={
            **os.environ, "DRAFTPROOF_DATA_DIR": str(self.folder / "data"),
            "DRAFTPROOF_LISTEN": f"127.0.0.1:{self.port}",
            "DRAFTPROOF_PROFILE": str(self.folder / "profile.json")})
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.port = int(self.url.rsplit(":", 1)[1])

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


class Account:
    """A key, as `conform client --level L1` makes one: in a file and in the clear."""

    def __init__(self, folder: Path):
        self.key_file = folder / "alice.key"
        self.password_file = folder / "password"
        harness = subprocess.Popen(
            [PROGRAM, "conform", "client", "--level", "L1", "--seconds", "60",
             "--write-key", str(self.key_file)], stdout=subprocess.PIPE, text=True)
        said = json.loads(harness.stdout.readline())
        harness.kill()
        harness.communicate()
        self.account = said["account"]
        self.password_file.write_text(said["password"] + "\n")


class OurDevice:
    """`draftproof device`: a line in, JSON lines out."""

    def __init__(self, account: Account, url: str, folder: Path):
        (folder / "token").write_text(TOKEN + "\n")
        self.process = subprocess.Popen(
            [PROGRAM, "device", "--batch", "--aes", "--store", str(folder / "ours"), "--url", url,
             "--token-file", str(folder / "token"), "--key-file", str(account.key_file),
             "--password-file", str(account.password_file), "--debounce-ms", str(DEBOUNCE_MS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.hear("ready")

    def tell(self, order: str) -> None:
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()

    def hear(self, event: str) -> dict:
        for line in self.process.stdout:
            said = json.loads(line)
            assert said["event"] != "problem", said
            if said["event"] == event:
                return said
        raise AssertionError("the device ended")

    def settle(self) -> None:
        """Until everything is saved and at the server."""
        self.tell("wait 20")
        waited = self.hear("waited")
        assert waited["settled"], waited

    def drafts(self) -> dict[str, tuple]:
        self.tell("list")
        return {each["chat"]: (each["text"], tuple(each["copies"]), each["version"])
                for each in self.hear("chats")["chats"] if each["draft"]}

    def write(self, chat: str, text: str) -> None:
        self.tell(f"open {chat}")
        self.tell("set " + text.replace("\n", "\\n"))

    def send(self, chat: str) -> None:
        self.tell(f"open {chat}")
        self.tell("send")

    def clear(self, chat: str) -> None:
        self.tell(f"open {chat}")
        self.tell("clear")

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


class NodeDevice:
    """The Node client on its own socket and clock: drive level L2 of its adapter."""

    def __init__(self, account: Account, url: str, folder: Path):
        self.adapter = Adapter()
        self.adapter.op("case.begin", case="cross", level="L2", wall_ms=WALL_MS, config={
            "debounce_ms": DEBOUNCE_MS, "preview_cache_ms": 900000, "receipt_timeout_ms": 10000,
            "reconnect_min_ms": 100, "reconnect_max_ms": 1000, "ping_interval_ms": 25000,
            "pong_timeout_ms": 10000, "persistence_window_ms": 30000, "max_draft_chars": 100000,
            "queue_changes_max": 1000, "replay_changes_max": 100, "suite": 2})
        (folder / "node").mkdir()
        self.adapter.op("client.open", dir=str(folder / "node"), entropy="a5" * 32, boot=1,
                        url=url, token=TOKEN, account=account.account)

    def settle(self) -> None:
        self.until(lambda state: state["connection"] == "online" and not state["unsaved"] and
                   not state["unsynced"] and not any(d["pending"] for d in state["drafts"]))

    def until(self, is_so) -> dict:
        """Its state as soon as something is so; it cannot be told to say when."""
        end = time.monotonic() + PATIENCE_S
        while not is_so(state := self.adapter.state()):
            assert time.monotonic() < end, state
            select.select([], [], [], 0.005)
        return state

    def drafts(self) -> dict[str, tuple]:
        return {each["chat_id"]: (each["text"], tuple(each["copies"]), each["version"])
                for each in self.adapter.state()["drafts"] if each["text"]}

    def write(self, chat: str, text: str) -> None:
        self.adapter.op("ui.switch", chat_id=chat)
        self.adapter.op("ui.edit", text=text)

    def send(self, chat: str) -> None:
        self.adapter.op("ui.switch", chat_id=chat)
        self.adapter.op("ui.send")

    def clear(self, chat: str) -> None:
        self.adapter.op("ui.switch", chat_id=chat)
        self.adapter.op("ui.clear")

    def close(self) -> None:
        self.adapter.close()


class SharedRun:
    """Both clients in one account on one server."""

    def __init__(self, command: list[str]):
        self.temporary = tempfile.TemporaryDirectory()
        folder = Path(self.temporary.name)
        account = Account(folder)
        self.server = Server(command, folder)
        self.ours = OurDevice(account, self.server.url, folder)
        self.node = NodeDevice(account, self.server.url, folder)
        self.devices = (self.ours, self.node)

    def agree(self) -> dict[str, tuple]:
        """What both hold once nothing is under way; a failure if they never hold the same."""
        end = time.monotonic() + PATIENCE_S
        for _ in itertools.count():
            for device in self.devices:
                device.settle()
            ours, node = self.ours.drafts(), self.node.drafts()
            if ours == node:
                return ours
            assert time.monotonic() < end, f"ours {ours}\nnode {node}"

    def agree_on(self, wanted) -> dict[str, tuple]:
        """As `agree`, and waits for what is wanted, which may not have arrived on either yet."""
        end = time.monotonic() + PATIENCE_S
        while not wanted(held := self.agree()):
            assert time.monotonic() < end, held
        return held

    def close(self) -> None:
        for device in self.devices:
            device.close()
        self.server.kill()
        self.temporary.cleanup()
