"""The running server: sends, replays, reading (protocol sections 3.3 and 5)."""
import unittest

import live
from live import Live
from harness import b64, chat, envelope, sha

setUpModule, tearDownModule = live.start, live.stop


class Sends(Live):
    async def send(self, chat_id, message_id, **more):
        await self.phone.say("chat_message_added", chat_id=chat_id, message_id=message_id,
                             encrypted_content="MMMM", **more)
        return [(frame["type"], frame["payload"]) for frame in await self.phone.drain()]

    async def test_a_send_deletes_a_field_draft_once(self):
        lunch = chat()
        await self.phone.write(lunch, "AAAA")
        await self.laptop.drain()
        first = await self.send(lunch, "m1")
        self.assertEqual([name for name, _ in first],
                         ["chat_message_receipt", "draft_delete_receipt"])
        self.assertEqual([frame["type"] for frame in await self.laptop.drain()],
                         ["chat_message_received", "draft_deleted"])
        await self.phone.write(lunch, "BBBB")
        await self.laptop.drain()
        self.assertEqual(await self.send(lunch, "m1"), first)
        self.assertEqual(await self.laptop.drain(), [])
        details = await self.phone.details(lunch)
        self.assertEqual((details["encrypted_draft_md"], details["messages_v"]), ("BBBB", 1))

    async def test_only_the_literal_true_preserves(self):
        lunch = chat()
        await self.phone.write(lunch, "AAAA")
        self.assertEqual(len(await self.send(lunch, "m1", preserve_draft=True)), 1)
        self.assertEqual((await self.phone.details(lunch))["draft_v"], 1)
        self.assertEqual(len(await self.send(lunch, "m2", preserve_draft="true")), 2)
        self.assertEqual((await self.phone.details(lunch))["draft_v"], 0)

    async def test_a_sealed_send_takes_the_draft_only_under_the_rule_of_changes(self):
        lunch, first = chat(), envelope(1, 1)
        await self.phone.seal(lunch, 0, first)
        stone = b64(envelope(5, 2, sha(first)))
        for message_id, fields, wanted in (
                ("m1", {"base_version": 0, "proposed_v": 2, "encrypted_tombstone": stone},
                 "draft_conflict"),
                ("m2", {"base_version": 1, "proposed_v": 2, "encrypted_tombstone": "AAAA"},
                 "draft_delete_receipt"),
                ("m3", {"base_version": 1, "proposed_v": 2}, "draft_delete_receipt"),
                ("m4", {}, "draft_delete_receipt")):
            answers = await self.send(lunch, message_id, **fields)
            self.assertEqual([name for name, _ in answers], ["chat_message_receipt", wanted])
            self.assertIsNot(answers[1][1].get("success"), True)
        self.assertEqual((await self.phone.details(lunch))["draft_v"], 1)
        answers = await self.send(lunch, "m5", base_version=1, proposed_v=2,
                                  encrypted_tombstone=stone)
        self.assertEqual(answers[1][1], {"chat_id": lunch, "success": True, "draft_v": 2,
                                         "change_id": "m5"})
        self.assertEqual((await self.phone.details(lunch))["messages_v"], 5)

    async def test_deleting_a_chat_ends_it(self):
        lunch = chat()
        await self.phone.write(lunch, "AAAA")
        await self.laptop.drain()
        self.assertEqual((await self.phone.ask("delete_chat", chat_id=lunch, change_id="x")),
                         {"_": "chat_delete_receipt", "chat_id": lunch, "success": True,
                          "change_id": "x"})
        self.assertEqual([frame["type"] for frame in await self.laptop.drain()], ["chat_deleted"])
        self.assertTrue((await self.phone.ask("delete_chat", chat_id=lunch))["success"])
        self.assertEqual(await self.laptop.drain(), [])
        self.assertEqual((await self.phone.write(lunch, "BBBB"))["code"], "chat_deleted")
        listed = await self.phone.ask("initial_sync_request", chat_versions={lunch: 1})
        self.assertEqual((listed["chats"], listed["deleted_chat_ids"]), ([], [lunch]))


class Replays(Live):
    @staticmethod
    def change(chat_id, change_id, value, before, **more):
        return {"chat_id": chat_id, "change_id": change_id, "value": value,
                "type": "draft" if value is not None else "delete_draft",
                "version_before_edit": before, **more}

    async def replay(self, *changes):
        await self.phone.say("sync_offline_changes", changes=changes)
        heard = await self.phone.drain()
        return [frame.get("type") or frame["event"] for frame in heard], heard[-1]["payload"]

    async def test_one_change_per_slot_and_everybody_hears_what_was_stored(self):
        old, new, gone = chat(), chat(), chat()
        await self.phone.write(old, "AAAA")
        await self.laptop.drain()
        names, done = await self.replay(
            self.change(old, "a", "BBBB", 0), self.change(old, "b", "CCCC", 1),
            self.change(new, "c", "DDDD", 0), self.change(gone, "d", None, 0))
        self.assertEqual(names, ["draft_conflict", "error", "chat_draft_updated", "draft_deleted",
                                 "offline_sync_complete"])
        self.assertEqual([(entry["outcome"], entry["draft_v"]) for entry in done["results"]],
                         [("conflict", 1), ("error", 0), ("stored", 1), ("stored", 1)])
        self.assertEqual((done["processed"], done["conflicts"], done["errors"]), (2, 1, 1))
        self.assertEqual(len(await self.laptop.drain()), 2)
        names, done = await self.replay(self.change(new, "c", "DDDD", 0))
        self.assertEqual((names, done["results"][0]["outcome"]),
                         (["offline_sync_complete"], "repeated"))

    async def test_a_sealed_change_is_judged_as_a_live_one(self):
        lunch, first = chat(), envelope(1, 1)
        _, done = await self.replay(self.change(lunch, "a", b64(first), 0, proposed_v=1))
        self.assertEqual(done["results"][0]["outcome"], "stored")
        _, done = await self.replay(self.change(
            lunch, "b", None, 1, proposed_v=2,
            encrypted_tombstone=b64(envelope(5, 2, sha(first)))))
        self.assertEqual(done["results"][0], {"change_id": "b", "outcome": "stored", "draft_v": 2})

    async def test_a_long_replay_is_refused_whole(self):
        changes = [self.change(chat(), f"c{n}", "AAAA", 0) for n in range(9)]
        self.assertEqual(await self.phone.error("sync_offline_changes", changes=changes),
                         "too_many_changes")
        self.assertEqual(await self.laptop.drain(), [])


class Reading(Live):
    async def test_pages_list_every_chat_in_order_of_creation(self):
        chats = [chat() for _ in range(7)]
        for each in chats:
            await self.phone.write(each, "AAAA")
        await self.phone.write(chats[0], "BBBB")  # does not move it
        await self.phone.ask("delete_draft", chat_id=chats[3])
        seen, token, authoritative = [], {}, []
        while True:
            page = await self.phone.ask("initial_sync_request", chat_versions={}, **token)
            seen += [each["chat_id"] for each in page["chats"]]
            authoritative.append(page["authoritative"])
            if "page_token" not in page:
                break
            token = {"page_token": page["page_token"]}
        self.assertEqual(seen, chats[:3] + chats[4:])
        self.assertEqual(authoritative, [False, False, True])
        self.assertEqual(await self.phone.error("initial_sync_request", chat_versions={},
                                                page_token="zz"), "invalid_frame")

    async def test_nothing_of_another_account_is_seen_or_changed(self):
        lunch = chat()
        await self.phone.write(lunch, "AAAA")
        thief = await self.device(live.PROGRAM.account())
        self.assertEqual((await thief.details(lunch))["code"], "chat_forbidden")
        self.assertEqual((await thief.write(lunch, "BBBB"))["code"], "chat_forbidden")
        self.assertEqual(await thief.error("delete_chat", chat_id=lunch), "chat_forbidden")
        self.assertEqual(await thief.error("chat_message_added", chat_id=lunch, message_id="m",
                                           encrypted_content="M"), "chat_forbidden")
        asked = await thief.ask("get_draft_versions",
                                chats=[{"chat_id": lunch, "client_draft_v": 0}])
        self.assertEqual((asked["versions"], asked["unavailable_chat_ids"]), ({}, []))
        self.assertEqual((await thief.ask("initial_sync_request", chat_versions={lunch: 1}))
                         ["chats"], [])
        self.assertEqual((await self.phone.details(lunch))["encrypted_draft_md"], "AAAA")

    async def test_versions_and_hashes_of_at_most_200_slots(self):
        lunch = chat()
        await self.phone.write(lunch, "AAAA")
        asked = await self.phone.ask("get_draft_versions", chats=[
            {"chat_id": each, "client_draft_v": 0}
            for each in [chat() for _ in range(200)] + [lunch]])
        self.assertEqual((len(asked["versions"]), asked["hashes"]), (200, {}))
        asked = await self.phone.ask("get_draft_versions",
                                     chats=[{"chat_id": lunch, "client_draft_v": 9}])
        self.assertEqual(asked["hashes"], {lunch: sha(bytes(3)).hex()})
        empty = await self.phone.details(chat())
        self.assertEqual((empty["draft_v"], empty["encrypted_draft_md"], empty["messages_v"]),
                         (0, None, 0))


if __name__ == "__main__":
    unittest.main()
