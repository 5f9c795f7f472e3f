from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.reference import Reference, parse_reference


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("41", Reference(41)),
        ("#41", Reference(41)),
        (" #41 ", Reference(41)),
        ("41.1", Reference(41, choice=1)),
        ("#41.0", Reference(41, choice=0)),
        ("@1", Reference(1, from_newest=True)),
        ("@2.3", Reference(2, from_newest=True, choice=3)),
    ],
)
def test_references(typed: str, expected: Reference) -> None:
    assert parse_reference(typed) == expected


@pytest.mark.parametrize(
    "typed", ["", "#", "@", "0", "@0", "-1", "41.", ".1", "41.1.1", "4 1", "##41", "41x", "٤١", "1" * 19, "41\n.1"]
)
def test_what_is_no_reference_is_quoted(typed: str) -> None:
    with pytest.raises(ValueError, match="names no run: write 41, #41"):
        parse_reference(typed)


@given(st.integers(1, 10**18 - 1), st.booleans(), st.none() | st.integers(0, 999))
def test_written_references_read_back(number: int, from_newest: bool, choice: int | None) -> None:
    reference = Reference(number, from_newest, choice)
    assert parse_reference(str(reference)) == reference
