"""What docs/hosting.md and docs/adapter.md tell a person to type does what they say."""
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from living import PROGRAM, ROOT

PASSWORD = "correct horse battery staple 4711"


def blocks(page, language):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


class Hosting(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        (self.folder / "bin").mkdir()
        (self.folder / "bin" / "draftproof").symlink_to(Path(PROGRAM).resolve())
        (self.folder / "password").write_text(PASSWORD + "\n")
        self.environment = {**os.environ, "DRAFTPROOF_LISTEN": "127.0.0.1:0",
                            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}

    def shell(self, command, **more):
        return subprocess.Popen(["bash", "-c", command], cwd=self.folder, text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                env={**self.environment, **more})

    def said(self, command, orders="", **more):
        process = self.shell(command, **more)
        out, _ = process.communicate(orders, timeout=60)
        self.assertEqual(process.returncode, 0, command)
        return [json.loads(line) for line in out.splitlines()]

    def serve(self, command, **more):
        process = self.shell("exec " + command, **more)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        ready = json.loads(process.stdout.readline())
        self.assertTrue(ready["ready"])
        return ready["url"]

    def test_two_devices_and_a_server(self):
        server, first, second, batch = blocks("hosting.md", "sh")[:4]
        commands = [line.partition("#")[0].strip() for line in server.splitlines()]
        added = self.said(commands[0])[0]
        self.assertEqual(added["account"], "alice")
        where = {"DRAFTPROOF_URL": self.serve(commands[1]), "DRAFTPROOF_TOKEN": added["token"]}
        # A person would be asked for the password; here it comes from a file.
        unasked = " --batch --password-file ./password"
        create = first.splitlines()[1] + unasked
        self.assertIn("--create-key", create)
        self.said(create, "quit\n", **where)
        export, take = second.splitlines()
        self.said(export, **where)
        self.said(take + unasked, "wait\nquit\n", **where)
        events = self.said(batch, **where)  # as it is printed
        waited = [each for each in events if each["event"] == "waited"]
        self.assertEqual([each["settled"] for each in waited], [True])
        laptop = take.split(" --key-file")[0] + unasked
        seen = self.said(laptop, "wait\nopen 1\nshow\nquit\n", **where)
        self.assertEqual([each["text"] for each in seen if each["event"] == "shown"],
                         ["noodles at one?"])

    def test_the_printed_profile_is_one(self):
        profile, = [each for each in blocks("hosting.md", "json") if "draftproof-profile/1" in each]
        (self.folder / "profile.json").write_text(profile)
        self.serve("draftproof serve --quiet --data ./data --profile ./profile.json")

    def test_every_printed_option_exists(self):
        helps, checked = {}, 0
        for page in ("adapter.md", "hosting.md"):
            text = (ROOT / "docs" / page).read_text(encoding="utf-8")
            lines = [line for block in re.findall(r"^```\w*\n(.*?)^```$", text, re.M | re.S)
                     for line in block.splitlines()] + re.findall(r"`(draftproof [^`]*)`", text)
            for line in lines:
                words = re.sub(r"'[^']*'", "QUOTED", line).split()
                if "draftproof" not in words or line.startswith((">", "<", "fail", "  again")):
                    continue
                words = words[words.index("draftproof") + 1:]
                command = tuple(word for word in words[:2 if words[:1] == ["conform"] else 1])
                if not command or command[0].startswith("-"):
                    continue
                if command not in helps:
                    helps[command] = subprocess.run([PROGRAM, *command, "--help"],
                                                    capture_output=True, text=True).stdout
                    self.assertIn("Usage: draftproof", helps[command], line)
                for option in filter(lambda word: re.match("--(?!help)", word), words):
                    checked += 1
                    self.assertIn(option, helps[command], f"{page}: {line}")
        self.assertGreater(checked, 30)


if __name__ == "__main__":
    unittest.main()
