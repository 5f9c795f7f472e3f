"""Counts, the curve and the prefixes, held against all pairs of completions, one by one."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise
from os.path import commonprefix
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seedtui.core.agreement.prefix import Prefix, shared_by_all, shared_by_half
from seedtui.core.agreement.survival import survival
from seedtui.core.agreement.tally import Share, Tally
from seedtui.core.agreement.tree import Tree
from seedtui.core.segment import is_word, sentence_starts, tokens
from support.samples import agreed, completions


def shared(texts: Sequence[str]) -> int:
    return len(commonprefix(texts))  # noqa: RUF071, characters are what is meant


def ends_of_words(text: str) -> list[int]:
    found, at = [], 0
    for token in tokens(text):
        at += len(token)
        if is_word(token):
            found.append(at)
    return found


def ends_of_sentences(text: str) -> list[int]:
    starts = [*sentence_starts(text), len(text)]
    pieces = [(start, text[start:end]) for start, end in pairwise(starts)]
    return [start + len(piece.rstrip()) for start, piece in pieces if any(map(is_word, tokens(piece)))]


def equal_after(a: str, b: str, words: int) -> bool:
    if a == b or not words:
        return True
    first, second = ends_of_words(a)[words - 1 : words], ends_of_words(b)[words - 1 : words]
    return bool(first) and first == second and a[: first[0]] == b[: first[0]]


def whole_within(texts: Sequence[str], characters: int) -> tuple[int, int]:
    words = min(sum(end <= characters for end in ends_of_words(text)) for text in texts)
    return words, min(sum(end <= characters for end in ends_of_sentences(text)) for text in texts)


def tree_of(texts: Sequence[str]) -> Tree:
    found = Tree()
    for number, text in enumerate(texts):
        found.add(text, (number, 0))
    return found


@given(completions())
def test_counts_are_those_of_all_pairs(texts: list[str]) -> None:
    tally = Tally(texts)
    pairs = list(combinations(texts, 2))
    assert tally.pairs == (sum(a == b for a, b in pairs), len(pairs))
    assert (tally.n, tally.unique) == (len(texts), len(set(texts)))
    assert tally.modal == (max(map(texts.count, texts), default=0), len(texts))
    assert tally.agrees == (len(texts) > 1 and all(a == b for a, b in pairs))
    assert tally.shape == tuple(sorted(Counter(texts).values(), reverse=True))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 4))))
def test_several_counted_at_once_are_as_one_by_one(counted: list[tuple[str, int]]) -> None:
    at_once = Tally()
    for key, count in counted:
        at_once.add(key, count)
    one_by_one = Tally(key for key, count in counted for _ in range(count))
    assert (at_once.counts, at_once.n, at_once.pairs) == (one_by_one.counts, one_by_one.n, one_by_one.pairs)


def test_a_single_completion_makes_no_pair_and_agrees_with_nothing() -> None:
    assert Tally("a").pairs == (0, 0)
    assert not Tally("a").agrees
    assert Share(0, 0).value is None


@given(completions(min_size=2))
@example(["a, b", "a. b"])
@example(["can", "can't"])
@example(["", "a", ""])
def test_the_curve_is_the_share_of_pairs_that_are_equal_after_so_many_words(texts: list[str]) -> None:
    curve = survival(tree_of(texts))
    pairs = list(combinations(texts, 2))
    longest = max(len(ends_of_words(text)) for text in texts)
    assert curve.words == longest
    for words in range(longest + 2):
        assert curve.after(words) == sum(equal_after(a, b, words) for a, b in pairs) / len(pairs)
    assert curve.steps[0] == (0, 1.0)
    assert curve.steps[-1][1] == Tally(texts).pairs.value
    falls = [share for _, share in curve.steps]
    assert falls == sorted(set(falls), reverse=True)


@pytest.mark.parametrize("texts", [[], ["One text."]])
def test_of_fewer_than_two_the_curve_never_falls(texts: list[str]) -> None:
    curve = survival(tree_of(texts))
    assert curve.steps == ((0, 1.0),)
    assert curve.after(1000) == 1.0


@given(completions(min_size=1))
def test_the_stable_prefix_is_what_all_share(texts: list[str]) -> None:
    characters = shared(texts)
    assert shared_by_all(texts) == (characters, *whole_within(texts, characters))


@given(completions(min_size=2))
def test_the_curve_leaves_one_behind_the_words_of_the_stable_prefix(texts: list[str]) -> None:
    found = agreed(texts)
    words = found.stable_prefix.words
    assert found.survival.after(words) == 1.0
    assert found.tally.agrees or found.survival.after(words + 1) < 1.0


@given(completions(min_size=2, max_size=7))
@example(["can x", "can y", "can'tu", "can'tv"])
def test_the_half_prefix_is_the_longest_that_some_half_shares(texts: list[str]) -> None:
    wanted = max(2, math.ceil(len(texts) / 2))
    halves = [list(half) for half in combinations(texts, wanted)]
    characters = max(shared(half) for half in halves)
    longest = [whole_within(half, characters) for half in halves if shared(half) == characters]
    found = shared_by_half(Counter(texts))
    assert found.characters == characters
    assert found.words == max(words for words, _ in longest)
    assert found.sentences == max(sentences for words, sentences in longest)
    assert found.characters >= shared_by_all(texts).characters


def test_of_one_completion_the_prefixes_are_all_of_it_and_of_none_nothing() -> None:
    assert shared_by_half({"One. Two.": 1}) == shared_by_all(["One. Two."]) == Prefix(9, 2, 2)
    assert shared_by_half({}) == shared_by_all([]) == Prefix(0, 0, 0)


@pytest.mark.parametrize("text", ["\n\nOnce upon a time", "\n \n \nOnce there was", "---\n\nOnce more"])
def test_blank_lines_before_a_text_counted_as_a_sentence_that_all_share(text: str) -> None:
    other = text.replace("Once", "Twice")
    assert shared_by_all([text, other]).sentences == 0


def test_blank_lines_between_sentences_counted_as_sentences_far_from_the_beginning() -> None:
    beginning = "One is here.\n \n \nTwo is there. " + "And so on it goes. " * 200
    assert shared_by_all([beginning + "Mars", beginning + "Moon"]).sentences == 202


@pytest.mark.parametrize("mark", ["", "```\nx = 1\n\ny = 2\n```\n"])
@pytest.mark.parametrize("count", [1, 150])
def test_long_beginnings_are_counted_as_short_ones(mark: str, count: int) -> None:
    beginning = mark + "The crew saw the red planet. 去火星的旅行。 " * count
    texts = [beginning + rest for rest in ("Mars", "Mars's moons. ", "", "Moon")]
    characters = shared(texts)
    expected = (characters, *whole_within(texts, characters))
    assert shared_by_all(texts) == expected
    assert shared_by_half(Counter(texts))[0] > characters


def test_the_half_prefix_counted_the_words_of_whichever_half_came_first_in_order() -> None:
    texts = ["x'a 1", "x'a 2", "x'a' 3", "x'a'b"]
    assert shared(texts) == 3
    for order in (texts, texts[::-1]):
        assert shared_by_half(Counter(order)) == (4, 1, 0)


def finite(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and finite(one) for key, one in value.items())
    if isinstance(value, list):
        return all(map(finite, value))
    return not isinstance(value, float) or math.isfinite(value)


@given(completions())
def test_every_agreement_is_valid_json_with_finite_numbers(texts: list[str]) -> None:
    found = agreed(texts).as_json()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert finite(found)
    assert found["pairs"] == len(texts) * (len(texts) - 1) // 2
