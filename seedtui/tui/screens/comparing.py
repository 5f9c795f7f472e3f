"""The workbench's part that compares: which two, and when."""

from __future__ import annotations

from collections.abc import Callable

from textual import on, work

from seedtui.core.run import Run, Side
from seedtui.history import HistoryError
from seedtui.tui.messages import Compared
from seedtui.tui.pair import Ref
from seedtui.tui.screens.base import WorkbenchBase
from seedtui.tui.widgets.verdict_line import VerdictLine

WELCOME = """\
F6  sends the request twice and compares the two completions
F5  sends it once
F1  shows every key"""
NOTHING = "Nothing to compare yet."


class Comparing(WorkbenchBase):
    """Keeps the comparison in step with the pair and with the text that streams in."""

    def __init__(self) -> None:
        super().__init__()
        self._busy = False
        self._stale = False

    def compare_now(self) -> None:
        """Compare the pair as it is now; while a comparison is being worked out, once more after it."""
        self.runs.mark(self.pair.marks)
        if self.pair.b is None:
            self.compare_pane.show(None, welcome=WELCOME)
            self._show_verdict()
        elif self._busy:
            self._stale = True
        else:
            self._busy, self._stale = True, False
            going = {ref.run_id: self.live.run(ref.run_id) for ref in (self.pair.a, self.pair.b) if ref is not None}
            self._work_out(self.pair.a, self.pair.b, {key: run for key, run in going.items() if run is not None})

    @work(thread=True, group="compare", exit_on_error=False)
    def _work_out(self, a: Ref | None, b: Ref, going: dict[int, Run]) -> None:
        from seedtui.core.comparison import compare

        try:
            left = self._side(a, going) if a is not None else None
            right = self._side(b, going)
            comparison = compare(left, right) if right is not None else None
            self.post_message(Compared(a, b, comparison))
        except HistoryError as error:
            self.post_message(Compared(a, b, None, str(error)))

    def _side(self, ref: Ref, going: dict[int, Run]) -> Side | None:
        run = going.get(ref.run_id) or self.read_runs.get(ref.run_id)
        if run is None:
            run = self.seedtui.history.run(ref.run_id)
            if run is None:
                return None
            while len(self.read_runs) > 3:
                self.read_runs.pop(next(iter(self.read_runs)), None)
            self.read_runs[ref.run_id] = run
        return Side.of(run, ref.index)

    @on(Compared)
    def _show_compared(self, event: Compared) -> None:
        self._busy = False
        if event.problem:
            self.say(event.problem, error=True)
        if (event.a, event.b) == (self.pair.a, self.pair.b):
            self.compare_pane.show(event.comparison, welcome=WELCOME)
            self._show_verdict()
        if self._stale or (event.a, event.b) != (self.pair.a, self.pair.b):
            self.compare_now()

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
        if self.pair.b is None:
            self.say("A is set. Now choose B with b.")
        self.compare_now()

    def do_swap(self) -> None:
        """Swap A and B."""
        self.pair.swap()
        self.compare_now()

    def do_compare_previous(self) -> None:
        """Compare the run under the cursor with the one before it."""
        selected = self.runs.selected
        older = [row for row in self.runs.rows if selected is not None and row.id < selected.id]
        if selected is None or not older:
            self.say("There is no run before this one.")
            return
        self.pair.set_a(Ref(older[0].id))
        self.pair.set_b(Ref(selected.id))
        self.compare_now()

    def do_next_choice(self) -> None:
        """Show the next choice of B's run."""
        comparison = self.compare_pane.comparison
        indices = [one.index for one in comparison.b.run.completions] if comparison else []
        if comparison is None or len(indices) < 2:
            self.say("B's run has one choice only; n above 1 asks for more.")
            return
        at = indices.index(comparison.b.completion.index)
        self.pair.set_b(Ref(comparison.b.run.id, indices[(at + 1) % len(indices)]))
        self.compare_now()

    def do_next_change(self) -> None:
        """Go to the next change."""
        self.compare_pane.move_change(1)

    def do_previous_change(self) -> None:
        """Go to the previous change."""
        self.compare_pane.move_change(-1)

    def do_next_view(self) -> None:
        """Show the diff in the next layout."""
        self.say(f"View: {self.compare_pane.next_view().value}.")
