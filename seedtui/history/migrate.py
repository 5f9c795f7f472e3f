"""The schema, brought up to date step by step."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from seedtui.core.text import displayable
from seedtui.history.errors import NOT_OURS, HistoryError
from seedtui.history.transaction import snapshot, transaction

STEPS: Final = Path(__file__).parent / "migrations"
_SMALLEST: Final = 512
_NAME: Final = re.compile(r"(\d{4})_(\w+)\.sql\Z")


def migrate(connection: sqlite3.Connection, path: Path, *, read_only: bool = False, folder: Path = STEPS) -> None:
    """Bring a database's schema up to date, or refuse.

    Args:
        connection: The database.
        path: Its file, for the sentence if it is refused.
        read_only: Refuse a schema that is not up to date.
        folder: Where the steps are, named like `0001_runs.sql`.

    Raises:
        HistoryError: If it is no history, was written by a newer seedtui, or had to be migrated but is
            read-only.
        sqlite3.Error: If it cannot be migrated. It is as it was.
    """
    known = known_steps(folder)
    version = check_schema(connection, path, newest=known[-1][0])
    shown = displayable(str(path))
    if version == known[-1][0]:
        return
    if read_only:
        raise HistoryError(
            "read-only",
            f"{shown} was written by an older seedtui and must be updated, but cannot be written: check its rights.",
        )
    with transaction(connection):
        # Another process may have migrated while this one waited for the lock.
        version = _version(connection)
        for number, name, file in known:
            if number > version:
                _apply(connection, number, name, file.read_text(encoding="utf-8"))


def migrate_to(connection: sqlite3.Connection, version: int) -> None:
    """Make in an empty database what a schema has; of one that is not known, what is."""
    with transaction(connection):
        for number, name, file in known_steps():
            if number <= version:
                _apply(connection, number, name, file.read_text(encoding="utf-8"))


def is_history(connection: sqlite3.Connection) -> bool:
    """Whether a database is a history of whatever version, or what may be left of one."""
    version = _version(connection)
    return version > 0 and _is_ours(connection, version)


def check_schema(connection: sqlite3.Connection, path: Path, newest: int | None = None) -> int:
    """Look whether a database is a history, without changing anything in it.

    Args:
        connection: The database.
        path: Its file, for the sentence if it is refused.
        newest: The newest schema that is known; by default the last of `STEPS`.

    Returns:
        The number of its schema; 0 if it is empty.

    Raises:
        HistoryError: If it is no history, or was written by a newer seedtui.
    """
    newest = known_steps()[-1][0] if newest is None else newest
    shown = displayable(str(path))
    # Another process may be making it: what is read must be of one moment.
    with snapshot(connection):
        version = _version(connection)
        ours = _is_ours(connection, version)
    # SQLite would take a file of a few bytes for an empty one, and write over it.
    if 0 < path.stat().st_size < _SMALLEST or not ours:
        raise HistoryError("corrupt", NOT_OURS.format(path=shown))
    if version > newest:
        raise HistoryError(
            "newer",
            f"{shown} was written by a newer seedtui (schema {version}, this one knows {newest}): "
            "update seedtui, or choose another with --db.",
        )
    return version


def _apply(connection: sqlite3.Connection, number: int, name: str, script: str) -> None:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations "
        "(number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL)"
    )
    for statement in _statements(script):
        connection.execute(statement)
    now = datetime.now(UTC).isoformat()
    connection.execute("INSERT INTO migrations (number, name, applied_at) VALUES (?, ?, ?)", (number, name, now))
    connection.execute(f"PRAGMA user_version = {number}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _is_ours(connection: sqlite3.Connection, version: int) -> bool:
    """Whether it is a history, or a database with nothing in it: another program's is left alone."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if version:
        return {"migrations", "runs"} <= tables
    # Pages that no table leads to are what damage leaves of a history: it is not to be written over.
    return not tables and int(connection.execute("PRAGMA page_count").fetchone()[0]) <= 1


def known_steps(folder: Path = STEPS) -> list[tuple[int, str, Path]]:
    """Return the steps in order: number, name, file."""
    found = ((_NAME.match(file.name), file) for file in folder.iterdir())
    return sorted((int(match[1]), match[2], file) for match, file in found if match)


def _statements(script: str) -> Iterator[str]:
    """Cut a script into statements; executescript would commit before the first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
