"""An answer's bytes, turned into chunks; whatever is no stream of chunks is named."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from typing import Any, Final

from seedtui.core.run import RunError
from seedtui.core.text import one_line
from seedtui.endpoints.errors import AnswerError, Call
from seedtui.endpoints.events import EndpointError
from seedtui.endpoints.refusals import said_by
from seedtui.endpoints.sse import LARGEST, EventReader, LargeEventError, ServerEvent, StrayLineError

# Infinity and NaN are no JSON, and could not be exported as such.
_DECODER: Final = json.JSONDecoder(parse_constant=lambda name: None)
_DONE: Final = "[DONE]"
_MARK: Final = b"\xef\xbb\xbf"
_DEEPEST: Final = 100
# Of these, every one costs time in each thing that is done with an answer. Twenty alternatives to each of 10,000
# tokens make 440,000.
_MOST_PARTS: Final = 500_000
_STRING: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"')
_NO_BRACKETS: Final = bytes(sorted(set(range(256)) - set(b"[]{}")))
_QUOTED_BYTES: Final = 4096
_DRAIN_SECONDS: Final = 0.1


async def read_chunks(pieces: AsyncIterator[bytes], call: Call) -> AsyncGenerator[Mapping[str, Any], None]:
    """Yield the JSON objects of an answer.

    Args:
        pieces: The body's bytes as they come.
        call: What was asked, for the sentences.

    Raises:
        EndpointError: If the stream tells of an error.
        AnswerError: If the answer is not what was asked for, or too large.
        Exception: Whatever reading the bytes raises.
    """
    limited = _limited(pieces, call)
    beginning = b""
    async for piece in limited:
        beginning += piece
        if _MARK.startswith(beginning):
            continue
        beginning = beginning.removeprefix(_MARK).lstrip()
        if beginning:
            break
    if beginning.startswith(b"<"):
        raise AnswerError("answered with a web page: check the base URL, which usually ends in /v1.")
    if beginning.startswith((b"{", b"[")):
        whole = bytearray(beginning)
        async for piece in limited:
            whole += piece
            if len(whole) > LARGEST:
                raise _large()
        for chunk in _chunks(_parse(whole.decode("utf-8"), call), "", call):
            yield chunk
        return
    async for event in _events(beginning, limited, call):
        if event.data.strip() == _DONE:
            await _drain(limited)
            return
        if event.data.strip():
            for chunk in _chunks(_event_value(event, call), event.name, call):
                yield chunk


async def _limited(pieces: AsyncIterator[bytes], call: Call) -> AsyncIterator[bytes]:
    left = int(call.endpoint.max_megabytes * 1_000_000)
    async for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise AnswerError(
                f"sent more than {call.endpoint.max_megabytes:g} MB: what came is kept; raise its max_megabytes"
                " if that was meant."
            )
        yield piece


async def _events(beginning: bytes, rest: AsyncIterator[bytes], call: Call) -> AsyncIterator[ServerEvent]:
    reader, any_came = EventReader(), False
    try:
        for event in reader.feed(beginning):
            yield event
            any_came = True
        async for piece in rest:
            for event in reader.feed(piece):
                yield event
                any_came = True
        left = _last_events(reader)
    except LargeEventError:
        raise _large() from None
    except StrayLineError as error:
        raise AnswerError(
            f"sent a line in its stream that is no event ({_quoted(error.line, call)}): what came is kept; look at what"
            " stands between you and it."
        ) from None
    for event in left:
        yield event
    if not left and not any_came and reader.stray:
        raise AnswerError(
            f"answered with something that is no stream of events ({_quoted(reader.stray, call)}): check the base URL,"
            " which usually ends in /v1."
        )


def _last_events(reader: EventReader) -> list[ServerEvent]:
    """Return the events that the stream's end left without their blank line.

    Raises:
        ConnectionResetError: If they are no whole ones: the stream was cut.
    """
    try:
        left = list(reader.finish())
        for event in left:
            if event.data.strip() != _DONE:
                json.loads(event.data)
    except (ValueError, RecursionError):
        # A body without a length that ends in the middle of an event was cut.
        raise ConnectionResetError from None
    return left


def _quoted(line: bytes, call: Call) -> str:
    return one_line(call.veil.cut(line[:_QUOTED_BYTES].decode("utf-8", "replace")), 60)


def _event_value(event: ServerEvent, call: Call) -> Any:
    try:
        value = _parse(event.data, call)
    except AnswerError:
        if event.name != "error":
            raise
        value = event.data
    return {"error": event.data} if event.name == "error" and not isinstance(value, dict) else value


def _chunks(value: Any, name: str, call: Call) -> Iterator[Mapping[str, Any]]:
    """Yield the chunk if it is one.

    Raises:
        EndpointError: If it tells of an error.
    """
    if not isinstance(value, dict):
        raise AnswerError("sent something that is no completion: check the base URL, which usually ends in /v1.")
    telling = value.get("error") or name == "error" or value.get("object") == "error"
    if not telling and "choices" not in value and {"detail", "message"} & value.keys():
        telling = True
    if value.get("choices") or not telling:
        _check_shape(value)
        yield value
    if telling:
        raise _told(value, call)


def _check_shape(chunk: Mapping[str, Any]) -> None:
    """Refuse a chunk whose text cannot be read: passing over it would leave a hole in a text that looks whole.

    Raises:
        AnswerError: Naming what is wrong.
    """
    choices = chunk.get("choices")
    if not isinstance(choices, list | None):
        raise _odd("choices that are no list")
    for choice in choices or ():
        if not isinstance(choice, dict):
            raise _odd("a choice that is none")
        if not isinstance(choice.get("text"), str | None):
            raise _odd("a text that is none")
        for name in ("delta", "message"):
            said = choice.get(name)
            if said is not None and not isinstance(said, dict):
                raise _odd(f"a {name} that is none")
            if said and not isinstance(said.get("content"), str | list | None):
                raise _odd("a content that is no text")


def _odd(what: str) -> AnswerError:
    return AnswerError(f"sent {what}: what came is kept; check that it speaks OpenAI's API.")


def _told(value: Mapping[str, Any], call: Call) -> EndpointError:
    said = said_by(call.veil.value(value))
    quoted = f": {said.message}" if said.message else " and did not say which"
    return EndpointError(RunError("http", f"{call.who} broke off with an error{quoted}.", said.status))


def _parse(data: str, call: Call) -> Any:
    parts = data.count("[") + data.count("{")
    if parts > _MOST_PARTS:
        raise _large(f"JSON of more than {_MOST_PARTS:,} lists and objects")
    try:
        value = _DECODER.decode(data)
    except json.JSONDecodeError as error:
        # Without the key before it is cut: a part of one could not be told from any other text.
        around = one_line(call.veil.cut(data)[max(error.pos - 10, 0) :], 40)
        raise AnswerError(
            f"sent something that is not JSON ({around}): what came is kept; check that it speaks OpenAI's API."
        ) from None
    except RecursionError:
        raise _nested() from None
    if parts > _DEEPEST and _is_deep(data):
        raise _nested()
    return value


def _is_deep(data: str) -> bool:
    """Whether JSON is nested too deep; told from its brackets, as there may be millions of them."""
    brackets = _STRING.sub("", data).encode("utf-8", "replace").translate(None, _NO_BRACKETS)
    for _ in range(_DEEPEST):
        if not brackets:
            return False
        # One level at a time: what is around a pair becomes one only when the gap is closed.
        brackets = brackets.replace(b"[]", b" ").replace(b"{}", b" ").replace(b" ", b"")
    return bool(brackets)


def _large(what: str = f"more than {LARGEST / 1_000_000:g} MB") -> AnswerError:
    return AnswerError(
        f"sent {what} in one piece: what came is kept; ask for fewer choices or log probabilities, or look at what"
        " stands between you and it."
    )


def _nested() -> AnswerError:
    return AnswerError("sent JSON nested too deep to read: what came is kept; check that it speaks OpenAI's API.")


async def _drain(rest: AsyncIterator[bytes]) -> None:
    """Read to the body's end, if that is near, so that the connection can be used again."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for _ in rest:
                pass
