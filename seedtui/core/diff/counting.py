"""Words, and marks of punctuation, counted quickly: a text repeats most of its words."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Final

from seedtui.core.interrupt import checked, checkpoint
from seedtui.core.pattern import pattern
from seedtui.core.segment import DENSE, KATAKANA, SYLLABLES

_ASCII_WORD: Final = re.compile(r"\w+")
_ASCII: Final = re.compile(r"\w+|[^\w\s]")
_WORD: Final = rf"(?:{SYLLABLES}|[{KATAKANA}]+|[{DENSE}])\p{{M}}*|[^\W{DENSE}]+"
_ANY: Final = rf"{_WORD}|[^\w\s]"

# Nothing that is counted goes on with one of these.
_BORDER: Final = re.compile(r"[^\w\u0300-\U0010ffff]|[\u3000-\u3002\u3400-\u9fff]")
_BLOCK: Final = 1 << 17

_FEW: Final = 400
_SHORT: Final = 64
_LONG: Final = 1 << 14

_WHITE: Final = bytes(code for code in range(128) if chr(code).isspace())
_LETTERS: Final = bytes(code for code in range(128) if chr(code).isalnum() or chr(code) == "_")
_NO_MARKS: Final = _WHITE + _LETTERS
_MARKS_TO_SPACE: Final = bytes(code if code in _LETTERS else 0x20 for code in range(256))


def count_words(text: str, *, marks: bool = False) -> int:
    """Count words; white space is none.

    A character of Chinese or Japanese, a run of katakana and a syllable of Thai are a word each.

    Args:
        text: The text.
        marks: Count marks of punctuation, too.
    """
    if len(text) <= _BLOCK:
        return _in_block(text, marks)
    # In blocks, so that other threads get their turn.
    total = at = 0
    while at < len(text):
        checkpoint()
        border = _BORDER.search(text, at + _BLOCK)
        end = border.start() if border else len(text)
        total += _in_block(text[at:end], marks)
        at = end
    return total


def _in_block(text: str, marks: bool) -> int:
    if text.isascii():
        if len(text) < _FEW:
            return 1 if text.isalnum() else len((_ASCII if marks else _ASCII_WORD).findall(text))
        data = text.encode("ascii")
        return (len(data.translate(None, _NO_MARKS)) if marks else 0) + len(data.translate(_MARKS_TO_SPACE).split())
    if len(text) < _FEW:
        return _count(text, marks)
    return sum(times * _count(word, marks) for word, times in Counter(text.split()).items())


def _count(text: str, marks: bool) -> int:
    if len(text) <= _SHORT:
        return _remembered(text, marks)
    find = pattern(_ANY if marks else _WORD)
    if len(text) <= _LONG:
        return len(find.findall(text))
    # Without a border there may be a whole book of Thai in one piece.
    return sum(1 for _ in checked(find.finditer(text)))


@lru_cache(maxsize=1 << 14)
def _remembered(text: str, marks: bool) -> int:
    if text.isascii():
        return len((_ASCII if marks else _ASCII_WORD).findall(text))
    return len(pattern(_ANY if marks else _WORD).findall(text))
