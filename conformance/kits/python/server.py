#!/usr/bin/env python3
"""A draft-sync server, written from docs/protocol.md alone.

    DRAFTPROOF_DATA_DIR=dir DRAFTPROOF_LISTEN=127.0.0.1:0 DRAFTPROOF_PROFILE=profile.json server.py

When it listens it prints one line, {"ready":true,"url":"ws://..."}. SIGTERM and SIGINT stop it
after what it acknowledged is durable (DP-CONN-019). GET /health answers 200. Exit code 2 names a
bad setting.
"""
from __future__ import annotations

import asyncio
import http
import json
import os
import signal
import sys
import time

import websockets.legacy.server

from database import Database
from drafts import Drafts
from listing import Listing
from messages import Messages
from settings import BadSetting, Settings, read_settings
from session import SUBPROTOCOL, Handler, Hub, Session, Transport, answer_ping, token_of
from storage import Storage
from wire import Refusal, error


class Server:
    def __init__(self, settings: Settings):
        self._settings, self._profile = settings, settings.profile
        limits = self._profile.limits
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        self._storage = Storage(
            Database(settings.data_dir / "drafts.sqlite"), limits.DRAFT_PERSISTENCE_TTL_SECONDS,
            limits.persistence_window_ms / 1000, time.monotonic, self._wake)
        drafts = Drafts(self._storage, limits, lambda: int(time.time()))
        messages = Messages(self._storage, drafts, limits, lambda: int(time.time()))
        listing = Listing(self._storage, drafts, limits)
        self._handlers: dict[str, Handler] = {
            "ping": answer_ping,
            "update_draft": drafts.update_draft,
            "delete_draft": drafts.delete_draft,
            "sync_offline_changes": drafts.sync_offline_changes,
            "get_draft_versions": listing.get_draft_versions,
            "get_chat_details": listing.get_chat_details,
            "initial_sync_request": listing.initial_sync_request,
            "chat_message_added": messages.chat_message_added,
            "delete_chat": messages.delete_chat,
        }
        self._hub = Hub()
        self._stop = asyncio.Event()

    def _wake(self) -> None:
        delay_s = self._profile.limits.persistence_delay_ms / 1000
        asyncio.get_running_loop().call_later(delay_s, self._run_jobs)

    def _run_jobs(self) -> None:
        if not self._storage.flush():
            pause_s = self._profile.limits.persistence_retry_ms / 1000
            asyncio.get_running_loop().call_later(pause_s, self._run_jobs)

    async def _expire(self) -> None:
        while True:
            await asyncio.sleep(1)
            self._storage.expire()

    async def _serve(self, transport: Transport) -> None:
        """One connection. The upgrade is complete when the token is judged (DP-CONN-003)."""
        transport.last_arrival = transport.loop.time()
        token = token_of(transport)
        if token in self._profile.unanswered_tokens:
            await transport.close(1011)  # DP-CONN-005
            return
        account = self._profile.account_of_token.get(token)
        if account is None:
            await transport.close(1008, "Invalid session")  # DP-CONN-004
            return
        limits = self._profile.limits
        if len(self._hub.of(account)) >= limits.max_connections_per_account:
            await transport.send(error(Refusal("too_many_connections")))  # DP-CONN-017
            await transport.close(1013, "too_many_connections")
            return
        session = Session(transport, account, self._hub, limits.max_outbound_bytes)
        self._hub.add(session)
        try:
            await session.run(self._handlers, limits.idle_timeout_ms / 1000)
        finally:
            if self._hub.remove(session):
                self._storage.flush(account)  # DP-PERS-006

    async def _health(self, path: str, headers) -> tuple | None:
        if path == "/health" and "Upgrade" not in headers:
            return http.HTTPStatus.OK, {"Content-Type": "text/plain"}, b"ok\n"
        return None

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        expiring = asyncio.create_task(self._expire())
        listening = await websockets.legacy.server.serve(
            self._serve, self._settings.host, self._settings.port, create_protocol=Transport,
            subprotocols=[SUBPROTOCOL], process_request=self._health, compression=None,
            ping_interval=None, close_timeout=self._profile.limits.close_timeout_ms / 1000,
            max_queue=4, max_size=self._profile.limits.max_frame_bytes)
        host, port = listening.sockets[0].getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        print(json.dumps({"ready": True, "url": f"ws://{shown}:{port}"}), flush=True)
        await self._stop.wait()
        # Durable first, then the closes with 1001; the handlers of a connection that is still open
        # may accept one more change between the two, so the jobs run once more at the end.
        while not self._storage.flush():
            await asyncio.sleep(self._profile.limits.persistence_retry_ms / 1000)
        listening.close()
        await listening.wait_closed()
        expiring.cancel()
        self._storage.flush()
        self._storage.database.close()


def main() -> int:
    try:
        settings = read_settings(os.environ)
    except BadSetting as wrong:
        print(wrong, file=sys.stderr)
        return 2
    server = Server(settings)
    asyncio.run(server.run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
