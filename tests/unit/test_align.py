"""Sequences of units laid against each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.diff import align as module
from seedtui.core.diff.align import Block, align, numbered
from seedtui.core.interrupt import StoppedError, interruptible

units = st.lists(st.sampled_from(["a ", "b ", "c ", "the ", "d."]), max_size=60)


def is_an_alignment(blocks: Sequence[Block], a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether blocks are equal runs of units, in order, without overlap, and never touch on both sides."""
    for start_a, start_b, length in blocks:
        if length < 1 or a[start_a : start_a + length] != b[start_b : start_b + length]:
            return False
    return all(
        one[0] + one[2] <= two[0] and one[1] + one[2] <= two[1] and one[0] + one[2] + one[1] + one[2] < two[0] + two[1]
        for one, two in pairwise(blocks)
    )


@given(units, units, st.sampled_from([1, 3]), st.sampled_from([4, 10, 2000]))
def test_blocks_are_equal_and_in_order(a: list[str], b: list[str], gram: int, exact: int) -> None:
    assert is_an_alignment(align(a, b, gram, exact), a, b)


@given(units, units)
def test_few_units_are_aligned_like_many(a: list[str], b: list[str]) -> None:
    """Few are told apart by their hashes, many are numbered; both find as much as there is."""
    few, many = align(a, b), align(a + ["end"] * 500, b + ["end"] * 500)
    found = sum(length for _, _, length in many) - 500
    assert sum(length for _, _, length in few) == found


@given(units, units)
def test_units_are_equal_where_their_numbers_are(a: list[str], b: list[str]) -> None:
    left, right = numbered(a, b)
    assert (len(left), len(right)) == (len(a), len(b))
    for one, number in zip(a, left, strict=True):
        for two, other in zip(b, right, strict=True):
            assert (one == two) == (number == other)


def test_where_numbers_run_out_units_are_equal_to_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_NUMBERS", range(2, 4))
    left, right = numbered(["a", "b", "c", "d"], ["d", "c", "b", "a", "e"])
    assert [place for place, number in enumerate(right) if number in left] == [2, 3]


def test_a_moved_paragraph_is_found_in_unrelated_texts() -> None:
    shared = [f"s{n} " for n in range(100)]
    a = [f"a{n} " for n in range(9000)]
    b = [f"b{n} " for n in range(9000)]
    assert align(a[:2000] + shared + a[2000:], b[:7000] + shared + b[7000:]) == [(2000, 7000, 100)]


def test_long_versions_of_one_text_are_found_alike() -> None:
    a = [f"w{n % 97} w{n % 89} " for n in range(20_000)]
    b = [unit if n % 50 else "new " for n, unit in enumerate(a)]
    assert sum(length for _, _, length in align(a, b)) == 20_000 - 400


def test_what_is_said_again_and_again_is_found_alike() -> None:
    a = ["the ", "crew ", "saw ", "the ", "planet. "] * 4000
    b = [unit if n % 40 else "new " for n, unit in enumerate(a)]
    blocks = align(a, b)
    assert is_an_alignment(blocks, a, b)
    assert sum(length for _, _, length in blocks) == 20_000 - 500


def test_a_long_alignment_can_be_stopped() -> None:
    a = [f"a{n} " for n in range(9000)]
    with pytest.raises(StoppedError), interruptible(lambda: True):
        align(a, a[1:])
