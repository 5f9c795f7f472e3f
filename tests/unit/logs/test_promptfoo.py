"""promptfoo's result files. `promptfoo.json` was written by promptfoo 0.121.20 (results of version 3), and cut to six.

The older versions differ in that results have no id, and that the provider may be a text.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from seedtui.core.run import RunError, Status
from support.logs import DATA, found_in, keys_in, problems_in, runs_in
from support.values import junk

FILE = DATA / "promptfoo.json"


def document() -> Any:
    return json.loads(FILE.read_text())


def written(value: Any) -> bytes:
    return json.dumps(value, indent=2).encode()


def test_each_result_is_a_run() -> None:
    runs = runs_in(FILE)
    assert [run.status for run in runs] == [Status.COMPLETE] * 5 + [Status.FAILED]
    first, second = runs[0], runs[1]
    assert first.request.body == {
        "model": "scripted-1",
        "messages": [{"role": "user", "content": "Tell of Mars."}],
        "temperature": 0.7,
        "seed": 123,
        "max_tokens": 20,
    }
    assert [message["role"] for message in second.request.messages] == ["system", "user"]
    assert first.endpoint == "openai"
    assert first.completions[0].text.startswith("A story told after 'Tell of Mars.'")
    assert first.completions[0].finish_reason == "length"
    assert (first.prompt_tokens, first.completion_tokens, first.cached_tokens) == (11, 20, 4)
    assert first.timing.total_ms == 34
    assert (runs[4].endpoint, runs[4].request.model) == ("", "echo")


def test_an_answer_that_an_assertion_did_not_like_is_an_answer() -> None:
    """promptfoo writes what the assertion said into the result's error."""
    assert document()["results"]["results"][0]["error"] == 'Expected output to contain "zebra"'
    assert runs_in(FILE)[0].error is None


def test_a_failure_is_kept_with_its_words() -> None:
    failed = runs_in(FILE)[5]
    said = 'API error: 400 Bad Request\n{"error":{"message":"no such thing","type":"invalid_request_error"}}'
    assert failed.error == RunError("http", said, 400)
    assert failed.request.seed == 123


def test_a_result_is_the_same_in_each_file_that_has_it() -> None:
    found = document()
    lines = b"".join(json.dumps(one).encode() + b"\n" for one in found["results"]["results"])
    assert keys_in(lines) == keys_in(FILE) == keys_in(written({**found, "shareableUrl": "x"}))
    assert keys_in(json.dumps(found).encode()) == keys_in(FILE), "also on one line"


def test_the_older_versions() -> None:
    for version in (1, 2):
        found = document()
        results = found["results"]["results"]
        for one in results:
            for name in ("id", "promptIdx", "testIdx", "failureReason", "error"):
                one.pop(name, None)
            one["prompt"] = {"raw": one["prompt"]["raw"], "display": one["prompt"]["label"]}
            one["provider"] = one["provider"]["id"] if version == 1 else {"id": one["provider"]["id"]}
        old = {"results": {"version": version, "timestamp": "2024-02-01T10:00:00.123Z", "results": results}}
        old["results"]["stats"] = {}
        runs = runs_in(written({**old, "config": {"providers": "openai:chat:scripted-1"}}))
        assert [run.status for run in runs] == [Status.COMPLETE] * 5 + [Status.FAILED]
        assert runs[0].created_at.microsecond == 123000
        assert not runs[0].request.has_seed, "its configuration says nothing of one"
        later = {**old, "results": {**old["results"], "timestamp": "2024-02-01T11:00:00.123Z"}}
        assert len({*keys_in(written(old)), *keys_in(written(later))}) == 12, (
            "another evaluation is another measurement"
        )


def test_repeats_are_runs_of_their_own() -> None:
    found = document()
    del found["results"]["results"][1:]
    del found["results"]["results"][0]["id"]
    found["results"]["results"] *= 3
    assert len(set(keys_in(written(found)))) == 3


def test_two_configurations_of_one_name_are_neithers() -> None:
    found = document()
    provider = found["config"]["providers"][0]
    found["config"]["providers"].append({**provider, "config": {"temperature": 0}})
    assert "temperature" not in runs_in(written(found))[0].request.body


def test_an_output_that_is_no_text_is_written_as_json() -> None:
    found = document()
    found["results"]["results"][0]["response"]["output"] = {"answer": "Märs", "n": [1]}
    assert runs_in(written(found))[0].completions[0].text == '{"answer": "Märs", "n": [1]}'


def test_the_providers_own_body_is_taken_where_it_was_kept() -> None:
    found = document()
    response = found["results"]["results"][0]["response"]
    choice = {"index": 0, "message": {"role": "assistant", "content": response["output"]}, "finish_reason": "stop"}
    response["raw"] = json.dumps({"id": "chatcmpl-1", "system_fingerprint": "fp_a", "choices": [choice]})
    assert runs_in(written(found))[0].fingerprint == "fp_a"


def test_what_came_from_the_cache_is_marked() -> None:
    found = document()
    found["results"]["results"][0]["response"]["cached"] = True
    first = runs_in(written(found))[0]
    assert first.response is not None
    assert first.response["cached"] is True
    assert first.timing.total_ms is None


def test_a_bad_result_is_named() -> None:
    found = document()
    results = found["results"]["results"]
    results[1], results[2]["prompt"], results[3]["response"] = 7, {}, {}
    results[3].pop("error")
    said = problems_in(written(found))
    assert said == [
        "file1, results[1]: must be an object.",
        "file1, results[2]: prompt.raw must be a text.",
        "file1, results[3]: response.output is missing.",
    ]


def test_a_cut_off_file_is_named_once() -> None:
    (said,) = problems_in(FILE.read_bytes()[:5000])
    assert said.startswith("file1: not JSON: ")


NAMES = ("prompt", "response", "provider", "error", "vars", "latencyMs", "id", "failureReason", "tokenUsage", "cost")


@settings(deadline=None, max_examples=50)
@given(
    st.sampled_from(NAMES), st.none() | st.sampled_from(["raw", "output", "error", "id", "cached", "metadata"]), junk
)
def test_whatever_is_in_a_field_it_does_not_stumble(name: str, inner: str | None, value: Any) -> None:
    found = document()
    for one in found["results"]["results"]:
        if inner is not None and isinstance(one.get(name), dict):
            one[name][inner] = value
        else:
            one[name] = value
    found_in(written(found))


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(["results", "config", "metadata", "evalId"]), junk)
def test_whatever_surrounds_the_results_it_does_not_stumble(name: str, value: Any) -> None:
    found_in(written({**document(), name: value}))
    if name in ("config", "metadata"):
        assert len(runs_in(written({**document(), name: value}))) == 6
