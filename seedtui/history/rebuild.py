"""A new database, made of what was found of a damaged one."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from seedtui.core.text import scrub
from seedtui.history.finds import RUN_TABLE, Finds, Kind, Row
from seedtui.history.mending import Columns, State, mend
from seedtui.history.migrate import migrate

# Ids are given one by one: one that is far beyond all others is damage.
_FARTHEST: Final = 1_000_000


@dataclass
class Salvaged:
    """What became of everything that was found.

    Attributes:
        whole: How many runs are as they were stored.
        mended: Those of which something was restored from what says the same.
        in_part: Those that lack something; they count as failed, and say so.
        lost: Those that were there, and whose request is not known any more.
        series: How many series are as they were stored.
        lost_series: Those that were there, and whose plan is not known any more.
    """

    whole: int = 0
    mended: list[int] = field(default_factory=list)
    in_part: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    series: int = 0
    lost_series: list[int] = field(default_factory=list)

    @property
    def runs(self) -> int:
        """How many runs are kept."""
        return self.whole + len(self.mended) + len(self.in_part)


def rebuild(finds: Finds, path: Path, progress: Callable[[int, int], None]) -> Salvaged:
    """Write a new database of what was found.

    Args:
        finds: What was found.
        path: Where to; it must be empty, or not there.
        progress: Told how many runs have been looked at, of how many.
    """
    salvaged = Salvaged()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        migrate(connection, path)
        connection.execute("BEGIN")
        run_ids = finds.keys(Kind.RUNS, Kind.COMPLETIONS, Kind.CHUNKS, Kind.BASELINES, Kind.SEEN)
        for done, run_id in enumerate(run_ids, 1):
            _add_run(connection, finds, run_id, salvaged)
            progress(done, len(run_ids))
        for series_id in finds.keys(Kind.SERIES, Kind.SLOTS):
            _add_series(connection, finds, series_id, salvaged)
        for row in finds.rows(Kind.BASELINES):
            _add_baseline(connection, row)
        _go_on_counting(connection, finds)
        connection.execute("COMMIT")
    return salvaged


def _add_run(connection: sqlite3.Connection, finds: Finds, run_id: int, salvaged: Salvaged) -> None:
    chunks = finds.rows(Kind.CHUNKS, run_id)
    mended = mend(finds.rows(Kind.RUNS, run_id), finds.rows(Kind.COMPLETIONS, run_id))
    if mended is None or not _add_row(connection, scrub(mended.columns)):
        salvaged.lost.append(run_id)
        return
    connection.executemany("INSERT INTO completions VALUES (?, ?, ?, ?, ?)", mended.completions)
    if not mended.completions:
        unbroken = [row for row in chunks if scrub(row[3]) == row[3]]
        connection.executemany("INSERT OR IGNORE INTO chunks VALUES (?, ?, ?, ?)", unbroken)
    match mended.state:
        case State.WHOLE:
            salvaged.whole += 1
        case State.MENDED:
            salvaged.mended.append(run_id)
        case State.IN_PART:
            salvaged.in_part.append(run_id)


def _add_row(connection: sqlite3.Connection, columns: Columns) -> bool:
    key = columns["import_key"]
    # Two runs with one key cannot be; the second keeps itself, and not the key.
    if key is not None and connection.execute("SELECT 1 FROM runs WHERE import_key = ?", (key,)).fetchone():
        columns = {**columns, "import_key": None}
    marks = ", ".join("?" * len(RUN_TABLE))
    insert = f"INSERT INTO runs ({', '.join(RUN_TABLE)}) VALUES ({marks})"
    try:
        connection.execute(insert, [columns[name] for name in RUN_TABLE])
    except sqlite3.IntegrityError:
        return False
    return True


def _add_series(connection: sqlite3.Connection, finds: Finds, series_id: int, salvaged: Salvaged) -> None:
    plans = [row for row in finds.rows(Kind.SERIES, series_id) if _is_plan(row)]
    if not plans:
        salvaged.lost_series.append(series_id)
        return
    salvaged.series += 1
    connection.execute("INSERT INTO series VALUES (?, ?, ?)", plans[0])
    slots = [row for row in finds.rows(Kind.SLOTS, series_id) if scrub(row[3]) == row[3]]
    connection.executemany("INSERT OR IGNORE INTO slots VALUES (?, ?, ?, ?)", slots)


def _is_plan(row: Row) -> bool:
    try:
        return isinstance(json.loads(row[2]), dict) and bool(scrub(row) == [*row])
    except (ValueError, RecursionError):
        return False


def _add_baseline(connection: sqlite3.Connection, row: Row) -> None:
    if scrub(row[1]) == row[1]:
        insert = "INSERT OR IGNORE INTO baselines SELECT id, ? FROM runs WHERE id = ?"
        connection.execute(insert, (row[1], row[0]))


def _go_on_counting(connection: sqlite3.Connection, finds: Finds) -> None:
    """Give no id again that was given once: not even that of a run that is lost or was deleted for good."""
    for table, kinds in (("runs", (Kind.RUNS, Kind.SEEN, Kind.COMPLETIONS)), ("series", (Kind.SERIES, Kind.SLOTS))):
        keys = finds.keys(*kinds)
        known = connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]
        told = [newest for name, newest in finds.rows(Kind.SEQUENCE) if name == table]
        newest = max((id for id in (known, *keys, *told) if id <= known + _FARTHEST), default=0)
        if newest:
            connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, newest))
