"""Writing runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from seedtui.core.request import Request
from seedtui.core.run import Completion, Run, Status
from seedtui.history import codec
from seedtui.history.errors import HistoryError
from seedtui.history.owner import this_process


def insert_started(connection: sqlite3.Connection, request: Request, endpoint: str, created_at: datetime) -> int:
    """Insert a run that this process is sending; return its id."""
    run = Run(id=0, request=request, response=None, endpoint=endpoint, created_at=created_at, status=Status.STREAMING)
    return _insert(connection, {**codec.run_row(run), "owner": this_process()})


def update_identity(connection: sqlite3.Connection, run: Run) -> None:
    """Write who answers a run that is still going."""
    row = codec.run_row(run)
    connection.execute(
        "UPDATE runs SET fingerprints = ?, served_model = ?, response = ?, headers = ? "
        "WHERE id = ? AND status = 'streaming'",
        (row["fingerprints"], row["served_model"], row["response"], row["headers"], run.id),
    )


def update_finished(connection: sqlite3.Connection, run: Run) -> None:
    """Write a run as it ended.

    Raises:
        HistoryError: If it is not there.
    """
    row = {**codec.run_row(run), "owner": None}
    columns = ", ".join(f"{name} = ?" for name in row)
    updated = connection.execute(f"UPDATE runs SET {columns} WHERE id = ?", (*row.values(), run.id))
    if not updated.rowcount:
        raise HistoryError("gone", f"#{run.id} is no longer in the history: it was deleted for good meanwhile.")
    replace_completions(connection, run.id, run.completions)


def insert_imported(connection: sqlite3.Connection, run: Run, key: str | None) -> int | None:
    """Insert a run that came from a file, or bring it back if it was deleted.

    Returns:
        Its id; None if the key is there already.
    """
    known = connection.execute("SELECT id, deleted_at FROM runs WHERE import_key = ?", (key,)).fetchone()
    if known is None:
        run_id = _insert(connection, {**codec.run_row(run), "import_key": key})
        replace_completions(connection, run_id, run.completions)
        return run_id
    if known["deleted_at"] is None:
        return None
    connection.execute("UPDATE runs SET deleted_at = NULL WHERE id = ?", (known["id"],))
    return int(known["id"])


def replace_completions(connection: sqlite3.Connection, run_id: int, completions: Sequence[Completion]) -> None:
    """Write a run's completions in place of those there are, and of the pieces that arrived."""
    connection.execute("DELETE FROM chunks WHERE run_id = ?", (run_id,))
    connection.execute("DELETE FROM completions WHERE run_id = ?", (run_id,))
    connection.executemany(
        "INSERT INTO completions (run_id, choice, text, finish_reason, sha256) VALUES (?, ?, ?, ?, ?)",
        codec.completion_rows(run_id, completions),
    )


def seal(connection: sqlite3.Connection, run_id: int) -> None:
    """Seal a run that was changed in its row."""
    row = connection.execute(f"SELECT {codec.RUN_COLUMNS} FROM runs WHERE id = ?", (run_id,)).fetchone()
    connection.execute("UPDATE runs SET seal = ? WHERE id = ?", (codec.seal_of(row), run_id))


def _insert(connection: sqlite3.Connection, row: dict[str, Any]) -> int:
    marks = ", ".join("?" * len(row))
    run_id = connection.execute(f"INSERT INTO runs ({', '.join(row)}) VALUES ({marks})", tuple(row.values())).lastrowid
    assert run_id is not None
    return run_id
