"""The workbench's part that compares: which two, and when."""

from __future__ import annotations

from collections.abc import Callable

from textual import on, work

from seedtui.core.run import Run, Side, Status
from seedtui.tui.messages import Compared, PreviousFound
from seedtui.tui.pair import Ref
from seedtui.tui.screens.base import WorkbenchBase, problem_of
from seedtui.tui.widgets.verdict_line import VerdictLine

WELCOME = """\
F6  sends the request twice and compares the two completions
F5  sends it once
F1  shows every key"""
NOTHING = "Nothing to compare yet."


def _side(run: Run, index: int) -> Side:
    """Return a run's choice, or its first one where that choice never came."""
    if run.completion(index) is None and run.completions:
        index = run.completions[0].index
    return Side.of(run, index)


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
            refs = [ref for ref in (self.pair.a, self.pair.b) if ref is not None]
            here = {ref.run_id: self.live.run(ref.run_id) or self.read_runs.get(ref.run_id) for ref in refs}
            self._work_out(self.pair.a, self.pair.b, {key: run for key, run in here.items() if run is not None})

    @work(thread=True, group="compare", exit_on_error=False)
    def _work_out(self, a: Ref | None, b: Ref, here: dict[int, Run]) -> None:
        from seedtui.core.comparison import compare

        read: dict[int, Run] = {}

        def side(ref: Ref) -> Side | None:
            run = here.get(ref.run_id)
            if run is None:
                run = self.seedtui.history.run(ref.run_id)
                if run is None:
                    return None
                read[ref.run_id] = run
            return _side(run, ref.index)

        try:
            left = side(a) if a is not None else None
            right = side(b)
            self.post_message(Compared(a, b, compare(left, right) if right is not None else None, read))
        except Exception as error:
            # Whatever went wrong, the next comparison must not wait for this one.
            self.post_message(Compared(a, b, None, read, problem_of(error)))

    @on(Compared)
    def _show_compared(self, event: Compared) -> None:
        self._busy = False
        self.read_runs = {**self.read_runs, **event.read}
        wanted = {ref.run_id for ref in (self.pair.a, self.pair.b) if ref is not None}
        # A run that streams in another process is read anew each time.
        self.read_runs = {
            run_id: run
            for run_id, run in self.read_runs.items()
            if run_id in wanted and run.status is not Status.STREAMING
        }
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
        if selected is None:
            self.say("There is no run yet: send a request first.")
            return
        # Under a filter, that is the one before it of those that match.
        older = next((row.id for row in self.runs.rows if row.id < selected.id), None)
        if older is None:
            self.compare_with_previous(selected.id, asked=True)
        else:
            self.pair.set_a(Ref(older))
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

    def do_next_change(self) -> None:
        """Go to the next change."""
        self.compare_pane.move_change(1)

    def do_previous_change(self) -> None:
        """Go to the previous change."""
        self.compare_pane.move_change(-1)

    def do_next_view(self) -> None:
        """Show the diff in the next layout."""
        self.say(f"View: {self.compare_pane.next_view().value}.")
