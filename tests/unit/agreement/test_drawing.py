"""What is drawn of agreement: it keeps to its room, shows no control characters, and says what is so."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from seedtui.core.agreement.plot import SMALLEST, curve_lines, level_phrases
from seedtui.core.agreement.survival import survival
from seedtui.core.agreement.timeline_phrases import time_bar
from seedtui.core.agreement.tree import Branch, Tree
from seedtui.core.agreement.tree_lines import tree_line
from seedtui.core.agreement.tree_rows import Wish, key_of, tree_rows
from seedtui.core.layout.cells import broken, cut, cut_middle, joined, pad

WORD = st.sampled_from(["a ", "b ", "c ", "end. ", "화성 ", "火星", "\x1b[31m", "\n\n", "👨‍👩‍👧 ", "\u202e"])
TEXTS = st.lists(st.lists(WORD, max_size=12).map("".join), min_size=1, max_size=12)
WIDTHS = st.integers(0, 120)


def a_tree(texts: list[str]) -> Tree:
    tree = Tree()
    for number, text in enumerate(texts, 1):
        tree.add(text, (number, 0))
    return tree


def is_shown(text: str) -> bool:
    return not any(unicodedata.category(one) in ("Cc", "Zl", "Zp", "Cs") or one == "\u202e" for one in text)


@given(TEXTS, st.integers(0, 130), st.integers(0, 30))
def test_a_curve_keeps_to_its_room(texts: list[str], width: int, height: int) -> None:
    lines = curve_lines(survival(a_tree(texts)), width, height)
    assert len(lines) in ((height - 1, height) if width >= SMALLEST[0] and height >= SMALLEST[1] else (0,))
    assert all(cell_len(line) <= width and is_shown(line) for line in lines)


def test_a_curve_falls_from_all_to_what_is_identical() -> None:
    curve = survival(a_tree(["one two three four"] * 3 + ["one two other ending"]))
    first, *_, axis, numbers = curve_lines(curve, 46, 9)
    assert first.startswith("100 %┤")
    assert axis.startswith("     └┬")
    assert numbers.split() == ["0", "words", "1", "2", "3", "4"]
    assert level_phrases(curve) == ["≥ 90 % equal up to word 2", "50.0 % identical to the end"]


def test_a_curve_that_never_falls_says_so() -> None:
    assert level_phrases(survival(a_tree(["one two"] * 2))) == ["every pair is equal to the end, 2 words"]


@given(TEXTS, WIDTHS, st.integers(1, 30))
@example(["\x1b]52;c;x\x07 " * 300] * 2, 80, 5)
def test_lines_of_the_tree_keep_to_their_room(texts: list[str], width: int, most: int) -> None:
    for row in tree_rows(a_tree(texts), most):
        line = tree_line(row, len(texts), width, cell_len)
        assert cell_len("".join(line)) <= width
        assert is_shown("".join(line))


def test_the_tree_reads_as_the_texts_part() -> None:
    tree = a_tree(["The sky is blue today."] * 7 + ["The sky is grey today."] * 2 + ["The sky fell."])
    lines = ["".join(tree_line(row, 10, 70, cell_len)).rstrip() for row in tree_rows(tree, 20)]
    assert lines == [
        " 10  100 %  ▾ The sky (2 words)",
        "  1 10.0 %  ├─· fell. (1 word)",
        "  9 90.0 %  ▾ is (1 word)",
        "  2 20.0 %  ├─· grey today. (2 words)",
        "  7 70.0 %  · blue today. (2 words)",
    ]


@given(TEXTS, st.data())
def test_what_is_folded_or_opened_changes_no_other_line(texts: list[str], data: st.DataObject) -> None:
    tree = a_tree(texts)
    before = tree_rows(tree, 8)
    forks = [row.branch for row in before if row.branch is not None and row.forks]
    if not forks:
        return
    chosen = data.draw(st.sampled_from(forks))
    wish = data.draw(st.sampled_from(Wish))
    after = tree_rows(tree, 8, {key_of(chosen): wish})
    below = {id(branch) for branch in inside(chosen)}

    def is_elsewhere(branch: Branch | None, fork: Branch | None) -> bool:
        return id(branch) not in below and id(fork) not in below

    assert [row for row in before if is_elsewhere(row.branch, row.fork)] == [
        row for row in after if is_elsewhere(row.branch, row.fork)
    ]
    drawn = [row for row in after if row.fork is chosen]
    if wish is Wish.FOLDED:
        assert not drawn
    elif wish is Wish.WITH_ALL:
        assert {id(row.branch) for row in drawn if row.branch} == {id(way) for way in chosen.ways}
    else:
        assert sum(row.count for row in drawn) == chosen.count


def inside(branch: Branch) -> list[Branch]:
    return [branch, *(one for way in branch.ways for one in inside(way))]


@given(TEXTS, TEXTS)
def test_a_copy_of_a_tree_stays_as_it_was(texts: list[str], later: list[str]) -> None:
    tree = a_tree(texts)
    copy, same = tree.copy(), a_tree(texts)
    for text in later:
        tree.add(text, (99, 0))
    assert told(copy) == told(same)


def told(tree: Tree) -> list[tuple[object, ...]]:
    return [(one.text, one.start, one.end, one.words, one.count, one.ended, one.example) for one in tree.branches()]


@given(st.text(), WIDTHS)
def test_text_is_cut_to_its_room(text: str, width: int) -> None:
    assert cell_len(cut(text, width, cell_len)) <= width
    assert cell_len(cut_middle(text, width, cell_len)) <= width
    assert cell_len(pad(text, width, cell_len)) == width
    if width > 1:
        assert all(cell_len(line) <= width for line in broken(text, width, cell_len))
        assert all(cell_len(line) <= width for line in joined([text, text], width, cell_len))


def test_the_middle_of_a_text_is_what_is_left_out() -> None:
    assert cut_middle("In the year 2050, a team of brave people set out", 24, cell_len) == "In the year 20 … set out"


MOMENT = datetime(2026, 11, 3, tzinfo=UTC)


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100), WIDTHS)
def test_a_time_bar_has_its_width(start: int, lasts: int, rest: int, width: int) -> None:
    first = MOMENT + timedelta(hours=start)
    last = first + timedelta(hours=lasts)
    bar = time_bar(first, last, MOMENT, last + timedelta(hours=rest), width)
    assert len(bar) == width
    assert "━" in bar or not width
    assert bar.strip("·").count("·") == 0
