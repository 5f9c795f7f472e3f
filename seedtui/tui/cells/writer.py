"""The sequences that bring the terminal from one row to another: few moves, and only changes of style."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import compress, count, pairwise
from operator import ne, or_
from typing import Final

from seedtui.tui.cells.frame import Row
from seedtui.tui.cells.looks import Looks
from seedtui.tui.cells.pieces import FILLER, UNCERTAIN, UNKNOWN, Clusters

_SAME_LOOK: Final = re.compile(r"(.)\1*", re.DOTALL)
_KNOWN: Final = re.compile(f"[^{UNKNOWN}]+")
# A move over these few cells takes about as many bytes as writing them again.
_GAP: Final = 4
# So many of a row's cells differ that it is quicker, and no longer, to write all between the first and the last.
_MOST: Final = (2, 3)
# From here on, erasing to the end is shorter than blanks.
_ERASED: Final = 4


class Writer:
    """Collects what to write for one frame.

    Args:
        looks: The looks met so far.
        clusters: The clusters met so far.
        width: Cells a row.
    """

    def __init__(self, looks: Looks, clusters: Clusters, width: int) -> None:
        self._looks = looks
        self._clusters = clusters
        self._width = width
        self._out: list[str] = []
        self._pen = looks.default
        # Where the cursor is, if that is certain.
        self._at: tuple[int, int] | None = None

    def finish(self) -> str:
        """Return all that is to be written. The terminal's own look is left behind."""
        if self._pen != self._looks.default:
            self.reset()
        return "".join(self._out)

    def reset(self) -> None:
        """Take up the terminal's own look."""
        self._out.append("\x1b[0m")
        self._pen = self._looks.default

    def raw(self, sequence: str) -> None:
        """Write a sequence that moves the cursor."""
        self._out.append(sequence)
        self._at = None

    def row(self, y: int, old: Row, new: Row, starts: Sequence[int]) -> None:
        """Bring a row up to date.

        Args:
            y: The row.
            old: What it shows.
            new: What it shall show.
            starts: Where its strips begin.
        """
        if not (old.text.isascii() and new.text.isascii()) and (
            UNCERTAIN.search(old.text) or UNCERTAIN.search(new.text)
        ):
            self._whole_row(y, new, starts)
            return
        for start, end in _runs(old, new):
            self._cells(y, new, start, end)

    def _whole_row(self, y: int, row: Row, starts: Sequence[int]) -> None:
        """Write a row as if nothing were known of it: a terminal may have put its characters elsewhere."""
        if UNKNOWN not in row.text:
            if self._pen != self._looks.default:
                self.reset()
            self._move(0, y)
            self._out.append("\x1b[K")
        places = [0, *(start for start in starts if start), self._width]
        for first, last in pairwise(places):
            for known in _KNOWN.finditer(row.text, first, last):
                self._at = None
                self._cells(y, row, *known.span())
        self._at = None

    def _cells(self, y: int, row: Row, start: int, end: int) -> None:
        self._move(start, y)
        text, looks = row
        for same in _SAME_LOOK.finditer(looks, start, end):
            first, last = same.span()
            code = looks[first]
            sequence, self._pen = self._looks.change(self._pen, code)
            if sequence:
                self._out.append(sequence)
            if code == self._looks.default_blank and last == self._width and last - first >= _ERASED:
                # No background of its own: all terminals agree on what is erased.
                self._out.append("\x1b[K")
                self._at = (first, y)
                return
            self._out.append(self._clusters.shown(text[first:last]))
        # Behind the last column the cursor waits, on some terminals here, on others there.
        self._at = (end, y) if end < self._width else None

    def _move(self, x: int, y: int) -> None:
        if self._at == (x, y):
            return
        sequence = f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"
        if self._at is not None and self._at[1] == y and x > self._at[0]:
            step = x - self._at[0]
            sequence = min(sequence, f"\x1b[{step}C" if step > 1 else "\x1b[C", key=len)
        self._out.append(sequence)
        self._at = (x, y)


def _runs(old: Row, new: Row) -> list[tuple[int, int]]:
    """Return the runs of cells that differ, whole wide characters at a time, near ones as one."""
    if old.text.count(UNKNOWN) == len(old.text) and UNKNOWN not in new.text:
        return [(0, len(new.text))]
    differ = _differing(old, new)
    if len(differ) * _MOST[1] > len(new.text) * _MOST[0] and UNKNOWN not in new.text:
        return [(_widened_left(old, new, differ[0]), _widened_right(old, new, differ[-1] + 1))]
    runs: list[tuple[int, int]] = []
    for first, last in _stretches(differ):
        if runs and (first <= runs[-1][1] or _is_dull(new, runs[-1][1], first)):
            # Nothing happens if widening has taken it in.
            start, end = runs[-1][0], max(runs[-1][1], last)
        else:
            start, end = _widened_left(old, new, first), last
            if runs and start <= runs[-1][1]:
                start = runs[-1][0]
            else:
                runs.append((start, end))
        runs[-1] = (start, _widened_right(old, new, end))
    return runs


def _differing(old: Row, new: Row) -> list[int]:
    """Return the cells that differ."""
    if old.looks == new.looks:
        return list(compress(count(), map(ne, old.text, new.text)))
    return list(compress(count(), map(or_, map(ne, old.text, new.text), map(ne, old.looks, new.looks))))


def _stretches(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield from where to before where places follow each other."""
    start = end = -1
    for place in places:
        if place != end:
            if end > 0:
                yield start, end
            start = place
        end = place + 1
    if end > 0:
        yield start, end


def _is_dull(row: Row, start: int, end: int) -> bool:
    """Whether few cells in one look are between two runs, so that it is shorter to write them again."""
    return (
        end - start <= _GAP
        and row.looks.count(row.looks[end], start - 1, end) == end - start + 1
        and UNKNOWN not in row.text[start:end]
    )


def _widened_left(old: Row, new: Row, index: int) -> int:
    while index and FILLER in (old.text[index], new.text[index]):
        index -= 1
    return index


def _widened_right(old: Row, new: Row, index: int) -> int:
    while index < len(new.text) and FILLER in (old.text[index], new.text[index]):
        index += 1
    return index
