"""Requests: one canonical form, one digest, and what two of them differ in."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.request import NESTING_LIMIT, UNSET, Api, Change, Request, canonical_json, changes, is_deep
from support.bodies import any_json, json_values, texts, valid_bodies

SURROGATES = "surrogatepass"
HELLO = {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}


def shuffled(value: Any, data: st.DataObject) -> Any:
    """Return the same JSON value with the keys of every object in another order."""
    if isinstance(value, dict):
        keys = data.draw(st.permutations(list(value)))
        return {key: shuffled(value[key], data) for key in keys}
    return [shuffled(item, data) for item in value] if isinstance(value, list) else value


@given(st.data(), json_values)
def test_the_order_of_keys_is_no_part_of_a_value(data: st.DataObject, value: Any) -> None:
    assert canonical_json(shuffled(value, data)) == canonical_json(value)


@given(json_values)
def test_canonical_json_says_the_same_and_is_its_own_canonical_form(value: Any) -> None:
    written = canonical_json(value)
    assert json.loads(written) == value
    assert canonical_json(json.loads(written)) == written


# Names that are in another order by their code points, and numbers and texts that look like each other.
odd_keys = st.sampled_from(["\ufffd", "\U00010000", "\ue000", "\ud7ff", "a", "A", "", '"', "\ud83d", "\uffff😀"])
odd_values = st.recursive(
    st.sampled_from([1.0, -0.0, 1e15, 2.0**53, 1e16, 1e300, 1.5, 10.05, True, None, 0, 2**70, "1.0,", "1.0}", "1.0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_keys, inner, max_size=4),
    max_leaves=8,
)


@given(odd_values)
def test_canonical_json_is_what_its_definition_says(value: Any) -> None:
    def normal(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: normal(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be", SURROGATES))
            }
        if isinstance(value, list):
            return [normal(item) for item in value]
        return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value

    written = json.dumps(normal(value), ensure_ascii=False, separators=(",", ":"))
    assert canonical_json(value) == written
    assert canonical_json(MappingProxyType({"a": value})) == f'{{"a":{written}}}'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1.0, "a": [True, None, "é\n"]}, '{"a":[true,null,"é\\n"],"b":1}'),
        (9_223_372_036_854_775_807, "9223372036854775807"),
        (0.7, "0.7"),
        (-0.0, "0"),
        # U+10000 is written with a surrogate pair, whose first half sorts before U+FFFD.
        ({"\ufffd": 1, "\U00010000": 2}, '{"\U00010000":2,"\ufffd":1}'),
    ],
)
def test_canonical_json(value: Any, written: str) -> None:
    assert canonical_json(value) == written


@given(valid_bodies, valid_bodies)
def test_digests_are_equal_exactly_if_there_are_no_changes(a: dict[str, Any], b: dict[str, Any]) -> None:
    # A seed of null is no seed, and no change beside none.
    one, two = (
        Request({key: value for key, value in body.items() if (key, value) != ("seed", None)}) for body in (a, b)
    )
    assert (one.digest == two.digest) == (not changes(one, two))


@given(st.data(), valid_bodies)
def test_every_field_that_is_changed_is_named(data: st.DataObject, body: dict[str, Any]) -> None:
    fields = sorted(Request(body).body)
    field = data.draw(st.sampled_from(fields))
    value = data.draw(json_values)
    changed = {**body, field: value}
    found = changes(Request(body), Request(changed))
    if canonical_json(value) == canonical_json(body[field]):
        assert found == ()
    elif field == "messages":
        assert {change.field.partition("[")[0] for change in found} == {"messages"}
    else:
        assert [(change.field, change.b) for change in found] == [(field, value)]


@given(valid_bodies, valid_bodies)
def test_swapping_two_requests_swaps_every_change(a: dict[str, Any], b: dict[str, Any]) -> None:
    there = {(change.field, id(change.a), id(change.b)) for change in changes(Request(a), Request(b))}
    back = {(change.field, id(change.b), id(change.a)) for change in changes(Request(b), Request(a))}
    assert there == back


def test_changes_of_messages_are_counted_and_named_one_by_one() -> None:
    turn = {"role": "assistant", "content": "Hi"}
    longer = {**HELLO, "seed": 0, "messages": [{"role": "user", "content": "Hello!"}, turn]}
    assert changes(Request(HELLO), Request(longer)) == (
        Change("seed", UNSET, 0),
        Change("messages[0]", {"role": "user", "content": "Hello"}, {"role": "user", "content": "Hello!"}),
        Change("messages[1]", UNSET, turn),
    )
    assert Change("seed", UNSET, 0).as_json() == {"field": "seed", "a": None, "b": 0}


def test_null_and_unset_are_two_things() -> None:
    assert changes(Request(HELLO), Request({**HELLO, "top_p": None})) == (Change("top_p", UNSET, None),)


def test_a_seed_of_null_is_no_seed() -> None:
    """It once counted as a change of the request, and so as what explains two texts that differ."""
    null = Request({**HELLO, "seed": None})
    assert changes(Request(HELLO), null) == changes(null, Request(HELLO)) == ()
    assert null.digest != Request(HELLO).digest
    assert [change.field for change in changes(null, Request({**HELLO, "seed": 0}))] == ["seed"]


@pytest.mark.parametrize(("a", "b", "same"), [(1, 1.0, True), (0, -0.0, True), (1, True, False), ("1", 1, False)])
def test_which_values_are_the_same(a: Any, b: Any, same: bool) -> None:
    assert (changes(Request({**HELLO, "x": a}), Request({**HELLO, "x": b})) == ()) == same


@given(valid_bodies)
def test_streaming_flags_are_no_part_of_a_request(body: dict[str, Any]) -> None:
    request = Request({**body, "stream": True, "stream_options": {"include_usage": True}})
    assert request == Request({key: value for key, value in body.items() if not key.startswith("stream")})
    assert not {"stream", "stream_options"} & request.body.keys()


@given(st.dictionaries(texts, any_json) | valid_bodies)
def test_no_body_makes_a_request_raise(body: dict[str, Any]) -> None:
    request = Request(body)
    assert len(request.digest) == 64
    assert request.n >= 1
    assert isinstance(request.model, str)
    assert isinstance(request.prompt, str)
    assert all(isinstance(message, dict) for message in request.messages)
    assert request.get("no such field") is UNSET


@pytest.mark.parametrize(
    ("body", "api"),
    [
        ({"messages": []}, Api.CHAT),
        ({"prompt": "x"}, Api.COMPLETIONS),
        ({"messages": [], "prompt": "x"}, Api.CHAT),
        ({"messages": None, "prompt": "x"}, Api.COMPLETIONS),
        ({"messages": [], "prompt": None}, Api.CHAT),
    ],
)
def test_which_api_a_body_is_for(body: dict[str, Any], api: Api) -> None:
    assert Request(body).api is api


@pytest.mark.parametrize(
    ("seed", "expected"),
    [
        (0, 0),
        (-1, -1),
        (2**70, 2**70),
        (None, None),
        (True, None),
        (123.0, 123),
        (1.5, None),
        (float("inf"), None),
        ("7", None),
        (UNSET, None),
    ],
)
def test_only_a_whole_number_is_a_seed(seed: Any, expected: int | None) -> None:
    assert Request({} if seed is UNSET else {"seed": seed}).seed == expected


def nested(depth: int) -> Any:
    value: Any = 1
    for number in range(depth):
        value = [value] if number % 2 else {"x": value}
    return value


def test_what_is_nested_too_deeply() -> None:
    assert not is_deep("x", 0)
    assert not is_deep(nested(NESTING_LIMIT))
    assert is_deep(nested(NESTING_LIMIT + 1))
    assert is_deep([[]], 1)
    assert not is_deep([[]], 2)
