"""Reads what the list of runs wants from the history, and gives it as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

from seedtui.core.query import Query
from seedtui.core.summary import Summary
from seedtui.tui.runs_window import Ask, Where

if TYPE_CHECKING:
    from seedtui.history import History

# More often, painting would take more time than searching.
_TELL_SECONDS: Final = 0.1


class Part(NamedTuple):
    """Some of the rows that were wanted.

    Attributes:
        rows: Newest first.
        more: Whether there may be more beyond them.
        done: Whether these are the last that come.
        reached: The id that the search has come to; 0 if there was none.
    """

    rows: list[Summary]
    more: bool
    done: bool
    reached: int


def read_parts(history: History, query: Query, ask: Ask, cancelled: Callable[[], bool]) -> Iterator[Part]:
    """Give the rows that are wanted: the first of them at once, the others now and then.

    Args:
        history: Where they are read.
        query: Which runs.
        ask: Which of those.
        cancelled: Whether they are no longer wanted.
    """
    before, after = _ends(ask)
    waiting: list[Summary] = []
    count = 0
    told = monotonic()
    for rows, reached in history.find(query, before, ask.limit, cancelled, after=after):
        waiting = [*rows, *waiting] if ask.where.upwards else [*waiting, *rows]
        first, count = not count, count + len(rows)
        if not query or count >= ask.limit:
            break
        if (first and rows) or monotonic() - told >= _TELL_SECONDS:
            yield Part(waiting, True, False, reached)
            waiting, told = [], monotonic()
    if not cancelled():
        yield Part(waiting, count >= ask.limit, True, 0)


def _ends(ask: Ask) -> tuple[int | None, int | None]:
    """Return the id below which, or else the one above which, to read."""
    if ask.where is Where.NEWEST:
        return None, None
    if ask.where.upwards:
        return None, 0 if ask.where is Where.OLDEST else ask.run_id
    return ask.run_id + (ask.where is Where.NEAR), None
