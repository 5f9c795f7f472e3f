"""What was found in a damaged database: every row that could be read, of wherever it was read."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from seedtui.history.pages import Record

Row = tuple[Any, ...]

# The columns of `runs` in the order in which the schema has them.
RUN_TABLE: Final = (
    *("id", "created_at", "deleted_at", "status", "endpoint", "model", "served_model", "seed", "temperature", "digest"),
    *("fingerprints", "completion_tokens", "choices", "first_words", "first_token_ms", "total_ms", "retries", "owner"),
    *("import_key", "error", "headers", "request", "response", "seal"),
)
_REALS: Final = ("first_token_ms", "total_ms")
_UNSEALED: Final = len(RUN_TABLE) - 1
_FACTS: Final = 11


class Kind(StrEnum):
    """What a row is of: a table; or `seen`, an index, which tells that a run was there; or the ids given so far."""

    RUNS = "runs"
    COMPLETIONS = "completions"
    CHUNKS = "chunks"
    SERIES = "series"
    SLOTS = "slots"
    BASELINES = "baselines"
    SEEN = "seen"
    SEQUENCE = "sequence"


class Find(NamedTuple):
    """A row that was found.

    Attributes:
        kind: What it is of.
        key: The run's or the series' id.
        part: The choice, the slot or the chunk; else 0.
        row: The columns of its table, its number first.
    """

    kind: Kind
    key: int
    part: int
    row: Row


def from_table(kind: Kind, row: Row) -> Find | None:
    """Tell what a row is that SQLite gave of a table; None if it cannot be one of it."""
    has_rowid = kind not in (Kind.COMPLETIONS, Kind.SLOTS)
    found = from_page(Record(row[0], (None, *row[1:])) if has_rowid and row else Record(None, row))
    return found if found is not None and found.kind is kind else None


def from_page(record: Record) -> Find | None:
    """Tell what a row is by its shape; None if it is nothing that is looked for."""
    match record:
        case Record(int(rowid), (None, *rest)):
            return _numbered(rowid, tuple(rest))
        case Record(int(), ("runs" | "series" as name, int(newest))):
            return Find(Kind.SEQUENCE, newest, 0, (name, newest))
        case Record(None, (int(run), int(choice), str(), str() | None, str()) as row):
            return Find(Kind.COMPLETIONS, run, choice, row)
        case Record(None, (int(series), int(slot), int(), str() | None) as row):
            return Find(Kind.SLOTS, series, slot, row)
        case Record(None, (int(run), *_, int(again)) as row) if len(row) == _FACTS and run == again:
            return Find(Kind.SEEN, run, 0, ()) if isinstance(row[8], str) else None
    return None


def _numbered(rowid: int, rest: Row) -> Find | None:
    match rest:
        case (int(run), int(), str()):
            return Find(Kind.CHUNKS, run, rowid, (rowid, *rest))
        case (str(), str(plan)) if plan.startswith("{"):
            return Find(Kind.SERIES, rowid, 0, (rowid, *rest))
        case (str(),):
            return Find(Kind.BASELINES, rowid, 0, (rowid, *rest))
    if len(rest) in (_UNSEALED - 1, _UNSEALED) and _storable(rest):
        row = (rowid, *rest, None)[: len(RUN_TABLE)]
        named = dict(zip(RUN_TABLE, row, strict=True))
        # A column of reals keeps whole numbers as such.
        named |= {name: float(named[name]) for name in _REALS if isinstance(named[name], int)}
        if all(isinstance(named[name], str) for name in ("created_at", "status", "digest", "request")):
            return Find(Kind.RUNS, rowid, 0, tuple(named.values()))
    return None


def _storable(row: Row) -> bool:
    return not any(isinstance(value, bytes) for value in row)


class Finds:
    """Keeps what was found, each row once, in a database of its own: a history may be larger than the memory."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE finds (kind TEXT, key INTEGER, part INTEGER, mark BLOB, rank INTEGER, row TEXT,"
            " PRIMARY KEY (kind, key, part, mark)) WITHOUT ROWID;"
            "BEGIN;"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    def add(self, found: Find | None, rank: int) -> bool:
        """Keep a row, unless it is known; return whether there was one.

        Args:
            found: The row; None is passed over.
            rank: How it was found: of two, that with the lower rank is believed.
        """
        if found is None or not isinstance(found.key, int):
            return False
        text = json.dumps(found.row)
        mark = hashlib.sha256(text.encode()).digest()[:12]
        values = (found.kind.value, found.key, found.part, mark, rank, text)
        self._connection.execute("INSERT OR IGNORE INTO finds VALUES (?, ?, ?, ?, ?, ?)", values)
        return True

    def rows(self, kind: Kind, key: int | None = None) -> list[Row]:
        """Return the rows of one key, or of all, by part, those to be believed first."""
        where, arguments = ("", ()) if key is None else (" AND key = ?", (key,))
        select = f"SELECT row FROM finds WHERE kind = ?{where} ORDER BY key, part, rank, mark"
        return [tuple(json.loads(text)) for (text,) in self._connection.execute(select, (kind.value, *arguments))]

    def keys(self, *kinds: Kind, rank: int | None = None) -> list[int]:
        """Return the ids that there are rows of, in order.

        Args:
            kinds: Rows of what.
            rank: Only rows that were found like this.
        """
        marks = ", ".join("?" * len(kinds))
        where = "" if rank is None else " AND rank = ?"
        select = f"SELECT DISTINCT key FROM finds WHERE kind IN ({marks}){where} ORDER BY key"
        arguments = [*(kind.value for kind in kinds), *(() if rank is None else (rank,))]
        return [key for (key,) in self._connection.execute(select, arguments)]


def all_finds(records: Iterable[Record]) -> Iterator[Find]:
    """Give what is looked for among the rows of pages."""
    for record in records:
        if _storable(record.values):
            found = from_page(record)
            if found is not None:
                yield found
