"""The runs that are going, as far as their text has come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.response import TextDelta
from seedtui.core.run import Completion, Status
from seedtui.tui.live import LiveRuns
from support.runs import a_run

deltas = st.builds(TextDelta, st.integers(0, 2), st.text(max_size=4))
steps = st.lists(st.tuples(st.integers(1, 3), st.lists(deltas, max_size=4)), max_size=12)


def live(*ids: int) -> LiveRuns:
    runs = LiveRuns()
    for run_id in ids:
        runs.start(a_run(None, id=run_id, status=Status.STREAMING))
    return runs


@given(steps, st.sets(st.integers(0, 11)))
def test_a_run_holds_the_text_that_came_for_it_however_often_it_is_looked_at(
    told: list[tuple[int, list[TextDelta]]], looks: set[int]
) -> None:
    runs = live(1, 2)
    expected: dict[int, dict[int, str]] = {1: {}, 2: {}}
    for number, (run_id, given_deltas) in enumerate(told):
        runs.add(run_id, given_deltas)
        for delta in given_deltas if run_id in expected else ():
            expected[run_id][delta.index] = expected[run_id].get(delta.index, "") + delta.text
        if number in looks:
            assert runs.run(1) == runs.run(1)
    for run_id, texts in expected.items():
        run = runs.run(run_id)
        assert run is not None
        assert run.completions == tuple(Completion(index, texts[index]) for index in sorted(texts))
    assert runs.run(3) is None


def test_a_run_that_has_ended_is_forgotten_and_what_comes_late_is_passed_over() -> None:
    runs = live(1, 2)
    runs.end(1)
    runs.end(1)
    runs.add(1, [TextDelta(0, "late")])
    assert (1 in runs, 2 in runs, len(runs), runs.ids) == (False, True, 1, (2,))
    assert runs.run(1) is None


def test_ids_are_in_the_order_of_the_start() -> None:
    assert live(7, 3, 5).ids == (7, 3, 5)


def test_a_run_without_text_is_as_it_began() -> None:
    run = a_run(None, status=Status.STREAMING)
    runs = LiveRuns()
    runs.start(run)
    assert runs.run(run.id) == run
