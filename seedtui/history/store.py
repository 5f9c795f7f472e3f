"""The history: every run that was sent or imported, with its text as far as it came."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Self

from seedtui.core.query import Query
from seedtui.core.request import Request
from seedtui.core.run import Completion, Run, Status
from seedtui.core.summary import FIRST_WORDS, Summary
from seedtui.core.text import displayable, join_surrogates
from seedtui.history import codec
from seedtui.history.database import connect, transaction
from seedtui.history.errors import HistoryError, explained
from seedtui.history.owner import is_alive, this_process
from seedtui.history.search import add_functions, conditions

KEEP_DELETED: Final = timedelta(days=30)


class History:
    """One database. It may be used from several threads; several processes may have it open.

    Every method raises HistoryError, with one plain sentence, if the database cannot be used.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        connection.row_factory = sqlite3.Row
        add_functions(connection)
        self._connection = connection
        self._path = path
        self._lock = threading.RLock()
        self._file = _identity(path)

    @classmethod
    def open(cls, path: Path, *, sweep: bool = True) -> Self:
        """Open a history, made if there is none.

        Args:
            path: The database.
            sweep: Mark runs whose process died as interrupted, and drop what was deleted long ago.

        Raises:
            HistoryError: If it cannot be used.
        """
        try:
            with explained(path):
                history = cls(connect(path), path)
                if sweep and os.access(path, os.W_OK):
                    history._sweep()
        except OSError as error:
            said = f"{displayable(str(path))} cannot be made: {error.strerror or error}"
            raise HistoryError("read-only", f"{said}. Choose another with --db.") from error
        return history

    @property
    def path(self) -> Path:
        """The database file."""
        return self._path

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._connection.close()

    # Writing.

    def start(self, request: Request, endpoint: str, created_at: datetime) -> int:
        """Keep a run that is being sent; return its id."""
        run = Run(
            id=0, request=request, response=None, endpoint=endpoint, created_at=created_at, status=Status.STREAMING
        )
        with self._writing():
            return self._insert({**codec.run_row(run), "owner": this_process()})

    def append(self, pieces: Sequence[tuple[int, int, str]]) -> None:
        """Keep text as it arrives, of several runs at once.

        Args:
            pieces: Run id, choice index and text, in the order the text came.
        """
        with self._writing():
            rows = [(run_id, index, join_surrogates(text)) for run_id, index, text in pieces]
            self._connection.executemany("INSERT INTO chunks (run_id, choice, text) VALUES (?, ?, ?)", rows)

    def finish(self, run: Run) -> None:
        """Keep a run as it ended; its pieces of text are replaced by its completions."""
        with self._writing():
            row = {**codec.run_row(run), "owner": None}
            columns = ", ".join(f"{name} = ?" for name in row)
            self._connection.execute(f"UPDATE runs SET {columns} WHERE id = ?", (*row.values(), run.id))
            self._replace_completions(run.id, run.completions)

    def add(self, runs: Iterable[Run], keys: Iterable[str | None]) -> tuple[list[int], int]:
        """Keep runs that came from a file, all of them or none.

        Args:
            runs: The runs; their ids are passed over.
            keys: For each, what tells it from every other; a key that is there already is skipped.

        Returns:
            The new ids, and how many runs were skipped.
        """
        ids: list[int] = []
        skipped = 0
        with self._writing():
            for run, key in zip(runs, keys, strict=True):
                known = self._connection.execute("SELECT 1 FROM runs WHERE import_key = ?", (key,)).fetchone()
                if known:
                    skipped += 1
                    continue
                run_id = self._insert({**codec.run_row(run), "import_key": key})
                self._replace_completions(run_id, run.completions)
                ids.append(run_id)
        return ids, skipped

    def delete(self, run_ids: Iterable[int]) -> None:
        """Take runs out of sight; they can be brought back for thirty days."""
        self._set_deleted(run_ids, datetime.now(UTC).isoformat())

    def undelete(self, run_ids: Iterable[int]) -> None:
        """Bring deleted runs back."""
        self._set_deleted(run_ids, None)

    # Reading.

    def run(self, run_id: int) -> Run | None:
        """Return a run with its texts; None if there is none, or it was deleted.

        Raises:
            HistoryError: Also if a text is not what was stored (kind `damaged`).
        """
        select = f"SELECT {codec.RUN_COLUMNS} FROM runs WHERE id = ? AND deleted_at IS NULL"
        with self._reading():
            row = self._connection.execute(select, (run_id,)).fetchone()
            return None if row is None else codec.run_of(row, self._completions(run_id))

    def page(self, query: Query | None = None, before: int | None = None, limit: int = 100) -> list[Summary]:
        """Return a page of summaries, newest first.

        Args:
            query: Which runs.
            before: Only runs with a smaller id: the last id of the page before.
            limit: The most to return.
        """
        wheres, arguments = conditions(query or Query())
        wheres.append("deleted_at IS NULL")
        if before is not None:
            wheres.append("id < ?")
            arguments.append(before)
        select = f"SELECT {codec.SUMMARY_COLUMNS} FROM runs WHERE {' AND '.join(wheres)} ORDER BY id DESC LIMIT ?"
        with self._reading():
            rows = self._connection.execute(select, (*arguments, limit)).fetchall()
        return [codec.summary_of(row) for row in rows]

    def recent(self, position: int) -> int | None:
        """Return the id of the newest run (1), the one before it (2), and so on; None beyond the oldest."""
        if position < 1:
            return None
        before: int | None = None
        while True:
            size = min(position, 1000)
            ids = self._ids(before, size)
            if len(ids) < size:
                return None
            if position <= size:
                return ids[position - 1]
            before, position = ids[-1], position - size

    def previous(self, run_id: int) -> int | None:
        """Return the id of the run before this one; None if it is the oldest."""
        return next(iter(self._ids(run_id, 1)), None)

    def count(self) -> int:
        """Return how many runs there are, the deleted ones left out."""
        with self._reading():
            found = self._connection.execute("SELECT count(*) FROM runs WHERE deleted_at IS NULL").fetchone()[0]
        return int(found)

    # The parts.

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock, explained(self._path):
            self._check_file()
            with transaction(self._connection):
                yield

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock, explained(self._path):
            yield

    def _check_file(self) -> None:
        # SQLite writes to a deleted file without an error.
        if _identity(self._path) != self._file:
            shown = displayable(str(self._path))
            raise HistoryError("gone", f"{shown} was deleted or replaced while it was open: restart seedtui.")

    def _insert(self, row: dict[str, Any]) -> int:
        marks = ", ".join("?" * len(row))
        insert = f"INSERT INTO runs ({', '.join(row)}) VALUES ({marks})"
        run_id = self._connection.execute(insert, tuple(row.values())).lastrowid
        assert run_id is not None
        return run_id

    def _replace_completions(self, run_id: int, completions: Sequence[Completion]) -> None:
        self._connection.execute("DELETE FROM chunks WHERE run_id = ?", (run_id,))
        self._connection.execute("DELETE FROM completions WHERE run_id = ?", (run_id,))
        rows = codec.completion_rows(run_id, completions)
        self._connection.executemany("INSERT INTO completions VALUES (?, ?, ?, ?, ?)", rows)

    def _set_deleted(self, run_ids: Iterable[int], moment: str | None) -> None:
        with self._writing():
            rows = [(moment, run_id) for run_id in run_ids]
            self._connection.executemany("UPDATE runs SET deleted_at = ? WHERE id = ?", rows)

    def _ids(self, before: int | None, limit: int) -> list[int]:
        where = "deleted_at IS NULL" + ("" if before is None else " AND id < ?")
        arguments = (limit,) if before is None else (before, limit)
        with self._reading():
            rows = self._connection.execute(f"SELECT id FROM runs WHERE {where} ORDER BY id DESC LIMIT ?", arguments)
            return [row["id"] for row in rows]

    def _completions(self, run_id: int) -> tuple[Completion, ...]:
        select = "SELECT choice, text, finish_reason, sha256 FROM completions WHERE run_id = ? ORDER BY choice"
        rows = self._connection.execute(select, (run_id,)).fetchall()
        for row in rows:
            if codec.digest_of(row["text"]) != row["sha256"]:
                shown = displayable(str(self._path))
                raise HistoryError(
                    "damaged", f"The text of #{run_id} in {shown} is not what was stored: the disk has changed it."
                )
        if rows:
            return tuple(Completion(row["choice"], row["text"], row["finish_reason"]) for row in rows)
        return self._arrived(run_id)

    def _arrived(self, run_id: int) -> tuple[Completion, ...]:
        select = "SELECT choice, text FROM chunks WHERE run_id = ? ORDER BY choice, id"
        rows = self._connection.execute(select, (run_id,)).fetchall()
        groups = groupby(rows, key=lambda row: row["choice"])
        return tuple(Completion(index, "".join(row["text"] for row in group)) for index, group in groups)

    def _sweep(self) -> None:
        select = "SELECT id, owner FROM runs WHERE status = 'streaming'"
        dead = [row["id"] for row in self._connection.execute(select) if not is_alive(row["owner"])]
        if dead:
            with self._writing():
                for run_id in dead:
                    self._interrupt(run_id)
        long_ago = (datetime.now(UTC) - KEEP_DELETED).isoformat()
        expired = "deleted_at IS NOT NULL AND deleted_at < ?"
        if self._connection.execute(f"SELECT 1 FROM runs WHERE {expired} LIMIT 1", (long_ago,)).fetchone():
            with self._writing():
                self._connection.execute(f"DELETE FROM runs WHERE {expired}", (long_ago,))

    def _interrupt(self, run_id: int) -> None:
        completions = self._arrived(run_id)
        self._replace_completions(run_id, completions)
        first = completions[0].text[:FIRST_WORDS] if completions else ""
        self._connection.execute(
            "UPDATE runs SET status = ?, owner = NULL, choices = ?, first_words = ? "
            "WHERE id = ? AND status = 'streaming'",
            (Status.INTERRUPTED.value, len(completions), first, run_id),
        )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
