"""One connection: who it is, how much it may be sent, and when it ends (section 2).

Frames of a connection are handled one after the other (DP-CONN-010). What the server says goes
through a bounded queue, so a peer that does not read costs bounded memory (DP-CONN-016).
"""
from __future__ import annotations

import asyncio
import traceback
import sys
from typing import Any, Callable

from websockets.exceptions import ConnectionClosed
from websockets.frames import OP_TEXT
from websockets.legacy.server import WebSocketServerProtocol
from websockets.legacy.protocol import State

from wire import Frame, Refusal, error, message, read_frame

SUBPROTOCOL = "draft-sync.v1"
Handler = Callable[["Session", Frame], None]


class Transport(WebSocketServerProtocol):
    """The library's connection, with the two things that it does not report: arrival and excess."""

    last_arrival: float = 0.0

    def data_received(self, data: bytes) -> None:
        self.last_arrival = self.loop.time()
        super().data_received(data)

    def fail_connection(self, code: int = 1006, reason: str = "") -> None:
        if code == 1009 and self.state is State.OPEN:
            # The library is about to close over a message beyond `max_size`; it has read no more of
            # it than the limit. The peer is told why first (DP-LIM-003).
            self.write_frame_sync(True, OP_TEXT, error(Refusal("frame_too_large")).encode())
        super().fail_connection(code, reason)


def token_of(transport: Transport) -> str:
    """DP-CONN-002: from the header, or the second subprotocol offered after our own."""
    authorization = transport.request_headers.get("Authorization", "")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    offered = [value.strip() for header in transport.request_headers.get_all(
        "Sec-WebSocket-Protocol") for value in header.split(",")]
    return offered[1] if len(offered) == 2 and offered[0] == SUBPROTOCOL else ""


class Hub:
    """The open sessions of each account, in the order in which they connected."""

    def __init__(self) -> None:
        self._sessions: dict[str, list[Session]] = {}

    def of(self, account: str) -> list[Session]:
        return list(self._sessions.get(account, []))

    def add(self, session: Session) -> None:
        self._sessions.setdefault(session.account, []).append(session)

    def remove(self, session: Session) -> bool:
        """True if it was the account's last."""
        sessions = self._sessions[session.account]
        sessions.remove(session)
        if not sessions:
            del self._sessions[session.account]
        return not sessions


class Session:
    def __init__(self, transport: Transport, account: str, hub: Hub, outbound_max_bytes: int):
        self.account = account
        self._transport, self._hub, self._outbound_max_bytes = transport, hub, outbound_max_bytes
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._queued_bytes = 0
        self._given_up = False

    def send(self, text: str) -> None:
        if self._given_up:
            return
        self._queued_bytes += len(text.encode())
        if self._queued_bytes > self._outbound_max_bytes:
            self._given_up = True
            self._transport.fail_connection(1013, "slow_reader")
            return
        self._queue.put_nowait(text)

    def others(self, text: str) -> None:
        for session in self._hub.of(self.account):
            if session is not self:
                session.send(text)

    def all(self, text: str) -> None:
        for session in self._hub.of(self.account):
            session.send(text)

    async def run(self, handlers: dict[str, Handler], idle_timeout_s: float) -> None:
        """Serves the connection until it ends."""
        tasks = [asyncio.create_task(self._write()),
                 asyncio.create_task(self._watch(idle_timeout_s))]
        try:
            async for received in self._transport:
                if isinstance(received, bytes):
                    await self._transport.close(1003)  # DP-WIRE-015
                    break
                self._answer(received, handlers)
        except ConnectionClosed:
            pass
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _answer(self, received: str, handlers: dict[str, Handler]) -> None:
        """Exactly one reply or one error for every request (DP-FRAME-020)."""
        frame = None
        try:
            frame = read_frame(received)
            handlers[frame.type](self, frame)
        except Refusal as refusal:
            self.send(error(refusal))
        except Exception as wrong:  # the server's own fault; the log names no input (DP-PRIV-006)
            place = traceback.extract_tb(wrong.__traceback__)[-1]
            print(f"internal: {type(wrong).__name__} at {place.name}:{place.lineno}",
                  file=sys.stderr, flush=True)
            self.send(error(_internal(frame)))

    async def _write(self) -> None:
        try:
            while True:
                text = await self._queue.get()
                await self._transport.send(text)
                self._queued_bytes -= len(text.encode())
        except ConnectionClosed:
            pass

    async def _watch(self, idle_timeout_s: float) -> None:
        """DP-CONN-015: nothing at all arrived for the idle timeout."""
        while True:
            silent_s = self._transport.loop.time() - self._transport.last_arrival
            if silent_s >= idle_timeout_s:
                self._transport.fail_connection(1001, "idle_timeout")
                return
            await asyncio.sleep(idle_timeout_s - silent_s)


def _internal(frame: Frame | None) -> Refusal:
    fields: dict[str, Any] = frame.fields if frame is not None else {}
    return Refusal("internal", fields.get("chat_id"),
                   fields.get("change_id") or fields.get("message_id"))


def answer_ping(session: Session, frame: Frame) -> None:
    session.send('{"type":"pong"}')
