"""What a person does to a draft, and which of two a device goes on with (sections 10 and 7.2)."""
from __future__ import annotations

from dataclasses import replace

from .merge import matches
from .payload import CLEAR, SET, Dot, Draft, includes

EMPTY = Draft(CLEAR, {}, (0, 0), 0)
NO_DOT: Dot = (0, 0)


def saved(before: Draft | None, text: bytes, dot: Dot, clock: int) -> Draft:
    """DP-MERGE-016: a line that stays keeps its dot, any other takes the save's own.

    The lines that stay are those that diff3 would match, compared by their text alone.
    """
    if not text:
        return ended(before, CLEAR, dot, clock)
    known = before or EMPTY
    old = tuple((line, NO_DOT) for line, _ in known.lines)
    new = tuple((line, NO_DOT) for line in text.split(b"\n"))
    dots = [dot] * len(new)
    for at_old, at_new in matches(old, new):
        dots[at_new] = known.lines[at_old][1]
    return replace(known, operation=SET, vector={**known.vector, dot[0]: dot[1]}, dot=dot,
                   clock=clock, lines=tuple((line, at) for (line, _), at in zip(new, dots)))


def ended(before: Draft | None, operation: int, dot: Dot, clock: int) -> Draft:
    """DP-MERGE-017: a clear or send takes everything known with it."""
    known = before or EMPTY
    vector = {**known.vector, dot[0]: dot[1]}
    return replace(known, operation=operation, vector=vector, dot=dot, clock=clock,
                   cleared=dict(vector), lines=(), copies=())


def verdict(local: Draft, remote: Draft) -> str:
    """DP-SYNC-002 to -004: vectors decide, and nothing else."""
    if includes(remote.vector, local.vector):
        return "adopt"
    return "keep" if includes(local.vector, remote.vector) else "merge"
