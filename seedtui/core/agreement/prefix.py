"""The stable prefix: how much of the beginning completions share."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from seedtui.core.diff.divergence import REACH, Landmark
from seedtui.core.interrupt import checked
from seedtui.core.request import JsonObject
from seedtui.core.segment import common_prefix, is_word, sentence_starts, word_ends


class Prefix(NamedTuple):
    """A beginning that some texts share.

    Attributes:
        characters: Its length in code points.
        words: The words that all of them have whole within it.
        sentences: The sentences that all of them have whole within it; in fenced code, and where no full stop ends
            one, the lines. What has no word is none.
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
    if len(set(texts)) == 1:
        only = next(iter(texts))
        return Prefix(len(only), len(word_ends(only)), len(_sentence_ends(only)))
    # Whatever is between the first and the last in order begins with what these two share.
    characters = common_prefix(min(texts), max(texts))
    found = list(_whole(set(texts), characters))
    return Prefix(characters, min(words for words, _ in found), min(sentences for _, sentences in found))


def shared_by_half(counts: Mapping[str, int]) -> Prefix:
    """Return the longest beginning that at least half of the completions share, and at least two of them.

    Of its words, those count which at least half, and two, have whole within it; of its sentences likewise.

    Args:
        counts: Text to how many completions say it.
    """
    n = sum(counts.values())
    if n < 2:
        return shared_by_all(counts)
    ordered, wanted = sorted(counts), max(2, -(-n // 2))
    windows = list(_windows(ordered, [counts[text] for text in ordered], wanted))
    characters = max(shared for _, shared in windows)
    found = []
    for beginning in {ordered[first][:characters] for first, shared in windows if shared == characters}:
        texts = _beginning_with(beginning, ordered)
        times = [counts[text] for text in texts]
        words, sentences = zip(*_whole(texts, characters), strict=True)
        found.append(Prefix(characters, _had_by(wanted, words, times), _had_by(wanted, sentences, times)))
    return max(found)


def _windows(ordered: Sequence[str], counts: Sequence[int], wanted: int) -> Iterator[tuple[int, int]]:
    """Yield neighbours in order that are just so many together: the first's place, and the characters they share."""
    last, together = -1, 0
    for first in checked(range(len(ordered))):
        while together < wanted and last + 1 < len(ordered):
            last += 1
            together += counts[last]
        if together < wanted:
            return
        yield first, common_prefix(ordered[first], ordered[last])
        together -= counts[first]


def _beginning_with(beginning: str, ordered: Sequence[str]) -> Sequence[str]:
    first = bisect_left(ordered, beginning)
    return ordered[first : bisect_right(ordered, beginning, first, key=lambda text: text[: len(beginning)])]


def _had_by(wanted: int, numbers: Sequence[int], times: Sequence[int]) -> int:
    """Return the highest number that so many have, or a higher one.

    Args:
        wanted: How many.
        numbers: Numbers.
        times: How many have each.
    """
    together = 0
    for number, count in sorted(zip(numbers, times, strict=True), reverse=True):
        together += count
        if together >= wanted:
            return number
    return 0


def _whole(texts: Collection[str], characters: int) -> Iterator[tuple[int, int]]:
    """Yield how many words and sentences of each text end within so many characters, which are the same in all.

    What follows the beginning decides whether its last ones are whole.
    """
    one = next(iter(texts))
    landmark = Landmark.before(one, characters)
    # What lines and sentences are depends on fences before it: if there are any, all is read.
    start = 0 if landmark.sentences is None else landmark.position
    before = bisect_right(_sentence_ends(one[: start + REACH]), start)
    for text in checked(texts):
        words = bisect_right(word_ends(text[landmark.position : characters + REACH]), characters - landmark.position)
        ends = _sentence_ends(text[start : characters + REACH], cut=characters + REACH < len(text))
        yield landmark.words + words, before + bisect_right(ends, characters - start)


def _sentence_ends(text: str, *, cut: bool = False) -> list[int]:
    """Return where sentences end, white space behind them left out; what has no word is no sentence.

    Args:
        text: The text.
        cut: Whether the text goes on, so that its last sentence may do so, too.
    """
    starts = sentence_starts(text) if cut else [*sentence_starts(text), len(text)]
    pieces = ((start, text[start:end]) for start, end in pairwise(starts))
    return [start + len(piece.rstrip()) for start, piece in pieces if is_word(piece)]
