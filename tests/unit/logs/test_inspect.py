"""Logs of inspect-ai. `inspect.eval` (members packed with Zstandard) and `inspect.json` were written by version
0.3.285 with its OpenAI client and a loopback server, two epochs of two samples; of the events of the second, only
the calls of models were kept.
"""

from __future__ import annotations

import importlib.util
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedtui.core.run import Status
from seedtui.exchange.logs import limits
from support.logs import DATA, found_in, keys_in, problems_in, runs_in
from support.values import junk

FILE = DATA / "inspect.json"
ZSTD = sys.version_info >= (3, 14) or importlib.util.find_spec("zstandard") is not None


def document() -> Any:
    return json.loads(FILE.read_text())


def written(value: Any) -> bytes:
    return json.dumps(value, indent=2).encode()


def packed(log: Any, **more: bytes) -> bytes:
    """Write a log as earlier versions do: each member deflated."""
    samples = log.pop("samples")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_journal/start.json", json.dumps({"version": 2, "eval": log["eval"], "plan": log["plan"]}))
        for one in samples:
            archive.writestr(f"samples/{one['id']}_epoch_{one['epoch']}.json", json.dumps(one))
        archive.writestr("header.json", json.dumps(log))
        for name, data in more.items():
            archive.writestr(name.replace("__", "/"), data)
    return file.getvalue()


@pytest.mark.parametrize(
    "file",
    [FILE, pytest.param(DATA / "inspect.eval", marks=pytest.mark.skipif(not ZSTD, reason="cannot unpack Zstandard"))],
)
def test_each_epoch_of_each_sample_is_a_run_as_it_went_over_the_wire(file: Path) -> None:
    runs = runs_in(file)
    assert len(runs) == 4
    assert {run.status for run in runs} == {Status.COMPLETE}
    assert {run.fingerprint for run in runs} == {"fp_scripted1"}
    assert {run.endpoint for run in runs} == {"openai"}
    assert len({run.request.digest for run in runs}) == 2
    story = next(run for run in runs if "journey" in run.request.messages[1]["content"])
    assert story.request.body == {
        "model": "scripted-1",
        "seed": 123,
        "max_completion_tokens": 20,
        "messages": [
            {"role": "developer", "content": "You are a helpful assistant."},
            {"role": "user", "content": "Generate a short story about a journey to Mars."},
        ],
    }
    assert story.completions[0].finish_reason == "stop"
    assert story.served_model == "scripted-1-0711"
    assert story.headers["x-request-id"].startswith("req_")
    assert story.cached_tokens == 4
    assert story.timing.total_ms
    assert story.created_at.microsecond


def without_events() -> Any:
    """What a log says when it does not keep the calls themselves, as early versions and other providers do not."""
    log = document()
    for sample in log["samples"]:
        sample["events"] = []
        sample.pop("events_data")
    return log


def test_without_the_call_the_request_is_what_the_log_says_of_it() -> None:
    first = runs_in(written(without_events()))[0]
    assert first.request.body == {
        "model": "scripted-1",
        "messages": [
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": "Where to?"},
        ],
        "max_tokens": 20,
        "temperature": 0.7,
        "seed": 123,
    }
    assert first.completions[0].text.startswith("A story told after 'Where to?'")
    assert first.completions[0].finish_reason == "stop"
    assert (first.prompt_tokens, first.completion_tokens, first.cached_tokens) == (11, 20, 4)
    assert first.fingerprint is None


def test_a_cut_answer_says_so_in_the_apis_words() -> None:
    log = without_events()
    log["samples"][0]["output"]["choices"][0]["stop_reason"] = "max_tokens"
    log["samples"][1]["output"]["choices"][0]["stop_reason"] = "unknown"
    first, second, *_ = runs_in(written(log))
    assert first.completions[0].finish_reason == "length"
    assert (second.completions[0].finish_reason, second.status) == (None, Status.COMPLETE)


def test_a_grader_is_not_taken_for_the_model() -> None:
    log = document()
    graded = json.loads(json.dumps(log["samples"][0]["events"][0]))
    graded["output"]["choices"][0]["message"]["id"] = "grader"
    graded["call"]["response"]["system_fingerprint"] = "fp_grader"
    log["samples"][0]["events"].append(graded)
    assert runs_in(written(log))[0].fingerprint == "fp_scripted1"


def test_a_sample_that_failed_is_a_failed_run() -> None:
    log = document()
    sample = log["samples"][0]
    sample["output"] = {"model": "scripted-1", "choices": [], "completion": ""}
    sample["messages"] = sample["messages"][:2]
    sample["error"] = {"message": "APITimeoutError('Request timed out.')", "traceback": "", "traceback_ansi": ""}
    failed = runs_in(written(log))[0]
    assert failed.status is Status.FAILED
    assert failed.error is not None
    assert failed.error.message == "APITimeoutError('Request timed out.')"
    assert failed.request.seed == 123


def test_parts_of_a_message_become_its_text_and_attachments_are_put_back() -> None:
    log = without_events()
    sample = log["samples"][0]
    parts = [{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "Mars"}, {"type": "text", "text": "!"}]
    sample["output"]["choices"][0]["message"]["content"] = parts
    sample["messages"][1]["content"] = "attachment://abc"
    sample["attachments"] = {"abc": "a long text"}
    first = runs_in(written(log))[0]
    assert first.completions[0].text == "Mars!"
    assert first.request.messages[1]["content"] == "a long text"


def test_a_sample_is_the_same_in_an_archive_and_in_a_document() -> None:
    assert keys_in(packed(document())) == keys_in(FILE)
    log = document()
    for sample in log["samples"]:
        sample.pop("uuid")
    early = written(log)
    assert len(set(keys_in(early))) == 4
    assert keys_in(early) == keys_in(packed(log))


def test_an_evaluation_that_did_not_end_has_no_header_yet() -> None:
    data = packed(document())
    unfinished = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(unfinished, "w") as part:
        for name in whole.namelist():
            if name != "header.json":
                part.writestr(name, whole.read(name))
    assert len(runs_in(unfinished.getvalue())) == 4


def test_a_log_without_samples_says_so() -> None:
    log = {**document(), "samples": []}
    for data in (written(log), packed(log)):
        (said,) = problems_in(data)
        assert said.startswith("file1: the log holds no samples")


def test_a_bad_sample_is_named() -> None:
    log = document()
    log["samples"][1] = []
    log["samples"][2] = {"id": 1, "epoch": 1}
    assert problems_in(written(log)) == [
        "file1, samples[1]: must be an object.",
        "file1, samples[2]: has neither messages nor an output.",
    ]
    data = packed(document(), samples__x_epoch_1=b"", **{"samples__bad.json": b"{", "samples__deep.json": b"[" * 10**6})
    assert problems_in(data) == [
        "file1, samples/bad.json: not JSON.",
        "file1, samples/deep.json: not read: it is nested too deeply.",
    ]


def test_what_cannot_be_unpacked_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    monkeypatch.delattr(zipfile, "ZIP_ZSTANDARD", raising=False)
    (said,) = problems_in(DATA / "inspect.eval")
    assert "needs the package zstandard" in said
    assert "`inspect log convert --to json`" in said


def test_an_archive_that_would_fill_the_memory_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed(document(), **{"samples__bomb.json": b'"' + b"0" * 5_000_000 + b'"'})
    monkeypatch.setattr(limits, "PIECE", 1_000_000)
    (said,) = problems_in(bomb)
    assert said == "file1, samples/bomb.json: not read: it unpacks to more than 977 KiB."
    monkeypatch.setattr(limits, "UNPACKED", 20_000)
    assert problems_in(bomb)[-1] == "file1: it unpacks to more than 19.5 KiB; the rest is not read."


@pytest.mark.skipif(not ZSTD, reason="cannot unpack Zstandard")
def test_zstandard_is_bounded_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PIECE", 5000)
    said = problems_in(DATA / "inspect.eval")
    assert len(said) == 4
    assert "not read: it unpacks to more than 4.88 KiB." in said[0]


def test_another_archive_is_named() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "hello")
    (said,) = problems_in(file.getvalue())
    assert said.startswith("file1: a zip archive, but not a log of inspect-ai.")
    assert problems_in(file.getvalue()[:40]) == ["file1: the zip archive is cut off or damaged."]


PACKED = packed(document())
EVAL = (DATA / "inspect.eval").read_bytes()


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from([PACKED, EVAL]),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=20),
    st.floats(0.2, 1),
)
def test_no_damage_makes_it_stumble(whole: bytes, changes: list[tuple[float, int]], kept: float) -> None:
    data = bytearray(whole)
    for place, value in changes:
        data[4 + int(place * (len(data) - 4))] = value
    found_in(bytes(data[: int(len(data) * kept)]))
    found_in(bytes(data))


def put(holder: Any, name: str, inner: str | int | None, value: Any) -> None:
    """Put a value into a field, or into what the field holds."""
    held: Any = holder.get(name)
    fits = isinstance(inner, str) if isinstance(held, dict) else isinstance(inner, int) and isinstance(held, list)
    if fits and (isinstance(held, dict) or inner in range(len(held))):
        held[inner] = value
    else:
        holder[name] = value


NAMES = (
    "id",
    "epoch",
    "input",
    "messages",
    "output",
    "error",
    "uuid",
    "events",
    "events_data",
    "attachments",
    "started_at",
)
INNER = (None, "choices", "usage", "model", "completion", "message", 0, 1, "calls")


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(NAMES), st.sampled_from(INNER), junk)
def test_whatever_is_in_a_field_it_does_not_stumble(name: str, inner: str | int | None, value: Any) -> None:
    log = document()
    for one in log["samples"]:
        put(one, name, inner, value)
    found_in(written(log))


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(["input", "input_refs", "config", "output", "call", "request_ids", "timestamp", "model"]), junk)
def test_whatever_is_in_a_call_it_does_not_stumble(name: str, value: Any) -> None:
    log = document()
    for sample in log["samples"]:
        sample["events"][0][name] = value
    found_in(written(log))


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(["request", "response", "call_refs", "call_key"]), junk)
def test_whatever_went_over_the_wire_it_does_not_stumble(name: str, value: Any) -> None:
    log = document()
    for sample in log["samples"]:
        sample["events"][0]["call"][name] = value
    found_in(written(log))


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(["eval", "plan", "samples", "version"]), junk)
def test_whatever_a_log_says_of_itself_it_does_not_stumble(name: str, value: Any) -> None:
    found_in(written({**document(), name: value}))
