"""Reading the history as the statistics see it: all samples of a query, and the texts of a few."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from seedtui.core.query import Query
from seedtui.core.sample import NO_COMPLETION, Sample
from seedtui.core.status import Status
from seedtui.history import codec
from seedtui.history.database import Database
from seedtui.history.reading import beyond_newest, undamaged
from seedtui.history.search import SELECTIVE, conditions

Progress = Callable[[int, int], None]

# Through the indexes alone: the rows of `runs` hold long requests, those of `completions` the texts.
_SELECT: Final = """
    SELECT runs.id, runs.digest, runs.endpoint, runs.model, runs.served_model, runs.fingerprints, runs.created_at,
           runs.status, kept.choice, kept.sha256, kept.finish_reason
    FROM runs {index} LEFT JOIN completions AS kept INDEXED BY completions_facts ON kept.run_id = runs.id
    WHERE {where} ORDER BY runs.id, kept.choice
"""
_TEXTS_STEP: Final = 500
# How many ids are looked at before others may use the database.
SEARCH_STEP: Final = 2000


class _Step(NamedTuple):
    """Some of the runs that a query goes through: as a condition, and how far one has come after it."""

    condition: str
    arguments: tuple[Any, ...]
    done: int


def read_samples(
    database: Database, query: Query, progress: Progress, cancelled: Callable[[], bool]
) -> Iterator[list[Sample]]:
    """Give the samples of a query in batches, oldest first; see `History.samples`."""
    wheres, arguments = conditions(query)
    # A word is looked for in the requests, which are in no index.
    index = "" if query.words else "INDEXED BY runs_facts"
    total, steps = _steps(database, query)
    progress(0, total)
    for step in steps:
        if cancelled():
            return
        select = _SELECT.format(index=index, where=" AND ".join([step.condition, "deleted_at IS NULL", *wheres]))
        samples = _samples(database, select, (*step.arguments, *arguments))
        progress(step.done, total)
        if samples:
            yield samples


def read_texts(database: Database, refs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Return the texts of completions; see `History.texts`."""
    wanted = list(dict.fromkeys(refs))
    select = "SELECT text, sha256 FROM completions WHERE run_id = ? AND choice = ?"
    found: dict[tuple[int, int], str] = {}
    for start in range(0, len(wanted), _TEXTS_STEP):
        with database.reading() as connection:
            for ref in wanted[start : start + _TEXTS_STEP]:
                with undamaged(database, ref[0]):
                    row = connection.execute(select, ref).fetchone()
                    if row is not None:
                        found[ref] = codec.checked(row["text"], row["sha256"])
    return found


def _steps(database: Database, query: Query) -> tuple[int, Iterator[_Step]]:
    """Return how much there is to go through, and the steps that do so, each short enough for others to wait."""
    selective = next((name for name in SELECTIVE if name in query.filters), None)
    if selective is None:
        newest = beyond_newest(database) - 1
        return newest, _through_all(newest)
    wheres, arguments = conditions(Query(filters={selective: query.filters[selective]}))
    with database.reading() as connection:
        rows = connection.execute(f"SELECT id FROM runs WHERE {wheres[0]} ORDER BY id", arguments).fetchall()
    return len(rows), _through([row["id"] for row in rows])


def _through_all(newest: int) -> Iterator[_Step]:
    for before in range(0, newest, SEARCH_STEP):
        done = min(before + SEARCH_STEP, newest)
        yield _Step("runs.id > ? AND runs.id <= ?", (before, done), done)


def _through(run_ids: Sequence[int]) -> Iterator[_Step]:
    for start in range(0, len(run_ids), SEARCH_STEP):
        part = run_ids[start : start + SEARCH_STEP]
        yield _Step("runs.id IN (SELECT value FROM json_each(?))", (json.dumps(part),), start + len(part))


def _samples(database: Database, select: str, arguments: Sequence[Any]) -> list[Sample]:
    with database.reading() as connection:
        cursor = connection.cursor()
        # Plain tuples: a row with names costs as much again as all else.
        cursor.row_factory = None
        rows = cursor.execute(select, arguments).fetchall()
    try:
        return [_sample(row) for row in rows]
    except (ValueError, TypeError):
        for row in rows:
            with undamaged(database, row[0]):
                _sample(row)
        raise


def _sample(row: tuple[Any, ...]) -> Sample:
    run_id, digest, endpoint, model, served_model, fingerprints, created_at, status, choice, sha256, reason = row
    how_it_ended = _status(status)
    # By position: names would cost as much as all else here.
    return Sample(
        run_id,
        NO_COMPLETION if choice is None else choice,
        digest,
        endpoint,
        model,
        served_model,
        _fingerprints(fingerprints),
        datetime.fromisoformat(created_at),
        how_it_ended,
        sha256 or "",
        choice is not None and (bool(reason) or how_it_ended is Status.COMPLETE),
    )


# Thousands of runs share a few of these.
_fingerprints: Final = lru_cache(maxsize=1000)(codec.fingerprints_of)
_status: Final = lru_cache(maxsize=None)(Status)
