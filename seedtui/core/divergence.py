"""Where two texts first differ, told as a reader would: by word and sentence."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from seedtui.core.request import JsonObject
from seedtui.core.segment import common_prefix, sentence_starts, word_ends

# Only the words about a divergence and before it matter, not the whole of a long text.
REACH: Final = 200
_NEAR: Final = 2000

# Where a text can be cut without words or sentences being told otherwise: before a letter that joins
# nothing before it, behind a space or an East Asian mark. No capital but behind a space: it may abbreviate.
PLAIN_WORD: Final = re.compile(
    "(?<=[ \n])(?=[0-9A-Za-z\u0410-\u044f\u0e01-\u0e2e\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3])"
    "|(?<=[。！？，、])(?=[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff])"
)
"""Where a word begins, whatever Unicode's rules say of what is around it."""


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


def first_divergence(a: str, b: str) -> Divergence | None:
    """Find where two texts first differ, whatever a comparison ignores; None if they do not."""
    if a == b:
        return None
    character = common_prefix(a, b)
    return divergence_at(a, b, character, character)


def divergence_at(a: str, b: str, at_a: int, at_b: int) -> Divergence:
    """Tell of a place where two texts differ.

    Args:
        a: A's text.
        b: B's text.
        at_a: The place in A, in code points.
        at_b: The place in B.
    """
    head_a, head_b = a[: at_a + REACH], b[: at_b + REACH]
    ends_a, ends_b = word_ends(head_a), word_ends(head_b)
    whole = min(bisect_right(ends_a, at_a), bisect_right(ends_b, at_b))
    word = max(1, min(whole + 1, max(len(ends_a), len(ends_b))))
    sentence = max(bisect_right(sentence_starts(head), at) for head, at in ((head_a, at_a), (head_b, at_b)))
    return Divergence(at_a, word, sentence, at_b)


@dataclass(frozen=True)
class Landmark:
    """The beginning of a word in what two texts share, and how much is before it.

    Attributes:
        position: Where it is, in code points.
        words: The words before it.
        sentences: The sentences that end before it.
    """

    position: int
    words: int
    sentences: int

    @classmethod
    def before(cls, text: str, position: int) -> Landmark:
        """Find a word shortly before a place, or the text's beginning."""
        near = PLAIN_WORD.finditer(text, max(0, position - _NEAR), position)
        start = max((match.start() for match in near), default=0)
        if not start:
            return cls(0, 0, 0)
        sentence = bisect_right(sentence_starts(text[: start + REACH]), start)
        return cls(start, len(word_ends(text[:start])), sentence - 1)

    def divergence(self, a: str, b: str, character: int) -> Divergence:
        """Tell of the first place where two texts differ, which is behind this one."""
        start = self.position
        near_a, near_b = (text[start : character + REACH] for text in (a, b))
        found = divergence_at(near_a, near_b, character - start, character - start)
        return Divergence(character, self.words + found.word, self.sentences + found.sentence, character)
