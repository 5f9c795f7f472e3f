"""What is put in order when a history is opened: runs whose process died, runs deleted long ago."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Final

from seedtui.core.status import Status
from seedtui.core.summary import FIRST_WORDS
from seedtui.history import codec
from seedtui.history.database import Database
from seedtui.history.errors import HistoryError
from seedtui.history.owner import is_alive

KEEP_DELETED: Final = timedelta(days=30)


def sweep(database: Database) -> None:
    """Mark the runs of dead processes as interrupted, and drop those deleted long ago.

    A disk that is full, or a lock that is kept, must not keep anybody from reading: then it is left
    to the next time.
    """
    if database.read_only:
        return
    try:
        _interrupt_orphans(database)
        _purge(database, datetime.now(UTC) - KEEP_DELETED)
    except HistoryError as error:
        if error.kind not in ("full", "locked", "read-only"):
            raise


def _interrupt_orphans(database: Database) -> None:
    with database.reading() as connection:
        rows = connection.execute("SELECT id, owner FROM runs WHERE status = 'streaming'").fetchall()
    dead = [row["id"] for row in rows if not is_alive(row["owner"])]
    if dead:
        with database.writing() as connection:
            for run_id in dead:
                # Whoever opens one that is damaged is told.
                with contextlib.suppress(ValueError):
                    _interrupt(connection, run_id)


def _interrupt(connection: sqlite3.Connection, run_id: int) -> None:
    from seedtui.history.reading import arrived
    from seedtui.history.writing import replace_completions, seal

    completions = arrived(connection, run_id)
    first = completions[0].text[:FIRST_WORDS] if completions else ""
    updated = connection.execute(
        "UPDATE runs SET status = ?, owner = NULL, choices = ?, first_words = ? WHERE id = ? AND status = 'streaming'",
        (Status.INTERRUPTED.value, len(completions), first, run_id),
    )
    # Another process may have swept it meanwhile; its pieces are gone then, and its completions stand.
    if updated.rowcount:
        replace_completions(connection, run_id, completions)
        seal(connection, run_id)


def _purge(database: Database, long_ago: datetime) -> None:
    expired = "deleted_at IS NOT NULL AND deleted_at < ?"
    arguments = (codec.moment(long_ago),)
    with database.reading() as connection:
        found = connection.execute(f"SELECT 1 FROM runs WHERE {expired} LIMIT 1", arguments).fetchone()
    if found:
        from seedtui.history.series import keep_statuses

        with database.writing() as connection:
            keep_statuses(connection, expired, arguments)
            connection.execute(f"DELETE FROM runs WHERE {expired}", arguments)
