"""Which sentences, or lines of code, are versions of one another, where none of them are equal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from seedtui.core.interrupt import checkpoint

ENOUGH: Final = 0.45
"""How much of two sentences must be the same, in the same order, for one to be a version of the other."""

MOST: Final = 6000
"""How many couples are looked at, at most."""


def paired(a: Sequence[Sequence[str]], b: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Pair up versions of one another, in order on both sides, so that as much as possible is alike.

    Args:
        a: A's sentences, each as its words.
        b: B's.

    Returns:
        Places in A and in B.
    """
    if not a or not b:
        return []
    weights = _weights(a, b)
    if not any(map(any, weights)):
        return []
    return heaviest(weights)


def _weights(a: Sequence[Sequence[str]], b: Sequence[Sequence[str]]) -> list[list[float]]:
    """Return how alike each of A's sentences is to each of B's: 0 if it is too little."""
    # Imported here because it costs 20 ms, and identical texts never need it.
    from rapidfuzz.distance import Indel

    held_a, held_b = list(map(frozenset, a)), list(map(frozenset, b))
    weights: list[list[float]] = []
    for one, held in zip(a, held_a, strict=True):
        checkpoint()
        row = [0.0] * len(b)
        for place, (two, others) in enumerate(zip(b, held_b, strict=True)):
            # What shares few words need not be aligned.
            if 2 * len(held & others) >= ENOUGH * (len(held) + len(others)):
                row[place] = Indel.normalized_similarity(one, two, score_cutoff=ENOUGH)
        weights.append(row)
    return weights


def heaviest(weights: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Pair up rows and columns, in order on both sides, so that the weights of the pairs add up to the most.

    Args:
        weights: A row each for what is in A, with a weight for each that is in B; 0 makes no pair.
    """
    rows, columns = len(weights), len(weights[0])
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        checkpoint()
        row, below, own = weights[i], best[i + 1], best[i]
        for j in range(columns - 1, -1, -1):
            together = below[j + 1] + row[j] if row[j] else 0.0
            own[j] = max(together, below[j], own[j + 1])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < rows and j < columns:
        if weights[i][j] and best[i][j] == best[i + 1][j + 1] + weights[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs
