"""Strips as cells: one character a cell, so that rows are compared and cut as strings.

A wide character is followed by a filler. A cluster of several characters, and whatever terminals do not agree
on how wide it is, is held as a character from a private plane.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from rich.cells import split_graphemes
from rich.segment import Segment
from rich.style import Style

from seedtui.tui.cells.looks import Looks
from seedtui.tui.cells.unmodelled import UnmodelledError

FILLER: Final = "\ufdd0"
UNKNOWN: Final = "\ufdd1"
"""What a cell holds that may show anything."""

_FIRST: Final = 0x100000
_MOST: Final = 0xFFFD
UNCERTAIN: Final = re.compile("[\U00100000-\U0010ffff]")
_HELD: Final = re.compile("[\ufdd0\ufdd1\U00100000-\U0010ffff]")
# Compiled when it is needed: so large a set takes a millisecond.
_CONTROLS: Final = "[\x00-\x1f\x7f-\x9f\ud800-\udfff]"

# All terminals take one cell for these: no marks, no emoji, no scripts whose characters merge.
_NARROW: Final = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x2FF),
    (0x370, 0x482),
    (0x48A, 0x52F),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x205E),
    (0x2070, 0x209C),
    (0x20A0, 0x20BF),
    (0x2100, 0x22FF),
    (0x2300, 0x2319),
    (0x2400, 0x2426),
    (0x2500, 0x25FC),
    (0x2713, 0x2718),
    (0x2800, 0x28FF),
    (0xFF61, 0xFF9F),
    (0xFFFD, 0xFFFD),
)
_PLAIN: Final = frozenset(chr(code) for first, last in _NARROW for code in range(first, last + 1))
# And two for these.
_WIDE: Final = (
    (0x3000, 0x3029),
    (0x3030, 0x303D),
    (0x3041, 0x3096),
    (0x309B, 0x30FF),
    (0x3105, 0x312F),
    (0x3131, 0x318E),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFA6D),
    (0xFF01, 0xFF60),
    (0xFFE0, 0xFFE6),
)


class Piece(NamedTuple):
    """Cells beside each other: what they hold, and how they look. The two are equally long."""

    text: str
    looks: str


class Clusters:
    """What is held in the place of a cell's text, where that is not one character of certain width."""

    def __init__(self) -> None:
        self._code: dict[str, str] = {}
        self._shown: dict[int, str | None] = {ord(FILLER): None}

    def code(self, cluster: str) -> str:
        """Return the character that stands for a cluster.

        Raises:
            UnmodelledError: If there are more than can be told apart.
        """
        found = self._code.get(cluster)
        if found is None:
            if len(self._code) >= _MOST:
                raise UnmodelledError("too many clusters")
            found = self._code[cluster] = chr(_FIRST + len(self._code))
            self._shown[ord(found)] = cluster
        return found

    def shown(self, held: str) -> str:
        """Return the text to write for cells."""
        return held.translate(self._shown) if not held.isascii() and _HELD.search(held) else held


def piece_of(segments: Iterable[Segment], looks: Looks, clusters: Clusters) -> Piece:
    """Return a strip's cells.

    Args:
        segments: The strip.
        looks: The looks met so far.
        clusters: The clusters met so far.

    Raises:
        UnmodelledError: If something in it is no plain text.
    """
    texts: list[str] = []
    styles: list[Style | None] = []
    for text, style, control in segments:
        if control:
            raise UnmodelledError("a control sequence")
        texts.append(text if _is_plain(text) else _cells(text, texts, clusters))
        styles.append(style)
    codes = [
        looks.code(style, is_blank=not cells.strip(" ")) * len(cells)
        for cells, style in zip(texts, styles, strict=True)
    ]
    return Piece("".join(texts), "".join(codes))


def _is_plain(text: str) -> bool:
    return text.isprintable() if text.isascii() else _PLAIN.issuperset(text)


def _cells(text: str, before: list[str], clusters: Clusters) -> str:
    """Return a text's cells. A mark at its beginning goes to the last cell before."""
    if re.search(_CONTROLS, text):
        raise UnmodelledError("a control character")
    cells: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        cluster = text[start:end]
        if not width:
            _mark(cluster, before, clusters)
        elif len(cluster) == 1 and _certain_width(cluster) == width:
            cells.append(cluster if width == 1 else cluster + FILLER)
        else:
            cells.append(clusters.code(cluster) + FILLER * (width - 1))
    return "".join(cells)


def _mark(mark: str, before: list[str], clusters: Clusters) -> None:
    for index in range(len(before) - 1, -1, -1):
        if before[index]:
            cells = before[index].rstrip(FILLER)
            fill = before[index][len(cells) :]
            before[index] = cells[:-1] + clusters.code(clusters.shown(cells[-1]) + mark) + fill
            return
    raise UnmodelledError("a mark that belongs to another widget's cell")


@lru_cache(maxsize=4096)
def _certain_width(character: str) -> int:
    code = ord(character)
    if character in _PLAIN:
        return 1
    return 2 if any(first <= code <= last for first, last in _WIDE) else 0
