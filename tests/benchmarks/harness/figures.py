"""Figures, what they are held against, and the table of them."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

Of = Literal["value", "p99", "ratio"]
_NONE: Final = ""
HEADINGS: Final = ("what", "seedtui", "p99", "beside it", "ratio", "limit", "holds")


class Limit(NamedTuple):
    """What a figure may be.

    Attributes:
        value: The limit.
        of: What is limited: the figure, its p99 or its ratio to the reference.
        at_least: The figure must not be smaller; otherwise not larger.
    """

    value: float
    of: Of = "value"
    at_least: bool = False


class Figure(NamedTuple):
    """One row of the table.

    Attributes:
        what: What was measured.
        value: How much: the median, where there were several. None if it could not be measured.
        unit: Of the figure, of its p99 and of the reference.
        p99: What 99 of 100 do not exceed.
        beside: What the reference is.
        reference: The reference's figure, measured in the same run.
        limits: What the figure may be.
        note: Said behind the row.
    """

    what: str
    value: float | None
    unit: str
    p99: float | None = None
    beside: str = ""
    reference: float | None = None
    limits: tuple[Limit, ...] = ()
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The figure as a multiple of the reference."""
        return self.value / self.reference if self.value is not None and self.reference else None

    @property
    def holds(self) -> bool | None:
        """Whether all limits hold; None if there are none, or nothing to hold against them."""
        if not self.limits or self.value is None:
            return None
        return all(self._within(limit) for limit in self.limits)

    def _within(self, limit: Limit) -> bool:
        value = {"value": self.value, "p99": self.p99, "ratio": self.ratio}[limit.of]
        if value is None:
            return False
        return value >= limit.value if limit.at_least else value <= limit.value


def percentile(values: Sequence[float], share: float) -> float:
    """Return a percentile, the value of a measured one."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def figure(
    what: str,
    values: Sequence[float],
    unit: str,
    *,
    beside: str = "",
    reference: Sequence[float] = (),
    limits: Iterable[Limit] = (),
    note: str = "",
) -> Figure:
    """Make a figure of measured values: their median and p99, beside the median of the reference."""
    return Figure(
        what,
        statistics.median(values),
        unit,
        percentile(values, 0.99) if len(values) >= 20 else None,
        beside if reference else f"{beside}: none" if beside else "",
        statistics.median(reference) if reference else None,
        tuple(limits),
        note,
    )


def amount(value: float | None, unit: str) -> str:
    """Write a figure with its unit, in three or four digits."""
    if value is None:
        return "—"
    if unit == "B" and abs(value) >= 1000:
        value, unit = value / 1000, "kB"
    elif unit == "B/s" and abs(value) >= 1000:
        value, unit = value / 1000, "kB/s"
    digits = 0 if abs(value) >= 100 or (unit == "B" and value == int(value)) else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()


def cells(one: Figure) -> tuple[str, ...]:
    """Write a row's cells, as `HEADINGS` has them."""
    beside = f"{one.beside} {amount(one.reference, one.unit)}" if one.reference is not None else one.beside
    ratio = "" if one.ratio is None else f"{one.ratio:.2f}×"
    limits = ", ".join(_written(limit, one.unit) for limit in one.limits)
    holds = {True: "yes", False: "NO", None: _NONE}[one.holds]
    p99 = _NONE if one.p99 is None else amount(one.p99, one.unit)
    what = f"{one.what} ({one.note})" if one.note else one.what
    return what, amount(one.value, one.unit), p99, beside, ratio, limits, holds


def _written(limit: Limit, unit: str) -> str:
    value = f"{limit.value:g}×" if limit.of == "ratio" else amount(limit.value, unit)
    return f"{'p99 ' if limit.of == 'p99' else ''}{'≥' if limit.at_least else '≤'} {value}"


def plain(rows: Sequence[Figure]) -> list[str]:
    """Write the table for a terminal, a line a row."""
    table = [HEADINGS, *map(cells, rows)]
    widths = [max(len(row[index]) for row in table) for index in range(len(HEADINGS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]


def markdown(rows: Sequence[Figure]) -> list[str]:
    """Write the table in Markdown, a line a row."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *map(cells, rows)]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines]
