"""Both clients, written apart, in one account on each of the two servers, written apart: texts
travel both ways, edits apart become one text, nothing is lost, and all end with the same."""
import unittest
import uuid

from living import SERVERS, SharedRun


class Matrix(unittest.TestCase):
    def test_two_clients_converge_on_each_server(self):
        for name, command in SERVERS.items():
            with self.subTest(server=name):
                run = SharedRun(command)
                try:
                    self.live(run)
                finally:
                    run.close()

    def live(self, run):
        lunch, team = str(uuid.uuid4()), str(uuid.uuid4())
        text_of = lambda held, chat: held.get(chat, ("",))[0]

        # There and back.
        run.node.write(lunch, "noodles\nat one\nby the river")
        run.agree_on(lambda held: text_of(held, lunch) == "noodles\nat one\nby the river")
        run.ours.write(lunch, "noodles\nat one\nby the lake")
        run.agree_on(lambda held: text_of(held, lunch) == "noodles\nat one\nby the lake")

        # Lines apart, and one line twice, while the server is dead.
        run.ours.write(team, "who?")
        run.agree_on(lambda held: text_of(held, team) == "who?")
        run.server.kill()
        run.node.until(lambda state: state["connection"] != "online")
        run.ours.write(lunch, "soup\nat one\nby the lake")
        run.node.write(lunch, "noodles\nat one\nby the sea")
        run.node.until(lambda state: not state["unsaved"])
        run.ours.write(team, "the red team")
        run.node.write(team, "the blue team")
        run.node.until(lambda state: not state["unsaved"])
        run.server.start()
        held = run.agree_on(lambda held: text_of(held, lunch) == "soup\nat one\nby the sea" and
                            held[team][1])
        self.assertEqual(held[lunch][1], ())
        self.assertEqual({held[team][0], *held[team][1]}, {"the red team", "the blue team"})

        # One is sent, the other cleared, each by another client; both are gone everywhere.
        run.node.send(lunch)
        run.ours.clear(team)
        run.agree_on(lambda held: held == {})
        chats = run.node.adapter.state()["chats"]
        self.assertEqual([each["chat_id"] for each in chats], [lunch])  # it has a message
        run.ours.write(team, "again")
        run.agree_on(lambda held: text_of(held, team) == "again")
        run.ours.send(team)
        run.agree_on(lambda held: held == {})


if __name__ == "__main__":
    unittest.main()
