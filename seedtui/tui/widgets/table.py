"""A table with a cursor. Only the rows in sight are painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from seedtui.tui.widgets.rows_view import Part, RowsView
from seedtui.tui.widgets.run_row import fit, shorten

_GAP: Final = 2
_LEAST: Final = 6
_DROPPED: Final = 12


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        title: What stands above it, displayable.
        right: Whether it is set to the right, as numbers are.
        gives: How soon it gives way where there is not room for all: 0 never, 1 as the last; 2 before, and
            altogether where little would be left of it.
        prose: Whether it is cut at its end; names differ at both ends, and lose their middle.
    """

    title: str
    right: bool = False
    gives: int = 0
    prose: bool = False


Row = tuple[str, ...]
"""The cells of a row, displayable, one for each column."""


class Table(RowsView):
    """Rows of cells below the names of their columns; Enter or a click on the cursor's row chooses it."""

    DEFAULT_CSS = """
    Table { background: transparent; height: 1fr; }
    """

    def __init__(self, *, empty: str = "", id: str | None = None) -> None:
        """Make a table.

        Args:
            empty: What to say as long as there are no rows, displayable.
            id: The widget's id.
        """
        super().__init__(id=id)
        self._columns: tuple[Column, ...] = ()
        self._rows: Sequence[Row] = ()
        self._widest: list[int] = []
        self._fitting: tuple[int, list[int]] = (0, [])
        self.empty = empty

    @property
    def rows(self) -> Sequence[Row]:
        """The rows."""
        return self._rows

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def show(self, columns: Sequence[Column], rows: Sequence[Row], *, empty: str | None = None) -> None:
        """Replace what is shown; the cursor stays where it is.

        Args:
            columns: The columns.
            rows: The rows.
            empty: What to say if there are none, displayable; None for what was said before.
        """
        same_size = len(rows) == len(self._rows)
        self.empty = self.empty if empty is None else empty
        self._columns, self._rows = tuple(columns), list(rows)
        self._widest = [
            max([cell_len(column.title), *(cell_len(row[at]) for row in rows)])
            for at, column in enumerate(self._columns)
        ]
        self._fitting = (0, [])
        if same_size:
            self.refresh()
        else:
            self.renewed(self.cursor)

    def head(self, width: int) -> str:
        """Name the columns."""
        return self._line(tuple(column.title for column in self._columns), width)

    def line(self, index: int, number: int, width: int) -> Sequence[Part]:
        """Write a row."""
        return [(self._line(self._rows[index], width), "text")]

    def _line(self, cells: Row, width: int) -> str:
        if self._fitting[0] != width:
            self._fitting = (width, _fitted(self._widest, self._columns, width))
        found = []
        for column, room, cell in zip(self._columns, self._fitting[1], cells, strict=True):
            if not room:
                continue
            text = fit(cell, room) if column.prose else shorten(cell, room)
            found.append(" " * (room - cell_len(text)) + text if column.right else fit(text, room))
        return (" " * _GAP).join(found)


def _fitted(widths: list[int], columns: Sequence[Column], room: int) -> list[int]:
    """Return the widths that the columns get where there is so much room; 0 for one that is left out."""
    found = list(widths)

    def over() -> int:
        shown = [width for width in found if width]
        return sum(shown) + _GAP * max(0, len(shown) - 1) - room

    first, last = ([at for at, column in enumerate(columns) if column.gives == soon] for soon in (2, 1))
    _shrink(found, first, over, _DROPPED)
    for at in reversed(first):
        if over() > 0:
            found[at] = 0
    _shrink(found, last, over, _LEAST)
    return found


def _shrink(widths: list[int], giving: Sequence[int], over: Callable[[], int], least: int) -> None:
    while over() > 0 and any(widths[at] > least for at in giving):
        widths[max(giving, key=lambda at: widths[at])] -= 1
