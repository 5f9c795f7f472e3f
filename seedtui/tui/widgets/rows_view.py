"""A list of lines with a cursor, of which only those in sight are made and painted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from seedtui.tui.widgets.parts import LateParts

Part = tuple[str, str]
"""Displayable text, and how it looks: `text`, `muted`, `strong`, `head` or `bad`."""


class _OfRows(Message):
    """What a list says."""

    def __init__(self, rows: RowsView) -> None:
        super().__init__()
        self.rows = rows

    @property
    def control(self) -> RowsView:
        """The list."""
        return self.rows


class RowsView(ScrollView, LateParts, can_focus=True):
    """A base for lists: who derives from it says how many rows there are, and what stands in each.

    The first two cells of a row's first line belong to the cursor.
    """

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
    RowsView { background: $background; scrollbar-size-vertical: 1; overflow-x: hidden; }
    RowsView > .rows--text { color: $foreground; }
    RowsView > .rows--muted { color: $text-muted; }
    RowsView > .rows--strong { color: $primary; text-style: bold; }
    RowsView > .rows--bad { color: $text-error; }
    RowsView > .rows--head { color: $text-disabled; }
    RowsView > .rows--cursor { background: $panel; }
    RowsView:focus > .rows--cursor { background: $row-cursor; }
    """

    HEADED: ClassVar[bool] = True
    """Whether there is a line with the columns' names above the rows."""

    class Moved(_OfRows):
        """The cursor is on another row, or the row under it has changed."""

    class Chosen(_OfRows):
        """The row under the cursor was chosen."""

    class InSight(_OfRows):
        """Other rows than before are in sight."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cursor = 0
        self.empty = ""

    # What a list says of itself.

    @property
    def count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def line(self, index: int, number: int, width: int) -> Sequence[Part]:
        """Write a line of a row.

        Args:
            index: The row.
            number: Which of its lines.
            width: Cells there are for it.
        """
        raise NotImplementedError

    def head(self, width: int) -> str:
        """Write the columns' names."""
        return ""

    @property
    def lines_per_row(self) -> int:
        """How many lines a row takes."""
        return 1

    def selectable(self, index: int) -> bool:
        """Whether the cursor may stand on a row."""
        return True

    # What all have in common.

    @property
    def rows_in_sight(self) -> range:
        """The rows in sight."""
        first = int(self.scroll_offset.y) // self.lines_per_row
        last = (int(self.scroll_offset.y) + max(0, self.size.height - self.HEADED)) // self.lines_per_row + 1
        return range(min(first, self.count), min(last, self.count))

    def renewed(self, cursor: int) -> None:
        """Say that the rows have changed.

        Args:
            cursor: Where the cursor is to be now.
        """
        self.cursor = max(0, min(cursor, self.count - 1))
        if self.count and not self.selectable(self.cursor):
            self.cursor = self._next(self.cursor, 1)
        self.virtual_size = Size(self.size.width, self.HEADED + self.count * self.lines_per_row)
        self._into_sight()
        self.refresh()
        self.post_message(self.Moved(self))
        self.post_message(self.InSight(self))

    def go_to(self, index: int) -> None:
        """Move the cursor to a row, and the row into sight."""
        if not self.count:
            return
        index = max(0, min(index, self.count - 1))
        if not self.selectable(index):
            index = self._next(index, 1 if index >= self.cursor else -1)
        moved, self.cursor = index != self.cursor, index
        self._into_sight()
        self.refresh()
        if moved:
            self.post_message(self.Moved(self))

    def _next(self, index: int, step: int) -> int:
        """Return the next row the cursor may stand on, in one direction or else in the other."""
        for way in (range(index, self.count) if step > 0 else range(index, -1, -1), range(self.count)):
            found = next((one for one in way if self.selectable(one)), None)
            if found is not None:
                return found
        return index

    def _into_sight(self) -> None:
        height = self.lines_per_row
        top = self.cursor * height
        # What stands above the first row it may stand on belongs to it.
        while top and not self.selectable(top // height - 1):
            top -= height
        room = (self.cursor + 1) * height - top + self.HEADED
        self.scroll_to_region(
            Region(0, top, self.size.width, min(room, max(1, self.size.height))),
            animate=False,
            force=True,
            x_axis=False,
        )

    def action_move(self, step: int) -> None:
        """Move the cursor by some rows."""
        index = self.cursor + step
        if 0 <= index < self.count:
            self.go_to(index)

    def action_move_page(self, step: int) -> None:
        """Move the cursor by a screenful."""
        self.go_to(self.cursor + step * max(1, (self.size.height - self.HEADED) // self.lines_per_row))

    def action_move_to(self, index: int) -> None:
        """Move the cursor to a row; -1 is the last."""
        self.go_to(index if index >= 0 else self.count - 1)

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self.count:
            self.post_message(self.Chosen(self))

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.renewed(self.cursor)

    def on_click(self, event: object) -> None:
        """Move the cursor to the row under the mouse, or choose it if it is there already."""
        y = getattr(event, "y", 0) - self.HEADED
        index = (y + int(self.scroll_offset.y)) // self.lines_per_row
        if y < 0 or index >= self.count:
            return
        if index == self.cursor:
            self.action_choose()
        else:
            self.go_to(index)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell which rows are in sight."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.InSight(self))

    def render_line(self, y: int) -> Strip:
        """Paint one line of the widget."""
        width, base = self.scrollable_content_region.width, self.rich_style
        if self.HEADED:
            if y == 0:
                return self._strip([("  " + self.head(width - 2), "head")], width, base)
            y -= 1
        index, number = divmod(y + int(self.scroll_offset.y), self.lines_per_row)
        if index >= self.count:
            said = f"  {self.empty}" if not self.count and y == 0 else ""
            return self._strip([(said, "muted")], width, base)
        here = index == self.cursor and self.selectable(index)
        sign = "› " if here and number == 0 else "  "
        parts = [(sign, "text"), *self.line(index, number, width - 2)]
        if here:
            base += Style(bgcolor=self._part("cursor").bgcolor, bold=self.has_focus or None)
            if self.has_focus:
                # Of sixteen colours, few can be read on the cursor's.
                parts = [(text, "text" if look == "strong" else look) for text, look in parts]
        return self._strip(parts, width, base)

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(f"rows--{name}")

    def _strip(self, parts: Sequence[Part], width: int, base: Style) -> Strip:
        segments = [
            Segment(text, base + Style(color=(part := self._part(look)).color, bold=part.bold or base.bold))
            for text, look in parts
        ]
        return Strip(segments).adjust_cell_length(width, base)
