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


class DiffView(ScrollView, can_focus=True):
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
    DiffView > .diff--struck { color: $diff-deleted-text; background: $diff-deleted; text-style: strike; }
    DiffView > .diff--sign { color: $accent; text-style: bold; }
    DiffView > .diff--line { color: $panel-lighten-2; }
    DiffView > .diff--note { color: $text-muted; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "diff--equal",
        "diff--deleted",
        "diff--inserted",
        "diff--struck",
        "diff--sign",
        "diff--line",
        "diff--note",
    }

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
        self._laid_out_for = 0

    @property
    def change(self) -> int:
        """The number of the current change, from 0; -1 if there is none."""
        return self._change

    @property
    def layout_width(self) -> int:
        """The width that rows should be laid out for: without the scrollbar, shown or not."""
        return max(4, self.size.width - (0 if self.show_vertical_scrollbar else self.styles.scrollbar_size_vertical))

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
        self._laid_out_for = self.size.width
        self.virtual_size = Size(self.size.width, max(1, len(rows)))
        if at_end:
            self.scroll_end(animate=False, immediate=True, x_axis=False)
        self.refresh()

    def go_to_change(self, change: int) -> None:
        """Make a change the current one and bring its first row into sight."""
        row = next((index for index, row in enumerate(self._rows) if row.change >= change), None)
        if row is None or change < 0:
            self._change = -1
            self.scroll_to(y=0, animate=False, immediate=True)
        else:
            self._change = change
            top, height = self.scroll_offset.y, self.size.height
            if not top <= row < top + height - 1:
                self.scroll_to(y=max(0, row - _CONTEXT), animate=False, immediate=True)
        self.refresh()
        self.post_message(self.Moved(self._change))

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
        if self.size.width != self._laid_out_for:
            self.post_message(self.Resized())

    def render_line(self, y: int) -> Strip:
        """Paint one row."""
        width = self.size.width
        base = self.rich_style
        index = y + self.scroll_offset.y
        if index < len(self._rows):
            segments = self._row_segments(self._rows[index])
        else:
            note = self._note.splitlines() if not self._rows else []
            text = note[y - 1] if 1 <= y <= len(note) else ""
            segments = [Segment(f"  {text}", base + self._part("note"))]
        return Strip(segments).adjust_cell_length(width, base)

    def _row_segments(self, row: Row) -> list[Segment]:
        if self._view is not View.SPLIT:
            struck = "struck" if self._view is View.INLINE else "deleted"
            return [self._sign(row.sign), *self._pieces(row.a, struck)]
        side = text_width(View.SPLIT, self.layout_width)
        left, right = self._side(row.a, Kind.DELETED), self._side(row.b, Kind.INSERTED)
        cells = sum(cell_len(segment.text) for segment in left)
        return [
            *left,
            Segment(" " * (side + _GUTTER - cells), self.rich_style),
            Segment("│", self.rich_style + self._part("line")),
            *right,
        ]

    def _side(self, pieces: Sequence[Piece], kind: Kind) -> list[Segment]:
        changed = any(piece.kind is kind for piece in pieces)
        only = changed and all(piece.kind is kind for piece in pieces)
        sign = ("-" if kind is Kind.DELETED else "+") if only else "~"
        return [self._sign(sign if changed else " "), *self._pieces(pieces, "deleted")]

    def _sign(self, sign: str) -> Segment:
        return Segment(f"{sign} ", self.rich_style + self._part("sign"))

    def _pieces(self, pieces: Sequence[Piece], deleted: str) -> list[Segment]:
        names = {Kind.EQUAL: "equal", Kind.DELETED: deleted, Kind.INSERTED: "inserted"}
        return [Segment(piece.text, self._piece_style(piece, names[piece.kind])) for piece in pieces]

    def _piece_style(self, piece: Piece, name: str) -> Style:
        style = self.rich_style + self._part(name)
        if piece.change >= 0 and piece.change == self._change:
            style += Style(reverse=True)
        return style

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(f"diff--{name}")
