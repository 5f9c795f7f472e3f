"""How B's text differs from A's: spans, the first divergence, and how alike the two are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from seedtui.core.diff import words
from seedtui.core.diff.counting import count_words
from seedtui.core.diff.divergence import Divergence, divergence_at, first_divergence
from seedtui.core.diff.edits import words_touched
from seedtui.core.diff.marking import unmarked
from seedtui.core.ignoring import EXACT, Ignore, Part, fold, unfold
from seedtui.core.interrupt import checked
from seedtui.core.request import JsonObject

__all__ = ["EXACT", "Diff", "Divergence", "Ignore", "Op", "Span", "diff", "first_divergence"]

Op = Literal["equal", "replace", "delete", "insert"]


class Span(NamedTuple):
    """A stretch of both texts, in code points: A[a_start:a_end] stands against B[b_start:b_end].

    Attributes:
        ignored: The two differ only in what the comparison ignores.
    """

    op: Op
    a_start: int
    a_end: int
    b_start: int
    b_end: int
    ignored: bool = False

    def as_json(self) -> JsonObject:
        """Return `{"op", "a": [start, end], "b": [start, end]}`, and `"ignored": true` where that is so."""
        places = {"op": self.op, "a": [self.a_start, self.a_end], "b": [self.b_start, self.b_end]}
        return {**places, "ignored": True} if self.ignored else places


@dataclass(frozen=True)
class Diff:
    """The difference between two texts.

    Attributes:
        a: A's text.
        b: B's text.
        spans: They cover both texts from end to end: joining A's slices gives A, joining B's gives
            B, and `equal` spans hold the same text on both sides. Changes never touch each other.
        ignore: What was ignored.
        unreached: While B is still coming: the code point in A from which nothing of B stands
            against it. Unless that is A's end, the last span begins there: it deletes the rest of A,
            and is no change.
        parted: Where the texts first differ, if that is known already.
    """

    a: str
    b: str
    spans: tuple[Span, ...]
    ignore: Ignore = EXACT
    unreached: int | None = None
    parted: Divergence | None = field(default=None, compare=False, repr=False)

    @property
    def equal(self) -> bool:
        """Whether the texts are the same, character for character, whatever is ignored."""
        return self.a == self.b

    @cached_property
    def changes(self) -> tuple[Span, ...]:
        """The spans that differ, and not only in what is ignored."""
        rest = self.unreached is not None and self.unreached < len(self.a)
        spans = self.spans[:-1] if rest else self.spans
        return tuple(span for span in spans if span.op != "equal" and not span.ignored)

    @cached_property
    def similarity(self) -> float:
        """How alike the texts are, from 0 to 1, the same both ways.

        It is 2·M / (words of A + words of B), where M is the number of words outside changes. Marks
        of punctuation and white space are no words: texts that differ in these alone have 1.
        """
        if not self.changes:
            return 1.0
        words_a, words_b = count_words(self.a[: self.unreached]), count_words(self.b)
        if not words_a + words_b:
            return 0.0
        same_a, same_b = words_a, words_b
        # The words in changes are counted, not those in equal runs: there are fewer.
        for span in checked(self.changes):
            left, right = words_touched(self.a, self.b, (span.a_start, span.a_end), (span.b_start, span.b_end))
            same_a, same_b = same_a - left, same_b - right
        same = min(same_a, same_b)
        return max(0.0, 2 * same / (words_a + words_b))

    @cached_property
    def first_divergence(self) -> Divergence | None:
        """Where the texts first differ; None if they do not, or only in what is ignored."""
        if self.parted or not self.changes:
            return self.parted
        if not self.ignore:
            return first_divergence(self.a, self.b)
        first = self.changes[0]
        return divergence_at(self.a, self.b, first.a_start, first.b_start)

    def words(self, side: Literal["a", "b"]) -> Sequence[int]:
        """Return the position behind each word of a side, in code points."""
        return words.ends(self.a if side == "a" else self.b)

    def word_at(self, change: int) -> tuple[int, int]:
        """Return the number of the word at which a change begins, and how many words there are.

        Both are of B's text, or of A's where text was deleted.

        Args:
            change: The number of the change, from 0.
        """
        span = self.changes[change]
        places = self.words("a" if span.op == "delete" else "b")
        return words.number_at(places, span.a_start if span.op == "delete" else span.b_start), len(places)


def diff(a: str, b: str, ignore: Ignore = EXACT) -> Diff:
    """Compare two texts.

    Swapping A and B mirrors the result. Time is about linear in the texts' length; nothing in it
    runs unbounded.

    Args:
        a: A's text.
        b: B's text.
        ignore: What not to count as a change. It is told apart all the same: spans that differ only
            in it are `ignored`, and `equal` spans hold the same text.
    """
    if not ignore or a == b:
        return Diff(a, b, _spans(a, b), ignore)
    left, right = fold(a, ignore), fold(b, ignore)
    parts = (
        Part("equal" if span.op == "equal" else "changed", span.a_start, span.a_end, span.b_start, span.b_end)
        for span in _spans(left.text, right.text)
    )
    return Diff(a, b, tuple(_span(part) for part in checked(unfold(parts, left, right))), ignore)


def _spans(a: str, b: str) -> tuple[Span, ...]:
    if a == b:
        return (Span("equal", 0, len(a), 0, len(b)),) if a else ()
    spans: list[Span] = []
    at_a = at_b = 0
    for start_a, start_b, length in checked([*unmarked(a, b), (len(a), len(b), 0)]):
        if at_a < start_a or at_b < start_b:
            spans.append(Span(op_of(start_a - at_a, start_b - at_b), at_a, start_a, at_b, start_b))
        at_a, at_b = start_a + length, start_b + length
        if length:
            spans.append(Span("equal", start_a, at_a, start_b, at_b))
    return tuple(spans)


def op_of(length_a: int, length_b: int) -> Op:
    """Return what was done where so many characters of A became so many of B, other ones."""
    if not length_a:
        return "insert"
    return "replace" if length_b else "delete"


def _span(part: Part) -> Span:
    kind, a_start, a_end, b_start, b_end = part
    op = "equal" if kind == "equal" else op_of(a_end - a_start, b_end - b_start)
    return Span(op, a_start, a_end, b_start, b_end, kind == "ignored")
