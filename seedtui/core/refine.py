"""Two texts laid against each other: sentences first, then words, then the tokens inside changed words.

Whole sentences are found again cheaply, whatever the length of the texts; words are looked at only
between them, and marks of punctuation, syllables and single East Asian characters only where words differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate, pairwise
from typing import Final

from seedtui.core.align import Block, align
from seedtui.core.edits import ISLAND_WORDS, Edit, edits, give_up_islands
from seedtui.core.pattern import pattern
from seedtui.core.segment import common_prefix, is_inside_cluster, tokens

# These only say where to look first, so they need not follow Unicode to the letter; but they cut
# only where there is a word boundary.
_SENTENCE_END: Final = re.compile(r"[.!?…]\s+|[。！？]+\s*|\n+")
_WORD: Final = re.compile(r"\S+\s*|\s+")
# A mark belongs to what stands before it, even to a space.
_MARKED_SPACE: Final = r"[\s。！？](?<![\n\r\v\f\x85\u2028\u2029])[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]"


def _sentences(text: str) -> list[str]:
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return [text[start:end] for start, end in pairwise([0, *ends, len(text)])]


LONG: Final = 4000
"""Below this many code points a side, sentences are not looked at: words alone find the best alignment."""

_EXACT_SENTENCES: Final = 8000
"""Sentences are few, so more of them are aligned exactly: a text may say one thing thousands of times."""

_LONG_WORD: Final = 24
"""The mean length from which "words" are no words: a script without spaces, or no prose at all."""

_NO_WORD: Final = 200
"""From this length, in code points, a stretch without a boundary is no word that a reader takes in whole."""

_AT_AN_EDGE: Final = 64
"""How far, in code points, the edge of a changed word is looked for beyond what is the same."""


def equal_runs(a: str, b: str) -> list[Block]:
    """Find what two texts share.

    Returns:
        Start in A, start in B and length of each equal run, in code points, in order; they begin and
        end at word boundaries (UAX #29), and never touch on both sides.
    """
    if any(not text.isascii() and pattern(_MARKED_SPACE).search(text) for text in (a, b)):
        runs = _by_tokens(a, b)
    else:
        runs = _by_sentences(a, b) if max(len(a), len(b)) > LONG else _by_words(a, b)
    return _joined(_whole_clusters(a, b, run) for run in runs)


def _whole_clusters(a: str, b: str, run: Block) -> Block:
    """Take from a run's ends what belongs to a character (grapheme cluster) outside it."""
    start_a, start_b, length = run
    while length and (is_inside_cluster(a, start_a) or is_inside_cluster(b, start_b)):
        start_a, start_b, length = start_a + 1, start_b + 1, length - 1
    while length and (is_inside_cluster(a, start_a + length) or is_inside_cluster(b, start_b + length)):
        length -= 1
    return start_a, start_b, length


def _by_sentences(a: str, b: str) -> Iterator[Block]:
    return _descend(a, b, _sentences(a), _sentences(b), partial(align, exact=_EXACT_SENTENCES), _by_words)


def _by_words(a: str, b: str) -> Iterator[Block]:
    words_a, words_b = _WORD.findall(a), _WORD.findall(b)
    prose = len(a) < _LONG_WORD * len(words_a) or len(b) < _LONG_WORD * len(words_b)
    return _descend(a, b, words_a, words_b, _without_islands if prose else align, _edges if prose else _by_tokens)


def _by_tokens(a: str, b: str) -> Iterator[Block]:
    return _descend(a, b, tokens(a), tokens(b), align, _inside_a_word)


def _inside_a_word(a: str, b: str) -> Iterator[Block]:
    """Find what two stretches share at their ends, if they are too long to be words."""
    if min(len(a), len(b)) < _NO_WORD:
        return
    head = common_prefix(a, b)
    tail = min(common_prefix(a[::-1], b[::-1]), min(len(a), len(b)) - head)
    yield 0, 0, head
    yield len(a) - tail, len(b) - tail, tail


def _descend(
    a: str,
    b: str,
    units_a: Sequence[str],
    units_b: Sequence[str],
    aligned: Callable[[Sequence[str], Sequence[str]], list[Block]],
    inside: Callable[[str, str], Iterator[Block]],
) -> Iterator[Block]:
    """Align units, and look inside where they differ.

    Args:
        a: A's text.
        b: B's text.
        units_a: A cut into units.
        units_b: B, likewise.
        aligned: Finds equal runs of units.
        inside: Finds equal runs in two stretches that have no such run.
    """
    starts_a, starts_b = _starts(units_a), _starts(units_b)
    end_a = end_b = 0
    for start_a, start_b, count in [*aligned(units_a, units_b), (len(units_a), len(units_b), 0)]:
        if end_a < start_a and end_b < start_b:
            from_a, from_b = starts_a[end_a], starts_b[end_b]
            for at_a, at_b, length in inside(a[from_a : starts_a[start_a]], b[from_b : starts_b[start_b]]):
                yield from_a + at_a, from_b + at_b, length
        end_a, end_b = start_a + count, start_b + count
        if count:
            yield starts_a[start_a], starts_b[start_b], starts_a[end_a] - starts_a[start_a]


def _without_islands(a: Sequence[str], b: Sequence[str]) -> list[Block]:
    """Align words, and let go of runs too short to mean anything before anyone looks inside the changes."""
    blocks = align(a, b)
    if len(blocks) < 2:
        return blocks
    # A word of white space's making holds its punctuation, so one fewer is as much.
    found = give_up_islands(edits(blocks, len(a), len(b)), _unit_size, ISLAND_WORDS - 1)
    return [(edit.a[0], edit.b[0], edit.a[1] - edit.a[0]) for edit in found if edit.equal]


def _unit_size(edit: Edit) -> int:
    return max(edit.a[1] - edit.a[0], edit.b[1] - edit.b[0])


def _edges(a: str, b: str) -> Iterator[Block]:
    """Find what two changed stretches share at their beginning and at their end."""
    if min(len(a), len(b)) >= _NO_WORD and not (pattern(r"\s").search(a) and pattern(r"\s").search(b)):
        yield from _inside_a_word(a, b)
        return
    head = _common_tokens(a, b)
    if head:
        yield 0, 0, head
    tail = _common_tail_tokens(a[head:], b[head:])
    if tail:
        yield len(a) - tail, len(b) - tail, tail


def _common_tokens(a: str, b: str) -> int:
    if a[0] != b[0]:
        return 0
    reach = common_prefix(a, b) + _AT_AN_EDGE
    count = 0
    for left, right in zip(tokens(a[:reach]), tokens(b[:reach]), strict=False):
        if left != right:
            break
        count += len(left)
    return count


def _common_tail_tokens(a: str, b: str) -> int:
    if not a or not b or a[-1] != b[-1]:
        return 0
    reach = common_prefix(a[::-1], b[::-1]) + _AT_AN_EDGE
    count = 0
    for left, right in zip(reversed(tokens(a[-reach:])), reversed(tokens(b[-reach:])), strict=False):
        if left != right:
            break
        count += len(left)
    return count


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
