"""What may be typed into each parameter's field, and what it becomes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.parameters import BY_NAME, PARAMETERS, SEED_MAX, SEED_MIN, parse_extra, to_body, to_typed
from seedtui.core.request import Api
from support.bodies import json_values, texts, valid_bodies

seed = BY_NAME["seed"].parse
NOTHING: frozenset[str] = frozenset()


@given(st.integers(SEED_MIN, SEED_MAX))
def test_every_seed_of_64_bits_is_sent_with_all_its_digits(value: int) -> None:
    assert seed(str(value)) == value


@pytest.mark.parametrize("typed", ["-9223372036854775808", "-1", "0", "-0", "+5", "007", "9223372036854775807"])
def test_seeds_at_the_edges(typed: str) -> None:
    assert seed(typed) == int(typed)
    assert type(seed(typed)) is int


@pytest.mark.parametrize("typed", ["9223372036854775808", "-9223372036854775809", "1" * 40])
def test_seeds_beyond_64_bits_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"seed must be from -2\^63 to 2\^63-1\."):
        seed(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "1.5", "7.0", "abc", "True", "null", "١", "７", "1_000", "0x10", "1e3", "--1", "+", "1 2", "7\n"),
        *("1" * 41, "9" * 5000, '"7"', "NaN", "-∞"),
    ],
)
def test_what_is_no_whole_number_is_no_seed(typed: str) -> None:
    with pytest.raises(ValueError, match="seed must be"):
        seed(typed)


@given(st.sampled_from(PARAMETERS), texts | st.from_regex(r"[+-]?[0-9.eE]{0,12}"))
def test_a_field_gives_a_value_that_json_can_hold_or_one_plain_sentence(parameter: Any, typed: str) -> None:
    refused = None
    try:
        value = parameter.parse(typed)
    except ValueError as error:
        refused = str(error)
    if refused is None:
        assert json.loads(json.dumps(value, allow_nan=False)) == value
    else:
        assert parameter.name in refused
        assert refused.endswith(".")
        assert refused.isprintable()


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("temperature", "0", 0),
        ("temperature", "0.7", 0.7),
        ("temperature", "2.0", 2.0),
        ("temperature", ".5", 0.5),
        ("temperature", "1.", 1.0),
        ("temperature", "1e-3", 0.001),
        ("top_p", "1", 1),
        ("presence_penalty", "-2", -2),
        ("n", "128", 128),
        ("max_tokens", "1", 1),
        ("stop", "END", "END"),
        ("stop", r"\n\n", "\n\n"),
        ("stop", r'["\n", "END"]', ["\n", "END"]),
        ("stop", '" x"', " x"),
        ("stop", " x", " x"),
    ],
)
def test_values_arrive_as_typed(name: str, typed: str, value: Any) -> None:
    found = BY_NAME[name].parse(typed)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("temperature", "2.1"),
        ("temperature", "-0.1"),
        ("temperature", "0,7"),
        ("temperature", "inf"),
        ("temperature", "1e999"),
        ("temperature", "½"),
        ("top_p", "1.01"),
        ("n", "0"),
        ("n", "129"),
        ("n", "1.0"),
        ("max_tokens", "0"),
        ("max_tokens", "2147483648"),
        ("logprobs", "21"),
        ("stop", "["),
        ("stop", "[]"),
        ("stop", '[""]'),
        ("stop", "[1]"),
        ("stop", '""'),
        ("stop", r'["\ud800"]'),
    ],
)
def test_values_out_of_range_are_refused_with_the_fields_name(name: str, typed: str) -> None:
    with pytest.raises(ValueError, match=rf"^{name} must be"):
        BY_NAME[name].parse(typed)


@given(valid_bodies, st.sampled_from(Api))
def test_what_is_typed_back_gives_the_same_fields(body: dict[str, Any], api: Api) -> None:
    typed, extra = to_typed(body, api)
    again: dict[str, Any] = json.loads(extra) if extra else {}
    for name, text in typed.items():
        again.update(to_body(name, BY_NAME[name].parse(text), api))
    assert json.dumps(again, sort_keys=True) == json.dumps(body, sort_keys=True)


def test_log_probabilities_are_two_fields_in_chat_and_one_in_completions() -> None:
    assert to_body("logprobs", 5, Api.CHAT) == {"logprobs": True, "top_logprobs": 5}
    assert to_body("logprobs", 5, Api.COMPLETIONS) == {"logprobs": 5}


@given(st.dictionaries(texts.filter(lambda name: not name.startswith("stream")), json_values))
def test_extra_json_arrives_as_typed(fields: dict[str, Any]) -> None:
    assert parse_extra(json.dumps(fields), NOTHING) == fields


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("{", "extra must be a JSON object (Expecting property name enclosed in double quotes at character 2)."),
        ("[1]", 'extra must be a JSON object, like {"top_k": 40}.'),
        ("7", 'extra must be a JSON object, like {"top_k": 40}.'),
        ('{"seed": 1}', "seed is set twice: here and in its own field."),
        ('{"stream": false}', "stream cannot be set: completions are always streamed."),
        ('{"x": NaN}', "extra must be a JSON object."),
        ('{"x": -Infinity}', "extra must be a JSON object."),
        ('{"x": 1e999}', "extra must be a JSON object."),
        ('{"x": ' + "9" * 5000 + "}", "extra must be a JSON object."),
        (r'{"x": "\ud83d"}', "extra must be a JSON object (this one holds half a character, a lone surrogate)."),
        ('{"x": ' + "[" * 400 + "]" * 400 + "}", "extra must be a JSON object (this one is nested too deeply)."),
        ('{"x": ' + "[" * 100_000, "extra must be a JSON object."),
    ],
)
def test_extra_json_that_cannot_be_sent_is_refused(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as caught:
        parse_extra(typed, frozenset({"seed"}))
    assert str(caught.value) == said


def test_blank_extra_json_adds_nothing() -> None:
    assert parse_extra(" \n", NOTHING) == {}


@pytest.mark.parametrize("seed", [2**63, -(2**63) - 1, 10**400])
def test_a_seed_beyond_its_bounds_is_refused_in_the_extra_json_too(seed: int) -> None:
    """It once went on the wire as it was."""
    with pytest.raises(ValueError, match="seed must be"):
        parse_extra(f'{{"seed": {seed}}}', NOTHING)
    assert parse_extra('{"seed": -1}', NOTHING) == {"seed": -1}
