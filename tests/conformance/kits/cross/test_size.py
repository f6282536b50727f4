"""A kit stays small enough to be read in an afternoon: its loop, and what is behind the loop."""
import unittest

from living import ROOT

LOOP_MAX, BEHIND_MAX = 200, 2000
KITS = ROOT / "conformance" / "kits"


def lines(files):
    """All of them: code, comments and empty lines."""
    return sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)


def behind(kit, pattern):
    """The client or server itself: not its loop, and not what checks the vectors, which for the
    Python kit is the folder `sealing` too, as a server opens nothing."""
    return [file for file in sorted((KITS / kit).glob(pattern))
            if file.name != "adapter.mjs" and not file.name.startswith("check_vectors")]


class Size(unittest.TestCase):
    def test_an_adapter_loop_has_at_most_200_lines(self):
        for loop in ("node/adapter.mjs", "cpp/loop.cc"):
            with self.subTest(loop):
                self.assertLessEqual(lines([KITS / loop]), LOOP_MAX)

    def test_what_is_behind_it_has_at_most_2000_lines(self):
        for kit, pattern in {"node": "*.mjs", "python": "*.py"}.items():
            with self.subTest(kit):
                self.assertGreater(len(behind(kit, pattern)), 9)
                self.assertLessEqual(lines(behind(kit, pattern)), BEHIND_MAX)

    def test_a_server_opens_nothing(self):
        for file in behind("python", "*.py"):
            self.assertNotIn("sealing", file.read_text(encoding="utf-8"), file)

    def test_no_line_is_longer_than_100_columns(self):
        for file in (*behind("node", "*.mjs"), *(KITS / "python").rglob("*.py")):
            wide = [number for number, line in enumerate(file.read_text().splitlines(), 1)
                    if len(line) > 100]
            self.assertEqual(wide, [], file)


if __name__ == "__main__":
    unittest.main()
