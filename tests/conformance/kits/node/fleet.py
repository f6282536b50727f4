"""Devices of the Node client, in virtual time, on a real server: frames travel, clocks do not.

A round is over when a ping of ours came back on every connection and nothing came before it, so no
test waits for time to pass.
"""
from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "tests" / "conformance" / "kits" / "python"))

from harness import Program, WAIT_S  # noqa: E402

import websockets.legacy.client  # noqa: E402
from websockets.exceptions import ConnectionClosed  # noqa: E402

ADAPTER = ["node", str(ROOT / "conformance" / "kits" / "node" / "adapter.mjs")]
CONFIG = dict(debounce_ms=1200, preview_cache_ms=900000, receipt_timeout_ms=10000,
              reconnect_min_ms=1000, reconnect_max_ms=30000, queue_changes_max=1000,
              ping_interval_ms=25000, pong_timeout_ms=10000, persistence_window_ms=30000,
              max_draft_chars=100000, suite=2, replay_changes_max=100)
WALL_MS = 1767225600000


class Adapter:
    """One adapter process; `op` performs an operation and returns the reply."""

    def __init__(self, command=None, **config):
        self.process = subprocess.Popen(command or ADAPTER, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.count, self.now_ms, self.next_ms = 0, 0, None
        self.op("hello", protocol=1, harness="tests")
        self.op("case.begin", case="x", level="L3", wall_ms=WALL_MS, config={**CONFIG, **config})

    def ask(self, op, **fields):
        self.count += 1
        self.process.stdin.write(json.dumps({"id": self.count, "op": op, **fields}) + "\n")
        self.process.stdin.flush()
        reply = json.loads(self.process.stdout.readline())
        assert reply["id"] == self.count
        self.now_ms, self.next_ms = reply["now_ms"], reply["next_timer_ms"]
        return reply

    def op(self, op, **fields):
        reply = self.ask(op, **fields)
        assert reply.get("ok"), reply
        return reply

    def open(self, folder, boot=1, entropy="5f" * 32, token="t0", master="9c" * 32,
             url="ws://h/ws"):
        return self.op("client.open", dir=str(folder), entropy=entropy, boot=boot, url=url,
                       token=token, account={"account_id": "00" * 16, "master_key": master,
                                             "epoch": 1})

    def state(self):
        return self.op("state.get")["state"]

    def close(self):
        self.process.kill()
        self.process.communicate()


class Device:
    """A client with its store, its socket to the server, and a switch for the network."""

    def __init__(self, program: Program, token: str, number: int, command=None):
        self.program, self.token, self.number, self.command = program, token, number, command
        self.folder = tempfile.TemporaryDirectory()
        self.boot, self.online, self.sockets, self.notices = 0, True, {}, []
        self.adapter = None
        self.start()

    def start(self):
        self.boot += 1
        self.adapter = Adapter(self.command)
        self.todo = []
        entropy = f"{self.number:02x}{self.boot:02x}" * 16
        self.note(self.adapter.open(self.folder.name, self.boot, entropy, self.token))

    def note(self, reply):
        for effect in reply["effects"]:
            if effect["effect"] == "ui.notice":
                self.notices.append(effect["kind"])
            elif effect["effect"].startswith("conn."):
                self.todo.append(effect)

    def do(self, op, **fields):
        self.note(self.adapter.op(op, **fields))

    async def carry_out(self):
        """Does on the network what the client asked for. True if there was anything."""
        had = bool(self.todo)
        while self.todo:
            effect = self.todo.pop(0)
            conn = effect["conn"]
            if effect["effect"] == "conn.open":
                if not self.online:
                    self.do("conn.refuse", conn=conn)
                    continue
                self.sockets = {conn: await websockets.legacy.client.connect(
                    self.program.url, extra_headers={"Authorization": effect["authorization"]},
                    compression=None, ping_interval=None, max_size=None)}
                self.do("conn.accept", conn=conn)
            elif effect["effect"] == "conn.send" and conn in self.sockets:
                try:
                    await self.sockets[conn].send(effect["text"])
                except ConnectionClosed:
                    pass
            elif effect["effect"] == "conn.close" and conn in self.sockets:
                await self.sockets.pop(conn).close()
        return had

    async def listen(self):
        """Hands over everything the server said until now. True if there was anything."""
        had = False
        for conn, socket in list(self.sockets.items()):
            try:
                await socket.send('{"type":"ping"}')
                while True:
                    text = await asyncio.wait_for(socket.recv(), WAIT_S)
                    if text == '{"type":"pong"}':
                        break
                    had = True
                    self.do("conn.frame", conn=conn, text=text)
            except ConnectionClosed:
                self.sockets.pop(conn, None)
                self.do("conn.closed", conn=conn, code=socket.close_code or 1006, reason="")
                had = True
        return had

    async def cut(self):
        """The network goes away; what was on its way is lost."""
        self.online = False
        for conn, socket in list(self.sockets.items()):
            await socket.close()
            self.do("conn.closed", conn=conn, code=1006, reason="")
        self.sockets = {}

    async def crash(self):
        self.adapter.close()
        for socket in self.sockets.values():
            await socket.close()
        self.sockets = {}
        self.start()

    def advance(self, by_ms):
        to = self.adapter.now_ms + by_ms
        while self.adapter.next_ms is not None and self.adapter.next_ms <= to:
            self.do("clock.advance", to_ms=self.adapter.next_ms)
            if self.todo:
                return
        self.do("clock.advance", to_ms=to)

    def state(self):
        return self.adapter.state()

    def texts(self):
        return {draft["chat_id"]: draft["text"] for draft in self.state()["drafts"]}

    async def close(self):
        self.adapter.close()
        for socket in self.sockets.values():
            await socket.close()
        self.folder.cleanup()


async def settle(devices, rounds=200):
    """Until nobody says anything any more, at this instant of virtual time."""
    for _ in range(rounds):
        busy = False
        for device in devices:
            busy |= await device.carry_out()
        for device in devices:
            busy |= await device.listen()
        if not busy and not any(device.todo for device in devices):
            return
    raise AssertionError("they never came to rest")


async def pass_time(devices, by_ms):
    ends = {device: device.adapter.now_ms + by_ms for device in devices}
    while any(device.adapter.now_ms < end for device, end in ends.items()):
        for device, end in ends.items():
            if device.adapter.now_ms < end:
                device.advance(end - device.adapter.now_ms)
        await settle(devices)
    await settle(devices)
