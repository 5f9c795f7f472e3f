"""Requests asked N times each, and those that were asked so twice or more often; fingerprints over time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.agreement import Agreement, agreement_of
from seedtui.core.agreement.overall import Measurement, measurements, overall_of
from seedtui.core.agreement.timeline import timelines
from seedtui.core.run import Status
from seedtui.core.sample import Sample
from support.samples import a_sample


def run_major(questions: Sequence[str], n: int) -> list[tuple[str, str]]:
    """Ask every question once, then every question again: each with what only its own runs say."""
    return [(question, f"{question} {place}") for _ in range(n) for place, question in enumerate(questions)]


def question_major(questions: Sequence[str], n: int) -> list[tuple[str, str]]:
    """Ask a question as often as wanted, then the next."""
    return [(question, f"{question} {place}") for place, question in enumerate(questions) for _ in range(n)]


def asked(order: Sequence[tuple[str, str]], failing: frozenset[int] = frozenset()) -> list[Sample]:
    """Make the samples; at some places, runs that failed came before the one that answered."""
    found: list[Sample] = []
    for place, (question, text) in enumerate(order):
        if place in failing:
            found.append(a_sample(None, run_id=len(found) + 1, digest=question, status=Status.FAILED))
        found.append(a_sample(text, run_id=len(found) + 1, digest=question))
    return found


def rounds_of(found: Sequence[Measurement]) -> dict[str, list[tuple[int, set[str], int]]]:
    rounds: dict[str, list[tuple[int, set[str], int]]] = defaultdict(list)
    for one in found:
        whole = [sample for sample in one.samples if sample.whole]
        rounds[one.digest].append((one.round, {sample.identity for sample in whole}, len(whole)))
    return rounds


many = [f"q{number}" for number in range(20)]
SETS = {
    "apart": [*many, "q3"],
    "one behind the other": [*many[:4], "q3", *many[4:]],
    "evenly": [
        *many[:10],
        "q0",
        *many[10:],
    ],
    "three times": [*many, "q3", "q5", "q3"],
    "two of them": [*many[:9], "q2", *many[9:], "q7"],
}


@pytest.mark.parametrize("n", [2, 3, 5])
@pytest.mark.parametrize("order", [run_major, question_major])
@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(
    "failing", [frozenset(), frozenset({2, 3, 8, 25, 26, 40, 59})], ids=["all answer", "some fail"]
)
def test_a_question_that_a_set_holds_twice_is_measured_as_often(
    name: str, order: Callable[[Sequence[str], int], list[tuple[str, str]]], n: int, failing: frozenset[int]
) -> None:
    questions = SETS[name]
    found = measurements(asked(order(questions, n), failing))
    times = Counter(questions)
    for question, rounds in rounds_of(found).items():
        assert [number for number, _, _ in rounds] == (
            list(range(1, times[question] + 1)) if times[question] > 1 else [0]
        )
        # All of a round say the same, for they were asked at one place in the set.
        assert all(size == n and len(said) == 1 for _, said, size in rounds)
    assert len(found) == len(questions)
    assert overall_of([agreement(one) for one in found]).agreeing == (len(questions), len(questions))


def agreement(one: Measurement) -> Agreement:
    return agreement_of(one.samples, Anything(), digest=one.digest, round=one.round)


class Anything(dict[tuple[int, int], str]):
    """A text for every completion: it does not matter which."""

    def __missing__(self, ref: tuple[int, int]) -> str:
        return str(ref)


def test_two_questions_one_behind_the_other_were_mixed() -> None:
    questions = [*many[:4], "q3", *many[4:]]
    rounds = rounds_of(measurements(asked(question_major(questions, 5))))["q3"]
    assert [len(said) for _, said, _ in rounds] == [1, 1]


samples = st.lists(
    st.tuples(st.sampled_from(["q1", "q2", "q3", "q4", "q5"]), st.sampled_from(["x", "y", None])), max_size=40
)


@given(samples, st.integers(1, 4))
def test_no_completion_is_lost_and_none_measured_twice(drawn: list[tuple[str, str | None]], n: int) -> None:
    order = [*[(f"r{number}", "x") for number in range(12) for _ in range(n)], *drawn]
    every = [
        a_sample(text, run_id=number, digest=digest, status=Status.FAILED if text is None else Status.COMPLETE)
        for number, (digest, text) in enumerate(order, 1)
    ]
    found = measurements(every)
    measured = [sample.run_id for one in found for sample in one.samples]
    assert sorted(measured) == [sample.run_id for sample in every]
    assert all(sample.digest == one.digest for one in found for sample in one.samples)
    for rounds in rounds_of(found).values():
        assert len({size for _, _, size in rounds}) == 1
        assert [number for number, _, _ in rounds] in ([0], list(range(1, len(rounds) + 1)))
    for one in found:
        refs = [sample.run_id for sample in one.samples if sample.whole]
        assert refs == sorted(refs)


stamped = st.lists(
    st.tuples(
        st.sampled_from(["q1", "q2"]),
        st.sampled_from(["x", "y", None]),
        st.sampled_from([None, "fp_a", "fp_b", ("fp_a", "fp_b")]),
        st.integers(0, 1),
        st.integers(0, 50),
    ),
    max_size=20,
)


@given(stamped)
def test_a_timeline_counts_the_pairs_of_one_request_and_choice(
    drawn: list[tuple[str, str | None, str, int, int]],
) -> None:
    every = [
        a_sample(text, run_id=number, digest=digest, fingerprint=fingerprint, index=index, seconds=seconds)
        for number, (digest, text, fingerprint, index, seconds) in enumerate(drawn, 1)
    ]
    lines = timelines(every)
    assert len(lines) <= 1
    for line in lines:
        assert line.not_reported == sum(bool(one.identity) and not one.fingerprints for one in every)
        assert sum(era.runs for era in line.eras) == sum(bool(one.fingerprints) for one in every)
        assert [era.first_seen for era in line.eras] == sorted(era.first_seen for era in line.eras)
        for era in line.eras:
            mine = [one for one in every if one.fingerprints == era.fingerprints]
            assert (era.first_seen, era.last_seen) == (
                min(one.created_at for one in mine),
                max(one.created_at for one in mine),
            )
            assert era.within == pairs([(a, b) for a, b in combinations(mine, 2)])
        for (before, after), change in zip(pairwise(line.eras), line.changes, strict=True):
            both = [[one for one in every if one.fingerprints == era.fingerprints] for era in (before, after)]
            assert change == pairs([(a, b) for a in both[0] for b in both[1]])


def pairs(every: Sequence[tuple[Sample, Sample]]) -> tuple[int, int]:
    asked = [
        a.identity == b.identity for a, b in every if a.whole and b.whole and (a.digest, a.index) == (b.digest, b.index)
    ]
    return sum(asked), len(asked)


def test_a_run_whose_first_choice_is_missing_was_not_counted_as_without_a_fingerprint() -> None:
    every = [a_sample("x", run_id=1, index=index, fingerprint=None) for index in (1, 2)]
    assert [line.not_reported for line in timelines(every)] == [1]


@pytest.mark.parametrize(("n", "size"), [(1, 1), (2, 2), (7, 7)])
def test_an_overall_of_requests_asked_as_often_says_how_often(n: int, size: int) -> None:
    found = overall_of([agreement(one) for one in measurements(asked(run_major(many, n)))])
    assert found.n == (size if n > 1 else None)
    assert found.single == (20 if n == 1 else 0)
    assert found.agreeing.whole == (0 if n == 1 else 20)
    assert found.as_json()["tarr"] == (None if n == 1 else 1.0)
