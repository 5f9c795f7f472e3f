"""The workbench's part that compares: which two, and when."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual import on, work
from textual.worker import get_current_worker

from seedtui.core.ignoring import Ignore
from seedtui.core.layout.rows import Memo
from seedtui.core.layout.sheet import Layout, make_sheet
from seedtui.core.status import Status
from seedtui.tui.messages import Compared, LaidOut, PreviousFound
from seedtui.tui.moment import MOMENT, started
from seedtui.tui.pair import Ref
from seedtui.tui.screens.base import WorkbenchBase, problem_of, side_of
from seedtui.tui.widgets.compare_pane import ComparePane
from seedtui.tui.widgets.verdict_line import VerdictLine

if TYPE_CHECKING:
    from seedtui.core.comparison import Comparison
    from seedtui.core.diff import Diff
    from seedtui.core.diff.growing import GrowingDiff
    from seedtui.core.diff.live import LiveDiff
    from seedtui.core.run import Run, Side

WELCOME = """\
F6  sends the request twice and compares the two completions
F5  sends it once
F1  shows every key"""
NOTHING = "Nothing to compare yet."

_MANY_ROWS: Final = 1000


@dataclass(frozen=True)
class _Wanted:
    """A comparison that is to be worked out."""

    a: Ref | None
    b: Ref
    ignore: Ignore
    given_up: threading.Event = field(default_factory=threading.Event, compare=False)


@dataclass
class _Growing:
    """A diff of texts that still come: of both, or of B, and then how much of B it has taken."""

    wanted: _Wanted
    both: GrowingDiff | None = None
    live: LiveDiff | None = None
    taken: int = 0
    layout: Layout | None = None
    memo: Memo = field(default_factory=dict)

    def diff_of(self, a: Side, b: Side) -> Diff:
        """Return the diff as far as both have come."""
        from seedtui.core.diff.growing import GrowingDiff
        from seedtui.core.diff.live import LiveDiff

        if a.run.status is Status.STREAMING:
            if self.both is None:
                self.both = GrowingDiff(self.wanted.ignore)
            return self.both.take(a.text, b.text)
        if self.live is None or self.taken > len(b.text):
            self.live, self.taken = LiveDiff(a.text, self.wanted.ignore), 0
        self.live.append(b.text[self.taken :])
        self.taken = len(b.text)
        return self.live.diff

    def memo_for(self, layout: Layout) -> Memo:
        """Return the rows of the last time, if they were laid out in the same way."""
        if layout != self.layout:
            self.layout, self.memo = layout, {}
        return self.memo


class Comparing(WorkbenchBase):
    """Keeps the comparison in step with the pair and with the text that streams in."""

    def __init__(self) -> None:
        super().__init__()
        self._worked_out: _Wanted | None = None
        self._stale = False
        self._growing: _Growing | None = None

    def compare_now(self) -> None:
        """Compare the pair as it is now.

        While a comparison is being worked out, there is one more after it; one of another pair is given up.
        """
        self.runs.mark(self.pair.marks)
        if self.pair.b is None:
            self.compare_pane.show(None, welcome=WELCOME)
            self._show_verdict()
            return
        wanted = _Wanted(self.pair.a, self.pair.b, self.ignore)
        if self._worked_out is not None:
            self._stale = True
            if self._worked_out != wanted:
                self._worked_out.given_up.set()
            return
        self._worked_out, self._stale = wanted, False
        refs = [ref for ref in (wanted.a, wanted.b) if ref is not None]
        here = {ref.run_id: self.live.run(ref.run_id) or self.read_runs.get(ref.run_id) for ref in refs}
        known = {key: run for key, run in here.items() if run is not None}
        layout = self.compare_pane.layout_now
        # While text comes in, keys are answered first.
        coming = started(lambda: self._worked_out_of(wanted, known, layout), 0 if self.live else MOMENT)
        if coming.done():
            self._show_compared(coming.result())
        else:
            self.tell_later(coming)

    def _worked_out_of(self, wanted: _Wanted, here: dict[int, Run], layout: Layout) -> Compared:
        from seedtui.core.interrupt import StoppedError, interruptible

        read: dict[int, Run] = {}

        def side(ref: Ref) -> Side | None:
            run = here.get(ref.run_id)
            if run is None:
                run = self.seedtui.history.run(ref.run_id)
                if run is None:
                    return None
                read[ref.run_id] = run
            return side_of(run, ref.index)

        try:
            left = side(wanted.a) if wanted.a is not None else None
            right = side(wanted.b)
            with interruptible(wanted.given_up.is_set):
                found = self._compared(wanted, left, right) if right is not None else None
                memo = self._growing.memo_for(layout) if self._growing is not None else None
                sheet = make_sheet(found.diff, layout, cell_len, memo) if found is not None else None
                if sheet is not None:
                    # Worked out here, they are there when the painter asks.
                    _ = sheet.first_rows, sheet.places
            return Compared(wanted.a, wanted.b, found, sheet, read)
        except StoppedError:
            return Compared(wanted.a, wanted.b, None, None, read, stopped=True)
        except Exception as error:
            # Whatever went wrong, the next comparison must not wait for this one.
            return Compared(wanted.a, wanted.b, None, None, read, problem_of(error))

    def _compared(self, wanted: _Wanted, left: Side | None, right: Side) -> Comparison:
        """Compare two sides; text that comes in costs what has come."""
        from seedtui.core.comparison import compare

        sides = [side for side in (left, right) if side is not None]
        if left is None or not any(side.run.status is Status.STREAMING for side in sides):
            self._growing = None
            found = compare(left, right, wanted.ignore)
            found.prepare()
            return found
        if self._growing is None or self._growing.wanted != wanted:
            self._growing = _Growing(wanted)
        found = compare(left, right, wanted.ignore, self._growing.diff_of(left, right))
        # Worked out here, it is there when the painter asks.
        _ = found.diff.similarity
        return found

    @on(Compared)
    def _show_compared(self, event: Compared) -> None:
        self._worked_out = None
        self.read_runs = {**self.read_runs, **event.read}
        pair = (self.pair.a, self.pair.b)
        wanted = {ref.run_id for ref in pair if ref is not None}
        # A run that streams in another process is read anew each time.
        self.read_runs = {
            run_id: run
            for run_id, run in self.read_runs.items()
            if run_id in wanted and run.status is not Status.STREAMING
        }
        if event.problem:
            self.say(event.problem, error=True)
        if (event.a, event.b) == pair and not event.stopped:
            self.compare_pane.show(event.comparison, event.sheet, welcome=WELCOME)
            self.compare_pane.mark(self.marks_of_pair())
            self._show_verdict()
            if event.sheet is not None and len(event.sheet.rows) > _MANY_ROWS:
                # A garbage collection that looks at all of them would hold up several frames.
                gc.freeze()
        if self._stale or (event.a, event.b) != pair:
            self.compare_now()

    @on(ComparePane.SheetWanted)
    def _lay_out(self, event: ComparePane.SheetWanted) -> None:
        event.stop()
        comparison = self.compare_pane.comparison
        if comparison is not None:
            self._lay_out_large(comparison, self.compare_pane.layout_now)

    @work(thread=True, group="layout", exclusive=True, exit_on_error=False)
    def _lay_out_large(self, comparison: Comparison, layout: Layout) -> None:
        from seedtui.core.interrupt import StoppedError, interruptible

        worker = get_current_worker()
        try:
            with interruptible(lambda: worker.is_cancelled):
                self.post_message(LaidOut(comparison, make_sheet(comparison.diff, layout, cell_len)))
        except StoppedError:
            # A newer layout is on its way.
            return

    @on(LaidOut)
    def _show_laid_out(self, event: LaidOut) -> None:
        self.compare_pane.take(event.comparison, event.sheet)

    def _show_verdict(self) -> None:
        comparison = self.compare_pane.comparison
        verdict = comparison.verdict if comparison else None
        self.query_one("#verdict-above", VerdictLine).show(verdict, NOTHING)

    def do_set_a(self) -> None:
        """Make the run under the cursor A."""
        self._choose(self.pair.set_a)

    def do_set_b(self) -> None:
        """Make the run under the cursor B."""
        self._choose(self.pair.set_b)

    def _choose(self, setter: Callable[[Ref], None]) -> None:
        selected = self.runs.selected
        if selected is None:
            self.say("There is no run yet: send a request first.")
            return
        setter(Ref(selected.id))
        self.say("A is set. Now choose B with b." if self.pair.b is None else "")
        self.compare_now()

    def do_swap(self) -> None:
        """Swap A and B."""
        self.pair.swap()
        self.compare_now()

    def do_compare_previous(self) -> None:
        """Compare the run under the cursor with the one before it."""
        selected = self.runs.selected
        if selected is None:
            self.say("There is no run yet: send a request first.")
            return
        # Under a filter, that is the one before it of those that match.
        older = self.runs.below
        if older is None:
            self.compare_with_previous(selected.id, asked=True)
        else:
            self.pair.set_a(Ref(older.id))
            self.pair.set_b(Ref(selected.id))
            self.compare_now()

    @work(thread=True, group="previous", exit_on_error=False)
    def compare_with_previous(self, run_id: int, asked: bool = False) -> None:
        """Make the run before this one A, whatever the list shows."""
        try:
            self.post_message(PreviousFound(run_id, self.seedtui.history.previous(run_id), asked))
        except Exception as error:
            self.post_message(PreviousFound(run_id, None, asked, problem_of(error)))

    @on(PreviousFound)
    def _take_previous(self, event: PreviousFound) -> None:
        if event.problem:
            self.say(event.problem, error=True)
        still_b = self.pair.b is not None and self.pair.b.run_id == event.run_id
        if not event.asked and not still_b:
            return
        if event.previous is not None:
            self.pair.set_a(Ref(event.previous))
            self.pair.set_b(self.pair.b if still_b and self.pair.b else Ref(event.run_id))
        elif event.asked and not event.problem:
            self.say("There is no run before this one.")
        self.compare_now()

    def do_next_choice(self) -> None:
        """Show the next choice of B's run."""
        comparison = self.compare_pane.comparison
        indices = [one.index for one in comparison.b.run.completions] if comparison else []
        if comparison is None or len(indices) < 2:
            self.say("B's run has one choice only; n above 1 asks for more.")
            return
        now = comparison.b.completion.index
        at = indices.index(now) if now in indices else -1
        self.pair.set_b(Ref(comparison.b.run.id, indices[(at + 1) % len(indices)]))
        self.compare_now()
