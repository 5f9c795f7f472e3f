"""Agreement within and across: does what served the completions explain where they differ?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, Generic, TypeVar

from seedtui.core.agreement.tally import NOTHING, Share, Tally, pairs_of
from seedtui.core.interrupt import checkpoint

_Group = TypeVar("_Group", bound=Hashable)
_SEED: Final = 20200314
_SHUFFLES: Final = 999
# For many completions an order takes long, and a near miss is no longer the question.
_FEWER_SHUFFLES: Final = 199
_MANY: Final = 300


@dataclass(frozen=True)
class Split(Generic[_Group]):
    """The pairs of some completions, by whether both are of one group.

    Attributes:
        members: Each completion's group, and what identifies its text.
        unknown: How many completions are left out, because their group is not known.
    """

    members: tuple[tuple[_Group, Hashable], ...]
    unknown: int = 0

    @cached_property
    def tallies(self) -> dict[_Group, Tally]:
        """The completions of each group, in the order the groups first came."""
        found: dict[_Group, Tally] = {}
        for group, key in self.members:
            found.setdefault(group, Tally()).add(key)
        return found

    @cached_property
    def within(self) -> Share:
        """The pairs of which both are of one group, and how many of them are identical."""
        return _sum(tally.pairs for tally in self.tallies.values())

    @cached_property
    def across(self) -> Share:
        """The pairs of two groups, and how many of them are identical."""
        every, within = Tally(key for _, key in self.members).pairs, self.within
        return Share(every.part - within.part, every.whole - within.whole)

    @cached_property
    def p_value(self) -> float | None:
        """How likely so much more agreement within than across would be, if the groups meant nothing.

        A permutation test, one-sided: the groups are dealt out anew, 999 times (199 times for more than 300
        completions) by a generator with a fixed seed; counted is how often the share of identical pairs within is at
        least the one that was seen. Since the numbers of pairs stay the same, that orders the samples as the
        difference of the two shares does.

        Source: P. I. Good, "Permutation, Parametric and Bootstrap Tests of Hypotheses" (2005), chapter 3; with the
        arrangement that was seen counted as one of them.

        Returns:
            None where there are no pairs within, or none across.
        """
        if not (self.within.whole and self.across.whole):
            return None
        groups = {group: number for number, group in enumerate(self.tallies)}
        keys: dict[Hashable, int] = {}
        table = Counter((groups[group], keys.setdefault(key, len(keys))) for group, key in self.members)
        return _p_value(tuple(sorted((*cell, count) for cell, count in table.items())))


@lru_cache(maxsize=1 << 10)
def _p_value(table: tuple[tuple[int, int, int], ...]) -> float:
    """Test a table: for each group and each text, how many completions. Many requests have the same small one."""
    groups = [group for group, _, count in table for _ in range(count)]
    keys = [key for _, key, count in table for _ in range(count)]
    seen = sum(pairs_of(count) for _, _, count in table)
    times = _SHUFFLES if len(keys) <= _MANY else _FEWER_SHUFFLES
    as_good = sum(1 for part in _dealt(groups, keys, times) if part >= seen)
    return (as_good + 1) / (times + 1)


def _dealt(groups: list[int], keys: list[int], times: int) -> Iterator[int]:
    """Yield how many identical pairs are within groups when these are dealt out by chance."""
    # It is some milliseconds to import, and nobody needs it before there is something to test.
    from random import Random

    deal = Random(_SEED).shuffle
    for _ in range(times):
        checkpoint()
        deal(groups)
        yield sum(map(pairs_of, Counter(zip(groups, keys, strict=True)).values()))


_Item = TypeVar("_Item")


def split(
    items: Sequence[_Item], group: Callable[[_Item], _Group | None], key: Callable[[_Item], Hashable]
) -> Split[_Group]:
    """Split completions into groups.

    Args:
        items: The completions.
        group: Tells which group one is of; None where that is not known.
        key: Tells what identifies its text.
    """
    known = [(found, key(item)) for item in items if (found := group(item)) is not None]
    return Split(tuple(known), len(items) - len(known))


def _sum(shares: Iterable[Share]) -> Share:
    total = NOTHING
    for share in shares:
        total = Share(total.part + share.part, total.whole + share.whole)
    return total
