"""What is made of each run that is imported, and how it comes from one process to another."""

from __future__ import annotations

from typing import Any, NamedTuple

from seedtui.core.run import Run
from seedtui.exchange.logs.found import BadRecord, Mark, Ready
from seedtui.exchange.logs.lines import BatchLine, LineFound
from seedtui.history import RowMaker, RunRow


class Prepared(NamedTuple):
    """A run that needs only to be written down.

    Attributes:
        row: What is kept.
        size: How much that is, in characters.
        cached: Whether it is a copy of an earlier answer.
    """

    row: RunRow
    size: int
    cached: bool


class Preparing:
    """Prepares runs one after the other."""

    def __init__(self) -> None:
        self._maker = RowMaker()

    def prepare(self, run: Run) -> Prepared:
        """Do for a run what can be done without the history."""
        row = self._maker.row(run)
        return Prepared(row, row.size, run.response is not None and run.response.get("cached") is True)


def pack(found: list[LineFound[Prepared]]) -> list[tuple[Any, ...]]:
    """Return what a chunk of lines held as what `marshal` can write: no kinds of tuples."""
    return [_packed(one) for one in found]


def _packed(one: LineFound[Prepared]) -> tuple[Any, ...]:
    if isinstance(one, Ready):
        (row, size, cached), mark = one
        return (*row, size, cached, *mark)
    if isinstance(one, BatchLine):
        return True, one.line, one.number
    return False, one.sentence, one.where


def unpack(packed: list[tuple[Any, ...]]) -> list[LineFound[Prepared]]:
    """Return what `pack` was given."""
    return [_unpacked(*one) for one in packed]


def _unpacked(first: Any, second: Any, third: Any, *rest: Any) -> LineFound[Prepared]:
    if rest:
        cached, text, kind = rest
        return Ready(Prepared(RunRow(first, second), third, cached), Mark(text, kind))
    return BatchLine(second, third) if first else BadRecord(second, third)
