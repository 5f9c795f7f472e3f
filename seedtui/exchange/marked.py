"""What is to be exported: two completions, and which of their changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from seedtui.core.comparison import Comparison
from seedtui.core.diff import Diff, Span
from seedtui.core.run import Side
from seedtui.core.verdict import Verdict


@dataclass(frozen=True)
class Marked:
    """A comparison to export.

    Attributes:
        comparison: Two completions, judged.
        changes: Which of `comparison.diff.changes` were chosen, counted from 0; None for all of them.
    """

    comparison: Comparison
    changes: frozenset[int] | None = None

    @property
    def a(self) -> Side:
        """A.

        Raises:
            ValueError: If there is no A.
        """
        if self.comparison.a is None:
            raise ValueError("A comparison of one completion is none.")
        return self.comparison.a

    @property
    def b(self) -> Side:
        """B."""
        return self.comparison.b

    @property
    def verdict(self) -> Verdict:
        """Whether A and B agree: whichever changes were chosen, it is about all of both texts.

        Raises:
            ValueError: If there is no A.
        """
        if self.comparison.verdict is None:
            raise ValueError("A comparison of one completion is none.")
        return self.comparison.verdict

    @cached_property
    def diff(self) -> Diff:
        """The difference to write: where changes were chosen, from A to A with these alone made."""
        if self.changes is None:
            return self.comparison.diff
        return only(self.comparison.diff, self.changes)


def only(diff: Diff, changes: frozenset[int]) -> Diff:
    """Return the difference between A and what A becomes when only some changes are made.

    Args:
        diff: All that differs. Its similarity is kept: it is that of the two texts.
        changes: Which of `diff.changes` to keep, counted from 0.
    """
    wanted = {diff.changes[number] for number in changes if number < len(diff.changes)}
    spans: list[Span] = []
    text: list[str] = []
    for span in _merged(diff, wanted):
        at = spans[-1].b_end if spans else 0
        piece = diff.b[span.b_start : span.b_end] if span in wanted else diff.a[span.a_start : span.a_end]
        text.append(piece)
        spans.append(span._replace(b_start=at, b_end=at + len(piece)))
    return replace(diff, b="".join(text), spans=tuple(spans), unreached=None, parted=None)


def _merged(diff: Diff, wanted: set[Span]) -> Iterator[Span]:
    """Yield the wanted changes, and between them one equal span each; the places in B are left wrong."""
    start = 0
    for span in diff.spans:
        if span in wanted:
            if start < span.a_start:
                yield Span("equal", start, span.a_start, 0, 0)
            yield span
            start = span.a_end
    if start < len(diff.a):
        yield Span("equal", start, len(diff.a), 0, 0)
