"""Lists of runs, newest or oldest first, and searches that give what they find as they find it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from seedtui.core.query import Query
from seedtui.core.summary import Summary
from seedtui.core.text import scrub
from seedtui.history import codec
from seedtui.history.database import Database
from seedtui.history.reading import beyond_newest, undamaged
from seedtui.history.search import conditions

if TYPE_CHECKING:
    from seedtui.history.index.lookup import Covered, Lookup
    from seedtui.history.index.terms import Term

# How many ids are looked at before others may use the database: few where each takes long.
_FIRST_STEP: Final = 256
_LONGEST_STEP: Final = 1 << 17
_STEP_SECONDS: Final = 0.01
_BATCH: Final = 100
# Filters with an index of their own; through it as long as it finds no more than so many.
_SELECTIVE: Final = {
    "series": "SELECT run_id FROM slots WHERE series_id = ? LIMIT ?",
    "digest": "SELECT id FROM runs WHERE digest >= ? AND digest < ? LIMIT ?",
}
_FEW: Final = 5000
_BEYOND: Final = 2**63 - 1
_DIGEST: Final = 64

# Some of the candidates turn out to be none.
_SPARE: Final = 5
_BETWEEN: Final = "id >= ? AND id < ?"
_THESE: Final = "id IN (SELECT value FROM json_each(?))"


class Found(NamedTuple):
    """What a search has found since it gave something the last time.

    Attributes:
        rows: Newest first, whichever way the search goes.
        reached: The id it has come to: what lies before it has been looked at.
    """

    rows: list[Summary]
    reached: int


class Span(NamedTuple):
    """Where to look, and which way.

    Attributes:
        low: The first id.
        high: The first id beyond.
        upwards: Whether the oldest come first.
    """

    low: int
    high: int
    upwards: bool


class Listing:
    """One search through a history.

    Args:
        database: The history.
        lookup: Gives its index; asked for when it is needed.
        query: Which runs.
        span: Where to look.
        limit: The most runs to find.
    """

    def __init__(self, database: Database, lookup: Callable[[], Lookup], query: Query, span: Span, limit: int) -> None:
        self._database = database
        self._lookup = lookup
        self._query = query
        self._span = span
        self._left = limit
        self._order = "ASC" if span.upwards else "DESC"
        self._facts, self._fact_arguments = conditions(Query(filters=query.filters, since=query.since))
        self._words, self._word_arguments = conditions(Query(words=query.words))

    def found(self, cancelled: Callable[[], bool]) -> Iterator[Found]:
        """Give what is found, step by step, each short enough for others to wait.

        Args:
            cancelled: Asked before each step; once it is true, nothing more is given.
        """
        if self._left <= 0 or self._span.low >= self._span.high:
            return
        for one in self._steps():
            yield one
            if self._left <= 0 or cancelled():
                return

    def _steps(self) -> Iterator[Found]:
        digest = self._query.filters.get("digest", "")
        if not self._query:
            yield self._at_once()
            return
        if len(digest) == _DIGEST and self._query == Query(filters={"digest": digest}):
            # The index on digests has these in order, however many there are.
            yield self._at_once("digest = ?", digest.lower())
            return
        few = self._few()
        if few is not None:
            yield from self._these(few, self._last)
            return
        yield from self._everywhere()

    @property
    def _last(self) -> int:
        return self._span.high - 1 if self._span.upwards else self._span.low

    def _few(self) -> list[int] | None:
        """Return the ids that a filter with an index of its own finds, in order; None if they are many."""
        for name, select in _SELECTIVE.items():
            if name in self._query.filters:
                _, arguments = conditions(Query(filters={name: self._query.filters[name]}))
                with self._database.reading() as connection:
                    rows = connection.execute(select, (*arguments, _FEW + 1)).fetchall()
                if len(rows) <= _FEW:
                    found = (row[0] for row in rows)
                    within = (one for one in found if self._span.low <= one < self._span.high)
                    return sorted(within, reverse=not self._span.upwards)
        return None

    def _everywhere(self) -> Iterator[Found]:
        # A list without a filter needs none of this.
        from seedtui.history.index.terms import terms_of

        terms = terms_of(self._query)
        with self._database.reading() as connection:
            rewritten = [row[0] for row in connection.execute("SELECT run_id FROM rewritten")]
        for low, high, covered in self._parts(terms):
            if covered is None:
                yield from self._through(low, high)
            elif self._query.since is not None and covered.youngest < codec.moment(self._query.since):
                yield Found([], high - 1 if self._span.upwards else low)
            else:
                yield from self._candidates(low, high, covered, terms, rewritten)

    def _parts(self, terms: Sequence[Term]) -> Iterator[tuple[int, int, Covered | None]]:
        """Cut what is to be looked at into what the index covers and what it does not, in the order of the search."""
        covered: list[Covered] = []
        if terms or self._query.since is not None:
            with self._database.reading() as connection:
                covered = self._lookup().parts(connection)
        found: list[tuple[int, int, Covered | None]] = []
        at = self._span.low
        for one in covered:
            low, high = max(one.part.low, at), min(one.part.high, self._span.high)
            if low < high:
                if at < low:
                    found.append((at, low, None))
                found.append((low, high, one))
                at = high
        if at < self._span.high:
            found.append((at, self._span.high, None))
        yield from found if self._span.upwards else reversed(found)

    def _candidates(
        self, low: int, high: int, covered: Covered, terms: list[Term], rewritten: Sequence[int]
    ) -> Iterator[Found]:
        from seedtui.history.index.bits import between, members

        start = covered.part.low
        bits = self._lookup().ask(covered.part, terms)
        if bits is None:
            yield from self._through(low, high)
            return
        for run_id in rewritten:
            if low <= run_id < high:
                bits |= 1 << (run_id - start)
        found = members(between(bits, low - start, high - start), upwards=self._span.upwards)
        yield from self._these((start + one for one in found), high - 1 if self._span.upwards else low)

    def _these(self, run_ids: Iterable[int], last: int) -> Iterator[Found]:
        """Look at these runs."""
        where = " AND ".join([_THESE, "deleted_at IS NULL", *self._facts, *self._words])
        arguments = (*self._fact_arguments, *self._word_arguments)
        ids = iter(run_ids)
        while batch := list(islice(ids, min(_BATCH, self._left + _SPARE))):
            yield self._take(where, (json.dumps(batch), *arguments), batch[-1])
        yield Found([], last)

    def _through(self, low: int, high: int) -> Iterator[Found]:
        """Look at all runs between two ids."""
        step = _FIRST_STEP
        end = "min" if self._span.upwards else "max"
        while low < high:
            with self._database.reading() as connection:
                run_id = connection.execute(f"SELECT {end}(id) FROM runs WHERE {_BETWEEN}", (low, high)).fetchone()[0]
            # Where ids were given and their runs dropped, or never given, there is nothing to look at.
            if run_id is None:
                yield Found([], high - 1 if self._span.upwards else low)
                return
            low, high = (run_id, high) if self._span.upwards else (low, run_id + 1)
            if self._span.upwards:
                floor, ceiling = low, min(low + step, high)
                low = ceiling
            else:
                floor, ceiling = max(high - step, low), high
                high = floor
            start = time.perf_counter()
            found = self._between(floor, ceiling)
            taken = time.perf_counter() - start
            yield found
            if taken < _STEP_SECONDS:
                step = min(step * 2, _LONGEST_STEP)
            elif taken > 2 * _STEP_SECONDS:
                step = max(step // 2, _FIRST_STEP)

    def _at_once(self, *condition: str) -> Found:
        where = " AND ".join([_BETWEEN, "deleted_at IS NULL", *condition[:1]])
        return self._take(where, (self._span.low, self._span.high, *condition[1:]), self._last)

    def _between(self, low: int, high: int) -> Found:
        arguments: list[Any] = [low, high]
        where = " AND ".join([_BETWEEN, "deleted_at IS NULL", *self._facts])
        if self._facts:
            # Through the index that has all facts: the rows hold long requests.
            where = f"id IN (SELECT id FROM runs INDEXED BY runs_facts WHERE {where} ORDER BY id {self._order}"
            arguments += self._fact_arguments
            if not self._words:
                where += " LIMIT ?"
                arguments.append(self._left)
            where += ")"
        where = " AND ".join([where, *self._words])
        return self._take(where, (*arguments, *self._word_arguments), high - 1 if self._span.upwards else low)

    def _take(self, where: str, arguments: Sequence[Any], reached: int) -> Found:
        select = f"SELECT {codec.SUMMARY_COLUMNS} FROM runs WHERE {where} ORDER BY id {self._order} LIMIT ?"
        with self._database.reading() as connection:
            rows = connection.execute(select, (*arguments, self._left)).fetchall()
        found = []
        for row in rows:
            with undamaged(self._database, row["id"]):
                found.append(codec.summary_of(row))
        self._left -= len(found)
        if found and self._left <= 0:
            reached = found[-1].id
        return Found(found[::-1] if self._span.upwards else found, reached)


def find(
    database: Database,
    lookup: Callable[[], Lookup],
    query: Query,
    limit: int,
    cancelled: Callable[[], bool],
    *,
    before: int | None = None,
    after: int | None = None,
) -> Iterator[Found]:
    """Search a history; see `History.find`."""
    if before is not None and after is not None:
        raise ValueError("A search goes one way: before an id, or after one.")
    newest = beyond_newest(database)
    high = min(newest if before is None else min(before, newest), _BEYOND)
    # What was stored has no half of a character either.
    query = Query(tuple(scrub(query.words)), scrub(query.filters), query.since)
    span = Span(1 if after is None else max(after + 1, 1), high, after is not None)
    yield from Listing(database, lookup, query, span, limit).found(cancelled)
