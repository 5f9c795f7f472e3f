"""A request that failed in passing is sent again, in the open; any other is not."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.endpoints.client import OpenAIClient
from seedtui.endpoints.events import Retrying, Sending
from seedtui.endpoints.retry import LONGEST_WAIT, asked_wait, backoff, wait_after
from support.asking import KEY, Answered, ask, endpoint_at
from support.scripted_server import (
    Answer,
    ScriptedServer,
    chunk,
    cut,
    error_body,
    page,
    redirect,
    reset,
    status,
    text,
)

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)

numbers = st.integers(-1, 9999)
dates = st.builds(
    "Mon, {} {} {} {}:{}:{} {:+}".format,
    numbers,
    st.sampled_from(["Jan", "Nov", "Dec", "Foo"]),
    numbers,
    numbers,
    numbers,
    numbers,
    st.integers(-9999, 9999),
)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


async def ask_patiently(server: ScriptedServer, retries: int = 2) -> tuple[Answered, list[float]]:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    client = OpenAIClient(endpoint_at(server, retries=retries), KEY, sleep=sleep)
    try:
        return await ask(client), waits
    finally:
        await client.aclose()


@pytest.mark.parametrize(
    "answer", [status(code) for code in (408, 409, 429, 500, 502, 503, 504, 529)] + [reset(), page("down", 503)]
)
async def test_what_may_pass_is_sent_again(server: ScriptedServer, answer: Answer) -> None:
    server.script(answer, answer, text("There"))
    answered, waits = await ask_patiently(server)
    assert (answered.error, answered.text) == (None, "There")
    assert [(retry.attempt, retry.attempts) for retry in answered.retries] == [(1, 2), (2, 2)]
    assert [retry.wait for retry in answered.retries] == waits
    assert all(later > earlier > 0 for earlier, later in pairwise(waits))
    assert all(retry.reason.endswith(".") for retry in answered.retries)
    assert len(server.requests) == 3
    assert len({request.body for request in server.requests}) == 1


async def test_events_of_a_repetition_come_in_order(server: ScriptedServer) -> None:
    server.script(status(500), text("There"))
    answered, _ = await ask_patiently(server)
    assert [type(event) for event in answered.events[:3]] == [Sending, Retrying, Sending]


async def test_the_last_failure_is_told(server: ScriptedServer) -> None:
    server.script(status(500), status(502), status(503, error_body("still down")))
    answered, waits = await ask_patiently(server)
    assert answered.error is not None
    assert answered.error.http_status == 503
    assert len(waits) == 2


async def test_without_retries_nothing_is_sent_twice(server: ScriptedServer) -> None:
    server.script(status(500))
    answered, waits = await ask_patiently(server, retries=0)
    assert answered.error is not None
    assert (waits, len(server.requests)) == ([], 1)


@pytest.mark.parametrize(
    "answer",
    [
        *(status(code) for code in (400, 401, 403, 404, 413, 422, 501)),
        redirect("http://nobody.invalid/"),
        status(429, error_body("quota", "insufficient_quota")),
        status(429, None, retry_after="3600"),
        status(500, None, x_should_retry="false"),
        cut(chunk("some")),
        reset(chunk("some")),
        page(),
    ],
)
async def test_what_will_not_pass_is_sent_once(server: ScriptedServer, answer: Answer) -> None:
    server.script(answer)
    answered, waits = await ask_patiently(server)
    assert answered.error is not None
    assert (waits, len(server.requests)) == ([], 1)


async def test_a_wait_that_is_asked_for_is_kept(server: ScriptedServer) -> None:
    server.script(status(429, None, retry_after="20"), status(503, None, retry_after_ms="1500"), text("There"))
    answered, waits = await ask_patiently(server)
    assert answered.text == "There"
    assert waits == [20, 1.5]


async def test_a_dead_server_is_tried_again() -> None:
    with ScriptedServer() as server:
        pass
    answered, waits = await ask_patiently(server)
    assert answered.error is not None
    assert answered.error.kind == "refused"
    assert len(waits) == 2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "20"}, 20),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "Mon, 23 Nov 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Mon, 23 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after-ms": "250", "retry-after": "20"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "20"}, 20),
    ],
)
def test_the_wait_that_a_server_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_wait(headers, NOW) == seconds


def test_a_wait_that_is_too_long_is_left_to_the_user() -> None:
    assert wait_after(429, {"retry-after": str(LONGEST_WAIT)}, 1, 0, NOW) == LONGEST_WAIT
    assert wait_after(429, {"retry-after": str(LONGEST_WAIT + 1)}, 1, 0, NOW) is None


def test_the_server_may_say_whether_to_come_again() -> None:
    assert wait_after(400, {"x-should-retry": "true"}, 1, 0, NOW) == 0.5
    assert wait_after(503, {"x-should-retry": "false"}, 1, 0, NOW) is None


def test_waits_double_up_to_a_bound_and_differ_a_little() -> None:
    assert [backoff(attempt, 0) for attempt in (1, 2, 3, 4, 5, 6, 60)] == [0.5, 1, 2, 4, 8, 8, 8]
    assert backoff(1, 1) == 0.375


@given(st.text(max_size=40) | dates | st.floats().map(str), st.text(max_size=10))
def test_no_header_stops_the_reckoning(after: str, after_ms: str) -> None:
    asked = asked_wait({"retry-after": after, "retry-after-ms": after_ms}, NOW)
    assert asked is None or 0 <= asked < math.inf
