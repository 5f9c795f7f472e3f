"""Text from outside: made storable, and made safe to show."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core import text as text_module
from seedtui.core.pattern import pattern
from seedtui.core.text import (
    INVISIBLE,
    displayable,
    join_surrogates,
    one_line,
    scrub,
)
from support.bodies import any_json

# What acts on a terminal, hides, or turns the direction of what follows; and letters, so that it stands among some.
_ACTING = [
    *"\0\a\b\t\n\v\f\r\x1b\x7f\x80\x85\x9b\x9d\x9f",
    *"\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufeff\u00ad\u180e\u061c\u2066\u2069\u202a\u202e",
    *"\ufff9\U000e0041\ue000\U0010ffff\ud83d\ude00\u0301\ufe0f",
    *INVISIBLE,
]
texts = st.text() | st.text(st.sampled_from([*_ACTING, *"ab é여ㅎ火क्\u0e01"]), max_size=30)
_JOINERS = "\u200c\u200d"


def is_safe(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} and character not in INVISIBLE


def test_what_needs_no_closer_look_would_stay_as_it_is_in_one() -> None:
    plain = [character for character in map(chr, range(0x110000)) if text_module._is_plain(character)]
    assert len(plain) > 30_000
    shown = pattern(text_module._UNSAFE).sub("?", "".join(plain))
    assert shown == "".join(plain)
    assert not pattern(r"\p{M}").search(shown)


@given(texts)
def test_what_is_shown_cannot_act_on_a_terminal(text: str) -> None:
    shown = displayable(text)
    for at, character in enumerate(shown):
        if character in _JOINERS:
            assert 0 < at < len(shown) - 1
            assert is_safe(shown[at - 1])
            assert is_safe(shown[at + 1])
        else:
            assert is_safe(character), hex(ord(character))
    shown.encode()


@given(texts)
def test_what_is_shown_shows_as_itself(text: str) -> None:
    assert displayable(displayable(text)) == displayable(text)


@given(texts)
def test_newlines_and_tabs_are_kept_on_request_only(text: str) -> None:
    shown = displayable(text, newlines=True, tabs="\t")
    assert (shown.count("\n"), shown.count("\t")) == (text.count("\n"), text.count("\t"))
    assert not {"\n", "\t"} & set(displayable(text))


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters=INVISIBLE)))
def test_text_with_a_shape_is_left_alone(text: str) -> None:
    assert displayable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;x\x07", "␛]0;x␇"),
        ("\x9b2J", "‹009B›2J"),
        ("a\u202eb", "a‹202E›b"),
        ("a\u200bb", "a‹200B›b"),
        ("a\r\n\tb\x7f", "a␍␊␉b␡"),
        ("\u3164", "‹3164›"),
        ("\ud83d", "‹D83D›"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("क्‍ष", "क्‍ष"),
        ("می‌خواهم", "می‌خواهم"),
        ("a ‍ b", "a ‹200D› b"),
        (unicodedata.normalize("NFD", "여행"), unicodedata.normalize("NFD", "여행")),
        ("❤️", "❤️"),
        ("e" + "\u0301" * 8, "e" + "\u0301" * 8),
        ("e" + "\u0301" * 500 + "x", "e" + "\u0301" * 8 + "…x"),
    ],
)
def test_pictures(text: str, shown: str) -> None:
    assert displayable(text) == shown


@given(st.text(st.sampled_from("ab\ud83d\ude00\ud800\udfff😀\ufeff") | st.characters()))
def test_joined_text_can_be_encoded_and_says_the_same(text: str) -> None:
    joined = join_surrogates(text)
    assert joined.encode().decode() == joined
    # The same UTF-16, but for the halves that are alone.
    assert joined == text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert join_surrogates(joined) == joined


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_without_surrogates_is_left_alone(text: str) -> None:
    assert join_surrogates(text) is text


@given(any_json)
def test_a_scrubbed_value_can_be_written(value: Any) -> None:
    scrubbed = scrub(value)
    json.dumps(scrubbed, ensure_ascii=False).encode()
    assert repr(scrub(scrubbed)) == repr(scrubbed)


@given(texts, st.integers(2, 40))
def test_one_line_is_one_line_and_no_longer_than_asked(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert displayable(line) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [("", ""), ("a\n\n b\t c ", "a b c"), ("abcdef", "abcd…"), ("a" * 100, "aaaa…"), ("\x1b[2J", "␛[2J")],
)
def test_one_line(text: str, line: str) -> None:
    assert one_line(text, 5) == line
