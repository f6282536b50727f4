"""The durable half of the server: chats, drafts and messages in one SQLite file.

Every method either does all of what it says in one transaction or raises `Unavailable` and has done
nothing (DP-ERR-003). The file survives a killed process at any instant; a write counts as durable
when its method returned.
"""
from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Iterator, NamedTuple

from slot import Slot


class Unavailable(Exception):
    """The database could not be asked; the answer is never "there is nothing" (DP-READ-006)."""


class Chat(NamedTuple):
    account: str
    deleted: bool


class Listed(NamedTuple):
    position: int
    chat_id: str


_SCHEMA = """
CREATE TABLE IF NOT EXISTS chats(
  position INTEGER PRIMARY KEY AUTOINCREMENT, chat_id TEXT UNIQUE NOT NULL, account TEXT NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS chats_of_account ON chats(account, position);
CREATE TABLE IF NOT EXISTS drafts(
  chat_id TEXT PRIMARY KEY, version INTEGER NOT NULL, slot TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages(
  chat_id TEXT NOT NULL, message_id TEXT NOT NULL, content TEXT NOT NULL,
  draft_outcome TEXT NOT NULL, PRIMARY KEY(chat_id, message_id));
"""

# DP-PERS-002: only a strictly greater version replaces the row, whatever the order of jobs;
# and the draft of a deleted chat does not come back (DP-FRAME-033).
_WRITE_DRAFT = """
INSERT INTO drafts(chat_id, version, slot)
  SELECT ?1, ?2, ?3 WHERE NOT EXISTS(SELECT 1 FROM chats WHERE chat_id = ?1 AND deleted)
  ON CONFLICT(chat_id) DO UPDATE SET version = excluded.version, slot = excluded.slot
  WHERE excluded.version > drafts.version
"""


def _as_text(slot: Slot) -> str:
    return json.dumps(asdict(slot), separators=(",", ":"))


def _as_slot(text: str) -> Slot:
    fields = json.loads(text)
    fields["earlier"] = tuple((change_id, version) for change_id, version in fields["earlier"])
    return Slot(**fields)


class Database:
    def __init__(self, path: Path):
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=0)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def _step(self) -> Iterator[sqlite3.Connection]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as wrong:
            raise Unavailable from wrong

    def _rows(self, query: str, *values: object) -> list[tuple]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as wrong:
            raise Unavailable from wrong

    # --- chats ---

    def chat(self, chat_id: str) -> Chat | None:
        rows = self._rows("SELECT account, deleted FROM chats WHERE chat_id = ?", chat_id)
        return Chat(rows[0][0], bool(rows[0][1])) if rows else None

    def count_chats(self, account: str) -> int:
        return self._rows("SELECT count(*) FROM chats WHERE account = ? AND NOT deleted",
                          account)[0][0]

    def create_chat(self, account: str, chat_id: str) -> None:
        with self._step() as step:
            step.execute("INSERT OR IGNORE INTO chats(chat_id, account) VALUES(?, ?)",
                         (chat_id, account))

    def delete_chat(self, account: str, chat_id: str) -> None:
        """Draft and messages go; the row stays and says that the chat was deleted."""
        with self._step() as step:
            step.execute("INSERT INTO chats(chat_id, account, deleted) VALUES(?, ?, 1)"
                         " ON CONFLICT(chat_id) DO UPDATE SET deleted = 1", (chat_id, account))
            step.execute("DELETE FROM drafts WHERE chat_id = ?", (chat_id,))
            step.execute("DELETE FROM messages WHERE chat_id = ?", (chat_id,))

    def chats_after(self, account: str, position: int, count: int) -> list[Listed]:
        """In the order in which the chats came into being, which no draft changes (DP-OWN-005)."""
        return [Listed(*row) for row in self._rows(
            "SELECT position, chat_id FROM chats WHERE account = ? AND NOT deleted"
            " AND position > ? ORDER BY position LIMIT ?", account, position, count)]

    # --- drafts ---

    def load_slot(self, chat_id: str) -> Slot:
        rows = self._rows("SELECT slot FROM drafts WHERE chat_id = ?", chat_id)
        return _as_slot(rows[0][0]) if rows else Slot()

    def write_slots(self, slots: dict[str, Slot]) -> None:
        with self._step() as step:
            step.executemany(_WRITE_DRAFT, [(chat_id, slot.version, _as_text(slot))
                                            for chat_id, slot in slots.items()])

    # --- messages ---

    def draft_outcome(self, chat_id: str, message_id: str) -> str | None:
        """What became of the draft when the message was stored; None if it never was."""
        rows = self._rows("SELECT draft_outcome FROM messages WHERE chat_id = ? AND message_id = ?",
                          chat_id, message_id)
        return rows[0][0] if rows else None

    def add_message(self, chat_id: str, message_id: str, content: str, draft_outcome: str,
                    slot: Slot | None) -> None:
        """Stores the message once and, in the same step, what becomes of the draft (DP-MSG-003)."""
        with self._step() as step:
            step.execute("INSERT INTO messages VALUES(?, ?, ?, ?)",
                         (chat_id, message_id, content, draft_outcome))
            if slot is not None:
                step.execute(_WRITE_DRAFT, (chat_id, slot.version, _as_text(slot)))

    def count_messages(self, chat_id: str) -> int:
        return self._rows("SELECT count(*) FROM messages WHERE chat_id = ?", chat_id)[0][0]

    def close(self) -> None:
        self._connection.close()
