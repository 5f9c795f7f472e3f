"""The laws of a diff, and what a reader should see."""

from __future__ import annotations

from bisect import bisect_right

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.corpus import text, words
from seedtui.core.diff import Diff, diff, first_divergence
from seedtui.core.segment import sentence_starts, word_ends
from support.mars import MARS

# Few words, so that generated texts share some; with marks, line feeds, wide and joined characters.
_PIECES = [
    "\U000110bd",
    "\u0600",
    "\u094d\u0937",
    "ﾊﾟ",
    "🇩🇪",
    "\r",
    "the ",
    "cat ",
    "sat. ",
    "Mars ",
    "a",
    "b",
    " ",
    "\n",
    ".",
    "é",
    "한국",
    "어 ",
    "火星",
    "👨‍👩‍👧",
    "e\u0301",
    "\t",
]
texts = st.lists(st.sampled_from(_PIECES), max_size=25).map("".join) | st.text(max_size=40)


def slices(found: Diff) -> list[tuple[str, str, str]]:
    return [(span.op, found.a[span.a_start : span.a_end], found.b[span.b_start : span.b_end]) for span in found.spans]


@given(texts, texts)
def test_spans_rebuild_both_texts_and_name_their_op(a: str, b: str) -> None:
    found = diff(a, b)
    pieces = slices(found)
    assert "".join(left for _, left, _ in pieces) == a
    assert "".join(right for _, _, right in pieces) == b
    for op, left, right in pieces:
        assert (op == "equal") == (left == right)
        assert (op == "insert") == (left == "")
        assert (op == "delete") == (right == "")
    for one, two in zip(found.spans, found.spans[1:], strict=False):
        assert (one.a_end, one.b_end) == (two.a_start, two.b_start)
        assert (one.op == "equal") != (two.op == "equal")


@given(texts, texts)
def test_swapping_the_sides_mirrors_the_spans(a: str, b: str) -> None:
    one, two = diff(a, b), diff(b, a)
    mirrored = {"insert": "delete", "delete": "insert"}
    assert one.similarity == two.similarity
    assert [(span.a_start, span.a_end, mirrored.get(span.op, span.op)) for span in one.spans] == [
        (span.b_start, span.b_end, span.op) for span in two.spans
    ]


@given(texts, texts)
def test_similarity_and_divergence_agree_with_equality(a: str, b: str) -> None:
    found = diff(a, b)
    assert 0 <= found.similarity <= 1
    assert found.equal == (a == b) == (found.first_divergence is None)
    assert not found.equal or found.similarity == 1
    divergence = found.first_divergence
    if divergence is not None:
        at = divergence.character
        assert a[:at] == b[:at]
        assert a[at : at + 1] != b[at : at + 1]
        assert divergence.word >= 1
        assert divergence.sentence >= 1


@given(texts)
def test_a_text_against_itself_is_one_equal_span(a: str) -> None:
    found = diff(a, a)
    assert [span.op for span in found.spans] == (["equal"] if a else [])


def test_a_changed_word_is_one_replacement() -> None:
    assert slices(diff("a b c d", "a x c d")) == [
        ("equal", "a ", "a "),
        ("replace", "b", "x"),
        ("equal", " c d", " c d"),
    ]


def test_an_inserted_sentence_begins_where_the_sentence_begins() -> None:
    found = slices(diff("The cat ran.", "The cat sat. The cat ran."))
    assert found == [("insert", "", "The cat sat. "), ("equal", "The cat ran.", "The cat ran.")]


def test_common_words_are_not_taken_for_junk() -> None:
    """On more than 200 tokens difflib's default calls common words junk, and finds a tenth of what is equal."""
    words = ("the crew of the ship saw the red planet and " * 40).split()
    edited = [*words]
    for index in range(0, len(words), 20):
        edited[index] = f"new{index}"
    assert diff(" ".join(words), " ".join(edited)).similarity > 0.9


def test_chinese_is_not_one_word() -> None:
    found = diff("今天天气很好，我们去公园散步。", "今天天气不好，我们去公园散步。")
    assert [piece for piece in slices(found) if piece[0] != "equal"] == [("replace", "很", "不")]


def test_a_korean_word_changes_at_its_ending() -> None:
    found = diff("나는 학교에 갔다.", "나는 학교를 갔다.")
    assert slices(found) == [
        ("equal", "나는 학교", "나는 학교"),
        ("replace", "에", "를"),
        ("equal", " 갔다.", " 갔다."),
    ]


def test_grapheme_clusters_are_not_cut() -> None:
    found = diff("a 👨‍👩‍👧 b", "a 👨‍👩‍👦 b")
    assert [piece for piece in slices(found) if piece[0] != "equal"] == [("replace", "👨‍👩‍👧", "👨‍👩‍👦")]


def test_the_notebooks_stories_part_where_the_first_word_differs() -> None:
    divergence = diff(MARS[0], MARS[1]).first_divergence
    assert divergence is not None
    assert MARS[0][divergence.character :].startswith("courageous")
    assert (divergence.word, divergence.sentence) == (8, 1)


def test_diverged_prose_is_no_confetti() -> None:
    found = diff(MARS[0], MARS[1])
    assert len(found.changes) <= 10
    assert slices(found)[1] == ("delete", "courageous ", "")


def test_a_divergence_inside_a_word_counts_that_word() -> None:
    divergence = diff("one cat", "one catalogue").first_divergence
    assert divergence is not None
    assert (divergence.character, divergence.word) == (7, 2)


def test_a_missing_word_after_the_last_counts_as_the_next() -> None:
    divergence = diff("one two", "one two three").first_divergence
    assert divergence is not None
    assert divergence.word == 3


def test_abbreviations_do_not_end_a_sentence() -> None:
    divergence = diff("Dr. Kim slept. Then she woke.", "Dr. Kim slept. Then she left.").first_divergence
    assert divergence is not None
    assert divergence.sentence == 2


def test_a_change_knows_its_word() -> None:
    found = diff("One two three four. Five", "One too three four. Five six")
    assert [found.word_at(number) for number in range(len(found.changes))] == [(2, 6), (6, 6)]
    assert diff("One two three four.", "One four.").word_at(0) == (2, 4)
    assert diff("one.", "one!").word_at(0) == (1, 1)
    assert diff("", "?").word_at(0) == (0, 0)


@given(texts, texts)
def test_every_change_begins_at_a_word_of_the_text(a: str, b: str) -> None:
    found = diff(a, b)
    for number, span in enumerate(found.changes):
        word, count = found.word_at(number)
        assert count == len(word_ends(a if span.op == "delete" else b))
        assert min(1, count) <= word <= count


@pytest.mark.parametrize("kind", ["prose", "korean", "chinese", "emoji", "code"])
def test_the_words_of_a_long_text_are_those_of_its_parts(kind: str) -> None:
    """Long texts are gone through in blocks, none of which may cut a word."""
    long = text(kind, words(kind, 60_000, 1))
    found = diff(long, long + "!")
    assert list(found.words("a")) == word_ends(long)


_MARKED = [
    "Dr. ",
    "A. ",
    "one. ",
    "two.",
    "。",
    "か",
    "火",
    "```\n",
    "\n",
    "ไป ",
    "ﾟ",
    "。Dr. ",
    ". ",
    "?! ",
    "the ",
    "\u0301",
]


@given(st.lists(st.sampled_from(_MARKED), max_size=60), *[st.lists(st.sampled_from(_MARKED), max_size=8)] * 2)
def test_words_and_sentences_are_counted_from_the_texts_beginning(
    both: list[str], only_a: list[str], only_b: list[str]
) -> None:
    """Only what is near the divergence is looked at closely, which must make no difference."""
    a, b = "".join([*both, *only_a]), "".join([*both, *only_b])
    found = first_divergence(a, b)
    if found is not None:
        places = [bisect_right(word_ends(text), found.character) for text in (a, b)]
        assert found.word == max(1, min(*(place + 1 for place in places), max(len(word_ends(a)), len(word_ends(b)))))
        assert found.sentence == max(bisect_right(sentence_starts(text), found.character) for text in (a, b))


def test_long_texts_without_a_word_in_common_end_quickly_in_one_change() -> None:
    a = " ".join(f"a{n}" for n in range(30_000))
    b = " ".join(f"b{n}" for n in range(30_000))
    assert len(diff(a, b).changes) == 1


@given(texts, texts)
def test_no_span_cuts_what_people_see_as_one_character(a: str, b: str) -> None:
    found = diff(a, b)
    for whole_text, bounds in (
        (a, [place for span in found.spans for place in (span.a_start, span.a_end)]),
        (b, [place for span in found.spans for place in (span.b_start, span.b_end)]),
    ):
        whole = {0, *(match.end() for match in regex.finditer(r"\X", whole_text))}
        assert whole.issuperset(bounds)


def test_similarity_is_never_above_one() -> None:
    """A half-width kana with its mark once joined two words on one side only."""
    assert diff("가으 다로성.행.나 성", "가으 다로성.행.나ﾊﾟ성").similarity <= 1


@pytest.mark.parametrize("noise", ["." * 100_000, "!?" * 50_000, "🇩🇪" * 20_000], ids=["dots", "marks", "flags"])
def test_long_runs_of_marks_and_flags_do_not_hang(noise: str) -> None:
    """Both once took time that grew with the square of their length: minutes, here."""
    found = diff(f"Once there was a ship. {noise}a", f"Once there was a ship. {noise}b")
    assert [op for op, _, _ in slices(found) if op != "equal"] == ["replace"]
    assert found.first_divergence is not None


def test_a_sentence_said_thousands_of_times_is_found_again() -> None:
    sentence = "The crew of the ship saw the red planet. "
    many = [sentence] * 5000
    few = list(many)
    for index in range(50, 5000, 100):
        few[index] = sentence.replace("red", "blue")
    found = diff("".join(many), "".join(few))
    assert len(found.changes) == 50
    assert found.similarity > 0.98


def test_a_huge_word_keeps_its_ends() -> None:
    found = diff("a" * 20_000, "a" * 10_000 + "b" + "a" * 9_999)
    assert [(left, right) for op, left, right in slices(found) if op != "equal"] == [("a", "b")]
