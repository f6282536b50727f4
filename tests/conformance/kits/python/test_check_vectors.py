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
        {"type": "keys", "tests": [{
            "id": "k1", "comment": "", "master_key": ENVELOPES["master_key"],
            "epoch": ENVELOPES["epoch"], "chat_id": ENVELOPES["chat_id"], "result": "valid",
            "expected": {name: ENVELOPES[name] for name in ("k_index", "slot_id", "key_id")}}]},
        {"type": "seal", "common": {"account_id": account, "key": key}, "tests": [
            {**each, "id": each["name"], "comment": "", "result": "valid",
             "expected": {"envelope": each["envelope"]}} for each in sealed]},
        {"type": "open", "common": {"account_id": account, "key": key}, "tests": [
            {"id": each["name"], "comment": "one bit of the tag", "kind": each["kind"],
             "slot_id": each["slot_id"], "result": "invalid",
             "envelope": each["envelope"][:-1] + ("0" if each["envelope"][-1] != "0" else "1")}
            for each in sealed]},
        {"type": "nobody-knows-this", "tests": [{"id": "n1", "comment": "", "result": "valid"}]},
    ]


class CheckVectors(unittest.TestCase):
    def check(self, groups):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "a.json").write_text(json.dumps({"groups": groups}))
            return subprocess.run([sys.executable, str(KIT / "check_vectors.py"), folder],
                                  capture_output=True, text=True)

    def test_what_holds_passes_and_the_unknown_is_not_applicable(self):
        done = self.check(published())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("1 not applicable, 25 passed", done.stdout)

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
