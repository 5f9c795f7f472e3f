"""Reads what the list of runs wants from the history, as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from seedtui.core.query import Query
from seedtui.core.summary import Summary
from seedtui.tui.runs_window import Ask, Where

if TYPE_CHECKING:
    from seedtui.history import History


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
    """Give the rows that are wanted, in one part or in several.

    Args:
        history: Where they are read.
        query: Which runs.
        ask: Which of those.
        cancelled: Whether they are no longer wanted.
    """
    if ask.where.upwards:
        yield from _upwards(history, query, ask, cancelled)
        return
    before = {Where.NEWEST: None, Where.OLDER: ask.run_id, Where.NEAR: ask.run_id + 1}[ask.where]
    rows = history.page(query, before, ask.limit, cancelled)
    yield Part(rows, len(rows) == ask.limit, True, 0)


def _upwards(history: History, query: Query, ask: Ask, cancelled: Callable[[], bool]) -> Iterator[Part]:
    newest = history.recent(1) or 0
    after, step = ask.run_id, ask.limit
    rows: list[Summary] = []
    while len(rows) < ask.limit and after < newest and not cancelled():
        found = [row for row in history.page(query, after + step + 1, step, cancelled) if row.id > after]
        rows = [*found, *rows]
        after, step = after + step, step * 2
    rows = rows[-ask.limit :]
    yield Part(rows, bool(rows) and rows[0].id < newest, True, 0)
