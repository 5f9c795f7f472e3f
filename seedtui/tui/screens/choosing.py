"""The workbench's part that chooses: from a list by typing, run by run of one request, all against A."""

from __future__ import annotations

from collections.abc import Callable

from textual import on

from seedtui.core.query import Query
from seedtui.tui.messages import RunsFound
from seedtui.tui.moment import started
from seedtui.tui.pair import Ref
from seedtui.tui.screens.base import WorkbenchBase, problem_of


class Choosing(WorkbenchBase):
    """Finds what else A or B could be."""

    def do_pick_a(self) -> None:
        """Choose A among all runs by what they say."""
        self._pick("A", self.pair.set_a)

    def do_pick_b(self) -> None:
        """Choose B among all runs by what they say."""
        self._pick("B", self.pair.set_b)

    def _pick(self, name: str, setter: Callable[[Ref], None]) -> None:
        from seedtui.tui.screens.picking import PickScreen

        def picked(ref: Ref | None) -> None:
            if ref is not None:
                setter(ref)
                self.say("A is set. Now choose B with b or B." if self.pair.b is None else "")
                self.compare_now()

        self.app.push_screen(PickScreen(name, self.seedtui.history), picked)

    def do_newer_run(self) -> None:
        """Make B the next newer run of the same request."""
        self._step_run(1)

    def do_older_run(self) -> None:
        """Make B the next older run of the same request."""
        self._step_run(-1)

    def _step_run(self, step: int) -> None:
        comparison = self.compare_pane.comparison
        if comparison is None:
            self.say("There is no B yet: send a request, or choose one with b.")
        else:
            digest = comparison.b.run.request.digest
            coming = started(lambda: self._found_runs(digest, step))
            if coming.done():
                self._take_step(coming.result())
            else:
                self.tell_later(coming)

    def _found_runs(self, digest: str, step: int) -> RunsFound:
        from seedtui.tui.screens.listing import MOST

        try:
            return RunsFound(self.seedtui.history.page(Query(filters={"digest": digest}), None, MOST), step)
        except Exception as error:
            return RunsFound((), step, problem_of(error))

    @on(RunsFound)
    def _take_step(self, event: RunsFound) -> None:
        from seedtui.tui.screens.listing import MOST

        if event.problem or self.pair.b is None:
            self.say(event.problem, error=True)
            return
        now = self.pair.b.run_id
        taken = {now, self.pair.a.run_id if self.pair.a else now}
        # Newest first: the next newer one is the last of those above.
        ids = [row.id for row in event.rows if row.id not in taken and (row.id > now) == (event.step > 0)]
        if not ids:
            which = "newer" if event.step > 0 else "older"
            among = f" among the newest {MOST}" if len(event.rows) == MOST else ""
            self.say(f"There is no {which} run of this request{among}.")
            return
        others = sum(row.id not in taken for row in event.rows) + 1
        self.pair.set_b(Ref(ids[-1] if event.step > 0 else ids[0]))
        self.say(f"B is #{self.pair.b.run_id}, one of {others} runs of this request beside A.")
        self.compare_now()

    def do_versus(self) -> None:
        """List every run of A's request, held against A."""
        from seedtui.tui.screens.versus import VersusScreen

        comparison = self.compare_pane.comparison
        baseline = comparison and (comparison.a or comparison.b)
        if not baseline:
            self.say("There is nothing to hold runs against yet: send a request.")
            return

        def chosen(ref: Ref | None) -> None:
            if ref is not None:
                self.pair.set_a(Ref(baseline.run.id, baseline.completion.index))
                self.pair.set_b(ref)
                self.say(f"B is #{ref.run_id}.")
                self.compare_now()

        self.app.push_screen(VersusScreen(baseline, self.seedtui.history, self.ignore), chosen)
