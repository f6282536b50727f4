"""Keys, envelopes, payloads and merge against the published vectors and their own laws."""
import base64
import json
import random
import unittest

from harness import ROOT  # first: it makes the kit importable

from sealing import envelope, keys, payload
from sealing.envelope import Refused
from sealing.merge import merge
from sealing.payload import CLEAR, SET, Copy, Draft

VECTORS = json.loads((ROOT / "tests" / "vectors" / "envelope_v1.json").read_text())


def value(name):
    return bytes.fromhex(VECTORS[name])


class Envelopes(unittest.TestCase):
    def key_of(self, test):
        return keys.wrap_key(value("root")) if test["kind"] == envelope.WRAPPED_KEY else \
            keys.epoch_key(value("master_key"), VECTORS["epoch"])

    def test_derivations(self):
        kdf, master = VECTORS["kdf"], value("master_key")
        key = keys.epoch_key(master, VECTORS["epoch"])
        for name, got in (
                ("root", keys.argon2id(VECTORS["password"].encode(), kdf["salt"].encode(),
                                       kdf["operations"], kdf["memory_kib"])),
                ("wrap_key", keys.wrap_key(value("root"))),
                ("auth_secret", keys.auth_secret(value("root"))),
                ("k_index", keys.index_key(master)), ("k_epoch", key),
                ("k_field", keys.field_key(master)), ("key_id", keys.key_id(key)),
                ("slot_id", keys.slot_id(master, VECTORS["chat_id"])),
                ("row_id", keys.row_id(master, VECTORS["row_name"]))):
            self.assertEqual(got.hex(), VECTORS[name], name)

    def test_parameters_below_the_floor_derive_nothing(self):
        for operations, memory_kib in ((2, 2**18), (3, 2**18 - 1), (17, 2**18), (3, 2**20 + 1)):
            with self.assertRaises(ValueError):
                keys.root(b"x", bytes(16), operations, memory_kib)

    def test_padding(self):
        for test in VECTORS["padding"]:
            try:
                got = envelope.padded_length(test["kind"], test["content_bytes"])
            except Refused:
                got = None
            self.assertEqual(got, test["padded"], test)

    def test_every_kind_and_suite_seals_to_the_published_bytes_and_opens(self):
        for test in VECTORS["envelopes"]:
            key, slot = self.key_of(test), bytes.fromhex(test["slot_id"])
            nonce = keys.nonce(keys.slot_key(key, slot), bytes.fromhex(test["random"]),
                               test["writer"], test["sequence"], test["boot"])
            header = envelope.Header(test["suite"], test["kind"], keys.key_id(key), slot,
                                     test["version"], bytes.fromhex(test["parent"]))
            content = bytes.fromhex(test["content"])
            sealed = envelope.seal(value("account_id"), key, header, nonce, content)
            self.assertEqual(sealed.hex(), test["envelope"], test["name"])
            expected = envelope.Expected(value("account_id"), key, test["kind"], slot)
            self.assertEqual(envelope.open_envelope(expected, sealed), (header, content))

    def test_any_changed_byte_is_refused(self):
        test = VECTORS["envelopes"][0]
        expected = envelope.Expected(value("account_id"), self.key_of(test), test["kind"],
                                     bytes.fromhex(test["slot_id"]))
        sealed = bytes.fromhex(test["envelope"])
        for at in range(len(sealed)):
            broken = bytearray(sealed)
            broken[at] ^= 1
            with self.assertRaises(Refused, msg=at):
                envelope.open_envelope(expected, bytes(broken))
        for broken in (sealed[:-1], sealed + b"\0", b""):
            with self.assertRaises(Refused):
                envelope.open_envelope(expected, broken)

    def test_field_ciphertext(self):
        test, master = VECTORS["field"], value("master_key")
        content = bytes.fromhex(test["content"])
        sealed = envelope.seal_field(master, bytes.fromhex(test["iv"]), content)
        self.assertEqual(base64.b64decode(sealed).hex(), test["sealed"])
        self.assertEqual(envelope.open_field(master, sealed), content)
        with self.assertRaises(Refused):
            envelope.open_field(master, sealed[:-4])


def some_draft(draw: random.Random, writers=(3, 9, 2**63)) -> Draft:
    vector = {w: draw.randint(1, 300) for w in draw.sample(writers, draw.randint(1, 3))}
    dots = [(w, n) for w, top in vector.items() for n in range(1, min(top, 4) + 1)]
    cleared = {w: n - 1 for w, n in vector.items() if n > 1 and draw.random() < 0.2}
    cleared = {} if cleared == vector else cleared
    free = [dot for dot in dots + list(vector.items()) if cleared.get(dot[0], 0) < dot[1]]

    def some_lines():
        return tuple((draw.choice([b"a", b"b", b"c", "\u00e9".encode(), b""]), draw.choice(free))
                     for _ in range(draw.randint(1, 5))) + ((b"end", draw.choice(free)),)
    dot = draw.choice(list(vector.items()))
    clock = draw.randint(0, 500)
    if draw.random() < 0.15:
        return Draft(CLEAR, vector, dot, clock, dict(vector))
    copies = {lines: Copy(draw.randint(0, 9), draw.choice(list(vector)), lines)
              for lines in (some_lines() for _ in range(draw.choice([0, 0, 1, 3])))}
    return Draft(SET, vector, dot, clock, cleared, some_lines(),
                 tuple(sorted(copies.values(), key=Copy.order)),
                 {200: b"new"} if draw.random() < 0.3 else {})


class Payloads(unittest.TestCase):
    def test_what_is_written_is_read_and_has_one_spelling(self):
        draw = random.Random(1)
        for _ in range(500):
            draft = some_draft(draw)
            written = payload.encode(draft)
            self.assertEqual(payload.decode(written), draft)
            broken = bytearray(written)
            broken[draw.randrange(len(broken))] ^= 1 << draw.randrange(8)
            try:
                again = payload.decode(bytes(broken))
            except Refused:
                continue
            self.assertEqual(payload.encode(again), bytes(broken))

    def test_previews(self):
        for text, wanted in (("", ""), (" \n\t ", ""), (" a \n b ", "a b"), ("x" * 100, "x" * 100),
                             ("x" * 101, "x" * 100 + "\u2026"),
                             ("\U0001f600" * 101, "\U0001f600" * 100 + "\u2026")):
            self.assertEqual(payload.preview(text), wanted)


def lines(*texts, dot=(3, 1)):
    return tuple((text.encode(), dot) for text in texts)


class Merges(unittest.TestCase):
    BASE = Draft(SET, {3: 1}, (3, 1), 1, {}, lines("a", "b", "c", "d"))

    def side(self, writer, clock, new_lines, **more):
        return Draft(SET, {3: 1, writer: 1}, (writer, 1), clock, more.pop("cleared", {}),
                     new_lines, **more)

    def test_disjoint_lines_join_and_adjacent_ones_conflict(self):
        top = self.side(5, 2, lines("A", dot=(5, 1)) + lines("b", "c", "d"))
        end = self.side(7, 2, lines("a", "b", "c") + lines("D", dot=(7, 1)))
        joined = merge(self.BASE, top, end)
        self.assertEqual((joined.text(), joined.copies), (b"A\nb\nc\nD", ()))
        near = self.side(7, 2, lines("a") + lines("B", dot=(7, 1)) + lines("c", "d"))
        conflict = merge(self.BASE, top, near)
        self.assertEqual(conflict.text(), b"a\nB\nc\nd")
        self.assertEqual([copy.lines for copy in conflict.copies], [top.lines])

    def test_an_unseen_edit_survives_a_clear_whole(self):
        vector = {3: 1, 5: 1}
        cleared = Draft(CLEAR, vector, (5, 1), 2, vector)
        edit = self.side(7, 2, lines("a", "b") + lines("new", dot=(7, 1)))
        joined = merge(self.BASE, cleared, edit)
        self.assertEqual((joined.operation, joined.text(), joined.copies), (SET, b"new", ()))

    def test_nothing_left_is_a_tombstone(self):
        a = Draft(CLEAR, {3: 2}, (3, 2), 2, {3: 2})
        b = Draft(SET, {3: 1, 5: 1}, (5, 1), 2, {}, lines("a"))
        joined = merge(None, a, replace_dots(b))
        self.assertEqual(joined.operation, CLEAR)

    def test_it_is_commutative_idempotent_and_well_formed(self):
        draw = random.Random(2)
        for _ in range(500):
            a, b, base = (some_draft(draw) for _ in range(3))
            if not all(payload.includes(side.vector, base.vector) for side in (a, b)):
                base = None
            joined = merge(base, a, b)
            self.assertEqual(merge(base, b, a), joined)
            self.assertEqual(merge(base, joined, joined), joined)
            self.assertEqual(payload.decode(payload.encode(joined)), joined)


def replace_dots(draft):
    return Draft(draft.operation, draft.vector, draft.dot, draft.clock, draft.cleared,
                 tuple((text, (3, 1)) for text, _ in draft.lines))


if __name__ == "__main__":
    unittest.main()
