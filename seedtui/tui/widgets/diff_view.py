"""The diff, painted line by line: only the rows in sight cost anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from seedtui.core.layout.rows import Kind, Piece, Row, View
from seedtui.core.layout.sheet import Sheet, SideName, fold_start
from seedtui.tui.commands import Scope, bindings
from seedtui.tui.widgets.parts import LateParts

_GUTTER: Final = 2
_CONTEXT: Final = 3


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
        *bindings(Scope.LISTS, Scope.COMPARE),
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
    DiffView > .diff--unreached { color: $text-disabled; }
    DiffView > .diff--found { color: $background; background: $warning; text-style: bold; }
    DiffView > .diff--deleted-row { color: $diff-deleted-text; background: $diff-deleted; }
    DiffView > .diff--inserted-row { color: $diff-inserted-text; background: $diff-inserted; }
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
        self._sheet = Sheet()
        self._note = ""
        self._change = -1
        self._first_row = -1
        self._kept: tuple[tuple[int, int] | None, int] = (None, 0)
        self._at_change = False
        self._needle = ""
        self._styles: dict[str, Style] = {}
        self._marked: frozenset[int] = frozenset()
        self._laid_out_for = 0

    @property
    def change(self) -> int:
        """The number of the current change, from 0; -1 if there is none."""
        return self._change

    @property
    def sheet(self) -> Sheet:
        """The rows that are painted."""
        return self._sheet

    @property
    def layout_width(self) -> int:
        """The width that rows should be laid out for: without the scrollbar, shown or not."""
        return max(4, self.outer_size.width - self.styles.scrollbar_size_vertical)

    def show(self, sheet: Sheet, *, note: str = "", follow: bool = False, keep: bool = True) -> None:
        """Paint other rows.

        Args:
            sheet: The rows, laid out for `text_width(view, layout_width)`.
            note: What to say if there are no rows.
            follow: Stay at the end if the reader has gone there: text is coming in.
            keep: Keep what is at the top at the top, however the rows were and are laid out.
        """
        at_end = follow and 0 < self.max_scroll_y <= self.scroll_offset.y
        top = self.scroll_offset.y
        other = sheet is not self._sheet
        place = self._place(top) if keep and other else None
        if place is not None:
            top = sheet.row_at(*place)
            at = sheet.first_rows.get(self._change)
            if at is not None and self._at_change and not top <= at < top + self.size.height - 1:
                # The change that the reader went to stays in sight.
                top = at - _CONTEXT
        before = (self._in_sight(), self._sheet.layout, self._note, self._first_row)
        self._sheet, self._note = sheet, note
        self._laid_out_for = self.layout_width
        self._first_row = sheet.first_rows.get(self._change, -1)
        self._resize(len(sheet.rows))
        if at_end:
            self.scroll_end(animate=False, immediate=True, x_axis=False)
        elif top != self.scroll_offset.y:
            self.scroll_to(y=max(0, top), animate=False, immediate=True)
        self._kept = (place, self.scroll_offset.y)
        if before[1:] == (sheet.layout, note, self._first_row):
            self._refresh_changed(before[0])
        else:
            self.refresh()

    def _resize(self, rows: int) -> None:
        """Take in how many rows there are; only where the scrollbar comes or goes, all is laid out anew."""
        size, height = Size(self.size.width, max(1, rows)), self.size.height
        if min(rows, self.virtual_size.height) > height > 0 and self.show_vertical_scrollbar:
            self.set_reactive(Widget.virtual_size, size)
        else:
            self.virtual_size = size
        # At once, so that one can be taken to a row that was not there before.
        self._scroll_update(size)

    def _place(self, top: int) -> tuple[int, int] | None:
        """Return the place at the top: as long as nobody scrolled, the one that was to be kept the last time."""
        place, kept_top = self._kept
        if place is not None and kept_top == top:
            return place
        return self._sheet.place(top) if top else None

    def _in_sight(self) -> Sequence[Row]:
        top = self.scroll_offset.y
        return self._sheet.rows[top : top + self.size.height]

    def _refresh_changed(self, before: Sequence[Row]) -> None:
        """Paint only the lines that say something else than before: text comes in somewhere, and is read elsewhere."""
        now = self._in_sight()
        changed = [
            Region(0, y, self.size.width, 1)
            for y, (old, new) in enumerate(zip_longest(before, now))
            if old is not new and old != new
        ]
        if changed:
            self.refresh(*changed)

    def mark(self, changes: frozenset[int]) -> None:
        """Set which changes are marked for export."""
        if changes != self._marked:
            self._marked = changes
            self.refresh()

    def go_to_change(self, change: int) -> None:
        """Make a change the current one and bring its first row into sight."""
        row = self._sheet.first_rows.get(change)
        self._at_change = row is not None
        if row is None:
            self._change, self._first_row = -1, -1
            self.scroll_to(y=0, animate=False, immediate=True)
        else:
            self._change, self._first_row = change, row
            self.go_to_row(row)
        self.refresh()
        self.post_message(self.Moved(self._change))

    def go_to_nearest(self, place: tuple[int, int]) -> None:
        """Make the change that is nearest to a place in both texts the current one."""
        row = self._sheet.row_at(*place)
        nearest = min(self._sheet.first_rows.items(), key=lambda one: abs(one[1] - row), default=(-1, 0))
        self.go_to_change(nearest[0])

    def go_to_row(self, row: int) -> None:
        """Bring a row into sight, with some before it."""
        if not self._is_in_sight(row):
            self.scroll_to(y=max(0, row - _CONTEXT), animate=False, immediate=True)

    def go_to(self, side: SideName, position: int, *, at_top: bool = False) -> None:
        """Bring a code point of one side into sight, or to the top."""
        self._at_change = False
        row = self._sheet.row_of(side, position)
        if at_top:
            self.scroll_to(y=row, animate=False, immediate=True)
        else:
            self.go_to_row(row)

    def find(self, needle: str) -> None:
        """Highlight a text wherever it stands in one piece of a row; nothing if it is empty."""
        self._needle = needle.casefold()
        self.refresh()

    def fold_in_sight(self) -> int | None:
        """Return what names the first fold in sight."""
        top = self.scroll_offset.y
        rows = self._sheet.rows[top : top + self.size.height]
        return next((fold_start(row) for row in rows if row.folded), None)

    def _is_in_sight(self, row: int) -> bool:
        top, height = self.scroll_offset.y, self.size.height
        return top <= row < top + max(1, height - 1)

    def action_move(self, step: int) -> None:
        """Scroll by some rows."""
        self._at_change = False
        self.scroll_to(y=self.scroll_offset.y + step, animate=False, immediate=True)

    def action_move_page(self, step: int) -> None:
        """Scroll by a screenful, two rows of it kept in sight."""
        self.action_move(step * max(1, self.size.height - 2))

    def action_move_to(self, end: int) -> None:
        """Scroll to the beginning (0) or the end (1)."""
        self._at_change = False
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
        rows = self._sheet.rows
        if index < len(rows):
            segments = self._row_segments(rows[index], first=index == self._first_row)
        else:
            note = self._note.splitlines() if not rows else []
            text = note[y - 1] if 1 <= y <= len(note) else ""
            if not text:
                return Strip.blank(width, base)
            segments = [Segment(f"  {text}", self._style("note"))]
        # Over a slow line, every change of style counts.
        return Strip(Segment.simplify(segments)).adjust_cell_length(width, base)

    def _row_segments(self, row: Row, *, first: bool) -> list[Segment]:
        if row.folded:
            text = f"⋯ {row.a[0].text}: o opens them, z all"
            return [Segment(text, self._style("note"))]
        if self._sheet.view is not View.SPLIT:
            struck = "struck" if self._sheet.view is View.INLINE else "deleted"
            whole = self._sheet.view is View.UNIFIED and not any(p.kind is Kind.EQUAL for p in row.a)
            return [self._sign(row.sign, row.change, first), *self._pieces(row.a, struck, whole)]
        side = text_width(View.SPLIT, self.layout_width)
        left, right = self._side(row.a, Kind.DELETED, first), self._side(row.b, Kind.INSERTED, first)
        cells = sum(cell_len(segment.text) for segment in left)
        return [
            *left,
            Segment(" " * (side + _GUTTER - cells), self._style("equal")),
            Segment("│", self._style("line")),
            *right,
        ]

    def _side(self, pieces: Sequence[Piece], kind: Kind, first: bool) -> list[Segment]:
        change = next((piece.change for piece in pieces if piece.kind is kind), -1)
        only = change >= 0 and all(piece.kind is kind for piece in pieces)
        sign = ("-" if kind is Kind.DELETED else "+") if only else "~"
        return [
            self._sign(sign if change >= 0 else " ", change, first and change >= 0),
            *self._pieces(pieces, "deleted", only),
        ]

    def _sign(self, sign: str, change: int, first: bool) -> Segment:
        """Paint a sign; the current change's first row has an arrow beside it, a marked change a star."""
        marked = change in self._marked
        beside = ("»" if marked else "›") if first else "*" if marked else " "
        return Segment(f"{sign}{beside}", self._style("equal" if sign == beside == " " else "sign"))

    def _pieces(self, pieces: Sequence[Piece], deleted: str, whole: bool = False) -> list[Segment]:
        """Paint pieces; a row that is changed from end to end needs no underline to say so."""
        names = {Kind.EQUAL: "equal", Kind.DELETED: deleted, Kind.INSERTED: "inserted", Kind.UNREACHED: "unreached"}
        found: list[Segment] = []
        for piece in pieces:
            name = f"{piece.kind.value}-row" if whole and piece.change >= 0 else names[piece.kind]
            style = self._piece_style(piece, name)
            found += self._highlighted(piece.text, style) if self._needle else [Segment(piece.text, style)]
        return found

    def _highlighted(self, text: str, style: Style) -> Iterator[Segment]:
        folded, at = text.casefold(), 0
        # Where folding changes the length, places no longer match: then nothing is marked.
        found = folded.find(self._needle) if len(folded) == len(text) else -1
        while found >= 0:
            end = found + len(self._needle)
            yield Segment(text[at:found], style)
            yield Segment(text[found:end], self._style("found"))
            at, found = end, folded.find(self._needle, end)
        yield Segment(text[at:], style)

    def _piece_style(self, piece: Piece, name: str) -> Style:
        current = piece.change >= 0 and piece.change == self._change and not name.endswith("-row")
        return self._style(f"{name}-now" if current else name)

    def _style(self, name: str) -> Style:
        """Return a part's style over the widget's own; worked out once, until the theme changes."""
        found = self._styles.get(name)
        if found is None:
            found = self._styles[name] = self.rich_style + self.get_component_rich_style(f"diff--{name}")
        return found

    def notify_style_update(self) -> None:
        """Forget the styles when the widget is styled anew."""
        self._styles.clear()
        super().notify_style_update()
