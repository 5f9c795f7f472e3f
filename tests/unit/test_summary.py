"""What a list of runs shows of a run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.request import UNSET, Request
from seedtui.core.run import Completion
from seedtui.core.summary import FIRST_WORDS, summarize
from support.bodies import valid_bodies
from support.runs import a_run


@given(valid_bodies, st.lists(st.text(max_size=100), max_size=3))
def test_a_summary_says_what_the_run_says(body: dict[str, Any], texts: list[str]) -> None:
    completions = tuple(Completion(index, text) for index, text in enumerate(texts))
    run = replace(a_run(), request=Request(body), completions=completions)
    summary = summarize(run)
    assert (summary.id, summary.created_at, summary.status, summary.endpoint) == (
        *(run.id, run.created_at, run.status, run.endpoint),
    )
    assert (summary.model, summary.digest, summary.seed) == (body["model"], run.request.digest, run.request.seed)
    assert summary.temperature == body.get("temperature", UNSET)
    assert (summary.completion_tokens, summary.served_model) == (60, "m-1")
    assert (summary.choices, summary.first_words) == (len(texts), texts[0][:FIRST_WORDS] if texts else "")


def test_unset_null_and_zero_are_three_things() -> None:
    assert summarize(a_run(temperature=None)).temperature is UNSET
    assert summarize(a_run(temperature=0)).temperature == 0
    null = Request({**a_run().request.body, "temperature": None})
    assert summarize(replace(a_run(), request=null)).temperature is None
    assert [summarize(a_run(seed=seed)).seed for seed in (None, 0, -1, 2**63 - 1)] == [None, 0, -1, 2**63 - 1]


def test_the_fingerprint_is_the_last_that_came() -> None:
    assert summarize(a_run(fingerprint=("fp_a", "fp_b"))).fingerprint == "fp_b"
    assert summarize(a_run(fingerprint=None)).fingerprint is None


def test_a_run_without_an_answer_has_a_summary() -> None:
    summary = summarize(replace(a_run(None), response=None))
    assert (summary.served_model, summary.completion_tokens, summary.choices, summary.first_words) == (
        None,
        None,
        0,
        "",
    )
