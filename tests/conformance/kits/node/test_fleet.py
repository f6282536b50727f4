"""The Node client against the Python server: texts travel, nothing is lost, everybody agrees."""
import os
import random
import shlex
import unittest

from fleet import Device, Program, pass_time, settle
from harness import chat

PROGRAM: Program

# The adapter of another client, which then plays every second device of each fleet.
OTHER = shlex.split(os.environ.get("FLEET_OTHER", "")) or None


def setUpModule():
    global PROGRAM
    PROGRAM = Program()


def tearDownModule():
    PROGRAM.close()


class FleetTest(unittest.IsolatedAsyncioTestCase):
    async def fleet(self, count):
        token = PROGRAM.account()
        self.devices = []
        for number in range(count):
            device = Device(PROGRAM, token, number + 1, OTHER if number % 2 else None)
            self.addAsyncCleanup(device.close)
            self.devices.append(device)
        await settle(self.devices)
        return self.devices

    async def type(self, device, chat_id, text):
        device.do("ui.switch", chat_id=chat_id)
        device.do("ui.focus")
        device.do("ui.edit", text=text)
        await pass_time(self.devices, 1300)

    async def test_a_draft_arrives_and_is_cleared_everywhere(self):
        phone, laptop = await self.fleet(2)
        lunch = chat()
        await self.type(phone, lunch, "noodles")
        self.assertEqual(laptop.texts(), {lunch: "noodles"})
        phone.do("ui.clear")
        await pass_time(self.devices, 1300)
        self.assertEqual((phone.texts(), laptop.texts()), ({}, {}))
        self.assertEqual(laptop.state()["chats"], [])
        self.assertEqual(phone.notices + laptop.notices, [])

    async def test_a_sent_message_takes_its_draft_everywhere(self):
        phone, laptop = await self.fleet(2)
        lunch = chat()
        await self.type(phone, lunch, "noodles")
        phone.do("ui.send")
        await settle(self.devices)
        self.assertEqual((phone.texts(), laptop.texts()), ({}, {}))
        self.assertEqual(laptop.state()["chats"],
                         [{"chat_id": lunch, "has_draft": False, "draft_only": False}])

    async def test_lines_of_two_devices_become_one_text(self):
        phone, laptop = await self.fleet(2)
        lunch = chat()
        await self.type(phone, lunch, "a\nb\nc\nd")
        await laptop.cut()
        await self.type(phone, lunch, "A\nb\nc\nd")
        await self.type(laptop, lunch, "a\nb\nc\nD")
        laptop.online = True
        await pass_time(self.devices, 40000)
        self.assertEqual((phone.texts(), laptop.texts()), ({lunch: "A\nb\nc\nD"},) * 2)

    async def test_the_same_line_keeps_both_texts(self):
        phone, laptop = await self.fleet(2)
        lunch = chat()
        await self.type(phone, lunch, "a")
        await laptop.cut()
        await self.type(phone, lunch, "b")
        await self.type(laptop, lunch, "c")
        laptop.online = True
        await pass_time(self.devices, 40000)
        for device in self.devices:
            draft = device.state()["drafts"][0]
            self.assertEqual({draft["text"], *draft["copies"]}, {"b", "c"})
        self.assertIn("conflict_kept_copy", laptop.notices)

    async def test_a_crash_after_the_pause_loses_nothing(self):
        phone, laptop = await self.fleet(2)
        lunch = chat()
        await phone.cut()
        await self.type(phone, lunch, "noodles")
        await phone.crash()
        self.assertEqual(phone.texts(), {lunch: "noodles"})
        phone.online = True
        await pass_time(self.devices, 40000)
        self.assertEqual(laptop.texts(), {lunch: "noodles"})

    async def test_a_killed_server_costs_nothing(self):
        phone, laptop = await self.fleet(2)
        lunch = chat()
        await self.type(phone, lunch, "noodles")
        PROGRAM.kill()
        await self.type(phone, lunch, "noodles and tea")
        PROGRAM.start()
        await pass_time(self.devices, 70000)
        self.assertEqual(laptop.texts(), {lunch: "noodles and tea"})

    async def test_random_histories_converge_and_lose_no_line(self):
        for seed in range(int(os.environ.get("FLEET_SEEDS", "3"))):
            with self.subTest(seed=seed):
                await self.history(random.Random(seed))

    async def history(self, draw):
        devices = await self.fleet(3)
        chats = [chat(), chat()]
        words = 0
        alive = {}  # chat -> words that nobody removed, cleared or sent
        for _ in range(40):
            device, place = draw.choice(devices), draw.choice(chats)
            action = draw.random()
            if action < 0.12:
                await device.cut()
            elif action < 0.3:
                device.online = True
            elif action < 0.36:
                await device.crash()
            elif action < 0.8:
                device.do("ui.switch", chat_id=place)
                words += 1
                text = device.state()["editor_text"]
                device.do("ui.edit", text=f"{text}\nw{words}" if text else f"w{words}")
                alive.setdefault(place, set()).add(f"w{words}")
                device.do("ui.blur")
            elif action < 0.86:
                device.do("ui.switch", chat_id=place)
                seen = set(device.state()["editor_text"].split("\n"))
                device.do("ui.send" if draw.random() < 0.5 else "ui.clear")
                alive[place] = alive.get(place, set()) - seen
            if draw.random() < 0.6:
                await pass_time(devices, draw.choice([0, 500, 1300, 5000]))
        for device in devices:
            device.online = True
        await pass_time(devices, 100000)
        first = devices[0].state()["drafts"]
        archived = {word for device in devices for each in device.state()["archive"]
                    for word in each["text"].split("\n")}
        for device in devices:
            state = device.state()
            self.assertEqual([(each["chat_id"], each["text"], each["copies"], each["version"])
                              for each in state["drafts"]],
                             [(each["chat_id"], each["text"], each["copies"], each["version"])
                              for each in first])
            self.assertEqual((state["connection"], [each["pending"] for each in state["drafts"]]),
                             ("online", [False] * len(first)))
            for place, wanted in alive.items():
                drafts = [each for each in state["drafts"] if each["chat_id"] == place]
                kept = {word for each in drafts for text in [each["text"], *each["copies"]]
                        for word in text.split("\n")}
                self.assertLessEqual(wanted, kept | archived)
            self.assertFalse({"security_rollback", "security_fork", "security_authentication",
                              "protocol_error", "not_synced_refused"} & set(device.notices))
        for device in devices:
            await device.close()
            device.folder.cleanup = lambda: None


if __name__ == "__main__":
    unittest.main()
