"""The checker of vectors: it passes what holds, and a wrong vector turns it red."""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from harness import KIT, ROOT

ENVELOPES = json.loads((ROOT / "tests" / "vectors" / "envelope_v1.json").read_text())


def published():
    """Groups made of the envelope vectors that the repository has had from the start."""
    account, key = ENVELOPES["account_id"], ENVELOPES["k_epoch"]
    sealed = [each for each in ENVELOPES["envelopes"] if each["kind"] != 3]
    return [
        {"type": "keys", "common": {}, "tests": [{
            "tcId": 1, "comment": "", "flags": [], "result": "valid",
            "input": {name: ENVELOPES[name] for name in ("master_key", "epoch", "chat_id")},
            "expected": {name: ENVELOPES[name] for name in ("k_index", "slot_id", "key_id")}}]},
        {"type": "seal", "common": {"account_id": account, "key": key}, "tests": [
            {"tcId": 2, "comment": "", "flags": [], "result": "valid",
             "input": {**each, "writer": f"{each['writer']:016x}"},
             "expected": {"envelope": each["envelope"]}} for each in sealed]},
        {"type": "open", "common": {"account_id": account, "key": key}, "tests": [
            {"tcId": 3, "comment": "one bit of the tag", "flags": [], "result": "invalid",
             "input": {"kind": each["kind"], "slot_id": each["slot_id"], "envelope": (
                 each["envelope"][:-1] + ("0" if each["envelope"][-1] != "0" else "1"))}}
            for each in sealed]},
        {"type": "nobody-knows-this", "common": {}, "tests": [
            {"tcId": 4, "comment": "", "flags": [], "result": "valid", "input": {}}]},
    ]


class CheckVectors(unittest.TestCase):
    def check(self, groups):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "a.json").write_text(
                json.dumps({"format": "draftproof-vectors/1", "testGroups": groups}))
            return subprocess.run([sys.executable, str(KIT / "check_vectors.py"), folder],
                                  capture_output=True, text=True)

    def test_what_holds_passes_and_the_unknown_is_not_applicable(self):
        done = self.check(published())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("total: 25 passed, 0 failed, 1 not applicable", done.stdout)

    def test_a_wrong_expectation_and_an_accepted_invalid_are_red(self):
        groups = published()
        groups[0]["tests"][0]["expected"]["slot_id"] = "00" * 16
        self.assertIn("slot_id is", self.check(groups[:1]).stdout)
        groups[1]["tests"][0]["result"] = "invalid"
        done = self.check(groups[1:2])
        self.assertEqual((done.returncode, "accepted" in done.stdout), (1, True))

    def test_no_vectors_at_all_are_red(self):
        self.assertEqual(self.check([]).returncode, 1)


if __name__ == "__main__":
    unittest.main()
