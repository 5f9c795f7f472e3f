"""Chunks put together again as the body that would have come in one piece."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.request import Api, is_deep
from seedtui.core.response import ResponseBuilder, TextDelta, completions_of, content_text
from seedtui.core.run import Completion
from seedtui.core.text import join_surrogates
from support.bodies import any_json

# The halves of 😀 alone, too: servers cut texts wherever their tokens end.
units = st.text(st.sampled_from("ab é한\n\0\x1b") | st.sampled_from(["\ud83d", "\ude00", "😀"]), max_size=12)
deltas = st.dictionaries(
    st.sampled_from(["content", "refusal", "role", "tool_calls", "reasoning_content", "text", "audio"]), any_json
)
calls = st.fixed_dictionaries(
    {}, optional={"index": any_json, "id": any_json, "function": st.dictionaries(st.just("name"), any_json) | any_json}
)
choices = st.fixed_dictionaries(
    {},
    optional={
        "index": st.integers(-1, 2) | any_json,
        "delta": deltas | st.fixed_dictionaries({"tool_calls": st.lists(calls, max_size=3)}) | any_json,
        "message": deltas,
        "text": units | any_json,
        "finish_reason": st.sampled_from(["stop", "length"]) | any_json,
        "logprobs": st.dictionaries(st.sampled_from(["content", "tokens"]), any_json) | any_json,
        "seed": any_json,
    },
)
chunks = st.fixed_dictionaries(
    {},
    optional={
        "choices": st.lists(choices, max_size=3) | any_json,
        "usage": st.dictionaries(st.sampled_from(["prompt_tokens", "completion_tokens"]), any_json) | any_json,
        "system_fingerprint": st.sampled_from(["fp_a", "fp_b"]) | any_json,
        "model": any_json,
        "id": any_json,
    },
)


def cut(data: st.DataObject, text: str) -> list[str]:
    """Cut a text anywhere, also between the two halves of a character beyond U+FFFF."""
    halves = text.encode("utf-16-be", "surrogatepass")
    at = sorted(data.draw(st.lists(st.integers(0, len(halves) // 2), max_size=6)))
    ends = [0, *(2 * one for one in at), len(halves)]
    return [halves[start:end].decode("utf-16-be", "surrogatepass") for start, end in pairwise(ends)]


def delta(text: str, index: int = 0) -> dict[str, Any]:
    return {"choices": [{"index": index, "delta": {"content": text}}]}


def built(*given: dict[str, Any], api: Api = Api.CHAT) -> ResponseBuilder:
    builder = ResponseBuilder(api)
    for chunk in given:
        builder.add(chunk)
    builder.flush()
    return builder


def message_of(builder: ResponseBuilder) -> dict[str, Any]:
    body = builder.body()
    assert body is not None
    message: dict[str, Any] = body["choices"][0]["message"]
    return message


@given(st.sampled_from(Api), st.lists(chunks | st.dictionaries(st.text(max_size=5), any_json), max_size=5))
def test_nothing_that_a_server_sends_makes_it_raise(api: Api, given_chunks: list[dict[str, Any]]) -> None:
    builder = ResponseBuilder(api)
    told: dict[int, str] = {}
    for chunk in given_chunks:
        for one in builder.add(chunk):
            told[one.index] = told.get(one.index, "") + one.text
    for one in builder.flush():
        told[one.index] = told.get(one.index, "") + one.text
    kept = {one.index: one.text for one in builder.completions()}
    assert {index: text for index, text in kept.items() if text} == told
    json.dumps([kept, builder.body(), builder.fingerprints], ensure_ascii=False).encode()
    assert builder.has_text == any(kept.values())


@given(st.data(), units, st.sampled_from(Api))
def test_where_a_text_is_cut_makes_no_difference(data: st.DataObject, text: str, api: Api) -> None:
    whole = join_surrogates(text)
    pieces = cut(data, text)
    if api is Api.CHAT:
        builder = built(*(delta(piece) for piece in pieces))
    else:
        builder = built(*({"choices": [{"index": 0, "text": piece}]} for piece in pieces), api=api)
    assert builder.completions() == (Completion(0, whole),)


odd_messages = st.fixed_dictionaries(
    {},
    optional={
        "role": st.just("assistant"),
        "content": units | st.none() | st.integers() | st.lists(st.fixed_dictionaries({"text": units}), max_size=2),
        "refusal": st.none() | units,
        "tool_calls": st.none() | st.just([]) | st.just([{"function": {"name": "f", "arguments": "{}"}}]),
        "reasoning": units,
    },
)
odd_choices = st.fixed_dictionaries(
    {"index": st.sampled_from([0, 1, 2, 0.0, True, None, -1]), "message": odd_messages | st.none()},
    optional={
        "finish_reason": st.sampled_from(["stop", "", None, 1, "\ud83d"]),
        "text": st.none() | units,
        "delta": st.none() | odd_messages,
        "logprobs": st.none(),
    },
)


@given(st.lists(odd_choices | st.integers(), max_size=3), st.sampled_from(["chat.completion", "text_completion"]))
def test_completions_taken_straight_from_a_body_are_those_that_are_put_together(choices: Any, kind: str) -> None:
    body = {"object": kind, "choices": choices}
    api = Api.COMPLETIONS if kind == "text_completion" else Api.CHAT
    builder = built(body, api=api)
    builder.flush()
    assert completions_of(body) == builder.completions()


@given(st.data(), st.lists(units, min_size=1, max_size=3), st.none() | st.sampled_from(["stop", "length"]))
def test_the_body_holds_the_same_completions(data: st.DataObject, texts: list[str], reason: str | None) -> None:
    pieces = [iter(cut(data, text)) for text in texts]
    turns = data.draw(st.permutations([index for index, one in enumerate(texts) for _ in range(len(one) + 1)]))
    told = [delta(next(pieces[index], ""), index) for index in turns]
    told += [delta("".join(rest), index) for index, rest in enumerate(pieces)]
    ends: list[dict[str, Any]] = [{"index": index, "delta": {}, "finish_reason": reason} for index in range(len(texts))]
    builder = built(*told, {"choices": ends})
    body = builder.body()
    assert body is not None
    assert completions_of(body) == builder.completions()
    assert builder.finished == (reason is not None)


@given(st.data(), st.text("ab{} ", min_size=1, max_size=6), st.text("{}:1", max_size=8))
def test_where_a_tool_call_is_cut_makes_no_difference(data: st.DataObject, name: str, arguments: str) -> None:
    pieces = [("name", piece) for piece in cut(data, name)] + [("arguments", piece) for piece in cut(data, arguments)]
    first = data.draw(st.sampled_from([0, 1, 7]))
    given_chunks = [
        {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": first, "function": {key: piece}}]}}]}
        for key, piece in pieces
    ]
    builder = built(*given_chunks)
    assert builder.completions() == (Completion(0, f"{name} {arguments}" if arguments else name),)
    assert message_of(builder)["tool_calls"] == [
        {"type": "function", "function": {"name": name, "arguments": arguments}}
    ]


def test_an_emoji_cut_in_two_is_told_when_it_is_whole() -> None:
    builder = ResponseBuilder(Api.CHAT)
    assert builder.add(delta("Hi \ud83d")) == (TextDelta(0, "Hi "),)
    assert builder.add(delta("\ude00!")) == (TextDelta(0, "😀!"),)
    assert builder.flush() == ()


def test_half_an_emoji_at_the_end_is_replaced() -> None:
    builder = ResponseBuilder(Api.CHAT)
    assert builder.add(delta("\ud83d")) == ()
    assert builder.has_text
    assert builder.flush() == (TextDelta(0, "\ufffd"),)
    assert builder.completions() == (Completion(0, "\ufffd"),)


def test_calls_counted_from_one_are_not_torn_apart() -> None:
    def call(index: int | None, **function: str) -> dict[str, Any]:
        return {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": index, "function": function}]}}]}

    builder = built(call(1, name="f"), call(1, arguments="{}"), call(2, name="g"), call(2, arguments="[]"))
    assert builder.completions() == (Completion(0, "f {}\ng []"),)
    assert len(message_of(builder)["tool_calls"]) == 2
    whole = built(call(None, name="f", arguments="{}"), call(None, name="g", arguments="[]"))
    assert whole.completions() == builder.completions()


def test_a_completions_chunk_with_a_text_that_is_none_does_not_stop_the_next() -> None:
    given_chunks = ({"choices": [{"delta": {"text": 5}}]}, {"choices": [{"text": "on"}]})
    assert built(*given_chunks, api=Api.COMPLETIONS).completions() == (Completion(0, "on"),)


@pytest.mark.parametrize("index", [2**31, 2**70, -1, True, "1", None, 1.0])
def test_a_choice_with_a_number_that_is_none_counts_as_the_first(index: Any) -> None:
    assert built({"choices": [{"index": index, "delta": {"content": "x"}}]}).completions() == (Completion(0, "x"),)


def test_what_is_nested_too_deeply_is_left_out_and_the_text_kept() -> None:
    deep: Any = []
    for _ in range(990):
        deep = [deep]
    builder = built({"choices": [{"index": 0, "delta": {"content": "x", "audio": deep}}], "deep": deep})
    assert builder.completions() == (Completion(0, "x"),)
    assert not is_deep(builder.body(), 110)


def test_a_whole_body_is_taken_in_like_a_chunk() -> None:
    body: dict[str, Any] = {
        "id": "c-1",
        "object": "chat.completion",
        "model": "m-1",
        "system_fingerprint": "fp_a",
        "choices": [
            {"index": 1, "message": {"role": "assistant", "content": "B"}, "finish_reason": "length"},
            {"index": 0, "message": {"role": "assistant", "content": "A"}, "finish_reason": "stop"},
        ],
        "usage": {"completion_tokens": 2},
    }
    builder = built(body)
    assert builder.completions() == (Completion(0, "A", "stop"), Completion(1, "B", "length"))
    assert builder.body() == {**body, "choices": body["choices"][::-1]}


def test_the_body_of_a_stream() -> None:
    builder = built(
        {"id": "c-1", "object": "chat.completion.chunk", "model": "m-1", "choices": [{"delta": {"role": "assistant"}}]},
        {"system_fingerprint": "fp_a", **delta("Hel")},
        {"system_fingerprint": "fp_b", "obfuscation": "xyz", "service_tier": "default", **delta("lo")},
        {"system_fingerprint": "fp_a", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}},
    )
    assert builder.body() == {
        "id": "c-1",
        "object": "chat.completion",
        "model": "m-1",
        "service_tier": "default",
        "system_fingerprint": "fp_b",
        "choices": [
            {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello"}},
        ],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2},
    }
    assert builder.fingerprints == ("fp_a", "fp_b")


def test_closing_usages_of_several_choices_are_added_up() -> None:
    usages = [{"prompt_tokens": 3, "completion_tokens": count, "total_tokens": 3 + count} for count in (5, 7)]
    closing = [{"choices": [], "usage": usage} for usage in usages]
    body = built(delta("a", 0), delta("b", 1), *closing).body()
    assert body is not None
    assert body["usage"] == {"prompt_tokens": 3, "completion_tokens": 12, "total_tokens": 15}
    last = built(delta("a", 0), *closing).body()
    assert last is not None
    assert last["usage"] == usages[-1]


def test_log_probabilities_are_joined() -> None:
    first = {"choices": [{"index": 0, "delta": {"content": "a"}, "logprobs": {"content": [{"token": "a"}]}}]}
    second = {"choices": [{"index": 0, "delta": {"content": "b"}, "logprobs": {"content": [{"token": "b"}]}}]}
    body = built(first, second).body()
    assert body is not None
    assert body["choices"][0]["logprobs"] == {"content": [{"token": "a"}, {"token": "b"}]}


@pytest.mark.parametrize("reasons", [(), ("stop", None), (None,)])
def test_a_stream_is_finished_once_every_choice_says_why(reasons: tuple[str | None, ...]) -> None:
    listed: list[dict[str, Any]] = [
        {"index": index, "delta": {}, "finish_reason": reason} for index, reason in enumerate(reasons)
    ]
    assert not built({"choices": listed}).finished


def test_no_chunk_no_body() -> None:
    assert ResponseBuilder(Api.CHAT).body() is None
    assert ResponseBuilder(Api.CHAT).completions() == ()


@pytest.mark.parametrize(
    ("content", "text"),
    [("a", "a"), ([{"text": "a"}, {"type": "image"}, 5, {"text": "b"}], "ab"), (None, ""), ({"text": "a"}, "")],
)
def test_the_text_of_a_content(content: Any, text: str) -> None:
    assert content_text(content) == text


def test_a_text_that_goes_on_after_its_finish_reason_is_not_at_its_end() -> None:
    """A stream that was cut later counted as complete once."""
    builder = built(
        {"choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": "stop"}]},
        {"choices": [{"index": 0, "delta": {"content": "b"}}]},
    )
    assert not builder.finished
    assert builder.completions() == (Completion(0, "ab"),)


def test_a_fingerprint_for_each_chunk_does_not_grow_without_bounds() -> None:
    builder = built(*({"system_fingerprint": f"fp_{number}"} for number in range(1000)))
    assert len(builder.fingerprints) == 100


def test_a_tool_call_keeps_its_text_beside_what_is_nested_too_deeply() -> None:
    deep: Any = []
    for _ in range(200):
        deep = [deep]
    call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": "{}"}, "extra": deep}
    body = built({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]}).body()
    assert body is not None
    (found,) = body["choices"][0]["message"]["tool_calls"]
    assert found["function"] == {"name": "f", "arguments": "{}"}
    assert not is_deep(body, 110)


def test_a_fingerprint_that_comes_again_after_another_is_the_last() -> None:
    builder = built(*({"system_fingerprint": name, "choices": []} for name in ("fp_a", "fp_a", "fp_b", "fp_a")))
    assert builder.fingerprints == ("fp_a", "fp_b")
