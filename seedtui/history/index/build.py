"""Builds the index in small steps, beside whoever uses the history."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

from seedtui.history.index.bits import joined, pack
from seedtui.history.index.file import BUSY_SECONDS, FAN, SIZES, SMALL, IndexFile, UnusableError
from seedtui.history.index.gather import Gathering
from seedtui.history.index.marks import LARGEST, Part, kept_parts, mark_of

_ROWS: Final = 500
_BEFORE: Final = "SELECT max(id) FROM runs WHERE id < ?"
_STREAMING: Final = "SELECT 1 FROM runs WHERE status = 'streaming' AND id >= ? AND id < ? LIMIT 1"
_KNOWN: Final = "SELECT 1 FROM parts WHERE level = ? AND number = ?"
_INSERT_PART: Final = "INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?)"
_INSERT: Final = "INSERT OR REPLACE INTO sets VALUES (?, ?, ?, ?)"


class Progress(NamedTuple):
    """How far the index has come.

    Attributes:
        done: How many ids it covers.
        of: How many there are to cover; the newest few never are.
        is_done: Whether there is nothing left to do now.
    """

    done: int
    of: int
    is_done: bool


class Builder:
    """Builds the index of a history, with connections of its own: nobody waits for it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._stopping = False
        self._work: Iterator[None] | None = None
        self._covered: set[Part] = set()
        self._of = 0

    def work(self, seconds: float) -> Progress:
        """Go on building for a while.

        Returns:
            How far it has come. If it cannot be built now, there is nothing to do.
        """
        until = time.monotonic() + seconds
        with self._lock:
            if self._work is None:
                self._work = self._build()
            is_done = False
            try:
                while not self._stopping and not is_done and time.monotonic() < until:
                    is_done = next(self._work, self) is self
            except (UnusableError, sqlite3.Error, OSError):
                is_done = True
            if is_done or self._stopping:
                self._end()
            return Progress(sum(SIZES[part.level] for part in self._covered), self._of, is_done)

    def close(self) -> None:
        """Stop at the next step; what was finished by then stays."""
        self._stopping = True
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._work is not None:
            # Closing what it has open, whatever it was at.
            self._work.close()  # type: ignore[attr-defined]
            self._work = None

    def _build(self) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            address = f"{self._path.resolve().as_uri()}?mode=rw"
            source = sqlite3.connect(
                address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            stack.callback(source.close)
            source.execute("PRAGMA query_only = ON")
            newest = int(source.execute("SELECT coalesce(max(id), 0) FROM runs").fetchone()[0])
            self._of = min(newest + 1, LARGEST) // SMALL * SMALL
            if not self._of:
                return
            file = IndexFile.open(self._path, make=True)
            if file is None:
                return
            stack.callback(file.close)
            yield from self._check(source, file)
            high = self._of
            # From one run to the next: between two there may be any number of ids.
            while (run_id := source.execute(_BEFORE, (high,)).fetchone()[0]) is not None:
                whole = Part(1, run_id // SIZES[1])
                yield from self._add_all(source, file, whole)
                high = whole.low

    def _add_all(self, source: sqlite3.Connection, file: IndexFile, whole: Part) -> Iterator[None]:
        """Add what is missing of a large part, as far as it is there."""
        if whole in self._covered:
            return
        for part in reversed(whole.smaller):
            if part not in self._covered and part.high <= self._of:
                yield from self._add(source, file, part)
        if self._covered.issuperset(whole.smaller):
            yield from self._join(file, whole)

    def _check(self, source: sqlite3.Connection, file: IndexFile) -> Iterator[None]:
        """See what there is; drop what is of another history than this."""
        with file.reading() as index:
            kept = kept_parts(index)
        self._covered = set()
        for part, mark, _ in kept:
            if mark == mark_of(source, part):
                self._covered.add(part)
            else:
                _drop(file, part)
            yield

    def _add(self, source: sqlite3.Connection, file: IndexFile, part: Part) -> Iterator[None]:
        if source.execute(_STREAMING, (part.low, part.high)).fetchone():
            # Its text still grows: it is looked through instead.
            return
        mark = mark_of(source, part)
        gathering = Gathering(source, part)
        yield from gathering.gather()
        rows = []
        for done, (key, bits) in enumerate(sorted(gathering.sets.items()), 1):
            rows.append((*part, key, pack(bits, SMALL)))
            if done % _ROWS == 0:
                yield
        with file.writing() as index:
            # Another process may have been faster.
            if index.execute(_KNOWN, part.whole).fetchone():
                self._covered.add(part.whole)
                return
            index.executemany(_INSERT, rows)
            index.execute(_INSERT_PART, (*part, mark, gathering.youngest))
        self._covered.add(part)
        yield

    def _join(self, file: IndexFile, whole: Part) -> Iterator[None]:
        """Make one part of small ones: then there is less to look up."""
        numbers = (whole.number * FAN, (whole.number + 1) * FAN)
        where = "level = 0 AND number >= ? AND number < ?"
        with file.writing() as index:
            marks = index.execute(f"SELECT mark, youngest FROM parts WHERE {where} ORDER BY number", numbers).fetchall()
            if len(marks) < FAN:
                # Another process has joined them, or dropped one.
                return
            rows = index.execute(f"SELECT key, number, bits FROM sets WHERE {where} ORDER BY key, number", numbers)
            joining = (
                (
                    *whole,
                    key,
                    joined([((number - numbers[0]) * SMALL, bits) for _, number, bits in group], SMALL, SIZES[1]),
                )
                for key, group in groupby(rows, itemgetter(0))
            )
            while batch := list(islice(joining, _ROWS)):
                index.executemany(_INSERT, batch)
                yield
            ends = [end for mark, _ in marks for end in mark.split()]
            mark = " ".join((ends[0], ends[-1])) if ends else ""
            youngest = max(one for _, one in marks)
            index.execute(_INSERT_PART, (*whole, mark, youngest))
            index.execute(f"DELETE FROM sets WHERE {where}", numbers)
            index.execute(f"DELETE FROM parts WHERE {where}", numbers)
        self._covered.difference_update(whole.smaller)
        self._covered.add(whole)
        yield


def _drop(file: IndexFile, part: Part) -> None:
    with file.writing() as index:
        index.execute("DELETE FROM sets WHERE level = ? AND number = ?", part)
        index.execute("DELETE FROM parts WHERE level = ? AND number = ?", part)
