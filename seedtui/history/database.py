"""An open database: one connection, used by one thread at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from seedtui.core.text import displayable
from seedtui.history.connecting import connect, connect_for_reading, is_writable
from seedtui.history.errors import HistoryError, explained
from seedtui.history.search import add_functions
from seedtui.history.transaction import transaction


class Database:
    """An open database.

    Attributes:
        connection: The connection. Use it inside `reading` or `writing`.
        path: The file.
        read_only: Whether it cannot be written.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
        connection.row_factory = sqlite3.Row
        add_functions(connection)
        self.connection = connection
        self.path = path
        self.read_only = read_only
        self._lock = threading.RLock()
        self._file = _identity(path)
        self._version: int | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a database: made if there is none, for reading only if it cannot be written.

        Raises:
            HistoryError: If it cannot be used.
        """
        try:
            with explained(path), _unmoved(path):
                read_only = not is_writable(path)
                return cls(connect_for_reading(path) if read_only else connect(path), path, read_only=read_only)
        except OSError as error:
            said = f"{displayable(str(path))} cannot be made: {error.strerror or error}"
            raise HistoryError("read-only", f"{said}. Choose another with --db.") from error

    def close(self) -> None:
        """Close it. Whoever uses it afterwards gets a HistoryError."""
        with self._lock, explained(self.path):
            self.connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Use the connection for reading.

        Raises:
            HistoryError: In place of SQLite's errors.
        """
        with self._lock, explained(self.path):
            yield self.connection

    def changed_elsewhere(self) -> bool:
        """Whether somebody else has written since this was asked the last time.

        Raises:
            HistoryError: In place of SQLite's errors.
        """
        with self.reading() as connection:
            version = connection.execute("PRAGMA data_version").fetchone()[0]
        before, self._version = self._version, version
        return before is not None and version != before

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Use the connection for writing: everything inside is written, or nothing.

        Raises:
            HistoryError: In place of SQLite's errors; and if the file is no longer the one that was opened.
        """
        with self._lock, explained(self.path):
            self._check_file()
            with transaction(self.connection):
                yield self.connection

    def _check_file(self) -> None:
        # SQLite writes to a deleted file without an error.
        if _identity(self.path) != self._file:
            shown = displayable(str(self.path))
            raise HistoryError("gone", f"{shown} was deleted or replaced while it was open: restart seedtui.")


@contextmanager
def _unmoved(path: Path) -> Iterator[None]:
    """Refuse a file that another took the place of while it was being opened: what is written to it would be lost.

    Raises:
        HistoryError: If so, whatever else went wrong.
    """
    before = _identity(path)
    try:
        yield
    finally:
        if before is not None and _identity(path) != before:
            raise HistoryError("gone", f"{displayable(str(path))} was replaced while it was opened: try again.")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
