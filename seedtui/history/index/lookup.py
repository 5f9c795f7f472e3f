"""Asks the index which runs may match a query."""

from __future__ import annotations

import sqlite3
import threading
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Final, NamedTuple

from seedtui.history.index.bits import Common, unpack
from seedtui.history.index.file import SIZES, IndexFile, UnusableError
from seedtui.history.index.marks import Part, kept_parts, mark_of
from seedtui.history.index.terms import UNREADABLE, Term, beyond

_RANGE: Final = "SELECT bits FROM sets WHERE level = ? AND number = ? AND key >= ? AND key < ?"
_KEY: Final = "SELECT bits FROM sets WHERE level = ? AND number = ? AND key = ?"
_FEW: Final = 2


class Covered(NamedTuple):
    """A part of the history that the index knows.

    Attributes:
        part: Which.
        youngest: When the youngest of its runs was sent.
    """

    part: Part
    youngest: str


class Lookup:
    """The index of a history, as far as it can be used; it may be asked from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file: IndexFile | None = None
        self._known: dict[Part, str] = {}

    def parts(self, history: sqlite3.Connection) -> list[Covered]:
        """Return the parts that can be asked for, in order; none if there is no index that can be used.

        Args:
            history: The history's own connection: what the index has of another history is passed over.
        """
        with self._lock:
            try:
                file = self._opened()
                if file is None:
                    return []
                with file.reading() as index:
                    kept = kept_parts(index)
            except UnusableError:
                self._close()
                return []
            found = {}
            for part, mark, youngest in kept:
                if self._known.get(part) != mark and mark_of(history, part) != mark:
                    continue
                self._known[part] = mark
                found[part] = youngest
        covered = (Covered(part, youngest) for part, youngest in found.items() if part.level or part.whole not in found)
        return sorted(covered, key=lambda one: one.part.low)

    def ask(self, part: Part, terms: list[Term]) -> int | None:
        """Return which runs of a part may match, as bits; None if it is not known any more.

        Args:
            part: One of `parts`.
            terms: What runs must have. They are put in the order that is the quickest for the next part.
        """
        with self._lock:
            try:
                file = self._opened()
                if file is None:
                    return None
                with file.reading() as index:
                    mark = index.execute("SELECT mark FROM parts WHERE level = ? AND number = ?", part).fetchone()
                    # Small parts are made one, and what is damaged is dropped.
                    if mark is None or mark[0] != self._known.get(part):
                        return None
                    return _matching(index, part, terms)
            except UnusableError:
                self._close()
                return None

    def close(self) -> None:
        """Close it."""
        with self._lock:
            self._close()

    def _opened(self) -> IndexFile | None:
        if self._file is not None and not self._file.is_current:
            self._close()
        if self._file is None:
            self._file = IndexFile.open(self._path, make=False)
        return self._file

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None
        self._known.clear()


def _matching(index: sqlite3.Connection, part: Part, terms: list[Term]) -> int:
    size = SIZES[part.level]
    kept = index.execute(_KEY, (*part, UNREADABLE)).fetchone()
    unreadable = 0 if kept is None else unpack(kept[0], size)
    found = Common(size)
    for place, term in enumerate(terms):
        if term.is_beginning:
            ranges = index.execute(_RANGE, (*part, term.key, beyond(term.key)))
            found.keep_bits(reduce(or_, (unpack(bits, size) for (bits,) in ranges), 0))
        else:
            kept = index.execute(_KEY, (*part, term.key)).fetchone()
            if kept is None:
                found.keep_bits(0)
            else:
                found.keep(kept[0])
        if found.is_at_most(0):
            # What nothing has here is rare elsewhere, too: it is asked for first there.
            terms.insert(0, terms.pop(place))
            break
        if found.is_at_most(_FEW):
            # Looking at these takes no longer than asking on; what told most comes first the next time.
            terms.insert(place // 2, terms.pop(place))
            break
    return found.bits | unreadable
