"""Edits as a careful editor would mark them: few, whole, and begun where a reader sees them begin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from seedtui.core.align import Block
from seedtui.core.counting import count_words
from seedtui.core.segment import is_inside_cluster, tokens

__all__ = ["Edit", "count_words", "edits", "give_up_islands", "size_in", "slide", "words_touched"]

ISLAND_WORDS: Final = 4
"""The most words and marks of punctuation an equal run may have to be given up."""

ISLAND_WEIGHT: Final = 4
"""How many times as long as an equal run the changes on its two sides must be, together, for it to be given up."""

_ENOUGH: Final = 400
_LONGEST_SLIDE: Final = 20_000
_STOPS: Final = frozenset(".!?…。！？")


class Edit(NamedTuple):
    """A stretch of both texts, in code points: the same on both sides, or one changed into the other."""

    equal: bool
    a: tuple[int, int]
    b: tuple[int, int]


def edits(runs: Sequence[Block], length_a: int, length_b: int) -> list[Edit]:
    """Turn equal runs into edits that cover both texts from end to end."""
    found: list[Edit] = []
    at_a = at_b = 0
    for start_a, start_b, length in [*runs, (length_a, length_b, 0)]:
        if start_a > at_a or start_b > at_b:
            found.append(Edit(False, (at_a, start_a), (at_b, start_b)))
        at_a, at_b = start_a + length, start_b + length
        if length:
            found.append(Edit(True, (start_a, at_a), (start_b, at_b)))
    return found


def give_up_islands(found: Sequence[Edit], size: Callable[[Edit], int], longest: int = ISLAND_WORDS) -> list[Edit]:
    """Merge changes across short equal runs that the changes about them outweigh.

    Diverged prose shares many a "the" and "and" that mean nothing.

    Args:
        found: Edits that cover both texts.
        size: How many words an edit has, on its longer side.
        longest: The most words an equal run may have to be given up.

    Returns:
        Edits that cover both texts; neighbouring changes are one.
    """
    kept: list[Edit] = []
    sizes: list[int] = []
    for edit in found:
        kept.append(edit)
        sizes.append(-1)
        while len(kept) >= 3 and not edit.equal:
            left, island, right = kept[-3:]
            # Sizes are found out only where an equal run may be short enough.
            if island.a[1] - island.a[0] > _extent(left) + _extent(right):
                break
            for place in (-3, -2, -1):
                if sizes[place] < 0:
                    sizes[place] = size(kept[place])
            around = sizes[-3] + sizes[-1]
            if sizes[-2] > longest or ISLAND_WEIGHT * sizes[-2] > around:
                break
            edit = Edit(False, (left.a[0], right.a[1]), (left.b[0], right.b[1]))
            kept[-3:] = [edit]
            sizes[-3:] = [around + sizes[-2]]
    return kept


def _extent(edit: Edit) -> int:
    return max(edit.a[1] - edit.a[0], edit.b[1] - edit.b[0])


def size_in(a: str, b: str) -> Callable[[Edit], int]:
    """Return what counts the words of an edit of these texts, exactly only where there are few."""

    def size(edit: Edit) -> int:
        # Beyond this many characters, the exact number of words no longer decides anything.
        left = count_words(a[edit.a[0] : min(edit.a[1], edit.a[0] + _ENOUGH)])
        return left if edit.equal else max(left, count_words(b[edit.b[0] : min(edit.b[1], edit.b[0] + _ENOUGH)]))

    return size


def words_touched(a: str, b: str, in_a: tuple[int, int], in_b: tuple[int, int]) -> tuple[int, int]:
    """Count the words and marks of punctuation, in A and in B, that a change has to do with.

    A change inside a word ("astronaut" became "astronauts") touches that word on both sides.
    """
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


def slide(found: Sequence[Edit], a: str, b: str) -> list[Edit]:
    """Move insertions and deletions to where a reader would see them begin.

    An inserted "sat. The cat " between "The cat " and "ran." is as well the insertion of "The cat sat. "
    before "The cat ran.": where the same texts result, a change begins at a line, a sentence or a word.
    """
    kept = _between_equals(found)
    for index, edit in enumerate(kept):
        one_sided = not edit.equal and (edit.a[0] == edit.a[1] or edit.b[0] == edit.b[1])
        if one_sided:
            text, (start, end) = (b, edit.b) if edit.a[0] == edit.a[1] else (a, edit.a)
            shift = _best_shift(text, start, end, _room(kept, index - 1), _room(kept, index + 1))
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
    """How many characters an equal run can give; one between two changes keeps its last."""
    length = found[index].a[1] - found[index].a[0]
    return length if index in (0, len(found) - 1) else max(0, length - 1)


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


def _move(found: list[Edit], index: int, shift: int) -> None:
    def moved(edit: Edit, start: int, end: int) -> Edit:
        return Edit(edit.equal, (edit.a[0] + start, edit.a[1] + end), (edit.b[0] + start, edit.b[1] + end))

    found[index - 1] = moved(found[index - 1], 0, shift)
    found[index] = moved(found[index], shift, shift)
    found[index + 1] = moved(found[index + 1], shift, 0)
