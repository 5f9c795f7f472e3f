"""Reading runs, and which there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Final

from seedtui.history import codec
from seedtui.history.database import Database
from seedtui.history.errors import damaged
from seedtui.history.transaction import snapshot

if TYPE_CHECKING:
    from seedtui.core.run import Completion, Run

_WALK: Final = 1000


def read_run(database: Database, run_id: int) -> Run | None:
    """Return a run; None if there is none, or it was deleted.

    Raises:
        HistoryError: If it cannot be read, or is not what was stored (kind `damaged`).
    """
    select = f"SELECT {codec.RUN_COLUMNS} FROM runs WHERE id = ? AND deleted_at IS NULL"
    with database.reading() as connection, snapshot(connection), undamaged(database, run_id):
        row = connection.execute(select, (run_id,)).fetchone()
        return None if row is None else codec.run_of(row, read_completions(connection, run_id))


def arrived(connection: sqlite3.Connection, run_id: int) -> tuple[Completion, ...]:
    """Return the completions of a run that did not end, as far as their text was saved.

    Raises:
        ValueError: If what is there is no text.
    """
    from seedtui.core.run import Completion

    select = "SELECT choice, text FROM chunks WHERE run_id = ? ORDER BY choice, id"
    rows = connection.execute(select, (run_id,)).fetchall()
    if not all(isinstance(row["choice"], int) and isinstance(row["text"], str) for row in rows):
        raise ValueError("What arrived is not what was stored.")
    groups = groupby(rows, key=lambda row: row["choice"])
    return tuple(Completion(index, "".join(row["text"] for row in group)) for index, group in groups)


def read_ids(database: Database, before: int | None, limit: int) -> list[int]:
    """Return the ids of the newest runs, newest first.

    Args:
        database: The database.
        before: Only smaller ids.
        limit: The most to return.
    """
    where = "deleted_at IS NULL" + ("" if before is None else " AND id < ?")
    arguments = (limit,) if before is None else (before, limit)
    with database.reading() as connection:
        rows = connection.execute(f"SELECT id FROM runs WHERE {where} ORDER BY id DESC LIMIT ?", arguments)
        return [row["id"] for row in rows]


def nth_newest(database: Database, position: int) -> int | None:
    """Return the id of the newest run (1), the one before it (2), and so on; None beyond the oldest."""
    before: int | None = None
    while position > _WALK:
        ids = read_ids(database, before, _WALK)
        if len(ids) < _WALK:
            return None
        before, position = ids[-1], position - _WALK
    ids = read_ids(database, before, max(position, 0))
    return ids[-1] if 0 < position == len(ids) else None


def count(database: Database) -> int:
    """Return how many runs there are, the deleted ones left out."""
    # Both counts walk an index; counting rows by a condition would walk the table.
    select = "SELECT (SELECT count(*) FROM runs) - (SELECT count(*) FROM runs WHERE deleted_at IS NOT NULL)"
    with database.reading() as connection:
        return int(connection.execute(select).fetchone()[0])


def count_within(connection: sqlite3.Connection, ranges: Iterable[tuple[int, int]]) -> int:
    """Return how many runs have an id in one of these ranges, each a first id and the one beyond the last."""
    # Through the index that has all facts: the rows hold long requests.
    select = "SELECT count(*) FROM runs INDEXED BY runs_facts WHERE id >= ? AND id < ? AND deleted_at IS NULL"
    return sum(int(connection.execute(select, ends).fetchone()[0]) for ends in ranges)


def beyond_newest(database: Database) -> int:
    """Return an id that is above all there are."""
    with database.reading() as connection:
        return int(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM runs").fetchone()[0])


@contextmanager
def undamaged(database: Database, run_id: int) -> Iterator[None]:
    """Raise HistoryError where what is stored cannot be read as what was written."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError, sqlite3.OperationalError) as error:
        # SQLite finds bytes that are no UTF-8 only when it hands them over.
        if isinstance(error, sqlite3.Error) and "decode" not in str(error):
            raise
        raise damaged(f"#{run_id}", database.path) from error


def read_completions(connection: sqlite3.Connection, run_id: int) -> tuple[Completion, ...]:
    """Return the completions of a run; of one that did not end, as far as their text was saved.

    Raises:
        ValueError: If one is not what was stored.
    """
    from seedtui.core.run import Completion

    select = "SELECT choice, text, finish_reason, sha256 FROM completions WHERE run_id = ? ORDER BY choice"
    rows = connection.execute(select, (run_id,)).fetchall()
    for row in rows:
        codec.checked(row["text"], row["sha256"])
    found = tuple(Completion(row["choice"], row["text"], row["finish_reason"]) for row in rows)
    return found or arrived(connection, run_id)
