"""Vectors of the server's side: frames, and what is answered to a change (sections 3 and 4).

A slot's vector runs this kit's own handlers on a database in memory, without sockets or clocks.
"""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

from database import Database
from drafts import Drafts
from listing import Listing
from messages import Messages
from session import answer_ping
from settings import Limits
from storage import Storage
from wire import Refusal, error, read_frame

Input = dict[str, Any]
Output = dict[str, Any]


class NotAccepted(Exception):
    """Refused, and this is how."""

    def __init__(self, output: Output):
        super().__init__(output)
        self.output = output


def refusal_of(refusal: Refusal) -> Output:
    ids = {"chat_id": refusal.chat_id, "change_id": refusal.change_id}
    return {"code": refusal.code, **{name: each for name, each in ids.items() if each is not None}}


def check_frame_at_server(given: Input) -> Output:
    try:
        if "text_hex" in given:
            text = bytes.fromhex(given["text_hex"]).decode("utf-8")
        else:
            text = given["text"]
        return {"type": read_frame(text).type}
    except UnicodeDecodeError as wrong:  # the transport refuses it (DP-WIRE-021)
        raise NotAccepted({"code": "invalid_json"}) from wrong
    except Refusal as refusal:
        raise NotAccepted(refusal_of(refusal)) from refusal


class Connection:
    """A connection of an account; what is sent to it is kept as JSON."""

    def __init__(self, account: str, all_connections: list[Connection]):
        self.account, self._all, self.heard = account, all_connections, []
        all_connections.append(self)

    def send(self, text: str) -> None:
        self.heard.append(without_clocks(json.loads(text)))

    def others(self, text: str) -> None:
        for each in self._all:
            if each is not self and each.account == self.account:
                each.send(text)

    def all(self, text: str) -> None:
        for each in self._all:
            if each.account == self.account:
                each.send(text)


def without_clocks(frame: dict[str, Any]) -> dict[str, Any]:
    """Times and sentences are an implementation's own."""
    frame.pop("last_edited_overall_timestamp", None)
    if frame.get("type") == "error":
        frame["payload"].pop("message", None)
    return frame


class Server:
    def __init__(self) -> None:
        limits = Limits()
        storage = Storage(Database(Path(":memory:")), limits.DRAFT_PERSISTENCE_TTL_SECONDS,
                          limits.persistence_window_ms / 1000, lambda: 0.0, lambda: None)
        drafts = Drafts(storage, limits, lambda: 0)
        messages = Messages(storage, drafts, limits, lambda: 0)
        listing = Listing(storage, drafts, limits)
        self._handlers: dict[str, Callable] = {
            "ping": answer_ping, "update_draft": drafts.update_draft,
            "delete_draft": drafts.delete_draft,
            "sync_offline_changes": drafts.sync_offline_changes,
            "get_draft_versions": listing.get_draft_versions,
            "get_chat_details": listing.get_chat_details,
            "initial_sync_request": listing.initial_sync_request,
            "chat_message_added": messages.chat_message_added, "delete_chat": messages.delete_chat}

    def answer(self, connection: Connection, text: str) -> None:
        try:
            frame = read_frame(text)
            self._handlers[frame.type](connection, frame)
        except Refusal as refusal:
            connection.send(error(refusal))


def check_slot(given: Input) -> Output:
    server, connections = Server(), []
    sender, other = Connection("one", connections), Connection("one", connections)
    stranger = Connection("two", connections)
    for frame in given["before"]:
        who = stranger if frame.get("from") == "stranger" else sender
        server.answer(who, json.dumps(frame["frame"]))
    for each in connections:
        each.heard.clear()
    server.answer(sender, json.dumps(given["frame"]))
    output = {"reply": list(sender.heard), "others": list(other.heard)}
    sender.heard.clear()
    server.answer(sender, json.dumps({"type": "get_chat_details",
                                      "payload": {"chat_id": given["chat_id"]}}))
    output["after"] = sender.heard[0]
    if any(frame["type"] in ("error", "draft_conflict") for frame in output["reply"]
           if "type" in frame):
        raise NotAccepted(output)
    return output


SERVER_CHECKS = {"frame_at_server": check_frame_at_server, "slot": check_slot}
