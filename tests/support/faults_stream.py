"""Faults of streams: cut, stalled, endless, and written otherwise than server-sent events are."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from seedtui.core.run import Status
from support.fault import Fault
from support.faults_http import CHUNKED, END, GOOD, HELLO, QUICK, for_ever, on_the_wire, written
from support.scripted_server import (
    Answer,
    Recorded,
    Reply,
    chunk,
    cut,
    page,
    raw,
    reset,
    sse,
    stall,
    status,
    usage_chunk,
)

CUT: Final = ("broke off in the middle of the answer", "send again")
LATER: Final = ("said nothing for 0.3 s", "what came is kept")
_TEXT: Final = json.dumps(chunk("Hé"), ensure_ascii=False).encode()
_HALF: Final = b"data: " + _TEXT[: _TEXT.index(b"\xc3") + 1]


def chunked(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def reset_after(*parts: bytes) -> Answer:
    """Send these very bytes, then reset the connection."""

    async def answer(request: Recorded, reply: Reply) -> None:
        for part in parts:
            await reply.wire(part)
        # A reset throws away what the other end has not read yet.
        await asyncio.sleep(0.05)
        reply.reset()

    return answer


def refused_first(answer: Answer) -> Answer:
    """Fail in passing, then answer like this."""
    seen: set[int] = set()

    async def play(request: Recorded, reply: Reply) -> None:
        number = hash(request.headers["host"])
        first = number not in seen
        seen.add(number)
        await (status(503, None, retry_after="0") if first else answer)(request, reply)

    return play


def broken(name: str, answer: Answer, text: str = "", words: tuple[str, ...] = CUT, **more: Any) -> Fault:
    return Fault(name=name, answer=answer, kind="connection", text=text, words=words, **more)


def late(name: str, answer: Answer, text: str = "", words: tuple[str, ...] = LATER) -> Fault:
    return Fault(name=name, answer=answer, kind="timeout", text=text, words=words, settings=QUICK)


def malformed(name: str, answer: Answer, *words: str, text: str = "", **settings: Any) -> Fault:
    return Fault(name=name, answer=answer, kind="malformed", text=text, words=words, settings=settings)


def whole(name: str, answer: Answer, text: str = "Hello") -> Fault:
    return Fault(name=name, answer=answer, status=Status.COMPLETE, text=text)


def unfinished(name: str, answer: Answer, text: str = "", *words: str) -> Fault:
    said = words or (("did not say that the text was at its end",) if text else ("answered with no text",))
    return Fault(name=name, answer=answer, status=Status.ENDED_WITHOUT_REASON, text=text, words=said)


_NO_ANSWER: Final = ("closed the connection without an answer",)
_CUTS: Final = (
    broken("reset before the headers", reset(), words=_NO_ANSWER),
    broken("reset in the headers", reset_after(b"HTTP/1.1 200 OK\r\ncontent-ty"), words=_NO_ANSWER),
    broken("closed in the headers", on_the_wire(b"HTTP/1.1 200 OK\r\ncontent-ty"), words=_NO_ANSWER),
    broken("closed before the headers", on_the_wire(), words=_NO_ANSWER),
    broken("reset after the headers", reset_after(CHUNKED)),
    broken("reset between events", reset_after(CHUNKED, chunked(written(HELLO))), "Hello"),
    broken("reset inside an event", reset_after(CHUNKED, chunked(written(HELLO) + b'data: {"cho')), "Hello"),
    broken("reset inside a character", reset_after(CHUNKED, chunked(written(HELLO) + _HALF)), "Hello"),
    broken("closed after the headers", cut()),
    broken("closed between events", cut(HELLO), "Hello"),
    broken("closed inside an event", cut(HELLO, b'data: {"choices": [], "mod'), "Hello"),
    broken("closed inside a character", cut(HELLO, _HALF), "Hello"),
    broken("ended inside an event", raw(written(HELLO) + b'data: {"choices": [], "mod'), "Hello"),
    broken("ended inside a character", raw(written(HELLO) + _HALF), "Hello"),
    broken("ended inside [DONE]", raw(written(HELLO) + b"data: [DO"), "Hello"),
    broken("ended after data:", raw(written(HELLO) + b"data:"), "Hello"),
    whole("reset after the finish reason", reset_after(CHUNKED, chunked(written(HELLO, END)))),
    whole("closed after the finish reason", cut(HELLO, END)),
    whole("closed after the usage", cut(HELLO, END, usage_chunk(1, 1))),
    whole("closed before the end of the body", cut(HELLO, END, "[DONE]")),
    broken(
        "cut after it was refused once", refused_first(cut(HELLO)), "Hello", settings={"retries": 1}, waits=((0, 0),)
    ),
    unfinished("no finish reason", sse(HELLO), "Hello"),
    unfinished("[DONE] alone", sse()),
    unfinished("nothing at all", raw(b"")),
    unfinished("only comments", raw(b": nothing\n\n")),
    unfinished("only a usage", sse(usage_chunk(1, 0))),
)

_STALLS: Final = (
    late("silence before the headers", stall(), words=("said nothing for 0.3 s", "may be busy")),
    late("silence after the headers", for_ever(CHUNKED, b"", 0.1)),
    late("silence between events", stall(HELLO), "Hello"),
    late("silence inside an event", stall(HELLO, b'data: {"cho'), "Hello"),
    late(
        "headers that never end",
        for_ever(b"HTTP/1.1 200 OK\r\n", b"x-slow: 1\r\n"),
        words=("said nothing for 0.3 s", "may be busy"),
    ),
    late(
        "a header that comes byte by byte",
        for_ever(b"HTTP/1.1 200 OK\r\nx: ", b"y"),
        words=("said nothing for 0.3 s", "may be busy"),
    ),
    late("comments for ever", for_ever(CHUNKED + chunked(written(HELLO)), chunked(b": keep-alive\n\n")), "Hello"),
    late("empty lines for ever", for_ever(CHUNKED, chunked(b"\n"))),
    late("spaces for ever before JSON", for_ever(CHUNKED, chunked(b" "))),
    late("pings for ever", for_ever(CHUNKED + chunked(written(HELLO)), chunked(b"event: ping\ndata:\n\n")), "Hello"),
    late("an event that never ends", for_ever(CHUNKED + chunked(b'data: {"a": "'), chunked(b"x"))),
    late("JSON that never ends", for_ever(CHUNKED + chunked(b'{"a": "'), chunked(b"x"))),
    Fault(
        name="silence after the finish reason",
        answer=stall(HELLO, END),
        status=Status.COMPLETE,
        text="Hello",
        settings=QUICK,
    ),
    Fault(
        name="comments for ever after the finish reason",
        answer=for_ever(CHUNKED + chunked(written(HELLO, END)), chunked(b": keep-alive\n\n")),
        status=Status.COMPLETE,
        text="Hello",
        settings=QUICK,
    ),
    Fault(
        name="comments for ever after [DONE]",
        answer=for_ever(CHUNKED + chunked(GOOD), chunked(b": keep-alive\n\n")),
        status=Status.COMPLETE,
        text="Hello",
    ),
)

_CAP: Final = ("sent more than 0.02 MB", "raise its max_megabytes")
_HUGE: Final = (
    malformed(
        "an endless stream of nothing", for_ever(CHUNKED, chunked(written(chunk())), 0.0), *_CAP, max_megabytes=0.02
    ),
    malformed("an endless event", for_ever(CHUNKED, chunked(b"data: x\n"), 0.0), *_CAP, max_megabytes=0.02),
    malformed("an endless line", for_ever(CHUNKED, chunked(b"x" * 999), 0.0), *_CAP, max_megabytes=0.02),
    malformed("endless comments", for_ever(CHUNKED, chunked(b": x\n\n" * 99), 0.0), *_CAP, max_megabytes=0.02),
    malformed("endless JSON", for_ever(CHUNKED, chunked(b'{"a": "' + b"x" * 999), 0.0), *_CAP, max_megabytes=0.02),
    malformed("a huge event after a text", sse(HELLO, "x" * 30_000), *_CAP, text="Hello", max_megabytes=0.02),
    whole("an event of 1 MB", sse(chunk("x" * 1_000_000), END), "x" * 1_000_000),
)

_JSON: Final = ("something that is not JSON", "what came is kept", "OpenAI's API")
_PAGE: Final = ("answered with a web page", "check the base URL")
_STRAY: Final = ("sent a line in its stream that is no event", "what came is kept")
_NO_STREAM: Final = ("answered with something that is no stream of events", "check the base URL")
_LARGE: Final = ("sent more than 16 MB in one piece", "ask for fewer choices")
_EVENTS: Final = (
    malformed("bad JSON", sse(HELLO, "{broken", chunk("no")), *_JSON, text="Hello"),
    malformed("two JSONs in one event", sse(HELLO, '{"choices": []}{"choices": []}', END), *_JSON, text="Hello"),
    malformed("two data lines of JSON in one event", sse(HELLO, "{}\ndata: {}", END), *_JSON, text="Hello"),
    malformed("a number of 5,000 digits", sse(HELLO, "9" * 5000), "cannot be read", text="Hello"),
    malformed("a number", sse(HELLO, "3"), "something that is no completion", text="Hello"),
    malformed("a list", sse(HELLO, json.dumps([HELLO])), "something that is no completion", text="Hello"),
    malformed("null", sse(HELLO, "null"), "something that is no completion", text="Hello"),
    malformed("JSON nested 100,000 deep", sse(HELLO, "[" * 100_000), "nested too deep", text="Hello"),
    malformed("JSON nested 102 deep", sse(HELLO, '{"a":[' * 51 + "1" + "]}" * 51), "nested too deep", text="Hello"),
    malformed("an event of 17 MB", sse(HELLO, chunk("x" * 17_000_000), END), *_LARGE, text="Hello"),
    malformed("600,000 lists in one event", sse(HELLO, f"[{'[],' * 600_000}1]", END), "500,000 lists", text="Hello"),
    malformed("JSON of 17 MB in place of a stream", raw(b'{"x": "' + b"x" * 17_000_000, 200, "text/json"), *_LARGE),
    malformed("bytes that are no UTF-8", sse(HELLO, b"data: \xff\xfe\n\n"), "UnicodeDecodeError", text="Hello"),
    malformed("an event without data:", sse(HELLO, json.dumps(END).encode() + b"\n\n", END), *_STRAY, text="Hello"),
    malformed("a web page in the stream", sse(HELLO, b"<html>Bad Gateway</html>\n\n"), *_STRAY, text="Hello"),
    malformed("lines of JSON in place of events", raw(json.dumps(HELLO).encode() + b"\n{}\n"), *_JSON),
    malformed("a web page", page(), *_PAGE),
    malformed("a web page after empty lines", page("\n\n  <html>"), *_PAGE),
    malformed("a web page after a byte order mark", raw(b"\xef\xbb\xbf<!doctype html>"), *_PAGE),
    malformed("plain text", raw(b"upstream connect error", 200, "text/plain"), *_NO_STREAM, "upstream connect error"),
    malformed("one word", raw(b"OK", 200, "text/plain"), *_NO_STREAM, "OK"),
    malformed("JSON that is no object", raw(b"[1, 2]", 200, "application/json"), "something that is no completion"),
    malformed("JSON that is cut", raw(b'{"choices":', 200, "application/json"), "not JSON"),
    malformed("JSON in UTF-16", raw("{}".encode("utf-16"), 200, "application/json"), *_NO_STREAM),
    unfinished("an empty object", status(200, {})),
    whole("CRLF", raw(GOOD.replace(b"\n", b"\r\n"))),
    whole("CR", raw(GOOD.replace(b"\n", b"\r"))),
    whole("CRLF, then LF", raw(GOOD.replace(b"\n\n", b"\r\n\n"))),
    whole("CR and CRLF cut into bytes", sse(*(bytes([one]) for one in GOOD.replace(b"\n\n", b"\r\n\n")), done=False)),
    whole("a byte order mark", raw(b"\xef\xbb\xbf" + GOOD)),
    whole("a byte order mark cut into bytes", sse(b"\xef", b"\xbb", b"\xbf", GOOD, done=False)),
    whole("no blank line at the end", raw(GOOD.rstrip(b"\n"))),
    whole("no space after data:", raw(GOOD.replace(b"data: ", b"data:"))),
    whole("JSON over several data lines", sse("{\ndata: " + json.dumps(chunk("Hello", finish_reason="stop"))[1:])),
    whole("fields that nobody knows", raw(b"colour: red\n\n" + GOOD)),
    whole("ids and retries", raw(b"id: 1\nretry: 99999999999\n\n" + GOOD)),
    whole("no [DONE]", sse(HELLO, END, done=False)),
    whole("text after [DONE]", sse(HELLO, END, "[DONE]", chunk(" more"))),
    whole(
        "JSON in place of a stream",
        status(200, {"choices": [{"index": 0, "message": {"content": "Hello"}, "finish_reason": "stop"}]}),
    ),
)

_SAID: Final = ("broke off with an error: boom.",)
_BOOM: Final = {"error": {"message": "boom"}}
_TOLD: Final = tuple(
    Fault(name=f"an error told as {name}", answer=answer, kind="http", text=text, words=_SAID)
    for name, answer, text in (
        ("an object after text", sse(HELLO, _BOOM), "Hello"),
        ("an object after the finish reason", sse(HELLO, END, _BOOM), "Hello"),
        ("an object beside choices", sse(HELLO, chunk("!", error={"message": "boom"})), "Hello!"),
        ("a text", sse(HELLO, {"error": "boom"}), "Hello"),
        ("an event", sse(HELLO, b'event: error\ndata: {"message": "boom"}\n\n'), "Hello"),
        ("an event of plain text", sse(HELLO, b"event: error\ndata: boom\n\n"), "Hello"),
        ("an event of a JSON text", sse(HELLO, b'event: error\ndata: {"error": "boom"}\n\n'), "Hello"),
        ("a field of its own", sse(HELLO, b'error: {"message": "boom", "code": 500}\n\n'), "Hello"),
        ("an object's kind", sse({"object": "error", "message": "boom", "code": 400}), ""),
        ("a detail with 200", status(200, {"detail": "boom"}), ""),
        ("a message with 200", status(200, {"message": "boom"}), ""),
    )
)

STREAMS: Final = (*_CUTS, *_STALLS, *_HUGE, *_EVENTS, *_TOLD)
