"""A program on a pseudo-terminal, timed: from a key to the last byte that it brings about.

Nothing is made of the bytes while they are timed: each read is noted with its moment, and a screen is made of them
only when somebody looks at it. The moments are those of `time.perf_counter`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from support.terminal import Terminal

COLUMNS: Final = 120
ROWS: Final = 40

# Seconds without a byte after which nothing more is expected from a key.
QUIET: Final = 0.08
# Within one frame no two reads lie so far apart.
_WITHIN_A_FRAME: Final = 0.006
# What answers a key at all does so within this time.
_PATIENCE: Final = 10.0
_LONGEST: Final = 30.0

Mark = tuple[float, int]
"""When something was read, and how many bytes there were then in all."""


class Answered(NamedTuple):
    """What followed one key.

    Attributes:
        first: Milliseconds until the last byte of the first frame that followed.
        last: Milliseconds until the last byte of all.
        size: How many bytes followed.
    """

    first: float
    last: float
    size: int


def of_marks(marks: Sequence[Mark], start: float, before: int) -> Answered:
    """Say what followed a key.

    Args:
        marks: What was read since.
        start: When the key was typed.
        before: How many bytes there were before.

    Raises:
        AssertionError: If nothing followed.
    """
    assert marks, "Nothing followed the key."
    first = marks[0][0]
    for moment, _ in marks[1:]:
        if moment - first > _WITHIN_A_FRAME:
            break
        first = moment
    return Answered((first - start) * 1000, (marks[-1][0] - start) * 1000, marks[-1][1] - before)


class Timed(Terminal):
    """A terminal that knows when each part of the output came.

    Attributes:
        marks: When each read was, and how many bytes there were after it.
    """

    def __init__(
        self, argv: Sequence[str], environment: Mapping[str, str], columns: int = COLUMNS, rows: int = ROWS
    ) -> None:
        self.marks: list[Mark] = []
        super().__init__(argv, columns=columns, rows=rows, environment=environment)

    def read(self, timeout: float) -> bool:
        """Take in what comes next, and note when it came."""
        came = super().read(timeout)
        if came:
            self.marks.append((time.perf_counter(), len(self.output)))
        return came

    def settle(self, seconds: float = 0.3) -> None:
        """Read until nothing has come for a while."""
        while self.read(seconds):
            pass

    def fileno(self) -> int:
        """Return what to wait for, with others."""
        return self._master

    def read_for(self, seconds: float) -> None:
        """Read for so long."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.read(min(left, 0.05))

    def read_while(self, holds: Callable[[], object]) -> None:
        """Read as long as a condition holds."""
        while holds():
            self.read(0.02)

    def until_written(self, *texts: str) -> Mark:
        """Read until the program has written all these texts; return when the last came, and where it ends.

        They are looked for among the bytes, so they must be written in one piece.
        """
        wanted = [text.encode() for text in texts]
        given_up = time.perf_counter() + _LONGEST
        while not all(text in self.output for text in wanted):
            assert time.perf_counter() < given_up, f"It never wrote {' and '.join(texts)}. The screen:\n{self.text}"
            self.read(0.1)
        end = max(self.output.find(text) + len(text) for text in wanted)
        return next(moment for moment, size in self.marks if size >= end), end

    def first_showing(self, wanted: str, since: float) -> float | None:
        """Return when what was read since some moment first made the screen show a text."""
        for moment, end in self.marks:
            # Not the property, which takes in all that has been read.
            if end > self._fed:
                self._stream.feed(bytes(self.output[self._fed : end]))
                self._fed = end
                if moment >= since and any(wanted in row for row in self._screen.display):
                    return moment
        return None


def answered(terminal: Timed, key: str, quiet: float = QUIET) -> Answered:
    """Type a key and take in all that follows it, until it has been quiet for a while."""
    before, seen = len(terminal.output), len(terminal.marks)
    start = time.perf_counter()
    terminal.send(key)
    # The first byte may take its time; after it, quiet means that all is there.
    if terminal.read(_PATIENCE):
        terminal.settle(quiet)
    return of_marks(terminal.marks[seen:], start, before)


def key_to_sign(
    terminal: Timed, keys: Sequence[str], sign: str, every: float, stop: Callable[[], bool] = lambda: False
) -> list[float]:
    """Press keys at a steady pace; return the milliseconds from each until a sign is written again.

    This tells a key's answer from what else is being written at the same time.

    Args:
        keys: The keys.
        sign: What is written because of the key alone, as the cursor's sign in its new row.
        every: Seconds between keys.
        stop: Whether to press no more.
    """
    found, wanted = [], sign.encode()
    for key in keys:
        if stop():
            break
        before = len(terminal.output)
        start = time.perf_counter()
        terminal.send(key)
        while wanted not in terminal.output[before:] and time.perf_counter() < start + 5:
            terminal.read(0.001)
        found.append((time.perf_counter() - start) * 1000)
        rest = start + every
        while time.perf_counter() < rest:
            terminal.read(max(0.0, min(0.005, rest - time.perf_counter())))
    return found
