"""Joining two drafts of one slot, neither of which covers the other (section 10).

`merge` is a pure function of both drafts and the base; it allocates no dot, and the order of its two
sides never matters. It does not decide which base to use, nor move anything to an archive.
"""
from __future__ import annotations

from dataclasses import replace

from .envelope import DRAFT, HEADER_SIZE, TAG_SIZE, padded_length
from .payload import CLEAR, SET, Copy, Draft, Line, Vector, covers, encode, join

COPIES_MAX = 8
COPY_BYTES_MAX = 16 * 1024

Lines = tuple[Line, ...]
Hunk = tuple[int, int, Lines]  # base lines [from, to) become these


def rank(draft: Draft) -> tuple[int, int, int]:
    """DP-MERGE-007: the larger wins."""
    return (draft.clock, draft.dot[0], draft.dot[1])


def without(lines: Lines, cleared: Vector) -> Lines:
    return tuple(line for line in lines if not covers(cleared, line[1]))


def text_of(lines: Lines) -> bytes:
    return b"\n".join(text for text, _ in lines)


def sealed_chars(draft: Draft) -> int:
    """Length of the draft's envelope in base64 characters."""
    size = HEADER_SIZE + padded_length(DRAFT, len(encode(draft))) + TAG_SIZE
    return (size + 2) // 3 * 4


# --- diff3 ---------------------------------------------------------------------------------------

def hunks(base: Lines, side: Lines) -> list[Hunk]:
    """What the side changed, by the longest common subsequence of line texts (DP-MERGE-021).

    Read from the start, equal lines match; otherwise the base's line is dropped if what remains then
    has at least as much in common as when the side's line is dropped.
    """
    n, m = len(base), len(side)
    common = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            common[i][j] = 1 + common[i + 1][j + 1] if base[i][0] == side[j][0] else max(
                common[i + 1][j], common[i][j + 1])
    found: list[Hunk] = []
    i = j = from_base = from_side = 0
    while i < n or j < m:
        if i < n and j < m and base[i][0] == side[j][0]:
            if i > from_base or j > from_side:
                found.append((from_base, i, side[from_side:j]))
            i, j = i + 1, j + 1
            from_base, from_side = i, j
        elif j == m or (i < n and common[i + 1][j] >= common[i][j + 1]):
            i += 1
        else:
            j += 1
    if i > from_base or j > from_side:
        found.append((from_base, i, side[from_side:j]))
    return found


def join_lines(base: Lines, winner: Lines, loser: Lines) -> Lines | None:
    """Both sides' changes applied to the base, or None where they touch (DP-MERGE-006)."""
    mine, theirs = hunks(base, winner), hunks(base, loser)
    changes = list(mine)
    for hunk in theirs:
        twin = next((other for other in mine if other[:2] == hunk[:2]
                     and text_of(other[2]) == text_of(hunk[2])
                     and len(other[2]) == len(hunk[2])), None)
        if twin is not None:
            continue  # equal changes count once, with the winner's dots
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
    if not mine and winner.operation != SET:
        joined = theirs  # DP-MERGE-004
    elif not theirs and loser.operation != SET:
        joined = mine
    elif [text for text, _ in mine] == [text for text, _ in theirs]:
        joined = mine  # DP-MERGE-005, with the winner's dots
    elif base is not None:
        joined = join_lines(without(base.lines, cleared), mine, theirs)
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
    kept: list[Copy] = []
    size = 0
    for copy in reversed(copies):  # the newest stay
        size += len(text_of(copy.lines))
        if len(kept) == COPIES_MAX or size > COPY_BYTES_MAX:
            break
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
