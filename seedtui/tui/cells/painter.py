"""From Textual's updates to what is written: the difference to what the terminal shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console, RenderableType
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from seedtui.tui.cells.frame import Frame, Placed
from seedtui.tui.cells.looks import Looks
from seedtui.tui.cells.scrolling import scroll_between
from seedtui.tui.cells.unmodelled import UnmodelledError
from seedtui.tui.cells.writer import Writer


class Painter:
    """Knows what the terminal shows.

    Args:
        scrolls: Whether the terminal may be told to move rows.
    """

    def __init__(self, *, scrolls: bool = False) -> None:
        self._scrolls = scrolls
        self._frame: Frame | None = None

    def forget(self) -> None:
        """Take it that the terminal may show anything."""
        self._frame = None

    def changes(self, renderable: RenderableType, give_up: Callable[[], object]) -> RenderableType:
        """Return what writes the changes that an update brings; anything else as it is.

        Args:
            renderable: What Textual would write.
            give_up: Called if this fails.
        """
        # Exactly these: another kind may mean something else.
        if type(renderable) in (LayoutUpdate, ChopsUpdate):
            return cast("RenderableType", Changes(self, cast("CompositorUpdate", renderable), give_up))
        self.forget()
        return renderable

    def paint(self, update: CompositorUpdate, console: Console) -> str:
        """Return what to write for an update.

        Args:
            update: Textual's update: the whole screen, or parts of it.
            console: The console, for its colours.

        Raises:
            UnmodelledError: If the update is for Textual to write. Nothing is known of the terminal then.
        """
        try:
            return self._paint(update, console)
        except BaseException:
            self.forget()
            raise

    def _paint(self, update: CompositorUpdate, console: Console) -> str:
        if isinstance(update, LayoutUpdate):
            width, height, rows = update.region.right, update.region.bottom, _rows_of_layout(update)
        elif isinstance(update, ChopsUpdate):
            width, height, rows = update.chop_ends[0][-1], len(update.chops), _rows_of_chops(update)
        else:
            raise UnmodelledError("an update of another kind")
        frame = self._frame_for(width, height, _colours(console))
        changed = frame.changed(rows)
        if not changed:
            return ""
        writer = Writer(frame.looks, frame.clusters, width)
        shown = frame.rows
        scroll = scroll_between(shown, changed) if self._scrolls else None
        wanted = list(shown)
        for y, row in changed.items():
            wanted[y] = row
        if scroll is not None:
            writer.raw(scroll.sequence)
            shown = scroll.applied(shown, frame.unknown)
        for y in range(height):
            if shown[y] is not wanted[y] and shown[y] != wanted[y]:
                writer.row(y, shown[y], wanted[y], frame.starts(y))
        frame.rows = wanted
        return writer.finish()

    def _frame_for(self, width: int, height: int, system: ColorSystem) -> Frame:
        frame = self._frame
        if frame is None or (frame.width, frame.height, frame.looks.system) != (width, height, system):
            frame = self._frame = Frame(width, height, Looks(system))
        return frame


class Changes(CompositorUpdate):
    """An update of which only the changes are written. They are found when they are to be written."""

    def __init__(self, painter: Painter, update: CompositorUpdate, give_up: Callable[[], object]) -> None:
        self._painter = painter
        self._update = update
        self._give_up = give_up
        self._written: str | None = None

    def render_segments(self, console: Console) -> str:
        """Return what is to be written. From here on, that is what the terminal shows."""
        if self._written is None:
            self._written = self._found(console)
        return self._written

    def _found(self, console: Console) -> str:
        try:
            return self._painter.paint(self._update, console)
        except UnmodelledError:
            pass
        except Exception:
            self._give_up()
        return self._update.render_segments(console)


def _colours(console: Console) -> ColorSystem:
    # Without any, Textual takes all, and makes them grey itself.
    name = console.color_system
    return COLOR_SYSTEMS[name] if name else ColorSystem.TRUECOLOR


def _rows_of_layout(update: LayoutUpdate) -> Mapping[int, Placed]:
    rows = {}
    for y, strips in enumerate(update.strips, update.region.y):
        x = update.region.x
        placed = []
        for strip in strips:
            placed.append((x, strip))
            x += strip.cell_length
        rows[y] = placed
    return rows


def _rows_of_chops(update: ChopsUpdate) -> Mapping[int, Placed]:
    """Return what Textual would write: strips from their beginning on, cut at the end of what changed."""
    rows: dict[int, list[tuple[int, Strip]]] = {}
    for y, first, last in update.spans:
        placed = rows.setdefault(y, [])
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x > last or end <= first:
                continue
            inside = last > x >= first and end <= last
            placed.append((x, strip if inside else strip.crop(0, min(end, last) - x)))
    return rows
