"""What is ignored is no change, is told all the same, and never makes two texts identical."""

from __future__ import annotations

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from seedtui.core.comparison import compare
from seedtui.core.diff import Diff, diff, first_divergence
from seedtui.core.ignoring import EXACT, Ignore, fold
from seedtui.core.verdict import Code
from seedtui.exchange.diff_json import diff_object
from support.runs import a_side

CASE = Ignore(case=True)
SPACE = Ignore(space=True)
BOTH = Ignore(case=True, space=True)

_PIECES = [
    *("the ", "The ", "cat", "CAT ", "sat. ", "Mars", "mars ", " ", "  ", "\n", "\t", "\r\n", "\xa0", "\u3000"),
    *(
        "İ",
        "i̇",
        "ß",
        "ẞ",
        "Σ",
        "ς",
        "σ",
        "ǅ",
        "Ⓜ",
        "ⓜ",
        "\u200d",
        "👨",
        "👨‍👩‍👧",
        "e\u0301",
        "\u0301",
        "\u0600",
        "한국",
        "火星",
        ".",
    ),
]
texts = st.lists(st.sampled_from(_PIECES), max_size=20).map("".join) | st.text(max_size=30)
options = st.sampled_from([CASE, SPACE, BOTH])


def slices(found: Diff) -> list[tuple[str, str, str, bool]]:
    return [
        (span.op, found.a[span.a_start : span.a_end], found.b[span.b_start : span.b_end], span.ignored)
        for span in found.spans
    ]


def differing(found: Diff) -> list[tuple[str, str, str, bool]]:
    return [piece for piece in slices(found) if piece[0] != "equal"]


@given(texts, texts, options)
@example(" \u0301a", "\u0301a", SPACE)
@example("a\u0600 \nb", "a\u0600 b", SPACE)
@example("Ⓜ\u200d👨", "ⓜ\u200d👨", CASE)
def test_spans_rebuild_both_texts_and_cut_no_character(a: str, b: str, ignore: Ignore) -> None:
    found = diff(a, b, ignore)
    pieces = slices(found)
    assert "".join(piece[1] for piece in pieces) == a
    assert "".join(piece[2] for piece in pieces) == b
    for op, left, right, ignored in pieces:
        assert (op == "equal") == (left == right)
        assert (op == "insert") == (left == "")
        assert (op == "delete") == (right == "")
        assert not (ignored and op == "equal")
    for one, two in zip(found.spans, found.spans[1:], strict=False):
        assert (one.a_end, one.b_end) == (two.a_start, two.b_start)
        assert (one.op == "equal", one.ignored) != (two.op == "equal", two.ignored)
    whole_a, whole_b = ({0, *(match.end() for match in regex.finditer(r"\X", text))} for text in (a, b))
    assert all(span.a_end in whole_a and span.b_end in whole_b for span in found.spans)


@given(texts, texts, options)
def test_ignored_spans_are_the_same_once_folded(a: str, b: str, ignore: Ignore) -> None:
    found = diff(a, b, ignore)
    for _, left, right, ignored in slices(found):
        if ignored:
            assert fold(left, ignore).text == fold(right, ignore).text
    assert found.changes == tuple(span for span in found.spans if span.op != "equal" and not span.ignored)


@given(texts, texts, options)
def test_swapping_the_sides_mirrors_the_spans(a: str, b: str, ignore: Ignore) -> None:
    one, two = diff(a, b, ignore), diff(b, a, ignore)
    mirrored = {"insert": "delete", "delete": "insert"}
    assert one.similarity == two.similarity
    assert [(mirrored.get(op, op), right, left, ignored) for op, left, right, ignored in slices(one)] == slices(two)


@given(texts, options)
def test_a_text_against_itself_is_one_equal_span(a: str, ignore: Ignore) -> None:
    found = diff(a, a, ignore)
    assert found.spans == diff(a, a).spans
    assert (found.ignore, found.similarity, found.first_divergence) == (ignore, 1.0, None)


@given(texts, texts, options)
def test_only_the_texts_decide_whether_they_are_equal(a: str, b: str, ignore: Ignore) -> None:
    found = diff(a, b, ignore)
    assert found.equal == (a == b)
    assert (found.first_divergence is None) == (not found.changes)
    assert 0 <= found.similarity <= 1


@given(texts, options)
def test_capitals_and_more_white_space_are_no_changes(a: str, ignore: Ignore) -> None:
    b = a
    if ignore.space:
        b = regex.sub(r"\s+", " \t ", b)
    if ignore.case:
        b = b.swapcase() if b.isascii() else b
    found = diff(a, b, ignore)
    marked = regex.search(r"\s(?=[\p{GCB=Extend}\p{GCB=SM}\u200d])", a)
    assert marked or not found.changes
    assert marked or found.similarity == 1


@given(texts)
def test_a_folded_place_is_the_place_of_the_same_character(text: str) -> None:
    folded = fold(text, SPACE)
    for index, character in enumerate(folded.text):
        raw = text[folded.place(index) : folded.place(index + 1)]
        assert raw == character or (character == " " and raw.isspace())
    assert len(fold(text, CASE).text) == len(text)
    assert folded.text == " ".join(text.split())


def test_case_is_ignored_by_the_word() -> None:
    found = diff("The Red planet is cold.", "the red planet is hot.", CASE)
    assert differing(found) == [
        ("replace", "The", "the", True),
        ("replace", "Red", "red", True),
        ("replace", "cold", "hot", False),
    ]
    assert found.first_divergence is not None
    assert (found.first_divergence.character, found.first_divergence.word) == (18, 5)


def test_a_divergence_has_a_place_in_each_text() -> None:
    where = diff("One  two three", "one two four", BOTH).first_divergence
    assert where is not None
    assert (where.character, where.character_b, where.word) == (9, 8, 3)


def test_white_space_is_ignored_where_it_stands_on_both_sides() -> None:
    found = diff("One  two\nthree fourfive\n", " One two three four five", SPACE)
    assert [piece[3] for piece in differing(found)] == [True, True, True, False, True]
    assert len(found.changes) == 1


def test_texts_that_differ_only_in_what_is_ignored_are_alike_but_not_equal() -> None:
    found = diff("ONCE upon\r\na time", "once UPON a\ttime", BOTH)
    assert (found.equal, found.changes, found.similarity, found.first_divergence) == (False, (), 1.0, None)
    assert first_divergence(found.a, found.b) is not None


def test_letters_without_one_small_letter_keep_their_places() -> None:
    found = diff("İstanbul ẞ ONE", "İstanbul ß one", CASE)
    assert differing(found) == [("replace", "ẞ", "ß", True), ("replace", "ONE", "one", True)]
    assert len(diff("İ", "i̇", CASE).changes) == 1


def test_a_long_text_in_other_lines_and_capitals_has_no_changes() -> None:
    words = [f"Word{n}" for n in range(20_000)]
    found = diff(" ".join(words), "\n".join(words).upper(), BOTH)
    assert not found.changes
    assert found.spans


@pytest.mark.parametrize(
    ("ignore", "phrase"),
    [
        (EXACT, ""),
        (CASE, "ignoring case"),
        (SPACE, "ignoring white space"),
        (BOTH, "ignoring case and white space"),
    ],
)
def test_what_is_ignored_is_said(ignore: Ignore, phrase: str) -> None:
    assert ignore.phrase == phrase
    assert bool(ignore) == (phrase != "")


def test_options_do_not_change_the_verdict() -> None:
    a, b = a_side("One two", seed=1), a_side("one  two", seed=1)
    exact, found = compare(a, b), compare(a, b, BOTH)
    assert exact.verdict == found.verdict
    assert found.verdict is not None
    assert found.verdict.code is Code.NOT_REPRODUCED


def test_a_diff_that_was_worked_out_already_is_taken() -> None:
    a, b = a_side("One two"), a_side("one two")
    found = diff("One two", "one two", CASE)
    assert compare(a, b, found=found).diff is found


def test_json_says_what_was_ignored_and_where() -> None:
    a, b = a_side("One two three"), a_side("one two four")
    found = diff_object(compare(a, b, CASE))
    assert found["ignoring"] == {"case": True, "space": False}
    assert found["equal"] is False
    assert found["spans"] == [
        {"op": "replace", "a": [0, 3], "b": [0, 3], "ignored": True},
        {"op": "equal", "a": [3, 8], "b": [3, 8]},
        {"op": "replace", "a": [8, 13], "b": [8, 12]},
    ]
    assert found["first_divergence"] == {"character": 8, "word": 3, "sentence": 1}
    exact = diff_object(compare(a, b))
    assert "ignoring" not in exact
    assert all("ignored" not in span for span in exact["spans"])
