"""Where things stand in the rows of a diff, and what is folded away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from seedtui.core.diff import diff
from seedtui.core.diff.live import LiveDiff
from seedtui.core.layout.rows import View, lay_out
from seedtui.core.layout.sheet import CONTEXT, Folds, Layout, Sheet, fold_start, make_sheet
from support.mars import MARS
from unit.test_diff import texts

VIEWS = [View.SPLIT, View.UNIFIED, View.INLINE]
SENTENCES = [f"Sentence number {number} is like the others." for number in range(40)]


def sheet(a: str, b: str, view: View = View.UNIFIED, width: int = 30, folds: Folds | None = None) -> Sheet:
    return make_sheet(diff(a, b), Layout(view, width, folds or Folds()), cell_len)


@given(texts, texts, st.sampled_from(VIEWS))
def test_places_never_fall_and_every_change_has_its_first_row(a: str, b: str, view: View) -> None:
    found = sheet(a, b, view, 12)
    for places in found.places:
        assert places == sorted(places)
        assert len(places) == len(found.rows)
    assert set(found.first_rows) == set(range(len(diff(a, b).changes)))
    assert found.count == len(diff(a, b).changes)


@given(st.sampled_from(VIEWS), st.sampled_from(VIEWS), st.integers(0, 60))
def test_a_place_is_found_again_in_another_view(one: View, other: View, row: int) -> None:
    first, second = sheet(MARS[0], MARS[1], one), sheet(MARS[0], MARS[1], other)
    row = min(row, len(first.rows) - 1)
    a, b = first.place(row)
    found_a, found_b = second.place(second.row_at(a, b))
    assert found_a <= a
    assert found_b <= b


@given(st.integers(0, len(MARS[1]) - 2), st.sampled_from(VIEWS))
def test_a_code_point_is_in_the_row_that_is_said_to_show_it(position: int, view: View) -> None:
    found = sheet(MARS[0], MARS[1], view)
    row = found.rows[found.row_of("b", position)]
    ranges = [(piece.b, piece.b + len(piece.text)) for piece in (*row.a, *row.b) if piece.kind != "deleted"]
    # The space that a row's end stands for belongs to no row.
    assert any(start <= position <= end for start, end in ranges) or MARS[1][position].isspace()


def changed_in_the_middle() -> tuple[str, str]:
    b = list(SENTENCES)
    b[20] = b[20].replace("others", "rest")
    return " ".join(SENTENCES), " ".join(b)


def test_long_equal_stretches_fold_and_what_is_beside_a_change_stays() -> None:
    a, b = changed_in_the_middle()
    whole, folded = sheet(a, b), sheet(a, b, folds=Folds(on=True))
    shut = [row for row in folded.rows if row.folded]
    assert len(shut) == 2
    assert sum(row.folded or 1 for row in folded.rows) == len(whole.rows)
    at = folded.first_rows[0]
    assert [row.sign for row in folded.rows[at - CONTEXT : at]] == [" "] * CONTEXT


def test_a_fold_opens_by_itself_and_stays_open() -> None:
    a, b = changed_in_the_middle()
    folds = Folds(on=True)
    shut = next(row for row in sheet(a, b, folds=folds).rows if row.folded)
    opened = sheet(a, b, folds=folds.with_opened(fold_start(shut)))
    assert sum(bool(row.folded) for row in opened.rows) == 1
    assert opened.rows[0].sign == " "


def test_identical_texts_are_not_folded_away() -> None:
    text = " ".join(SENTENCES)
    assert not any(row.folded for row in sheet(text, text, folds=Folds(on=True)).rows)


def test_folds_toggle() -> None:
    assert Folds().toggled() == Folds(on=True)
    assert Folds(on=True).with_opened(7).toggled() == Folds()


@pytest.mark.parametrize("view", VIEWS)
def test_a_sheet_has_the_rows_of_its_layout(view: View) -> None:
    found = diff(MARS[0], MARS[1])
    assert list(sheet(MARS[0], MARS[1], view).rows) == lay_out(found, view, 30, cell_len)


@given(texts, texts, st.integers(0, 25))
def test_rows_count_the_changes_of_growing_text_as_its_diff_does(a: str, b: str, reached: int) -> None:
    """An insertion just before what is not reached yet once was no change in the rows."""
    live = LiveDiff(a)
    live.append(b[:reached])
    live.append(b[reached:])
    found = make_sheet(live.diff, Layout(View.SPLIT, 20), cell_len)
    assert set(found.first_rows) == set(range(len(live.diff.changes)))


def test_a_place_in_a_fold_is_found() -> None:
    a, b = changed_in_the_middle()
    folded = sheet(a, b, folds=Folds(on=True))
    for side, text in (("a", a), ("b", b)):
        row = folded.row_of(side, text.index(SENTENCES[5]))  # type: ignore[arg-type]
        assert folded.rows[row].folded
