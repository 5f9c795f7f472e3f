"""Agreement as text, for people. Every character of it can be shown on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from seedtui.core.agreement.sentences import overall_sentence
from seedtui.exchange.agreement.parts import more_sentence, series_sentence, timeline_lines, wrapped
from seedtui.exchange.agreement.report import AgreementReport
from seedtui.exchange.agreement.single import one_lines
from seedtui.exchange.agreement.tables import DIGITS, Column, agreement_columns, common_facts, cut, table_lines


def agreement_text(report: AgreementReport, width: int) -> str:
    """Write a report in lines that are no wider than the width."""
    lines = _many_lines if report.single is None else one_lines
    return "\n".join(lines(report, width)) + "\n"


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
