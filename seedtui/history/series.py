"""Series: what was to be sent together, and which run was sent for which slot of it."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from seedtui.core.request import JsonObject
from seedtui.core.sample import SeriesRecord, is_answer
from seedtui.core.status import Status
from seedtui.history import codec
from seedtui.history.database import Database
from seedtui.history.errors import damaged
from seedtui.history.transaction import snapshot


def insert_series(connection: sqlite3.Connection, plan: JsonObject, created_at: datetime) -> int:
    """Insert a series; return its id."""
    insert = "INSERT INTO series (created_at, plan) VALUES (?, ?)"
    series_id = connection.execute(insert, (codec.moment(created_at), codec.dump(plan))).lastrowid
    assert series_id is not None
    return series_id


def insert_slot(connection: sqlite3.Connection, slot: tuple[int, int], run_id: int) -> None:
    """Note for which slot (series, number) a run is sent."""
    connection.execute("INSERT INTO slots (series_id, slot, run_id) VALUES (?, ?, ?)", (*slot, run_id))


def keep_statuses(connection: sqlite3.Connection, where: str, arguments: tuple[str, ...]) -> None:
    """Note in the slots how runs ended that are about to be dropped for good.

    Args:
        connection: The database.
        where: Which runs, as a condition on `runs`.
        arguments: The condition's.
    """
    # Nobody will ever finish a run that is no longer there.
    status = f"SELECT replace(status, '{Status.STREAMING}', '{Status.INTERRUPTED}') FROM runs WHERE id = run_id"
    connection.execute(
        f"UPDATE slots SET status = ({status}) WHERE run_id IN (SELECT id FROM runs WHERE {where})", arguments
    )


def read_series(database: Database, series_id: int) -> SeriesRecord | None:
    """Return a series; None if there is none.

    Raises:
        HistoryError: Also if it is not what was stored (kind `damaged`).
    """
    found = _read(database, "id = ?", (series_id,))
    return found[0] if found else None


def read_series_page(database: Database, before: int | None, limit: int) -> list[SeriesRecord]:
    """Return a page of series, newest first; see `History.series_page`."""
    if before is None:
        return _read(database, "true ORDER BY id DESC LIMIT ?", (limit,))
    return _read(database, "id < ? ORDER BY id DESC LIMIT ?", (before, limit))


def _read(database: Database, where: str, arguments: tuple[int, ...]) -> list[SeriesRecord]:
    select = f"SELECT id, created_at, plan FROM series WHERE {where}"
    with database.reading() as connection, snapshot(connection):
        rows = connection.execute(select, arguments).fetchall()
        return [_record(database, connection, row) for row in rows]


def _record(database: Database, connection: sqlite3.Connection, row: sqlite3.Row) -> SeriesRecord:
    try:
        plan = json.loads(row["plan"])
        if not isinstance(plan, dict):
            raise TypeError("A plan is an object.")
        created_at = datetime.fromisoformat(row["created_at"])
        return SeriesRecord(row["id"], created_at, plan, _answers(connection, row["id"]))
    except (ValueError, TypeError) as error:
        raise damaged(f"Series {row['id']}", database.path) from error


def _answers(connection: sqlite3.Connection, series_id: int) -> dict[int, tuple[int, Status]]:
    rows = connection.execute(
        "SELECT slot, run_id, coalesce(slots.status, runs.status, ?) AS status "
        "FROM slots LEFT JOIN runs ON runs.id = run_id WHERE series_id = ? ORDER BY slot, run_id",
        (Status.INTERRUPTED.value, series_id),
    )
    found: dict[int, tuple[int, Status]] = {}
    for row in rows:
        status, known = Status(row["status"]), found.get(row["slot"])
        # Two processes may have sent the same slot: an answer is not undone by what failed after it.
        if known is None or is_answer(status) or not is_answer(known[1]):
            found[row["slot"]] = row["run_id"], status
    return found
