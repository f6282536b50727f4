"""The state of slots: a cache with a lifetime in front of the database, and the jobs between them.

A stored change is first in the cache and in a job, is acknowledged, and then becomes durable when
the job runs (section 5.2). The class knows no clock and no timer of its own: the time comes from
`now`, and whoever owns it runs `flush` when `wake` asked for it.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from database import Database, Unavailable
from slot import Slot


@dataclass
class _Cached:
    slot: Slot
    expires: float


@dataclass
class _Job:
    slot: Slot
    account: str
    waiting_since: float


class Storage:
    """`wake` is called when a job was queued into an empty queue."""

    def __init__(self, database: Database, ttl_s: float, window_s: float,
                 now: Callable[[], float], wake: Callable[[], None]):
        self.database = database
        self._ttl_s, self._now, self._wake = ttl_s, now, wake
        # Refusing early leaves the jobs a quarter of W to become durable in (DP-PERS-005).
        self._lag_max_s = window_s * 0.75
        self._cache: dict[str, _Cached] = {}
        self._jobs: dict[str, _Job] = {}

    def read(self, chat_id: str) -> Slot:
        """The slot's current state (section 5.1). Raises Unavailable."""
        cached = self._live(chat_id)
        if cached is not None and cached.deleted:
            return cached  # DP-READ-001
        row = self.database.load_slot(chat_id)
        if cached is not None and cached.version >= row.version:
            row = cached  # DP-READ-002
        if row.version > 0:
            self._remember(chat_id, row)  # DP-READ-004: never above something newer
        return row

    def put(self, account: str, chat_id: str, slot: Slot) -> None:
        """Takes a stored change: into the cache at once, to the database by a job (DP-PERS-001).

        Of several waiting changes of one slot only the newest needs to be written; the age that
        counts for W stays that of the oldest.
        """
        self._remember(chat_id, slot)
        waiting = self._jobs.get(chat_id)
        since = waiting.waiting_since if waiting is not None else self._now()
        was_idle = not self._jobs
        self._jobs[chat_id] = _Job(slot, account, since)
        if was_idle:
            self._wake()

    def took_effect(self, chat_id: str, slot: Slot) -> None:
        """The database already holds `slot`, written together with a message."""
        self._remember(chat_id, slot)
        self._jobs.pop(chat_id, None)

    def forget(self, chat_id: str) -> None:
        """The chat was deleted; no late job may bring its draft back (DP-PERS-008)."""
        self._cache.pop(chat_id, None)
        self._jobs.pop(chat_id, None)

    def lagging(self) -> bool:
        """True when the oldest acknowledged change is about to have waited for W."""
        oldest = min((job.waiting_since for job in self._jobs.values()), default=None)
        return oldest is not None and self._now() - oldest >= self._lag_max_s

    def flush(self, account: str | None = None) -> bool:
        """Runs the jobs, of one account or all. False if the database failed: jobs stay queued."""
        chosen = {chat_id: job for chat_id, job in self._jobs.items()
                  if account in (None, job.account)}
        if not chosen:
            return True
        try:
            self.database.write_slots({chat_id: job.slot for chat_id, job in chosen.items()})
        except Unavailable:
            return False  # DP-PERS-004
        for chat_id in chosen:
            del self._jobs[chat_id]
        return True

    def expire(self) -> None:
        """Drops cache records whose time has come, never one whose job waits (DP-PERS-003)."""
        now = self._now()
        for chat_id in [chat_id for chat_id, cached in self._cache.items()
                        if cached.expires <= now and chat_id not in self._jobs]:
            del self._cache[chat_id]

    @property
    def idle(self) -> bool:
        return not self._jobs

    def _live(self, chat_id: str) -> Slot | None:
        if chat_id in self._jobs:
            return self._jobs[chat_id].slot
        cached = self._cache.get(chat_id)
        if cached is None or cached.expires <= self._now():
            return None  # expired is not deleted: the database decides (DP-READ-005)
        return cached.slot

    def _remember(self, chat_id: str, slot: Slot) -> None:
        self._cache[chat_id] = _Cached(slot, self._now() + self._ttl_s)  # DP-PERS-007
