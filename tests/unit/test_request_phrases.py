"""How a request's values read in a sentence: different ones must look different."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.request import UNSET, Change
from seedtui.core.request_phrases import phrase_change, phrase_value, phrase_values


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.7, "0.7"),
        (7, "7"),
        ("7", '"7"'),
        ("gpt-4o", "gpt-4o"),
        ("\n", '"\\n"'),
        ("", '""'),
        ("a  b", '"a  b"'),
        ("true", '"true"'),
        (True, "true"),
        (UNSET, "not sent"),
        ("not sent", '"not sent"'),
        (None, "null"),
    ],
)
def test_a_value_is_seen_for_what_it_is(value: Any, said: str) -> None:
    assert phrase_value(value) == said


@pytest.mark.parametrize(
    ("a", "b"), [("\n", "\n\n"), (7, "7"), ("a b", "a  b"), ("\n", ""), ("x" * 300, "x" * 299 + "y")]
)
def test_different_values_read_differently(a: Any, b: Any) -> None:
    """Each of these pairs once read the same on both sides of the arrow."""
    left, right = phrase_values(a, b)
    assert left != right
    assert phrase_change(Change("stop", a, b)) == f"stop {left} → {right}"


@given(st.text(max_size=80), st.text(max_size=80))
def test_phrases_are_displayable(a: str, b: str) -> None:
    for said in phrase_values(a, b):
        assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in said)
