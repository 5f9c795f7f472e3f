"""Two texts laid against each other: sentences first, then words, then the tokens at the edges of changed words.

Whole sentences are found again cheaply, whatever the length of the texts; words are looked at only
between them, and marks of punctuation only where words differ. In fenced code, lines take the place of words.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, chain
from typing import Final

from seedtui.core.diff.align import STEP, Block, add_block, align
from seedtui.core.diff.edits import ISLAND_WEIGHT, ISLAND_WORDS
from seedtui.core.diff.ends import behind_a_word, common_suffix, shared_tokens
from seedtui.core.diff.pairing import MOST, paired
from seedtui.core.diff.units import Units, plain_words, words_and_marks
from seedtui.core.interrupt import checkpoint
from seedtui.core.segment import common_prefix, is_inside_cluster, tokens

LONG: Final = 4000
"""Below this many code points a side, sentences are not looked at: words alone find the best alignment."""

_EXACT_SENTENCES: Final = 12_000
"""Sentences are few, so more of them are aligned exactly: a text may say one thing thousands of times."""

_LONG_WORD: Final = 24
"""The mean length from which "words" are no words: minified code, or no prose at all."""

_NO_WORD: Final = 200
"""From this length, in code points, a stretch without a boundary is no word that a reader takes in whole."""

_ALIKE: Final = 0.7
"""Where more of the words are the same, in the same order, no sentence need be told from another."""

_SELDOM: Final = 0.5
"""Where fewer of the words are the same, they may be so but for the marks and the space about them."""

_SAMPLE: Final = 2000
"""How much of two stretches, in code points, tells whether they may say the same with other marks."""

_FEW_LETTERS: Final = 3
"""Where one in so many characters is a letter, words tell what a text says."""

_MANY: Final = 50_000
"""From this length, in code points, there are too many sentences to tell which is a version of which."""

_SPACE: Final = re.compile(r"\s")
_LETTERS: Final = re.compile(r"\w+")
_AROUND_A_WORD: Final = " \n.,;:!?\"'()*_“”‘’"

Inside = Callable[[int, int, int, int], None]


def equal_runs(a: str, b: str) -> tuple[list[Block], list[int]]:
    """Find what two texts share.

    Returns:
        Start in A, start in B and length of each equal run, in code points, in order; they begin and
        end at word boundaries (UAX #29) where they can, cut no character (grapheme cluster), and
        never touch on both sides. And, in order, the places in A where a sentence or line of code
        ends that has its counterpart in B.
    """
    comparison = _Comparison(a, b)
    comparison.run()
    runs = comparison.found
    if not (a.isascii() and b.isascii() and "\r" not in a and "\r" not in b):
        runs = [run for run in _whole_clusters(a, b, runs) if run[2]]
    return runs, comparison.firm


def _whole_clusters(a: str, b: str, runs: Sequence[Block]) -> Iterator[Block]:
    """Take from runs' ends what belongs to a character (grapheme cluster) outside them."""
    for start_a, start_b, length in runs:
        checkpoint()
        while length and (is_inside_cluster(a, start_a) or is_inside_cluster(b, start_b)):
            checkpoint()
            start_a, start_b, length = start_a + 1, start_b + 1, length - 1
        while length and (is_inside_cluster(a, start_a + length) or is_inside_cluster(b, start_b + length)):
            checkpoint()
            length -= 1
        yield start_a, start_b, length


class _Comparison:
    """Collects the equal runs of two texts, in code points, from left to right."""

    def __init__(self, a: str, b: str) -> None:
        self.found: list[Block] = []
        self.firm: list[int] = []
        self._a = a
        self._b = b
        self._units_a = Units(a)
        self._units_b = Units(b)

    def run(self) -> None:
        length_a, length_b = len(self._a), len(self._b)
        if max(length_a, length_b) <= LONG:
            self._by_words(0, length_a, 0, length_b)
            return
        a, b = self._units_a.sentences(), self._units_b.sentences()
        self._descend(a, b, align(a, b, 1, _EXACT_SENTENCES), (0, 0), self._by_words)
        _let_go(a)
        _let_go(b)

    def _by_words(self, a1: int, a2: int, b1: int, b2: int) -> None:
        checkpoint()
        if a2 - a1 == b2 - b1 and self._a[a1:a2] == self._b[b1:b2]:
            add_block(self.found, a1, b1, a2 - a1)
            return
        a, b = self._units_a.words(a1, a2), self._units_b.words(b1, b2)
        if self._units_a.is_code(a1, a2) or self._units_b.is_code(b1, b2):
            self._descend(a, b, align(a, b), (a1, b1), self._by_pieces, self._keep_lines)
            return
        if a2 - a1 >= _LONG_WORD * len(a) and b2 - b1 >= _LONG_WORD * len(b):
            self._by_tokens(a1, a2, b1, b2)
            return
        blocks = align(a, b)
        alike = 2 * sum(length for _, _, length in blocks) / (len(a) + len(b))
        if alike < _SELDOM and self._by_bare_words(a1, a2, b1, b2):
            return
        if alike < _ALIKE and self._by_pairs(a1, a2, b1, b2):
            return
        self._descend(a, b, _without_islands(blocks, len(a), len(b)), (a1, b1), self._at_edges)
        _let_go(a)
        _let_go(b)

    def _by_pieces(self, a1: int, a2: int, b1: int, b2: int) -> None:
        """Look inside what is not the same where code has to do with it."""
        if not self._by_pairs(a1, a2, b1, b2):
            self._in_a_pair(a1, a2, b1, b2)

    def _by_pairs(self, a1: int, a2: int, b1: int, b2: int) -> bool:
        """Compare sentences, and lines of code, with those that they are versions of; say whether there are any."""
        if max(a2 - a1, b2 - b1) > _MANY:
            return False
        a, b = self._units_a.pieces(a1, a2), self._units_b.pieces(b1, b2)
        if len(a) * len(b) > MOST:
            return False
        pairs = paired([_said(piece) for piece in a], [_said(piece) for piece in b])
        places_a, places_b = _places(a, a1), _places(b, b1)
        done_a, done_b = 0, 0
        for i, j in [*pairs, (len(a), len(b))] if pairs else []:
            if done_a < i and done_b < j:
                self._in_a_pair(places_a[done_a], places_a[i], places_b[done_b], places_b[j])
            if i < len(a):
                self._in_a_pair(places_a[i], places_a[i + 1], places_b[j], places_b[j + 1])
                self.firm.append(places_a[i + 1])
            done_a, done_b = i + 1, j + 1
        return bool(pairs)

    def _in_a_pair(self, a1: int, a2: int, b1: int, b2: int) -> None:
        a, b = plain_words(self._a[a1:a2]), plain_words(self._b[b1:b2])
        self._descend(a, b, _without_islands(align(a, b), len(a), len(b)), (a1, b1), self._at_edges)

    def _keep_lines(self, start: int, end: int) -> None:
        """Remember of an equal run where its lines of code end."""
        for at, closing in self._units_a.code(start, end):
            checkpoint()
            while at := self._a.find("\n", at, closing) + 1:
                self.firm.append(at)

    def _by_tokens(self, a1: int, a2: int, b1: int, b2: int) -> None:
        a, b = tokens(self._a[a1:a2]), tokens(self._b[b1:b2])
        self._descend(a, b, align(a, b), (a1, b1), self._in_long_words)

    def _at_edges(self, a1: int, a2: int, b1: int, b2: int) -> None:
        """Find what two changed stretches share: what stands behind a word, the words themselves, or the ends."""
        checkpoint()
        a, b = self._a[a1:a2], self._b[b1:b2]
        # Most changes are of one word and what stands after it.
        if (tail := behind_a_word(a, b)) is not None:
            add_block(self.found, a2 - tail, b2 - tail, tail)
        elif min(len(a), len(b)) >= _NO_WORD and not (_SPACE.search(a) and _SPACE.search(b)):
            self._in_long_words(a1, a2, b1, b2)
        elif not self._by_bare_words(a1, a2, b1, b2):
            self._add_ends(a1, a2, b1, b2)

    def _by_bare_words(self, a1: int, a2: int, b1: int, b2: int) -> bool:
        """Compare two stretches word by word, and what is between words; say whether they say the same."""
        left, right = self._a[a1:a2], self._b[b1:b2]
        if not _may_say_the_same(left, right):
            return False
        a, b = words_and_marks(left), words_and_marks(right)
        blocks = align(a[1::2], b[1::2])
        if not _is_alike(blocks, len(a) // 2, len(b) // 2):
            return False
        places_a, places_b = _places(a, a1), _places(b, b1)
        done_a = done_b = 0
        for word_a, word_b in chain(_pairs(blocks), [(len(a) // 2, len(b) // 2)]):
            at_a, at_b = 2 * word_a + 1, 2 * word_b + 1
            between = self._by_marks if at_a - done_a == at_b - done_b == 1 else self._add_ends
            between(places_a[done_a], places_a[at_a], places_b[done_b], places_b[at_b])
            if at_a < len(a):
                add_block(self.found, places_a[at_a], places_b[at_b], len(a[at_a]))
            done_a, done_b = at_a + 1, at_b + 1
        return True

    def _by_marks(self, a1: int, a2: int, b1: int, b2: int) -> None:
        """Find what is the same between two words."""
        left, right = self._a[a1:a2], self._b[b1:b2]
        if left == right:
            add_block(self.found, a1, b1, a2 - a1)
        elif left and right:
            a, b = tokens(left), tokens(right)
            self._descend(a, b, align(a, b), (a1, b1), self._in_long_words)

    def _add_ends(self, a1: int, a2: int, b1: int, b2: int) -> None:
        head, tail = shared_tokens(self._a[a1:a2], self._b[b1:b2])
        add_block(self.found, a1, b1, head)
        add_block(self.found, a2 - tail, b2 - tail, tail)

    def _in_long_words(self, a1: int, a2: int, b1: int, b2: int) -> None:
        """Find what two stretches share at their ends, if they are too long to be words."""
        a, b = self._a[a1:a2], self._b[b1:b2]
        if min(len(a), len(b)) < _NO_WORD:
            return
        head = common_prefix(a, b)
        tail = common_suffix(a[head:], b[head:])
        add_block(self.found, a1, b1, head)
        add_block(self.found, a2 - tail, b2 - tail, tail)

    def _descend(
        self,
        a: Sequence[str],
        b: Sequence[str],
        blocks: Sequence[Block],
        start: tuple[int, int],
        inside: Inside,
        same: Callable[[int, int], None] | None = None,
    ) -> None:
        """Take equal units as they are, and look inside where units differ.

        Args:
            a: A's units.
            b: B's units.
            blocks: Equal runs of units.
            start: Where the units begin, in A's and in B's text.
            inside: Looks for equal runs in two stretches that have none of these.
            same: Is told, in A's code points, where an equal run is.
        """
        places_a, places_b = _places(a, start[0]), _places(b, start[1])
        found = self.found
        done_a = done_b = 0
        for start_a, start_b, count in [*blocks, (len(a), len(b), 0)]:
            at_a, at_b = places_a[start_a], places_b[start_b]
            if done_a < start_a and done_b < start_b:
                inside(places_a[done_a], at_a, places_b[done_b], at_b)
            done_a, done_b = start_a + count, start_b + count
            add_block(found, at_a, at_b, places_a[done_a] - at_a)
            if same is not None:
                same(at_a, places_a[done_a])


def _may_say_the_same(a: str, b: str) -> bool:
    """Whether two stretches, as far as their beginnings tell, say the same with other marks and other space."""
    left, right = a.strip(_AROUND_A_WORD), b.strip(_AROUND_A_WORD)
    if left.isalpha() and right.isalpha():
        return left == right
    words_a, words_b = _LETTERS.findall(a, 0, _SAMPLE), _LETTERS.findall(b, 0, _SAMPLE)
    if len(a) > _SAMPLE or len(b) > _SAMPLE:
        # With less space between them, as many characters hold more words.
        count = min(len(words_a), len(words_b))
        words_a, words_b = words_a[:count], words_b[:count]
    held_a, held_b = set(words_a), set(words_b)
    if 2 * len(held_a & held_b) < _ALIKE * (len(held_a) + len(held_b)):
        return False
    if not (_has_letters(a[:_SAMPLE]) and _has_letters(b[:_SAMPLE])):
        return False
    return _is_alike(align(words_a, words_b), len(words_a), len(words_b))


def _has_letters(text: str) -> bool:
    """Whether letters are a good part of a text: of emoji, a word between them says too little."""
    return _FEW_LETTERS * sum(map(len, _LETTERS.findall(text))) >= len("".join(text.split()))


def _is_alike(blocks: Sequence[Block], length_a: int, length_b: int) -> bool:
    same = sum(length for _, _, length in blocks)
    return same > 0 and 2 * same >= _ALIKE * (length_a + length_b)


def _pairs(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    for start_a, start_b, length in blocks:
        checkpoint()
        yield from zip(range(start_a, start_a + length), range(start_b, start_b + length), strict=True)


def _said(piece: str) -> list[str]:
    """Return the words and marks of a sentence, or of a line of code."""
    return [token for token in tokens(piece) if not token.isspace()]


def _places(units: Sequence[str], start: int) -> Sequence[int]:
    """Return where each unit begins, and where the last ends."""
    if len(units) <= STEP:
        return list(accumulate(map(len, units), initial=start))
    found = array("q", [start])
    for at in range(0, len(units), STEP):
        checkpoint()
        found.extend(accumulate(map(len, units[at : at + STEP]), initial=found.pop()))
    return found


def _let_go(units: list[str]) -> None:
    """Free units in blocks: to free a million at once takes long enough for others to notice."""
    while len(units) > STEP:
        checkpoint()
        del units[-STEP:]


def _without_islands(blocks: Sequence[Block], length_a: int, length_b: int) -> list[Block]:
    """Let go of runs of words too short to mean anything, before anyone looks inside the changes."""
    kept: list[Block] = [(0, 0, 0)]
    for block in [*blocks, (length_a, length_b, 0)]:
        while len(kept) > 1:
            start_a, start_b, length = kept[-1]
            # A word of white space's making holds its punctuation, so one fewer is as much.
            if length >= ISLAND_WORDS:
                break
            before_a, before_b, before = kept[-2]
            left = max(start_a - before_a, start_b - before_b) - before
            right = max(block[0] - start_a, block[1] - start_b) - length
            if not left or not right or ISLAND_WEIGHT * length > left + right:
                break
            kept.pop()
        kept.append(block)
    return kept[1:-1]
