"""How B's text differs from A's: spans, the first divergence, and how alike the two are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from seedtui.core.edits import Edit, count_words, edits, give_up_islands, size_in, slide
from seedtui.core.refine import equal_runs
from seedtui.core.request import JsonObject
from seedtui.core.segment import common_prefix, sentence_starts, word_ends

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


def _compare(a: str, b: str) -> tuple[tuple[Span, ...], float]:
    found = edits(equal_runs(a, b), len(a), len(b))
    found = slide(give_up_islands(found, size_in(a, b)), a, b)
    return tuple(Span(_op(edit), *edit.a, *edit.b) for edit in found), _similarity(found, a, b)


def _op(edit: Edit) -> Op:
    if edit.equal:
        return "equal"
    if edit.a[0] == edit.a[1]:
        return "insert"
    return "delete" if edit.b[0] == edit.b[1] else "replace"


def _mirror(span: Span) -> Span:
    ops: dict[Op, Op] = {"insert": "delete", "delete": "insert"}
    return Span(ops.get(span.op, span.op), span.b_start, span.b_end, span.a_start, span.a_end)


def _similarity(found: Sequence[Edit], a: str, b: str) -> float:
    words_a, words_b = count_words(a), count_words(b)
    if not words_a + words_b:
        return 0.0
    # The words in changes are counted, not those in equal runs: there are fewer.
    changes = [edit for edit in found if not edit.equal]
    same = min(
        words_a - sum(count_words(a[slice(*edit.a)]) for edit in changes),
        words_b - sum(count_words(b[slice(*edit.b)]) for edit in changes),
    )
    return max(0.0, 2 * same / (words_a + words_b))
