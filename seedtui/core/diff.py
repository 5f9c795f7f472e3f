"""How B's text differs from A's: spans, the first divergence, and how alike the two are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Literal

from seedtui.core.align import Edit, align, edits, give_up_islands, slide
from seedtui.core.request import JsonObject
from seedtui.core.segment import sentence_starts, starts, tokens, word_ends

Op = Literal["equal", "replace", "delete", "insert"]


@dataclass(frozen=True)
class Span:
    """A stretch of both texts, in code points: A[a_start:a_end] stands against B[b_start:b_end]."""

    op: Op
    a_start: int
    a_end: int
    b_start: int
    b_end: int

    def as_json(self) -> JsonObject:
        """Return `{"op", "a": [start, end], "b": [start, end]}`."""
        return {"op": self.op, "a": [self.a_start, self.a_end], "b": [self.b_start, self.b_end]}


@dataclass(frozen=True)
class Divergence:
    """Where two texts first differ.

    Attributes:
        character: How many code points are the same, so the index of the first that is not.
        word: The first word that differs, from 1.
        sentence: The sentence it is in, from 1.
    """

    character: int
    word: int
    sentence: int

    def as_json(self) -> JsonObject:
        """Return `{"character", "word", "sentence"}`."""
        return {"character": self.character, "word": self.word, "sentence": self.sentence}


@dataclass(frozen=True)
class Diff:
    """The difference between two texts.

    Attributes:
        a: A's text.
        b: B's text.
        spans: They cover both texts from end to end: joining A's slices gives A, joining B's gives
            B, and `equal` spans hold the same text on both sides. Changes never touch each other.
        similarity: 2·M / (words of A + words of B), where M is the number of words in equal spans;
            from 0 to 1, the same both ways. Marks of punctuation count as words, white space does not.
    """

    a: str
    b: str
    spans: tuple[Span, ...]
    similarity: float

    @property
    def equal(self) -> bool:
        """Whether the texts are the same, character for character."""
        return self.a == self.b

    @cached_property
    def changes(self) -> tuple[Span, ...]:
        """The spans that are not equal."""
        return tuple(span for span in self.spans if span.op != "equal")

    @cached_property
    def first_divergence(self) -> Divergence | None:
        """Where the texts first differ; None if they do not."""
        return first_divergence(self.a, self.b)


def diff(a: str, b: str) -> Diff:
    """Compare two texts.

    Swapping A and B mirrors the result. Time is about linear in the texts' length; nothing in it
    runs unbounded.
    """
    if a == b:
        return Diff(a, b, (Span("equal", 0, len(a), 0, len(b)),) if a else (), 1.0)
    # The alignment of a pair may depend on its order: fixing the order makes a swap a mirror.
    swapped = (len(a), a) > (len(b), b)
    first, second = (b, a) if swapped else (a, b)
    spans, similarity = _compare(first, second)
    if swapped:
        spans = tuple(_mirror(span) for span in spans)
    return Diff(a, b, spans, similarity)


def first_divergence(a: str, b: str) -> Divergence | None:
    """Find where two texts first differ; None if they do not."""
    if a == b:
        return None
    character = common_prefix(a, b)
    # Only the words about the divergence and before it matter, not the whole of a long text.
    reach = character + 200
    ends_a, ends_b = word_ends(a[:reach]), word_ends(b[:reach])
    whole = min(bisect_right(ends_a, character), bisect_right(ends_b, character))
    word = max(1, min(whole + 1, max(len(ends_a), len(ends_b))))
    sentence = max(bisect_right(sentence_starts(text[:reach]), character) for text in (a, b))
    return Divergence(character, word, sentence)


def common_prefix(a: str, b: str) -> int:
    """Return how many code points two texts share from the start."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _compare(a: str, b: str) -> tuple[tuple[Span, ...], float]:
    tokens_a, tokens_b = tokens(a), tokens(b)
    numbers: dict[str, int] = {}
    ids_a = [numbers.setdefault(token, len(numbers)) for token in tokens_a]
    ids_b = [numbers.setdefault(token, len(numbers)) for token in tokens_b]
    words_a, words_b = _counts(tokens_a), _counts(tokens_b)
    found = edits(align(ids_a, ids_b), len(ids_a), len(ids_b))
    found = slide(give_up_islands(found, words_a, words_b), tokens_a, tokens_b)
    return _spans(found, starts(tokens_a), starts(tokens_b)), _similarity(found, words_a, words_b)


def _counts(pieces: Sequence[str]) -> list[int]:
    """For each position, how many words and marks of punctuation stand before it."""
    return [0, *accumulate(not piece.isspace() for piece in pieces)]


def _spans(found: Sequence[Edit], starts_a: Sequence[int], starts_b: Sequence[int]) -> tuple[Span, ...]:
    return tuple(
        Span(_op(edit), starts_a[edit.a[0]], starts_a[edit.a[1]], starts_b[edit.b[0]], starts_b[edit.b[1]])
        for edit in found
    )


def _op(edit: Edit) -> Op:
    if edit.equal:
        return "equal"
    if edit.a[0] == edit.a[1]:
        return "insert"
    return "delete" if edit.b[0] == edit.b[1] else "replace"


def _mirror(span: Span) -> Span:
    ops: dict[Op, Op] = {"insert": "delete", "delete": "insert"}
    return Span(ops.get(span.op, span.op), span.b_start, span.b_end, span.a_start, span.a_end)


def _similarity(found: Sequence[Edit], words_a: Sequence[int], words_b: Sequence[int]) -> float:
    total = words_a[-1] + words_b[-1]
    if not total:
        return 0.0
    return 2 * sum(words_a[edit.a[1]] - words_a[edit.a[0]] for edit in found if edit.equal) / total
