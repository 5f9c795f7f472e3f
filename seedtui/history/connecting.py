"""A connection to the database file: made for this user only, in the right journal mode, migrated."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Final

from seedtui.history.filesystem import on_network
from seedtui.history.migrate import check_schema, migrate
from seedtui.history.private import BESIDE, PRIVATE, beside
from seedtui.paths import make_private_folder

_BUSY_SECONDS: Final = 5.0


def connect(path: Path) -> sqlite3.Connection:
    """Open a database, made at 0600 if there is none, and bring its schema up to date.

    Raises:
        HistoryError: If it is not a history that this version can use.
        sqlite3.Error: If it cannot be opened.
        OSError: If it cannot be made.
    """
    if not path.exists():
        make_private_folder(path.parent)
        # SQLite gives its -wal and -shm files the rights of this one.
        handle = os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE)
        os.fchmod(handle, PRIVATE)
        os.close(handle)
    try:
        return _connect_for_writing(path)
    except sqlite3.OperationalError as error:
        if "disk i/o error" not in str(error).lower():
            raise
        # On a full disk there is no room for the memory that processes share; one alone needs none.
        return _connect_for_writing(path, "PRAGMA locking_mode = EXCLUSIVE")


def _connect_for_writing(path: Path, *first: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        for statement in first:
            connection.execute(statement)
        # What is not ours is not to be changed at all, and the journal mode is kept in the file.
        check_schema(connection, path)
        _choose_journal(connection, path)
        connection.execute("PRAGMA synchronous = FULL")
        migrate(connection, path)
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_for_reading(path: Path) -> sqlite3.Connection:
    """Open a database that this user may not write.

    Raises:
        HistoryError: If it is not a history that this version can use.
        sqlite3.Error: If it cannot be opened.
    """
    try:
        return _connect_with(path, "mode=ro")
    except sqlite3.OperationalError:
        # One with a write-ahead log, in a folder that cannot be written, opens only as one that never changes.
        return _connect_with(path, "immutable=1")


def open_as_it_is(path: Path) -> sqlite3.Connection:
    """Open a database of whatever schema and in whatever state, to look at it.

    Raises:
        sqlite3.Error: If it cannot be opened.
    """
    # Who only reads leaves behind what lies beside a database, and cannot undo a change that was cut short. In a
    # folder that cannot be written, there may be no way but to take it for one that never changes.
    unused = not any(beside(path, ending).exists() for ending in BESIDE)
    options = ("mode=rw", "mode=ro", "immutable=1") if unused else ("mode=ro", "mode=rw", "immutable=1")
    for option in options:
        connection = _opened(path, option)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            connection.close()
            if option == options[-1]:
                raise
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise AssertionError


def is_writable(path: Path) -> bool:
    """Whether this user may write a database: the file, and the folder, for its journal."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK) if path.exists() else True


def _opened(path: Path, option: str) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?{option}"
    return sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _connect_with(path: Path, option: str) -> sqlite3.Connection:
    connection = _opened(path, option)
    try:
        migrate(connection, path, read_only=True)
    except BaseException:
        connection.close()
        raise
    return connection


def _choose_journal(connection: sqlite3.Connection, path: Path) -> None:
    """Let readers and a writer work side by side, where that is safe.

    On a network the old journal is used. It is also what stays where a file system cannot share memory.
    While another process has the database open the mode may not be changed: it stays what that one uses.
    """
    mode = "DELETE" if on_network(path) else "WAL"
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute(f"PRAGMA journal_mode = {mode}")
