"""What two changed stretches share at their beginning and at their end: whole tokens, or parts of one word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from seedtui.core.edits import Edit
from seedtui.core.segment import common_prefix, is_inside_cluster, tokens

_REACH: Final = 64
"""How far, in code points, the edge of a changed word is looked for beyond what is the same."""

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
    # Most changed words end in one space, and before it in different letters.
    left, right = a[-2:-1], b[-2:-1]
    if a[-1] == " " and left != right and left.isascii() and right.isascii() and left.isalnum() and right.isalnum():
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


def inside_words(found: Sequence[Edit], a: str, b: str) -> list[Edit]:
    """Keep what one changed word shares with the word that it became, at its beginning and its end.

    Args:
        found: Edits that cover both texts.
        a: A's text.
        b: B's text.

    Returns:
        Edits that cover both texts: as many changes as before, with no equal run between two more.
    """
    kept: list[Edit] = []
    moved_a = moved_b = 0
    for edit in found:
        if edit.equal:
            start_a, start_b = edit.a[0] - moved_a, edit.b[0] - moved_b
            kept.append(Edit(True, (start_a, edit.a[1]), (start_b, edit.b[1])) if moved_a else edit)
            moved_a = moved_b = 0
            continue
        (a1, a2), (b1, b2) = edit.a, edit.b
        head, moved_a = _shared_letters(a, b, edit) if a1 < a2 and b1 < b2 else (0, 0)
        moved_b = moved_a
        if head:
            _lengthen(kept, edit, head)
        kept.append(Edit(False, (a1 + head, a2 - moved_a), (b1 + head, b2 - moved_b)) if head or moved_a else edit)
    if moved_a:
        kept.append(Edit(True, (len(a) - moved_a, len(a)), (len(b) - moved_b, len(b))))
    return kept


def _lengthen(kept: list[Edit], edit: Edit, head: int) -> None:
    """Add to the equal run before a change what is the same at the change's beginning."""
    if kept:
        last = kept[-1]
        kept[-1] = Edit(True, (last.a[0], last.a[1] + head), (last.b[0], last.b[1] + head))
    else:
        kept.append(Edit(True, (edit.a[0], edit.a[0] + head), (edit.b[0], edit.b[0] + head)))


def _shared_letters(a: str, b: str, edit: Edit) -> tuple[int, int]:
    """Return how many characters two changed words share at their beginning and at their end, if that is much."""
    (a1, a2), (b1, b2) = edit.a, edit.b
    if a[a1] != b[b1] and a[a2 - 1] != b[b2 - 1]:
        return 0, 0
    if max(a2 - a1, b2 - b1) > _LONGEST_WORD:
        return 0, 0
    left, right = a[a1:a2], b[b1:b2]
    if not _is_one_word(left) or not _is_one_word(right):
        return 0, 0
    head = common_prefix(left, right)
    while head and (is_inside_cluster(a, a1 + head) or is_inside_cluster(b, b1 + head)):
        head -= 1
    tail = common_suffix(left[head:], right[head:])
    while tail and (is_inside_cluster(a, a2 - tail) or is_inside_cluster(b, b2 - tail)):
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
