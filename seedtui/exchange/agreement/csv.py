"""Agreement as CSV (RFC 4180): a line for each request. No text in it can act as a spreadsheet's formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from seedtui.core.agreement import Interval
from seedtui.core.request import Unset, canonical_json
from seedtui.core.text import displayable
from seedtui.exchange.agreement.report import AgreementReport, Row
from seedtui.exchange.agreement.titles import titles

COLUMNS: Final = (
    *("digest", "round", "n", "unique"),
    *("modal_count", "modal_share", "modal_share_low", "modal_share_high"),
    *("pairs", "identical_pairs", "pairwise", "pairwise_low", "pairwise_high", "pairwise_method"),
    *("stable_characters", "stable_words", "stable_sentences", "half_characters", "half_words", "half_sentences"),
    *("agrees", "answers", "unanswered", "left_out", "endpoints", "model", "seed", "temperature", "title"),
)
"""The columns of every table; those of swept fields follow, each named `swept_` and the field."""

_FORMULA: Final = tuple("=+-@＝＋－＠")


def agreement_csv(report: AgreementReport) -> str:
    """Write the rows of a report; every character can be shown but for the lines' ends, CR and LF."""
    swept = list(dict.fromkeys(name for row in report.rows for name, _ in row.asked.labels))
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *(displayable(f"swept_{name}") for name in swept)])
    named = titles([row.asked.request for row in report.rows])
    for row, title in zip(report.rows, named, strict=True):
        labels = dict(row.asked.labels)
        writer.writerow([*_cells(row), cell(title), *(_sent(labels[name]) if name in labels else "" for name in swept)])
    return table.getvalue()


def _cells(row: Row) -> Iterator[Any]:
    request = row.asked.request
    yield from (row.digest, row.round or "", row.n, row.unique)
    yield from (row.modal.part, _number(row.modal.value), *_ends(row.modal_interval))
    yield from (row.pairs.whole, row.pairs.part, _number(row.pairs.value), *_ends(row.interval))
    yield row.interval.method if row.interval else ""
    yield from (*row.stable, *row.half)
    yield "" if row.n < 2 else str(row.agrees).lower()
    yield from ("", "") if row.answers is None else (row.answers, row.unanswered)
    yield sum(row.left_out.values())
    yield from (cell(", ".join(row.asked.endpoints)), cell(row.asked.model))
    for name in ("seed", "temperature"):
        yield "" if request is None else _sent(request.get(name))


def _ends(interval: Interval | None) -> tuple[str, str]:
    return ("", "") if interval is None else (_number(interval.low), _number(interval.high))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _sent(value: Any) -> str:
    """Write a value as it was sent; nothing if it was not. A number is none of a spreadsheet's formulas."""
    if isinstance(value, Unset):
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return canonical_json(value)
    return cell(value if isinstance(value, str) else canonical_json(value))


def cell(text: str) -> str:
    """Write a text from outside so that it is shown as it is, with an apostrophe before what could be a formula."""
    shown = displayable(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
