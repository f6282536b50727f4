"""A running server and two devices of an account that no other test uses."""
import unittest

from harness import Program

PROGRAM: Program


def start():
    global PROGRAM
    PROGRAM = Program(max_changes_per_replay=8, initial_sync_page=3, max_connections_per_account=4,
                      max_chats_per_account=20, max_preview_chars=1000, max_message_chars=2000,
                      max_frame_bytes=1_048_576)


def stop():
    PROGRAM.close()


class Live(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.token = PROGRAM.account()
        self.opened = []
        self.phone = await self.device()
        self.laptop = await self.device()

    async def device(self, token=None):
        device = await PROGRAM.connect(token or self.token)
        self.opened.append(device)
        return device

    async def asyncTearDown(self):
        for device in self.opened:
            await device.close()
