"""Runs the server as a process and talks to it; no test ever sleeps, barriers order everything."""
from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
import os
import shlex
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import websockets.legacy.client

ROOT = Path(__file__).resolve().parents[4]
KIT = ROOT / "conformance" / "kits" / "python"
sys.path.insert(0, str(KIT))

logging.getLogger("asyncio").setLevel(logging.ERROR)  # slow machines are not news

# Another server to run these tests against, as a command line.
FOREIGN = shlex.split(os.environ.get("KIT_SERVER", ""))
SERVER = FOREIGN or [sys.executable, str(KIT / "server.py")]

ACCOUNTS = 120
WAIT_S = 10  # longer than anything here takes; reached only by a failure


def chat() -> str:
    return str(uuid.uuid4())


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def envelope(kind: int, version: int, parent: bytes = bytes(32), fill: bytes = b"x",
             slot: bytes = b"s" * 16, magic: bytes = b"DSE1", suite: int = 1,
             flags: int = 0) -> bytes:
    """Something with a public header; a server cannot tell it from a real one."""
    head = magic + struct.pack("<BBH", suite, kind, flags) + b"k" * 16 + slot
    return head + struct.pack("<Q", version) + parent + b"n" * 24 + b"c" * 32 + fill * 528


class Program:
    """The server under test, on one data directory that outlives a kill."""

    def __init__(self, **limits: int):
        if FOREIGN:
            for ours_alone in ("persistence_delay_ms", "close_timeout_ms"):
                limits.pop(ours_alone, None)
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name)
        accounts = [{"name": f"account-{n}", "dialect": "sealed", "tokens": [f"token-{n}"],
                     "unanswered_tokens": [f"unanswered-{n}"]} for n in range(ACCOUNTS)]
        (self.path / "profile.json").write_text(
            json.dumps({"accounts": accounts, "limits": limits}))
        self._next = iter(range(ACCOUNTS))
        self.start()

    def environment(self, **more: str) -> dict[str, str]:
        return {**os.environ, "DRAFTPROOF_DATA_DIR": str(self.path / "data"),
                "DRAFTPROOF_LISTEN": "127.0.0.1:0",
                "DRAFTPROOF_PROFILE": str(self.path / "profile.json"), **more}

    def start(self) -> None:
        self.process = subprocess.Popen(
            SERVER, env=self.environment(),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        ready = json.loads(self.process.stdout.readline())
        assert ready["ready"] is True
        self.url = ready["url"]

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=WAIT_S)
        return self.process.returncode

    def close(self) -> None:
        if self.process.poll() is None:
            self.kill()
        self.folder.cleanup()

    def account(self) -> str:
        """The token of an account that no other test uses."""
        return f"token-{next(self._next)}"

    async def connect(self, token: str, **options) -> "Device":
        connection = await websockets.legacy.client.connect(
            self.url, extra_headers={"Authorization": f"Bearer {token}"}, compression=None,
            ping_interval=None, max_size=None, **options)
        return Device(connection)

    def narrow_socket(self, received_max_bytes: int) -> socket.socket:
        """Connected to the server; the system keeps no more than this for it, or twice as much."""
        host, port = self.url.removeprefix("ws://").rsplit(":", 1)
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, received_max_bytes)
        narrow.connect((host, int(port)))
        narrow.setblocking(False)
        return narrow


class Device:
    """One connection of a test."""

    def __init__(self, connection):
        self.socket = connection

    async def raw(self, text) -> None:
        await self.socket.send(text)

    async def say(self, name: str, **fields) -> None:
        await self.raw(json.dumps({"type": name, "payload": fields}))

    async def hear(self) -> dict:
        return json.loads(await asyncio.wait_for(self.socket.recv(), WAIT_S))

    async def drain(self) -> list[dict]:
        """Everything the server said before this moment."""
        await self.raw('{"type":"ping"}')
        heard = []
        while (frame := await self.hear()) != {"type": "pong"}:
            heard.append(frame)
        return heard

    async def ask(self, name: str, **fields) -> dict:
        """The one answer to a request; anything more or less is a failure."""
        await self.say(name, **fields)
        heard = await self.drain()
        assert len(heard) == 1, heard
        return heard[0]["payload"] | {"_": heard[0]["type"]}

    async def error(self, name: str, **fields) -> str:
        answer = await self.ask(name, **fields)
        assert answer["_"] == "error", answer
        return answer["code"]

    async def closed(self) -> tuple[int, str]:
        await asyncio.wait_for(self.socket.wait_closed(), WAIT_S)
        return self.socket.close_code, self.socket.close_reason

    async def close(self) -> None:
        await self.socket.close()

    # --- shorthands ---

    async def write(self, chat_id: str, text: str, **more) -> dict:
        return await self.ask("update_draft", chat_id=chat_id, encrypted_draft_md=text, **more)

    async def seal(self, chat_id: str, base: int, sealed: bytes, version: int | None = None,
                   **more) -> dict:
        return await self.ask(
            "update_draft", chat_id=chat_id, encrypted_draft_md=b64(sealed), base_version=base,
            proposed_v=base + 1 if version is None else version,
            **{"change_id": uuid.uuid4().hex, **more})

    async def details(self, chat_id: str) -> dict:
        return await self.ask("get_chat_details", chat_id=chat_id)
