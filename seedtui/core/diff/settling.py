"""What of a diff stays as it is, whatever more comes of its texts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final

from seedtui.core.diff import Span, op_of
from seedtui.core.diff.window import words_back

RUN_WORDS: Final = 8
"""How many words both texts must share for what is before them to be settled."""


class Settling(ABC):
    """The spans of a diff whose texts still come: settled ones, and behind them a window that is compared anew."""

    def __init__(self, a: str) -> None:
        self._a = a
        self._settled: list[Span] = []
        # Where the window begins, and the spans over it.
        self._from_a = self._from_b = 0
        self._spans: list[Span] = []

    @property
    def settled(self) -> tuple[int, int]:
        """Where, in A and in B, what will not change any more ends."""
        return self._from_a, self._from_b

    @abstractmethod
    def _is_cut(self, at_a: int, at_b: int) -> bool:
        """Whether a place in A, or one in B, is inside a character as people see them."""

    def _settle(self) -> None:
        """Settle what is before the last words of the last long run that both texts share."""
        wanted = RUN_WORDS
        for index in range(len(self._spans) - 1, -1, -1):
            span = self._spans[index]
            if span.op != "equal" and not span.ignored:
                wanted = RUN_WORDS
                continue
            place, count = words_back(self._a, span.a_start, span.a_end, wanted)
            if count < wanted:
                wanted -= count
                continue
            shift = place - span.a_start if span.op == "equal" else 0
            while shift and self._is_cut(span.a_start + shift, span.b_start + shift):
                shift -= 1
            self._settle_at(index, shift)
            return

    def _settle_at(self, index: int, shift: int) -> None:
        """Let the window begin within a span.

        Args:
            index: The span's number in the window.
            shift: How many characters of it are settled.
        """
        span = self._spans[index]
        for settled in self._spans[:index]:
            add(self._settled, settled)
        if shift:
            place = (span.a_start + shift, span.b_start + shift)
            add(self._settled, Span("equal", span.a_start, place[0], span.b_start, place[1]))
            span = Span("equal", place[0], span.a_end, place[1], span.b_end)
        self._spans[: index + 1] = [span]
        self._from_a, self._from_b = span.a_start, span.b_start


def add(spans: list[Span], span: Span) -> None:
    """Append a span; an equal one goes on with an equal one before it."""
    if spans and spans[-1].op == span.op == "equal":
        spans[-1] = Span("equal", spans[-1].a_start, span.a_end, spans[-1].b_start, span.b_end)
    else:
        spans.append(span)


def changed(a_start: int, a_end: int, b_start: int, b_end: int) -> Span:
    """Return a span that is a change."""
    return Span(op_of(a_end - a_start, b_end - b_start), a_start, a_end, b_start, b_end)


def moved(span: Span, by_a: int, by_b: int) -> Span:
    """Return a span of two windows as one of the whole texts."""
    return Span(span.op, span.a_start + by_a, span.a_end + by_a, span.b_start + by_b, span.b_end + by_b, span.ignored)
