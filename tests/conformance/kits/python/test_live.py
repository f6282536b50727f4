"""The running server: connections, frames, changes of drafts (protocol sections 2 to 4)."""
import asyncio
import json
import unittest
import urllib.request

from websockets.exceptions import ConnectionClosed

import live
from live import Live
from harness import b64, chat, envelope, sha

setUpModule, tearDownModule = live.start, live.stop


class Connections(Live):
    async def test_an_unknown_token_is_closed_with_1008_and_told_nothing(self):
        stranger = await self.device("nobody")
        self.assertEqual(await stranger.closed(), (1008, "Invalid session"))
        with self.assertRaises(Exception):
            await stranger.hear()

    async def test_an_authority_that_cannot_be_asked_closes_with_1011(self):
        waiting = await self.device(self.token.replace("token", "unanswered"))
        self.assertEqual((await waiting.closed())[0], 1011)

    async def test_the_token_may_come_as_a_second_subprotocol(self):
        import websockets.legacy.client
        async with websockets.legacy.client.connect(
                live.PROGRAM.url, subprotocols=["draft-sync.v1", self.token]) as socket:
            self.assertEqual(socket.subprotocol, "draft-sync.v1")
            await socket.send('{"type":"ping"}')
            self.assertEqual(await socket.recv(), '{"type":"pong"}')

    async def test_too_many_connections_are_told_and_closed_with_1013(self):
        await self.device()
        await self.device()
        fifth = await self.device()
        self.assertEqual((await fifth.hear())["payload"]["code"], "too_many_connections")
        self.assertEqual((await fifth.closed())[0], 1013)

    async def test_a_binary_message_closes_with_1003(self):
        await self.phone.raw(b"\x00")
        self.assertEqual((await self.phone.closed())[0], 1003)

    async def test_text_that_is_not_utf8_closes_with_1007(self):
        await self.phone.socket.write_frame(True, 1, b"\xff\xfe")
        self.assertEqual((await self.phone.closed())[0], 1007)

    async def test_a_frame_above_the_limit_is_refused_before_the_close(self):
        await self.phone.raw('{"type":"ping","payload":"' + "a" * 1_048_576 + '"}')
        self.assertEqual((await self.phone.hear())["payload"]["code"], "frame_too_large")
        try:
            self.assertEqual(await self.phone.drain(), [])  # it may go on,
        except ConnectionClosed as closed:
            self.assertEqual(closed.code, 1009)  # or end like this (DP-LIM-003)

    async def test_health(self):
        def get():
            url = live.PROGRAM.url.replace("ws", "http") + "/health"
            with urllib.request.urlopen(url) as answer:
                return answer.status
        self.assertEqual(await asyncio.to_thread(get), 200)


class Frames(Live):
    async def code(self, text):
        await self.phone.raw(text)
        heard = await self.phone.drain()
        self.assertEqual(len(heard), 1, text)
        return heard[0]["payload"].get("code", heard[0]["type"])

    async def test_what_is_not_one_strict_object_is_invalid_json_and_the_connection_lives(self):
        for text in ("x", "", "[]", "{} {}", '{"type":"ping","type":"ping"}',
                     '{"type":"x","payload":{"a":NaN}}', "\ufeff{}", '{"a":"\\ud800"}',
                     '{"type":"x","a":[[[[[[[[]]]]]]]]}', '{"a":' * 3000 + "1" + "}" * 3000,
                     '{"type":"x","payload":{"a":{"b":1,"b":1}}}', '{"a":"\n"}', "{'a':1}"):
            self.assertEqual(await self.code(text), "invalid_json", text[:60])

    async def test_bad_fields_are_invalid_frames(self):
        good = {"chat_id": chat(), "encrypted_draft_md": "AAAA"}
        for bad in ({"chat_id": "x"}, {"chat_id": chat().upper()}, {"encrypted_draft_md": 5},
                    {"change_id": "a b"}, {"change_id": None}, {"change_id": "a" * 65},
                    {"base_version": 0}, {"proposed_v": 1}, {"base_version": None, "proposed_v": 1},
                    {"base_version": True, "proposed_v": 1}):
            self.assertEqual(await self.phone.error("update_draft", **{**good, **bad}),
                             "invalid_frame", bad)
        for number in ("1.0", "1e0", "-0", "-1", "9007199254740992"):
            text = json.dumps({"type": "update_draft", "payload": {
                **good, "base_version": 0, "proposed_v": 5}}).replace("5}", number + "}")
            self.assertEqual(await self.code(text), "invalid_frame", number)
        self.assertEqual(await self.code("{}"), "invalid_frame")
        self.assertEqual(await self.code('{"type":"get_chat_details","payload":[]}'),
                         "invalid_frame")
        self.assertEqual(await self.code('{"type":"make_coffee"}'), "unknown_type")
        self.assertEqual((await self.phone.write(good["chat_id"], "AAAA"))["draft_v"], 1)

    async def test_envelope_b_eight_levels_and_unknown_fields_are_read(self):
        lunch = chat()
        self.assertEqual(await self.code(json.dumps(
            {"event": "get_chat_details", "chat_id": lunch})), "chat_details")
        self.assertEqual(await self.code(json.dumps(
            {"type": "get_chat_details", "payload": {"chat_id": lunch, "z": [[[[[[]]]]]]}})),
            "chat_details")

    async def test_a_refusal_names_the_change_as_far_as_it_could_be_read(self):
        lunch = chat()
        answer = await self.phone.ask("chat_message_added", chat_id=lunch, message_id="m")
        self.assertEqual((answer["chat_id"], answer["change_id"]), (lunch, "m"))

    async def test_delete_draft_takes_either_spelling_but_not_two_meanings(self):
        lunch = chat()
        self.assertTrue((await self.phone.ask("delete_draft", chatId=lunch))["success"])
        self.assertTrue((await self.phone.ask("delete_draft", chatId=lunch, chat_id=lunch))
                        ["success"])
        self.assertEqual(await self.phone.error("delete_draft", chatId=lunch, chat_id=chat()),
                         "invalid_frame")


class Field(Live):
    async def test_the_last_arrival_wins_and_others_hear_it(self):
        lunch = chat()
        self.assertEqual((await self.phone.write(lunch, "AAAA", change_id="a"))["draft_v"], 1)
        await self.laptop.drain()
        self.assertEqual((await self.laptop.write(lunch, "BBBB"))["draft_v"], 2)
        self.assertEqual([frame["data"]["encrypted_draft_md"] for frame in
                          await self.phone.drain()], ["BBBB"])
        self.assertEqual((await self.phone.details(lunch))["encrypted_draft_md"], "BBBB")

    async def test_repeats_change_nothing_and_are_not_told_again(self):
        lunch = chat()
        await self.phone.write(lunch, "AAAA", change_id="a")
        await self.laptop.drain()
        self.assertEqual((await self.phone.write(lunch, "XXXX", change_id="a"))["draft_v"], 1)
        self.assertEqual((await self.phone.write(lunch, "AAAA"))["draft_v"], 1)
        self.assertEqual(await self.laptop.drain(), [])
        await self.phone.write(lunch, "BBBB", change_id="b")
        old = await self.phone.write(lunch, "AAAA", change_id="a")
        self.assertEqual((old["draft_v"], old["superseded"]), (1, True))
        self.assertEqual((await self.phone.details(lunch))["draft_v"], 2)

    async def test_an_absent_preview_stays_and_null_removes_it(self):
        lunch = chat()
        await self.phone.write(lunch, "AAAA", encrypted_draft_preview="PPPP")
        await self.phone.write(lunch, "BBBB")
        self.assertEqual((await self.phone.details(lunch))["encrypted_draft_preview"], "PPPP")
        await self.phone.write(lunch, "CCCC", encrypted_draft_preview=None)
        self.assertIsNone((await self.phone.details(lunch))["encrypted_draft_preview"])

    async def test_a_deletion_consumes_a_version_and_stays_known(self):
        lunch = chat()
        await self.phone.write(lunch, "AAAA")
        await self.laptop.drain()
        gone = await self.phone.ask("delete_draft", chat_id=lunch, change_id="d")
        self.assertEqual((gone["draft_v"], gone["success"], gone["change_id"]), (2, True, "d"))
        self.assertEqual((await self.laptop.drain())[0]["payload"],
                         {"chat_id": lunch, "draft_v": 2})
        answer = await self.phone.ask(
            "get_draft_versions", chats=[{"chat_id": lunch, "client_draft_v": 1}])
        self.assertEqual(answer["versions"], {lunch: 0})
        self.assertEqual(answer["tombstone_versions"], {lunch: 2})
        details = await self.phone.details(lunch)
        self.assertEqual((details["draft_v"], details["cleared_draft_v"]), (0, 2))
        self.assertEqual((await self.phone.write(lunch, "BBBB"))["draft_v"], 3)

    async def test_a_null_draft_is_a_deletion_with_an_update_receipt(self):
        lunch = chat()
        answer = await self.phone.write(lunch, None)
        self.assertEqual((answer["_"], answer["draft_v"]), ("draft_update_receipt", 1))
        self.assertEqual((await self.laptop.drain())[0]["type"], "draft_deleted")

    async def test_an_empty_text_is_no_text(self):
        self.assertEqual((await self.phone.write(chat(), ""))["code"], "envelope_invalid")

    async def test_lengths(self):
        lunch = chat()
        self.assertEqual((await self.phone.write(lunch, "A" * 100_000))["draft_v"], 1)
        self.assertEqual((await self.phone.write(lunch, "A" * 100_001))["code"], "draft_too_long")
        self.assertEqual((await self.phone.write(lunch, "A", encrypted_draft_preview="A" * 1001))
                         ["code"], "preview_too_long")
        self.assertEqual(await self.phone.error(
            "chat_message_added", chat_id=lunch, message_id="m", encrypted_content="A" * 2001),
            "message_too_long")
        self.assertEqual((await self.phone.details(lunch))["draft_v"], 1)

    async def test_too_many_chats(self):
        for _ in range(20):
            await self.phone.write(chat(), "AAAA")
        self.assertEqual((await self.phone.write(chat(), "AAAA"))["code"], "too_many_chats")


class Sealed(Live):
    async def test_one_of_two_changes_on_one_base_wins_and_the_other_conflicts(self):
        lunch, first = chat(), envelope(1, 1)
        self.assertEqual((await self.phone.seal(lunch, 0, first))["draft_v"], 1)
        mine, theirs = envelope(1, 2, sha(first), b"m"), envelope(1, 2, sha(first), b"t")
        self.assertTrue((await self.phone.seal(lunch, 1, mine))["success"])
        await self.laptop.drain()
        lost = await self.laptop.seal(lunch, 1, theirs, change_id="mine")
        self.assertEqual((lost["_"], lost["draft_v"], lost["change_id"]),
                         ("draft_conflict", 2, "mine"))
        self.assertEqual(lost["encrypted_draft_md"], b64(mine))
        self.assertEqual(await self.phone.drain(), [])

    async def test_a_wrong_parent_conflicts_and_a_jump_is_kept_exactly(self):
        lunch, first = chat(), envelope(1, 5)
        self.assertEqual((await self.phone.seal(lunch, 0, first, 5))["draft_v"], 5)
        self.assertEqual((await self.phone.seal(lunch, 5, envelope(1, 6, sha(b"")), 6))["_"],
                         "draft_conflict")
        far = 5 + 2**32
        self.assertEqual((await self.phone.seal(lunch, 5, envelope(1, far + 1, sha(first)),
                                                far + 1))["code"], "version_invalid")
        self.assertEqual((await self.phone.seal(lunch, 5, envelope(1, far, sha(first)),
                                                far))["draft_v"], far)

    async def test_a_number_not_above_the_history_is_version_invalid(self):
        lunch, first = chat(), envelope(1, 5)
        await self.phone.seal(lunch, 0, first, 5)
        for version in (4, 5):
            self.assertEqual((await self.phone.seal(
                lunch, 5, envelope(1, version, sha(first)), version))["code"], "version_invalid")

    async def test_a_header_that_contradicts_the_frame_is_refused(self):
        lunch = chat()
        good = envelope(1, 1)
        for bad in (envelope(5, 1), envelope(1, 2), envelope(1, 1, suite=3),
                    envelope(1, 1, flags=1), envelope(1, 1, magic=b"DSE2"), good[:150], b"x"):
            self.assertEqual((await self.phone.seal(lunch, 0, bad, 1))["code"], "envelope_invalid")
        preview = envelope(2, 1, sha(good))
        for bad in (envelope(2, 1), envelope(2, 2, sha(good)), envelope(1, 1, sha(good)),
                    envelope(2, 1, sha(good), slot=b"o" * 16)):
            self.assertEqual((await self.phone.seal(
                lunch, 0, good, 1, encrypted_draft_preview=b64(bad)))["code"], "envelope_invalid")
        self.assertTrue((await self.phone.seal(
            lunch, 0, good, 1, encrypted_draft_preview=b64(preview)))["success"])

    async def test_a_sealed_slot_takes_nothing_unsealed(self):
        lunch = chat()
        await self.phone.seal(lunch, 0, envelope(1, 1))
        self.assertEqual((await self.phone.write(lunch, "AAAA"))["code"], "slot_sealed")
        self.assertEqual(await self.phone.error("delete_draft", chat_id=lunch), "slot_sealed")

    async def test_a_field_draft_can_be_taken_over_once(self):
        lunch = chat()
        await self.phone.write(lunch, "AAAA")
        taken = envelope(1, 2, sha(bytes(3)))
        self.assertTrue((await self.phone.seal(lunch, 1, taken))["success"])

    async def test_a_sealed_tombstone_is_given_back_and_replaced_by_a_newer_draft(self):
        lunch, first = chat(), envelope(1, 1)
        await self.phone.seal(lunch, 0, first)
        stone = envelope(5, 2, sha(first))
        await self.laptop.drain()
        answer = await self.phone.ask("delete_draft", chat_id=lunch, change_id="d", base_version=1,
                                      proposed_v=2, encrypted_tombstone=b64(stone))
        self.assertEqual(answer["draft_v"], 2)
        heard = (await self.laptop.drain())[0]["payload"]
        self.assertEqual((heard["draft_v"], heard["encrypted_tombstone"]), (2, b64(stone)))
        details = await self.phone.details(lunch)
        self.assertEqual((details["draft_v"], details["cleared_draft_v"],
                          details["encrypted_tombstone"]), (0, 2, b64(stone)))
        self.assertTrue((await self.phone.seal(lunch, 2, envelope(1, 3, sha(stone))))["success"])

    async def test_a_sealed_deletion_without_a_tombstone_is_refused(self):
        self.assertEqual(await self.phone.error(
            "delete_draft", chat_id=chat(), change_id="d", base_version=0, proposed_v=1),
            "envelope_invalid")


if __name__ == "__main__":
    unittest.main()
