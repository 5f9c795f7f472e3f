"""What a model's choices were at one place: read from real responses, and from broken ones."""

from __future__ import annotations

import json
from dataclasses import replace
from math import log
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.logprobs import Fork, fork_at, fork_phrase, forks, percent, tie_phrase
from seedtui.core.response import completions_of
from seedtui.core.run import Completion, Run, Side
from support.runs import a_run

DATA = Path(__file__).parent.parent / "data"


def real(name: str) -> Run:
    """Return a run with a response of the built-in model."""
    response = json.loads((DATA / f"logprobs_{name}.json").read_text("utf-8"))
    return replace(a_run(), response=response, completions=completions_of(response))


def entry(token: str, share: float, *, given: list[int] | None = None, **others: float) -> dict[str, Any]:
    top = [{"token": one, "logprob": log(value), "bytes": list(one.encode())} for one, value in others.items()]
    found = {"token": token, "logprob": log(share), "top_logprobs": top}
    return found if given is None else {**found, "bytes": given}


def told(text: str, logprobs: Any) -> Run:
    response = {"choices": [{"index": 0, "logprobs": logprobs}]}
    return replace(a_run(text), response=response, completions=(Completion(0, text, "stop"),))


def chat(text: str, *entries: Any) -> Run:
    return told(text, {"content": list(entries), "refusal": None})


def fork(token: str, probability: float, **alternatives: float) -> Fork:
    return Fork(token, probability, tuple(alternatives.items()), 0)


def phrase_at(run: Run, character: int, index: int = 0) -> str | None:
    found = fork_at(run, index, character)
    return None if found is None else fork_phrase(found)


def test_a_real_chat_completion_tells_its_choices() -> None:
    run = real("chat")
    assert run.completions[0].text == "It started with an emoji 🚀, a lighthouse, in a story."
    assert phrase_at(run, 0) == '"It" 0.9 % · "L" 16 % · "The" 14 %'
    # Both places are inside of one token.
    assert phrase_at(run, 3) == phrase_at(run, 7) == '" started" 8 % · "\'s" 44 % · " was" 32 %'
    at_end = fork_at(run, 0, len(run.completions[0].text))
    assert at_end is None


def test_a_character_of_several_tokens_is_put_together() -> None:
    run = real("chat")
    found = fork_at(run, 0, run.completions[0].text.index("🚀"))
    assert found is not None
    assert found.token == " 🚀"
    assert [token for token, _ in found.alternatives] == [" 🚪", " 🚆", " 🚄", " 🚑"]
    assert fork_phrase(found) == '" 🚀" 99.9 % · " 🚪" < 0.1 % · " 🚆" < 0.1 % (of the token\'s last part)'


def test_a_real_completions_response_tells_its_choices() -> None:
    run = real("completions")
    assert run.completions[0].text == "👩  \n# 196"
    assert phrase_at(run, 4) == '"#" 7 % · "<0xF0><0x9F>" 9 % · "###" 8 %'
    assert phrase_at(run, 8) == '"6" 3 % · "␊" 15 % · "." 13 %'


def test_each_choice_has_its_own() -> None:
    run = real("two_choices")
    assert phrase_at(run, 0, 0) == '"h" 2 % · "Hello" 34 % · "hi" 6 %'
    assert phrase_at(run, 0, 1) == '"Hello" 34 % · "hi" 6 % · "Welcome" 6 %'
    assert phrase_at(run, 0, 2) is None
    one, two = forks(Side.of(run, 0), Side.of(run, 1), 0)
    assert one is not None
    assert two is not None
    assert tie_phrase(one, two) == "no tie: 2 % against 34 %"


@pytest.mark.parametrize("name", ["chat", "completions", "two_choices"])
def test_every_character_of_a_real_completion_is_in_a_token(name: str) -> None:
    run = real(name)
    for completion in run.completions:
        found = [fork_at(run, completion.index, place) for place in range(len(completion.text))]
        assert all(found)
        tokens = {one.position: one.token for one in found if one is not None}
        assert "".join(tokens.values()) == completion.text


def test_the_completions_apis_lists_are_read() -> None:
    logprobs = {
        "tokens": ["Once", " upon", "bytes:\\xf0\\x9f", "bytes:\\x9a\\x80"],
        "token_logprobs": [None, log(0.5), log(0.25), -1e-9],
        "top_logprobs": [None, {" upon": log(0.5), " more": log(0.4), "bytes:\\xe2": -9999.0}, {}],
        "text_offset": [0, 4, 9, 9],
    }
    run = told("Once upon🚀", logprobs)
    assert fork_at(run, 0, 0) is None
    assert phrase_at(run, 4) == '" upon" 50 % · " more" 40 %'
    found = fork_at(run, 0, 9)
    assert found is not None
    assert (found.token, found.alternatives) == ("<0xF0><0x9F>", ())


def test_tokens_without_bytes_that_are_parts_of_a_character_share_a_place() -> None:
    run = chat("a 🚀 b", entry("a", 0.9), entry(" \ufffd", 0.6), entry("\ufffd", 0.7), entry(" b", 0.8))
    found = [fork_at(run, 0, place) for place in range(5)]
    assert [one.position for one in found if one is not None] == [0, 1, 1, 3, 3]
    whole = chat("a \ufffd", entry("a", 0.9), entry(" ", 0.9), entry("\ufffd", 0.5, given=[240, 159]))
    assert phrase_at(whole, 2) == '"<0xF0><0x9F>" 50 %'


@pytest.mark.parametrize(
    ("text", "tokens", "place"),
    [
        ("Hello", [" Hello"], 0),
        ("Yes.", ["<think>", "Yes", " or no", "</think>", "Yes", "."], 4),
        ("Yes", ["Yes", " STOP"], 0),
        ('Yes\nf {"a": 1}', ["Yes"], 0),
    ],
)
def test_a_text_may_be_a_part_of_what_was_written(text: str, tokens: list[str], place: int) -> None:
    found = fork_at(chat(text, *(entry(token, 0.5) for token in tokens)), 0, 0)
    assert found is not None
    assert found.position == place


def test_tokens_that_are_not_of_this_text_tell_nothing() -> None:
    assert fork_at(chat("Hello", entry("Good", 0.5), entry(" day", 0.5)), 0, 0) is None
    assert fork_at(chat("Hello", entry("\ufffd", 0.5), entry(" day", 0.5)), 0, 0) is None
    assert fork_at(chat("Hello", entry("He", 0.5)), 0, 3) is None


def test_what_ended_the_text_is_a_choice_too() -> None:
    run = chat("Yes", entry("Yes", 0.5), {**entry("", 0.6, given=[]), "top_logprobs": [entry(".", 0.3)]})
    assert phrase_at(run, 3) == 'the end 60 % · "." 30 %'
    stopped = chat("Yes", entry("Yes", 0.5), entry(" STOP", 0.6))
    assert phrase_at(stopped, 3) == '" STOP" 60 %'
    assert fork_at(stopped, 0, 4) is None
    assert fork_at(stopped, 0, -1) is None


def test_where_two_texts_part_the_forks_begin_at_one_place() -> None:
    a = Side.of(chat("the astronauts", entry("the", 0.9), entry(" as", 0.41), entry("tronauts", 0.99)))
    b = Side.of(chat("the asteroids", entry("the", 0.9), entry(" asteroids", 0.39)))
    one, two = forks(a, b, 7)
    assert one is not None
    assert two is not None
    assert (one.token, two.token) == (" as", " asteroids")
    assert tie_phrase(one, two) == "a near tie: 41 % against 39 %"


def test_two_characters_part_at_the_first_byte_that_differs() -> None:
    begin = entry("", 0.9, given=[240, 159, 154])
    a = Side.of(chat("🚀", begin, entry("", 0.5, given=[128])))
    b = Side.of(chat("🚪", begin, entry("", 0.2, given=[170])))
    one, two = forks(a, b, 0)
    assert one is not None
    assert two is not None
    assert (one.token, two.token) == ("<0x80>", "<0xAA>")


def test_one_side_may_have_no_logprobs() -> None:
    a, b = Side.of(chat("Yes.", entry("Yes", 0.5, No=0.45), entry(".", 0.9))), Side.of(a_run("No."))
    one, two = forks(a, b, 0)
    assert two is None
    assert tie_phrase(one, two) == "a near tie in A: 50 % against 45 %"
    assert tie_phrase(two, one) == "a near tie in B: 50 % against 45 %"
    assert forks(a, b, 99) == (None, None)


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        (fork("x", 0.41, y=0.39), fork("y", 0.6, x=0.2), "a near tie: 41 % against 39 %"),
        (fork("x", 0.41), fork("y", 0.6, x=0.2), "no tie: 20 % against 60 %"),
        (fork("x", 0.03, y=0.92), fork("y", 0.92, x=0.03), "no tie: 3 % against 92 %"),
        (fork("x", 0.5), fork("y", 0.5), "a near tie: 50 % against 50 %"),
        (fork("x", 0.0, y=0.0), fork("y", 0.0), "a near tie: < 0.1 % against < 0.1 %"),
        (fork("x", 0.5), fork("x", 0.5), ""),
        (fork("x", 0.5), None, ""),
        (None, None, ""),
    ],
)
def test_how_near_a_tie_was(a: Fork | None, b: Fork | None, said: str) -> None:
    assert tie_phrase(a, b) == said


def test_phrases_are_displayable() -> None:
    assert fork_phrase(fork("\x1b[2J", 0.5)) == '"␛[2J" 50 %'
    assert fork_phrase(fork("word " * 10, 0.5)) == '"word word word word wor…" 50 %'
    assert [percent(share) for share in (0, 0.004, 0.014, 0.9949, 0.997, 1)] == [
        "< 0.1 %",
        "0.4 %",
        "1 %",
        "99 %",
        "99.7 %",
        "> 99.9 %",
    ]


@pytest.mark.parametrize(
    "logprob", [None, "0", True, -9999.0, float("-inf"), float("nan"), 3.5, 10**400, -(10**400), []]
)
def test_what_is_no_probability_tells_nothing(logprob: Any) -> None:
    run = chat("Yes", {"token": "Yes", "logprob": logprob})
    assert fork_at(run, 0, 0) is None
    listed = chat("Yes", {"token": "Yes", "logprob": -1, "top_logprobs": [{"token": "No", "logprob": logprob}, None]})
    found = fork_at(listed, 0, 0)
    assert found is not None
    assert found.alternatives == ()


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.binary(max_size=3).map(list),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
tokens = st.fixed_dictionaries(
    {},
    optional={
        "token": st.sampled_from(["ab", "c", " ", "\ufffd", "bytes:\\xf0", ""]) | anything,
        "bytes": anything,
        "logprob": st.floats() | anything,
        "top_logprobs": anything,
        "id": anything,
    },
)
broken = (
    anything
    | st.fixed_dictionaries({"content": st.lists(tokens | anything) | anything})
    | st.fixed_dictionaries(
        {},
        optional={
            "tokens": st.lists(st.sampled_from(["ab", "c", " "]) | anything) | anything,
            "token_logprobs": st.lists(st.floats()) | anything,
            "top_logprobs": st.lists(st.dictionaries(st.text(max_size=2), anything)) | anything,
        },
    )
)


@given(broken, broken, st.sampled_from(["", "ab c", "abc\ud83d", "é🚀"]), st.integers(-1, 6))
def test_nothing_in_a_response_raises(one: Any, two: Any, text: str, character: int) -> None:
    a, b = Side.of(told(text, one)), Side.of(told("abd", two))
    left, right = forks(a, b, character)
    tie_phrase(left, right)
    for side in (a, b):
        found = fork_at(side.run, 0, character)
        assert found is None or (fork_phrase(found) and 0 <= found.probability <= 1)


@given(anything)
def test_nothing_in_the_place_of_choices_raises(choices: Any) -> None:
    for response in (None, {}, {"choices": choices}, {"choices": [choices]}):
        assert fork_at(replace(a_run("Text."), response=response), 0, 0) is None
