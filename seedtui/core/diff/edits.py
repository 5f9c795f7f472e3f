"""Edits as a careful editor would mark them: few, whole, and begun where a reader sees them begin."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from seedtui.core.diff.align import Block
from seedtui.core.diff.counting import count_words
from seedtui.core.interrupt import checkpoint
from seedtui.core.segment import is_inside_cluster, tokens

__all__ = ["between_ends", "count_words", "give_up_islands", "slide", "words_touched"]

ISLAND_WORDS: Final = 4
"""The most words and marks of punctuation an equal run may have to be given up."""

ISLAND_WEIGHT: Final = 4
"""How many times as long as an equal run the changes on its two sides must be, together, for it to be given up."""

OFTEN_ENOUGH: Final = 100
"""After how many changes to ask whether to go on."""

_ENOUGH: Final = 400
_LONGEST_SLIDE: Final = 20_000
_STOPS: Final = frozenset(".!?…。！？")


def give_up_islands(runs: Sequence[Block], a: str, b: str, firm: Sequence[int] = ()) -> list[Block]:
    """Let go of short equal runs that the changes about them outweigh.

    Diverged prose shares many a "the" and "and" that mean nothing.

    Args:
        runs: Equal runs, in code points, in order; they never touch on both sides.
        a: A's text.
        b: B's text.
        firm: Places in A, in order, where a sentence or line of code ends that has its counterpart in
            B. The run that such a place is in, or at the end of, is kept.

    Returns:
        The runs that mean something.
    """
    kept: list[Block] = [(0, 0, 0)]
    for number, run in enumerate([*runs, (len(a), len(b), 0)]):
        if not number % OFTEN_ENOUGH:
            checkpoint()
        while len(kept) > 1:
            (before_a, before_b, before), (start_a, start_b, length) = kept[-2:]
            left_a, left_b = before_a + before, before_b + before
            right_a, right_b = start_a + length, start_b + length
            left, right = max(start_a - left_a, start_b - left_b), max(run[0] - right_a, run[1] - right_b)
            # Words are counted only where an equal run may be short enough.
            if length > left + right or not left or not right or _is_firm(firm, start_a, right_a):
                break
            words = _size(a[start_a:right_a])
            if words > ISLAND_WORDS:
                break
            left_change = a[left_a:start_a], b[left_b:start_b]
            right_change = a[right_a : run[0]], b[right_b : run[1]]
            if not _is_outweighed(a[start_a:right_a], words, left_change, right_change):
                break
            kept.pop()
        kept.append(run)
    return kept[1:-1]


def _is_firm(firm: Sequence[int], start: int, end: int) -> bool:
    return bisect_right(firm, start) < bisect_right(firm, end)


def _is_outweighed(island: str, words: int, left: tuple[str, str], right: tuple[str, str]) -> bool:
    """Whether an equal run of so many words and marks means little between two changes."""
    if ISLAND_WEIGHT * words > max(map(_size, left)) + max(map(_size, right)):
        return False
    return not _has_letter(island) or ISLAND_WEIGHT * words <= _weight(*left) + _weight(*right)


def _weight(a: str, b: str) -> int:
    """Return how much a change weighs against a word; marks of punctuation alone are a small one, however many."""
    weight = max(_size(a), _size(b))
    return weight if weight <= 1 or _has_letter(a) or _has_letter(b) else 1


def _has_letter(text: str) -> bool:
    return any(map(str.isalnum, text[:_ENOUGH]))


def _size(text: str) -> int:
    # Beyond this many characters, the exact number of words no longer decides anything.
    return count_words(text[:_ENOUGH], marks=True)


def words_touched(a: str, b: str, in_a: tuple[int, int], in_b: tuple[int, int]) -> tuple[int, int]:
    """Count the words, in A and in B, that a change has to do with.

    A change inside a word ("astronaut" became "astronauts") touches that word on both sides.
    """
    checkpoint()
    left, right = count_words(a[slice(*in_a)]), count_words(b[slice(*in_b)])
    if not (left and right) and (_is_inside_word(a, *in_a) or _is_inside_word(b, *in_b)):
        return max(1, left), max(1, right)
    return left, right


def _is_inside_word(text: str, start: int, end: int) -> bool:
    """Whether a stretch begins or ends inside a word."""
    places = (start, end) if start < end else ()
    return any(
        0 < place < len(text)
        and text[place - 1 : place + 1].isalnum()
        and len(tokens(text[place - 1 : place + 1])) == 1
        for place in places
    )


def slide(runs: Sequence[Block], a: str, b: str) -> list[Block]:
    """Move insertions and deletions to where a reader would see them begin.

    An inserted "sat. The cat " between "The cat " and "ran." is as well the insertion of "The cat sat. "
    before "The cat ran.": where the same texts result, a change begins at a line, a sentence or a word.

    Args:
        runs: Equal runs, in code points, in order; they never touch on both sides.
        a: A's text.
        b: B's text.
    """
    kept = between_ends(runs, a, b)
    last = len(kept) - 2
    for index in range(len(kept) - 1):
        if not index % OFTEN_ENOUGH:
            checkpoint()
        (start_a, start_b, length), (next_a, next_b, next_length) = kept[index : index + 2]
        end_a, end_b = start_a + length, start_b + length
        if (end_a == next_a) == (end_b == next_b):
            continue
        text, start, end = (b, end_b, next_b) if end_a == next_a else (a, end_a, next_a)
        # A run between two changes keeps its last character.
        left, right = length if index == 0 else length - 1, next_length if index == last else next_length - 1
        if shift := _best_shift(text, start, end, left, right):
            kept[index] = (start_a, start_b, length + shift)
            kept[index + 1] = (next_a + shift, next_b + shift, next_length - shift)
    return [run for run in kept if run[2]]


def between_ends(runs: Sequence[Block], a: str, b: str) -> list[Block]:
    """Give the first and the last change an equal run as neighbour, if an empty one."""
    kept = list(runs)
    if not kept or kept[0][:2] != (0, 0):
        kept.insert(0, (0, 0, 0))
    if (kept[-1][0] + kept[-1][2], kept[-1][1] + kept[-1][2]) != (len(a), len(b)):
        kept.append((len(a), len(b), 0))
    return kept


def _best_shift(text: str, start: int, end: int, left: int, right: int) -> int:
    """Return by how many characters a change should move; negative is to the left."""
    left, right = min(left, _ENOUGH), min(right, _ENOUGH)
    movable = (left and text[start - 1] == text[end - 1]) or (right and text[start] == text[end])
    if not movable or end - start > _LONGEST_SLIDE:
        return 0
    before, changed, after = (
        tokens(text[start - left : start]),
        tokens(text[start:end]),
        tokens(text[end : end + right]),
    )
    # The outermost tokens may be cut by the window.
    before, after = before[1 if start - left > 0 else 0 :], after[: len(after) - (end + right < len(text))]
    pieces, first, last = [*before, *changed, *after], len(before), len(before) + len(changed)
    choices = [0]
    while -choices[-1] < len(before) and pieces[first - 1 + choices[-1]] == pieces[last - 1 + choices[-1]]:
        choices.append(choices[-1] - 1)
    forward = 0
    while forward < len(after) and pieces[first + forward] == pieces[last + forward]:
        forward += 1
        choices.append(forward)
    best = max(choices, key=lambda shift: (_opening(pieces, first + shift), -abs(shift)))
    moved = pieces[first : first + best] if best > 0 else pieces[first + best : first]
    shift = sum(map(len, moved)) * (1 if best > 0 else -1)
    cut = is_inside_cluster(text, start + shift) or is_inside_cluster(text, end + shift)
    return 0 if cut else shift


def _opening(pieces: Sequence[str], position: int) -> int:
    """How good a place this is for a change to begin: 4 at a line, 3 at a sentence, 2 at a word."""
    if position == 0 or "\n" in pieces[position - 1]:
        return 4
    if pieces[position - 1].isspace():
        return 3 if position > 1 and pieces[position - 2] in _STOPS else 2
    return 3 if pieces[position - 1] in _STOPS and not pieces[position].isspace() else 1
