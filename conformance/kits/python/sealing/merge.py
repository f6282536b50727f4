"""Joining two drafts of one slot, neither of which covers the other (section 10).

`merge` is a pure function of both drafts and the base; it allocates no dot, and the order of its
two sides never matters. It does not decide which base to use, nor move anything to an archive.
"""
from __future__ import annotations

from dataclasses import replace

from .envelope import DRAFT, HEADER_SIZE, TAG_SIZE, padded_length
from .payload import CLEAR, SET, Copy, Dot, Draft, Line, Vector, covers, encode, join

COPIES_MAX = 8
COPY_BYTES_MAX = 16 * 1024
PASSED_OVER_MAX = 512  # lines of a middle, of both texts (DP-MERGE-021)

Lines = tuple[Line, ...]
Hunk = tuple[int, int, Lines]  # base lines [from, to) become these


def rank(draft: Draft) -> tuple:
    """What decides a conflict (DP-MERGE-007): never what is written."""
    return (draft.clock, draft.dot, draft.operation, sorted(draft.vector.items()),
            sorted(draft.cleared.items()))


def without(lines: Lines, cleared: Vector) -> Lines:
    """What a clear leaves of lines; if that is empty lines only, nothing (DP-MERGE-003, -024)."""
    left = tuple(line for line in lines if not covers(cleared, line[1]))
    return left if len(left) == len(lines) or any(text for text, _ in left) else ()


def text_of(lines: Lines) -> bytes:
    return b"\n".join(text for text, _ in lines)


def same_texts(a: Lines, b: Lines) -> bool:
    return [text for text, _ in a] == [text for text, _ in b]


def later_dots(mine: Lines, my_vector: Vector, theirs: Lines, their_vector: Vector) -> Lines:
    """Lines of equal texts, each with the dot of the side that knew the other's (DP-MERGE-022)."""
    def later(one: Dot, other: Dot) -> Dot:
        known_here, known_there = covers(my_vector, other), covers(their_vector, one)
        if known_here != known_there:
            return one if known_here else other
        return max(one, other)

    return tuple((text, later(one, other)) for (text, one), (_, other) in zip(mine, theirs))


def sealed_chars(draft: Draft) -> int:
    """Length of the draft's envelope in base64 characters."""
    size = HEADER_SIZE + padded_length(DRAFT, len(encode(draft))) + TAG_SIZE
    return (size + 2) // 3 * 4


# --- diff3 ---------------------------------------------------------------------------------------

def hunks(base: Lines, side: Lines) -> list[Hunk]:
    """What the side changed: everything between the lines of `matches`, in order."""
    found: list[Hunk] = []
    from_base = from_side = 0
    for at_base, at_side in [*matches(base, side), (len(base), len(side))]:
        if at_base > from_base or at_side > from_side:
            found.append((from_base, at_base, side[from_side:at_side]))
        from_base, from_side = at_base + 1, at_side + 1
    return found


def matches(base: Lines, side: Lines) -> list[tuple[int, int]]:
    """Which lines, dots included, are the same (DP-MERGE-021).

    The common start, then the common end of what is left, then a longest common subsequence of the
    middle, read from its start: where lines differ the side's is passed over, unless more remains
    in common by passing over the base's.
    """
    start = 0
    while start < min(len(base), len(side)) and base[start] == side[start]:
        start += 1
    end = 0
    while end < min(len(base), len(side)) - start and base[-1 - end] == side[-1 - end]:
        end += 1
    old, new = base[start:len(base) - end], side[start:len(side) - end]
    common = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            common[i][j] = 1 + common[i + 1][j + 1] if old[i] == new[j] else max(
                common[i + 1][j], common[i][j + 1])
    middle = []
    i = j = 0
    if len(old) + len(new) - 2 * common[0][0] > PASSED_OVER_MAX:
        i = len(old)  # too much changed: nothing of the middle counts as the same
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            middle.append((start + i, start + j))
            i, j = i + 1, j + 1
        elif common[i + 1][j] > common[i][j + 1]:
            i += 1
        else:
            j += 1
    tail = [(len(base) - n, len(side) - n) for n in range(end, 0, -1)]
    return [(n, n) for n in range(start)] + middle + tail


def join_lines(base: Lines, winner: Lines, winner_vector: Vector, loser: Lines,
               loser_vector: Vector) -> Lines | None:
    """Both sides' changes applied to the base, or None where they touch (DP-MERGE-006)."""
    mine, theirs = hunks(base, winner), hunks(base, loser)
    changes = list(mine)
    for hunk in theirs:
        twin = next((other for other in mine if other[:2] == hunk[:2]
                     and same_texts(other[2], hunk[2])), None)
        if twin is not None:  # equal changes count once
            changes[changes.index(twin)] = (
                *hunk[:2], later_dots(twin[2], winner_vector, hunk[2], loser_vector))
            continue
        if any(hunk[0] <= other[1] and other[0] <= hunk[1] for other in mine):
            return None  # overlapping or adjacent
        changes.append(hunk)
    result: list[Line] = []
    at = 0
    for start, end, lines in sorted(changes, key=lambda hunk: hunk[0]):
        result += base[at:start] + lines
        at = end
    return tuple(result) + base[at:]


# --- the merge -----------------------------------------------------------------------------------

def merge(base: Draft | None, a: Draft, b: Draft, max_chars: int = 100_000) -> Draft:
    winner, loser = (a, b) if rank(a) >= rank(b) else (b, a)
    vector, cleared = join(a.vector, b.vector), join(a.cleared, b.cleared)
    mine, theirs = without(winner.lines, cleared), without(loser.lines, cleared)
    copies = _union(cleared, winner.copies, loser.copies)

    def result(lines: Lines, kept: list[Copy]) -> Draft:
        return _finish(Draft(SET, vector, winner.dot, winner.clock, cleared, lines, (),
                             _unknown(base, winner, loser)), kept)

    joined: Lines | None = None
    if not mine:
        joined = theirs  # DP-MERGE-004
    elif not theirs:
        joined = mine
    elif same_texts(mine, theirs):
        joined = later_dots(mine, winner.vector, theirs, loser.vector)  # DP-MERGE-005
    elif base is not None:
        joined = join_lines(without(base.lines, cleared), mine, winner.vector, theirs,
                            loser.vector)
    if joined is not None:
        draft = result(joined, copies)
        if draft.operation != SET or sealed_chars(draft) <= max_chars:
            return draft
    if not set(theirs) <= set(mine):  # DP-MERGE-007
        copies = _union({}, copies, (Copy(loser.clock, loser.dot[0], theirs),))
    draft = result(mine, copies)
    while draft.copies and sealed_chars(draft) > max_chars:  # DP-MERGE-010, DP-MERGE-011
        draft = replace(draft, copies=draft.copies[1:])
    return draft


def _union(cleared: Vector, *sides) -> list[Copy]:
    """Copies by their lines; of two with the same lines the newer stays (DP-MERGE-009)."""
    found: dict[Lines, Copy] = {}
    for copy in (copy for side in sides for copy in side):
        lines = without(copy.lines, cleared)
        if not text_of(lines):
            continue
        known = found.get(lines)
        if known is None or (copy.clock, copy.writer) > (known.clock, known.writer):
            found[lines] = Copy(copy.clock, copy.writer, lines)
    return sorted(found.values(), key=Copy.order)


def _finish(draft: Draft, copies: list[Copy]) -> Draft:
    """An empty text gives way to the newest copy; with neither it is a tombstone."""
    if not text_of(draft.lines):
        if not copies:
            return replace(draft, operation=CLEAR, lines=())  # DP-MERGE-014
        draft = replace(draft, lines=copies[-1].lines)  # DP-MERGE-015
        copies = copies[:-1]
    copies = [copy for copy in copies if not set(copy.lines) <= set(draft.lines)]
    kept: list[Copy] = []
    size = 0
    for copy in reversed(copies):  # the newest stay; a large one may be passed over
        bytes_of_copy = sum(len(text) + 1 for text, _ in copy.lines)
        if len(kept) < COPIES_MAX and size + bytes_of_copy <= COPY_BYTES_MAX:
            size += bytes_of_copy
            kept.insert(0, copy)
    return replace(draft, copies=tuple(kept))


def _unknown(base: Draft | None, winner: Draft, loser: Draft) -> dict[int, bytes]:
    """DP-MERGE-020, tag by tag."""
    merged: dict[int, bytes] = {}
    before = base.unknown if base is not None else {}
    for tag in {*winner.unknown, *loser.unknown}:
        mine, theirs, old = winner.unknown.get(tag), loser.unknown.get(tag), before.get(tag)
        if mine == old and base is not None:
            value = theirs
        elif theirs == old and base is not None:
            value = mine
        else:
            value = mine if mine is not None else theirs
        if value is not None:
            merged[tag] = value
    return merged
