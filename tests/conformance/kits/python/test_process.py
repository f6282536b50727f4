"""The server as a process: killed, stopped, read slowly, left alone."""
import subprocess
import unittest
from pathlib import Path

from websockets.exceptions import ConnectionClosed

from harness import FOREIGN, SERVER, Program, WAIT_S, b64, chat, envelope, sha

SENT_MAX = Path("/proc/sys/net/ipv4/tcp_wmem")  # its third number bounds what waits to be sent


class ProcessTest(unittest.IsolatedAsyncioTestCase):
    def program(self, **limits) -> Program:
        program = Program(**limits)
        self.addCleanup(program.close)
        return program

    async def test_what_was_durable_survives_a_kill_and_versions_go_on(self):
        program = self.program(persistence_delay_ms=20_000)
        token, lunch, team, gone = program.account(), chat(), chat(), chat()
        phone = await program.connect(token)
        await phone.write(lunch, "AAAA", change_id="a")
        await phone.write(gone, "GGGG")
        await phone.ask("delete_draft", chat_id=gone)
        await phone.ask("delete_chat", chat_id=gone)
        first = envelope(1, 1)
        await phone.seal(team, 0, first)
        # The last connection closes, so the server persists without waiting for its schedule; it
        # does so while it answers somebody else a few times.
        await phone.close()
        other = await program.connect(program.account())
        for _ in range(50):
            await other.drain()
        program.kill()
        program.start()
        phone = await program.connect(token)
        self.assertEqual((await phone.write(lunch, "AAAA", change_id="a"))["draft_v"], 1)
        self.assertEqual((await phone.write(lunch, "BBBB"))["draft_v"], 2)
        self.assertEqual((await phone.write(gone, "GGGG"))["code"], "chat_deleted")
        self.assertEqual((await phone.write(team, "XXXX"))["code"], "slot_sealed")
        self.assertTrue((await phone.seal(team, 1, envelope(1, 2, sha(first))))["success"])

    @unittest.skipIf(FOREIGN, "only our own server is told to be slow to persist")
    async def test_what_was_only_acknowledged_may_be_lost_within_w_but_no_number_confused(self):
        program = self.program(persistence_delay_ms=20_000)
        token, lunch = program.account(), chat()
        phone = await program.connect(token)
        first = envelope(1, 1)
        await phone.seal(lunch, 0, first)
        program.kill()
        program.start()
        phone = await program.connect(token)
        self.assertEqual((await phone.details(lunch))["draft_v"], 0)
        again = await phone.seal(lunch, 1, envelope(1, 2, sha(first)))
        self.assertEqual((again["_"], again["draft_v"]), ("draft_conflict", 0))

    async def test_a_send_is_durable_when_it_is_acknowledged(self):
        program = self.program()
        token, lunch = program.account(), chat()
        phone = await program.connect(token)
        await phone.write(lunch, "AAAA")
        await phone.say("chat_message_added", chat_id=lunch, message_id="m", encrypted_content="M")
        answers = [await phone.hear(), await phone.hear()]
        program.kill()
        program.start()
        phone = await program.connect(token)
        await phone.say("chat_message_added", chat_id=lunch, message_id="m", encrypted_content="M")
        self.assertEqual([await phone.hear(), await phone.hear()], answers)
        details = await phone.details(lunch)
        self.assertEqual((details["messages_v"], details["draft_v"]), (1, 0))

    async def test_a_graceful_stop_persists_and_closes_with_1001(self):
        program = self.program()
        token, lunch = program.account(), chat()
        phone = await program.connect(token)
        for number in range(50):
            await phone.write(lunch, b64(bytes([number])))
        program.process.terminate()
        self.assertEqual((await phone.closed())[0], 1001)
        self.assertEqual(program.stop(), 0)
        program.start()
        phone = await program.connect(token)
        self.assertEqual((await phone.details(lunch))["draft_v"], 50)

    async def test_a_slow_reader_is_closed_with_1013_and_others_are_served(self):
        bound, narrow, chars = 300_000, 65_536, 60_000
        program = self.program(max_outbound_bytes=bound, MAX_DRAFT_CHARS=200_000,
                               close_timeout_ms=60_000)
        token, lunch = program.account(), chat()
        # A peer that takes one message and leaves the rest in the network's buffers. What these can
        # hold is known, so the bound is passed however fast or slow everybody is.
        slow = await program.connect(token, max_queue=1, read_limit=2**10,
                                     sock=program.narrow_socket(narrow))
        fast = await program.connect(token)
        buffers = int(SENT_MAX.read_text().split()[2]) + 2 * narrow
        writes = (buffers + bound) // chars + 2
        for number in range(writes):
            await fast.write(lunch, f"{number:0{chars}}")
        heard = 0
        with self.assertRaises(ConnectionClosed):
            while await slow.hear():
                heard += 1
        self.assertLess(heard, writes)
        self.assertEqual(await slow.closed(), (1013, "slow_reader"))
        self.assertEqual((await fast.details(lunch))["draft_v"], writes)

    async def test_silence_ends_a_connection(self):
        program = self.program(idle_timeout_ms=100)
        phone = await program.connect(program.account())
        self.assertEqual((await phone.closed())[0], 1001)

    def test_a_bad_setting_ends_the_program_with_its_name(self):
        program = self.program()
        program.kill()
        done = subprocess.run(
            SERVER, capture_output=True, text=True,
            env=program.environment(MAX_DRAFT_CHARS="many"), timeout=WAIT_S)
        self.assertEqual((done.returncode, "MAX_DRAFT_CHARS" in done.stderr), (2, True))
        self.assertEqual(done.stdout, "")


if __name__ == "__main__":
    unittest.main()
