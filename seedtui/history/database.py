"""The database file: made for this user only, opened, migrated."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

from seedtui.core.text import displayable
from seedtui.history.errors import HistoryError
from seedtui.paths import make_private_folder

_STEP: Final = re.compile(r"(\d{4})_(\w+)\.sql\Z")
_BUSY_SECONDS: Final = 5.0


def connect(path: Path) -> sqlite3.Connection:
    """Open a database, made at 0600 if there is none, and bring its schema up to date.

    A database that this user may not write is opened for reading.

    Raises:
        HistoryError: If its schema is newer than this version knows.
        sqlite3.Error: If it cannot be opened.
        OSError: If it cannot be made.
    """
    if not path.exists():
        make_private_folder(path.parent)
        # SQLite gives its -wal and -shm files the rights of this one.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    if not os.access(path, os.W_OK):
        return _connect_for_reading(path)
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        _migrate(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work side by side.

    Where a file system cannot share memory, SQLite keeps its old journal; and while another process
    makes the same change it says "locked" at once. Both are safe: the file itself remembers its mode.
    """
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise


def _connect_for_reading(path: Path) -> sqlite3.Connection:
    address = path.resolve().as_uri()
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("SELECT count(*) FROM migrations").fetchone()
    except sqlite3.OperationalError:
        # A WAL database in a folder that cannot be written opens only as one that never changes.
        connection.close()
        connection = sqlite3.connect(f"{address}?immutable=1", uri=True, isolation_level=None, check_same_thread=False)
        connection.execute("SELECT count(*) FROM migrations").fetchone()
    return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write everything inside, or nothing.

    BEGIN IMMEDIATE takes the write lock first: with a plain BEGIN a second writer fails half-way.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # A full disk may have rolled it back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def steps() -> list[tuple[int, str, str]]:
    """Return the schema's steps in order: number, name, SQL."""
    found = []
    for resource in files("seedtui.history.migrations").iterdir():
        match = _STEP.match(resource.name)
        if match:
            found.append((int(match[1]), match[2], resource.read_text(encoding="utf-8")))
    return sorted(found)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    known = steps()
    newest = known[-1][0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > newest:
        raise HistoryError(
            "newer",
            f"{displayable(str(path))} was written by a newer seedtui (schema {version}, this one knows {newest}): "
            "update seedtui, or choose another with --db.",
        )
    if version == newest:
        return
    with transaction(connection):
        # Another process may have migrated while this one waited for the lock.
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, "
            "applied_at TEXT NOT NULL)"
        )
        for number, name, script in known:
            if number > version:
                for statement in _statements(script):
                    connection.execute(statement)
                now = datetime.now(UTC).isoformat()
                connection.execute("INSERT INTO migrations VALUES (?, ?, ?)", (number, name, now))
                connection.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    """Cut a script into statements; executescript would commit before the first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
