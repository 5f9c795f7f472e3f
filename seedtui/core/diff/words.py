"""Where the words of a whole text end, however long it is; to find that can be stopped."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from seedtui.core.interrupt import checkpoint
from seedtui.core.segment import word_ends

_BLOCK: Final = 30_000

# Where a text can be cut without words or sentences being told otherwise: before a letter that joins
# nothing before it, behind a space or an East Asian mark. No capital but behind a space: it may abbreviate.
PLAIN_WORD: Final = re.compile(
    "(?<=[ \n])(?=[^\\W_\uff9e\uff9f])|(?<=[。！？，、])(?=[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff])"
)
"""Where a word begins, whatever Unicode's rules say of what is around it."""


@lru_cache(maxsize=4)
def ends(text: str) -> Sequence[int]:
    """Return the position behind each word of a text of any length, in code points.

    The last few texts are remembered, since one text is compared with many.
    """
    found = array("L")
    for start, end in blocks(text):
        found.extend(start + place for place in word_ends(text[start:end]))
    return found


def number_at(places: Sequence[int], position: int) -> int:
    """Return the number, from 1, of the word at a position; behind the last word, the last's.

    Args:
        places: Where words end, as `ends` returns it.
        position: A place in the text, in code points.
    """
    return min(bisect_right(places, position) + 1, len(places))


def blocks(text: str) -> Iterator[tuple[int, int]]:
    """Cut a text between words; of a text without a plain beginning of a word, a block may be long."""
    start = 0
    while start < len(text):
        checkpoint()
        match = PLAIN_WORD.search(text, start + _BLOCK)
        end = match.start() if match else len(text)
        yield start, end
        start = end
