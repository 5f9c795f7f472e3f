"""Confidence intervals and the permutation test, held against scipy's and against all there can be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from seedtui.core.agreement.intervals import (
    Interval,
    pairwise_interval,
    percentile,
    student,
    tail_for,
    wilson,
)
from seedtui.core.agreement.splits import Split, split
from seedtui.core.agreement.tally import Share, Tally

SHAPES = [(8, 2), (5, 3, 1, 1), (6, 6, 4, 2, 1, 1), (2, *[1] * 18), (40, 5, 5)]


def drawn(shape: Sequence[int]) -> list[int]:
    """Return completions that are each of a text, in order."""
    return [text for text, times in enumerate(shape) for _ in range(times)]


def counted(shape: Sequence[int]) -> Tally:
    return Tally(drawn(shape))


def interval(shape: Sequence[int]) -> Interval:
    found = pairwise_interval(counted(shape))
    assert found is not None
    return found


def identical(texts: Sequence[int], sample: Sequence[int]) -> float:
    """The share of identical pairs in a sample of completions, pair by pair, without those of one and itself."""
    pairs = [(a, b) for a, b in combinations(sample, 2) if a != b]
    return sum(texts[a] == texts[b] for a, b in pairs) / len(pairs) if pairs else math.nan


@pytest.mark.parametrize("n", [1, 2, 3, 5, 10, 77, 250, 10_000])
def test_wilson_is_as_in_scipy(n: int) -> None:
    for k in sorted({0, 1, n // 3, n // 2, n - 1, n}):
        found, theirs = wilson(Share(k, n)), stats.binomtest(k, n).proportion_ci(method="wilson")
        assert found is not None
        assert found.low == pytest.approx(theirs.low, abs=1e-12)
        assert found.high == pytest.approx(theirs.high, abs=1e-12)
        assert 0 <= found.low <= k / n <= found.high <= 1


def test_of_nothing_there_is_no_interval() -> None:
    assert wilson(Share(0, 0)) is None
    assert pairwise_interval(Tally()) is None
    assert pairwise_interval(Tally("a")) is None


@pytest.mark.parametrize("freedom", [4, 5, 9, 19, 99, 10_000])
def test_the_tails_are_widened_as_student_has_it(freedom: int) -> None:
    theirs = float(stats.t.ppf(0.975, freedom))
    assert student(freedom) == pytest.approx(theirs, rel=1e-3)
    n = freedom + 1
    assert tail_for(n) == pytest.approx(float(stats.norm.cdf(-math.sqrt(n / freedom) * theirs)), abs=5e-5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0, 1))
def test_percentiles_are_as_in_numpy(values: list[float], at: float) -> None:
    assert percentile(sorted(values), at) == pytest.approx(float(np.quantile(values, at)), abs=1e-9)


@pytest.mark.parametrize("shape", [(2, 1), (2, 2), (3, 1), (3, 2), (4, 1), (2, 2, 1), (2, 1, 1, 1)])
def test_the_bootstrap_is_that_over_all_samples_there_can_be(shape: tuple[int, ...]) -> None:
    texts = drawn(shape)
    n = len(texts)
    every = [identical(texts, sample) for sample in product(range(n), repeat=n)]
    all_there_are = sorted(share for share in every if not math.isnan(share))
    found, tail = interval(shape), tail_for(n)
    # A percentile of 1000 samples is, 999 times in 1000, one of all samples that is 3.3 standard errors away at most.
    reach = 3.3 * math.sqrt(tail * (1 - tail) / 1000) + 1 / 1000
    for end, at in ((found.low, tail), (found.high, 1 - tail)):
        low, high = percentile(all_there_are, max(0.0, at - reach)), percentile(all_there_are, min(1.0, at + reach))
        assert low - 1e-12 <= end <= high + 1e-12


@pytest.mark.parametrize("shape", SHAPES)
def test_the_bootstrap_is_as_in_scipy(shape: tuple[int, ...]) -> None:
    texts, n = np.array(drawn(shape)), sum(shape)
    kinds = np.eye(len(shape), dtype=int)[texts]

    def statistic(sample: Any, axis: int = -1) -> Any:
        times = np.apply_along_axis(np.bincount, axis, sample, minlength=n)
        own, same = (times**2).sum(axis=-1), ((times @ kinds) ** 2).sum(axis=-1)
        return (same - own) / (n * n - own)

    tail = tail_for(n)
    theirs = stats.bootstrap(
        (np.arange(n),),
        statistic,
        vectorized=True,
        n_resamples=10_000,
        confidence_level=1 - 2 * tail,
        method="percentile",
        rng=np.random.default_rng(1),
    )
    samples = np.sort(theirs.bootstrap_distribution)
    found = interval(shape)
    # Both are of samples by chance: 3.3 standard errors of a percentile of 1000 of them, and of 10,000.
    reach = 3.3 * math.sqrt(tail * (1 - tail) * (1 / 1000 + 1 / 10_000)) + 1 / 1000
    for end, at in ((found.low, tail), (found.high, 1 - tail)):
        low, high = np.quantile(samples, [max(0.0, at - reach), min(1.0, at + reach)])
        assert low - 1e-12 <= end <= high + 1e-12
    assert theirs.confidence_interval.low <= theirs.confidence_interval.high


shapes = st.lists(st.integers(1, 8), min_size=1, max_size=8).filter(lambda shape: sum(shape) > 1)


@settings(max_examples=30)
@given(shapes)
def test_an_interval_holds_the_share_and_is_the_same_every_time_and_in_every_order(shape: list[int]) -> None:
    found, share = interval(shape), counted(shape).pairs.value
    assert share is not None
    assert 0 <= found.low <= share <= found.high <= 1
    assert found.low < found.high
    assert interval(shape[::-1]) == found
    assert found.method == ("bootstrap" if 0 < share < 1 else "wilson of disjoint pairs")


@pytest.mark.parametrize(("shape", "low", "high"), [((10,), 0.5655, 1.0), ((1,) * 10, 0.0, 0.4345), ((2,), 0.2065, 1)])
def test_no_interval_is_certain_where_all_are_identical_or_none(
    shape: tuple[int, ...], low: float, high: float
) -> None:
    found = interval(shape)
    assert [found.low, found.high] == pytest.approx([low, high], abs=1e-4)


def test_the_tails_were_too_narrow_for_few_completions() -> None:
    assert tail_for(5) < tail_for(10) < tail_for(20) < tail_for(1000) < 0.025
    assert tail_for(10**6) == pytest.approx(0.025, abs=1e-6)


def in_groups(members: Sequence[tuple[str, str]]) -> Split[str]:
    return split(members, lambda one: one[0] or None, lambda one: one[1])


@given(st.lists(st.tuples(st.sampled_from(["", "A", "B", "C"]), st.sampled_from("xyz")), max_size=12))
def test_within_and_across_are_all_pairs_of_those_known(members: list[tuple[str, str]]) -> None:
    found = in_groups(members)
    known = [one for one in members if one[0]]
    pairs = list(combinations(known, 2))
    within = [a[1] == b[1] for a, b in pairs if a[0] == b[0]]
    across = [a[1] == b[1] for a, b in pairs if a[0] != b[0]]
    assert found.within == (sum(within), len(within))
    assert found.across == (sum(across), len(across))
    assert found.unknown == len(members) - len(known)
    assert (found.p_value is None) == (not within or not across)
    assert found.p_value is None or 0 < found.p_value <= 1


@pytest.mark.parametrize(
    "members",
    [
        [*[("A", "x")] * 3, *[("B", "y")] * 3],
        [*[("A", "x")] * 3, ("B", "x"), *[("B", "y")] * 3],
        [("A", "x"), ("A", "y"), ("B", "x"), ("B", "y"), ("C", "x"), ("C", "x")],
        [*[("A", "x")] * 4, *[("B", "x")] * 3],
    ],
)
def test_the_permutation_test_is_as_in_scipy(members: list[tuple[str, str]]) -> None:
    groups = [group for group, _ in members]
    texts = np.array([ord(text) for _, text in members])

    def statistic(dealt: Any) -> int:
        pairs = combinations(range(len(dealt)), 2)
        return sum(bool(dealt[a] == dealt[b]) for a, b in pairs if groups[a] == groups[b])

    # All orders there are: 5040 for seven completions.
    theirs = stats.permutation_test(
        (texts,), statistic, permutation_type="pairings", alternative="greater", n_resamples=10_000
    )
    found = in_groups(members).p_value
    assert found is not None
    p = float(theirs.pvalue)
    assert found == pytest.approx(p, abs=3.3 * math.sqrt(p * (1 - p) / 999) + 1 / 1000)


def test_groups_that_say_everything_are_not_put_down_to_chance() -> None:
    assert in_groups([*[("A", "x")] * 10, *[("B", "y")] * 10]).p_value == pytest.approx(0.001)
    many = in_groups([*[("A", "x")] * 200, *[("B", "y")] * 200]).p_value
    assert many == pytest.approx(0.005)
