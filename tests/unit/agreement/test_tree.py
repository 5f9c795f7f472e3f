"""The tree of divergences, and its lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.agreement.survival import survival
from seedtui.core.agreement.tree import Branch, Tree
from seedtui.core.agreement.tree_rows import TreeRow, tree_rows
from support.samples import agreed, completions


def tree_of(texts: Sequence[str]) -> Tree:
    found = Tree()
    for number, text in enumerate(texts):
        found.add(text, (number, 0))
    return found


def path(branch: Branch | None) -> str:
    said = []
    while branch is not None:
        said.append(branch.text)
        branch = branch.parent
    return "".join(reversed(said))


def told(tree: Tree) -> set[tuple[str, int, int, int, int]]:
    """Tell all of a tree that the order in which its texts came must not change."""
    return {(path(one), one.count, one.ended, one.words, one.words_to_end) for one in tree.branches()}


@given(completions())
def test_the_branches_add_up_and_say_every_text(texts: list[str]) -> None:
    tree = tree_of(texts)
    for branch in tree.branches():
        assert branch.count == branch.ended + sum(way.count for way in branch.ways)
        assert [way.count for way in branch.ways] == sorted((way.count for way in branch.ways), reverse=True)
        assert branch.end - branch.start == len(branch.text)
        assert branch.end == len(path(branch))
        assert texts[branch.example[0]].startswith(path(branch)) if texts else branch.count == 0
        first = [number for number, text in enumerate(texts) if text.startswith(path(branch))]
        assert not texts or branch.example[0] >= first[0]
        assert all(way.parent is branch for way in branch.ways)
        # A branch that neither forks nor ends anything would be part of the next.
        assert branch.parent is None or branch.ended or len(branch.ways) > 1
        assert len({way.tokens[0] for way in branch.ways}) == len(branch.ways)
    assert Counter({path(one): one.ended for one in tree.branches() if one.ended}) == Counter(texts)


@given(completions().flatmap(lambda texts: st.tuples(st.just(texts), st.permutations(texts))))
def test_the_order_in_which_completions_come_does_not_matter(orders: tuple[list[str], list[str]]) -> None:
    first, second = map(tree_of, orders)
    assert told(first) == told(second)
    assert survival(first) == survival(second)
    assert agreed(orders[0]).as_json() == agreed(orders[1]).as_json()


@given(completions())
def test_added_one_by_one_is_as_all_at_once_at_every_step(texts: list[str]) -> None:
    grown = Tree()
    for number, text in enumerate(texts):
        grown.add(text, (number, 0))
        anew = tree_of(texts[: number + 1])
        assert told(grown) == told(anew)
        assert survival(grown) == survival(anew)
    counted = Tree()
    for text, count in Counter(texts).items():
        counted.add(text, count=count)
    assert told(counted) == told(grown)


def beside(rows: Sequence[TreeRow], place: int) -> list[TreeRow]:
    """Return the rows that say how the branch of a row goes on."""
    fork = rows[place].branch
    return [row for row in rows[place + 1 :] if row.fork is fork]


@given(completions(), st.sampled_from([1, 2, 3, 7, 10**9]))
def test_the_lines_are_no_more_than_wanted_and_lose_no_completion(texts: list[str], most: int) -> None:
    rows = tree_rows(tree_of(texts), most)
    assert len(rows) <= most
    assert bool(rows) == bool(texts)
    assert not rows or (rows[0].count, rows[0].depth, rows[0].aside) == (len(texts), 0, False)
    for place, row in enumerate(rows):
        ways = beside(rows, place) if row.branch else []
        assert row.opened == bool(ways)
        if row.opened:
            assert sum(way.count for way in ways) == row.count
            assert sum(way.folded or 1 for way in ways) == row.forks
            straight = [way for way in ways if not way.aside]
            assert len(straight) == 1
            assert straight[0].count == max(way.count for way in ways if not way.folded)
            assert all(way.depth == row.depth + way.aside for way in ways)


def test_a_fork_of_a_thousand_ways_is_a_few_lines() -> None:
    tree = tree_of([f"Once {number}" for number in range(1000)])
    rows = tree_rows(tree, 30)
    assert len(rows) == 7
    assert sum(row.folded for row in rows) == 995
    assert sum(row.count for row in rows[1:]) == 1000


def test_a_tree_may_be_deeper_than_the_stack() -> None:
    deep = 1200
    tree = Tree()
    for words in range(deep, 0, -1):
        tree.add("a " * words + "b", (words, 0))
    assert sum(1 for _ in tree.branches()) == 2 * deep
    curve = survival(tree)
    assert curve.words == deep + 1
    assert curve.steps[-1] == (deep, 0.0)
    assert len(tree_rows(tree, 40)) <= 40
    assert len(tree_rows(tree, 10**6)) == 2 * deep - 1


@pytest.mark.parametrize(
    ("text", "other"),
    [("a" * 1_000_000, "a" * 999_999 + "b"), ("火" * 100_000, "火" * 100_001)],
    ids=["letters", "ideographs"],
)
def test_texts_of_a_million_characters_without_a_space_are_worked_out(text: str, other: str) -> None:
    found = agreed([text, other, text])
    assert found.tally.pairs == (1, 3)
    assert found.stable_prefix.characters == min(len(text), len(other)) - (other[-1] == "b")
    assert {path(one) for one in found.tree.branches() if one.ended} == {text, other}
    assert found.survival.steps[-1][1] == 1 / 3
