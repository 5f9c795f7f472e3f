"""What the terminal shows, as far as it is known, cell for cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from textual.strip import Strip

from seedtui.tui.cells.looks import Looks
from seedtui.tui.cells.pieces import FILLER, UNKNOWN, Clusters, Piece, piece_of
from seedtui.tui.cells.unmodelled import UnmodelledError

Placed = Sequence[tuple[int, Strip]]
"""Strips of a row, each with the column that it begins at."""


class Row(NamedTuple):
    """A row's cells: what they hold, and how they look."""

    text: str
    looks: str


class Frame:
    """The cells of the screen, and the strips that they were made of.

    Args:
        width: Cells a row.
        height: Rows.
        looks: The looks met so far.
    """

    def __init__(self, width: int, height: int, looks: Looks) -> None:
        self.width = width
        self.height = height
        self.looks = looks
        self.clusters = Clusters()
        self.unknown = Row(UNKNOWN * width, looks.default * width)
        self.rows = [self.unknown] * height
        self._strips: list[dict[int, tuple[Strip, int]]] = [{} for _ in range(height)]

    def starts(self, y: int) -> list[int]:
        """Return the columns that a row's strips begin at."""
        return sorted(self._strips[y])

    def changed(self, update: Mapping[int, Placed]) -> dict[int, Row]:
        """Take in an update; return the rows that are different now. `rows` still says what is shown.

        Args:
            update: The strips of each row.

        Raises:
            UnmodelledError: If that is more than cells.
        """
        found = {}
        for y, placed in update.items():
            if not 0 <= y < self.height:
                raise UnmodelledError("a row beyond the screen")
            row = self._with(self.rows[y], self._strips[y], placed)
            if row is not None:
                found[y] = row
        return found

    def _with(self, row: Row, strips: dict[int, tuple[Strip, int]], placed: Iterable[tuple[int, Strip]]) -> Row | None:
        """Return a row with strips put on it; nothing if it stays as it is."""
        result = row
        for x, strip in placed:
            known = strips.get(x)
            # A widget that did not change gives the same strip again.
            if known is not None and known[0] is strip:
                continue
            piece = piece_of(strip, self.looks, self.clusters)
            end = x + len(piece.text)
            if x < 0 or end > self.width or len(piece.text) != strip.cell_length:
                raise UnmodelledError("a strip that leaves the screen")
            if end == x:
                continue
            result, first, last = _put(result, x, piece)
            for start, (_, stop) in list(strips.items()):
                if start < last and stop > first:
                    del strips[start]
            strips[x] = (strip, end)
        return None if result == row else result


def _put(row: Row, x: int, piece: Piece) -> tuple[Row, int, int]:
    """Return a row with a piece put on it, and what it changes, halves of wide characters included."""
    text, looks = row
    end = x + len(piece.text)
    before, after = text[:x], text[end:]
    first, last = x, end
    # A wide character that loses a half is no more, and leaves a blank.
    if x and text[x] == FILLER:
        before = before[:-1] + " "
        first -= 1
    if after.startswith(FILLER):
        after = " " + after[1:]
        last += 1
    return Row(before + piece.text + after, looks[:x] + piece.looks + looks[end:]), first, last
