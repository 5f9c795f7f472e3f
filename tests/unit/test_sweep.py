"""Sweeps: what can be typed, and which requests it makes."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.request import UNSET, Request
from seedtui.core.series import MOST_RUNS, Plan, Setting
from seedtui.core.sweep import Axis, expand, label_phrase, parse_axis
from support.asking import chat


@pytest.mark.parametrize(
    ("typed", "name", "values"),
    [
        ("seed=1..5", "seed", (1, 2, 3, 4, 5)),
        ("seed=1..21:5", "seed", (1, 6, 11, 16, 21)),
        ("seed=3..1:-1", "seed", (3, 2, 1)),
        ("seed=unset,0,-1", "seed", (UNSET, 0, -1)),
        ("seed= 1 , 2..3 ", "seed", (1, 2, 3)),
        ("seed=[1, 9223372036854775807]", "seed", (1, 2**63 - 1)),
        ("temperature=0..1:0.25", "temperature", (0, 0.25, 0.5, 0.75, 1)),
        ("temperature=0..0.5:0.1", "temperature", (0, 0.1, 0.2, 0.3, 0.4, 0.5)),
        ("temperature=unset,0,0.7", "temperature", (UNSET, 0, 0.7)),
        ("presence-penalty=-1..1", "presence_penalty", (-1, 0, 1)),
        ("n=1,4", "n", (1, 4)),
        ("top_k=1..3,unset,true", "top_k", (1, 2, 3, UNSET, True)),
        ('reasoning_effort="low","high"', "reasoning_effort", ("low", "high")),
        ('response_format={"type":"text","x":[1,2]},unset', "response_format", ({"type": "text", "x": [1, 2]}, UNSET)),
        ("model=gpt-4o,gpt-4o-mini", "model", ("gpt-4o", "gpt-4o-mini")),
        ("prompt=One, Two", "prompt", ("One", "Two")),
        ('prompt=["a, b","c"]', "prompt", ("a, b", "c")),
        ('prompt="a, b",c', "prompt", ("a, b", "c")),
        ('prompt="Hi" he said,c', "prompt", ('"Hi" he said', "c")),
        ("prompt=1..3", "prompt", ("1..3",)),
        ("system=unset,Be brief.", "system", (UNSET, "Be brief.")),
        ("messages[2]=a,b", "messages[2]", ("a", "b")),
        (r"stop=\n,unset,END", "stop", ("\n", UNSET, "END")),
        ('stop=["a",["b","c"]]', "stop", ("a", ["b", "c"])),
    ],
)
def test_what_can_be_typed(typed: str, name: str, values: tuple[Any, ...]) -> None:
    axis = parse_axis(typed)
    assert axis == Axis(name, values)
    assert [type(value) for value in axis.values] == [type(value) for value in values]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("seed", "seed is no sweep: write it like seed=1..20"),
        ("=1", "=1 is no sweep"),
        ("se ed=1", "se ed=1 is no sweep"),
        ("seed=", "seed has an empty value"),
        ("seed=1,,2", "seed has an empty value"),
        ("seed=[]", "seed has no values"),
        ("seed=x", "seed must be a whole number from -2^63 to 2^63-1."),
        (f"seed={2**70}", "seed must be from -2^63 to 2^63-1."),
        (f"seed=[{2**70}]", "seed must be from -2^63 to 2^63-1."),
        (f"seed={2**63 - 2}..{2**63}", "seed must be from -2^63 to 2^63-1."),
        ("seed=0..1:0.5", "seed must be a whole number"),
        ("seed=20..1", "seed: the range 20..1 is empty; for a falling one give its step, like 20..1:-1."),
        ("seed=1..20:0", "seed: the range 1..20:0 has a step of 0."),
        ("seed=1..20:-2", "seed: the range 1..20:-2 is empty."),
        ("seed=1..99999999999", "seed: the range 1..99999999999 has 99,999,999,999 values"),
        ("temperature=0,3", "temperature must be a number from 0 to 2."),
        ("top_k=many", "top_k must be JSON"),
        ("top_k=[1", "top_k: a list of values must be JSON"),
        ("prompt=a,,b", "prompt has an empty value"),
        ("prompt=[1]", "prompt must be a text; got 1."),
        ("prompt=unset", "prompt cannot be left unset."),
        ("model=unset,x", "model cannot be left unset."),
        ("stream=true", "stream cannot be swept"),
        ("messages=[]", "messages cannot be swept as a whole"),
        ("tools[1]=1", "tools[1] cannot be swept"),
        ("prompt=\udcff", "prompt has a value that is no text"),
        ('top_k="\\ud83d"', "top_k must be JSON"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^") as refused:
        parse_axis(typed)
    assert str(refused.value).startswith(said)
    assert str(refused.value).endswith(".")


decimals = st.integers(-(10**6), 10**6).flatmap(lambda whole: st.integers(0, 3).map(lambda places: (whole, places)))


def written(number: tuple[int, int]) -> str:
    whole, places = number
    digits = str(abs(whole)).rjust(places + 1, "0")
    cut = len(digits) - places
    return ("-" if whole < 0 else "") + digits[:cut] + (f".{digits[cut:]}" if places else "")


@given(low=decimals, step=decimals.filter(lambda one: one[0] != 0), steps=st.integers(0, 40))
def test_a_range_has_exactly_its_numbers(low: tuple[int, int], step: tuple[int, int], steps: int) -> None:
    first, stride = Fraction(written(low)), Fraction(written(step))
    places = max(low[1], step[1])
    last = written((int((first + steps * stride) * 10**places), places))
    values = parse_axis(f"top_k={written(low)}..{last}:{written(step)}").values
    exact = [first + index * stride for index in range(steps + 1)]
    assert [Fraction(repr(value)) for value in values] == exact
    assert all(len(repr(value)) <= 12 for value in values)


axes = st.lists(
    st.tuples(
        st.sampled_from(["seed", "temperature", "top_k", "model", "endpoint", "prompt", "system", "logprobs"]),
        st.integers(1, 4),
    ),
    max_size=4,
    unique_by=lambda axis: axis[0],
).map(lambda found: [Axis(name, values_for(name)[:size]) for name, size in found])


def values_for(name: str) -> tuple[Any, ...]:
    if name in ("model", "endpoint", "prompt"):
        return ("a", "b, c", "d", "하나")
    if name == "system":
        return (UNSET, "Be brief.", "Be long.", "Be.")
    return (0, UNSET, 1, 2)


@given(axes)
def test_every_combination_is_there_once_and_a_plan_survives_json(found: list[Axis]) -> None:
    settings = expand(chat(), "scripted", found)
    assert len(settings) == math.prod(len(axis.values) for axis in found)
    assert len({(one.endpoint, one.request.digest) for one in settings}) == len(settings)
    assert {tuple(name for name, _ in one.labels) for one in settings} == {tuple(axis.name for axis in found)}
    plan = Plan(settings, repeat=3, concurrency=2)
    back = Plan.from_json(json.loads(json.dumps(plan.as_json())))
    assert back == plan
    assert [one.request.digest for one in back.settings] == [one.request.digest for one in settings]
    assert all(
        (value is UNSET) == (other is UNSET)
        for one, two in zip(settings, back.settings, strict=True)
        for (_, value), (_, other) in zip(one.labels, two.labels, strict=True)
    )


def test_the_last_axis_changes_fastest() -> None:
    settings = expand(chat(), "x", [parse_axis("seed=1,2"), parse_axis("temperature=0,unset")])
    assert [label_phrase(one.labels) for one in settings] == [
        "seed 1 · temperature 0",
        "seed 1 · temperature not sent",
        "seed 2 · temperature 0",
        "seed 2 · temperature not sent",
    ]
    assert settings[1].request.body == {**chat().body, "seed": 1}


def test_without_an_axis_there_is_the_request_alone() -> None:
    assert expand(chat(), "x", []) == (Setting("x", chat()),)


CONVERSATION = [
    {"role": "system", "content": "S"},
    {"role": "user", "content": "U1"},
    {"role": "assistant", "content": "A"},
    {"role": "user", "content": "U2"},
]


@pytest.mark.parametrize(
    ("messages", "typed", "contents"),
    [
        (CONVERSATION, ["prompt=new"], ["S", "U1", "A", "new"]),
        (CONVERSATION, ["system=new"], ["new", "U1", "A", "U2"]),
        (CONVERSATION, ["system=unset"], ["U1", "A", "U2"]),
        (CONVERSATION, ["system=unset", "prompt=new", "messages[1]=one"], ["one", "A", "new"]),
        (CONVERSATION[1:], ["system=new", "prompt=p"], ["new", "U1", "A", "p"]),
        (CONVERSATION[1:], ["system=unset"], ["U1", "A", "U2"]),
        (CONVERSATION[:1], ["prompt=p"], ["S", "p"]),
        ([], ["prompt=p", "system=s"], ["s", "p"]),
    ],
)
def test_texts_take_their_places(messages: Any, typed: list[str], contents: list[str]) -> None:
    request = Request({"model": "m", "messages": messages})
    (setting,) = expand(request, "x", [parse_axis(one) for one in typed])
    assert [message["content"] for message in setting.request.messages] == contents
    assert request.body["messages"] == messages


def test_the_prompt_of_completions() -> None:
    settings = expand(Request({"model": "m", "prompt": "p"}), "x", [parse_axis("prompt=a,b"), parse_axis("logprobs=2")])
    assert [one.request.body for one in settings] == [{"model": "m", "prompt": text, "logprobs": 2} for text in "ab"]


def test_logprobs_of_chat_are_two_fields_or_none() -> None:
    with_them = chat(logprobs=True, top_logprobs=5)
    settings = expand(with_them, "x", [parse_axis("logprobs=unset,2")])
    assert [one.request.body for one in settings] == [chat().body, chat(logprobs=True, top_logprobs=2).body]


def test_a_swept_endpoint_asks_for_its_own_model_unless_models_are_swept() -> None:
    endpoints, models = parse_axis("endpoint=far,near"), {"far": "far-1"}
    assert [one.request.model for one in expand(chat(), "x", [endpoints], models)] == ["far-1", "scripted-1"]
    swept = expand(chat(), "x", [endpoints, parse_axis("model=a")], models)
    assert [(one.endpoint, one.request.model) for one in swept] == [("far", "a"), ("near", "a")]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["seed=1", "seed=2"], "seed is swept twice: give all its values at once."),
        (["seed=1,1"], "seed 1 comes twice: leave one out; to send each request several times, repeat the series."),
        (["temperature=1,1.0"], "temperature 1 and temperature 1.0 are the same request: leave one out"),
        (["top_k=1..1000", "seed=1..1000"], "That makes 1,000,000 runs; a series has at most 100,000"),
        (["messages[7]=a"], "messages[7] is not there: the request has 1 message,"),
        (["prompt=a", "messages[0]=b"], "prompt and messages[0] are the same message"),
    ],
)
def test_sweeps_that_make_no_sense_together(typed: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=r"^") as refused:
        expand(chat(), "x", [parse_axis(one) for one in typed])
    assert str(refused.value).startswith(said)


def test_a_message_of_several_parts_is_not_overwritten() -> None:
    request = Request({"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]})
    with pytest.raises(ValueError, match="more than one text"):
        expand(request, "x", [parse_axis("prompt=a")])


def test_completions_have_no_messages_to_sweep() -> None:
    with pytest.raises(ValueError, match="takes one prompt"):
        expand(Request({"model": "m", "prompt": "p"}), "x", [parse_axis("system=a")])


def test_slots_go_round_by_round() -> None:
    plan = Plan(expand(chat(), "x", [parse_axis("seed=1..3")]), repeat=2)
    assert plan.count == 6
    assert [plan.setting_of(slot).request.seed for slot in range(6)] == [1, 2, 3, 1, 2, 3]


def test_what_all_requests_share_is_written_once() -> None:
    plan = Plan(expand(chat(), "x", [parse_axis("seed=1..1000")]), repeat=1)
    assert json.dumps(plan.as_json()).count("Hello") == 1
    mixed = Plan((*expand(chat(top_k=1), "x", [parse_axis("seed=1,2")]), Setting("x", chat(top_k=True))), repeat=1)
    assert Plan.from_json(mixed.as_json()).settings[2].request.body["top_k"] is True


@pytest.mark.parametrize("field", ["repeat", "concurrency"])
def test_a_plan_sends_something(field: str) -> None:
    with pytest.raises(ValueError, match="at least"):
        Plan((Setting("x", chat()),), **{"repeat": 1, field: 0})
    with pytest.raises(ValueError, match="needs a request"):
        Plan((), 1)
    with pytest.raises(ValueError, match="at most 100,000"):
        Plan((Setting("x", chat()),), MOST_RUNS + 1)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (None, "it is no JSON object"),
        ({"settings": 1}, "it has no settings"),
        ({"settings": []}, "A series needs a request to send"),
        ({"settings": [{}]}, "setting 1 has no endpoint or no request"),
        ({"repeat": 0}, "repeat is no whole number above 0"),
        ({"concurrency": "2"}, "concurrency is no whole number above 0"),
        ({"timeout": True}, "timeout is no number of seconds above 0"),
        ({"settings": [{"endpoint": "x", "request": {}, "labels": [[]]}]}, "a label of setting 1 is no name"),
        ({"repeat": 10**9}, "That makes 1,000,000,000 runs"),
    ],
)
def test_a_plan_that_cannot_be_read_says_why(changed: Any, said: str) -> None:
    plan = Plan((Setting("x", chat()),), 1, timeout=5).as_json()
    with pytest.raises(ValueError, match=r"^The plan of this series cannot be read: ") as refused:
        Plan.from_json(changed if changed is None else {**plan, **changed})
    assert said in str(refused.value)
