"""Whatever a good answer looks like, its text, fingerprints and usage arrive."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import pytest

from seedtui.core.request import Request
from seedtui.endpoints.client import OpenAIClient
from seedtui.endpoints.events import Chunk, Opened, Sending
from support.asking import KEY, ask, ask_once, chat, endpoint_at
from support.scripted_server import (
    Answer,
    Gate,
    ScriptedServer,
    chunk,
    raw,
    sse,
    stall,
    status,
    text,
    usage_chunk,
)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


def data(*bodies: Any, end: bytes = b"\n") -> bytes:
    return b"".join(b"data: " + json.dumps(body).encode() + end + end for body in bodies)


async def test_events_come_in_order(server: ScriptedServer) -> None:
    server.script(text("Hello", " world"))
    answered = await ask_once(server)
    assert isinstance(answered.events[0], Sending)
    assert isinstance(answered.events[1], Opened)
    assert all(isinstance(event, Chunk) for event in answered.events[2:])
    assert answered.text == "Hello world"
    assert answered.builder.finished
    body = answered.builder.body()
    assert body is not None
    assert body["usage"]["total_tokens"] == 9


async def test_a_story_is_the_same_with_a_seed_and_another_without(server: ScriptedServer) -> None:
    seeded = [(await ask_once(server, chat(seed=123, max_tokens=20))).text for _ in range(2)]
    unseeded = [(await ask_once(server, chat(max_tokens=20))).text for _ in range(2)]
    assert seeded[0] == seeded[1]
    assert len({*seeded, *unseeded}) == 3
    assert len(seeded[0].split()) == 20


async def test_completions_stream_their_text(server: ScriptedServer) -> None:
    answered = await ask_once(server, Request({"model": "m", "prompt": "Once", "seed": 1, "n": 2, "logprobs": 0}))
    assert answered.error is None
    first, second = answered.builder.completions()
    assert first.text != second.text
    assert first.finish_reason == second.finish_reason == "stop"
    again = await ask_once(server, chat(seed=1))
    assert again.text == first.text


@pytest.mark.parametrize("halves", [("\ud83d", "\ude80"), ("Go \ud83d", "\ude80!"), ("\ud83d", ""), ("a", "\ude80")])
async def test_split_and_lone_surrogates_can_be_stored(server: ScriptedServer, halves: tuple[str, str]) -> None:
    server.script(text(*halves))
    answered = await ask_once(server)
    expected = "".join(halves).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert answered.text == expected
    answered.text.encode("utf-8")


@pytest.mark.parametrize(
    ("answer", "fingerprints"),
    [
        (sse(chunk("a"), chunk("b", finish_reason="stop")), ("fp_scripted1",)),
        (sse(chunk("a", fingerprint=None), chunk(finish_reason="stop", fingerprint="fp_last")), ("fp_last",)),
        (
            sse(chunk("a", fingerprint="fp_1"), chunk("b", fingerprint="fp_2"), chunk("c", fingerprint="fp_1")),
            ("fp_1", "fp_2"),
        ),
        (sse(chunk("a", fingerprint=None), chunk(finish_reason="stop", fingerprint=None)), ()),
        (sse(chunk("a", fingerprint="")), ()),
    ],
)
async def test_fingerprints_arrive_wherever_they_stand(
    server: ScriptedServer, answer: Answer, fingerprints: tuple[str, ...]
) -> None:
    server.script(answer)
    assert (await ask_once(server)).builder.fingerprints == fingerprints


async def test_usage_may_never_come(server: ScriptedServer) -> None:
    server.script(sse(chunk("a", finish_reason="stop")))
    body = (await ask_once(server)).builder.body()
    assert body is not None
    assert "usage" not in body


async def test_usage_may_come_with_every_chunk(server: ScriptedServer) -> None:
    usages = [{"prompt_tokens": 3, "completion_tokens": count, "total_tokens": 3 + count} for count in (1, 2)]
    server.script(sse(chunk("a", usage=usages[0]), chunk("b", finish_reason="stop", usage=usages[1])))
    body = (await ask_once(server)).builder.body()
    assert body is not None
    assert body["usage"] == usages[1]


GOOD = (chunk("Hé"), chunk("llo", finish_reason="stop"), usage_chunk(3, 2))


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\n\n", b": keep-alive\n\n", b"event: ping\nid: 1\n\n"])
async def test_every_way_to_write_events_is_read(server: ScriptedServer, end: bytes, before: bytes) -> None:
    server.script(raw(before + data(*GOOD, end=end) + b"data: [DONE]" + end + end))
    answered = await ask_once(server)
    assert (answered.error, answered.text, answered.builder.finished) == (None, "Héllo", True)


async def test_events_may_arrive_byte_by_byte(server: ScriptedServer) -> None:
    whole = data(*GOOD) + b"data: [DONE]\n\n"
    server.script(sse(*(whole[index : index + 1] for index in range(len(whole))), done=False))
    answered = await ask_once(server)
    assert (answered.error, answered.text, answered.builder.finished) == (None, "Héllo", True)


async def test_the_last_event_needs_no_blank_line(server: ScriptedServer) -> None:
    server.script(raw(data(*GOOD).rstrip(b"\n")))
    answered = await ask_once(server)
    assert (answered.error, answered.text, answered.builder.finished) == (None, "Héllo", True)


async def test_a_whole_body_in_place_of_a_stream_is_taken(server: ScriptedServer) -> None:
    message = {"role": "assistant", "content": "All at once"}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    server.script(status(200, {"object": "chat.completion", "system_fingerprint": "fp_w", "choices": [choice]}))
    answered = await ask_once(server)
    assert (answered.text, answered.builder.fingerprints, answered.builder.finished) == ("All at once", ("fp_w",), True)


@pytest.mark.parametrize("answer", [sse(), raw(b""), status(204), sse(chunk("a")), raw(b": nothing\n\n")])
async def test_a_stream_without_a_reason_is_no_error_and_not_finished(server: ScriptedServer, answer: Answer) -> None:
    server.script(answer)
    answered = await ask_once(server)
    assert answered.error is None
    assert not answered.builder.finished


async def test_what_no_json_has_becomes_null(server: ScriptedServer) -> None:
    server.script(sse('{"choices": [], "a": NaN, "b": -Infinity}'))
    chunks = [event.body for event in (await ask_once(server)).events if isinstance(event, Chunk)]
    assert chunks == [{"choices": [], "a": None, "b": None}]


async def test_headers_worth_keeping_are_kept_and_no_others(server: ScriptedServer) -> None:
    server.script(sse(chunk("a"), x_request_id=f"req_1 {KEY}", set_cookie="secret=1", openai_processing_ms="12"))
    headers = (await ask_once(server)).opened.headers
    assert headers == {"x-request-id": "req_1 [key]", "openai-processing-ms": "12"}


async def test_a_connection_is_used_again(server: ScriptedServer) -> None:
    client = OpenAIClient(endpoint_at(server), KEY)
    for _ in range(3):
        assert (await ask(client)).error is None
    await client.aclose()
    assert server.connections == 1


async def test_many_streams_at_a_time(server: ScriptedServer) -> None:
    client = OpenAIClient(endpoint_at(server), KEY)
    answers = await asyncio.gather(*(ask(client, chat(seed=seed)) for seed in range(30)))
    await client.aclose()
    assert all(answered.error is None and answered.builder.finished for answered in answers)
    assert len({answered.text for answered in answers}) > 20


async def test_leaving_a_stream_closes_its_connection(server: ScriptedServer) -> None:
    server.script(stall(chunk("a")))
    client = OpenAIClient(endpoint_at(server), KEY)
    async with aclosing(client.stream(chat())) as events:
        async for event in events:
            if isinstance(event, Chunk):
                break
    await server.until(lambda: server.closed_early == 1)
    await client.aclose()


async def test_cancelling_closes_the_connection(server: ScriptedServer) -> None:
    gate = Gate()
    server.script(sse(chunk("a"), gate))
    client = OpenAIClient(endpoint_at(server), KEY)
    task = asyncio.create_task(ask(client))
    await server.until(lambda: gate.reached == 1)
    task.cancel()
    await server.until(lambda: server.closed_early == 1)
    with pytest.raises(asyncio.CancelledError):
        await task
    await client.aclose()


async def test_models_are_listed(server: ScriptedServer) -> None:
    client = OpenAIClient(endpoint_at(server), KEY)
    assert await client.models() == ("scripted-1", "scripted-2")
    assert server.requests[-1].method == "GET"
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    await client.aclose()
