"""What two changed stretches share at their beginning and at their end: whole tokens, or parts of one word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from seedtui.core.diff.align import Block
from seedtui.core.diff.edits import OFTEN_ENOUGH, between_ends
from seedtui.core.interrupt import checkpoint
from seedtui.core.segment import common_prefix, is_inside_cluster, tokens

_REACH: Final = 64
"""How far, in code points, the edge of a changed word is looked for beyond what is the same."""

_AFTER_A_WORD: Final = " \n.,;:!?"

_LONGEST_WORD: Final = 40
_LEAST_SHARED: Final = 3
_LEAST_SHARE: Final = 0.6


def common_suffix(a: str, b: str) -> int:
    """Return how many code points two texts share up to their ends."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[len(a) - middle : len(a) - low] == b[len(b) - middle : len(b) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def behind_a_word(a: str, b: str) -> int | None:
    """Return, where one word became another, the length of what stands behind both; None where it is not so simple."""
    if not (a.isascii() and b.isascii()):
        return None
    left, right = a.rstrip(_AFTER_A_WORD), b.rstrip(_AFTER_A_WORD)
    if left != right and left.isalpha() and right.isalpha() and a[len(left) :] == b[len(right) :]:
        return len(a) - len(left)
    return None


def shared_tokens(a: str, b: str) -> tuple[int, int]:
    """Return the length of the tokens that two stretches begin with, and of those that they end with."""
    head = _head(a, b)
    return head, _tail(a[head:], b[head:]) if head else _tail(a, b)


def _head(a: str, b: str) -> int:
    if not a or not b or a[0] != b[0]:
        return 0
    reach = common_prefix(a, b) + _REACH
    return _equal_length(tokens(a[:reach]), tokens(b[:reach]))


def _tail(a: str, b: str) -> int:
    if not a or not b or a[-1] != b[-1]:
        return 0
    if a[-1] == " " and a[-2:-1] != b[-2:-1] and not (a[-2:-1].isspace() or b[-2:-1].isspace()):
        return 1
    reach = common_suffix(a, b) + _REACH
    return _equal_length(tokens(a[-reach:])[::-1], tokens(b[-reach:])[::-1])


def _equal_length(a: Sequence[str], b: Sequence[str]) -> int:
    length = 0
    for left, right in zip(a, b, strict=False):
        if left != right:
            break
        length += len(left)
    return length


def inside_words(runs: Sequence[Block], a: str, b: str) -> list[Block]:
    """Keep what one changed word shares with the word that it became, at its beginning and its end.

    Args:
        runs: Equal runs, in code points, in order; they never touch on both sides.
        a: A's text.
        b: B's text.

    Returns:
        Equal runs, longer here and there; there is none between two changes that was not there before.
    """
    kept = between_ends(runs, a, b)
    for index in range(len(kept) - 1):
        if not index % OFTEN_ENOUGH:
            checkpoint()
        (start_a, start_b, length), (next_a, next_b, next_length) = kept[index : index + 2]
        end_a, end_b = start_a + length, start_b + length
        if end_a == next_a or end_b == next_b or (a[end_a] != b[end_b] and a[next_a - 1] != b[next_b - 1]):
            continue
        if max(next_a - end_a, next_b - end_b) <= _LONGEST_WORD:
            head, tail = _shared_letters(a, b, (end_a, next_a), (end_b, next_b))
            kept[index] = (start_a, start_b, length + head)
            kept[index + 1] = (next_a - tail, next_b - tail, next_length + tail)
    return [run for run in kept if run[2]]


def _shared_letters(a: str, b: str, in_a: tuple[int, int], in_b: tuple[int, int]) -> tuple[int, int]:
    """Return how many characters two changed words share at their beginning and at their end, if that is much."""
    left, right = a[slice(*in_a)], b[slice(*in_b)]
    if not _is_one_word(left) or not _is_one_word(right):
        return 0, 0
    head = common_prefix(left, right)
    while head and (is_inside_cluster(a, in_a[0] + head) or is_inside_cluster(b, in_b[0] + head)):
        head -= 1
    tail = common_suffix(left[head:], right[head:])
    while tail and (is_inside_cluster(a, in_a[1] - tail) or is_inside_cluster(b, in_b[1] - tail)):
        tail -= 1
    if head and _is_hangul(left[0]):
        return head, tail
    shared = head + tail
    enough = shared >= _LEAST_SHARED and shared >= _LEAST_SHARE * max(len(left), len(right))
    return (head, tail) if enough else (0, 0)


def _is_one_word(text: str) -> bool:
    """Whether a stretch is letters and marks, no number, in a script that puts spaces between words."""
    if text.isascii():
        return text.isalpha()
    return not any(map(str.isdigit, text)) and len(tokens(text)) == 1


def _is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3"
