"""Where to look in two texts, of which one still comes in: likely counterparts, and where words end."""

from __future__ import annotations

import re
from typing import Final

from seedtui.core.segment import is_inside_cluster, is_word, tokens

_SPACE: Final = re.compile(r"\s")
_WORD_REACH: Final = 24

# Where B's last so many characters are looked for in A: so far from where B would be if both kept pace.
_TAILS: Final = ((24, 16_000), (12, 400), (6, 100), (3, _WORD_REACH))


def counterpart(a: str, window: str, start: int, pace: int) -> int | None:
    """Find where B's last characters stand in A, and return where they end.

    Compared with A up to there, B is seen to be back with A; against more of A, a few words at the end
    would be too few to tell.

    Args:
        a: A's text.
        window: The end of B's text.
        start: The place in A from which B differs.
        pace: The place in A that B would have come to if both kept pace.
    """
    for size, reach in _TAILS:
        tail = window[-size:]
        if len(tail) == size:
            low, high = max(start, pace - size - reach), min(len(a), pace + reach)
            before, after = a.rfind(tail, low, pace), a.find(tail, max(low, pace - size), high)
            places = [place + size for place in (before, after) if place >= 0]
            if places:
                return cluster_end(a, min(places, key=lambda place: abs(place - pace)))
    return None


def word_end(text: str, position: int) -> int:
    """Return where a word that goes on at a place ends; the place itself, but for half a character, if that is far."""
    if position >= len(text):
        return len(text)
    space = _SPACE.search(text, position, position + _WORD_REACH)
    return cluster_end(text, space.start() if space else position)


def cluster_end(text: str, position: int) -> int:
    """Return where a character, as people see it, ends that goes on at a place (grapheme cluster)."""
    while position < len(text) and is_inside_cluster(text, position):
        position += 1
    return min(position, len(text))


def words_back(text: str, start: int, end: int, wanted: int) -> tuple[int, int]:
    """Find where the last words of a stretch begin.

    Returns:
        The place, and how many words are behind it: as many as wanted, or all there are.
    """
    count = 0
    for reach in (100, 400):
        near = max(start, end - reach)
        pieces = tokens(text[near:end])
        # The first may be cut.
        whole = 2 if near > start else 0
        at, count = end, 0
        for piece in reversed(pieces[whole:]):
            at -= len(piece)
            count += is_word(piece)
            if count == wanted:
                return at, count
        if near == start:
            return start, count
    # Of words as long as these, fewer are enough.
    return (at if at < end else near), wanted
