"""A diff while both its texts still stream in.

While they go on alike, only what comes is looked at; that one is ahead of the other is no news. Where they have
parted, a window is compared anew: from a place inside the last long run that both share, behind which nothing
changes any more, to both ends. The longer they stay apart, the more seldom that is done; in between, the last
change grows.
"""

from __future__ import annotations

from typing import Final

from seedtui.core.diff import EXACT, Diff, Divergence, Ignore, Span, diff
from seedtui.core.diff.divergence import REACH, Landmark
from seedtui.core.diff.settling import Settling, add, changed, moved
from seedtui.core.diff.window import cluster_end
from seedtui.core.segment import common_prefix, is_inside_cluster

# A run that both share is settled but for its end when it has become so long, in characters.
_LONG_RUN: Final = 150

# Windows of fewer characters, both together, are compared whenever more has come; longer ones when they have
# grown by a third.
_OFTEN: Final = 400
_A_THIRD: Final = 1.33
_LONGEST: Final = 200_000

# A place is told of by counting from a landmark that lies so far before it.
_LANDMARK_BEFORE: Final = 2 * REACH
_FAR: Final = 20 * REACH


class GrowingDiff(Settling):
    """The diff of as much of A and of B as has come."""

    def __init__(self, ignore: Ignore = EXACT) -> None:
        """Begin with nothing.

        Args:
            ignore: What not to count as a change.
        """
        super().__init__("")
        self._b = ""
        self._ignore = ignore
        self._looked = 0
        self._parted_at: int | None = None
        self._landmark: Landmark | None = None
        self._parted: Divergence | None = None

    def take(self, a: str, b: str) -> Diff:
        """Take in what has come, and return the diff of it.

        Args:
            a: A's text; it begins as it did before.
            b: B's text; it, too.

        Raises:
            StoppedError: If it was asked to stop. The next time, all is there.
        """
        self._a, self._b = a, b
        self._go_on_together()
        if self._is_due():
            self._look_again()
        spans = self._spans_now()
        last = spans[-1] if spans else None
        unreached = last.a_start if last is not None and last.op == "delete" else None
        return Diff(a, b, tuple(spans), self._ignore, unreached, self._divergence())

    @property
    def _ends(self) -> tuple[int, int]:
        """Where, in A and in B, the spans end."""
        return (self._spans[-1].a_end, self._spans[-1].b_end) if self._spans else self.settled

    def _is_cut(self, at_a: int, at_b: int) -> bool:
        return is_inside_cluster(self._a, at_a) or is_inside_cluster(self._b, at_b)

    def _go_on_together(self) -> None:
        """Take in what goes on alike."""
        if self._spans and self._spans[-1].op != "equal":
            return
        at_a, at_b = self._ends
        count = common_prefix(self._a[at_a:], self._b[at_b:])
        if not count:
            return
        add(self._spans, Span("equal", at_a, at_a + count, at_b, at_b + count))
        if self._spans[-1].a_end - self._spans[-1].a_start > _LONG_RUN:
            self._settle()
            self._looked = min(self._looked, self._size)

    @property
    def _size(self) -> int:
        """How long the window is, in both texts together."""
        return len(self._a) - self._from_a + len(self._b) - self._from_b

    @property
    def _is_ahead(self) -> bool:
        """Whether the texts go on alike, as far as the shorter one has come."""
        at_a, at_b = self._ends
        together = not self._spans or self._spans[-1].op == "equal"
        return together and (at_a == len(self._a) or at_b == len(self._b))

    def _is_due(self) -> bool:
        """Whether to compare the window anew."""
        if self._is_ahead:
            return False
        if self._looked < _OFTEN:
            return self._size > self._looked
        # Beyond the longest window, what has parted is taken to stay so until both are complete.
        return self._looked < _LONGEST and self._size > self._looked * _A_THIRD

    def _look_again(self) -> None:
        """Compare the window anew."""
        found = diff(self._a[self._from_a :], self._b[self._from_b :], self._ignore).spans
        spans = [moved(span, self._from_a, self._from_b) for span in found]
        # What only one has at the end, the other may still come to.
        while spans and spans[-1].op in ("delete", "insert") and not spans[-1].ignored:
            spans.pop()
        self._spans = spans
        self._looked = self._size
        self._settle()
        self._looked = min(self._looked, self._size)

    def _spans_now(self) -> list[Span]:
        """Return spans over all that has come: what came since the last look belongs to the last change."""
        spans = list(self._settled)
        for span in self._spans:
            add(spans, span)
        at_a, at_b = self._without_the_last_change(spans)
        if self._is_ahead and (at_a, at_b) != self._ends:
            # The beginning of a character, of which more may come, is no change yet.
            whole_a, whole_b = cluster_end(self._a, self._ends[0]), cluster_end(self._b, self._ends[1])
            spans.append(Span("replace", at_a, whole_a, at_b, whole_b, ignored=True))
            at_a, at_b = whole_a, whole_b
        rest = changed(at_a, len(self._a), at_b, len(self._b))
        if self._a[at_a:] == self._b[at_b:]:
            rest = rest._replace(op="equal")
        if rest.a_start < rest.a_end or rest.b_start < rest.b_end:
            add(spans, rest)
        return spans

    def _without_the_last_change(self, spans: list[Span]) -> tuple[int, int]:
        """Take the change at the end from spans, and what of a character is before it; return where it begins."""
        at_a, at_b = self._ends
        while spans:
            last = spans[-1]
            if last.op == "equal":
                while at_a > last.a_start and self._is_cut(at_a, at_b):
                    at_a, at_b = at_a - 1, at_b - 1
                if at_a > last.a_start:
                    spans[-1] = last._replace(a_end=at_a, b_end=at_b)
                    break
            elif last.ignored and not self._is_cut(at_a, at_b):
                break
            at_a, at_b = last.a_start, last.b_start
            spans.pop()
        return at_a, at_b

    def _divergence(self) -> Divergence | None:
        """Return where the texts part, told from a landmark: it is asked for again and again."""
        if self._ignore:
            return None
        if self._parted is not None:
            return self._parted
        shorter = min(len(self._a), len(self._b))
        if self._parted_at is None:
            same = self._same()
            if same == len(self._a) or same == len(self._b):
                # One is ahead: that is told of where it counts as a change.
                return self._told(same) if len(self._b) > len(self._a) else None
            self._parted_at = same
        found = self._told(self._parted_at)
        # What comes further behind does not matter.
        if shorter > self._parted_at + REACH:
            self._parted = found
        return found

    def _same(self) -> int:
        """Return how many characters both texts begin with."""
        spans = self._settled or self._spans
        known = spans[0].a_end if spans and spans[0].op == "equal" else 0
        return known + common_prefix(self._a[known:], self._b[known:])

    def _told(self, place: int) -> Divergence:
        known = self._landmark
        if known is None or place - known.position > _FAR:
            known = self._landmark = Landmark.before(self._a, max(0, place - _LANDMARK_BEFORE))
        return known.divergence(self._a, self._b, place)
