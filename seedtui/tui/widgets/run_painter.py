"""Paints runs as lines of the terminal, and keeps what it painted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from seedtui.core.query import Query
from seedtui.core.status import Status
from seedtui.core.summary import Summary
from seedtui.tui.widgets.matches import Matches, Piece
from seedtui.tui.widgets.run_row import ID, id_cells, run_lines

# More than two screenfuls of runs, each with and without the cursor.
_KEPT: Final = 400
_CLOCK_SECONDS: Final = 1.0


class Look(NamedTuple):
    """What a run's lines depend on, besides the run."""

    mark: str
    pinned: bool
    cursor: bool


class RunPainter:
    """Lines of runs, all of one width and one set of styles, until told otherwise."""

    def __init__(self, part: Callable[[str], Style]) -> None:
        """Make a painter.

        Args:
            part: Gives the style of a part: `base`, `first`, `rest`, `bad`, `live`, `mark`, `match`, `cursor`.
        """
        self._part = part
        self._shape = (0, 0)
        self._matches = Matches(Query())
        self._kept: dict[tuple[int, Look], tuple[Summary, list[Strip]]] = {}
        self._styles: dict[tuple[str, bool], Style] = {}
        self._now = datetime.now().astimezone()
        self._looked = monotonic()
        self.ids = ID

    def forget(self) -> None:
        """Forget all lines and styles: the styles have changed."""
        self._kept.clear()
        self._styles.clear()

    def look_for(self, query: Query) -> None:
        """Set what is to be shown as found."""
        self._matches = Matches(query)
        self._kept.clear()

    def make_room(self, newest: int) -> bool:
        """Widen the ids' column if an id needs it; return whether it was."""
        if id_cells(newest) <= self.ids:
            return False
        self.ids = id_cells(newest)
        self._kept.clear()
        return True

    def lines(self, summary: Summary, width: int, look: Look, count: int) -> list[Strip]:
        """Return a run's lines.

        Args:
            summary: The run.
            width: How many cells each has.
            look: What else they depend on.
            count: How many there are, two or three.
        """
        self._look_at_the_clock()
        if (width, count) != self._shape:
            self._shape = (width, count)
            self._kept.clear()
        key = (summary.id, look)
        kept = self._kept.get(key)
        if kept is not None and kept[0] is summary:
            return kept[1]
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        strips = self._paint(summary, look)
        self._kept[key] = (summary, strips)
        return strips

    def style(self, part: str, *, cursor: bool = False) -> Style:
        """Return a part's style on the list's own ground, or on the cursor's."""
        style = self._styles.get((part, cursor))
        if style is None:
            style = self._part("base") if part == "base" else self._part("base") + self._part(part)
            if part in ("mark", "match"):
                style = self._part("base") + Style.combine([Style(bold=True, color=self._part(part).color)])
                style += Style(underline=part == "match")
            if cursor:
                # Only the background: the text keeps its own colour.
                style += Style(bgcolor=self._part("cursor").bgcolor)
            self._styles[part, cursor] = style
        return style

    def _look_at_the_clock(self) -> None:
        if monotonic() - self._looked < _CLOCK_SECONDS:
            return
        self._looked, before = monotonic(), self._now
        self._now = datetime.now().astimezone()
        if self._now.date() != before.date():
            self._kept.clear()

    def _paint(self, summary: Summary, look: Look) -> list[Strip]:
        width, count = self._shape
        lines = run_lines(
            *(summary, look.mark, width, self._now),
            count=count,
            pinned=look.pinned,
            ids=self.ids,
            matches=self._matches,
        )
        strips = []
        for number, pieces in enumerate(lines):
            # Between two sizes a list may have no cell at all.
            first, *rest = pieces or [Piece("")]
            part = "rest" if number else _part_of(summary)
            text = _with_cursor(first.text) if look.cursor and not number else first.text
            segments = [Segment(text, self.style("rest" if number else "mark", cursor=look.cursor))]
            segments += [self._segment(piece, part, look.cursor) for piece in _joined(rest)]
            strips.append(Strip(segments, width))
        return strips

    def _segment(self, piece: Piece, part: str, cursor: bool) -> Segment:
        return Segment(piece.text, self.style("match" if piece.found else part, cursor=cursor))


def _with_cursor(text: str) -> str:
    at = min(2, len(text) - 1)
    return f"{text[:at]}›{text[at + 1 :]}" if text else text


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Join what is painted alike."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].found == piece.found:
            joined[-1] = Piece(joined[-1].text + piece.text, piece.found)
        else:
            joined.append(piece)
    return joined


def _part_of(summary: Summary) -> str:
    if summary.status is Status.STREAMING:
        return "live"
    return "first" if summary.status is Status.COMPLETE else "bad"
