"""Where the words of a whole text end, and how many there are, however long it is; to find that can be stopped."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Final, NamedTuple

from seedtui.core.interrupt import checked
from seedtui.core.segment import decided, is_word, token_blocks, word_ends

# Where a text can be cut without words or sentences being told otherwise: before a letter that joins
# nothing before it, behind a space or an East Asian mark. No capital but behind a space: it may abbreviate.
# No number or single letter before a full stop: at the beginning of a line, that numbers an item of a list.
PLAIN_WORD: Final = re.compile(
    "(?<=[ \n])(?=[^\\W_\uff9e\uff9f])(?!(?:\\d+|\\w)\\.)"
    "|(?<=[。！？，、])(?=[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff])"
)
"""Where a word begins, whatever Unicode's rules say of what is around it."""

_REMEMBERED: Final = 4


@lru_cache(maxsize=_REMEMBERED)
def ends(text: str) -> Sequence[int]:
    """Return the position behind each word of a text of any length, in code points.

    The last few texts are remembered, since one text is compared with many.
    """
    return array("L", checked(word_ends(text)))


def number_at(places: Sequence[int], position: int) -> int:
    """Return the number, from 1, of the word at a position; behind the last word, the last's.

    Args:
        places: Where words end, as `ends` returns it.
        position: A place in the text, in code points.
    """
    return min(bisect_right(places, position) + 1, len(places))


class _Counted(NamedTuple):
    """A text whose words were counted: in all, and up to a place before which no more text changes anything."""

    text: str
    words: int
    place: int
    before: int


_counted: Final[deque[_Counted]] = deque(maxlen=_REMEMBERED)


def count(text: str) -> int:
    """Count a text's words.

    The last few texts are remembered: of one that goes on as one of them does, only what is new is looked at.
    """
    known = max((one for one in tuple(_counted) if text.startswith(one.text)), key=_length, default=_NOTHING)
    if len(known.text) == len(text):
        return known.words
    place, before = known.place, known.before
    last: list[str] = []
    for block in token_blocks(text[place:]):
        whole = [*last, *block]
        kept = decided(whole)
        before += sum(map(is_word, whole[:kept]))
        place += sum(map(len, whole[:kept]))
        last = whole[kept:]
    words = before + sum(map(is_word, last))
    _remember(_Counted(text, words, place, before), instead_of=known)
    return words


_NOTHING: Final = _Counted("", 0, 0, 0)


def _length(one: _Counted) -> int:
    return len(one.text)


def _remember(one: _Counted, instead_of: _Counted) -> None:
    # It may be the empty text, or another thread was faster.
    with suppress(ValueError):
        _counted.remove(instead_of)
    _counted.append(one)
