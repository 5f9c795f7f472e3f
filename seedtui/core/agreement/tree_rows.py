"""The tree of divergences as lines of text: as many as there is room for, the commonest ways first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from seedtui.core.agreement.tree import Branch, Ref, Tree

# How many ways of one fork are shown at first; the others are a line that counts them.
_WAYS: Final = 6

BranchKey = tuple[Ref, int]
"""What a branch is known by, also after completions were added: its example, and where it ends."""


class Wish(Enum):
    """How a branch is to be drawn, whatever there is room for."""

    FOLDED = "folded"
    OPEN = "open"
    WITH_ALL = "with all its ways"


def key_of(branch: Branch) -> BranchKey:
    """Return what a branch is known by."""
    return branch.example, branch.end


@dataclass(frozen=True)
class TreeRow:
    """A line of the tree.

    At a fork the commonest way goes on at the depth where the fork is, below all others, which stand aside, one
    deeper. So most completions are read straight down.

    Attributes:
        branch: The branch; None for a line that stands for others.
        depth: How deep it is, from 0. At each depth above it a line goes on below.
        aside: Whether it leaves the line of the depth above it, rather than going on with its own.
        count: How many completions take it.
        folded: How many ways the line stands for, if it stands for several.
        ended: Whether it stands for the completions that end at the fork.
        forks: Into how many ways it parts, that of ending included; 0 where it does not.
        opened: Whether these are the next lines.
        fork: Where the line's ways leave: the branch before; None for the trunk.
    """

    branch: Branch | None
    depth: int
    aside: bool
    count: int
    folded: int = 0
    ended: bool = False
    forks: int = 0
    opened: bool = False
    fork: Branch | None = None


@dataclass(frozen=True)
class _Way:
    branch: Branch | None
    count: int
    folded: int = 0
    ended: bool = False


_NO_WISHES: Final[Mapping[BranchKey, Wish]] = {}


def tree_rows(tree: Tree, most: int, wishes: Mapping[BranchKey, Wish] = _NO_WISHES) -> list[TreeRow]:
    """Write a tree in so many lines.

    The trunk is always there. Then the branch that most completions take is opened, and so on, as long as all its
    ways find room: a few of them, and a line for the others.

    Args:
        tree: The tree; empty, it has no lines.
        most: The most lines, as long as nothing else is wished for.
        wishes: Branches to be opened or folded all the same. They change no other branch.
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
    _heed(wishes, trunk, opened)
    return list(_drawn(trunk, opened))


def _heed(wishes: Mapping[BranchKey, Wish], trunk: Branch, opened: dict[int, list[_Way]]) -> None:
    """Open and fold as is wished for; what a folded branch leads to is not looked at."""
    waiting = [trunk] if wishes else []
    while waiting:
        branch = waiting.pop()
        wish = wishes.get(key_of(branch))
        if wish is Wish.FOLDED:
            opened.pop(id(branch), None)
        elif wish is Wish.WITH_ALL or (wish is Wish.OPEN and id(branch) not in opened):
            ways = _every_way(branch) if wish is Wish.WITH_ALL else _ways(branch, _WAYS)
            if ways:
                opened[id(branch)] = ways
        waiting.extend(way.branch for way in opened.get(id(branch), ()) if way.branch is not None)


def _every_way(branch: Branch) -> list[_Way]:
    """Return how a branch goes on, the commonest way first; nothing if it only ends."""
    every = [_Way(way, way.count) for way in branch.ways]
    if every and branch.ended:
        every.append(_Way(None, branch.ended, ended=True))
    return sorted(every, key=lambda way: -way.count)


def _ways(branch: Branch, room: int) -> list[_Way]:
    """Return how a branch goes on, in as many lines as may be."""
    every = _every_way(branch)
    shown = min(len(every), max(2, min(_WAYS, room)))
    if shown == len(every):
        return every
    rest = every[shown - 1 :]
    return [*every[: shown - 1], _Way(None, sum(way.count for way in rest), folded=len(rest))]


def _drawn(trunk: Branch, opened: dict[int, list[_Way]]) -> Iterator[TreeRow]:
    waiting: list[tuple[_Way, int, bool, Branch | None]] = [(_Way(trunk, trunk.count), 0, False, None)]
    while waiting:
        way, depth, aside, fork = waiting.pop()
        ways = opened.get(id(way.branch), []) if way.branch else []
        forks = _forks(way.branch)
        yield TreeRow(way.branch, depth, aside, way.count, way.folded, way.ended, forks, bool(ways), fork)
        # What is put in last is drawn first.
        straight = next((one for one in ways if not one.folded), None)
        if straight is not None:
            waiting.append((straight, depth, False, way.branch))
        waiting.extend((one, depth + 1, True, way.branch) for one in reversed(ways) if one is not straight)


def _forks(branch: Branch | None) -> int:
    if branch is None:
        return 0
    ways = len(branch.ways)
    return ways + bool(ways and branch.ended)
