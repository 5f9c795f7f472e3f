"""Fingerprints over time: for each endpoint and model a sentence, then a line for each fingerprint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from rich.cells import cell_len

from seedtui.core.agreement.sentences import fingerprint_name, percent
from seedtui.core.agreement.tally import Share
from seedtui.core.agreement.timeline import Era, Timeline
from seedtui.core.agreement.timeline_phrases import minute, time_bar, timeline_sentence
from seedtui.core.layout.cells import broken, cut, pad
from seedtui.core.text import one_line
from seedtui.tui.widgets.rows_view import Part, RowsView

_WIDE = 100
_NAME, _WORTH = 24, 13


@dataclass(frozen=True)
class _Row:
    """A line: a text, or a fingerprint with how far completions agree across the change to the next."""

    text: str = ""
    look: str = "text"
    line: Timeline | None = None
    era: Era | None = None
    across: Share | None = None


class TimelineView(RowsView):
    """The cursor stands on fingerprints only."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._timelines: Sequence[Timeline] = ()
        self._rows: list[_Row] = []
        self._zone: tzinfo | None = None

    @property
    def chosen(self) -> tuple[Timeline, Era] | None:
        """The fingerprint under the cursor, and whose it is."""
        row = self._rows[self.cursor] if self.cursor < len(self._rows) else None
        return None if row is None or row.line is None or row.era is None else (row.line, row.era)

    def show(self, timelines: Sequence[Timeline], zone: tzinfo | None, empty: str = "") -> None:
        """Show timelines; the cursor stays on its fingerprint.

        Args:
            timelines: The one used last first.
            zone: The time zone that times are told in; None for the machine's.
            empty: What to say if there are none.
        """
        self._timelines, self._zone, self.empty = timelines, zone, empty
        self._lay_out()

    def _lay_out(self) -> None:
        kept = _known_by(self.chosen)
        self._rows = [row for line in self._timelines for row in self._rows_of(line)]
        places = (at for at, row in enumerate(self._rows) if row.line and _known_by((row.line, row.era)) == kept)
        self.renewed(next(places, 0))

    def _rows_of(self, line: Timeline) -> list[_Row]:
        width = max(20, self.size.width - 2)
        name = f"{one_line(line.model, 60) or 'no model'} on {one_line(line.endpoint, 40) or 'an endpoint not known'}"
        rows = [_Row()] if self._timelines and line is not self._timelines[0] else []
        rows.append(_Row(name, "strong"))
        rows += [_Row(text) for text in broken(timeline_sentence(line, self._zone), width, cell_len)]
        changes: list[Share | None] = [*line.changes, None]
        rows += [_Row(line=line, era=era, across=across) for era, across in zip(line.eras, changes, strict=False)]
        return rows

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._rows)

    def selectable(self, index: int) -> bool:
        """Whether a line is a fingerprint's."""
        return self._rows[index].era is not None

    def head(self, width: int) -> str:
        """Name the columns."""
        name = f"{pad('fingerprint', _NAME, cell_len)}{pad('worth', _WORTH, cell_len)}"
        if width >= _WIDE:
            return cut(f"{name}{'first seen':<18}{'last seen':<18} runs   within  to next  when", width, cell_len)
        return cut(f"{name}{'from':<7}{'to':<7} runs   within  to next", width, cell_len)

    def line(self, index: int, number: int, width: int) -> Sequence[Part]:
        """Write a line."""
        row = self._rows[index]
        if row.line is None or row.era is None:
            return [(cut(row.text, width, cell_len), row.look)]
        era, wide = row.era, width >= _WIDE
        name = pad(fingerprint_name(era.fingerprints), _NAME - 1, cell_len)
        worth = pad(era.worth(row.line.model).value, _WORTH, cell_len)
        seen = "".join(f"{self._when(moment, wide):<{18 if wide else 7}}" for moment in (era.first_seen, era.last_seen))
        across = "–" if row.across is None else percent(row.across)
        facts = f"{era.runs:>5}{percent(era.within):>9}{across:>9}"
        parts: list[Part] = [(f"{name} ", "text"), (worth, "muted"), (seen, "muted"), (facts, "text")]
        if wide:
            began = min(one.first_seen for one in row.line.eras)
            ended = max(one.last_seen for one in row.line.eras)
            room = min(40, width - sum(cell_len(text) for text, _ in parts) - 2)
            parts.append((f"  {time_bar(era.first_seen, era.last_seen, began, ended, room)}", "strong"))
        return parts

    def _when(self, moment: datetime, wide: bool) -> str:
        if wide:
            return minute(moment, self._zone)
        local = moment.astimezone(self._zone)
        return f"{local.day} {local:%b}"

    def on_resize(self) -> None:
        """Break the sentences for the room there is now."""
        self._lay_out()


def _known_by(one: tuple[Timeline, Era | None] | None) -> tuple[str, str, tuple[str, ...]] | None:
    """Return what a fingerprint is known by, also after runs were added."""
    return None if one is None or one[1] is None else (one[0].endpoint, one[0].model, one[1].fingerprints)
