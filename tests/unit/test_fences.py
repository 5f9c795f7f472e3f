"""Fenced code in Markdown."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.fences import clipped, fences
from seedtui.core.segment import sentence_starts

texts = st.text(st.sampled_from("`~ \nab."), max_size=60)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no code", []),
        ("a\n```python\nx = 1\n```\nb", ["```python\nx = 1\n```\n"]),
        ("~~~\nx\n~~~", ["~~~\nx\n~~~"]),
        ("```\nnever closed", ["```\nnever closed"]),
        ("````\n```\nx\n```\n````\n", ["````\n```\nx\n```\n````\n"]),
        ("```\n~~~\n```\nb", ["```\n~~~\n```\n"]),
        ("a ```b``` c", []),
        ("```a``` b\n", []),
        ("   ```\nx\n   ```\ny", ["   ```\nx\n   ```\n"]),
        ("    ```\nx\n", []),
        ("```\na\n```\n\n```\nb\n```\n", ["```\na\n```\n", "```\nb\n```\n"]),
        ("~~~\na\n~~~\n```\nb\n```\n", ["~~~\na\n~~~\n", "```\nb\n```\n"]),
        ("```\n```x\n```\n", ["```\n```x\n```\n"]),
    ],
)
def test_fences(text: str, code: list[str]) -> None:
    assert [text[start:end] for start, end in fences(text)] == code


@given(texts)
def test_code_is_whole_lines_in_order(text: str) -> None:
    at = 0
    for start, end in fences(text):
        assert at <= start < end <= len(text)
        assert start == 0 or text[start - 1] == "\n"
        assert end == len(text) or text[end - 1] == "\n"
        at = end


def test_clipped_to_a_stretch_it_counts_from_the_stretch() -> None:
    assert clipped([(0, 5), (10, 20), (30, 40)], 15, 30) == [(0, 5)]


def test_a_full_stop_in_code_ends_no_sentence() -> None:
    text = "One. Two.\n```\n# Stop. Go on.\nx\n```\nThree. Four."
    places = [*sentence_starts(text), len(text)]
    assert [text[start:end] for start, end in pairwise(places)] == [
        "One. ",
        "Two.\n",
        "```\n",
        "# Stop. Go on.\n",
        "x\n",
        "```\n",
        "Three. ",
        "Four.",
    ]


def test_many_fences_take_no_longer_than_as_much_prose() -> None:
    text = "```\nx\n```\n" * 20_000
    found = fences(text)
    assert len(found) == 20_000
    assert clipped(found, 100_003, 100_017) == [(0, 7), (7, 14)]
