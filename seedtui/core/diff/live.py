"""A diff while its B still streams in: what is appended costs what was appended, not the whole.

While B goes on as A does, only what comes is looked at. Where they have parted, a window is compared
anew: from a place inside the last long run that both share, behind which nothing changes any more,
to B's end. The longer they stay apart, the more seldom that is done; in between, the last change grows.
"""

from __future__ import annotations

from typing import Final

from seedtui.core.diff import EXACT, Diff, Divergence, Ignore, Span, diff
from seedtui.core.diff.divergence import REACH, Landmark
from seedtui.core.diff.settling import Settling, add, changed, moved
from seedtui.core.diff.window import cluster_end, counterpart, word_end
from seedtui.core.interrupt import StoppedError
from seedtui.core.segment import common_prefix, is_inside_cluster, word_ends

_DECIDED: Final = 3

_LONG_RUN: Final = 1000
_SHORT_RUN: Final = 150

# A window of fewer characters is compared as often as need be; a longer one when it has grown by so much.
_OFTEN: Final = 200
_A_THIRD: Final = 1.33
_A_HALF: Final = 1.5
_LONGEST: Final = 100_000

# How much more of A to look at where what is ignored hides how far B has come.
_SLACK: Final = 24


class LiveDiff(Settling):
    """The diff of A and as much of B as has come."""

    def __init__(self, a: str, ignore: Ignore = EXACT) -> None:
        """Begin with nothing of B.

        Args:
            a: A's text.
            ignore: What not to count as a change.
        """
        super().__init__(a)
        self._ignore = ignore
        self._parts: list[str] = []
        self._length = 0
        # B's text from where it is not settled.
        self._window = ""
        self._looked = 0
        self._parted_at: int | None = None
        self._landmark: Landmark | None = None
        self._parted: Divergence | None = None
        self._diff: Diff | None = None

    def append(self, text: str) -> None:
        """Take in what has come of B.

        All of it is taken in whatever happens: if the comparing is stopped, the last change has grown.
        """
        if not text:
            return
        self._diff = None
        self._parts.append(text)
        together = not self._spans or self._spans[-1].op == "equal"
        if together:
            text = self._go_on_together(text)
            if not text:
                return
            # The first time is before anything else can have been found.
            if self._parted_at is None:
                self._parted_at = self._reached
        self._window += text
        self._length += len(text)
        self._grow_last_change(len(text))
        end = self._where_to_look(first=together)
        if end is not None:
            try:
                self._look_again(end)
            except StoppedError:
                return

    @property
    def diff(self) -> Diff:
        """The diff so far. What B has not reached of A is no change: see `Diff.unreached`.

        If the comparing is stopped here, it can be asked for again.
        """
        if self._diff is None:
            b = "".join(self._parts)
            self._parts = [b]
            spans, reached = self._spans_now()
            if reached < len(self._a):
                spans.append(Span("delete", reached, len(self._a), len(b), len(b)))
            self._diff = Diff(self._a, b, tuple(spans), self._ignore, reached, self._divergence(b))
        return self._diff

    def finish(self) -> Diff:
        """Return the diff of A and all of B, worked out from the beginning.

        For when B is complete, and once: it takes as long as any diff. What has been shown until then may
        say less than it where the texts have long parted, and another thing in a place or two.
        """
        return diff(self._a, "".join(self._parts), self._ignore)

    @property
    def _reached(self) -> int:
        return self._spans[-1].a_end if self._spans else self._from_a

    def _go_on_together(self, text: str) -> str:
        """Take in what goes on as A does; return the rest."""
        reached = self._reached
        count = common_prefix(text, self._a[reached : reached + len(text)])
        if count:
            self._window += text[:count]
            add(self._spans, Span("equal", reached, reached + count, self._length, self._length + count))
            self._length += count
        run = self._spans[-1].a_end - self._spans[-1].a_start if self._spans else 0
        if run > (_LONG_RUN if count == len(text) else _SHORT_RUN):
            self._settle()
        return text[count:]

    def _grow_last_change(self, count: int) -> None:
        """Let the last characters of B stand against as many of A."""
        a_start, b_start = self._reached, self._length - count
        if self._spans and self._spans[-1].op == "equal":
            a_start, b_start = self._cut_back(self._spans.pop(), b_start)
        elif self._spans and (not self._spans[-1].ignored or self._is_cut(a_start, b_start)):
            last = self._spans.pop()
            a_start, b_start = last.a_start, last.b_start
        a_end = min(len(self._a), a_start + self._length - b_start)
        self._spans.append(changed(a_start, a_end, b_start, self._length))

    def _cut_back(self, run: Span, b_end: int) -> tuple[int, int]:
        """Put an equal run back without what belongs to a character that B goes on with; return its ends."""
        a_end = run.a_end
        while a_end > run.a_start and self._is_cut(a_end, b_end):
            a_end, b_end = a_end - 1, b_end - 1
        if a_end > run.a_start:
            self._spans.append(run._replace(a_end=a_end, b_end=b_end))
        return a_end, b_end

    def _is_cut(self, at_a: int, at_b: int) -> bool:
        return is_inside_cluster(self._a, at_a) or is_inside_cluster(self._window, at_b - self._from_b)

    def _where_to_look(self, *, first: bool) -> int | None:
        """Say how far of A to compare the window with; None if it is too early to do so.

        Args:
            first: Whether the texts part just here.
        """
        grown = len(self._window) / max(1, self._looked)
        often = self._looked < _OFTEN
        # Beyond the longest window, what has parted is taken to stay so until B is finished.
        if self._looked > _LONGEST or not (often or grown >= _A_THIRD):
            return None
        start, pace = self._spans[-1].a_start, self._reached
        end = counterpart(self._a, self._window, start, pace)
        if end is not None:
            return end
        # Where nothing speaks for it that B is back with A, there is less to be found.
        if self._ignore:
            return word_end(self._a, pace + _SLACK)
        due = first or grown >= _A_THIRD if often else grown >= _A_HALF
        return word_end(self._a, pace) if due else None

    def _look_again(self, end: int) -> None:
        """Compare the window anew, with A up to a place."""
        found = diff(self._a[self._from_a : end], self._window, self._ignore).spans
        spans = [moved(span, self._from_a, self._from_b) for span in found]
        # What is deleted at the end, B may still come to.
        while spans and spans[-1].op == "delete":
            spans.pop()
        if spans and spans[-1].op == "replace" and not spans[-1].ignored:
            last = spans.pop()
            a_end = min(last.a_end, last.a_start + last.b_end - last.b_start)
            spans.append(changed(last.a_start, a_end, last.b_start, last.b_end))
        self._spans = spans
        self._looked = len(self._window)
        self._settle()

    def _settle_at(self, index: int, shift: int) -> None:
        before = self._from_b
        super()._settle_at(index, shift)
        self._window = self._window[self._from_b - before :]
        self._looked = min(self._looked, len(self._window))

    def _spans_now(self) -> tuple[list[Span], int]:
        """Return spans over B and what it has reached of A, and where that ends."""
        spans = list(self._settled)
        for span in self._spans:
            add(spans, span)
        if not spans:
            return spans, 0
        last = spans[-1]
        if last.op == "equal":
            return self._without_half_a_character(spans)
        if not last.ignored and last.a_end > last.a_start:
            a_end = word_end(self._a, last.a_end)
            spans[-1] = last = last._replace(a_end=a_end)
            if self._a[last.a_start : a_end] == self._window[last.b_start - self._from_b :]:
                add(spans, spans.pop()._replace(op="equal"))
        return spans, last.a_end

    def _without_half_a_character(self, spans: list[Span]) -> tuple[list[Span], int]:
        """Let the beginning of a character, of which more may come, be no change yet."""
        last = spans.pop()
        a_end, b_end = last.a_end, last.b_end
        while a_end > last.a_start and is_inside_cluster(self._a, a_end):
            a_end, b_end = a_end - 1, b_end - 1
        if a_end > last.a_start:
            spans.append(last._replace(a_end=a_end, b_end=b_end))
        if a_end == last.a_end:
            return spans, a_end
        whole = cluster_end(self._a, last.a_end)
        spans.append(Span("replace", a_end, whole, b_end, last.b_end, ignored=True))
        return spans, whole

    def _divergence(self, b: str) -> Divergence | None:
        """Return where the texts part, if it can be told at little cost: it is asked for again and again."""
        if self._parted_at is None or self._ignore:
            return None
        if self._parted is not None:
            return self._parted
        if self._landmark is None:
            self._landmark = Landmark.before(self._a, self._parted_at)
        found = self._landmark.divergence(self._a, b, self._parted_at)
        # A few more words of B decide it for good.
        if len(word_ends(b[self._parted_at : self._parted_at + REACH])) > _DECIDED:
            self._parted = found
        return found
