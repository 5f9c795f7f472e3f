"""Export lines read back as equal runs; bad lines are named and passed over."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.request import JsonObject, Request
from seedtui.core.run import Completion, Run, RunError, Status, Timing
from seedtui.exchange.jsonl import dumps, line_object, run_object
from seedtui.exchange.logs.found import ImportedRun, LineProblem
from seedtui.exchange.logs.reading import read_runs

MARS = Path(__file__).parent.parent / "data" / "mars.jsonl"

# What the history can hold: no lone surrogates.
texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
requests = st.one_of(
    st.fixed_dictionaries(
        {"messages": st.lists(st.fixed_dictionaries({"role": texts, "content": texts | st.none()}), max_size=3)},
        optional={"model": texts, "seed": st.integers(-(2**63), 2**63 - 1), "extra": values},
    ),
    st.fixed_dictionaries({"prompt": texts | st.lists(texts)}, optional={"model": texts, "temperature": values}),
).map(Request)


@st.composite
def responses(draw: st.DrawFn) -> JsonObject:
    chat = draw(st.booleans())
    choices = []
    for index in range(draw(st.integers(0, 3))):
        body: JsonObject = {"message": {"role": "assistant", "content": draw(texts | st.none())}}
        if not chat:
            body = {"text": draw(texts)}
        choices.append({"index": index, "finish_reason": draw(st.sampled_from([None, "stop", "length"])), **body})
    response: JsonObject = {
        "object": "chat.completion" if chat else "text_completion",
        "choices": choices,
        "usage": draw(values),
    }
    if draw(st.booleans()):
        response["system_fingerprint"] = draw(texts | st.none())
    return response


completions = st.lists(
    st.builds(Completion, st.integers(0, 9), texts, st.none() | texts), max_size=3, unique_by=lambda one: one.index
).map(lambda found: tuple(sorted(found, key=lambda one: one.index)))
milliseconds = st.none() | st.floats(0, 1e14) | st.integers(0, 10**14)
runs = st.builds(
    Run,
    id=st.just(0),
    request=requests,
    response=st.none() | responses(),
    endpoint=texts,
    created_at=st.datetimes(timezones=st.just(UTC)),
    status=st.sampled_from([status for status in Status if status is not Status.STREAMING]),
    completions=completions,
    fingerprints=st.lists(texts, unique=True, max_size=3).map(tuple),
    timing=st.builds(Timing, milliseconds, milliseconds),
    error=st.none() | st.builds(RunError, texts, texts, st.none() | st.integers(100, 599)),
    retries=st.integers(0, 9),
    headers=st.dictionaries(texts, texts, max_size=2),
)


def read(*files: bytes) -> list[ImportedRun[Run] | LineProblem]:
    sources = [(f"file{number}", io.BufferedReader(io.BytesIO(data))) for number, data in enumerate(files, 1)]
    return list(read_runs(sources))


def read_one(line: Any) -> Run:
    (found,) = read(json.dumps(line).encode())
    assert not isinstance(found, LineProblem), found
    return found.run


def problem(line: bytes | JsonObject) -> str:
    (found,) = read(line if isinstance(line, bytes) else json.dumps(line).encode())
    assert isinstance(found, LineProblem)
    return str(found)


def answer(text: str = "A story.", **more: Any) -> JsonObject:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return {"object": "chat.completion", "choices": [choice], **more}


REQUEST: JsonObject = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
LINE: JsonObject = {"request": REQUEST, "response": answer()}


@given(runs)
def test_an_export_reads_back_equal(run: Run) -> None:
    (found,) = read(dumps(line_object(run)).encode())
    assert isinstance(found, ImportedRun), found
    assert found.run == run


@given(runs)
def test_what_run_json_prints_reads_back_equal(run: Run) -> None:
    (found,) = read(dumps(run_object(run)).encode())
    assert isinstance(found, ImportedRun), found
    assert found.run == run


def test_a_run_that_failed_midway_keeps_its_text() -> None:
    run = Run(
        id=7,
        request=Request(REQUEST),
        response=None,
        endpoint="openai",
        created_at=datetime(2026, 11, 22, 21, 43, tzinfo=UTC),
        status=Status.FAILED,
        completions=(Completion(0, "Half a st"),),
        error=RunError("timeout", "The deadline passed.", None),
    )
    line = line_object(run)
    assert line["created_at"] == "2026-11-22T21:43:00Z"
    back = read_one(line)
    assert (back.status, back.completions, back.error) == (run.status, run.completions, run.error)


def test_completions_stand_in_the_line_only_when_the_response_cannot_carry_them() -> None:
    run = read_one(LINE)
    assert "completions" not in line_object(run)
    assert run_object(run)["completions"] == [{"id": "0", "index": 0, "text": "A story.", "finish_reason": "stop"}]


def test_the_notebooks_completions() -> None:
    with MARS.open("rb") as file:
        found = [one.run for one in read_runs([("mars.jsonl", file)]) if isinstance(one, ImportedRun)]
    assert [run.request.seed for run in found] == [None, None, 123, 123]
    assert [run.fingerprint for run in found] == ["fp_fefa7b2153"] * 4
    assert [run.completion_tokens for run in found] == [200, 198, 200, 200]
    assert {run.status for run in found} == {Status.COMPLETE}
    assert found[0].created_at == datetime(2023, 11, 6, 19, 46, 40, tzinfo=UTC)
    assert found[2].completions == found[3].completions


def test_a_text_completion_is_read_alike_even_without_its_object_name() -> None:
    response = {"choices": [{"index": 0, "text": "red dust", "finish_reason": "length"}]}
    for named in (response, {**response, "object": "text_completion"}):
        run = read_one({"request": {"model": "m", "prompt": "Mars:"}, "response": named})
        assert run.completions == (Completion(0, "red dust", "length"),)
        assert run.response == named


def test_status_follows_from_the_finish_reasons() -> None:
    assert read_one(LINE).status is Status.COMPLETE
    response = answer()
    response["choices"][0]["finish_reason"] = None
    assert read_one({"request": REQUEST, "response": response}).status is Status.ENDED_WITHOUT_REASON
    response["choices"][0]["finish_reason"] = "abort"
    assert read_one({"request": REQUEST, "response": response}).status is Status.FAILED
    assert read_one({**LINE, "status": "cancelled"}).status is Status.CANCELLED
    assert read_one({**LINE, "status": "streaming"}).status is Status.INTERRUPTED


@pytest.mark.parametrize(
    ("response", "error"),
    [
        ({"error": {"message": "No such model.", "code": 404}}, RunError("http", "No such model.", 404)),
        ({"error": {"message": "Slow down.", "code": "rate_limit"}}, RunError("http", "Slow down.", None)),
        ({"error": "Overloaded.", "choices": None}, RunError("http", "Overloaded.", None)),
        ({"error": {}}, RunError("http", "The log says no more than that it failed.", None)),
    ],
)
def test_an_answer_that_is_an_error_is_a_failed_run(response: JsonObject, error: RunError) -> None:
    """Such lines were passed over as bad ones, so nobody was told that runs had failed."""
    run = read_one({"request": REQUEST, "response": response})
    assert (run.status, run.error, run.completions) == (Status.FAILED, error, ())


def test_choices_count_for_more_than_an_error_beside_them() -> None:
    for error in (None, {"message": "Cut."}):
        run = read_one({"request": REQUEST, "response": {**answer(), "error": error}})
        assert (run.status, run.error) == (Status.COMPLETE, None)


def test_the_time_is_the_lines_else_the_responses_else_now() -> None:
    stamped = {"request": REQUEST, "response": answer(created=1_700_000_000), "created_at": "2026-01-02T03:04:05+01:00"}
    assert read_one(stamped).created_at == datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC)
    del stamped["created_at"]
    assert read_one(stamped).created_at == datetime.fromtimestamp(1_700_000_000, UTC)
    before = datetime.now(UTC)
    assert before <= read_one(LINE).created_at <= datetime.now(UTC)


def test_lone_surrogates_are_replaced_and_split_pairs_joined() -> None:
    raw = b'{"request": {"model": "m", "messages": []}, "response": {"choices": [{"message": {"content": "a\\ud83d b'
    raw += b'\\ud83d\\ude80"}, "finish_reason": "stop"}]}}'
    (found,) = read(raw)
    assert isinstance(found, ImportedRun)
    assert found.run.completions[0].text == "a\ufffd b\U0001f680"


def test_a_gzipped_file_is_read_by_its_content() -> None:
    data = MARS.read_bytes()
    assert [type(one) for one in read(gzip.compress(data))] == [ImportedRun] * 4


def test_a_cut_off_gzipped_file_is_reported_after_what_it_gave() -> None:
    data = b"".join(json.dumps({**LINE, "endpoint": str(number)}).encode() + b"\n" for number in range(2000))
    found = read(gzip.compress(data)[:-2000], json.dumps(LINE).encode())
    problems = [str(one) for one in found if isinstance(one, LineProblem)]
    assert len(problems) == 1
    assert problems[0].endswith("the compressed file is cut off or damaged here.")
    assert isinstance(found[-1], ImportedRun), "the file after it is still read"


def test_a_file_is_the_same_gzipped_or_not() -> None:
    """A log that was compressed after its import came in a second time, and again each time it was compressed."""
    line = json.dumps(LINE).encode() + b"\n"
    plain = keys(line + line)
    assert keys(gzip.compress(line + line, mtime=1)) == plain
    assert keys(gzip.compress(line + line, mtime=2)) == plain
    assert keys(gzip.compress(line)) != keys(line + line)[:1]


def keys(*files: bytes) -> list[str]:
    return [one.key for one in read(*files) if isinstance(one, ImportedRun)]


def test_keys_are_the_same_each_time_and_differ_for_identical_lines() -> None:
    known = {**LINE, "response": answer(id="chatcmpl-1")}
    line = json.dumps(known).encode() + b"\n"
    reordered = json.dumps(dict(reversed(known.items()))).encode() + b"\n"
    first = keys(line + line)
    assert len(set(first)) == 2
    assert keys(b"\n" + reordered + line) == first


def test_the_key_of_a_line_with_an_id_is_what_it_always_was() -> None:
    """Files that were imported before keys told files apart must still be recognised."""
    assert keys(MARS.read_bytes())[0] == "5984ba43e6147575265bff2e8595b4d2c4eaf67ef5af2d1dbb88b246cd142e44-1"


def test_answers_without_an_id_belong_to_their_file() -> None:
    """Repeats of one experiment in a file each, all alike, were once counted as one answer."""
    line = json.dumps(LINE).encode() + b"\n"
    first, second = keys(line + line), keys(b"\n" + line + line)
    assert len({*first, *second}) == 4
    assert keys(line + line) == first


@pytest.mark.parametrize(
    "more",
    [
        {"response": answer(id="chatcmpl-1")},
        {"created_at": "2026-11-22T21:43:00.5Z"},
        {"headers": {"x-request-id": "req_1"}},
        {"uuid": "3jV9MJJ2fMQ8nX7DoHMcoq"},
    ],
)
def test_an_answer_with_an_identity_is_the_same_in_every_file(more: JsonObject) -> None:
    line = json.dumps({**LINE, **more}).encode() + b"\n"
    assert keys(line) == keys(b"\n" + line)


@pytest.mark.parametrize("more", [{"created_at": "2026-11-22T21:43:00Z"}, {"response": answer(id="")}, {"uuid": 1}])
def test_what_many_answers_may_share_is_no_identity(more: JsonObject) -> None:
    line = json.dumps({**LINE, **more}).encode() + b"\n"
    assert keys(line) != keys(b"\n" + line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"{", "file1, line 1: not JSON: Expecting property name"),
        (b"[1]", "file1, line 1: must be a JSON object."),
        (b'{"request": NaN}', "not JSON: NaN is no number."),
        (b'{"request": -Infinity}', "not JSON: -Infinity is no number."),
        (b'{"request": 1e999}', "not JSON: 1e999 is too large a number."),
        (b'{"request": ' + b"1" * 5000 + b"}", "not JSON: a number has too many digits."),
        (b'{"a": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}", "nested too deeply"),
        (b'{"a": "\xff"}', "not UTF-8: byte 8"),
        ({}, "request is missing."),
        ({"request": 1}, "request must be an object."),
        ({"request": {}}, "request needs messages, or a prompt."),
        ({"request": {"messages": "hello"}}, "request.messages must be a list."),
        ({"request": {"messages": ["hello"]}}, "request.messages[0] must be an object."),
        ({"request": REQUEST}, "response is missing."),
        ({"request": REQUEST, "response": "hello"}, "response must be an object."),
        ({"request": REQUEST, "response": {}}, "response.choices must be a list."),
        ({"request": REQUEST, "response": {"choices": [1]}}, "response.choices[0] must be an object."),
        ({"request": REQUEST, "response": {"choices": [{}]}}, "response.choices[0].message must be an object."),
        (
            {"request": REQUEST, "response": {"choices": [{"message": {"content": 1}}]}},
            "response.choices[0].message.content must be a text.",
        ),
        (
            {"request": REQUEST, "response": {"choices": [{"message": {}}, {"message": {}}]}},
            "response.choices[1].index is 0, as an earlier choice's is.",
        ),
        ({**LINE, "status": "done"}, "status must be one of streaming, complete"),
        ({**LINE, "created_at": "yesterday"}, "created_at must be a time"),
        ({**LINE, "created_at": "0001-01-01T00:00:00+12:00"}, "created_at must be a time"),
        ({**LINE, "endpoint": 1}, "endpoint must be a text."),
        ({**LINE, "fingerprints": [1]}, "fingerprints[0] must be a text."),
        ({**LINE, "timing": {"total_ms": "1"}}, "timing.total_ms must be a number of milliseconds."),
        ({**LINE, "timing": {"total_ms": 10**30}}, "timing.total_ms must be a number of milliseconds."),
        ({**LINE, "retries": 10**30}, "retries must be a whole number"),
        ({**LINE, "retries": True}, "retries must be a whole number"),
        ({**LINE, "error": {"kind": "http"}}, "error.message must be a text."),
        ({**LINE, "completions": [{"index": 0}]}, "completions[0].text must be a text."),
    ],
)
def test_a_bad_line_is_named_with_its_field(line: bytes | JsonObject, expected: str) -> None:
    said = problem(line)
    assert said.startswith("file1, line 1: ")
    assert expected in said


def test_null_means_not_there() -> None:
    """Other tools write null where they know nothing; such lines were once refused."""
    fields = (
        "endpoint",
        "created_at",
        "status",
        "fingerprints",
        "timing",
        "error",
        "retries",
        "headers",
        "completions",
    )
    choice = {**LINE["response"]["choices"][0], "index": None, "logprobs": None, "text": None}
    line = {
        **LINE,
        **dict.fromkeys((*fields, "custom_id")),
        "request": {**LINE["request"], "model": None, "prompt": None, "seed": None},
        "response": {**LINE["response"], "object": None, "choices": [choice], "usage": None},
    }
    run = read_one(line)
    assert run.completions == read_one(LINE).completions
    assert (run.endpoint, run.retries, run.request.has_seed) == ("", 0, False)
    prompt = {"request": {"messages": None, "prompt": "Once"}, "response": {"choices": [{"text": " upon"}]}}
    assert read_one(prompt).completions[0].text == " upon"


def test_bad_lines_do_not_keep_good_ones_out() -> None:
    good = json.dumps(LINE).encode()
    found = read(b"\xef\xbb\xbf" + good + b"\r\n\r\n{\n" + good)
    assert [type(one) for one in found] == [ImportedRun, LineProblem, ImportedRun]
    assert isinstance(found[1], LineProblem)
    assert found[1].line == 3


def batch_input(name: str, content: str) -> bytes:
    body = {"model": "m", "messages": [{"role": "user", "content": content}]}
    line = {"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": body}
    return json.dumps(line).encode() + b"\n"


def batch_output(name: str, body: JsonObject, status: int = 200) -> bytes:
    response = {"status_code": status, "request_id": f"req-{name}", "body": body}
    line = {"id": "batch_req_1", "custom_id": name, "response": response, "error": None}
    return json.dumps(line).encode() + b"\n"


def test_the_two_files_of_a_batch_are_joined_in_either_order() -> None:
    asked = batch_input("one", "first?") + batch_input("two", "second?")
    said = batch_output("two", answer("second")) + batch_output("one", answer("first"))
    for files in ((asked, said), (said, asked)):
        found = [one.run for one in read(*files) if isinstance(one, ImportedRun)]
        assert [run.request.messages[0]["content"] for run in found] == ["first?", "second?"]
        assert [run.completions[0].text for run in found] == ["first", "second"]
        assert found[0].headers == {"x-request-id": "req-one"}


def test_a_batchs_failures_become_failed_runs() -> None:
    asked = batch_input("one", "?") + batch_input("two", "?")
    expired = {"custom_id": "two", "response": None, "error": {"code": "batch_expired", "message": "Too late."}}
    said = batch_output("one", {"error": {"message": "No such model."}}, 404) + json.dumps(expired).encode()
    first, second = (one.run for one in read(asked, said) if isinstance(one, ImportedRun))
    assert first.error == RunError("http", "No such model.", 404)
    assert second.error == RunError("http", "Too late.", None)
    assert {first.status, second.status} == {Status.FAILED}


def test_half_a_batch_is_named() -> None:
    assert "Import both files together" in problem(batch_input("one", "?"))
    assert "Import both files together" in problem(batch_output("one", answer()))
    found = read(batch_input("one", "?"), batch_input("one", "!"), batch_output("one", answer()))
    assert [str(one) for one in found if isinstance(one, LineProblem)] == [
        "file2, line 1: custom_id stands in file1, line 1, too. Import one batch at a time."
    ]


def test_a_written_line_cannot_act_on_a_terminal() -> None:
    text = "\x1b]52;c;x\x07 \x7f \x9b \u202e \u2028 \U000e0041 한국어"
    written = dumps({"text": text})
    assert written.isprintable()
    assert "한국어" in written
    assert json.loads(written) == {"text": text}


def test_numbers_that_json_lacks_become_null() -> None:
    assert json.loads(dumps({"a": [float("nan"), 1.5, {"b": float("-inf")}]})) == {"a": [None, 1.5, {"b": None}]}
