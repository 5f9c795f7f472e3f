"""Two sequences of units laid against each other.

The road: equal ends are trimmed; a short gap gets an exact alignment; in a long one, rare runs of
units that stand once on each side are taken as anchors where they stand in the same order (patience
diff), and what is left between them is done likewise. Long stretches that share next to nothing are
not versions of one another, and nothing more is looked for in them.

Units are numbered first, and a sequence is a `str` of their numbers: slices of it are compared at the
speed of memory.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import chain, compress, count, repeat
from typing import Final

from seedtui.core.interrupt import checked, checkpoint
from seedtui.core.segment import common_prefix

Block = tuple[int, int, int]
"""Units that are equal: start in A, start in B, how many."""

EXACT_LIMIT: Final = 2000
"""The longest gap, in units a side, that is aligned exactly: it takes up to half a millisecond."""

STEP: Final = 1 << 15
"""How many units one call into C may touch, so that other threads get their turn."""

_ONLY_B: Final = "\0"
_NUMBERS: Final = range(2, 0x110000)
_BEYOND: Final = "\1"

_FEW: Final = 400
_MORE: Final = 3
_OFTEN: Final = 4
_DEPTH: Final = 8
_LOPSIDED: Final = 16
_SAMPLE: Final = 8
_SOLID: Final = 8
_RELATED: Final = 20


def align(a: Sequence[Hashable], b: Sequence[Hashable], gram: int = 3, exact: int = EXACT_LIMIT) -> list[Block]:
    """Find equal runs, in order and without overlap, that a reader would call the same.

    Args:
        a: A's units.
        b: B's units.
        gram: How many units make an anchor: one if a unit says much by itself.
        exact: The longest gap, in units a side, that is aligned exactly.

    Returns:
        Maximal blocks of equal units.
    """
    if gram > 1 and max(len(a), len(b)) <= _FEW:
        # So few units are told apart by their hashes in less time than it takes to number them.
        return [
            block for block in _exact(a, b) if a[block[0] : block[0] + block[2]] == b[block[1] : block[1] + block[2]]
        ]
    left, right = numbered(a, b)
    alignment = _Alignment(left, right, gram, exact)
    alignment.between(0, len(left), 0, len(right))
    return alignment.found


def numbered(a: Sequence[Hashable], b: Sequence[Hashable]) -> tuple[str, str]:
    """Give each unit a code point; two units are equal where their code points are."""
    numbers: defaultdict[Hashable, str] = defaultdict(chain(map(chr, _NUMBERS), repeat(_BEYOND)).__next__)
    known = numbers.get
    if len(a) <= STEP and len(b) <= STEP:
        left, right = "".join(map(numbers.__getitem__, a)), "".join(map(known, b, repeat(_ONLY_B)))
    else:
        left, right = "".join(_mapped(numbers.__getitem__, a)), "".join(_known(known, b))
    # When all code points are taken, the units beyond are taken for units of one side only.
    return left, right.replace(_BEYOND, _ONLY_B)


def _mapped(number: Callable[[Hashable], str], units: Sequence[Hashable]) -> Iterator[str]:
    for start in range(0, len(units), STEP):
        checkpoint()
        yield "".join(map(number, units[start : start + STEP]))


def _known(number: Callable[[Hashable, str], str], units: Sequence[Hashable]) -> Iterator[str]:
    for start in range(0, len(units), STEP):
        checkpoint()
        yield "".join(map(number, units[start : start + STEP], repeat(_ONLY_B)))


def _exact(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Block]:
    # Imported here because it costs 20 ms, and identical texts never need it.
    from rapidfuzz.distance import LCSseq

    blocks = LCSseq.editops(a, b).as_matching_blocks()
    return [(block.a, block.b, block.size) for block in blocks if block.size]


def add_block(found: list[Block], start_a: int, start_b: int, length: int) -> None:
    """Append an equal run; one that goes on where the last ends makes that longer."""
    if not length:
        return
    if found:
        last_a, last_b, last = found[-1]
        if last_a + last == start_a and last_b + last == start_b:
            found[-1] = (last_a, last_b, last + length)
            return
    found.append((start_a, start_b, length))


class _Alignment:
    """Collects the equal runs of two sequences, from left to right."""

    def __init__(self, a: str, b: str, gram: int, exact: int) -> None:
        self.found: list[Block] = []
        self._a = a
        self._b = b
        self._gram = gram
        self._limit = exact

    def between(self, a1: int, a2: int, b1: int, b2: int, depth: int = 0) -> None:
        """Align A[a1:a2] with B[b1:b2]."""
        if a1 == a2 or b1 == b2:
            return
        checkpoint()
        head = self._head(a1, a2, b1, b2)
        add_block(self.found, a1, b1, head)
        a1, b1 = a1 + head, b1 + head
        tail = self._tail(a1, a2, b1, b2)
        a2, b2 = a2 - tail, b2 - tail
        if a1 < a2 and b1 < b2:
            if self._is_short(a2 - a1, b2 - b1):
                left, right = self._a[a1:a2], self._b[b1:b2]
                self._shift(_exact(left, right) if self._gram > 1 else _exact(*_told_apart(left, right)), a1, b1)
            else:
                self._by_anchors(a1, a2, b1, b2, depth)
        add_block(self.found, a2, b2, tail)

    def _is_short(self, length_a: int, length_b: int) -> bool:
        longest = max(length_a, length_b)
        return longest <= self._limit * _LOPSIDED and length_a * length_b <= self._limit**2

    def _by_anchors(self, a1: int, a2: int, b1: int, b2: int, depth: int) -> None:
        left, right = self._a[a1:a2], self._b[b1:b2]
        anchors, related = _anchors(left, right, self._gram)
        if not anchors and related:
            anchors, _ = _anchors(left, right, self._gram + _MORE)
        if not anchors or depth >= _DEPTH:
            # What a reader would not know by itself is no guide through a window, either.
            if related and self._gram > 1:
                self._walk(a1, a2, b1, b2)
            return
        at_a, at_b = a1, b1
        for offset_a, offset_b in anchors:
            start_a, start_b = a1 + offset_a, b1 + offset_b
            if start_a < at_a or start_b < at_b:
                continue
            self.between(at_a, start_a, at_b, start_b, depth + 1)
            length = self._head(start_a, a2, start_b, b2)
            add_block(self.found, start_a, start_b, length)
            at_a, at_b = start_a + length, start_b + length
        self.between(at_a, a2, at_b, b2, depth + 1)

    def _walk(self, a1: int, a2: int, b1: int, b2: int) -> None:
        """Align exactly what a window shows, trust it but for its last quarter, and go on from there."""
        while a1 < a2 and b1 < b2:
            checkpoint()
            window_a, window_b = min(self._limit, a2 - a1), min(self._limit, b2 - b1)
            blocks = _exact(self._a[a1 : a1 + window_a], self._b[b1 : b1 + window_b])
            if window_a == a2 - a1 and window_b == b2 - b1:
                self._shift(blocks, a1, b1)
                return
            trusted_a, trusted_b = max(1, window_a * 3 // 4), max(1, window_b * 3 // 4)
            trusted = [
                block for block in blocks if block[0] + block[2] <= trusted_a and block[1] + block[2] <= trusted_b
            ]
            self._shift(trusted, a1, b1)
            end_a, end_b = (trusted[-1][0] + trusted[-1][2], trusted[-1][1] + trusted[-1][2]) if trusted else (0, 0)
            if end_a * 2 < trusted_a and end_b * 2 < trusted_b:
                end_a, end_b = trusted_a, trusted_b
            a1, b1 = a1 + end_a, b1 + end_b
            head = self._head(a1, a2, b1, b2)
            add_block(self.found, a1, b1, head)
            a1, b1 = a1 + head, b1 + head

    def _shift(self, blocks: Sequence[Block], by_a: int, by_b: int) -> None:
        for start_a, start_b, length in blocks:
            add_block(self.found, start_a + by_a, start_b + by_b, length)

    def _head(self, a1: int, a2: int, b1: int, b2: int) -> int:
        """Count equal units from the start, in slices that grow while they are equal."""
        a, b = self._a, self._b
        limit = min(a2 - a1, b2 - b1)
        done, step = 0, 16
        while done < limit:
            step = min(step, limit - done)
            left, right = a[a1 + done : a1 + done + step], b[b1 + done : b1 + done + step]
            if left != right:
                return done + common_prefix(left, right)
            done += step
            step *= 2
        return done

    def _tail(self, a1: int, a2: int, b1: int, b2: int) -> int:
        a, b = self._a, self._b
        limit = min(a2 - a1, b2 - b1)
        done, step = 0, 16
        while done < limit:
            step = min(step, limit - done)
            left, right = a[a2 - done - step : a2 - done], b[b2 - done - step : b2 - done]
            if left != right:
                return done + common_prefix(left[::-1], right[::-1])
            done += step
            step *= 2
        return done


def _told_apart(a: str, b: str) -> tuple[str, str]:
    """Let units that stand too often to be told from one another be equal to nothing."""
    counts = Counter(a) | Counter(b)
    often = [ord(unit) for unit, times in counts.items() if times > _OFTEN]
    return a.translate(dict.fromkeys(often, _BEYOND)), b.translate(dict.fromkeys(often, _ONLY_B))


def _anchors(a: str, b: str, gram: int) -> tuple[list[tuple[int, int]], bool]:
    """Find where runs of units stand once on each side, in the same order.

    Only runs that begin with a rare unit are looked at.

    Returns:
        Places in A and in B; and whether the two have so much in common that they are versions of one text.
    """
    sample = _rare(a, b)
    places_a, places_b = _places(a, sample, gram), _places(b, sample, gram)
    related = len(places_a.keys() & places_b.keys()) * _RELATED >= min(len(places_a), len(places_b)) > 0
    checkpoint()
    known = places_b.get
    pairs = [(left, right) for key, left in checked(places_a.items()) if left >= 0 and (right := known(key, -1)) >= 0]
    if not related and gram > 1:
        # By chance, unrelated texts share a few words in a row, but not many.
        pairs = [(left, right) for left, right in pairs if a[left : left + _SOLID] == b[right : right + _SOLID]]
    checkpoint()
    return _longest_increasing(pairs), related


def _rare(a: str, b: str) -> set[str]:
    """Choose units that both sides have, the rarest of A's first, until they are an eighth of A."""
    counts: Counter[str] = Counter()
    for start in range(0, len(a), STEP):
        checkpoint()
        counts.update(a[start : start + STEP])
    others: set[str] = set()
    for start in range(0, len(b), STEP):
        checkpoint()
        others.update(b[start : start + STEP])
    shared = {unit: times for unit, times in counts.items() if unit in others}
    limit, total = 0, 0
    for times, units in sorted(Counter(shared.values()).items()):
        limit, total = times, total + times * units
        if total * _SAMPLE > len(a):
            break
    return {unit for unit, times in shared.items() if times <= limit}


def _places(sequence: str, sample: set[str], gram: int) -> dict[str, int]:
    """Return where each run of units that begins with one of a sample stands; -1 if at several places."""
    found: dict[str, int] = {}
    for start in range(0, len(sequence), STEP):
        checkpoint()
        part = sequence[start : start + STEP]
        for place in compress(count(start), map(sample.__contains__, part)):
            key = sequence[place : place + gram]
            found[key] = -1 if key in found else place
    return found


def _longest_increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest subsequence whose second numbers increase (patience sorting)."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for number, (_, second) in enumerate(pairs):
        if not number % STEP:
            checkpoint()
        pile = bisect_left(tops, second) if tops and second <= tops[-1] else len(tops)
        before.append(piles[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(second)
            piles.append(number)
        else:
            tops[pile] = second
            piles[pile] = number
    steps: list[tuple[int, int]] = []
    number = piles[-1] if piles else -1
    while number >= 0:
        steps.append(pairs[number])
        number = before[number]
    return steps[::-1]
