"""A compositor that asks widgets only for the lines that are to be painted.

For an update of two lines in different corners, Textual's own has every widget between them give all of its lines,
and cuts them all. This one goes from front to back as well, and looks behind a widget only where it leaves something.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, Final, Self, cast

from rich.console import Console
from rich.segment import Segment
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

# Of two rows of `a`, with `b` before them in the first: from where a strip begins to where the change ends.
_PAINTED: Final = "\x1b[1;1Haa\x1b[1;3Hb\n\x1b[2;1Haaaaaa"

Span = tuple[int, int, int]
"""A row, and from which to before which column."""


class SparseCompositor(Compositor):
    """Textual's compositor, but for its partial updates."""

    gave_up = False

    @classmethod
    def of(cls, other: Compositor) -> Self:
        """Return one that takes another's place."""
        made = cls()
        vars(made).update(vars(other))
        return made

    def render_partial_update(self) -> ChopsUpdate | None:
        """Return an update of what is dirty; None if nothing is."""
        regions = self._dirty_regions.copy()
        if self.gave_up or not regions:
            return super().render_partial_update()
        # Whatever is to be painted anew by the painting itself, is so in the next update.
        self._dirty_regions.clear()
        try:
            spans = list(self._regions_to_spans(regions))
            chops = _Chops(self.cuts, spans)
            for widget, (region, clip) in self.visible_widgets.items():
                if chops.are_filled:
                    break
                chops.fill(widget, region, region.intersection(clip))
        except Exception:
            # If a widget is at fault, it is for Textual to say so.
            self.gave_up = True
            self._dirty_regions |= regions
            return super().render_partial_update()
        return ChopsUpdate(chops.strips, spans, [cuts[1:] for cuts in self.cuts])


class _Chops:
    """The screen's rows, cut at the edges of all that stands in them, and which of those parts are still wanted.

    Args:
        cuts: Where each row is cut.
        spans: What is to be painted.
    """

    def __init__(self, cuts: Sequence[list[int]], spans: Sequence[Span]) -> None:
        self._cuts = cuts
        self.strips: list[dict[int, Strip | None]] = [{} for _ in cuts]
        self._wanted: dict[int, set[int]] = {}
        for y, first, last in spans:
            if not self.strips[y]:
                self.strips[y] = dict.fromkeys(cuts[y][:-1])
            wanted = self._wanted.setdefault(y, set())
            wanted.update(x for x, end in zip(cuts[y], cuts[y][1:], strict=False) if x < last and end > first)

    @property
    def are_filled(self) -> bool:
        """Whether nothing is wanted any more."""
        return not self._wanted

    def fill(self, widget: Widget, region: Region, seen: Region) -> None:
        """Put a widget's lines where something is wanted still.

        Args:
            widget: The widget.
            region: Where it is.
            seen: What of that can be seen.
        """
        rows = list(self._rows_in(seen))
        if not rows:
            return
        top = rows[0]
        lines = widget.render_lines(Region(seen.x - region.x, top - region.y, seen.width, rows[-1] + 1 - top))
        for y in rows:
            self._put(y, seen, lines[y - top])

    def _rows_in(self, seen: Region) -> Iterator[int]:
        left, right = seen.column_span
        for y in self._wanted:
            if seen.y <= y < seen.bottom and any(left <= x < right for x in self._wanted[y]):
                yield y

    def _put(self, y: int, seen: Region, line: Strip) -> None:
        left, right = seen.column_span
        row, wanted = self.strips[y], self._wanted[y]
        cuts = [cut for cut in self._cuts[y] if left <= cut <= right]
        if len(cuts) == 2 and line.cell_length == seen.width:
            # A strip that is divided into itself remembers itself: only a garbage collection takes it away.
            parts: Sequence[Strip] = (line,)
        else:
            # All of its parts: it remembers how it was divided.
            parts = line.divide([cut - left for cut in cuts[1:]])
        for x, part in zip(cuts, parts, strict=False):
            if row[x] is None:
                row[x] = part
                wanted.discard(x)
        if not wanted:
            del self._wanted[y]


class _Letters:
    """As much of a widget as a compositor needs."""

    def __init__(self, letter: str) -> None:
        self._letter = letter

    def render_lines(self, crop: Region) -> list[Strip]:
        return [Strip([Segment(self._letter * crop.width)]) for _ in crop.line_range]


def is_known() -> bool:
    """Return whether Textual's compositor is what it was when this one was written: both are given a sample."""
    screen = Region(0, 0, 6, 2)
    widgets = {_Letters("b"): (Region(2, 0, 2, 1), screen), _Letters("a"): (screen, screen)}
    dirty = {Region(1, 0, 2, 1), Region(5, 1, 1, 1)}
    painted = []
    for kind in (Compositor, SparseCompositor):
        compositor = kind()
        compositor.size = Size(6, 2)
        compositor._visible_widgets = cast("Any", widgets)
        compositor._dirty_regions = set(dirty)
        update = compositor.render_partial_update()
        console = Console(file=io.StringIO(), force_terminal=True)
        painted.append(update.render_segments(console) if update else "")
    return painted == [_PAINTED, _PAINTED]
