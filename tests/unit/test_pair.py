"""Which two completions are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.tui.pair import Pair, Ref

moves = st.lists(
    st.tuples(st.sampled_from(["a", "b", "swap", "forget", "expect", "start", "not_started"]), st.integers(1, 4)),
    max_size=12,
)


@given(moves)
def test_there_is_never_an_a_alone(done: list[tuple[str, int]]) -> None:
    pair = Pair()
    newest = 4
    for move, number in done:
        if move == "a" and pair.b is not None:
            pair.set_a(Ref(number))
        elif move == "b":
            pair.set_b(Ref(number))
        elif move == "swap":
            pair.swap()
        elif move == "forget":
            pair.forget(number)
        elif move == "expect":
            pair.expect(number)
        elif move == "start":
            newest += 1
            pair.started(newest)
        elif move == "not_started":
            pair.not_started()
        assert pair.a is None or pair.b is not None
        assert set(pair.marks) == {ref.run_id for ref in (pair.a, pair.b) if ref is not None}
        assert "".join(sorted("".join(pair.marks.values()))) in ("", "B", "AB")


def test_one_run_stands_alone_until_the_one_before_it_is_found() -> None:
    pair = Pair(Ref(1), Ref(2))
    pair.expect(1)
    assert pair.started(6) == "next"
    assert (pair.a, pair.b) == (None, Ref(6))


def test_two_runs_sent_together_are_a_and_b() -> None:
    pair = Pair(Ref(1), Ref(2))
    pair.expect(2)
    assert pair.started(6) == "a"
    assert (pair.a, pair.b) == (None, Ref(6))
    assert pair.started(7) == "b"
    assert (pair.a, pair.b) == (Ref(6), Ref(7))


def test_of_many_runs_the_first_two_are_compared() -> None:
    pair = Pair()
    pair.expect(4)
    assert [pair.started(run_id) for run_id in (2, 3, 4, 5)] == ["a", "b", "", ""]
    assert (pair.a, pair.b) == (Ref(2), Ref(3))


def test_a_run_that_nobody_expects_changes_nothing() -> None:
    pair = Pair(Ref(1), Ref(2))
    assert pair.started(3) == ""
    assert (pair.a, pair.b) == (Ref(1), Ref(2))


def test_a_run_that_will_not_start_takes_no_place_from_the_next() -> None:
    pair = Pair(Ref(1), Ref(2))
    pair.expect(1)
    pair.not_started()
    pair.not_started()
    pair.expect(2)
    assert [pair.started(run_id) for run_id in (4, 5)] == ["a", "b"]
    assert (pair.a, pair.b) == (Ref(4), Ref(5))


def test_the_second_of_two_is_not_compared_with_an_old_run_when_the_first_cannot_start() -> None:
    """It once became B beside whichever run had been B before."""
    pair = Pair(Ref(1), Ref(2))
    pair.expect(2)
    pair.not_started()
    assert pair.started(4) == "next"
    assert (pair.a, pair.b) == (None, Ref(4))


@pytest.mark.parametrize(
    ("starts", "roles"),
    [
        ("no yes yes yes", "a b -"),
        ("yes no yes yes", "a b -"),
        ("no no yes yes", "a b"),
        ("no no no yes", "next"),
        ("yes no no no", "a"),
        ("no no no no", ""),
    ],
)
def test_those_that_start_take_the_places_of_those_that_cannot(starts: str, roles: str) -> None:
    pair = Pair()
    pair.expect(4)
    pair.expect(1)
    taken = []
    for number, start in enumerate(starts.split(), 1):
        if start == "yes":
            taken.append(pair.started(number) or "-")
        else:
            pair.not_started()
    assert taken == roles.split()
    assert pair.started(9) == "next"


def test_swapping_needs_two() -> None:
    pair = Pair(None, Ref(2))
    pair.swap()
    assert (pair.a, pair.b) == (None, Ref(2))
    pair.set_a(Ref(1, 1))
    pair.swap()
    assert (pair.a, pair.b) == (Ref(2), Ref(1, 1))


@pytest.mark.parametrize(
    ("deleted", "left"),
    [(1, (None, Ref(2))), (2, (None, Ref(1))), (3, (Ref(1), Ref(2)))],
)
def test_a_deleted_run_leaves_the_other_as_b(deleted: int, left: tuple[Ref | None, Ref | None]) -> None:
    pair = Pair(Ref(1), Ref(2))
    pair.forget(deleted)
    assert (pair.a, pair.b) == left


def test_two_choices_of_one_run_carry_both_marks_and_go_together() -> None:
    pair = Pair(Ref(1, 0), Ref(1, 1))
    assert pair.marks == {1: "AB"}
    pair.forget(1)
    assert (pair.a, pair.b, pair.marks) == (None, None, {})
