"""Answers for the scripted server, ready made."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from support.reply import Answer, Gate, Recorded, Reply

FINGERPRINT: Final = "fp_scripted1"


class GoneError(Exception):
    """The client went away in the middle of an answer."""


def by_seed(answers: Mapping[int, Answer], otherwise: Answer) -> Answer:
    """Answer each request by its seed: of requests that go together, any may come first."""

    async def answer(request: Recorded, reply: Reply) -> None:
        await answers.get(request.json["seed"], otherwise)(request, reply)

    return answer


def watched(answer: Answer) -> Answer:
    """Break an answer off when the client goes away."""

    async def play(request: Recorded, reply: Reply) -> None:
        playing = asyncio.ensure_future(answer(request, reply))
        leaving = asyncio.ensure_future(reply.wait_closed())
        try:
            await asyncio.wait({playing, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not playing.done():
                raise GoneError
            await playing
        finally:
            for task in (playing, leaving):
                task.cancel()
            await asyncio.gather(playing, leaving, return_exceptions=True)

    return play


def error_body(message: str, code: str | None = None) -> dict[str, Any]:
    """Return an error body as OpenAI writes it."""
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}


def chunk(
    content: str | None = None,
    *,
    index: int = 0,
    finish_reason: str | None = None,
    fingerprint: str | None = FINGERPRINT,
    **top: Any,
) -> dict[str, Any]:
    """Return one chunk of Chat Completions."""
    delta = {} if content is None else {"content": content}
    body = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1700000000, "model": "scripted-1"}
    choice = {"index": index, "delta": delta, "finish_reason": finish_reason}
    named = {"system_fingerprint": fingerprint} if fingerprint else {}
    return {**body, **named, "choices": [choice], **top}


def usage_chunk(prompt: int, completion: int, fingerprint: str | None = FINGERPRINT) -> dict[str, Any]:
    """Return the last chunk, with token counts and no choices."""
    counts = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return {**chunk(fingerprint=fingerprint), "choices": [], "usage": counts}


Part = dict[str, Any] | str | bytes | Gate
"""A chunk, the raw data of an event, raw bytes, or a gate to wait at."""


def sse(*parts: Part, done: bool = True, **headers: str) -> Answer:
    """Stream these parts; `done` adds the closing `[DONE]`."""

    async def answer(request: Recorded, reply: Reply) -> None:
        await reply.head(headers=headers)
        await _play(reply, parts)
        if done:
            await reply.event("[DONE]")
        await reply.end()

    return answer


async def _play(reply: Reply, parts: Sequence[Part]) -> None:
    for part in parts:
        if isinstance(part, Gate):
            await reply.wait(part)
        elif isinstance(part, bytes):
            await reply.send(part)
        else:
            await reply.event(part)


def text(*words: str | Gate, finish_reason: str | None = "stop", fingerprint: str | None = FINGERPRINT) -> Answer:
    """Stream a completion word by word, then its finish reason, then its usage."""
    parts: list[Part] = [one if isinstance(one, Gate) else chunk(one, fingerprint=fingerprint) for one in words]
    if finish_reason:
        parts.append(chunk(finish_reason=finish_reason, fingerprint=fingerprint))
    return sse(*parts, usage_chunk(7, len(words), fingerprint))


def status(code: int, body: Any = None, **headers: str) -> Answer:
    """Answer with a status and a JSON body."""

    async def answer(request: Recorded, reply: Reply) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        await reply.head(code, "application/json", headers, len(data))
        await reply.send(data)

    return answer


def page(html: str = "<!doctype html><title>Welcome</title>", code: int = 200) -> Answer:
    """Answer with a web page."""
    return raw(html.encode(), code, "text/html")


def raw(data: bytes, code: int = 200, content_type: str = "text/event-stream", **headers: str) -> Answer:
    """Answer with these very bytes as the body."""

    async def answer(request: Recorded, reply: Reply) -> None:
        await reply.head(code, content_type, headers, len(data))
        await reply.send(data)

    return answer


def redirect(location: str, code: int = 307) -> Answer:
    """Answer with a redirect."""
    return status(code, None, location=location)


def cut(*parts: Part) -> Answer:
    """Stream these parts, then close the connection in the middle of the body."""

    async def answer(request: Recorded, reply: Reply) -> None:
        await reply.head()
        await _play(reply, parts)
        reply.cut()

    return answer


def reset(*parts: Part) -> Answer:
    """Stream these parts, then reset the connection; without parts, before any answer."""

    async def answer(request: Recorded, reply: Reply) -> None:
        if parts:
            await reply.head()
            await _play(reply, parts)
        reply.reset()

    return answer


def stall(*parts: Part) -> Answer:
    """Stream these parts, then say nothing more until the client goes away; without parts, nothing at all."""

    async def answer(request: Recorded, reply: Reply) -> None:
        if parts:
            await reply.head()
            await _play(reply, parts)
        await reply.wait(Gate())

    return answer
