"""The file of the index: made for this user only, dropped when it is not what it should be."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from seedtui.history.filesystem import on_network
from seedtui.history.private import BESIDE, PRIVATE, beside
from seedtui.history.transaction import snapshot, transaction

ENDING: Final = "-search"
# So many ids are indexed at once; so many of these parts are made one.
SMALL: Final = 1024
FAN: Final = 16
SIZES: Final = (SMALL, SMALL * FAN)

_FORMAT: Final = 1
_PAGE: Final = 16384
BUSY_SECONDS: Final = 0.1
_SCHEMA: Final = (
    # What a part was made of: how its first and last run are sealed, and when the youngest of its runs was sent.
    "CREATE TABLE IF NOT EXISTS parts (level INTEGER, number INTEGER, mark TEXT NOT NULL, youngest TEXT NOT NULL,"
    " PRIMARY KEY (level, number)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS sets (level INTEGER, number INTEGER, key TEXT, bits BLOB NOT NULL,"
    " PRIMARY KEY (level, number, key)) WITHOUT ROWID",
    f"PRAGMA user_version = {_FORMAT}",
)


class UnusableError(Exception):
    """The index cannot be used now: it is busy, the disk is full, it may not be written."""


def index_path(history: Path) -> Path:
    """Return where the index of a history is."""
    return history.with_name(history.name + ENDING)


def drop_index(history: Path) -> None:
    """Delete the index of a history; whoever has it open goes on with what it was."""
    path = index_path(history)
    for ending in (*BESIDE, ""):
        with contextlib.suppress(OSError):
            beside(path, ending).unlink(missing_ok=True)


class IndexFile:
    """A connection to the index, used by one thread at a time."""

    def __init__(self, history: Path, connection: sqlite3.Connection) -> None:
        self._history = history
        self._connection = connection
        self._file = _identity(index_path(history))

    @classmethod
    def open(cls, history: Path, *, make: bool) -> Self | None:
        """Open the index of a history; None if there is none and none is to be made.

        Raises:
            UnusableError: If it cannot be used now. One that is damaged, or of another version, is dropped.
        """
        path = index_path(history)
        with usable(history):
            if not path.exists():
                if not make:
                    return None
                handle = os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE)
                os.fchmod(handle, PRIVATE)
                os.close(handle)
            return cls(history, _connect(path, make=make))

    @property
    def is_current(self) -> bool:
        """Whether the file is still the one that was opened."""
        return self._file is not None and _identity(index_path(self._history)) == self._file

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read everything inside as it was at one moment.

        Raises:
            UnusableError: If it cannot be used now; it is dropped if it is damaged.
        """
        with usable(self._history), snapshot(self._connection):
            yield self._connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write everything inside, or nothing.

        Raises:
            UnusableError: If it cannot be used now; it is dropped if it is damaged.
        """
        with usable(self._history), transaction(self._connection):
            yield self._connection

    def close(self) -> None:
        """Close it."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()


@contextlib.contextmanager
def usable(history: Path) -> Iterator[None]:
    """Drop an index that turns out to be damaged.

    Raises:
        UnusableError: In place of SQLite's errors, and of those of the file.
    """
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        # A lock, a disk that is full or may not be written: it may do next time. The rest is damage.
        if isinstance(error, sqlite3.OperationalError) and "no such" in str(error):
            drop_index(history)
        raise UnusableError(str(error)) from error
    except (sqlite3.Error, ValueError, TypeError, IndexError, struct.error) as error:
        drop_index(history)
        raise UnusableError(str(error)) from error


def _connect(path: Path, *, make: bool) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?mode=rw"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0 and not make:
            # Somebody is about to make it.
            raise sqlite3.OperationalError("This index is not made yet.")
        if version == 0:
            # Most sets are of 2 kB: in small pages each would have one of its own.
            connection.execute(f"PRAGMA page_size = {_PAGE}")
            connection.execute(f"PRAGMA journal_mode = {'DELETE' if on_network(path) else 'WAL'}")
            with transaction(connection):
                for statement in _SCHEMA:
                    connection.execute(statement)
        elif version != _FORMAT or path.stat().st_size % _PAGE:
            raise sqlite3.DatabaseError("This index is of another version, or was cut short.")
        # Losing the end of it in a power cut is no loss; that it stays whole is asked of it all the same.
        connection.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        connection.close()
        raise
    return connection


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
