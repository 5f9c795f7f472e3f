"""Faults of HTTP: statuses, waits, redirects, headers, lengths and encodings."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import repeat
from typing import Any, Final

from seedtui.core.run import Status
from support.fault import Fault
from support.scripted_server import Answer, Recorded, Reply, chunk, error_body, page, raw, redirect, sse, status, text

HELLO: Final = chunk("Hello")
END: Final = chunk(finish_reason="stop")


def written(*bodies: Any) -> bytes:
    """Return events as they stand on the wire."""
    return b"".join(b"data: " + json.dumps(body).encode() + b"\n\n" for body in bodies)


GOOD: Final = written(HELLO, END) + b"data: [DONE]\n\n"
CHUNKED: Final = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def on_the_wire(*parts: bytes, pause: float = 0.0, close: bool = True) -> Answer:
    """Send these very bytes, one after the other, then close the connection."""

    async def answer(request: Recorded, reply: Reply) -> None:
        for part in parts:
            await reply.wire(part)
            await asyncio.sleep(pause)
        reply.keep_alive = not close

    return answer


def for_ever(beginning: bytes, again: bytes, pause: float = 0.02) -> Answer:
    """Send a beginning, then the same bytes again and again, as long as somebody is there."""

    async def answer(request: Recorded, reply: Reply) -> None:
        await reply.wire(beginning)
        for part in repeat(again):
            await reply.wire(part)
            await asyncio.sleep(pause)

    return answer


def soon(seconds: float) -> Answer:
    """Refuse with a Retry-After that is a date."""

    async def answer(request: Recorded, reply: Reply) -> None:
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
        await status(429, None, retry_after=date)(request, reply)

    return answer


def refusal(code: int, kind: str, *words: str, body: Any = None, **settings: Any) -> Fault:
    """A status in place of an answer, with what the sentence must say beside it."""
    told = error_body("It is so.") if body is None else body
    said = ("it said: It is so.",) if body is None else ()
    return Fault(
        name=f"status {code}", answer=status(code, told), kind=kind, words=(str(code), *words, *said), **settings
    )


def wait(name: str, *waits: tuple[float, float], words: tuple[str, ...] = ("(429)", "wait"), **headers: str) -> Fault:
    return Fault(
        name=f"Retry-After {name}",
        answer=status(429, None, **headers),
        kind="http",
        words=words,
        settings={"retries": 1},
        waits=waits,
    )


BACKOFF: Final = (0.375, 0.5)
QUICK: Final = {"read_timeout": 0.3, "connect_timeout": 0.3}

_REFUSALS: Final = (
    refusal(400, "http", "refused the request"),
    refusal(401, "key", "check the variable SCRIPTED_KEY"),
    refusal(402, "http", "check the account's plan"),
    refusal(403, "http", "may use the model scripted-1"),
    refusal(404, "http", "check the base URL"),
    refusal(405, "http", "takes no requests at"),
    refusal(407, "http", "answered 407 in place of a completion"),
    refusal(408, "http", "send again"),
    refusal(409, "http", "answered 409"),
    refusal(413, "http", "shorten the prompt"),
    refusal(418, "http", "answered 418"),
    refusal(422, "http", "refused a field"),
    refusal(429, "http", "send fewer at a time"),
    *(refusal(code, "http", "try again later") for code in (500, 501, 502, 503, 504, 505, 529, 599)),
    Fault(name="status 600", answer=status(600), kind="http", words=("(600)",)),
    Fault(
        name="a refusal that never ends",
        answer=for_ever(b"HTTP/1.1 500 Oh\r\ncontent-type: text/plain\r\n\r\nOh", b"x" * 30_000, 0.0),
        kind="http",
        words=("(500)", "it said: Ohxxx"),
    ),
    Fault(name="a refusal in pieces of a web page", answer=page("<html>no", 403), kind="http", words=("(403)",)),
    Fault(
        name="a refusal that is JSON nested too deep",
        answer=raw(b"[" * 60_000, 400),
        kind="http",
        words=("(400)",),
    ),
    Fault(
        name="a refusal with every field of a wrong type",
        answer=status(400, {"error": {"message": 3, "code": [], "type": {}}, "detail": 5}),
        kind="http",
        words=("(400)",),
    ),
    Fault(
        name="early hints before the answer",
        answer=on_the_wire(
            b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" * 3,
            b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(GOOD) + GOOD,
        ),
        status=Status.COMPLETE,
        text="Hello",
    ),
    Fault(
        name="only early hints, for ever",
        answer=for_ever(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
        kind="timeout",
        words=("said nothing for 0.3 s", "read_timeout"),
        settings=QUICK,
    ),
    Fault(
        name="switching protocols",
        answer=on_the_wire(b"HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
        kind="malformed",
        words=("sent what is no HTTP",),
    ),
    Fault(name="no content", answer=status(204), status=Status.ENDED_WITHOUT_REASON, words=("with no text",)),
    Fault(name="partial content", answer=raw(GOOD, 206), status=Status.COMPLETE, text="Hello"),
)

_WAITS: Final = (
    wait("in seconds", (20, 20), retry_after="20"),
    wait("in milliseconds", (0.25, 0.25), retry_after_ms="250"),
    wait("in both", (1.5, 1.5), retry_after_ms="1500", retry_after="30"),
    wait("with a fraction", (0.5, 0.5), retry_after="0.5"),
    Fault(
        name="Retry-After a date",
        answer=soon(30),
        kind="http",
        settings={"retries": 1},
        waits=((20, 30),),
        words=("429",),
    ),
    wait("a date that is past", (0, 0), retry_after="Mon, 23 Nov 2020 11:00:00 GMT"),
    wait("a date far away", retry_after="Fri, 23 Nov 2190 11:00:00 GMT", words=("wait more than a day",)),
    wait("a date that is none", BACKOFF, retry_after="Mon, 99 Nov 2026 99:00:00 GMT"),
    wait("the first of dates", (0, 0), retry_after="Mon, 01 Jan 0001 00:00:00 +2359"),
    wait("the last of dates", retry_after="Fri, 31 Dec 9999 23:59:59 -2359", words=("wait more than a day",)),
    wait("negative", (0, 0), retry_after="-3"),
    wait("not a number", BACKOFF, retry_after="NaN"),
    wait("infinite", BACKOFF, retry_after="inf"),
    wait("too long", retry_after="3600", words=("asks to wait 3,600 s",)),
    wait("huge", retry_after="1e300", words=("wait more than a day",)),
    wait("of 5,000 digits", BACKOFF, retry_after="9" * 5000),
    wait("garbage", BACKOFF, retry_after="soon; \x7f\xe9"),
    wait("empty", BACKOFF, retry_after=""),
    wait("and never come again", retry_after="1", x_should_retry="false"),
)

_ELSEWHERE: Final = ("which is not followed", "make it the base URL")
_REDIRECTS: Final = (
    *(
        Fault(
            name=f"redirect {code}",
            answer=redirect("/v1/chat/completions", code),
            kind="redirect",
            words=(f"redirects to /v1/chat/completions ({code})", *_ELSEWHERE),
        )
        for code in (300, 301, 302, 303, 305, 307, 308)
    ),
    *(
        Fault(name=f"redirect {name}", answer=redirect(to), kind="redirect", words=(said, *_ELSEWHERE))
        for name, to, said in (
            (
                "to another host",
                "https://elsewhere.example/v1/x?token=1",
                "redirects to https://elsewhere.example/v1/x (",
            ),
            ("to another port", "http://127.0.0.1:9/v1/chat/completions", "redirects to http://127.0.0.1:9/v1/"),
            ("to another scheme", "https://127.0.0.1/v1/chat/completions", "redirects to https://127.0.0.1/"),
            ("to a file", "file:///etc/passwd", "redirects to file:///etc/passwd ("),
            ("to nothing", "", "redirects ("),
            ("to a host that is none", "http://[bad", "redirects to http://[bad ("),
            ("to a host of odd letters", "http://a\u2100b/", "redirects to "),
            ("with a password", "http://me:secret@elsewhere.example/", "redirects to http://elsewhere.example/ ("),
            ("to 100,000 letters", "/" + "x" * 50_000, "redirects to /xxx"),
        )
    ),
    Fault(name="not modified", answer=status(304), kind="redirect", words=("redirects (304)",)),
)

_BOMB: Final = gzip.compress(b"data: " + bytes(20_000_000))
_PAUSED: Final = zlib.compressobj(wbits=31)
_CUT_GZIP: Final = _PAUSED.compress(written(HELLO)) + _PAUSED.flush(zlib.Z_SYNC_FLUSH)
_RAW_DEFLATE: Final = zlib.compressobj(wbits=-15)

_BODIES: Final = (
    Fault(
        name="a body in gzip",
        answer=raw(gzip.compress(GOOD), content_encoding="gzip"),
        status=Status.COMPLETE,
        text="Hello",
    ),
    Fault(
        name="a body in deflate",
        answer=raw(zlib.compress(GOOD), content_encoding="deflate"),
        status=Status.COMPLETE,
        text="Hello",
    ),
    Fault(
        name="a body in raw deflate",
        answer=raw(_RAW_DEFLATE.compress(GOOD) + _RAW_DEFLATE.flush(), content_encoding="deflate"),
        status=Status.COMPLETE,
        text="Hello",
    ),
    *(
        Fault(
            name=f"a body that is no {name}",
            answer=raw(b"\x8b\x02\x80rest", content_encoding=name),
            kind="malformed",
            words=("compressed",),
        )
        for name in ("br", "zstd", "lzma", "gzip", "gzip, gzip, gzip, gzip, gzip, gzip")
    ),
    Fault(
        name="a gzip bomb",
        answer=raw(_BOMB, content_encoding="gzip"),
        kind="malformed",
        words=("sent more than 3 MB", "max_megabytes"),
        settings={"max_megabytes": 3.0},
    ),
    Fault(
        name="a gzip bomb in a gzip bomb",
        answer=raw(gzip.compress(_BOMB), content_encoding="gzip, gzip"),
        kind="malformed",
        words=("sent more than 3 MB",),
        settings={"max_megabytes": 3.0},
    ),
    Fault(
        name="a gzip bomb as a refusal",
        answer=raw(_BOMB, 500, content_encoding="gzip"),
        kind="http",
        words=("(500)",),
    ),
    Fault(
        name="gzip that ends too early",
        answer=raw(_CUT_GZIP, content_encoding="gzip"),
        status=Status.ENDED_WITHOUT_REASON,
        text="Hello",
        words=("did not say that the text was at its end",),
    ),
    Fault(
        name="more promised than sent",
        answer=on_the_wire(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n" + written(HELLO)),
        kind="connection",
        text="Hello",
        words=("broke off in the middle",),
    ),
    Fault(
        name="less promised than sent",
        answer=on_the_wire(
            b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (len(written(HELLO)) + 20) + written(HELLO, END)
        ),
        kind="connection",
        text="Hello",
        words=("broke off in the middle",),
    ),
    Fault(
        name="a length that is none",
        answer=on_the_wire(b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n" + GOOD),
        kind="malformed",
        words=("sent what is no HTTP",),
    ),
    Fault(
        name="a chunk whose length is none",
        answer=on_the_wire(CHUNKED, b"%x\r\n%s\r\n" % (len(written(HELLO)), written(HELLO)), b"zz\r\nmore\r\n"),
        kind="malformed",
        text="Hello",
        words=("sent what is no HTTP", "what came is kept"),
    ),
    Fault(
        name="a chunk that is shorter than it says",
        answer=on_the_wire(CHUNKED, b"ffff\r\n" + written(HELLO)),
        kind="connection",
        text="Hello",
        words=("broke off in the middle",),
    ),
    Fault(
        name="an answer that is no HTTP",
        answer=on_the_wire(b"220 mail.example ESMTP\r\n\r\n"),
        kind="malformed",
        words=("sent what is no HTTP", "check the base URL and its port"),
    ),
    Fault(
        name="headers of 1 MB",
        answer=on_the_wire(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 1_000_000 + b"\r\n\r\n" + GOOD),
        kind="malformed",
        words=("sent what is no HTTP",),
    ),
    Fault(
        name="a header that is none",
        answer=on_the_wire(b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n" + GOOD),
        kind="malformed",
        words=("sent what is no HTTP",),
    ),
    Fault(
        name="a wrong content type",
        answer=raw(GOOD, 200, "image/png"),
        status=Status.COMPLETE,
        text="Hello",
    ),
    Fault(name="a header of odd bytes", answer=sse(HELLO, END, x_odd="\x80é"), status=Status.COMPLETE, text="Hello"),
    Fault(name="a good answer", answer=text("Hel", "lo"), status=Status.COMPLETE, text="Hello"),
)

HTTP: Final = (*_REFUSALS, *_WAITS, *_REDIRECTS, *_BODIES)
