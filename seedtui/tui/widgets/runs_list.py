"""The list of runs, newest first. Only the rows in sight are painted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from seedtui.core.run import Status
from seedtui.core.summary import Summary
from seedtui.tui.commands import Scope, bindings
from seedtui.tui.widgets.parts import LateParts
from seedtui.tui.widgets.run_row import header, lines_per_run, run_lines

_AHEAD = 50


class RunsList(ScrollView, LateParts, can_focus=True):
    """Runs with a cursor, and A and B marked where they stand."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "move_page(-1)", "Page up", show=False),
        Binding("pagedown", "move_page(1)", "Page down", show=False),
        Binding("home,g", "move_to(0)", "Newest", show=False),
        Binding("end,G", "move_to(-1)", "Oldest", show=False),
        *bindings(Scope.LISTS, Scope.RUNS),
    ]

    DEFAULT_CSS = """
    RunsList { background: $background; scrollbar-size-vertical: 1; overflow-x: hidden; }
    RunsList > .runs--first { color: $foreground; }
    RunsList > .runs--rest { color: $text-muted; }
    RunsList > .runs--bad { color: $text-error; }
    RunsList > .runs--live { color: $text-primary; }
    RunsList > .runs--mark { color: $accent; text-style: bold; }
    RunsList > .runs--head { color: $text-disabled; }
    RunsList > .runs--cursor { background: $panel; }
    RunsList:focus > .runs--cursor { background: $row-cursor; }
    """

    class NeedMore(Message):
        """The cursor or the view is near the oldest row, and there are older ones."""

        def __init__(self, before: int) -> None:
            super().__init__()
            self.before = before

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[Summary] = []
        self._cursor = 0
        self._more = False
        self._asked_before: int | None = None
        self._marks: dict[int, str] = {}
        self._pins: frozenset[int] = frozenset()
        self._empty = ""

    @property
    def rows(self) -> Sequence[Summary]:
        """The runs loaded so far, newest first."""
        return self._rows

    @property
    def selected(self) -> Summary | None:
        """The run under the cursor."""
        return self._rows[self._cursor] if self._cursor < len(self._rows) else None

    def show(self, rows: Sequence[Summary], *, more: bool, empty: str = "") -> None:
        """Replace the rows; the cursor stays on its run if that is still there.

        Args:
            rows: Newest first.
            more: Whether there are older ones to ask for.
            empty: What to say if there are none.
        """
        kept = self.selected.id if self.selected else None
        self._rows, self._more, self._asked_before, self._empty = list(rows), more, None, empty
        at = next((index for index, row in enumerate(rows) if row.id == kept), 0)
        self._cursor = min(at, max(0, len(rows) - 1))
        self._resized()

    def extend(self, rows: Sequence[Summary], *, more: bool) -> None:
        """Add older rows at the end."""
        self._rows.extend(rows)
        self._more, self._asked_before = more, None
        self._resized()

    def put(self, summary: Summary, *, move: bool = False) -> None:
        """Replace a run's row, or add it at the top if it is new.

        Args:
            summary: The run.
            move: Put the cursor on it.
        """
        at = next((index for index, row in enumerate(self._rows) if row.id == summary.id), None)
        if at is not None:
            # While text comes in, most of the time nothing changes that is shown here.
            if self._rows[at] != summary:
                self._rows[at] = summary
                self.refresh()
        else:
            at = next((index for index, row in enumerate(self._rows) if row.id < summary.id), len(self._rows))
            self._rows.insert(at, summary)
            if at <= self._cursor and len(self._rows) > 1 and not move:
                self._cursor += 1
            self._resized()
        if move:
            self.go_to(at)

    def put_all(self, summaries: Sequence[Summary]) -> None:
        """Replace the rows of many runs, or add them where they belong; the cursor stays on its run."""
        known = {row.id: at for at, row in enumerate(self._rows)}
        new = []
        for summary in summaries:
            at = known.get(summary.id)
            if at is None:
                new.append(summary)
            elif self._rows[at] != summary:
                self._rows[at] = summary
                self.refresh()
        if new:
            kept, top = self.selected, self.scroll_offset.y
            self._rows = sorted([*self._rows, *new], key=lambda row: -row.id)
            if kept is not None:
                self._cursor = next(at for at, row in enumerate(self._rows) if row.id == kept.id)
            self._resized()
            if top:
                # What is read further down stays where it is.
                self.scroll_to(y=top + len(new) * self._lines, animate=False, force=True)

    def drop(self, run_id: int) -> None:
        """Take a run's row away."""
        self._rows = [row for row in self._rows if row.id != run_id]
        self._cursor = min(self._cursor, max(0, len(self._rows) - 1))
        self._resized()

    def mark(self, marks: dict[int, str]) -> None:
        """Set which runs are A and B: run id to `A`, `B` or `AB`."""
        if marks != self._marks:
            self._marks = marks
            self.refresh()

    def pin(self, run_ids: frozenset[int]) -> None:
        """Set which runs are baselines."""
        if run_ids != self._pins:
            self._pins = run_ids
            self.refresh()

    def go_to(self, index: int) -> None:
        """Move the cursor to a row, and the row into sight."""
        if not self._rows:
            return
        self._cursor = max(0, min(index, len(self._rows) - 1))
        height = self._lines
        self.scroll_to_region(
            Region(0, self._cursor * height, self.size.width, height + 1), animate=False, force=True, x_axis=False
        )
        self.refresh()
        if self._more and self._cursor > len(self._rows) - _AHEAD:
            self._ask()

    def action_move(self, step: int) -> None:
        """Move the cursor by some rows."""
        self.go_to(self._cursor + step)

    def action_move_page(self, step: int) -> None:
        """Move the cursor by a screenful."""
        self.go_to(self._cursor + step * max(1, (self.size.height - 1) // self._lines))

    def action_move_to(self, index: int) -> None:
        """Move the cursor to a row; -1 is the last."""
        self.go_to(index if index >= 0 else len(self._rows) - 1)

    def on_resize(self) -> None:
        """Keep the cursor in sight when the number of lines changes."""
        self._resized()

    def on_click(self, event: object) -> None:
        """Move the cursor to the row under the mouse."""
        y = getattr(event, "y", 0)
        if y > 0:
            self.go_to((y - 1 + self.scroll_offset.y) // self._lines)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for older rows when the view comes near the end."""
        super().watch_scroll_y(old_value, new_value)
        last = (int(new_value) + self.size.height) // self._lines
        if self._more and last > len(self._rows) - _AHEAD:
            self._ask()

    @property
    def _lines(self) -> int:
        return lines_per_run(self.size.width)

    def _ask(self) -> None:
        before = self._rows[-1].id if self._rows else None
        if before is not None and self._asked_before != before:
            self._asked_before = before
            self.post_message(self.NeedMore(before))

    def _resized(self) -> None:
        size = Size(self.size.width, 1 + len(self._rows) * self._lines)
        if self.show_vertical_scrollbar and size.width == self.virtual_size.width and size.height > self.size.height:
            # Nothing moves but the scrollbar's handle: the screen need not be laid out for that.
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)
        else:
            self.virtual_size = size
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Paint one line of the widget: the column names first, then the rows in sight."""
        # What is behind the scroll bar cannot be read.
        width = self.scrollable_content_region.width
        base = self.rich_style
        if y == 0:
            return self._strip([Segment(header(width), base + self._part("head"))], width)
        index, line = divmod(y - 1 + self.scroll_offset.y, self._lines)
        if index >= len(self._rows):
            text = self._empty if not self._rows and y == 1 else ""
            if not text:
                return Strip.blank(width, base)
            return self._strip([Segment(f"   {text}", base + self._part("rest"))], width)
        return self._strip(self._row_segments(index, line, width, base), width)

    def _row_segments(self, index: int, line: int, width: int, base: Style) -> list[Segment]:
        summary = self._rows[index]
        mark = self._marks.get(summary.id, "")
        now = datetime.now().astimezone()
        text = run_lines(summary, mark, width, now, pinned=summary.id in self._pins)[line]
        style = base + self._part(self._look(summary) if line == 0 else "rest")
        if index == self._cursor:
            # Only the background: the text keeps its own colour.
            style += Style(bgcolor=self._part("cursor").bgcolor)
            if line == 0:
                text = text[:2] + "›" + text[3:]
        if line:
            return [Segment(text, style)]
        return [Segment(text[:3], style + Style(color=self._part("mark").color, bold=True)), Segment(text[3:], style)]

    def _look(self, summary: Summary) -> str:
        if summary.status is Status.STREAMING:
            return "live"
        return "first" if summary.status is Status.COMPLETE else "bad"

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(f"runs--{name}")

    def _strip(self, segments: list[Segment], width: int) -> Strip:
        return Strip(segments).adjust_cell_length(width, self.rich_style)
