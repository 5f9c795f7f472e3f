"""The diff, painted line by line: only the rows in sight cost anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from seedtui.core.rows import Kind, Piece, Row, View
from seedtui.tui.commands import Scope, bindings
from seedtui.tui.widgets.parts import LateParts

_GUTTER = 2
_CONTEXT = 3


def text_width(view: View, width: int) -> int:
    """Return how many cells the text of one side gets in a widget of this width.

    Args:
        view: The layout.
        width: The widget's width in cells, without the scrollbar.
    """
    if view is View.SPLIT:
        return max(1, (width - 1) // 2 - _GUTTER)
    return max(1, width - _GUTTER)


class DiffView(ScrollView, LateParts, can_focus=True):
    """Rows of a diff. It knows nothing of runs: it paints what it is given."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "move_page(-1)", "Page up", show=False),
        Binding("pagedown,space", "move_page(1)", "Page down", show=False),
        Binding("home,g", "move_to(0)", "Beginning", show=False),
        Binding("end,G", "move_to(1)", "End", show=False),
        *bindings(Scope.LISTS),
    ]

    DEFAULT_CSS = """
    DiffView { background: $background; scrollbar-size-vertical: 1; overflow-x: hidden; }
    DiffView > .diff--equal { color: $foreground; }
    DiffView > .diff--deleted { color: $diff-deleted-text; background: $diff-deleted; text-style: underline; }
    DiffView > .diff--inserted { color: $diff-inserted-text; background: $diff-inserted; text-style: bold; }
    DiffView > .diff--deleted-now { color: $diff-deleted-text; background: $diff-deleted-now; text-style: underline; }
    DiffView > .diff--inserted-now { color: $diff-inserted-text; background: $diff-inserted-now; text-style: bold; }
    DiffView > .diff--struck-now { color: $diff-deleted-text; background: $diff-deleted-now; text-style: strike; }
    DiffView > .diff--struck { color: $diff-deleted-text; background: $diff-deleted; text-style: strike; }
    DiffView > .diff--sign { color: $accent; text-style: bold; }
    DiffView > .diff--line { color: $panel-lighten-2; }
    DiffView > .diff--note { color: $text-muted; }
    """

    class Moved(Message):
        """Another change is the current one."""

        def __init__(self, change: int) -> None:
            super().__init__()
            self.change = change

    class Resized(Message):
        """The width changed, so the rows must be laid out anew."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: Sequence[Row] = ()
        self._view = View.SPLIT
        self._note = ""
        self._change = -1
        self._first_row = -1
        self._laid_out_for = 0

    @property
    def change(self) -> int:
        """The number of the current change, from 0; -1 if there is none."""
        return self._change

    @property
    def layout_width(self) -> int:
        """The width that rows should be laid out for: without the scrollbar, shown or not."""
        return max(4, self.outer_size.width - self.styles.scrollbar_size_vertical)

    def show(self, rows: Sequence[Row], view: View, *, note: str = "", follow: bool = False) -> None:
        """Paint other rows, and keep the place.

        Args:
            rows: What `core.rows.lay_out` returned for `text_width(view, layout_width)`.
            view: The layout of the rows.
            note: What to say if there are no rows.
            follow: Stay at the end if the reader has gone there: text is coming in.
        """
        at_end = follow and 0 < self.max_scroll_y <= self.scroll_offset.y
        self._rows, self._view, self._note = rows, view, note
        self._laid_out_for = self.layout_width
        self._first_row = -1 if (row := self._row_of(self._change)) is None else row
        self.virtual_size = Size(self.size.width, max(1, len(rows)))
        if at_end:
            self.scroll_end(animate=False, immediate=True, x_axis=False)
        self.refresh()

    def go_to_change(self, change: int) -> None:
        """Make a change the current one and bring its first row into sight."""
        row = self._row_of(change)
        if row is None:
            self._change, self._first_row = -1, -1
            self.scroll_to(y=0, animate=False, immediate=True)
        else:
            self._change, self._first_row = change, row
            top, height = self.scroll_offset.y, self.size.height
            if not top <= row < top + height - 1:
                self.scroll_to(y=max(0, row - _CONTEXT), animate=False, immediate=True)
        self.refresh()
        self.post_message(self.Moved(self._change))

    def _row_of(self, change: int) -> int | None:
        """Return the first row that shows a change."""
        if change < 0:
            return None
        numbers = ({piece.change for piece in (*row.a, *row.b)} for row in self._rows)
        return next((index for index, found in enumerate(numbers) if change in found), None)

    def action_move(self, step: int) -> None:
        """Scroll by some rows."""
        self.scroll_to(y=self.scroll_offset.y + step, animate=False, immediate=True)

    def action_move_page(self, step: int) -> None:
        """Scroll by a screenful, two rows of it kept in sight."""
        self.action_move(step * max(1, self.size.height - 2))

    def action_move_to(self, end: int) -> None:
        """Scroll to the beginning (0) or the end (1)."""
        self.scroll_to(y=self.max_scroll_y if end else 0, animate=False, immediate=True)

    def on_resize(self) -> None:
        """Ask for rows of the new width."""
        if self.layout_width != self._laid_out_for:
            self.post_message(self.Resized())

    def render_line(self, y: int) -> Strip:
        """Paint one row."""
        width = self.size.width
        base = self.rich_style
        index = y + self.scroll_offset.y
        if index < len(self._rows):
            segments = self._row_segments(self._rows[index], first=index == self._first_row)
        else:
            note = self._note.splitlines() if not self._rows else []
            text = note[y - 1] if 1 <= y <= len(note) else ""
            if not text:
                return Strip.blank(width, base)
            segments = [Segment(f"  {text}", base + self._part("note"))]
        return Strip(segments).adjust_cell_length(width, base)

    def _row_segments(self, row: Row, *, first: bool) -> list[Segment]:
        if self._view is not View.SPLIT:
            struck = "struck" if self._view is View.INLINE else "deleted"
            return [self._sign(row.sign, first), *self._pieces(row.a, struck)]
        side = text_width(View.SPLIT, self.layout_width)
        left, right = self._side(row.a, Kind.DELETED, first), self._side(row.b, Kind.INSERTED, first)
        cells = sum(cell_len(segment.text) for segment in left)
        return [
            *left,
            Segment(" " * (side + _GUTTER - cells), self.rich_style),
            Segment("│", self.rich_style + self._part("line")),
            *right,
        ]

    def _side(self, pieces: Sequence[Piece], kind: Kind, first: bool) -> list[Segment]:
        changed = any(piece.kind is kind for piece in pieces)
        only = changed and all(piece.kind is kind for piece in pieces)
        sign = ("-" if kind is Kind.DELETED else "+") if only else "~"
        return [self._sign(sign if changed else " ", first and changed), *self._pieces(pieces, "deleted")]

    def _sign(self, sign: str, first: bool) -> Segment:
        """Paint a sign; the current change's first row has an arrow beside it."""
        return Segment(f"{sign}{'›' if first else ' '}", self.rich_style + self._part("sign"))

    def _pieces(self, pieces: Sequence[Piece], deleted: str) -> list[Segment]:
        names = {Kind.EQUAL: "equal", Kind.DELETED: deleted, Kind.INSERTED: "inserted"}
        return [Segment(piece.text, self._piece_style(piece, names[piece.kind])) for piece in pieces]

    def _piece_style(self, piece: Piece, name: str) -> Style:
        current = piece.change >= 0 and piece.change == self._change
        return self.rich_style + self._part(f"{name}-now" if current else name)

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(f"diff--{name}")
