"""Reads all that can be read of a damaged database: by SQLite as far as it goes, then page by page."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Final

from seedtui.history.connecting import open_as_it_is
from seedtui.history.finds import Find, Finds, Kind, Row, all_finds, from_table
from seedtui.history.migrate import known_steps
from seedtui.history.pages import HEADER, MAGIC, page_size_of, read_records, text_of

Progress = Callable[[int, int], None]

BY_SQLITE: Final = 0
BY_PAGE: Final = 1
_USUAL_PAGE: Final = 4096
_WAL_PAGE: Final = slice(8, 12)
# What asks for the rows of a table in the order of its own tree, and for those of one id.
_KEYS: Final = {
    Kind.RUNS: "id",
    Kind.COMPLETIONS: "run_id, choice",
    Kind.CHUNKS: "id",
    Kind.SERIES: "id",
    Kind.SLOTS: "series_id, slot, run_id",
    Kind.BASELINES: "run_id",
}
_OF_ONE: Final = {
    Kind.RUNS: "id",
    Kind.COMPLETIONS: "run_id",
    Kind.CHUNKS: "run_id",
    Kind.SERIES: "id",
    Kind.SLOTS: "series_id",
    Kind.BASELINES: "run_id",
}
_BROKEN: Final = (sqlite3.Error, UnicodeDecodeError, OverflowError)


def gather(path: Path, finds: Finds, progress: Progress) -> None:
    """Keep every row that can be read.

    Args:
        path: A copy of the database, with its write-ahead log; it is changed.
        finds: Takes the rows.
        progress: Told how far it has come, of how much.
    """
    mend_header(path)
    with contextlib.suppress(*_BROKEN), contextlib.closing(_connect(path)) as connection:
        # The newest rows may be in the log alone. Then all that counts is in one file.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        _gather_by_sqlite(connection, finds, progress)
    with path.open("rb") as file:
        page_size = page_size_of(file.read(HEADER)) or _USUAL_PAGE
    for found in all_finds(read_records(path, page_size, progress)):
        finds.add(found, BY_PAGE)
    # SQLite finds its way to a page from more than one side.
    with contextlib.suppress(*_BROKEN), contextlib.closing(_connect(path)) as connection:
        for kind in _KEYS:
            reached = set(finds.keys(kind, rank=BY_SQLITE))
            for key in finds.keys(kind, Kind.SEEN):
                if key not in reached:
                    _keep(_of_one(connection, kind, key), kind, finds, progress)


def mend_header(path: Path) -> None:
    """Give a database the beginning that every history has, if its own tells nothing."""
    with path.open("r+b") as file:
        header = file.read(HEADER)
        if page_size_of(header) is not None and _opens(path):
            return
        size = page_size_of(header) or _page_size_of_log(path) or _USUAL_PAGE
        pages = max(file.seek(0, 2) // size, 1)
        fixed = size.to_bytes(2, "big") if size < 65536 else b"\0\1"
        counts = b"".join(number.to_bytes(4, "big") for number in (1, pages, 0, 0, 1, 4, 0, 0, 1, 0, 0, 0))
        mended = MAGIC + fixed + bytes((1, 1, 0, 64, 32, 32)) + counts
        file.seek(0)
        file.write(mended.ljust(92, b"\0") + (1).to_bytes(4, "big") + (3040001).to_bytes(4, "big"))


def _opens(path: Path) -> bool:
    try:
        with contextlib.closing(_connect(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        # What is wrong with the list of tables, no other header would mend.
        return "not a database" not in str(error) and "unsupported" not in str(error)
    except UnicodeDecodeError:
        return True
    return True


def _page_size_of_log(path: Path) -> int | None:
    with contextlib.suppress(OSError), path.with_name(path.name + "-wal").open("rb") as log:
        size = int.from_bytes(log.read(32)[_WAL_PAGE], "big")
        return size if 512 <= size <= 65536 and size & (size - 1) == 0 else None
    return None


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.text_factory = text_of
    return connection


def _gather_by_sqlite(connection: sqlite3.Connection, finds: Finds, progress: Progress) -> None:
    for kind, key in _KEYS.items():
        backwards = ", ".join(f"{name} DESC" for name in key.split(", "))
        for order in (key, backwards):
            if _keep(_rows(connection, f"SELECT * FROM {kind} ORDER BY {order}"), kind, finds, progress):
                break
    with contextlib.suppress(*_BROKEN):
        for (run_id,) in connection.execute("SELECT id FROM runs INDEXED BY runs_facts"):
            finds.add(Find(Kind.SEEN, run_id, 0, ()), BY_SQLITE)


def _of_one(connection: sqlite3.Connection, kind: Kind, key: int) -> Generator[Row, None, None]:
    yield from _rows(connection, f"SELECT * FROM {kind} WHERE {_OF_ONE[kind]} = ?", key)


def _rows(connection: sqlite3.Connection, select: str, *arguments: int) -> Generator[Row, None, None]:
    yield from connection.execute(select, arguments)


def _keep(rows: Generator[Row, None, None], kind: Kind, finds: Finds, progress: Progress) -> bool:
    """Keep rows as long as they come; return whether all came."""
    try:
        with contextlib.closing(rows):
            for row in rows:
                finds.add(from_table(kind, row), BY_SQLITE)
                progress(0, 0)
    except _BROKEN:
        return False
    return True


def is_ours_by_its_steps(path: Path) -> bool:
    """Whether a database that says it has a newer schema was made by steps that are known: then it is damaged."""
    with contextlib.suppress(*_BROKEN), contextlib.closing(open_as_it_is(path)) as connection:
        made = {row[0] for row in connection.execute("SELECT number FROM migrations")}
        return bool(made) and made <= {number for number, _, _ in known_steps()}
    return False
