"""What parts of the history were when they were indexed: a backup that was put back has other runs."""

from __future__ import annotations

import sqlite3
from typing import Final, NamedTuple

from seedtui.history.index.file import FAN, SIZES

# What lies above it is searched without an index: SQLite's numbers end there.
LARGEST: Final = 2**63 - SIZES[-1]
_END: Final = (
    "SELECT id, coalesce(seal, digest || created_at) FROM runs WHERE id >= ? AND id < ? ORDER BY id {} LIMIT 1"
)


class Part(NamedTuple):
    """A part of the history: a level's number, and how many such parts come before it.

    Small parts are indexed at once; large ones are made of them.
    """

    level: int
    number: int

    @property
    def low(self) -> int:
        """The first id in it."""
        return self.number * SIZES[self.level]

    @property
    def high(self) -> int:
        """The first id beyond it."""
        return self.low + SIZES[self.level]

    @property
    def whole(self) -> Part:
        """The large part that a small one is in."""
        return Part(1, self.number // FAN)

    @property
    def smaller(self) -> list[Part]:
        """The small parts of a large one."""
        return [Part(0, self.number * FAN + one) for one in range(FAN)]


class Kept(NamedTuple):
    """What the index says of a part that it has.

    Attributes:
        part: Which.
        mark: What it was made of.
        youngest: When the youngest of its runs was sent.
    """

    part: Part
    mark: str
    youngest: str


def kept_parts(index: sqlite3.Connection) -> list[Kept]:
    """Return the parts that an index has.

    Raises:
        ValueError: If they are none.
    """
    found = []
    for level, number, mark, youngest in index.execute("SELECT level, number, mark, youngest FROM parts"):
        if level not in range(len(SIZES)) or not isinstance(number, int):
            raise ValueError("There is no such part.")
        if not 0 <= number < LARGEST // SIZES[level]:
            raise ValueError("There is no such part.")
        found.append(Kept(Part(level, number), str(mark), str(youngest)))
    return found


def mark_of(connection: sqlite3.Connection, part: Part) -> str:
    """Tell what a part of the history is: its first and last run, and what they are."""
    ends = (connection.execute(_END.format(way), (part.low, part.high)).fetchone() for way in ("ASC", "DESC"))
    return " ".join(f"{end[0]}:{end[1]}" for end in ends if end)
