"""Values that a JSON file may hold where something else was expected."""

from __future__ import annotations

from hypothesis import strategies as st

_huge = st.sampled_from([10**400, -(2**70), 1e308, float("nan"), float("inf")])
_texts = st.text(max_size=8) | st.sampled_from(
    ["", "\ud83d", "\x1b[2J", "attachment://x", '[{"role": "user"}]', "\x00"]
)

junk = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | _huge | _texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "role", "content", "type", "text", "choices", "model", "x"]), inner)
    ),
    max_leaves=6,
)
