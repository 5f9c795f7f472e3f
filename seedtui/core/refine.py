"""Two texts laid against each other: sentences first, then words, then the tokens inside changed words.

Whole sentences are found again cheaply, whatever the length of the texts; words are looked at only
between them, and marks of punctuation, syllables and single East Asian characters only where words differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Final

from seedtui.core.align import Block, align
from seedtui.core.pattern import pattern
from seedtui.core.segment import tokens

Cut = Callable[[str], Sequence[str]]

# These only say where to look first, so they need not follow Unicode to the letter; but they cut
# only where there is a word boundary.
_SENTENCE_END: Final = re.compile(r"[.!?…]\s+|[。！？]+\s*|\n+")
_WORD: Final = re.compile(r"\S+\s*|\s+")
# A mark belongs to what stands before it, even to a space.
_MARKED_SPACE: Final = r"[\s。！？](?<![\n\r\v\f\x85\u2028\u2029])[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]"


def _sentences(text: str) -> list[str]:
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return [text[start:end] for start, end in pairwise([0, *ends, len(text)])]


_LEVELS: Final[tuple[Cut, ...]] = (_sentences, _WORD.findall, tokens)

_WIDE: Final = 2000
"""A gap of more words than this that shares no run of words shares nothing inside its words either."""

LONG: Final = 4000
"""Below this many code points a side, sentences are not looked at: words alone find the best alignment."""


def equal_runs(a: str, b: str) -> list[Block]:
    """Find what two texts share.

    Returns:
        Start in A, start in B and length of each equal run, in code points, in order; they begin and
        end at word boundaries (UAX #29), and never touch on both sides.
    """
    level = 0 if max(len(a), len(b)) > LONG else 1
    if any(not text.isascii() and pattern(_MARKED_SPACE).search(text) for text in (a, b)):
        level = len(_LEVELS) - 1
    return _joined(_runs(a, b, 0, 0, level))


def _runs(a: str, b: str, at_a: int, at_b: int, level: int) -> Iterator[Block]:
    units_a, units_b = _LEVELS[level](a), _LEVELS[level](b)
    starts_a, starts_b = _starts(units_a), _starts(units_b)
    end_a = end_b = 0
    blocks = align(units_a, units_b)
    for start_a, start_b, count in [*blocks, (len(units_a), len(units_b), 0)]:
        wide = max(start_a - end_a, start_b - end_b) > _WIDE if level == 1 else level == 2
        if end_a < start_a and end_b < start_b and not wide:
            gap_a = a[starts_a[end_a] : starts_a[start_a]]
            gap_b = b[starts_b[end_b] : starts_b[start_b]]
            yield from _runs(gap_a, gap_b, at_a + starts_a[end_a], at_b + starts_b[end_b], level + 1)
        end_a, end_b = start_a + count, start_b + count
        if count:
            yield at_a + starts_a[start_a], at_b + starts_b[start_b], starts_a[end_a] - starts_a[start_a]


def _starts(units: Sequence[str]) -> list[int]:
    return [0, *accumulate(map(len, units))]


def _joined(runs: Iterator[Block]) -> list[Block]:
    found: list[Block] = []
    for start_a, start_b, length in runs:
        last_a, last_b, last = found[-1] if found else (-1, -1, 0)
        if found and last_a + last == start_a and last_b + last == start_b:
            found[-1] = (last_a, last_b, last + length)
        elif length:
            found.append((start_a, start_b, length))
    return found
