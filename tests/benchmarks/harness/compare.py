"""Several programs under the same hands, in turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from benchmarks.harness.figures import Figure, Limit, figure
from benchmarks.harness.processes import cpu_seconds
from benchmarks.harness.terminal import QUIET, Answered, Timed, answered

# Keys that are pressed in one program before it is the other's turn.
_IN_A_ROW = 5


@dataclass
class Hand:
    """Keys for a program, and what followed them.

    Attributes:
        terminal: Where the program runs.
        keys: The keys; they are pressed until they are used up.
        quiet: Seconds without a byte after which nothing more is expected.
        found: What followed each key.
        processor: The processor's milliseconds for each round of keys, by key.
    """

    terminal: Timed
    keys: Iterator[str]
    quiet: float = QUIET
    found: list[Answered] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def press(self) -> bool:
        """Press some keys; return whether there were any."""
        used, before = cpu_seconds(self.terminal.pid), len(self.found)
        for _, key in zip(range(_IN_A_ROW), self.keys, strict=False):
            self.found.append(answered(self.terminal, key, self.quiet))
        pressed = len(self.found) - before
        if pressed:
            self.processor.append((cpu_seconds(self.terminal.pid) - used) * 1000 / pressed)
        return pressed > 0

    @property
    def last(self) -> list[float]:
        """Milliseconds from each key to the last byte."""
        return [one.last for one in self.found]

    @property
    def first(self) -> list[float]:
        """Milliseconds from each key to the first frame that followed it."""
        return [one.first for one in self.found]

    @property
    def sizes(self) -> list[float]:
        """How many bytes followed each key."""
        return [one.size for one in self.found]


def in_turn(*hands: Hand) -> None:
    """Press all keys, a few in each program at a time."""
    going = list(hands)
    while going:
        going = [hand for hand in going if hand.press()]


def repeated(keys: Iterable[str], times: int) -> Iterator[str]:
    """Return keys again and again, until there are so many."""
    row = list(keys)
    return (row[at % len(row)] for at in range(times))


def rows(what: str, ours: Hand, others: Mapping[str, Hand], limits: Mapping[str, Iterable[Limit]]) -> Iterator[Figure]:
    """Make the figures: milliseconds to the last byte, bytes, and the processor's time; beside the first of others.

    Args:
        what: What was done.
        ours: In seedtui.
        others: In other programs, by their names.
        limits: Of "ms", "bytes", "processor".
    """
    parts = (("ms", ", key to last byte", "ms"), ("bytes", ", bytes", "B"), ("processor", ", processor's time", "ms"))
    for kind, told, unit in parts:
        values = {"ms": ours.last, "bytes": ours.sizes, "processor": ours.processor}[kind]
        name, reference, more = "", [], []
        for other, hand in others.items():
            theirs = {"ms": hand.last, "bytes": hand.sizes, "processor": hand.processor}[kind]
            if not name:
                name, reference = other, theirs
            else:
                more.append(figure(f"  {what} in {other}{told}", theirs, unit))
        yield figure(what + told, values, unit, beside=name, reference=reference, limits=limits.get(kind, ()))
        yield from more
