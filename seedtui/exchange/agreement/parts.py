"""What texts of agreement have in common, be they of one request or of many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from rich.cells import cell_len

from seedtui.core.agreement.sentences import fingerprint_name, percent
from seedtui.core.agreement.timeline import Timeline
from seedtui.core.agreement.timeline_phrases import timeline_sentence
from seedtui.core.layout.cells import broken
from seedtui.core.phrases import plural
from seedtui.core.text import one_line
from seedtui.exchange.agreement.report import SeriesFacts
from seedtui.exchange.agreement.tables import Column, cut, table_lines

# Not a space at which a line may break.
_TIED = "\u00a0%"
_ERAS = 8
_TIMELINES = 5


def series_sentence(series: SeriesFacts) -> str:
    """Say how far a series has come, and how it goes on if it is not at its end."""
    settings = f", {plural(series.settings, 'setting')}" if series.settings > 1 else ""
    said = f"Series {series.id}{settings}: {series.answered} of {plural(series.planned, 'run')} answered."
    if series.answered < series.planned:
        said += f" The rest is sent by: seedtui run --resume {series.id}"
    return said


def more_sentence(more: int) -> str:
    """Say how many requests are not in a table."""
    return f"{plural(more, 'request')} more, at least as stable; --limit N shows more."


def wrapped(text: str, width: int) -> list[str]:
    """Break a displayable sentence into lines; a number stays with its per cent sign."""
    return [line.replace(_TIED, " %") for line in broken(text.replace(" %", _TIED), width, cell_len)]


def timeline_lines(timelines: tuple[Timeline, ...], width: int) -> Iterator[str]:
    """Yield the fingerprints over time, of endpoints and models where there were any."""
    told = [line for line in timelines if line.eras]
    for line in told[:_TIMELINES]:
        place = " · ".join(part for part in (one_line(line.endpoint, 40), one_line(line.model, 60)) if part)
        yield ""
        yield from wrapped(f"{place or 'Over time'}: {timeline_sentence(line, UTC)}", width)
        yield from table_lines(_era_columns(line), width)
        if len(line.eras) > _ERAS:
            yield f"{len(line.eras) - _ERAS} earlier ones are not listed; --format json lists all."
    if len(told) > _TIMELINES:
        yield ""
        yield f"{len(told) - _TIMELINES} more endpoints and models; --format json lists all."


def _era_columns(line: Timeline) -> list[Column]:
    eras = line.eras[-_ERAS:]
    changes = [*([""] if len(eras) == len(line.eras) else []), *(percent(share) for share in line.changes)][
        -len(eras) :
    ]
    return [
        Column("fingerprint", tuple(cut(fingerprint_name(era.fingerprints), 40) for era in eras)),
        Column("worth", tuple(era.worth(line.model).value for era in eras), rank=2),
        Column("runs", tuple(str(era.runs) for era in eras), right=True),
        Column("from", tuple(f"#{era.first_run}" for era in eras), right=True),
        Column("first seen (UTC)", tuple(f"{era.first_seen:%Y-%m-%d %H:%M}" for era in eras), rank=1),
        Column("last seen (UTC)", tuple(f"{era.last_seen:%Y-%m-%d %H:%M}" for era in eras), rank=3),
        Column("pairs within", tuple(percent(era.within) for era in eras), right=True),
        Column("to the one before", tuple(changes), right=True),
    ]
