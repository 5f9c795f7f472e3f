"""What is written by the shorter way is to the letter what `json` writes: seals and digests are made of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.compact import compact, compact_sorted, quoted
from support.bodies import any_json

HARD = [
    *(1e16, 1e-7, -0.0, 5e-324, 2**64, -(2**70), float("nan"), float("inf"), True),
    *("\x7f\x00\u2028\ud83d", {"\U00010000": 1, "\uffee": 2}),
]
values = any_json | st.sampled_from(HARD) | st.tuples(any_json, st.sampled_from(HARD))


def by_json(value: Any, *, sort_keys: bool = False) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys)


@given(values)
def test_a_value_is_written_as_json_writes_it(value: Any) -> None:
    assert compact(value) == by_json(value)
    assert compact_sorted(value) == by_json(value, sort_keys=True)


@given(values)
def test_what_was_written_is_quoted_as_json_quotes_it(value: Any) -> None:
    assert quoted(compact(value)) == by_json(compact(value))


@pytest.mark.parametrize("write", [compact, compact_sorted])
def test_what_is_no_json_is_refused_each_time(write: Any) -> None:
    for _ in range(2):
        with pytest.raises(TypeError):
            write({"a": [object()]})
        assert write([1]) == "[1]"
