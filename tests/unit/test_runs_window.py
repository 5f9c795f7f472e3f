"""The window over the runs: whatever happens, it is a piece of the history without gaps, and bounded."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from seedtui.core.summary import Summary
from seedtui.tui.runs_window import RunsWindow
from support.summaries import a_summary

LIMIT, MARGIN, PAGE = 12, 3, 5


class Windowed(RuleBasedStateMachine):
    """A history, and a window over it that reads pages, is told of runs, and moves."""

    def __init__(self) -> None:
        super().__init__()
        self.stored: dict[int, Summary] = {run_id: a_summary(run_id) for run_id in range(1, 60, 2)}
        self.window = RunsWindow(LIMIT, MARGIN)
        self.newest()

    @property
    def ids(self) -> list[int]:
        return sorted(self.stored, reverse=True)

    def page(self, ids: list[int]) -> list[Summary]:
        return [self.stored[run_id] for run_id in ids]

    @rule()
    def newest(self) -> None:
        self.window.show(self.page(self.ids[:PAGE]), newer=False, older=len(self.ids) > PAGE)

    @rule()
    def oldest(self) -> None:
        self.window.show(self.page(self.ids[-PAGE:]), newer=len(self.ids) > PAGE, older=False, last=True)
        assert self.window.cursor == max(0, len(self.window) - 1)

    @precondition(lambda self: self.window.older and bool(self.window.rows))
    @rule(size=st.integers(1, 30))
    def further_down(self, size: int) -> None:
        kept = self.window.selected
        last = self.window.rows[-1].id
        beyond = [run_id for run_id in self.ids if run_id < last]
        before = [row.id for row in self.window.rows]
        gone = self.window.extend_older(self.page(beyond[:size]), older=len(beyond) > size)
        assert [row.id for row in self.window.rows[:3]] == (before + beyond)[gone : gone + 3]
        assert self.window.selected == kept

    @precondition(lambda self: self.window.newer and bool(self.window.rows))
    @rule(size=st.integers(1, 30))
    def further_up(self, size: int) -> None:
        kept = self.window.selected
        cursor = self.window.cursor
        first = self.window.rows[0].id
        beyond = [run_id for run_id in self.ids if run_id > first]
        added = self.window.extend_newer(self.page(beyond[-size:]), newer=len(beyond) > size)
        assert self.window.selected == kept
        assert self.window.cursor == cursor + added

    @rule(run_id=st.integers(1, 80), words=st.sampled_from(["", "In the year", "2050"]))
    def stored_or_changed(self, run_id: int, words: str) -> None:
        kept = self.window.selected
        self.stored[run_id] = a_summary(run_id, words)
        self.window.put(self.stored[run_id])
        if kept is not None:
            assert self.window.selected is not None
            assert self.window.selected.id == kept.id

    @rule(data=st.data())
    def deleted(self, data: st.DataObject) -> None:
        if not self.stored:
            return
        run_id = data.draw(st.sampled_from(self.ids))
        kept = self.window.selected
        held = run_id in self.window
        del self.stored[run_id]
        assert (self.window.drop(run_id) is not None) == held
        if kept is not None and kept.id != run_id:
            assert self.window.selected == kept

    @rule(step=st.integers(-40, 40))
    def moved(self, step: int) -> None:
        wanted = self.window.cursor + step
        rest = self.window.move(step)
        assert wanted - rest == self.window.cursor

    @invariant()
    def is_a_piece_of_the_history(self) -> None:
        held = [row.id for row in self.window.rows]
        first = self.ids.index(held[0]) if held else 0
        assert self.page(self.ids[first : first + len(held)]) == self.window.rows
        if held:
            assert first == 0 or self.window.newer
            assert held[-1] == self.ids[-1] or self.window.older

    @invariant()
    def is_bounded(self) -> None:
        assert len(self.window) <= LIMIT
        assert 0 <= self.window.cursor <= max(0, len(self.window) - 1)

    @invariant()
    def knows_how_many_are_above(self) -> None:
        if self.window.above is not None and len(self.window):
            assert self.window.above == self.ids.index(self.window.rows[0].id)

    @invariant()
    def finds_every_run_it_holds(self) -> None:
        assert all(self.window.index(row.id) == at for at, row in enumerate(self.window.rows))
        assert 1000 not in self.window


TestWindow = Windowed.TestCase
TestWindow.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_what_was_counted_is_not_forgotten_when_rows_are_let_go() -> None:
    window = RunsWindow(LIMIT, MARGIN)
    window.show([a_summary(run_id) for run_id in range(100, 90, -1)], newer=False, older=True)
    window.move(9)
    while len(window) and window.rows[-1].id > 60:
        last = window.rows[-1].id
        window.extend_older([a_summary(run_id) for run_id in range(last - 1, last - 6, -1)], older=True)
        window.move(5)
    assert len(window) <= LIMIT
    assert window.seen == 100 - window.rows[-1].id + 1
