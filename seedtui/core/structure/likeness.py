"""Which elements of two arrays are versions of one another, where none of them are equal."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

from seedtui.core.diff.pairing import heaviest
from seedtui.core.structure.json_tree import Type, Value

Pair = tuple[int | None, int | None]

# How many couples may be weighed in one gap, and in all gaps of one comparison.
_PER_GAP: Final = 2_500
_IN_ALL: Final = 100_000
# Below this, two objects or arrays have too little in common to be told apart key by key.
_LEAST: Final = 0.3
_LONGEST: Final = 200


class Likeness:
    """Pairs up elements; it weighs only so many couples, then goes by their order."""

    def __init__(self) -> None:
        self._left = _IN_ALL
        self._held: dict[int, tuple[frozenset[Hashable], frozenset[Hashable]]] = {}

    def pairs(self, a: Sequence[Value], b: Sequence[Value]) -> list[Pair]:
        """Return which elements belong together, in order; the others stand alone, A's first."""
        couples = len(a) * len(b)
        if couples == 0:
            return _alone(range(len(a)), range(len(b)))
        if couples > min(_PER_GAP, self._left):
            chosen = [(i, i) for i in range(min(len(a), len(b))) if a[i].holds == b[i].holds]
        else:
            self._left -= couples
            chosen = heaviest([[self._weight(one, two) for two in b] for one in a])
        found: list[Pair] = []
        at_a = at_b = 0
        for i, j in chosen:
            found += [*_alone(range(at_a, i), range(at_b, j)), (i, j)]
            at_a, at_b = i + 1, j + 1
        return found + _alone(range(at_a, len(a)), range(at_b, len(b)))

    def _weight(self, a: Value, b: Value) -> float:
        """Return how alike two values are that are not equal, from 0 (another thing) to 1."""
        if not (a.holds or b.holds):
            return _scalar_weight(a, b)
        if a.type is not b.type:
            return 0.0
        (keys_a, values_a), (keys_b, values_b) = self._inside(a), self._inside(b)
        found = (_share(keys_a, keys_b) + _share(values_a, values_b)) / 2
        return max(found, _LEAST) if a.type is Type.ARRAY else found if found >= _LEAST else 0.0

    def _inside(self, value: Value) -> tuple[frozenset[Hashable], frozenset[Hashable]]:
        found = self._held.get(value.identity)
        if found is None:
            found = self._held[value.identity] = _keys_and_values(value)
        return found


def _alone(a: range, b: range) -> list[Pair]:
    return [*((i, None) for i in a), *((None, j) for j in b)]


def _keys_and_values(value: Value) -> tuple[frozenset[Hashable], frozenset[Hashable]]:
    if value.type is Type.ARRAY:
        held: frozenset[Hashable] = frozenset(one.identity for _, one in value.items)
        return held, held
    return frozenset(key for key, _ in value.items), frozenset((key, one.identity) for key, one in value.items)


def _share(a: frozenset[Hashable], b: frozenset[Hashable]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 0.0


def _scalar_weight(a: Value, b: Value) -> float:
    if a.type is b.type is Type.STRING:
        # Imported here because it costs 20 ms, and most comparisons never need it.
        from rapidfuzz.distance import Indel

        return 0.2 + 0.8 * Indel.normalized_similarity(a.text[:_LONGEST], b.text[:_LONGEST])
    return 0.3 if a.type is b.type else 0.1
