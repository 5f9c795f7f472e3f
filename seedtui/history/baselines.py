"""Baselines: runs that a user pinned, to be checked again later."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

from seedtui.history import codec
from seedtui.history.database import Database
from seedtui.history.errors import damaged


def pin(connection: sqlite3.Connection, run_ids: Iterable[int]) -> None:
    """Pin runs; one that is pinned stays pinned as of then."""
    now = codec.moment(datetime.now(UTC))
    connection.executemany(
        "INSERT INTO baselines (run_id, pinned_at) VALUES (?, ?) ON CONFLICT (run_id) DO NOTHING",
        [(run_id, now) for run_id in run_ids],
    )


def unpin(connection: sqlite3.Connection, run_ids: Iterable[int]) -> None:
    """Unpin runs; one that is not pinned stays so."""
    connection.executemany("DELETE FROM baselines WHERE run_id = ?", [(run_id,) for run_id in run_ids])


def read_baselines(database: Database) -> list[tuple[int, datetime]]:
    """Return the pinned runs and when they were pinned; see `History.baselines`."""
    # CROSS JOIN keeps the order: from the few that are pinned to their runs, not through all runs.
    select = (
        "SELECT run_id, pinned_at FROM baselines CROSS JOIN runs ON runs.id = run_id "
        "WHERE deleted_at IS NULL ORDER BY pinned_at, run_id"
    )
    with database.reading() as connection:
        rows = connection.execute(select).fetchall()
    try:
        return [(row["run_id"], datetime.fromisoformat(row["pinned_at"])) for row in rows]
    except (ValueError, TypeError) as error:
        raise damaged("The list of baselines", database.path) from error
