"""A text cut into the units that are compared: sentences, words, lines of code.

The cuts only say where to look first, so they need not follow Unicode to the letter; but they depend
on nothing but what stands near, and joined the units are the text. Long texts are cut block by block,
so that other threads get their turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from seedtui.core.fences import Fences, clipped, fences, touches
from seedtui.core.interrupt import checkpoint
from seedtui.core.pattern import pattern
from seedtui.core.segment import DENSE, KATAKANA, SYLLABLES

_BLOCK: Final = 1 << 16
_CUT: Final = "\0"
_STOPS: Final = (". ", "? ", "! ", "… ", "。", "！", "？", "\n")

_NO_WORD: Final = re.compile(r"[\s!-/:-@]")
_BARE_WORD: Final = r"([\w\p{M}\u200c\u200d]+)"

# The number, or the letter, of an item in a list, which a full stop does not end a sentence behind.
_ITEM: Final = re.compile(r"\n\0[ \t#>*_-]*(?:\d{1,3}(?:\.\d{1,3})*|[^\W\d_])\. \0")

_SHORT: Final = 16
"""Below this length, in code points, a sentence says too little to be found again by itself."""

_MARKS: Final = "\u0300-\u036f\u200d\u3099\u309a\ufe00-\ufe0f"
_DENSE: Final = re.compile(f"[{DENSE}]")
_WORD: Final = re.compile(r"\S+\s*|\s+")
_DENSE_WORD: Final = re.compile(rf"(?:{SYLLABLES}|[{KATAKANA}]+|[{DENSE}])[{_MARKS}]*\s*|[^\s{DENSE}]+\s*|\s+")


class Units:
    """What a text is made of, for comparing."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._fences = fences(text)

    def sentences(self) -> list[str]:
        """Cut the text into sentences and lines; short ones are joined to what follows them."""
        pieces = _cut(self.text, clipped(self._fences, 0, len(self.text)), _sentences)
        joined: list[str] = []
        short = ""
        for piece in pieces:
            if len(piece) < _SHORT and len(short) < _SHORT:
                short += piece
            elif short:
                joined.append(short + piece)
                short = ""
            else:
                joined.append(piece)
        return [*joined, short] if short else joined

    def words(self, start: int, end: int) -> list[str]:
        """Cut a stretch into words, each with the space after it, and the lines of fenced code."""
        inside = clipped(self._fences, start, end) if self._fences else []
        return _cut(self.text[start:end], inside, _words)

    def pieces(self, start: int, end: int) -> list[str]:
        """Cut a stretch into sentences, however short, and the lines of fenced code."""
        inside = clipped(self._fences, start, end) if self._fences else []
        return _cut(self.text[start:end], inside, _sentences)

    def is_code(self, start: int, end: int) -> bool:
        """Whether a stretch has to do with fenced code."""
        return touches(self._fences, start, end)

    def code(self, start: int, end: int) -> Fences:
        """Return where in a stretch there is fenced code, in code points of the whole text."""
        return [(start + opening, start + closing) for opening, closing in clipped(self._fences, start, end)]


def plain_words(text: str) -> list[str]:
    """Cut a text into words, each with the space after it, code or not."""
    return _in_blocks(text, _words)


def words_and_marks(text: str) -> list[str]:
    """Cut a text into what is between words and words, by turns; it begins and ends with what is no word."""
    split = pattern(_BARE_WORD).split
    found = [""]
    at = 0
    while at < len(text):
        checkpoint()
        mark = _NO_WORD.search(text, at + _BLOCK)
        end = mark.start() if mark else len(text)
        first, *rest = split(text[at:end])
        found[-1] += first
        found += rest
        at = end
    return found


def _cut(text: str, code: Fences, inside: Callable[[str], list[str]]) -> list[str]:
    if not code:
        return _in_blocks(text, inside)
    found: list[str] = []
    at = 0
    for start, end in code:
        found += _in_blocks(text[at:start], inside)
        found += _in_blocks(text[start:end], _lines)
        at = end
    return found + _in_blocks(text[at:], inside)


def _in_blocks(text: str, cut: Callable[[str], list[str]]) -> list[str]:
    """Cut a text block by block; the last piece of a block may go on, so it is cut again with the next."""
    if len(text) <= _BLOCK:
        return cut(text) if text else []
    found: list[str] = []
    rest = ""
    for start in range(0, len(text), _BLOCK):
        checkpoint()
        found += cut(rest + text[start : start + _BLOCK])
        rest = found.pop() if len(found[-1]) < _BLOCK else ""
    return [*found, rest] if rest else found


def _sentences(text: str) -> list[str]:
    # A replacement and a split run several times as fast as a search for a pattern.
    if _CUT in text:
        return text.splitlines(keepends=True)
    for stop in _STOPS:
        if stop in text:
            text = text.replace(stop, stop + _CUT)
    text = text.replace(_CUT + "\n", "\n")
    if ". " in text:
        # A beginning of the text is one of a line.
        text = _ITEM.sub(_without_cut, f"\n{_CUT}{text}")[2:]
    return _without_last(text.split(_CUT))


def _without_cut(match: re.Match[str]) -> str:
    return match.group()[: -len(_CUT)]


def _words(text: str) -> list[str]:
    if not text.isascii() and _DENSE.search(text):
        return _DENSE_WORD.findall(text)
    if "  " in text or _CUT in text:
        return _WORD.findall(text)
    cut = text.replace(" ", " \0")
    if "\n" in text:
        cut = cut.replace("\n", "\n\0").replace("\0\n", "\n")
    return _without_last(cut.split(_CUT))


def _lines(text: str) -> list[str]:
    return _without_last(text.replace("\n", "\n" + _CUT).split(_CUT)) if _CUT not in text else _WORD.findall(text)


def _without_last(pieces: list[str]) -> list[str]:
    if not pieces[-1]:
        pieces.pop()
    return pieces
