"""The part of the list of runs that is held: a window over the history that moves with the cursor.

However many runs there are, a bounded number of rows is held, newest first and without a gap. What lies beyond
either end is read when the cursor comes near; what is far from the cursor is let go.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from enum import Enum
from typing import Final, NamedTuple

from seedtui.core.summary import Summary

PAGE: Final = 200
"""How many rows are read at a time."""

LIMIT: Final = 1000
"""How many rows are held."""

MARGIN: Final = 150
"""How many rows on either side of the cursor are never let go."""


class Where(Enum):
    """Which rows are wanted."""

    NEWEST = "the newest"
    OLDEST = "the oldest"
    OLDER = "those before a run"
    NEWER = "those after a run"
    NEAR = "a run, or the one before it, and those before that"

    @property
    def upwards(self) -> bool:
        """Whether they are read from old to new."""
        return self in (Where.OLDEST, Where.NEWER)

    @property
    def leaps(self) -> bool:
        """Whether they take the place of what is held."""
        return self not in (Where.OLDER, Where.NEWER)


class Ask(NamedTuple):
    """What is to be read.

    Attributes:
        number: Tells it from those asked before; an answer to one of them comes too late.
        where: Which rows.
        run_id: The run that `where` speaks of; 0 where it speaks of none.
        limit: How many.
    """

    number: int
    where: Where
    run_id: int
    limit: int


class RunsWindow:
    """Rows, newest first, and a cursor.

    Attributes:
        rows: What is held.
        cursor: The index of the row under the cursor.
        newer: Whether there are, or may be, newer runs than the first row.
        older: Whether there are, or may be, older runs than the last row.
        above: How many newer rows there are; None if nobody knows.
        seen: How many rows have been counted, from the newest on, as far as one has come.
    """

    def __init__(self, limit: int = LIMIT, margin: int = MARGIN) -> None:
        self.rows: list[Summary] = []
        self.cursor = 0
        self.newer = self.older = False
        self.above: int | None = 0
        self.seen = 0
        self._newest = 0
        self.resize(limit, margin)

    def resize(self, limit: int, margin: int) -> None:
        """Set how many rows are held, and how many on either side of the cursor must be."""
        self._limit, self._margin = max(limit, 2 * margin + 1), margin

    @property
    def selected(self) -> Summary | None:
        """The run under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    @property
    def whole(self) -> bool:
        """Whether all there is is held."""
        return not self.newer and not self.older

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, run_id: object) -> bool:
        return isinstance(run_id, int) and self.index(run_id) is not None

    def index(self, run_id: int) -> int | None:
        """Return the index of a run; None if it is not held."""
        at = self.place(run_id)
        return at if at < len(self.rows) and self.rows[at].id == run_id else None

    def show(self, rows: Sequence[Summary], *, newer: bool, older: bool, last: bool = False) -> None:
        """Hold other rows; the cursor stays on its run if that is among them.

        Args:
            rows: Newest first.
            newer: Whether there are newer ones.
            older: Whether there are older ones.
            last: Put the cursor on the last of them instead.
        """
        kept = self.selected
        self.rows = list(rows)
        self.newer, self.older = newer, older
        self.above = None if newer else 0
        found = self.index(kept.id) if kept is not None and not last else None
        self.cursor = max(0, len(self.rows) - 1) if last else found or 0
        self._trim_bottom()
        self._count()

    def extend_older(self, rows: Sequence[Summary], *, older: bool) -> int:
        """Add older rows; return how many were let go at the top."""
        first = next((at for at, row in enumerate(rows) if not self.rows or row.id < self.rows[-1].id), len(rows))
        self.rows += rows[first:]
        self.older = older
        gone = self._trim_top()
        self._trim_bottom()
        self._count()
        return gone

    def extend_newer(self, rows: Sequence[Summary], *, newer: bool) -> int:
        """Add newer rows; return how many."""
        new = [row for row in rows if not self.rows or row.id > self.rows[0].id]
        if self.rows:
            self.cursor += len(new)
        self.rows[:0] = new
        self.newer = newer
        if not newer:
            self.above = 0
        elif self.above is not None:
            self.above = max(0, self.above - len(new))
        self._trim_bottom()
        gone = self._trim_top()
        self._count()
        return len(new) - gone

    def put(self, summary: Summary) -> tuple[int | None, bool]:
        """Replace a run's row, or add it where it belongs, if that is within what is held.

        Returns:
            Its index, None if it lies outside or nothing has changed; and whether it is new.
        """
        at = self.place(summary.id)
        if at < len(self.rows) and self.rows[at].id == summary.id:
            if self.rows[at] == summary:
                return None, False
            self.rows[at] = summary
            return at, False
        if (at == 0 and self.newer) or (at == len(self.rows) and self.older):
            if at == 0 and self.newer:
                self._put_above(summary.id)
            return None, False
        self.rows.insert(at, summary)
        if at <= self.cursor and len(self.rows) > 1:
            self.cursor += 1
        self._trim_bottom()
        self._trim_top()
        self._count()
        return self.index(summary.id), True

    def drop(self, run_id: int) -> int | None:
        """Take a run's row away; return the index it had, None if it is not held."""
        at = self.index(run_id)
        if at is None:
            if self.above and self.rows and run_id > self.rows[0].id:
                self.above -= 1
            return None
        del self.rows[at]
        if at < self.cursor:
            self.cursor -= 1
        self.cursor = max(0, min(self.cursor, len(self.rows) - 1))
        self.seen = max(0, self.seen - 1)
        return at

    def begin(self) -> None:
        """Count from nought: what comes next is the answer to another question."""
        self.seen = 0

    def cut_newer(self) -> None:
        """Take note that there are newer runs, which are not held."""
        self.newer, self.above = True, None

    def move(self, step: int) -> int:
        """Move the cursor by some rows; return by how many it could not."""
        wanted = self.cursor + step
        self.cursor = max(0, min(wanted, len(self.rows) - 1))
        return wanted - self.cursor

    def place(self, run_id: int) -> int:
        """Return the index at which a run's row is, or would be."""
        return bisect_left(self.rows, -run_id, key=lambda row: -row.id)

    def _put_above(self, run_id: int) -> None:
        if run_id > self._newest:
            self._newest = run_id
            self.above = None if self.above is None else self.above + 1
        else:
            # It may be one of those that were counted, or not.
            self.above = None

    def _trim_top(self) -> int:
        gone = min(len(self.rows) - self._limit, self.cursor - self._margin)
        if gone <= 0:
            return 0
        del self.rows[:gone]
        self.cursor -= gone
        self.newer = True
        self.above = None if self.above is None else self.above + gone
        return gone

    def _trim_bottom(self) -> None:
        if len(self.rows) > self._limit:
            keep = max(self._limit, self.cursor + self._margin + 1)
            if len(self.rows) > keep:
                self._count()
                del self.rows[keep:]
                self.older = True

    def _count(self) -> None:
        if self.rows:
            self._newest = max(self._newest, self.rows[0].id)
        if self.above is not None:
            self.seen = max(self.seen, self.above + len(self.rows))
