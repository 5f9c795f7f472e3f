"""Agreement as Markdown, for a paper or an issue: the sentence, a table, and what its columns mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seedtui.core.agreement.intervals import RESAMPLES
from seedtui.core.agreement.sentences import fingerprint_sentence, overall_sentence, sentence
from seedtui.exchange.agreement.parts import more_sentence, series_sentence
from seedtui.exchange.agreement.report import AgreementReport
from seedtui.exchange.agreement.tables import Column, agreement_columns, common_facts
from seedtui.exchange.markdown import escaped

DEFINITIONS: Final = (
    "N: completions that came to their end; others are left out.",
    "Versions: different texts among them. Commonest: the share of the commonest text.",
    "Pairs: the share of the N(N−1)/2 pairs of completions of one request that are identical, character by character;"
    f" its 95 % interval is the percentile bootstrap over completions ({RESAMPLES:,} samples, fixed seed,"
    " tails widened for small N), and where all"
    " pairs or none are identical, Wilson's score interval over ⌊N/2⌋ disjoint pairs.",
    "Prefix: the words that all N begin with.",
)
_RATES: Final = (
    "TARr@N: the share of requests whose N texts are all identical; TARa@N: the same of their answers"
    " (Atil et al., arXiv 2408.04667); their 95 % intervals are Wilson's score intervals over the requests."
)


def agreement_markdown(report: AgreementReport) -> str:
    """Write a report as a document in Markdown. Nothing that came from outside can act in it."""
    return "\n\n".join(_parts(report)) + "\n"


def _parts(report: AgreementReport) -> Iterator[str]:
    single = report.single
    # Nothing in these is from outside but numbers.
    yield f"**{sentence(single.agreement) if single else overall_sentence(report.overall)}**"
    if report.series is not None:
        yield series_sentence(report.series)
    if common_facts(report.rows):
        yield f"{escaped(common_facts(report.rows))}."
    yield _table(agreement_columns(report.rows, swept=report.series is not None))
    if report.more:
        yield more_sentence(report.more)
    if single is not None:
        said = fingerprint_sentence(single.agreement.by_fingerprint, report.rows[0].asked.model)
        if said:
            yield escaped(said)
    yield " ".join(DEFINITIONS if single else (*DEFINITIONS, _RATES))


def _table(columns: list[Column]) -> str:
    lines = [
        _line([column.heading for column in columns]),
        _line(["---:" if column.right else "---" for column in columns], raw=True),
        *(_line(cells) for cells in zip(*(column.cells for column in columns), strict=True)),
    ]
    return "\n".join(lines)


def _line(cells: list[str] | tuple[str, ...], *, raw: bool = False) -> str:
    return f"| {' | '.join(cell if raw else escaped(cell) for cell in cells)} |"
