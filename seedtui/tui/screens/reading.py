"""The workbench's part that reads a diff: from change to change, sentence to sentence, match to match."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.widgets import Input

from seedtui.core.ignoring import Ignore, fold
from seedtui.core.layout.rows import View
from seedtui.core.layout.sheet import SideName
from seedtui.core.segment import sentence_starts
from seedtui.core.text import one_line
from seedtui.tui.screens.base import WorkbenchBase
from seedtui.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from seedtui.core.diff import Diff


class Match(NamedTuple):
    """Where a text that was searched for begins: in which of the two, and at which code point."""

    side: SideName
    start: int


_MOST: Final = 10_000
_ANY_CASE: Final = Ignore(case=True)
_sentences: Final = lru_cache(maxsize=1)(sentence_starts)
"""Kept, since one goes from one to the next."""


class Reading(WorkbenchBase):
    """Moves through the diff that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self._matches: list[Match] = []
        self._match = -1
        self._searched: tuple[Diff | None, str] = (None, "")
        # The sentence gone to, and where the view stood then.
        self._sentence = (0, -1)

    def do_next_change(self) -> None:
        """Go to the next change."""
        self.compare_pane.move_change(1)

    def do_previous_change(self) -> None:
        """Go to the previous change."""
        self.compare_pane.move_change(-1)

    def do_first_change(self) -> None:
        """Go to where the two part."""
        if self.compare_pane.diff_view.sheet.count:
            self.compare_pane.diff_view.go_to_change(0)
        else:
            self.say("The two are the same." if self._diff else "There is nothing to compare yet.")

    def do_next_view(self) -> None:
        """Show the diff in the next layout."""
        view = self.compare_pane.next_view()
        self.say(f"View: {'key by key' if view is View.STRUCTURE else view.value}.")

    def do_fold(self) -> None:
        """Fold long equal stretches away, or open them all."""
        folded = self.compare_pane.toggle_folds()
        found = any(row.folded for row in self.compare_pane.diff_view.sheet.rows)
        said = (
            "Long equal stretches are folded away." if found else "No equal stretch is long enough to be folded away."
        )
        self.say(said if folded else "Everything is in sight again.")

    def do_open_fold(self) -> None:
        """Open the first fold in sight."""
        if not self.compare_pane.open_fold():
            self.say("There is no fold in sight.")

    def do_ignore_case(self) -> None:
        """Let capital letters count, or not."""
        self._ignore(self.ignore._replace(case=not self.ignore.case))

    def do_ignore_space(self) -> None:
        """Let white space count, or not."""
        self._ignore(self.ignore._replace(space=not self.ignore.space))

    def _ignore(self, ignore: Ignore) -> None:
        self.ignore = ignore
        # Changes are counted differently now.
        self.marks = {pair: changes for pair, changes in self.marks.items() if changes is None}
        self.say(f"The diff is shown {ignore.phrase}; the verdict is not." if ignore else "Everything counts again.")
        self.compare_now()

    # Sentences.

    @property
    def _diff(self) -> Diff | None:
        comparison = self.compare_pane.comparison
        return comparison.diff if comparison else None

    def do_next_sentence(self) -> None:
        """Go to the next sentence."""
        self._step_sentence(1)

    def do_previous_sentence(self) -> None:
        """Go to the sentence before."""
        self._step_sentence(-1)

    def _step_sentence(self, step: int) -> None:
        view = self.compare_pane.diff_view
        if self._diff is None or not view.sheet.rows or view.sheet.view is View.STRUCTURE:
            self.say("There are no sentences to go through here.")
            return
        starts = _sentences(self._diff.b)
        number, seen_at = self._sentence
        if seen_at == view.scroll_offset.y and number < len(starts):
            # Nobody has scrolled since: many a sentence begins in the middle of a row.
            number += step
        else:
            _, at = view.sheet.place(view.scroll_offset.y)
            number = bisect_right(starts, at) if step > 0 else bisect_left(starts, at) - 1
        self._show_sentence(max(0, min(number, len(starts) - 1)), starts)

    def _show_sentence(self, number: int, starts: list[int]) -> None:
        self.compare_pane.go_to("b", starts[number], at_top=True)
        self._sentence = (number, self.compare_pane.diff_view.scroll_offset.y)
        b = self._diff.b if self._diff else ""
        begins = one_line(b[starts[number] : starts[number] + 60], 40)
        self.say(f"Sentence {number + 1} of {len(starts)} of B: {begins}")

    def do_sentence(self) -> None:
        """Ask for a sentence's number, and go there."""
        if self._diff is None:
            self.say("There is nothing to compare yet.")
            return
        count = len(_sentences(self._diff.b))
        self._ask(f"sentence of B, 1 to {count}", self._go_to_sentence)

    def _go_to_sentence(self, typed: str) -> None:
        diff = self._diff
        starts = _sentences(diff.b) if diff else []
        number = int(typed) if typed.strip().isdecimal() and len(typed) < 10 else 0
        if 1 <= number <= len(starts):
            self._show_sentence(number - 1, starts)
        elif typed.strip():
            self.say(f"{one_line(typed, 20)} is no sentence of B: take 1 to {len(starts)}.", error=True)

    # Searching.

    def do_find(self) -> None:
        """Search in both texts."""
        if self._diff is None:
            self.say("There is nothing to compare yet.")
        else:
            self._ask("search in both texts", self._find, self._searched[1])

    def _find(self, typed: str) -> None:
        self._searched = (None, typed)
        self.compare_pane.diff_view.find(typed)
        self._matches, self._match = [], -1
        if typed:
            self._step_match(1, fresh=True)

    def do_next_match(self) -> None:
        """Go to the next place that was searched for."""
        self._step_match(1)

    def do_previous_match(self) -> None:
        """Go to the place before."""
        self._step_match(-1)

    def _step_match(self, step: int, *, fresh: bool = False) -> None:
        diff, needle = self._diff, self._searched[1]
        if diff is None or not needle:
            self.say("Search first: / in the comparison.")
            return
        before = self._matches[self._match] if 0 <= self._match < len(self._matches) else None
        if self._searched[0] is not diff:
            self._matches, self._searched = find_all(diff, needle), (diff, needle)
            # More text may have come: one goes on from where one was.
            self._match = self._matches.index(before) if before in self._matches else -1
        if not self._matches:
            self.say(f"“{one_line(needle, 40)}” is in neither text.")
            return
        fresh = fresh or self._match < 0
        self._match = self._first_match() if fresh else (self._match + step) % len(self._matches)
        found = self._matches[self._match]
        self.compare_pane.go_to(found.side, found.start)
        count = len(self._matches)
        matches = "1 match" if count == 1 else f"the first {count} matches" if count == _MOST else f"{count} matches"
        self.say(f"{self._match + 1} of {matches}, in {found.side.upper()}. . and , go on.")

    def _first_match(self) -> int:
        """Return the first match that is not above what is in sight."""
        view = self.compare_pane.diff_view
        a, b = view.sheet.place(view.scroll_offset.y)
        below = (index for index, one in enumerate(self._matches) if one.start >= (a if one.side == "a" else b))
        return next(below, 0)

    # The prompt.

    def _ask(self, placeholder: str, then: Callable[[str], None], text: str = "") -> None:
        self.show_pane("compare")
        self.prompt(Prompt(placeholder, then, text))

    def prompt(self, box: Prompt) -> None:
        """Open a line to type into, under the diff."""
        for old in self.query(Prompt):
            old.remove()
        self.mount(box, before="#status")
        box.focus()

    @property
    def prompt_is_open(self) -> bool:
        """Whether there is a line to type into."""
        return bool(self.query(Prompt))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what was typed into the prompt."""
        if isinstance(event.input, Prompt):
            event.stop()
            self.close_prompt()
            event.input.then(event.input.typed)

    def close_prompt(self) -> None:
        """Close the prompt, and go back to the diff."""
        for box in self.query(Prompt):
            box.remove()
        self.compare_pane.diff_view.focus()


def find_all(diff: Diff, needle: str) -> list[Match]:
    """Find a text in both sides, whatever the case of its letters, in the order they are read.

    Equal text is found once, in A. At most `_MOST` places are returned.
    """
    found: list[tuple[int, int, Match]] = []
    for index, span in enumerate(diff.spans):
        starts = _starts(diff.a, needle, span.a_start, span.a_end)
        found.extend((2 * index, start, Match("a", start)) for start in starts)
        # Equal text is searched in A; what begins in it may end otherwise in B.
        first = span.b_start if span.op != "equal" else max(span.b_start, span.b_end - len(needle) + 1)
        starts = _starts(diff.b, needle, first, span.b_end)
        found.extend((2 * index + 1, start, Match("b", start)) for start in starts)
        if len(found) >= _MOST:
            break
    return [match for _, _, match in sorted(found, key=lambda one: one[:2])[:_MOST]]


def _starts(text: str, needle: str, start: int, end: int) -> Iterator[int]:
    """Yield where a text begins in a stretch of another; it may end beyond."""
    wanted = fold(needle, _ANY_CASE).text
    reach = fold(text[start : end + len(needle) - 1], _ANY_CASE).text
    at = reach.find(wanted)
    while 0 <= at < end - start:
        yield start + at
        at = reach.find(wanted, at + 1)
