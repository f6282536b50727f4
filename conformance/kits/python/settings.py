"""What a server is told at start: settings, accounts, tokens and limits.

The environment names the data directory, the listen address and the profile; the profile is a JSON
object `{"accounts": [{"name", "dialect", "tokens", "unanswered_tokens"?}], "limits": {...}}`.
A token under `unanswered_tokens` stands for one that the authority cannot judge just now.
`DRAFT_PERSISTENCE_TTL_SECONDS` and `MAX_DRAFT_CHARS` may also stand in the environment, which wins.
"""
from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Mapping


class BadSetting(Exception):
    """Names the setting that is missing or out of its range (DP-SET-001)."""


@dataclass(frozen=True)
class Limits:
    """Section 13; every name can stand in the profile's `limits`."""

    DRAFT_PERSISTENCE_TTL_SECONDS: int = 2700
    MAX_DRAFT_CHARS: int = 100_000
    max_preview_chars: int = 4096
    max_message_chars: int = 400_000
    max_frame_bytes: int = 1_048_576
    max_chats_per_account: int = 10_000
    max_changes_per_replay: int = 256
    max_connections_per_account: int = 64
    max_outbound_bytes: int = 4_194_304
    initial_sync_page: int = 100
    persistence_window_ms: int = 30_000
    persistence_delay_ms: int = 10  # lets one burst of changes share a transaction; far below W
    persistence_retry_ms: int = 200
    idle_timeout_ms: int = 90_000
    close_timeout_ms: int = 2_000  # how long a peer may take to read what precedes its close


@dataclass(frozen=True)
class Profile:
    limits: Limits
    account_of_token: dict[str, str]
    unanswered_tokens: frozenset[str] = frozenset()
    dialects: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    data_dir: Path
    host: str
    port: int
    profile: Profile


def _number(name: str, value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 2**40:
        raise BadSetting(f"{name}: a whole number of at least 1 was expected")
    return value


def read_limits(wanted: Mapping[str, Any], environment: Mapping[str, str]) -> Limits:
    known = {each.name for each in fields(Limits)}
    chosen = {name: value for name, value in wanted.items() if name in known}
    for name in ("DRAFT_PERSISTENCE_TTL_SECONDS", "MAX_DRAFT_CHARS"):
        if name in environment:
            chosen[name] = environment[name]
    return Limits(**{name: _number(name, value) for name, value in chosen.items()})


def read_profile(text: str, environment: Mapping[str, str]) -> Profile:
    try:
        whole = json.loads(text)
        accounts = whole["accounts"]
        tokens = {token: account["name"] for account in accounts
                  for token in account.get("tokens", [])}
        unanswered = frozenset(token for account in accounts
                               for token in account.get("unanswered_tokens", []))
        dialects = {account["name"]: account.get("dialect", "sealed") for account in accounts}
        limits = whole.get("limits", {})
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise BadSetting(f"DRAFTPROOF_PROFILE: not a profile ({wrong!r})") from wrong
    return Profile(read_limits(limits, environment), tokens, unanswered, dialects)


def read_settings(environment: Mapping[str, str]) -> Settings:
    for name in ("DRAFTPROOF_DATA_DIR", "DRAFTPROOF_LISTEN", "DRAFTPROOF_PROFILE"):
        if not environment.get(name):
            raise BadSetting(f"{name}: missing")
    host, colon, port = environment["DRAFTPROOF_LISTEN"].rpartition(":")
    if not colon or not host or not port.isdigit() or int(port) > 65535:
        raise BadSetting("DRAFTPROOF_LISTEN: host:port was expected")
    try:
        text = Path(environment["DRAFTPROOF_PROFILE"]).read_text(encoding="utf-8")
    except (OSError, ValueError) as wrong:
        raise BadSetting(f"DRAFTPROOF_PROFILE: cannot be read ({wrong})") from wrong
    return Settings(Path(environment["DRAFTPROOF_DATA_DIR"]), host.strip("[]"), int(port),
                    read_profile(text, environment))
