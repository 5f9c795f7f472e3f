"""Another program's SQLite database: read only, with nothing written in it or beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from seedtui.exchange.logs.source import Source

if TYPE_CHECKING:
    import sqlite3

SQLITE: Final = b"SQLite format 3\x00"

# What Python makes of a damaged schema's names, and of numbers that no database holds.
_DAMAGED: Final = (UnicodeError, OverflowError)

Row = Mapping[str, Any]


class UnreadableError(Exception):
    """The database cannot be read. The message says why, as the end of a sentence."""


class Database:
    """A database that is only read, and only as far as it has the tables that are asked for."""

    def __init__(self, source: Source) -> None:
        """Open it.

        Raises:
            UnreadableError: If that cannot be done.
        """
        with _told():
            self._connection = _opened(source)
            named = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            self.tables = frozenset(str(row["name"]) for row in named)

    def rows(self, select: str, *arguments: Any) -> Iterator[Row]:
        """Yield the rows of a query, each as an object.

        Raises:
            UnreadableError: If they cannot be read, or read on.
        """
        with _told():
            for row in self._connection.execute(select, arguments):
                yield dict(row)

    def has(self, *tables: str) -> bool:
        """Whether all these tables are there."""
        return self.tables.issuperset(tables)


@contextmanager
def _told() -> Iterator[None]:
    """Tell of every way in which a database is damaged in one way."""
    import sqlite3

    try:
        yield
    except _DAMAGED:
        raise UnreadableError("it is damaged") from None
    except sqlite3.Error as error:
        raise UnreadableError(str(error)) from None


def _opened(source: Source) -> sqlite3.Connection:
    """Open the database so that neither it nor anything beside it is written.

    Changes that wait beside it, in a write-ahead log or a journal, would be written into it by whoever opens it
    next: then a copy of all of them is opened.
    """
    import sqlite3

    path = source.path()
    if any(_waiting(path)):
        return _connect(source.copy_beside(_waiting), "mode=rw")
    try:
        # Opening a database in WAL mode makes files beside it, unless it is said that nobody else writes it.
        return _connect(path, "mode=ro&immutable=1" if _is_wal(source) else "mode=ro")
    except sqlite3.Error:
        return _connect(path, "mode=ro&immutable=1")


def _connect(path: Path, how: str) -> sqlite3.Connection:
    import sqlite3

    connection = sqlite3.connect(f"{path.as_uri()}?{how}", uri=True, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        connection.execute("PRAGMA query_only = 1")
        connection.execute("PRAGMA trusted_schema = 0")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _waiting(path: Path) -> Iterator[Path]:
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.is_file() and beside.stat().st_size:
            yield beside


def _is_wal(source: Source) -> bool:
    return source.raw.read(20)[18:20] == b"\x02\x02"
