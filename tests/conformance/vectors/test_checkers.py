"""The checkers of the Python and the Node kit: they pass the vectors, and notice wrong ones."""
from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VECTORS = ROOT / "conformance" / "vectors"
PYTHON = [sys.executable, str(ROOT / "conformance/kits/python/check_vectors.py")]
NODE = ["node", str(ROOT / "conformance/kits/node/check_vectors.mjs")]
GROUP = re.compile(r"^\S+\.json (\S+): (\d+) passed, (\d+) failed, \d+ not applicable$",
                   re.MULTILINE)
TOTAL = re.compile(r"^total: (\d+) passed, (\d+) failed, (\d+) not applicable$", re.MULTILINE)

# What the Node kit cannot do: the server's half, and what Node 18 has no function for.
NODE_KNOWS_NOT = {"kdf", "header", "frame_at_server", "slot"}


def check(command: list[str], folder: Path) -> tuple[int, tuple[int, int, int], str]:
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
    found = TOTAL.search(done.stdout)
    assert found, done.stdout + done.stderr
    passed, failed, unknown = map(int, found.groups())
    return done.returncode, (passed, failed, unknown), done.stdout


def files() -> list[tuple[str, dict]]:
    return [(path.name, json.loads(path.read_text(encoding="utf-8")))
            for path in sorted(VECTORS.glob("*.json")) if not path.name.endswith(".schema.json")]


def flipped(test: dict) -> dict:
    if test["result"] == "invalid":
        return {**test, "result": "valid"}
    name = next(iter(test["expected"]))
    return {**test, "expected": {**test["expected"], name: "wrong"}}


class Checkers(unittest.TestCase):
    def test_python_passes_all_of_them(self) -> None:
        code, (passed, failed, unknown), text = check(PYTHON, VECTORS)
        self.assertEqual((code, failed, unknown), (0, 0, 0), text)
        self.assertEqual(passed, sum(whole["numberOfTests"] for _, whole in files()))

    def test_node_passes_what_it_knows_and_says_what_it_does_not(self) -> None:
        code, (passed, failed, unknown), text = check(NODE, VECTORS)
        self.assertEqual((code, failed), (0, 0), text)
        self.assertEqual(passed + unknown, sum(whole["numberOfTests"] for _, whole in files()))
        self.assertGreater(passed, 1500)
        known = {type_ for type_, passed, _ in GROUP.findall(text) if int(passed) > 0}
        types = {group["type"] for _, whole in files() for group in whole["testGroups"]}
        self.assertEqual(types - known, NODE_KNOWS_NOT)

    def assert_notices(self, command: list[str], skipped: set[str]) -> None:
        """Every group once with all its expectations flipped: each vector fails or is not known."""
        flips = 0
        with tempfile.TemporaryDirectory() as folder:
            for name, whole in files():
                groups = [{**group, "tests": [flipped(test) for test in group["tests"]]}
                          for group in whole["testGroups"]]
                flips += sum(len(group["tests"]) for group in groups)
                Path(folder, name).write_text(
                    json.dumps({**whole, "testGroups": groups}), encoding="utf-8")
            code, (passed, failed, unknown), text = check(command, Path(folder))
        self.assertEqual((code, passed), (1, 0), text[-2000:])
        self.assertEqual(failed + unknown, flips)
        # A group of suite 1 alone stays silent in Node; its type is heard of in another group.
        heard = {type_ for type_, _, failed in GROUP.findall(text) if int(failed) > 0}
        types = {group["type"] for _, whole in files() for group in whole["testGroups"]}
        self.assertEqual(types - heard, skipped)

    def test_python_notices_every_flipped_expectation(self) -> None:
        self.assert_notices(PYTHON, set())

    def test_node_notices_every_flipped_expectation(self) -> None:
        self.assert_notices(NODE, NODE_KNOWS_NOT)

    def test_no_vectors_are_no_success(self) -> None:
        for command in (PYTHON, NODE):
            with tempfile.TemporaryDirectory() as folder:
                self.assertEqual(check(command, Path(folder))[0], 1)
                Path(folder, "odd.json").write_text('{"format": "another"}', encoding="utf-8")
                self.assertEqual(check(command, Path(folder))[0], 1)


if __name__ == "__main__":
    unittest.main()
