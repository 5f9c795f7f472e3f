"""Agreement as text, for people. Every character of it can be shown on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from rich.cells import cell_len

from seedtui.core.agreement.sentences import fingerprint_name, overall_sentence, percent
from seedtui.core.agreement.timeline import Timeline
from seedtui.core.agreement.timeline_phrases import timeline_sentence
from seedtui.core.layout.cells import broken
from seedtui.core.phrases import plural
from seedtui.core.text import one_line
from seedtui.exchange.agreement import AgreementReport, SeriesFacts
from seedtui.exchange.agreement_tables import DIGITS, Column, agreement_columns, common_facts, cut, table_lines

# Not a space at which a line may break.
_TIED = "\u00a0%"
_ERAS = 8
_TIMELINES = 5


def agreement_text(report: AgreementReport, width: int) -> str:
    """Write a report in lines that are no wider than the width."""
    if report.single is not None:
        from seedtui.exchange.agreement_one import one_lines

        lines = list(one_lines(report, width))
    else:
        lines = list(_many_lines(report, width))
    return "\n".join(lines) + "\n"


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


def _many_lines(report: AgreementReport, width: int) -> Iterator[str]:
    yield from wrapped(overall_sentence(report.overall), width)
    if report.series is not None:
        yield from wrapped(series_sentence(report.series), width)
    if common_facts(report.rows):
        yield cut(common_facts(report.rows), width)
    yield ""
    columns = agreement_columns(report.rows, swept=report.series is not None)
    signs = Column(" ", tuple("–" if row.n < 2 else "=" if row.agrees else "≠" for row in report.rows))
    yield from table_lines([signs, *columns], width)
    if report.more:
        yield ""
        yield from wrapped(more_sentence(report.more), width)
    yield ""
    legend = (
        "pairs: share of the pairs of completions of one request that are identical (95 %: bootstrap over completions;"
        " Wilson over disjoint pairs where all or none are). commonest: share of the commonest text. prefix: words"
        " that all begin with. TARr: Wilson over requests."
    )
    yield from wrapped(legend, width)
    if report.series is None:
        yield f"seedtui agree digest:{report.rows[0].digest[:DIGITS]} tells more of the first one."
    yield from timeline_lines(report.timelines, width)


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
