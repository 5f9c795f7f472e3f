"""Two sequences of units laid against each other, and what a reader makes of it.

The road: equal ends are trimmed; where much is left, triples of units that occur once on each side
are taken as anchors where they stand in the same order (patience diff); short gaps get an exact
alignment. All of it costs about as much as there is text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from typing import Final

Block = tuple[int, int, int]
"""Units that are equal: start in A, start in B, how many."""

EXACT_LIMIT: Final = 2000
"""The longest gap, in units a side, that is aligned exactly: it takes up to a millisecond."""

_DEPTH: Final = 8


def align(a: Sequence[Hashable], b: Sequence[Hashable], exact: int = EXACT_LIMIT) -> list[Block]:
    """Find equal runs, in order and without overlap, that a reader would call the same.

    Args:
        a: A's units.
        b: B's units.
        exact: The longest gap, in units a side, that is aligned exactly.

    Returns:
        Maximal blocks of equal units.
    """
    numbers: dict[Hashable, int] = {}
    left = [numbers.setdefault(unit, len(numbers)) for unit in a]
    right = [numbers.setdefault(unit, len(numbers)) for unit in b]
    return _joined(_between_ends(left, right, 0, len(left), 0, len(right), 0, exact))


def _between_ends(
    a: Sequence[int], b: Sequence[int], a1: int, a2: int, b1: int, b2: int, depth: int, exact: int
) -> Iterator[Block]:
    head = _common_head(a, b, a1, a2, b1, b2)
    a1, b1 = a1 + head, b1 + head
    tail = _common_tail(a, b, a1, a2, b1, b2)
    a2, b2 = a2 - tail, b2 - tail
    yield a1 - head, b1 - head, head
    if a1 < a2 and b1 < b2:
        yield from _middle(a, b, a1, a2, b1, b2, depth, exact)
    yield a2, b2, tail


def _middle(
    a: Sequence[int], b: Sequence[int], a1: int, a2: int, b1: int, b2: int, depth: int, exact: int
) -> Iterator[Block]:
    short = max(a2 - a1, b2 - b1) <= exact
    anchors = _anchors(a[a1:a2], b[b1:b2]) if depth < _DEPTH and not short else []
    if not anchors:
        if short:
            yield from _exact(a, b, a1, a2, b1, b2)
        return
    at_a, at_b = a1, b1
    for offset_a, offset_b in anchors:
        start_a, start_b = a1 + offset_a, b1 + offset_b
        if start_a < at_a or start_b < at_b:
            continue
        yield from _between_ends(a, b, at_a, start_a, at_b, start_b, depth + 1, exact)
        length = _common_head(a, b, start_a, a2, start_b, b2)
        yield start_a, start_b, length
        at_a, at_b = start_a + length, start_b + length
    yield from _between_ends(a, b, at_a, a2, at_b, b2, depth + 1, exact)


def _exact(a: Sequence[int], b: Sequence[int], a1: int, a2: int, b1: int, b2: int) -> Iterator[Block]:
    # Imported here because it costs 20 ms, and identical texts never need it.
    from rapidfuzz.distance import LCSseq

    for operation in LCSseq.opcodes(a[a1:a2], b[b1:b2]):
        if operation.tag == "equal":
            length = operation.src_end - operation.src_start
            yield a1 + operation.src_start, b1 + operation.dest_start, length


def _common_head(a: Sequence[int], b: Sequence[int], a1: int, a2: int, b1: int, b2: int) -> int:
    """Count equal units from the start; whole slices are compared first, which is a hundred times quicker."""
    limit = min(a2 - a1, b2 - b1)
    count, step = 0, 64
    while count < limit:
        step = min(step, limit - count)
        if a[a1 + count : a1 + count + step] == b[b1 + count : b1 + count + step]:
            count += step
            step *= 2
        elif step == 1:
            break
        else:
            step = max(1, step // 8)
    return count


def _common_tail(a: Sequence[int], b: Sequence[int], a1: int, a2: int, b1: int, b2: int) -> int:
    limit = min(a2 - a1, b2 - b1)
    count, step = 0, 64
    while count < limit:
        step = min(step, limit - count)
        if a[a2 - count - step : a2 - count] == b[b2 - count - step : b2 - count]:
            count += step
            step *= 2
        elif step == 1:
            break
        else:
            step = max(1, step // 8)
    return count


def _anchors(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int]]:
    """Return where triples of units stand once on each side, in the same order.

    Two long stretches that share no triple are not versions of one another.
    """
    once_a, once_b = _once(a), _once(b)
    pairs = [(position, once_b[key]) for key, position in once_a.items() if key in once_b]
    return _longest_increasing(sorted(pairs))


def _once(sequence: Sequence[int]) -> dict[tuple[int, int, int], int]:
    keys = list(zip(sequence, sequence[1:], sequence[2:], strict=False))
    last = {key: position for position, key in enumerate(keys)}
    if len(last) == len(keys):
        return last
    first = {key: position for position, key in zip(range(len(keys) - 1, -1, -1), reversed(keys), strict=True)}
    return {key: position for key, position in last.items() if first[key] == position}


def _longest_increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest subsequence whose second numbers increase (patience sorting)."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for number, (_, second) in enumerate(pairs):
        pile = bisect_left(tops, second)
        before.append(piles[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(second)
            piles.append(number)
        else:
            tops[pile] = second
            piles[pile] = number
    chain: list[tuple[int, int]] = []
    number = piles[-1] if piles else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _joined(blocks: Iterator[Block]) -> list[Block]:
    found: list[Block] = []
    for start_a, start_b, length in blocks:
        if not length:
            continue
        if found:
            last_a, last_b, last = found[-1]
            if last_a + last == start_a and last_b + last == start_b:
                found[-1] = (last_a, last_b, last + length)
                continue
        found.append((start_a, start_b, length))
    return found
