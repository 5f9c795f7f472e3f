"""Laying a diff out in rows loses nothing and never overflows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from seedtui.core.diff import diff
from seedtui.core.layout.rows import Kind, Piece, Row, View, lay_out
from support.mars import MARS
from unit.test_diff import texts


def said(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def changed(rows: list[Row], kind: Kind) -> str:
    return "".join(piece.text for row in rows for piece in (*row.a, *row.b) if piece.kind is kind)


@given(texts, texts, st.sampled_from(View), st.integers(2, 40))
def test_no_row_is_wider_than_asked_for(a: str, b: str, view: View, width: int) -> None:
    for row in lay_out(diff(a, b), view, width, cell_len):
        for pieces in (row.a, row.b):
            # A cluster is never cut, even where it is wider than the row.
            assert cell_len(said(pieces)) <= width or len(pieces) == 1


@given(texts, texts, st.sampled_from(View))
def test_rows_hold_every_word_of_both_texts(a: str, b: str, view: View) -> None:
    rows = lay_out(diff(a, b), view, 12, cell_len)
    shown = "".join(said(row.a) + said(row.b) for row in rows)
    for character in set(a + b):
        if character.isalnum():
            assert character in shown


@given(texts, texts, st.sampled_from(View))
def test_rows_hold_nothing_that_acts_on_a_terminal(a: str, b: str, view: View) -> None:
    for row in lay_out(diff("\x1b[2J" + a, "\x9b0m" + b), view, 20, cell_len):
        assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in said(row.a) + said(row.b))


@given(texts, texts, st.sampled_from(View))
def test_every_change_has_a_row(a: str, b: str, view: View) -> None:
    found = diff(a, b)
    rows = lay_out(found, view, 20, cell_len)
    numbers = {piece.change for row in rows for piece in (*row.a, *row.b)} - {-1}
    assert numbers == set(range(len(found.changes)))


@pytest.mark.parametrize("view", list(View))
def test_the_notebooks_stories_begin_alike_and_part_at_courageous(view: View) -> None:
    rows = lay_out(diff(MARS[0], MARS[1]), view, 36, cell_len)
    assert said(rows[0].a).startswith("In the year 2050")
    first = next(piece for row in rows for piece in row.a if piece.change == 0)
    assert (first.text.strip(), first.kind) == ("courageous", Kind.DELETED)


def test_side_by_side_begins_a_changed_sentence_on_one_row_for_both() -> None:
    rows = lay_out(
        diff("One is here. Two was left. Same end.", "One is here. Two went right away then. Same end."), View.SPLIT, 14
    )
    starts = [(said(row.a), said(row.b)) for row in rows]
    assert any(left.startswith("Two") and right.startswith("Two") for left, right in starts)
    assert any(left.startswith("Same") and right.startswith("Same") for left, right in starts)


def test_unified_shows_a_first_and_then_b() -> None:
    rows = lay_out(diff("Same. One cat sat. End.", "Same. One dog sat. End."), View.UNIFIED, 40)
    assert [(row.sign, said(row.a).strip()) for row in rows] == [
        (" ", "Same."),
        ("-", "One cat sat."),
        ("+", "One dog sat."),
        (" ", "End."),
    ]


def test_inline_strikes_and_adds_in_one_text() -> None:
    rows = lay_out(diff("One cat sat.", "One dog sat."), View.INLINE, 40)
    assert [(piece.text, piece.kind) for piece in rows[0].a] == [
        ("One ", Kind.EQUAL),
        ("cat", Kind.DELETED),
        ("dog", Kind.INSERTED),
        (" sat.", Kind.EQUAL),
    ]


def test_white_space_that_is_all_of_a_change_is_visible() -> None:
    rows = lay_out(diff("one two", "one  two"), View.SPLIT, 40)
    assert "␣" in changed(rows, Kind.INSERTED)
    rows = lay_out(diff("one", "one\n"), View.SPLIT, 40)
    assert "⏎" in changed(rows, Kind.INSERTED)


def test_chinese_wraps_between_characters_and_keeps_marks_off_the_row_start() -> None:
    rows = lay_out(diff("今天天气很好，我们去公园。", "今天天气很好，我们去公园。"), View.UNIFIED, 12, cell_len)
    assert [said(row.a) for row in rows] == ["今天天气很", "好，我们去公", "园。"]
