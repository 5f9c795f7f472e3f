"""The rows of a diff, and where in them everything stands: what a viewer scrolls through."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from seedtui.core.layout.rows import CellWidth, Kind, Memo, Piece, Row, View, lay_out

if TYPE_CHECKING:
    from seedtui.core.diff import Diff
    from seedtui.core.structure import Structure

SideName = Literal["a", "b"]

CONTEXT: Final = 3
"""How many equal rows stay in sight beside a change when the rest is folded."""

_LEAST: Final = 4


class Folds(NamedTuple):
    """What is folded away.

    Attributes:
        on: Whether long equal stretches are folded at all.
        opened: Stretches that are open all the same, by where they begin in A.
    """

    on: bool = False
    opened: frozenset[int] = frozenset()

    def toggled(self) -> Folds:
        """Return the folds when all are folded, or all opened."""
        return Folds(not self.on)

    def with_opened(self, start: int) -> Folds:
        """Return the folds with one more stretch open."""
        return Folds(self.on, self.opened | {start})


class Layout(NamedTuple):
    """How a diff is laid out.

    Attributes:
        view: Side by side, unified, inline …
        width: The cells that the text of one side has, without gutters.
        folds: What is folded away.
    """

    view: View = View.SPLIT
    width: int = 0
    folds: Folds = Folds()


_USUAL: Final = Layout()


@dataclass(frozen=True)
class Sheet:
    """Rows, and where things stand in them.

    Attributes:
        rows: The rows, top down.
        layout: How they are laid out.
    """

    rows: Sequence[Row] = ()
    layout: Layout = _USUAL

    @property
    def view(self) -> View:
        """The layout's view."""
        return self.layout.view

    @property
    def count(self) -> int:
        """How many changes the rows show."""
        return max(self.first_rows, default=-1) + 1

    @cached_property
    def first_rows(self) -> dict[int, int]:
        """Each change's first row."""
        found: dict[int, int] = {}
        for index, row in enumerate(self.rows):
            if row.change >= 0:
                for piece in (*row.a, *row.b):
                    if piece.change >= 0:
                        found.setdefault(piece.change, index)
                found.setdefault(row.change, index)
        return found

    @cached_property
    def places(self) -> tuple[list[int], list[int]]:
        """Where in A and in B each row begins, in code points; never falling."""
        places: tuple[list[int], list[int]] = ([], [])
        at = [0, 0]
        for row in self.rows:
            left = row.a[0] if row.a else row.b[0] if row.b else None
            right = row.b[0] if row.b else left
            if left is not None and right is not None:
                at = [max(at[0], left.a), max(at[1], right.b)]
            places[0].append(at[0])
            places[1].append(at[1])
        return places

    def place(self, row: int) -> tuple[int, int]:
        """Return where in A and B a row begins."""
        if not self.rows:
            return 0, 0
        row = max(0, min(row, len(self.rows) - 1))
        return self.places[0][row], self.places[1][row]

    def row_at(self, a: int, b: int) -> int:
        """Return the row that shows a place, best of both texts."""
        return max(0, min(bisect_right(self.places[0], a), bisect_right(self.places[1], b)) - 1)

    def row_of(self, side: SideName, position: int) -> int:
        """Return the row that shows a code point of one side, or hides it in a fold; of several, the last."""
        found = 0
        places = self.places[0 if side == "a" else 1]
        for index, row in enumerate(self.rows):
            if row.folded:
                ends = places[index + 1] if index + 1 < len(places) else position + 1
                found = index if places[index] <= position < ends else found
                continue
            for piece in (*row.a, *row.b):
                start = _start(piece, side)
                if start is not None and start <= position <= start + len(piece.text):
                    found = index
        return found


def _start(piece: Piece, side: SideName) -> int | None:
    """Return where a piece begins on a side; None if that side does not have it."""
    if side == "a":
        return None if piece.kind is Kind.INSERTED else piece.a
    return None if piece.kind in _ONLY_IN_A else piece.b


_ONLY_IN_A: Final = frozenset({Kind.DELETED, Kind.UNREACHED})


def make_sheet(diff: Diff, layout: Layout, cell_width: CellWidth = len, memo: Memo | None = None) -> Sheet:
    """Lay a diff out, and fold what is to be folded.

    Args:
        diff: The diff.
        layout: How.
        cell_width: How many cells a text takes.
        memo: The rows of the last time, for the same layout.

    Raises:
        StoppedError: If it was asked to stop.
    """
    rows = _rows(diff, layout, cell_width, memo)
    return Sheet(fold(rows, layout.folds) if layout.folds.on else rows, layout)


@lru_cache(maxsize=2)
def structure_of(a: str, b: str) -> Structure | None:
    """Compare two texts key by key; None unless both are JSON. The last few are remembered."""
    from seedtui.core.structure import structure

    return structure(a, b)


def _rows(diff: Diff, layout: Layout, cell_width: CellWidth, memo: Memo | None) -> list[Row]:
    if layout.view is View.STRUCTURE:
        from seedtui.core.layout.structure_rows import lay_out_structure

        found = structure_of(diff.a, diff.b)
        if found is not None:
            return lay_out_structure(found, layout.width, cell_width)
    return lay_out(diff, layout.view, layout.width, cell_width, memo)


def fold(rows: Sequence[Row], folds: Folds) -> list[Row]:
    """Put one row in the place of each long stretch of equal rows.

    Rows beside a change stay. Where nothing is changed, nothing is folded.
    """
    changed = [index for index, row in enumerate(rows) if row.sign != " "]
    if not changed:
        return list(rows)
    found: list[Row] = []
    at = 0
    for index in [*changed, len(rows)]:
        start = at + CONTEXT if at else 0
        end = index - CONTEXT if index < len(rows) else len(rows)
        if end - start >= _LEAST and _begin(rows[start:end]) not in folds.opened:
            found += [*rows[at:start], _fold(rows[start:end]), *rows[end : index + 1]]
        else:
            found += rows[at : index + 1]
        at = index + 1
    return found


def _fold(rows: Sequence[Row]) -> Row:
    first = next((row.a[0] for row in rows if row.a), Piece("", Kind.EQUAL))
    return Row("⋯", (Piece(f"{len(rows)} rows alike", Kind.EQUAL, -1, first.a, first.b),), (), -1, len(rows))


def _begin(rows: Sequence[Row]) -> int:
    return _fold(rows).a[0].a


def fold_start(row: Row) -> int:
    """Return what names a fold: where its stretch begins in A."""
    return row.a[0].a
