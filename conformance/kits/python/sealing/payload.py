"""The payload of drafts and tombstones (section 9) and the preview of a text (section 6.4).

A draft in memory keeps vectors as dictionaries from writer id to sequence and lines as tuples of
text bytes and dot. `decode(encode(d)) == d`, and `encode(decode(b)) == b` for every b it accepts.
"""
from __future__ import annotations

import struct
from dataclasses import dataclass, field
from unicodedata import category

from .envelope import Refused

SET, CLEAR, SENT = 1, 2, 3
NUMBER_MAX = 2**53 - 1
SCHEMA, OPERATION, VECTOR, DOT, CLOCK, CLEARED, TEXT, COPIES = range(1, 9)

Dot = tuple[int, int]  # writer id, sequence
Line = tuple[bytes, Dot]  # text without its line break, the save that last changed it
Vector = dict[int, int]


@dataclass(frozen=True)
class Copy:
    clock: int
    writer: int
    lines: tuple[Line, ...]

    def order(self):
        return (self.clock, self.writer, [(dot[0], dot[1], text) for text, dot in self.lines])


@dataclass(frozen=True)
class Draft:
    operation: int
    vector: Vector
    dot: Dot
    clock: int
    cleared: Vector = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    copies: tuple[Copy, ...] = ()
    unknown: dict[int, bytes] = field(default_factory=dict)

    def text(self) -> bytes:
        return b"\n".join(text for text, _ in self.lines)


def covers(vector: Vector, dot: Dot) -> bool:
    return vector.get(dot[0], 0) >= dot[1]


def join(a: Vector, b: Vector) -> Vector:
    return {writer: max(a.get(writer, 0), b.get(writer, 0)) for writer in {*a, *b}}


def includes(a: Vector, b: Vector) -> bool:
    return all(covers(a, dot) for dot in b.items())


# --- writing -------------------------------------------------------------------------------------

def number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def encode(draft: Draft) -> bytes:
    writers = sorted(draft.vector)
    index = {writer: at for at, writer in enumerate(writers)}

    def write_dot(dot: Dot) -> bytes:
        return number(index[dot[0]]) + number(dot[1])

    def write_lines(lines: tuple[Line, ...]) -> bytes:
        runs: list[list] = []
        for _, dot in lines:
            if runs and runs[-1][1] == dot:
                runs[-1][0] += 1
            else:
                runs.append([1, dot])
        head = b"".join(number(count) + write_dot(dot) for count, dot in runs)
        return number(len(runs)) + head + b"\n".join(text for text, _ in lines)

    fields = {
        SCHEMA: b"\1", OPERATION: bytes([draft.operation]),
        VECTOR: b"".join(struct.pack("<Q", w) + number(draft.vector[w]) for w in writers),
        DOT: write_dot(draft.dot), CLOCK: number(draft.clock), **draft.unknown}
    if draft.cleared == draft.vector:
        fields[CLEARED] = b"\1"
    elif draft.cleared:
        fields[CLEARED] = b"\2" + b"".join(number(draft.cleared.get(w, 0)) for w in writers)
    if draft.operation == SET:
        fields[TEXT] = write_lines(draft.lines)
        if draft.copies:
            written = [(copy, write_lines(copy.lines)) for copy in draft.copies]
            fields[COPIES] = b"".join(
                number(copy.clock) + number(index[copy.writer]) + number(len(lines)) + lines
                for copy, lines in written)
    return b"".join(struct.pack("<BI", tag, len(value)) + value
                    for tag, value in sorted(fields.items()))


# --- reading -------------------------------------------------------------------------------------

class _Reader:
    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        if count > len(self.data) - self.at:
            raise Refused
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, least: int = 0) -> int:
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
            if shift > 49:
                raise Refused
        if (byte == 0 and shift > 7) or not least <= value <= NUMBER_MAX:
            raise Refused
        return value

    @property
    def done(self) -> bool:
        return self.at == len(self.data)


def _read_vector(value: bytes) -> Vector:
    reader, vector, last = _Reader(value), {}, -1
    while not reader.done:
        writer = struct.unpack("<Q", reader.take(8))[0]
        if writer <= last:
            raise Refused
        vector[writer] = reader.number(1)
        last = writer
    if not vector:
        raise Refused
    return vector


def _read_dot(reader: _Reader, vector: Vector, writers: list[int]) -> Dot:
    at, sequence = reader.number(), reader.number(1)
    if at >= len(writers) or sequence > vector[writers[at]]:
        raise Refused
    return writers[at], sequence


def _read_lines(value: bytes, vector: Vector, writers: list[int]) -> tuple[Line, ...]:
    reader = _Reader(value)
    dots: list[Dot] = []
    last = None
    runs = []
    for _ in range(_bounded(reader.number(1), value)):
        count, dot = reader.number(1), _read_dot(reader, vector, writers)
        if dot == last or count > len(value):
            raise Refused
        runs.append((count, dot))
        last = dot
    text = value[reader.at:]
    if not text:
        raise Refused  # a text is never empty
    _check_utf8(text)
    texts = text.split(b"\n")
    if sum(count for count, _ in runs) != len(texts):
        raise Refused
    for count, dot in runs:
        dots += [dot] * count
    return tuple(zip(texts, dots))


def _bounded(count: int, value: bytes) -> int:
    if count > len(value):
        raise Refused  # each run takes bytes; a count beyond them is hostile (DP-ENV-012)
    return count


def _check_utf8(text: bytes) -> None:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise Refused from wrong


def _read_cleared(value: bytes, vector: Vector, writers: list[int]) -> Vector:
    if value == b"\1":
        return dict(vector)
    reader = _Reader(value)
    if reader.take(1) != b"\2":
        raise Refused
    sequences = [reader.number() for _ in writers]
    cleared = {w: n for w, n in zip(writers, sequences) if n > 0}
    if not reader.done or not cleared or cleared == vector or not includes(vector, cleared):
        raise Refused
    return cleared


def _read_copies(value: bytes, vector: Vector, writers: list[int]) -> tuple[Copy, ...]:
    reader, copies = _Reader(value), []
    while not reader.done:
        clock, at = reader.number(), reader.number()
        if at >= len(writers):
            raise Refused
        lines = _read_lines(reader.take(reader.number()), vector, writers)
        copies.append(Copy(clock, writers[at], lines))
    orders = [copy.order() for copy in copies]
    if not copies or orders != sorted(orders) or len({copy.lines for copy in copies}) < len(copies):
        raise Refused
    return tuple(copies)


def _read_fields(payload: bytes) -> dict[int, bytes]:
    reader, fields, last = _Reader(payload), {}, 0
    while not reader.done:
        tag, length = struct.unpack("<BI", reader.take(5))
        if tag <= last:
            raise Refused  # DP-PAY-001
        fields[tag], last = reader.take(length), tag
    return fields


def decode(payload: bytes) -> Draft:
    """Raises Refused for every spelling but the defined one (DP-PAY-004)."""
    fields = _read_fields(payload)
    if not all(tag in fields for tag in range(SCHEMA, CLOCK + 1)) or fields[SCHEMA] != b"\1":
        raise Refused  # DP-PAY-002, DP-PAY-007
    operation = fields[OPERATION][0] if len(fields[OPERATION]) == 1 else 0
    if operation not in (SET, CLEAR, SENT) or (TEXT in fields) != (operation == SET):
        raise Refused
    vector = _read_vector(fields[VECTOR])
    writers = sorted(vector)
    dot_reader, clock_reader = _Reader(fields[DOT]), _Reader(fields[CLOCK])
    dot, clock = _read_dot(dot_reader, vector, writers), clock_reader.number()
    if not dot_reader.done or not clock_reader.done:
        raise Refused
    cleared = _read_cleared(fields[CLEARED], vector, writers) if CLEARED in fields else {}
    lines: tuple[Line, ...] = ()
    copies: tuple[Copy, ...] = ()
    if operation == SET:
        lines = _read_lines(fields[TEXT], vector, writers)
    if COPIES in fields:
        if operation != SET:
            raise Refused
        copies = _read_copies(fields[COPIES], vector, writers)
    for _, line_dot in [*lines, *(line for copy in copies for line in copy.lines)]:
        if covers(cleared, line_dot):
            raise Refused  # DP-PAY-005
    unknown = {tag: value for tag, value in fields.items() if tag > COPIES}
    return Draft(operation, vector, dot, clock, cleared, lines, copies, unknown)


# --- preview -------------------------------------------------------------------------------------

_INVISIBLE = {"\u200b", "\u2060", "\ufeff"}


def preview(text: str) -> str:
    """DP-PREV-001: white space collapsed, trimmed, 100 code points and an ellipsis."""
    spaced = "".join(" " if category(each) in ("Cc", "Zs", "Zl", "Zp") else each for each in text)
    collapsed = " ".join(part for part in spaced.split(" ") if part)
    if set(collapsed) <= _INVISIBLE | {" "}:
        return ""  # DP-PREV-005
    return collapsed if len(collapsed) <= 100 else collapsed[:100] + "\u2026"
