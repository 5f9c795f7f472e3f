"""What was looked for, where it stands in a line."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from seedtui.core.query import parse_query
from seedtui.core.text import folded
from seedtui.tui.widgets.matches import Matches, Piece, fit_pieces, places

letters = st.text(st.sampled_from("aAbB ßİé한국ㅎ화성") | st.sampled_from("\u0301\u1112\u1161\u11ab"), max_size=12)


@given(letters, st.lists(letters, max_size=3))
def test_places_are_in_order_and_hold_the_words(text: str, words: list[str]) -> None:
    found = places(text, [folded(word) for word in words])
    assert all(start < end <= len(text) for start, end in found)
    assert all(before[1] < after[0] for before, after in pairwise(found))
    if len(words) == 1 and words[0] and text.isascii() and words[0] in text:
        assert found


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("To MARS and back", "mars", ["MARS"]),
        ("Straße", "STRASSE", ["Straße"]),
        ("화성으로 간 사람", "성으", ["성으"]),
        (unicodedata.normalize("NFD", "화성으로"), "성", [unicodedata.normalize("NFD", "성")]),
        ("aaaa", "aa", ["aaaa"]),
        ("nothing", "mars", []),
    ],
)
def test_words_are_found_as_a_reader_finds_them(text: str, word: str, found: list[str]) -> None:
    pieces = Matches(parse_query(f'"{word}"')).words(text)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.found] == found


@given(st.lists(st.builds(Piece, letters, st.booleans()), max_size=4), st.integers(0, 20))
def test_a_line_is_as_wide_as_it_should_be(pieces: list[Piece], width: int) -> None:
    assert sum(cell_len(piece.text) for piece in fit_pieces(pieces, width)) == width


@pytest.mark.parametrize(("typed", "found"), [("seed:007", True), ("seed:8", False), ("", False)])
def test_a_filters_value_is_found_in_its_own_field(typed: str, found: bool) -> None:
    assert Matches(parse_query(typed)).of("seed", "7", "7") == [Piece("7", found)]


def test_the_beginning_of_a_fingerprint_is_found() -> None:
    matches = Matches(parse_query("fp:fp_09"))
    assert matches.beginning("fp", "fp_09fe", "fp_09fe") == [Piece("fp_09", True), Piece("fe")]
    assert matches.beginning("fp", "no fingerprint", None) == [Piece("no fingerprint")]
    long = Matches(parse_query("fp:fp_fefa7"))
    assert long.beginning("fp", "fp_f…2153", "fp_fefa7b2153") == [Piece("fp_f", True), Piece("…2153")]
