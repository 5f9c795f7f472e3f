"""The tree of divergences as lines of text: as many as there is room for, the commonest ways first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from seedtui.core.agreement.tree import Branch, Tree

# How many ways of one fork are shown at first; the others are a line that counts them.
_WAYS: Final = 6


@dataclass(frozen=True)
class TreeRow:
    """A line of the tree.

    Attributes:
        branch: The branch; None for a line that stands for others.
        lines: What is drawn before it: which of the forks above it go on below (the nearest last), and whether it
            is the last of its fork.
        last: Whether it is the last of its fork.
        folded: How many ways the line stands for.
        count: How many completions take it.
        ended: Whether it stands for the completions that end at the fork.
        forks: Into how many ways it parts, that of ending included; 0 where it does not.
        opened: Whether these are the next lines.
    """

    branch: Branch | None
    lines: tuple[bool, ...]
    last: bool
    count: int
    folded: int = 0
    ended: bool = False
    forks: int = 0
    opened: bool = False


@dataclass(frozen=True)
class _Way:
    branch: Branch | None
    count: int
    folded: int = 0
    ended: bool = False


def tree_rows(tree: Tree, most: int) -> list[TreeRow]:
    """Write a tree in so many lines.

    The trunk is always there. Then the branch that most completions take is opened, and so on, as long as all its
    ways find room: a few of them, and a line for the others.

    Args:
        tree: The tree; empty, it has no lines.
        most: The most lines.
    """
    trunk = tree.trunk
    if not trunk.count:
        return []
    opened: dict[int, list[_Way]] = {}
    room = most - 1
    waiting = [(-trunk.count, 0, trunk)]
    number = 0
    while waiting:
        _, _, branch = heapq.heappop(waiting)
        ways = _ways(branch, room)
        if not ways or len(ways) > room:
            continue
        opened[id(branch)] = ways
        room -= len(ways)
        for way in ways:
            if way.branch is not None:
                number += 1
                heapq.heappush(waiting, (-way.count, number, way.branch))
    return list(_drawn(trunk, opened))


def _ways(branch: Branch, room: int) -> list[_Way]:
    """Return how a branch goes on, in as many lines as may be; nothing if it only ends."""
    every = [_Way(way, way.count) for way in branch.ways]
    if every and branch.ended:
        every.append(_Way(None, branch.ended, ended=True))
    every.sort(key=lambda way: -way.count)
    shown = min(len(every), max(2, min(_WAYS, room)))
    if shown == len(every):
        return every
    rest = every[shown - 1 :]
    return [*every[: shown - 1], _Way(None, sum(way.count for way in rest), folded=len(rest))]


def _drawn(trunk: Branch, opened: dict[int, list[_Way]]) -> Iterator[TreeRow]:
    first = _Way(trunk, trunk.count)
    waiting: list[tuple[_Way, tuple[bool, ...], bool]] = [(first, (), True)]
    while waiting:
        way, lines, last = waiting.pop()
        ways: Sequence[_Way] = opened.get(id(way.branch), ()) if way.branch else ()
        yield TreeRow(way.branch, lines, last, way.count, way.folded, way.ended, _forks(way.branch), opened=bool(ways))
        below = (*lines, not last) if way is not first else ()
        waiting.extend((one, below, one is ways[-1]) for one in reversed(ways))


def _forks(branch: Branch | None) -> int:
    if branch is None:
        return 0
    ways = len(branch.ways)
    return ways + bool(ways and branch.ended)
