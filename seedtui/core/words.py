"""The words of a whole text, however long: counted, and where each ends. Both let themselves be stopped."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from seedtui.core.divergence import PLAIN_WORD
from seedtui.core.edits import count_words
from seedtui.core.interrupt import checkpoint
from seedtui.core.segment import word_ends

_BLOCK: Final = 100_000


def count(text: str) -> int:
    """Count words and marks of punctuation, of a text of any length; white space is neither."""
    return count_words(text)


@lru_cache(maxsize=4)
def ends(text: str) -> Sequence[int]:
    """Return the position behind each word of a text of any length, in code points.

    The last few texts are remembered, since one text is compared with many.
    """
    found = array("L")
    for start, end in _blocks(text, PLAIN_WORD):
        found.extend(start + place for place in word_ends(text[start:end]))
    return found


def number_at(places: Sequence[int], position: int) -> int:
    """Return the number, from 1, of the word at a position; behind the last word, the last's.

    Args:
        places: Where words end, as `ends` returns it.
        position: A place in the text, in code points.
    """
    return min(bisect_right(places, position) + 1, len(places))


def _blocks(text: str, border: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        checkpoint()
        match = border.search(text, start + _BLOCK) if len(text) - start > _BLOCK else None
        end = match.start() if match else len(text)
        yield start, end
        start = end
