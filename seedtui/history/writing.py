"""Writing runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from seedtui.core.request import Request
from seedtui.core.status import Status
from seedtui.history import codec
from seedtui.history.errors import HistoryError
from seedtui.history.owner import this_process

if TYPE_CHECKING:
    from seedtui.core.run import Completion, Run

_INSERT_COMPLETION: Final = (
    "INSERT INTO completions (run_id, choice, text, finish_reason, sha256) VALUES (?, ?, ?, ?, ?)"
)
_PARAMETERS: Final = 500
_LARGEST_ID: Final = 2**63 - 1


def insert_started(connection: sqlite3.Connection, request: Request, endpoint: str, created_at: datetime) -> int:
    """Insert a run that this process is sending; return its id."""
    from seedtui.core.run import Run

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
    note_rewritten(connection, [run.id])
    columns = ", ".join(f"{name} = ?" for name in row)
    updated = connection.execute(f"UPDATE runs SET {columns} WHERE id = ?", (*row.values(), run.id))
    if not updated.rowcount:
        raise HistoryError("gone", f"#{run.id} is no longer in the history: it was deleted for good meanwhile.")
    replace_completions(connection, run.id, run.completions)


def note_rewritten(connection: sqlite3.Connection, run_ids: Iterable[int]) -> None:
    """Note the runs among these that another process took for dead: what is written now may not be in the index."""
    connection.executemany(
        "INSERT OR IGNORE INTO rewritten (run_id) SELECT id FROM runs WHERE id = ? AND status <> 'streaming'",
        [(run_id,) for run_id in run_ids],
    )


def insert_imported(
    connection: sqlite3.Connection, rows: Sequence[codec.RunRow], keys: Sequence[str | None]
) -> list[int | None]:
    """Insert runs that came from a file, or bring back those that were deleted.

    Returns:
        For each its id; None if its key is there already.
    """
    known = _known(connection, [key for key in keys if key is not None])
    found: list[int | None] = []
    new: list[int] = []
    back: list[int] = []
    for place, key in enumerate(keys):
        run_id = None if key is None else known.get(key)
        if run_id is not None:
            back.append(run_id)
        elif key is None or key not in known:
            new.append(place)
        if key is not None:
            # A second one is there already.
            known[key] = None
        found.append(run_id)
    connection.executemany("UPDATE runs SET deleted_at = NULL WHERE id = ?", [(run_id,) for run_id in back])
    for place, run_id in zip(new, _insert_new(connection, [(keys[one], rows[one]) for one in new]), strict=True):
        found[place] = run_id
    return found


def _known(connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, int | None]:
    """Return which keys there are, each with the id of its run if that was deleted."""
    known: dict[str, int | None] = {}
    for start in range(0, len(keys), _PARAMETERS):
        part = keys[start : start + _PARAMETERS]
        marks = ", ".join("?" * len(part))
        select = f"SELECT import_key, deleted_at, id FROM runs WHERE import_key IN ({marks})"
        for key, deleted_at, run_id in connection.execute(select, part):
            known[key] = None if deleted_at is None else run_id
    return known


def _insert_new(connection: sqlite3.Connection, runs: Sequence[tuple[str | None, codec.RunRow]]) -> list[int]:
    """Insert runs that are not there; return their ids, one after the other."""
    if not runs:
        return []
    columns = (*codec.SEALED, "seal", "import_key", "id")
    insert = f"INSERT INTO runs ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    (key, row), rest = runs[0], runs[1:]
    # SQLite gives ids in ascending order and none twice, so those that follow its next one are free.
    first = connection.execute(insert, (*row.columns, key, None)).lastrowid
    assert first is not None
    ids = list(range(first, first + len(runs)))
    # Beyond the largest, it says itself that there is none.
    given = (one if one <= _LARGEST_ID else None for one in ids[1:])
    connection.executemany(
        insert, [(*row.columns, key, run_id) for (key, row), run_id in zip(rest, given, strict=True)]
    )
    connection.executemany(
        _INSERT_COMPLETION,
        [(run_id, *one) for (_, row), run_id in zip(runs, ids, strict=True) for one in row.completions],
    )
    return ids


def replace_completions(connection: sqlite3.Connection, run_id: int, completions: Sequence[Completion]) -> None:
    """Write a run's completions in place of those there are, and of the pieces that arrived."""
    connection.execute("DELETE FROM chunks WHERE run_id = ?", (run_id,))
    connection.execute("DELETE FROM completions WHERE run_id = ?", (run_id,))
    connection.executemany(_INSERT_COMPLETION, codec.completion_rows(run_id, completions))


def seal(connection: sqlite3.Connection, run_id: int) -> None:
    """Seal a run that was changed in its row."""
    row = connection.execute(f"SELECT {codec.RUN_COLUMNS} FROM runs WHERE id = ?", (run_id,)).fetchone()
    connection.execute("UPDATE runs SET seal = ? WHERE id = ?", (codec.seal_of(row), run_id))


def _insert(connection: sqlite3.Connection, row: dict[str, Any]) -> int:
    marks = ", ".join("?" * len(row))
    run_id = connection.execute(f"INSERT INTO runs ({', '.join(row)}) VALUES ({marks})", tuple(row.values())).lastrowid
    assert run_id is not None
    return run_id
