"""Searching in both texts of a diff."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.diff import diff
from seedtui.tui.screens.reading import find_all


def test_equal_text_is_found_once_and_changed_text_on_both_sides() -> None:
    found = find_all(diff("Mars is red. Mars sleeps.", "Mars is red. Mars wakes."), "mars")
    assert [(one.side, one.start) for one in found] == [("a", 0), ("a", 13)]
    found = find_all(diff("The crew sleeps.", "The ship sails."), "s")
    assert ("a", 9) in [(one.side, one.start) for one in found]
    assert ("b", 4) in [(one.side, one.start) for one in found]


def test_a_match_across_a_change_is_found() -> None:
    found = find_all(diff("one two three", "one 2 three"), "one two")
    assert [(one.side, one.start) for one in found] == [("a", 0)]
    found = find_all(diff("one 2 three", "one two three"), "two three")
    assert [(one.side, one.start) for one in found] == [("b", 4)]
    found = find_all(diff("one 2 three", "one two three"), "one two")
    assert [(one.side, one.start) for one in found] == [("b", 0)]


def test_letters_that_fold_to_two_do_not_move_what_is_found() -> None:
    """A text full of ß once hid what stood behind it."""
    found = find_all(diff("Straße " * 50 + "Ziel.", "Straße " * 50 + "Ziel!"), "ziel")
    assert [(one.side, one.start) for one in found] == [("a", 350)]


@given(st.text("abßİ ", max_size=30), st.text("abßİ ", max_size=30), st.text("ab", min_size=1, max_size=3))
def test_every_match_is_one(a: str, b: str, needle: str) -> None:
    for match in find_all(diff(a, b), needle):
        text = a if match.side == "a" else b
        assert text[match.start : match.start + len(needle)].lower() == needle
    if "İ" not in a + b:
        assert bool(find_all(diff(a, b), needle)) == (needle in a or needle in b)
