"""How many completions say the same, and how many pairs of them that makes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Final, NamedTuple


class Share(NamedTuple):
    """So many of so many.

    Attributes:
        part: How many.
        whole: Of how many.
    """

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The share, from 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None


NOTHING: Final = Share(0, 0)


def pairs_of(count: int) -> int:
    """Return how many pairs so many things make."""
    return count * (count - 1) // 2


class Tally:
    """Counts completions by what identifies their text: the text itself, its hash, or the answer in it.

    Args:
        keys: What to count to begin with.
    """

    def __init__(self, keys: Iterable[Hashable] = ()) -> None:
        self._counts: dict[Hashable, int] = {}
        self._n = 0
        self._identical = 0
        for key in keys:
            self.add(key)

    def add(self, key: Hashable, count: int = 1) -> None:
        """Count a completion, or several that say the same."""
        before = self._counts.get(key, 0)
        self._counts[key] = before + count
        self._n += count
        self._identical += before * count + pairs_of(count)

    @property
    def counts(self) -> Mapping[Hashable, int]:
        """How often each was there, in the order they first came."""
        return self._counts

    @property
    def shape(self) -> tuple[int, ...]:
        """How often each was there, the commonest first, whatever it was."""
        return tuple(sorted(self._counts.values(), reverse=True))

    @property
    def n(self) -> int:
        """How many there are."""
        return self._n

    @property
    def unique(self) -> int:
        """How many different ones there are."""
        return len(self._counts)

    @property
    def modal(self) -> Share:
        """How many of them are the commonest."""
        return Share(max(self._counts.values(), default=0), self._n)

    @property
    def pairs(self) -> Share:
        """How many of the pairs are identical. A single completion makes no pair."""
        return Share(self._identical, pairs_of(self._n))

    @property
    def agrees(self) -> bool:
        """Whether there are several, and all are the same."""
        return self._n > 1 and len(self._counts) == 1
