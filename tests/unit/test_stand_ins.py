"""Any text can be held by a widget, painted safely and read back exactly."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.text import displayable, join_surrogates
from seedtui.tui.stand_ins import SHAPELESS, StandIns

HOSTILE = "\x1b]0;pwn\x07\x9b2J‮evil​\ue000﻿\r\n\tend"


@given(st.text())
def test_what_is_hidden_comes_back(text: str) -> None:
    stand_ins = StandIns("\n\t")
    held = stand_ins.hide(text)
    assert stand_ins.reveal(held) == join_surrogates(text)


@given(st.text())
def test_what_is_painted_is_safe_and_as_long(text: str) -> None:
    stand_ins = StandIns("\n\t")
    held = stand_ins.hide(text)
    shown = stand_ins.shown(held)
    assert len(shown) == len(held) == len(join_surrogates(text))
    assert displayable(shown, newlines=True, tabs="\t") == shown


@given(st.text(), st.text(), st.integers(0, 50))
def test_an_edit_in_the_middle_keeps_the_rest(text: str, typed: str, at: int) -> None:
    stand_ins = StandIns()
    held = stand_ins.hide(text)
    edited = held[:at] + stand_ins.hide(typed) + held[at:]
    text = join_surrogates(text)
    assert stand_ins.reveal(edited) == text[:at] + join_surrogates(typed) + text[at:]


def test_pictures() -> None:
    stand_ins = StandIns("\n")
    held = stand_ins.hide("\x1b\t\x7f‮\n")
    assert stand_ins.shown(held) == f"␛␉␡{SHAPELESS}\n"
    assert stand_ins.places(held) == [0, 1, 2, 3]


@pytest.mark.parametrize("text", ["여행", unicodedata.normalize("NFD", "여행"), "👩‍👩‍👧", "héllo", "a b", "ﬁ ½ ␛"])
def test_text_with_a_shape_is_left_alone(text: str) -> None:
    assert StandIns().hide(text) == text


def test_hostile_text() -> None:
    stand_ins = StandIns("\n\t")
    held = stand_ins.hide(HOSTILE)
    assert stand_ins.reveal(held) == HOSTILE
    assert "\x1b" not in stand_ins.shown(held)
