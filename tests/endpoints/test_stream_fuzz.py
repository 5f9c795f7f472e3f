"""Whatever bytes come, and however they are cut: the reader ends, says the same, and makes nothing up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from seedtui.config import Endpoint
from seedtui.core.request import Api
from seedtui.core.response import ResponseBuilder
from seedtui.endpoints.answer import read_chunks
from seedtui.endpoints.errors import Call, explain
from seedtui.endpoints.events import EndpointError
from support.scripted_server import chunk

CALL = Call(Endpoint("far", "https://far.example/v1"), "https://far.example/v1/chat/completions", "m", opened=True)

ends = st.sampled_from(["\n", "\r", "\r\n"])
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
bodies = st.one_of(
    st.builds(chunk, texts),
    st.builds(lambda said: chunk(said, finish_reason="stop"), texts),
    st.sampled_from(
        [{"choices": []}, {"error": {"message": "boom"}}, {"choices": None}, [1], 3, None, {"detail": "no"}]
    ),
)
lines = st.one_of(
    bodies.map(lambda body: "data: " + json.dumps(body, ensure_ascii=False)),
    st.sampled_from(
        ["", "", "", "data: [DONE]", ": ping", "event: error", "id: 1", "{}", "<html>", "data", "data:{", "x"]
    ),
)
streams = st.lists(st.tuples(lines, ends), max_size=12).map(
    lambda parts: "".join(line + end for line, end in parts).encode()
)
anything = st.one_of(
    streams,
    st.binary(max_size=40),
    st.builds(
        lambda mark, rest: mark + rest, st.sampled_from([b"\xef\xbb\xbf", b"\xef\xbb", b" \n", b"{", b"<"]), streams
    ),
)


def cut(data: bytes, at: list[int]) -> list[bytes]:
    edges = [0, *sorted(min(one, len(data)) for one in at), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


def read(pieces: list[bytes]) -> tuple[list[Any], str | None]:
    """Read a body that came in these pieces; return the chunks, and the sentence if it failed."""

    async def body() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    async def go() -> tuple[list[Any], str | None]:
        found: list[Any] = []
        try:
            async for one in read_chunks(body(), CALL):
                found.append(one)  # noqa: PERF401 (what came before a failure counts)
        except EndpointError as error:
            return found, error.error.message
        except Exception as error:
            return found, explain(error, CALL).message
        return found, None

    return asyncio.run(go())


def text_of(chunks: list[Any]) -> str:
    builder = ResponseBuilder(Api.CHAT)
    for one in chunks:
        builder.add(one)
    builder.flush()
    return "".join(one.text for one in builder.completions())


@given(anything, st.lists(st.integers(0, 400), max_size=8))
@example(b'data: {"choices": []}\r\n\ndata: {"choices": []}\n\n', [22, 23, 24])
@example(b"\xef\xbb\xbf<html>", [1])
def test_however_a_stream_is_cut_it_says_the_same(data: bytes, at: list[int]) -> None:
    """A line feed was taken for the end of a CRLF twice once, and joined two events."""
    assert read(cut(data, at)) == read([data])


@given(st.lists(texts, max_size=6), st.data())
def test_what_is_read_is_a_beginning_of_what_was_sent(said: list[str], data: st.DataObject) -> None:
    whole = b"".join(b"data: " + json.dumps(chunk(one), ensure_ascii=False).encode() + b"\n\n" for one in said)
    end = data.draw(st.integers(0, len(whole)))
    chunks, sentence = read([whole[:end]])
    assert "".join(said).startswith(text_of(chunks))
    assert sentence is None or sentence.endswith(".")


@given(st.lists(texts, min_size=1, max_size=6), st.data())
def test_a_stream_with_a_byte_changed_ends_with_a_sentence_or_with_text(said: list[str], data: st.DataObject) -> None:
    whole = bytearray(
        b"".join(b"data: " + json.dumps(chunk(one)).encode() + b"\n\n" for one in said) + b"data: [DONE]\n\n"
    )
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    chunks, sentence = read([bytes(whole)])
    text_of(chunks)
    assert sentence is None or (sentence.endswith(".") and sentence.isprintable() and len(sentence) < 420)
