"""The stable prefix: how much of the beginning completions share."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from seedtui.core.diff.divergence import REACH, Landmark
from seedtui.core.interrupt import checked
from seedtui.core.request import JsonObject
from seedtui.core.segment import common_prefix, sentence_starts, word_ends


class Prefix(NamedTuple):
    """A beginning that some texts share.

    Attributes:
        characters: Its length in code points.
        words: The words that all of them have whole within it.
        sentences: The sentences that all of them have whole within it.
    """

    characters: int
    words: int
    sentences: int

    def as_json(self) -> JsonObject:
        """Return `{"characters", "words", "sentences"}`."""
        return self._asdict()


_NONE: Final = Prefix(0, 0, 0)


def shared_by_all(texts: Collection[str]) -> Prefix:
    """Return what all texts begin with; of a single text, or of equal ones, that is all of it."""
    if not texts:
        return _NONE
    # Whatever is between the first and the last in order begins with what these two share.
    return _counted(sorted(set(texts)), common_prefix(min(texts), max(texts)))


def shared_by_half(counts: Mapping[str, int]) -> Prefix:
    """Return the longest beginning that at least half of the completions share, and at least two of them.

    Args:
        counts: Text to how many completions say it.
    """
    ordered = sorted(counts)
    n = sum(counts.values())
    if n < 2:
        return shared_by_all(ordered)
    first, last, characters = _longest_window(ordered, [counts[text] for text in ordered], max(2, -(-n // 2)))
    return _counted(ordered[first : last + 1], characters)


def _longest_window(ordered: Sequence[str], counts: Sequence[int], wanted: int) -> tuple[int, int, int]:
    """Find the neighbours in order that are so many together, or more, and share most: first, last, characters."""
    best = (0, len(ordered) - 1, -1)
    last, together = -1, 0
    for first in checked(range(len(ordered))):
        while together < wanted and last + 1 < len(ordered):
            last += 1
            together += counts[last]
        if together < wanted:
            break
        shared = common_prefix(ordered[first], ordered[last])
        if shared > best[2]:
            best = (first, last, shared)
        together -= counts[first]
    return best


def _counted(texts: Sequence[str], characters: int) -> Prefix:
    """Count the words and sentences of a beginning; what follows it decides whether its last ones are whole."""
    landmark = Landmark.before(texts[0], characters)
    found = [_whole(text, characters, landmark) for text in checked(texts)]
    return Prefix(characters, min(words for words, _ in found), min(sentences for _, sentences in found))


def _whole(text: str, characters: int, landmark: Landmark) -> tuple[int, int]:
    """Return how many words and sentences of a text end within its beginning."""
    near, place = text[landmark.position : characters + REACH], characters - landmark.position
    words = landmark.words + bisect_right(word_ends(near), place)
    if landmark.sentences is None:
        # What lines and sentences are depends on fences before it.
        near, place, before = text[: characters + REACH], characters, 0
    else:
        before = landmark.sentences
    return words, before + sum(1 for end in _sentence_ends(near) if end <= place)


def _sentence_ends(text: str) -> list[int]:
    """Return where sentences end, white space behind them left out."""
    ends = [*sentence_starts(text)[1:], len(text)]
    return [len(text[:end].rstrip()) for end in ends] if text.strip() else []
