"""Lines whose request was seen before are read as if it had not been."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedtui.core.request import JsonObject
from seedtui.exchange.line import LineError, parse_json, parse_line
from seedtui.exchange.logs.found import Keys, Reader, Record, finish, mark_of
from seedtui.exchange.logs.requests import Requests
from support.bodies import any_json, json_values

NOW = datetime(2026, 11, 22, tzinfo=UTC)
READER = Reader(lambda run: run, NOW)
ANSWER = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "화성"}, "finish_reason": "stop"}]}
REQUEST = {"model": "m", "messages": [{"role": "user", "content": 'a, "response": {} \\'}], "seed": 1}


def line(request: Any, **more: Any) -> str:
    return json.dumps({"request": request, "response": ANSWER, **more}, ensure_ascii=False)


# Pieces of lines, of which some put together are a line, and most are nearly one.
PIECES = (
    '{"request": ',
    json.dumps(REQUEST),
    '{"messages": [], "stream": true, "temperature": 1.0}',
    '{"tools": [1, 2], "response": 1, "prompt": "\\ud55c \\ud83d"}',
    "[1]",
    ', "response": ',
    json.dumps(ANSWER),
    ', "request": {"prompt": "another"}',
    ', "a": 1e999',
    ', "a": NaN',
    ', "😀": 1.0, "\uffee": -0.0',
    ", ",
    "}",
    " }",
    "\ufeff",
    '{"request":{"prompt":"x"},"response":null}',
)
good = st.builds(line, st.just(REQUEST) | st.fixed_dictionaries({"prompt": st.text(max_size=2), "x": any_json}))
made = st.lists(st.sampled_from(PIECES), max_size=7).map("".join)


def read(requests: Requests, text: str) -> Any:
    try:
        record = requests.record(text, 1)
    except (LineError, RecursionError) as error:
        return str(error)
    return finish("file", record, Keys(None), READER)


def read_alone(text: str) -> Any:
    try:
        return finish("file", Record(parse_json(text), 1), Keys(None), READER)
    except (LineError, RecursionError) as error:
        return str(error)


@given(st.lists(good | made, min_size=1, max_size=6), st.data())
def test_a_line_is_read_alike_whatever_was_read_before(texts: list[str], data: st.DataObject) -> None:
    requests = Requests()
    for text in data.draw(st.lists(st.sampled_from(texts), max_size=12)):
        assert read(requests, text) == read_alone(text)


def test_a_request_that_is_there_again_is_the_same() -> None:
    requests = Requests()
    first, second = (requests.record(line(REQUEST, endpoint=name), 1) for name in "ab")
    assert first.request is second.request is not None
    assert parse_line(second.line, NOW, second.request).request is first.request


def test_no_more_requests_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seedtui.exchange.logs.requests._REMEMBERED", 500)
    requests = Requests()
    requests._room = 500
    for number in range(50):
        body = {"prompt": "x" * (number * 20)}
        assert requests.record(line(body), 1).line["request"] == body
        assert sum(map(len, requests._known)) <= 500


@given(st.dictionaries(st.text(max_size=3), json_values, max_size=4))
@settings(max_examples=50)
def test_a_key_is_that_of_the_whole_line(more: JsonObject) -> None:
    requests = Requests()
    record = requests.record(json.dumps({"request": REQUEST, **more, "z": 1.0}, ensure_ascii=False), 1)
    assert mark_of(record.line, None, record.request) == mark_of(dict(reversed(record.line.items())))
