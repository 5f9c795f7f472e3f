"""Texts cut into the units that are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.diff import units as module
from seedtui.core.diff.counting import count_words
from seedtui.core.diff.units import Units, plain_words, words_and_marks
from seedtui.core.segment import tokens

texts = st.text() | st.text(st.sampled_from("ab .!?\n\r\t\0`~。한火星カナひらกเ็\u0301🇩🇪"), max_size=60)


@given(texts, st.booleans())
def test_joined_the_units_are_the_text(text: str, fenced: bool) -> None:
    text = f"```\n{text}\n```\n{text}" if fenced else text
    units = Units(text)
    for pieces in (units.sentences(), units.words(0, len(text)), units.pieces(0, len(text)), plain_words(text)):
        assert "".join(pieces) == text
        assert all(pieces)


@given(texts)
def test_cut_in_blocks_the_units_are_the_same(text: str) -> None:
    text *= 5
    whole = plain_words(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BLOCK", 64)
        parts = plain_words(text)
    assert "".join(parts) == text
    if max(map(len, whole), default=0) < 32 and "  " not in text and "\0" not in text and "\n" not in text:
        assert parts == whole


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The cat, the  dog.\n\nA bird", ["The ", "cat, ", "the  ", "dog.\n\n", "A ", "bird"]),
        ("나는 학교에 갔다", ["나는 ", "학교에 ", "갔다"]),
        ("火星へ。", ["火", "星", "へ", "。"]),
        ("ロケットで行く", ["ロケット", "で", "行", "く"]),
        ("ไปเที่ยว", ["ไป", "เที่", "ย", "ว"]),
        ("2050年 a", ["2050", "年 ", "a"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert plain_words(text) == words


def test_in_a_fence_lines_are_words() -> None:
    text = "See this. Now:\n```\na = 1  # one. two\nb\n```\nThe end."
    assert Units(text).words(4, len(text)) == [
        "this. ",
        "Now:\n",
        "```\n",
        "a = 1  # one. two\n",
        "b\n",
        "```\n",
        "The ",
        "end.",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ไปเที่ยว", ["ไป", "เที่", "ย", "ว"]),
        ("ນ້ຳ ເມືອງ", ["ນ້ຳ", " ", "ເມື", "ອ", "ງ"]),
        ("カタカナとかな", ["カタカナ", "と", "か", "な"]),
        ("a🇩🇪🇫🇷", ["a", "🇩🇪", "🇫🇷"]),
    ],
)
def test_tokens_of_scripts_without_spaces(text: str, words: list[str]) -> None:
    assert tokens(text) == words


@pytest.mark.parametrize(
    ("text", "words", "all"),
    [
        ("", 0, 0),
        ("The cat's 3.5.", 5, 8),
        ("한국 사람", 2, 2),
        ("火星 へ", 3, 3),
        ("e\u0301te\u0301", 1, 1),
        ("“Yes”…", 1, 4),
        ("ไปเที่ยว", 4, 4),
        ("a\x1cb_c\0", 2, 3),
    ],
)
@pytest.mark.parametrize("marks", [False, True])
def test_counted_words(text: str, words: int, all: int, marks: bool) -> None:
    count = all if marks else words
    assert count_words(text, marks=marks) == count
    many = f"{text} " * 300_000 if len(text) < 2 else f"{text} " * 500
    assert count_words(many, marks=marks) == count * 500


@given(st.text(st.sampled_from("ab_ .!\n\x1f'1"), max_size=50), st.booleans())
def test_long_ascii_is_counted_like_short(text: str, marks: bool) -> None:
    assert count_words(f"{text} " * 40, marks=marks) == 40 * count_words(text, marks=marks)


def test_the_number_of_an_item_in_a_list_is_no_sentence() -> None:
    text = "1. Go. Now.\n12. Stay at 7. Do.\n\n  a. Rest.\n## 3.1. Mars"
    assert Units(text).pieces(0, len(text)) == [
        "1. Go. ",
        "Now.\n",
        "12. Stay at 7. ",
        "Do.\n\n",
        "  a. Rest.\n",
        "## 3.1. Mars",
    ]


@given(texts)
def test_words_and_what_is_between_them_come_by_turns_in_blocks_too(text: str) -> None:
    whole = words_and_marks(text)
    assert "".join(whole) == text
    assert len(whole) % 2 == 1
    assert all(whole[1:-1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BLOCK", 8)
        assert words_and_marks(text) == whole
