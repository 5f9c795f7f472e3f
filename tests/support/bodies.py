"""Request bodies and JSON values, drawn at random."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from seedtui.core.parameters import SEED_MAX, SEED_MIN

# Lone surrogates are left out here: nothing that comes through the doors has any.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
said = texts.filter(bool)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | numbers | texts
json_values: st.SearchStrategy[Any] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=8
)
# Also what no JSON should hold, and some does.
any_json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)

names = st.sampled_from(["m", "gpt-4o", " m", "m\n", "모델", "a b"])
roles = st.sampled_from(["system", "user", "assistant", "developer", "tool", "critic"])
plain_messages = st.fixed_dictionaries({"role": roles, "content": said})
rich_messages = st.fixed_dictionaries(
    {"role": roles, "content": st.none() | texts | st.just([{"type": "text", "text": "Hi"}])},
    optional={"name": texts, "tool_calls": json_values},
)
conversations = st.lists(plain_messages, min_size=1, max_size=3) | st.lists(
    plain_messages | rich_messages, min_size=1, max_size=3
)
temperatures = st.floats(0, 2) | st.integers(0, 2) | st.just(-0.0)
parameters: dict[str, st.SearchStrategy[Any]] = {
    "seed": st.integers(SEED_MIN, SEED_MAX) | st.sampled_from([0, -1, SEED_MIN, SEED_MAX, 2**70, 1.5, "7", None]),
    "temperature": temperatures | json_values,
    "max_tokens": st.integers(1, 2**31 - 1) | json_values,
    "top_p": st.floats(0, 1) | json_values,
    "n": st.integers(1, 128) | st.just(1.0),
    "stop": said | st.lists(said, min_size=1, max_size=4) | json_values,
    "presence_penalty": st.floats(-2, 2),
    "frequency_penalty": st.integers(-2, 2),
    "logprobs": st.booleans() | st.integers(0, 20) | json_values,
    "top_logprobs": st.integers(0, 20) | json_values,
    "tools": json_values,
    "stream": st.booleans(),
    "stream_options": json_values,
}
others = st.dictionaries(
    texts.filter(lambda name: name not in {*parameters, "model", "messages", "prompt"}), json_values, max_size=2
)


def bodies(
    required: dict[str, st.SearchStrategy[Any]], optional: dict[str, st.SearchStrategy[Any]] | None = None
) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies with these fields, any parameters and some fields that nobody knows."""
    known = st.fixed_dictionaries({"model": names, **required}, optional={**parameters, **(optional or {})})
    return st.builds(lambda one, two: {**two, **one}, known, others)


chat_bodies = bodies({"messages": conversations}, {"prompt": json_values})
completions_bodies = bodies({"prompt": said | st.lists(said, min_size=1) | st.lists(st.integers(0, 9), min_size=1)})
valid_bodies = chat_bodies | completions_bodies
