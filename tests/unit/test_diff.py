"""The laws of a diff, and what a reader should see."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.corpus import EDITS, KINDS, pair
from seedtui.core.diff import Diff, diff, first_divergence, words
from seedtui.core.segment import sentence_starts, token_blocks, word_ends
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


@given(st.lists(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join), max_size=8))
def test_the_words_of_a_growing_text_are_counted_as_those_of_the_whole(parts: list[str]) -> None:
    text = ""
    for part in parts:
        text += part
        assert words.count(text) == len(word_ends(text)) == len(words.ends(text))


def test_of_a_text_that_grows_only_what_is_new_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0

    def counted(text: str) -> Iterator[list[str]]:
        nonlocal looked
        looked += len(text)
        return token_blocks(text)

    monkeypatch.setattr(words, "token_blocks", counted)
    whole, other = pair("prose", 3_000, "unrelated")
    for end in range(0, len(whole), 50):
        words.count(whole[:end])
        words.count(other)
    assert looked <= 2 * (len(whole) + len(other))
    assert words.count(whole) == len(word_ends(whole))


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


def test_a_run_of_a_hundred_thousand_fences_is_looked_through_once() -> None:
    """For each line of an equal run, all fences behind it once were listed: hours for this one."""
    a = "```\n" * 100_000
    assert len(diff(a, "\n" + a[:-4] + "Z").changes) == 2


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


@pytest.mark.parametrize(
    ("a", "b", "changes"),
    [
        ("an astronaut slept", "an astronauts slept", [("insert", "", "s")]),
        ("the courageous crew", "the tired crew", [("replace", "courageous", "tired")]),
        ("학교에서는 좋다", "학교까지는 좋다", [("replace", "에서", "까지")]),
        ("가다", "나다", [("replace", "가다", "나다")]),
        ("in 1789 and", "in 1799 and", [("replace", "1789", "1799")]),
        ("e\u0301te\u0301s now", "e\u0301te\u0300s now", [("replace", "e\u0301", "e\u0300")]),
        ("colour", "color", [("delete", "u", "")]),
        ("the cat", "the cut", [("replace", "cat", "cut")]),
    ],
)
def test_what_stays_of_a_changed_word(a: str, b: str, changes: list[tuple[str, str, str]]) -> None:
    assert [piece for piece in slices(diff(a, b)) if piece[0] != "equal"] == changes


def test_a_word_changed_in_part_is_not_the_same_word() -> None:
    one = diff("one astronaut slept here", "one astronauts slept here")
    other = diff("one astronaut slept here", "one cosmonauts slept here")
    assert one.similarity == other.similarity == diff(one.b, one.a).similarity == 0.75


def test_code_is_compared_line_by_line() -> None:
    a = "Use this:\n\n```python\ndef age(p):\n    # Oldest. First.\n    return p.age\n```\n\nThat is all."
    b = "Try that:\n\n```python\ndef name(p):\n    # Oldest. First.\n    return p.name\n```\n\nIt works well."
    found = diff(a, b)
    same = "(p):\n    # Oldest. First.\n    return "
    assert ("equal", same, same) in slices(found)
    assert [(left, right) for op, left, right in slices(found) if op != "equal"] == [
        ("Use this", "Try that"),
        ("age", "name"),
        ("p.age", "p.name"),
        ("That is all", "It works well"),
    ]


def test_an_inserted_line_of_code_is_one_line() -> None:
    a = "```\nx = 1\ny = compute(x)\nprint(x)\n```\n"
    b = "```\nx = 1\ny = compute(x, 2)\ncheck(y)\nprint(x)\n```\n"
    assert [piece for piece in slices(diff(a, b)) if piece[0] != "equal"] == [
        ("insert", "", ", 2"),
        ("insert", "", "check(y)\n"),
    ]


def test_rewritten_sentences_are_compared_one_by_one() -> None:
    a = (
        "The revolution began in 1789 and changed French society. It abolished the monarchy and established "
        "a republic. The storming of the Bastille became a symbol of the uprising."
    )
    b = (
        "The revolution, which started in 1789, transformed French society. It ended the monarchy and led to "
        "a republic. Later, the storming of the Bastille became a powerful symbol of revolt."
    )
    found = diff(a, b)
    kept = "".join(left for op, left, _ in slices(found) if op == "equal")
    assert "French society. It " in kept
    assert "a republic. " in kept
    assert "storming of the Bastille became a " in kept


def test_thai_vowels_and_marks_stay_with_their_consonant() -> None:
    found = diff("ไปเที่ยว", "ไปแก่ยว")
    assert [piece for piece in slices(found) if piece[0] != "equal"] == [("replace", "เที่", "แก่")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("edit", EDITS)
def test_texts_of_any_kind_are_rebuilt(kind: str, edit: str) -> None:
    found = diff(*pair(kind, 3000, edit))
    assert "".join(left for _, left, _ in slices(found)) == found.a
    assert "".join(right for _, _, right in slices(found)) == found.b
    assert all((left == right) == (op == "equal") for op, left, right in slices(found))


def test_no_stage_ends_up_with_confetti() -> None:
    found = diff(*pair("prose", 3000, "parted"))
    assert len(found.changes) <= 2


@given(texts, texts, texts)
@settings(max_examples=50)
def test_the_laws_hold_in_code_and_in_long_texts(a: str, b: str, between: str) -> None:
    """Below a certain length, and without a fence, other roads are taken."""
    long = f"```\n{between}\n```\n" + "".join(f"Sentence {n} is here. " for n in range(250))
    one, two = diff(a + long + b, b + long + a), diff(b + long + a, a + long + b)
    assert "".join(left for _, left, _ in slices(one)) == one.a
    assert "".join(right for _, _, right in slices(one)) == one.b
    assert all((left == right) == (op == "equal") for op, left, right in slices(one))
    assert [(span.a_start, span.a_end) for span in one.spans] == [(span.b_start, span.b_end) for span in two.spans]
    assert one.similarity == two.similarity
    assert 0 <= one.similarity <= 1


def test_one_text_is_cut_like_code_and_the_other_like_prose() -> None:
    said = "The crew saw the red planet today. "
    a, b = f"{said}s astronautก हि\r\n```\nक्ष{said}a", f"{said}s astronautก हि\rक्ष{said}a"
    assert all((left == right) == (op == "equal") for op, left, right in slices(diff(a, b)))


_INDENTED = '{\n  "name": "Mars",\n  "moons": [\n    "Phobos",\n    "Deimos"\n  ],\n  "far": true\n}'


@pytest.mark.parametrize(
    ("a", "b", "changes"),
    [
        ("a b c d e f g h i j", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj", 9),
        ("**Bold** text and *it* here", "Bold text and it here", 4),
        ("\"We can't,\" she said. 'It is far.'", "“We can’t,” she said. ‘It is far.’", 5),
        (_INDENTED, '{"name":"Mars","moons":["Phobos","Deimos"],"far":true}', 10),
        ("- one\n- two\n- three", "* one\n* two\n* three", 3),
        ("apples, pears, plums, figs", "apples; pears; plums; figs", 3),
    ],
)
def test_only_marks_and_white_space_differ(a: str, b: str, changes: int) -> None:
    """A word with another mark or other space about it once was another word."""
    for found in (diff(a, b), diff(b, a), diff(f"{a}\n" * 200, f"{b}\n" * 200)):
        assert found.similarity == 1
        assert not any(map(str.isalnum, "".join(left + right for op, left, right in slices(found) if op != "equal")))
    assert len(diff(a, b).changes) == changes


def test_of_words_with_other_marks_those_that_differ_are_found() -> None:
    found = diff('"The cat sat," he said. "It slept there."', "“The dog sat,” he said. “It ate there.”")
    changed = [(left, right) for op, left, right in slices(found) if op != "equal"]
    assert changed == [('"', "“"), ("cat", "dog"), ('"', "”"), ('"', "“"), ("slept", "ate"), ('"', "”")]
