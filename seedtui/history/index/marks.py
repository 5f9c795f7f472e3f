"""What parts of the history were when they were indexed: a backup that was put back has other runs."""

from __future__ import annotations

import sqlite3
from typing import Final, NamedTuple

from seedtui.history.index.file import FAN, SIZES

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


def mark_of(connection: sqlite3.Connection, part: Part) -> str:
    """Tell what a part of the history is: its first and last run, and what they are."""
    ends = (connection.execute(_END.format(way), (part.low, part.high)).fetchone() for way in ("ASC", "DESC"))
    return " ".join(f"{end[0]}:{end[1]}" for end in ends if end)
