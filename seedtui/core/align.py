"""Two sequences of tokens laid against each other.

The road: equal ends are trimmed; tokens, pairs and triples that occur once on each side are taken
as anchors where they stand in the same order (patience diff); the short gaps between anchors get a
bounded exact alignment; then islands, short equal runs between larger changes, are given up,
because diverged prose shares many a "the" and "and" that mean nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

Block = tuple[int, int, int]
"""Tokens that are equal: start in A, start in B, how many."""

EXACT_LIMIT: Final = 2000
"""The longest gap, in tokens a side, that is aligned exactly."""

ISLAND_WORDS: Final = 4
"""The most words an equal run may have to be given up."""

ISLAND_WEIGHT: Final = 4
"""How many times as long as an equal run the changes on its two sides must be, together, for it to be given up."""

_STOPS: Final = frozenset(".!?…。！？")


@dataclass(frozen=True)
class Edit:
    """A pair of token ranges: equal, or one changed into the other.

    Attributes:
        equal: Whether the tokens on both sides are the same.
        a: Start and end in A.
        b: Start and end in B.
    """

    equal: bool
    a: tuple[int, int]
    b: tuple[int, int]


def align(a: Sequence[int], b: Sequence[int]) -> list[Block]:
    """Find equal runs, in order and without overlap, that a reader would call the same.

    Args:
        a: A's tokens, as numbers that are equal exactly if the tokens are.
        b: B's tokens, likewise.

    Returns:
        Maximal blocks of equal tokens.
    """
    return _joined(_aligned(a, b, 0, len(a), 0, len(b), depth=0))


def _aligned(a: Sequence[int], b: Sequence[int], a1: int, a2: int, b1: int, b2: int, depth: int) -> Iterator[Block]:
    head = _common_head(a, b, a1, a2, b1, b2)
    if head:
        yield a1, b1, head
        a1, b1 = a1 + head, b1 + head
    tail = _common_tail(a, b, a1, a2, b1, b2)
    a2, b2 = a2 - tail, b2 - tail
    if a1 < a2 and b1 < b2:
        yield from _middle(a, b, a1, a2, b1, b2, depth)
    if tail:
        yield a2, b2, tail


def _middle(a: Sequence[int], b: Sequence[int], a1: int, a2: int, b1: int, b2: int, depth: int) -> Iterator[Block]:
    anchors = _anchors(a[a1:a2], b[b1:b2]) if depth < 8 else []
    if not anchors:
        if max(a2 - a1, b2 - b1) <= EXACT_LIMIT:
            yield from _exact(a, b, a1, a2, b1, b2)
        return
    before_a, before_b = a1, b1
    for at_a, at_b in anchors:
        start_a, start_b = a1 + at_a, b1 + at_b
        if start_a < before_a or start_b < before_b:
            continue
        yield from _aligned(a, b, before_a, start_a, before_b, start_b, depth + 1)
        length = _common_head(a, b, start_a, a2, start_b, b2)
        yield start_a, start_b, length
        before_a, before_b = start_a + length, start_b + length
    yield from _aligned(a, b, before_a, a2, before_b, b2, depth + 1)


def _exact(a: Sequence[int], b: Sequence[int], a1: int, a2: int, b1: int, b2: int) -> Iterator[Block]:
    # Imported here because it costs 20 ms, and identical texts never need it.
    from rapidfuzz.distance import LCSseq

    for operation in LCSseq.opcodes(a[a1:a2], b[b1:b2]):
        if operation.tag == "equal":
            length = operation.src_end - operation.src_start
            yield a1 + operation.src_start, b1 + operation.dest_start, length


def _common_head(a: Sequence[int], b: Sequence[int], a1: int, a2: int, b1: int, b2: int) -> int:
    limit = min(a2 - a1, b2 - b1)
    count = 0
    while count < limit and a[a1 + count] == b[b1 + count]:
        count += 1
    return count


def _common_tail(a: Sequence[int], b: Sequence[int], a1: int, a2: int, b1: int, b2: int) -> int:
    limit = min(a2 - a1, b2 - b1)
    count = 0
    while count < limit and a[a2 - 1 - count] == b[b2 - 1 - count]:
        count += 1
    return count


def _anchors(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int]]:
    """Return where triples, else pairs, else single tokens stand once on each side, in the same order."""
    for size in (3, 2, 1):
        once_a, once_b = _once(a, size), _once(b, size)
        pairs = [(position, once_b[key]) for key, position in once_a.items() if key in once_b]
        if pairs:
            return _longest_increasing(sorted(pairs))
    return []


def _once(sequence: Sequence[int], size: int) -> dict[object, int]:
    seen: dict[object, int] = {}
    keys = sequence if size == 1 else zip(*(sequence[offset:] for offset in range(size)), strict=False)
    for position, key in enumerate(keys):
        seen[key] = -1 if key in seen else position
    return {key: position for key, position in seen.items() if position >= 0}


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


def edits(blocks: Sequence[Block], length_a: int, length_b: int) -> list[Edit]:
    """Turn equal blocks into edits that cover both sequences from end to end."""
    found: list[Edit] = []
    at_a = at_b = 0
    for start_a, start_b, length in [*blocks, (length_a, length_b, 0)]:
        if start_a > at_a or start_b > at_b:
            found.append(Edit(False, (at_a, start_a), (at_b, start_b)))
        at_a, at_b = start_a + length, start_b + length
        if length:
            found.append(Edit(True, (start_a, at_a), (start_b, at_b)))
    return found


def give_up_islands(found: Sequence[Edit], words_a: Sequence[int], words_b: Sequence[int]) -> list[Edit]:
    """Merge changes across short equal runs that the changes about them outweigh.

    Args:
        found: Edits that cover both sequences.
        words_a: For each position in A, how many words stand before it (one more entry than tokens).
        words_b: The same for B.

    Returns:
        Edits that cover both sequences; neighbouring changes are one.
    """

    def size(edit: Edit) -> int:
        return max(words_a[edit.a[1]] - words_a[edit.a[0]], words_b[edit.b[1]] - words_b[edit.b[0]])

    kept: list[Edit] = []
    for edit in found:
        kept.append(edit)
        while len(kept) >= 3 and not kept[-1].equal and kept[-2].equal and not kept[-3].equal:
            left, island, right = kept[-3:]
            words = size(island)
            if words > ISLAND_WORDS or ISLAND_WEIGHT * words > size(left) + size(right):
                break
            kept[-3:] = [Edit(False, (left.a[0], right.a[1]), (left.b[0], right.b[1]))]
    return kept if len(kept) == len(found) else give_up_islands(kept, words_a, words_b)


def slide(found: Sequence[Edit], tokens_a: Sequence[str], tokens_b: Sequence[str]) -> list[Edit]:
    """Move insertions and deletions to where a reader would see them begin.

    An inserted "sat. The cat " between "The cat " and "ran." is as well the insertion of "The cat sat. "
    before "The cat ran.": where the same texts result, a change begins at a line, a sentence or a word.
    """
    kept = _between_equals(found)
    for index, edit in enumerate(kept):
        if edit.equal or (edit.a[0] < edit.a[1] and edit.b[0] < edit.b[1]):
            continue
        pieces, (start, end) = (tokens_b, edit.b) if edit.a[0] == edit.a[1] else (tokens_a, edit.a)
        shift = _best_shift(pieces, start, end, _room(kept, index - 1), _room(kept, index + 1))
        if shift:
            _move(kept, index, shift)
    return [edit for edit in kept if edit.a[0] < edit.a[1] or edit.b[0] < edit.b[1]]


def _between_equals(found: Sequence[Edit]) -> list[Edit]:
    """Give the first and the last change an equal run as neighbour, if an empty one."""
    kept = list(found)
    if kept and not kept[0].equal:
        kept.insert(0, Edit(True, (0, 0), (0, 0)))
    if kept and not kept[-1].equal:
        end_a, end_b = kept[-1].a[1], kept[-1].b[1]
        kept.append(Edit(True, (end_a, end_a), (end_b, end_b)))
    return kept


def _room(found: Sequence[Edit], index: int) -> int:
    """How many tokens an equal run can give; one between two changes keeps its last."""
    length = found[index].a[1] - found[index].a[0]
    return length if index in (0, len(found) - 1) else max(0, length - 1)


def _best_shift(pieces: Sequence[str], start: int, end: int, left: int, right: int) -> int:
    choices = [0]
    while -choices[-1] < left and pieces[start - 1 + choices[-1]] == pieces[end - 1 + choices[-1]]:
        choices.append(choices[-1] - 1)
    forward = 0
    while forward < right and pieces[start + forward] == pieces[end + forward]:
        forward += 1
        choices.append(forward)
    return max(choices, key=lambda shift: (_opening(pieces, start + shift), -abs(shift)))


def _opening(pieces: Sequence[str], position: int) -> int:
    """How good a place this is for a change to begin: 4 at a line, 3 at a sentence, 2 at a word."""
    if position == 0 or "\n" in pieces[position - 1]:
        return 4
    if pieces[position - 1].isspace():
        return 3 if position > 1 and pieces[position - 2] in _STOPS else 2
    return 3 if pieces[position - 1] in _STOPS and not pieces[position].isspace() else 1


def _move(found: list[Edit], index: int, shift: int) -> None:
    def moved(edit: Edit, start: int, end: int) -> Edit:
        return Edit(edit.equal, (edit.a[0] + start, edit.a[1] + end), (edit.b[0] + start, edit.b[1] + end))

    found[index - 1] = moved(found[index - 1], 0, shift)
    found[index] = moved(found[index], shift, shift)
    found[index + 1] = moved(found[index + 1], shift, 0)
