"""A table with a cursor. Only the rows in sight are painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from seedtui.tui.widgets.parts import LateParts
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


class Table(ScrollView, LateParts, can_focus=True):
    """Rows of cells below the names of their columns; Enter or a click on the cursor's row chooses it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "move_page(-1)", "Page up", show=False),
        Binding("pagedown", "move_page(1)", "Page down", show=False),
        Binding("home,g", "move_to(0)", "First", show=False),
        Binding("end,G", "move_to(-1)", "Last", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]

    DEFAULT_CSS = """
    Table { background: transparent; scrollbar-size-vertical: 1; overflow-x: hidden; height: 1fr; }
    Table > .table--cell { color: $foreground; }
    Table > .table--head { color: $text-muted; }
    Table > .table--none { color: $text-muted; }
    Table > .table--cursor { background: $panel; }
    Table:focus > .table--cursor { background: $row-cursor; }
    """

    class Chosen(Message):
        """A row was chosen."""

        def __init__(self, table: Table, index: int) -> None:
            super().__init__()
            self.table, self.index = table, index

        @property
        def control(self) -> Table:
            """The table."""
            return self.table

    class Moved(Message):
        """The cursor has come to another row."""

    def __init__(self, *, empty: str = "", id: str | None = None) -> None:
        """Make a table.

        Args:
            empty: What to say as long as there are no rows, displayable.
            id: The widget's id.
        """
        super().__init__(id=id)
        self._columns: tuple[Column, ...] = ()
        self._rows: list[Row] = []
        self._widths: list[int] = []
        self._cursor = 0
        self._empty = empty

    @property
    def cursor(self) -> int | None:
        """The row under the cursor; None if there is none."""
        return self._cursor if self._rows else None

    @property
    def rows(self) -> Sequence[Row]:
        """The rows."""
        return self._rows

    def show(self, columns: Sequence[Column], rows: Sequence[Row], *, empty: str | None = None) -> None:
        """Replace what is shown; the cursor stays where it is.

        Args:
            columns: The columns.
            rows: The rows.
            empty: What to say if there are none, displayable; None for what was said before.
        """
        same_size = len(rows) == len(self._rows)
        self._empty = self._empty if empty is None else empty
        self._columns, self._rows = tuple(columns), list(rows)
        self._cursor = min(self._cursor, max(0, len(rows) - 1))
        self._lay_out()
        if same_size:
            self.refresh()
        else:
            self._resized()

    def go_to(self, index: int) -> None:
        """Move the cursor to a row, and the row into sight."""
        if not self._rows:
            return
        before, self._cursor = self._cursor, max(0, min(index, len(self._rows) - 1))
        if before != self._cursor:
            self.post_message(self.Moved())
        # The line of the column names covers the uppermost.
        region = Region(0, self._cursor, self.size.width, 2)
        self.scroll_to_region(region, animate=False, force=True, x_axis=False)
        self.refresh()

    def action_move(self, step: int) -> None:
        """Move the cursor by some rows."""
        self.go_to(self._cursor + step)

    def action_move_page(self, step: int) -> None:
        """Move the cursor by a screenful."""
        self.go_to(self._cursor + step * max(1, self.size.height - 1))

    def action_move_to(self, index: int) -> None:
        """Move the cursor to a row; -1 is the last."""
        self.go_to(index if index >= 0 else len(self._rows) - 1)

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self._rows:
            self.post_message(self.Chosen(self, self._cursor))

    def on_click(self, event: object) -> None:
        """Move the cursor to the row under the mouse, or choose it if it is there already."""
        y = getattr(event, "y", 0)
        index = y - 1 + self.scroll_offset.y
        if y <= 0 or index >= len(self._rows):
            return
        if index == self._cursor:
            self.action_choose()
        else:
            self.go_to(index)

    def on_resize(self) -> None:
        """Lay out anew."""
        self._lay_out()
        self._resized()

    def _resized(self) -> None:
        self.virtual_size = Size(self.size.width, 1 + len(self._rows))
        self.refresh()

    def _lay_out(self) -> None:
        widths = [
            max([cell_len(column.title), *(cell_len(row[at]) for row in self._rows)])
            for at, column in enumerate(self._columns)
        ]
        # A column is kept for the cursor's mark, and one for the scroll bar, which may come and go.
        self._widths = _fitted(widths, self._columns, self.size.width - 2)

    def render_line(self, y: int) -> Strip:
        """Paint one line: the column names first, then the rows in sight."""
        width, base = self.size.width, self.rich_style
        if y == 0:
            titles = tuple(column.title for column in self._columns)
            return self._strip(self._line(titles), base + self._part("head"), width)
        index = y - 1 + self.scroll_offset.y
        if index >= len(self._rows):
            text = f" {self._empty}" if not self._rows and y == 1 else ""
            return self._strip(text, base + self._part("none"), width)
        style = base + self._part("cell")
        text = self._line(self._rows[index])
        if index == self._cursor:
            # Only the background: the text keeps its own colour.
            style += Style(bgcolor=self._part("cursor").bgcolor)
            text = "›" + text[1:]
        return self._strip(text, style, width)

    def _line(self, cells: Row) -> str:
        found = []
        for column, width, cell in zip(self._columns, self._widths, cells, strict=True):
            if not width:
                continue
            text = fit(cell, width) if column.prose else shorten(cell, width)
            found.append(" " * (width - cell_len(text)) + text if column.right else fit(text, width))
        return " " + (" " * _GAP).join(found)

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(f"table--{name}")

    def _strip(self, text: str, style: Style, width: int) -> Strip:
        return Strip([Segment(text, style)]).adjust_cell_length(width, style)


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
