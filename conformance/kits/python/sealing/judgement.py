"""What a device concludes from the states of one slot that a server shows it (sections 7.2, 7.3).

A device that only reads: each state is taken as the answer of a new connection. `meet` returns what
has to be said, one of the notices of section 7.3 or None; `text` is what the device shows.
"""
from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

from . import envelope, keys, payload
from .edits import verdict
from .envelope import DRAFT, TOMBSTONE, Refused
from .merge import merge
from .payload import Draft, includes

AGREED_KEPT = 4


@dataclass
class Reader:
    account: bytes
    master: bytes
    epoch: int
    chat_id: str
    window_ms: int
    local: Draft | None = None
    base: tuple[int, bytes, Draft | None, int] = (0, bytes(32), None, 0)  # and when it was learned
    agreed: list[Draft] = field(default_factory=list)
    sealed: bool = False

    def meet(self, at_ms: int, state: dict[str, Any]) -> str | None:
        tombstone = state.get("encrypted_tombstone")
        text = state.get("encrypted_draft_md")
        if tombstone is None and text is None:
            if state["version"] == 0 and self.base[0] > 0:
                said = self._judge(at_ms, 0, bytes(32), None)
                self.base = (0, bytes(32), None, at_ms)
                return said
            return None  # a hint without a tombstone: nothing is proved (DP-SYNC-007)
        sealed = tombstone if tombstone is not None else text
        try:
            raw = base64.b64decode(sealed, validate=True)
            if base64.b64encode(raw).decode() != sealed:
                raise Refused
        except (ValueError, Refused):
            return "security_authentication"
        if raw[:4] != b"DSE1":
            return self._unsealed(sealed)
        try:
            draft = self._open(TOMBSTONE if tombstone is not None else DRAFT, state["version"], raw)
        except (Refused, ValueError):
            return "security_authentication"
        said = self._take(at_ms, state["version"], hashlib.sha256(raw).digest(), draft)
        try:  # DP-ENV-007: of a preview that is refused the draft still counts
            if state.get("encrypted_draft_preview") is not None:
                self._open_preview(state, raw)
        except (Refused, ValueError):
            return said or "security_authentication"
        return said

    def text(self) -> str:
        return self.local.text().decode() if self.local is not None else ""

    def copies(self) -> list[str]:
        kept = self.local.copies if self.local is not None else ()
        return [b"\n".join(text for text, _ in copy.lines).decode() for copy in kept]

    def _unsealed(self, sealed: str) -> str | None:
        try:
            envelope.open_field(self.master, sealed)
        except Refused:
            return "security_authentication"  # DP-ALARM-011
        return "security_downgrade" if self.sealed else None  # DP-ALARM-006

    def _open(self, kind: int, version: int, raw: bytes) -> Draft:
        slot = keys.slot_id(self.master, self.chat_id)
        named = raw[8:24]
        for epoch in range(self.epoch, 0, -1):
            key = keys.epoch_key(self.master, epoch)
            if keys.key_id(key) == named:
                expected = envelope.Expected(self.account, key, kind, slot, version)
                return payload.decode(envelope.open_envelope(expected, raw)[1])
        raise Refused

    def _open_preview(self, state: dict[str, Any], draft: bytes) -> None:
        raw = base64.b64decode(state["encrypted_draft_preview"], validate=True)
        key = keys.epoch_key(self.master, self.epoch)
        envelope.open_envelope(envelope.Expected(
            self.account, key, envelope.PREVIEW, keys.slot_id(self.master, self.chat_id),
            state["version"], hashlib.sha256(draft).digest()), raw)

    def _judge(self, at_ms: int, version: int, digest: bytes, draft: Draft | None) -> str | None:
        """DP-ALARM-001 and -002: loss within W, or an attack."""
        known_v, known_hash, known, learned_ms = self.base
        if known_v == 0:
            return None
        forked = version == known_v and digest != known_hash
        lacks = known is not None and (draft is None or not includes(draft.vector, known.vector))
        if not (forked or lacks or version < known_v):
            return None
        if at_ms - learned_ms < self.window_ms:
            return "server_lost_recent"
        return "security_fork" if forked else "security_rollback"

    def _take(self, at_ms: int, version: int, digest: bytes, draft: Draft) -> str | None:
        if (version, digest) == self.base[:2]:
            return None  # DP-SYNC-018
        said = self._judge(at_ms, version, digest, draft)
        self.sealed = True
        what = "adopt" if self.local is None else verdict(self.local, draft)
        if what == "adopt":
            self.local = draft
        elif what == "merge":
            known = [each for each in reversed(self.agreed)
                     if includes(self.local.vector, each.vector)
                     and includes(draft.vector, each.vector)]
            self.local = merge(known[0] if known else None, self.local, draft)
        self.base = (version, digest, draft, at_ms)
        self.agreed = [*self.agreed, draft][-AGREED_KEPT:]
        return said
