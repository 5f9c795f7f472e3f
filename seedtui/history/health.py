"""Whether a database is sound: its pages, its tables and indexes, and what was stored in it."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from seedtui.history import codec
from seedtui.history.connecting import open_as_it_is
from seedtui.history.errors import HistoryError, explained
from seedtui.history.migrate import check_schema, migrate_to
from seedtui.history.reading import read_completions

Progress = Callable[[str, int, int], None]

_COMPLAINTS: Final = 20
_OPCODES: Final = 100_000
_COMMENT: Final = re.compile(r"--[^\n]*")
_OWN: Final = "sqlite_%"


@dataclass(frozen=True)
class Health:
    """What was found in a database.

    Attributes:
        runs: How many runs there are, the deleted ones too.
        checked: Of how many it was looked whether they are what was stored.
        damaged: The ids of those that are not.
        complaints: What is wrong with pages, tables and indexes; in SQLite's words.
    """

    runs: int
    checked: int
    damaged: tuple[int, ...]
    complaints: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.damaged and not self.complaints


class CancelledError(HistoryError):
    """Whoever asked for something does not want it any more."""

    def __init__(self) -> None:
        super().__init__("cancelled", "Cancelled: nothing was changed.")


def examine(
    path: Path,
    *,
    newest: int | None = None,
    progress: Progress = lambda what, done, of: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Health:
    """Look whether a database is sound, without changing anything in it.

    Args:
        path: The database.
        newest: Look at so many runs, and for the rest at what is quickly seen; None looks at everything.
        progress: Told what is being done, how far it has come, and of how much (0: nobody knows).
        cancelled: Asked now and then.

    Raises:
        CancelledError: If it was cancelled.
        HistoryError: If it is no history at all, was written by a newer seedtui, or cannot be opened.
    """
    with explained(path), contextlib.closing(open_as_it_is(path)) as connection:
        check_schema(connection, path)
        with interruptible(connection, cancelled):
            progress("Checking its structure", 0, 0)
            complaints = (*_structure(connection, thorough=newest is None), *_schema(connection))
            found = _damaged(connection, newest, progress)
            return Health(*found, complaints)


@contextlib.contextmanager
def interruptible(connection: sqlite3.Connection, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Let SQLite ask now and then whether to go on.

    Raises:
        CancelledError: If not.
    """
    connection.set_progress_handler(lambda: int(cancelled()), _OPCODES)
    try:
        yield
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise CancelledError() from error
        raise
    finally:
        connection.set_progress_handler(None, 0)
    if cancelled():
        raise CancelledError()


def _structure(connection: sqlite3.Connection, *, thorough: bool) -> list[str]:
    check = "integrity_check" if thorough else "quick_check"
    try:
        found = [str(row[0]) for row in connection.execute(f"PRAGMA {check}({_COMPLAINTS})")]
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if "interrupted" in str(error):
            raise
        return [str(error)]
    return [] if found == ["ok"] else found


def _schema(connection: sqlite3.Connection) -> list[str]:
    """Compare tables and indexes with those that the steps of the schema make."""
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        found = _definitions(connection)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return [str(error)]
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as blank:
        migrate_to(blank, version)
        wanted = _definitions(blank)
    names = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    return [f"{name} is not as it was made" for name in names]


def _definitions(connection: sqlite3.Connection) -> dict[str, str]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE ?", (_OWN,))
    return {str(name): " ".join(_COMMENT.sub("", str(sql)).split()) for name, sql in rows}


def _damaged(
    connection: sqlite3.Connection, newest: int | None, progress: Progress
) -> tuple[int, int, tuple[int, ...]]:
    """Return how many runs there are, how many were looked at, and which of these are not what was stored."""
    connection.row_factory = sqlite3.Row
    try:
        count = connection.execute("SELECT count(*) FROM runs").fetchone()[0]
        limit = count if newest is None else min(newest, count)
        ids = [row[0] for row in connection.execute("SELECT id FROM runs ORDER BY id DESC LIMIT ?", (limit,))]
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if "interrupted" in str(error):
            raise
        return 0, 0, ()
    select = _select_run(connection)
    damaged: list[int] = []
    for done, run_id in enumerate(ids, 1):
        if not _is_undamaged(connection, select, run_id):
            damaged.append(run_id)
        progress("Checking what is stored", done, len(ids))
    return count, len(ids), tuple(reversed(damaged))


def _select_run(connection: sqlite3.Connection) -> str:
    """Return the statement that reads a run, also where an older schema lacks a column."""
    names = {row[1] for row in connection.execute("PRAGMA table_info(runs)")}
    columns = [name if name in names else f"NULL AS {name}" for name in codec.RUN_COLUMNS.split(", ")]
    return f"SELECT {', '.join(columns)} FROM runs WHERE id = ?"


def _is_undamaged(connection: sqlite3.Connection, select: str, run_id: int) -> bool:
    try:
        row = connection.execute(select, (run_id,)).fetchone()
        codec.run_of(row, read_completions(connection, run_id))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, sqlite3.DatabaseError) as error:
        if "interrupted" in str(error):
            raise
        return False
    return True
