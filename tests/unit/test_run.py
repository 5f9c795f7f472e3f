"""A run tells what its response holds, whatever a server put there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.run import Completion, RunError, Side, Status, Timing, label
from support.bodies import any_json
from support.runs import a_run

FIELDS = ["model", "provider", "service_tier", "usage", "x_groq", "choices", "system_fingerprint"]


@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), any_json) | st.none())
def test_no_response_makes_a_run_raise(response: dict[str, Any] | None) -> None:
    run = replace(a_run(), response=response)
    for told in (run.served_model, run.provider, run.service_tier):
        assert told is None or len(told) > 0
    for count in (run.prompt_tokens, run.completion_tokens, run.cached_tokens, *run.echoed_seeds):
        assert count is None or type(count) is int


def test_what_a_response_tells() -> None:
    run = a_run(
        served_model="m-1-2026",
        extra={
            "provider": "Somewhere",
            "service_tier": "default",
            "usage": {"prompt_tokens": 31, "completion_tokens": 60, "prompt_tokens_details": {"cached_tokens": 16}},
        },
    )
    assert (run.served_model, run.provider, run.service_tier) == ("m-1-2026", "Somewhere", "default")
    assert (run.prompt_tokens, run.completion_tokens, run.cached_tokens) == (31, 60, 16)


def test_without_a_response_nothing_is_told() -> None:
    run = replace(a_run(), response=None)
    assert (run.served_model, run.provider, run.service_tier, run.usage) == (None,) * 4
    assert (run.prompt_tokens, run.completion_tokens, run.cached_tokens) == (None,) * 3
    assert run.echoed_seeds == ()


@pytest.mark.parametrize(
    ("extra", "seeds"),
    [
        ({"x_groq": {"seed": 7}}, (7,)),
        ({"choices": [{"seed": 7}, {"seed": 8}, {"seed": 7}]}, (7, 8)),
        ({"x_groq": {"seed": 1}, "choices": [{"seed": 2}]}, (1, 2)),
        ({"x_groq": {"seed": True}, "choices": [{"seed": "7"}, None, {}]}, ()),
        ({"x_groq": {"seed": 2**64 - 1}}, (2**64 - 1,)),
    ],
)
def test_echoed_seeds_are_told_once_each_in_order(extra: dict[str, Any], seeds: tuple[int, ...]) -> None:
    assert a_run(extra=extra).echoed_seeds == seeds


def test_the_fingerprint_is_the_last_that_came() -> None:
    assert a_run(fingerprint=("fp_a", "fp_b")).fingerprint == "fp_b"
    assert a_run(fingerprint=None).fingerprint is None


def test_a_choice_is_found_by_its_index_not_by_its_place() -> None:
    run = replace(a_run(), completions=(Completion(0, "a"), Completion(2, "c")))
    assert run.completion(2) == Completion(2, "c")
    assert run.completion(1) is None
    assert run.completion(-1) is None


@pytest.mark.parametrize(
    ("index", "choices", "written"), [(0, 1, "41"), (0, 0, "41"), (0, 2, "41.0"), (1, 2, "41.1"), (1, 1, "41.1")]
)
def test_a_completion_is_written_with_its_choice_where_there_are_several(
    index: int, choices: int, written: str
) -> None:
    assert label(41, index, choices) == written


def test_a_side_is_called_as_people_write_it() -> None:
    two = replace(a_run(id=7), completions=(Completion(0, "a"), Completion(1, "b")))
    assert (Side.of(a_run(id=7)).label, Side.of(two).label, Side.of(two, 1).label) == ("7", "7.0", "7.1")


def test_a_side_of_a_choice_that_never_came_has_no_text() -> None:
    assert Side.of(a_run(None)).text == ""
    assert Side.of(a_run(None)).completion.finish_reason is None
    assert Side.of(a_run("Once"), 3).text == ""


@pytest.mark.parametrize(
    ("status", "reason", "by_itself"),
    [
        (Status.COMPLETE, "stop", True),
        (Status.COMPLETE, "tool_calls", True),
        (Status.COMPLETE, "length", False),
        (Status.COMPLETE, None, False),
        (Status.COMPLETE, "", False),
        (Status.ENDED_WITHOUT_REASON, None, False),
        (Status.CANCELLED, None, False),
        (Status.FAILED, "length", False),
    ],
)
def test_which_texts_ended_by_themselves(status: Status, reason: str | None, by_itself: bool) -> None:
    assert Side.of(a_run(status=status, finish_reason=reason)).ended_by_itself is by_itself


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.FAILED, Status.INTERRUPTED, Status.STREAMING])
def test_a_choice_that_was_done_is_whole_though_its_run_was_broken_off(status: Status) -> None:
    """It once counted as cut short, along with the choice that was still being written."""
    choices = (Completion(0, "Once.", "stop"), Completion(1, "On"))
    run = replace(a_run(status=status), completions=choices)
    assert [Side.of(run, index).ended_by_itself for index in (0, 1)] == [True, False]


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_phrase(status: Status) -> None:
    assert status.phrase
    assert "-" not in status.phrase


def test_errors_and_timing_as_json() -> None:
    error = RunError("http", "The endpoint answered 401: check the key.", 401)
    assert error.as_json() == {
        "kind": "http",
        "message": "The endpoint answered 401: check the key.",
        "http_status": 401,
    }
    assert Timing(80.5).as_json() == {"first_token_ms": 80.5, "total_ms": None}
