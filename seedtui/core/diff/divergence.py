"""Where two texts first differ, told as a reader would: by word and sentence."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from seedtui.core.diff import words
from seedtui.core.request import JsonObject
from seedtui.core.segment import common_prefix, is_word, sentence_starts, token_blocks, word_ends

# Only the words about a divergence and before it matter, not the whole of a long text.
REACH: Final = 200
_NEAR: Final = 2000
_FENCES: Final = ("```", "~~~")


@dataclass(frozen=True)
class Divergence:
    """Where two texts first differ.

    Attributes:
        character: How many code points are the same, so the index of the first that is not. Where
            something is ignored, the place in A at which the first change begins.
        word: The first word that differs, from 1.
        sentence: The sentence it is in, from 1.
        character_b: The same place in B; another number only where something is ignored.
    """

    character: int
    word: int
    sentence: int
    character_b: int

    def as_json(self) -> JsonObject:
        """Return `{"character", "word", "sentence"}`."""
        return {"character": self.character, "word": self.word, "sentence": self.sentence}


@dataclass(frozen=True)
class Landmark:
    """The beginning of a word in a text, and how much is before it.

    Attributes:
        position: Where it is, in code points.
        words: The words before it.
        sentences: The sentences that end before it; None if fenced code before it may still go on, where
            lines are counted.
    """

    position: int
    words: int
    sentences: int | None

    @classmethod
    def before(cls, text: str, position: int) -> Landmark:
        """Find a word shortly before a place, or the text's beginning."""
        return _landmark(text, position)

    def told(self, text: str, position: int) -> tuple[int, int, int]:
        """Tell of a place behind this one: words before it, words in all as far as it matters, its sentence."""
        near, place = text[self.position : position + REACH], position - self.position
        ends = word_ends(near)
        if self.sentences is None:
            sentence = bisect_right(sentence_starts(text[: position + REACH]), position)
        else:
            sentence = self.sentences + bisect_right(sentence_starts(near), place)
        return self.words + bisect_right(ends, place), self.words + len(ends), sentence

    def divergence(self, a: str, b: str, character: int) -> Divergence:
        """Tell of the first place where two texts differ, which is behind this one."""
        return _divergence(self.told(a, character), self.told(b, character), character, character)


@lru_cache(maxsize=4)
def _landmark(text: str, position: int) -> Landmark:
    """Find a landmark; the last few are remembered, since texts are asked about again while one of them grows."""
    start = _word_before(text, position)
    count = sum(sum(map(is_word, block)) for block in token_blocks(text[:start]))
    if any(text.find(mark, 0, start) >= 0 for mark in _FENCES):
        return Landmark(start, count, None)
    # Whether a sentence begins just there is seen from what follows.
    sentences = bisect_right(sentence_starts(text[: start + REACH]), start) - 1
    return Landmark(start, count, sentences)


def _word_before(text: str, position: int) -> int:
    """Return where the last plain word that is near begins; 0 if there is none."""
    # Nearly always one is quite near.
    for near in (_NEAR // 20, _NEAR):
        begins = [match.start() for match in words.PLAIN_WORD.finditer(text, max(0, position - near), position)]
        if begins:
            return begins[-1]
    return 0


def first_divergence(a: str, b: str) -> Divergence | None:
    """Find where two texts first differ, whatever a comparison ignores; None if they do not."""
    if a == b:
        return None
    character = common_prefix(a, b)
    return Landmark.before(a, character).divergence(a, b, character)


def divergence_at(a: str, b: str, at_a: int, at_b: int) -> Divergence:
    """Tell of a place where two texts differ.

    Args:
        a: A's text.
        b: B's text.
        at_a: The place in A, in code points.
        at_b: The place in B.
    """
    told_a, told_b = (Landmark.before(text, at).told(text, at) for text, at in ((a, at_a), (b, at_b)))
    return _divergence(told_a, told_b, at_a, at_b)


def _divergence(a: tuple[int, int, int], b: tuple[int, int, int], at_a: int, at_b: int) -> Divergence:
    (whole_a, count_a, sentence_a), (whole_b, count_b, sentence_b) = a, b
    word = max(1, min(whole_a + 1, whole_b + 1, max(count_a, count_b)))
    return Divergence(at_a, word, max(sentence_a, sentence_b), at_b)
