"""Whole rows that moved: the terminal moves them itself, for less than writing them again costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from seedtui.tui.cells.frame import Row
from seedtui.tui.cells.pieces import UNKNOWN

# Fewer rows than this are written anew.
_LEAST: Final = 3
# A scroll bar at the right edge moves otherwise than the rows do.
_BAR: Final = 2


class Scroll(NamedTuple):
    """Rows that move up, or down if `by` is negative, between `top` and `bottom`, which is not among them."""

    top: int
    bottom: int
    by: int

    @property
    def sequence(self) -> str:
        """What makes a terminal do it: margins, and lines deleted or inserted at the upper one."""
        lines = f"\x1b[{self.by}M" if self.by > 0 else f"\x1b[{-self.by}L"
        return f"\x1b[{self.top + 1};{self.bottom}r\x1b[{self.top + 1}H{lines}\x1b[r"

    def applied(self, rows: Sequence[Row], blank: Row) -> list[Row]:
        """Return the rows as they are then. What the new lines show is not known.

        Args:
            rows: All rows of the screen.
            blank: A row of which nothing is known.
        """
        gone = [blank] * abs(self.by)
        moved = list(rows[self.top : self.bottom])
        moved = [*moved[self.by :], *gone] if self.by > 0 else [*gone, *moved[: self.by]]
        return [*rows[: self.top], *moved, *rows[self.bottom :]]


def scroll_between(old: Sequence[Row], changed: Mapping[int, Row]) -> Scroll | None:
    """Return the scroll that saves the most rows; nothing if none is worth its while.

    Args:
        old: All rows of the screen as they are shown.
        changed: Those that shall be different, by their place.
    """
    if len(changed) <= _LEAST:
        return None
    first, last = min(changed), max(changed) + 1
    before = [_key(row) for row in old[first:last]]
    after = [_key(changed.get(first + index, old[first + index])) for index in range(last - first)]
    by = _likeliest(before, after)
    if not by:
        return None
    start, end = max(_blocks(before, after, by), key=lambda block: block[1] - block[0], default=(0, 0))
    scroll = Scroll(first + start + min(by, 0), first + end + max(by, 0), by)
    if any(UNKNOWN in row.text for row in old[scroll.top : scroll.bottom]):
        return None
    saved = sum(before[index] != after[index] for index in range(start, end))
    new = range(end, end + by) if by > 0 else range(start + by, start)
    lost = sum(before[index] == after[index] for index in new)
    return scroll if saved - lost >= _LEAST else None


def _key(row: Row) -> str:
    return row.text[:-_BAR] + row.looks[:-_BAR]


def _likeliest(before: Sequence[str], after: Sequence[str]) -> int:
    """Return by how much most of the rows moved up that are like no other."""
    often = Counter(before)
    place = {key: index for index, key in enumerate(before) if often[key] == 1}
    moves = Counter(place[key] - index for index, key in enumerate(after) if key in place and before[index] != key)
    return moves.most_common(1)[0][0] if moves else 0


def _blocks(before: Sequence[str], after: Sequence[str], by: int) -> Iterator[tuple[int, int]]:
    """Yield the blocks of rows that are the same but for a move."""
    start = max(0, -by)
    end = min(len(after), len(after) - by)
    for index in range(start, end + 1):
        if index == end or after[index] != before[index + by]:
            if index > start:
                yield start, index
            start = index + 1
