"""The columns of agreement tables, and tables laid out in lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len, set_cell_size

from seedtui.core.agreement import Interval
from seedtui.core.agreement.sentences import percent
from seedtui.core.text import one_line
from seedtui.exchange.agreement.report import Row, same_or_none
from seedtui.exchange.agreement.titles import label_columns, titles

_GAP: Final = "  "
_LEAST: Final = 12
_NONE: Final = "–"
DIGITS: Final = 8


@dataclass(frozen=True)
class Column:
    """A column of a table; all of it is displayable.

    Attributes:
        heading: What stands above it.
        cells: What stands in it.
        right: Whether it is set flush right, as numbers are.
        rank: How soon it is left out where there is no room, the highest first; 0 for never.
        shrinks: Whether its cells may be cut before any column is left out.
    """

    heading: str
    cells: tuple[str, ...]
    right: bool = False
    rank: int = 0
    shrinks: bool = False

    @property
    def width(self) -> int:
        """How many cells it takes."""
        return max(map(cell_len, (self.heading, *self.cells)))

    @property
    def least(self) -> int:
        """How many cells it takes at least."""
        return min(self.width, max(_LEAST, cell_len(self.heading))) if self.shrinks else self.width


def agreement_columns(rows: Sequence[Row], *, swept: bool) -> list[Column]:
    """Return the columns of a table with a line for each request, or for each setting of a series.

    What is the same in all lines is no column: see `common_facts`.

    Args:
        rows: The rows, at least one.
        swept: Whether they are settings of a series: what was swept comes first.
    """
    labels = [Column(name, tuple(values), shrinks=True) for name, values in label_columns(rows)]
    figures = [
        Column("N", tuple(str(row.n) for row in rows), right=True),
        Column("versions", tuple(str(row.unique) for row in rows), right=True, rank=3),
        Column("commonest", tuple(percent(row.modal) for row in rows), right=True, rank=6),
        Column("pairs", tuple(percent(row.pairs) for row in rows), right=True),
        Column("95 %", tuple(_interval(row.interval) for row in rows), right=True, rank=7),
        Column("prefix", tuple(_words(row) for row in rows), right=True, rank=5),
    ]
    if any(row.answers is not None for row in rows):
        figures.insert(2, Column("answers", tuple(_answers(row) for row in rows), right=True))
    columns = [*labels, *figures] if swept else [*figures, *labels]
    if any(row.left_out for row in rows):
        columns.append(Column("left out", tuple(str(sum(row.left_out.values())) for row in rows), right=True, rank=2))
    if same_or_none([row.asked.model for row in rows]) is None and "model" not in {one.heading for one in labels}:
        columns.append(Column("model", tuple(one_line(row.asked.model, 24) or _NONE for row in rows), rank=1))
    if not swept:
        columns.append(Column("digest", tuple(row.digest[:DIGITS] for row in rows), rank=4))
        columns.append(Column("request", tuple(_titles(rows))))
    return columns


def common_facts(rows: Sequence[Row]) -> str:
    """Say what all rows have alike: `gpt-4o · endpoint openai`."""
    model = same_or_none([row.asked.model for row in rows])
    endpoints = same_or_none([row.asked.endpoints for row in rows if row.asked.endpoints])
    named = ", ".join(one_line(one, 40) for one in endpoints or () if one)
    parts = (one_line(model or "", 60), named and f"endpoint{'s' if len(endpoints) > 1 else ''} {named}")
    return " · ".join(part for part in parts if part)


def table_lines(columns: Sequence[Column], width: int) -> list[str]:
    """Lay a table out: a line of headings, then its rows, none wider than the width.

    Where there is no room, columns are left out, and the last one is cut.
    """
    fitting = _fitting(list(columns), width)
    widths = _widths(fitting, width)
    lines = []
    for cells in zip(*((column.heading, *column.cells) for column in fitting), strict=True):
        line = _GAP.join(_set(*one) for one in zip(cells, fitting, widths, strict=True))
        lines.append(cut(line.rstrip(), width))
    return lines


def cut(text: str, width: int) -> str:
    """Return a displayable line as far as it fits, with an ellipsis where it does not."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(width - 1, 0)).rstrip() + "…"


def _fitting(columns: list[Column], width: int) -> list[Column]:
    last = columns[-1]
    for rank in range(max(column.rank for column in columns), 0, -1):
        taken = sum(column.least + len(_GAP) for column in columns[:-1])
        if taken + min(last.least, 2 * _LEAST) <= width:
            break
        columns = [column for column in columns if column.rank != rank]
    return columns


def _widths(columns: Sequence[Column], width: int) -> list[int]:
    """Return how wide the columns are to be: those that may be cut give way, the widest first."""
    widths = [column.width for column in columns]
    over = sum(widths) + len(_GAP) * (len(columns) - 1) - width
    while over > 0:
        able = [place for place, column in enumerate(columns) if widths[place] > column.least]
        if not able:
            break
        widths[max(able, key=widths.__getitem__)] -= 1
        over -= 1
    return widths


def _set(text: str, column: Column, width: int) -> str:
    text = cut(text, width) if column.shrinks else text
    return " " * (width - cell_len(text)) + text if column.right else set_cell_size(text, width)


def _titles(rows: Sequence[Row]) -> list[str]:
    found = titles([row.asked.request for row in rows])
    return [
        f"{text or _NONE}{f' (round {row.round})' if row.round else ''}" for text, row in zip(found, rows, strict=True)
    ]


def _interval(interval: Interval | None) -> str:
    return _NONE if interval is None else f"{100 * interval.low:.1f}–{100 * interval.high:.1f} %"


def _words(row: Row) -> str:
    return _NONE if row.n < 2 else f"{row.stable.words}"


def _answers(row: Row) -> str:
    if row.answers is None or not row.n:
        return _NONE
    return f"{row.answers}, {row.unanswered} without" if row.unanswered else str(row.answers)
