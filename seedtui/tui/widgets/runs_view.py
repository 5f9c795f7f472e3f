"""What is in sight of the runs that are held: painting, scrolling, and the scroll bar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollDown, ScrollUp
from textual.strip import Strip
from textual.widget import Widget

from seedtui.core.summary import Summary
from seedtui.tui.runs_window import LIMIT, MARGIN, RunsWindow
from seedtui.tui.widgets.parts import LateParts
from seedtui.tui.widgets.run_painter import Look, RunPainter
from seedtui.tui.widgets.run_row import WIDE, fit, header, lines_per_run

Anchor = tuple[int, int] | None


class RunsView(ScrollView, LateParts):
    """Runs newest first, with a cursor, of which only the rows in sight are painted."""

    DEFAULT_CSS = """
    RunsView { background: $background; scrollbar-size-vertical: 1; overflow-x: hidden; }
    RunsView > .runs--first { color: $foreground; }
    RunsView > .runs--rest { color: $text-muted; }
    RunsView > .runs--bad { color: $text-error; }
    RunsView > .runs--live { color: $text-primary; }
    RunsView > .runs--mark { color: $accent; text-style: bold; }
    RunsView > .runs--match { color: $accent; text-style: bold; }
    RunsView > .runs--head { color: $text-disabled; }
    RunsView > .runs--cursor { background: $panel; }
    RunsView:focus > .runs--cursor { background: $row-cursor; }
    """

    note: reactive[str] = reactive("", repaint=False)
    """Where one is, how many were found, or what is being read: as much of it as helps."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._window = RunsWindow()
        self._painter = RunPainter(self._style)
        self._marks: dict[int, str] = {}
        self._pins: frozenset[int] = frozenset()
        self._newest, self._oldest = 0, 1
        self._width = 0

    @property
    def rows(self) -> Sequence[Summary]:
        """The runs held, newest first: those in sight, and some around them."""
        return self._window.rows

    @property
    def selected(self) -> Summary | None:
        """The run under the cursor."""
        return self._window.selected

    @property
    def newest(self) -> int:
        """The largest id there has been."""
        return self._newest

    @property
    def below(self) -> Summary | None:
        """The run below the cursor, which is the one before it; None if it is not there."""
        at = self._window.cursor + 1
        return self._window.rows[at] if at < len(self._window) else None

    def __contains__(self, run_id: int) -> bool:
        return run_id in self._window

    def _looked(self) -> None:
        """The view or the cursor has moved."""

    def _beyond(self) -> str:
        """What to say below the last row."""
        return ""

    def mark(self, marks: dict[int, str]) -> None:
        """Set which runs are A and B: run id to `A`, `B` or `AB`."""
        before, self._marks = self._marks, marks
        self._refresh_runs(run_id for run_id in before.keys() | marks.keys() if before.get(run_id) != marks.get(run_id))

    def pin(self, run_ids: frozenset[int]) -> None:
        """Set which runs are baselines."""
        before, self._pins = self._pins, run_ids
        self._refresh_runs(before ^ run_ids)

    # What is in sight.

    @property
    def _lines(self) -> int:
        return lines_per_run(self.size.width)

    def on_resize(self) -> None:
        """Keep the cursor in sight when the number of lines changes."""
        margin = max(MARGIN, 2 * self.size.height // self._lines)
        self._window.resize(max(LIMIT, 4 * margin), margin)
        self._rows_changed(None)
        self._into_sight()
        self._looked()

    def _into_sight(self) -> None:
        height = self.scrollable_content_region.height - 1
        top = self._window.cursor * self._lines
        bottom = top + self._lines
        at = self.scroll_offset.y
        # Of a run that does not fit, the beginning is shown.
        wanted = min(max(at, bottom - height), top)
        if wanted != at:
            self.scroll_to(y=wanted, animate=False, force=True)

    def _anchor(self) -> Anchor:
        """Remember what is at the top of what is in sight; nothing if new runs may push it down."""
        at, within = divmod(self.scroll_offset.y, self._lines)
        rows = self._window.rows
        if at >= len(rows):
            return None
        room = self.size.height - 1 - (self._window.cursor + 2) * self._lines
        if not self.scroll_offset.y and not self._window.newer and room >= 0:
            return None
        return rows[at].id, within

    def _rows_changed(self, anchor: Anchor) -> None:
        """Take note that rows have come or gone; what is in sight stays where it is."""
        size = Size(self.size.width, 1 + len(self._window) * self._lines + self._window.older)
        if self.show_vertical_scrollbar and size.width == self.virtual_size.width and size.height > self.size.height:
            # Nothing moves but the scrollbar's handle: the screen need not be laid out for that.
            self.set_reactive(Widget.virtual_size, size)
        else:
            self.virtual_size = size
        if anchor is not None:
            at = self._window.place(anchor[0])
            y = max(0, min(at * self._lines + anchor[1], size.height - self.size.height))
            self.set_reactive(Widget.scroll_y, float(y))
            self.set_reactive(Widget.scroll_target_y, float(y))
        self._scroll_update(size)
        self.refresh()

    def on_scroll_up(self, event: ScrollUp) -> None:
        """Show the page before, for a click above the scroll bar's handle."""
        self._scroll_page(event, -1)

    def on_scroll_down(self, event: ScrollDown) -> None:
        """Show the next page, for a click below the scroll bar's handle."""
        self._scroll_page(event, 1)

    def _scroll_page(self, event: Message, step: int) -> None:
        # Not in steps over time: rows may come and go meanwhile.
        event.prevent_default()
        event.stop()
        self.scroll_relative(y=step * (self.size.height - 1), animate=False)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Paint what comes into sight, and ask for more when the view comes near an end."""
        self._place_handle()
        if round(old_value) != round(new_value):
            self.refresh(self.size.region)
            self._take_cursor_along()
            self._looked()

    def _take_cursor_along(self) -> None:
        """Keep the cursor among the runs in sight, whatever scrolled them."""
        top = self.scroll_offset.y
        first = -(-top // self._lines)
        last = (top + self.scrollable_content_region.height - 1) // self._lines - 1
        if first <= last:
            self._window.move(max(first, min(self._window.cursor, last)) - self._window.cursor)

    def _scroll_update(self, virtual_size: Size) -> None:
        super()._scroll_update(virtual_size)
        self._place_handle()

    def _arrange_scrollbars(self, region: Region) -> Iterable[tuple[Widget, Region]]:
        # Textual tells the bar of the rows that are held whenever the screen is laid out.
        placed = list(super()._arrange_scrollbars(region))
        self._place_handle()
        return placed

    def _place_handle(self) -> None:
        """Show by the scroll bar where in the whole history one is: of that, little may be held."""
        if not self.show_vertical_scrollbar:
            return
        bar, rows, y = self.vertical_scrollbar, self._window.rows, self.scroll_offset.y
        position = y
        if not self._window.whole and rows:
            at, within = divmod(y, self._lines)
            run_id = rows[min(at, len(rows) - 1)].id
            bar.window_virtual_size = (self._newest - self._oldest + 1) * self._lines + 1
            position = (self._newest - run_id) * self._lines + within
        # The handle moves by eighths of a cell; less would paint the bar anew for nothing.
        eighth = bar.window_virtual_size / (8 * max(1, self.size.height))
        bar.position = position // eighth * eighth if eighth > 1 else position

    def _refresh_runs(self, run_ids: Iterable[int]) -> None:
        for run_id in run_ids:
            at = self._window.index(run_id)
            if at is not None:
                self._refresh_row(at)

    def _refresh_row(self, index: int) -> None:
        """Paint one row anew, if it is in sight."""
        top = 1 + index * self._lines - self.scroll_offset.y
        # The scroll bar beside it stays as it is.
        width = self.scrollable_content_region.width
        region = Region(0, top, width, self._lines)
        seen = region.intersection(Region(0, 1, width, self.size.height - 1))
        if seen:
            self.refresh(seen)

    # Painting.

    def notify_style_update(self) -> None:
        """Paint everything anew in other styles."""
        self._painter.forget()
        super().notify_style_update()

    def _style(self, name: str) -> Style:
        return self.rich_style if name == "base" else self.get_component_rich_style(f"runs--{name}")

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint some lines."""
        # What is behind the scroll bar cannot be read.
        self._width = self.scrollable_content_region.width
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Paint one line of the widget: the column names first, then the rows in sight."""
        width = self._width
        if y == 0:
            return self._plain(fit(header(width, self._painter.ids, self.note if width >= WIDE else ""), width), "head")
        index, line = divmod(y - 1 + self.scroll_offset.y, self._lines)
        rows = self._window.rows
        if index < len(rows):
            run = rows[index]
            look = Look(self._marks.get(run.id, ""), run.id in self._pins, index == self._window.cursor)
            return self._painter.lines(run, width, look, self._lines)[line]
        beyond = self._beyond() if index == len(rows) and line == 0 else ""
        return self._plain(f"   {beyond}" if beyond else "", "rest")

    def _plain(self, text: str, part: str) -> Strip:
        segments = [Segment(text, self._painter.style(part))] if text else []
        return Strip(segments).adjust_cell_length(self._width, self._painter.style("base"))
