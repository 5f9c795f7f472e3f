"""The schema, brought up to date step by step."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from seedtui.core.text import displayable
from seedtui.history.errors import HistoryError
from seedtui.history.transaction import transaction

STEPS: Final = Path(__file__).parent / "migrations"
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
    known = _steps(folder)
    newest = known[-1][0]
    version = _version(connection)
    shown = displayable(str(path))
    if version > newest:
        raise HistoryError(
            "newer",
            f"{shown} was written by a newer seedtui (schema {version}, this one knows {newest}): "
            "update seedtui, or choose another with --db.",
        )
    if not _is_ours(connection, version):
        raise HistoryError("corrupt", f"{shown} is no seedtui history: choose another with --db.")
    if version == newest:
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
    return {"migrations", "runs"} <= tables if version else not tables - {"migrations", "sqlite_sequence"}


def _steps(folder: Path) -> list[tuple[int, str, Path]]:
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
