"""Faults of chunks: fields that are missing, of a wrong type, or at odds with each other."""

from __future__ import annotations

from typing import Any, Final

from seedtui.core.run import Status
from support.fault import Fault
from support.faults_http import END, HELLO
from support.scripted_server import chunk, sse


def odd(name: str, *chunks: Any, text: str = "Hello", others: tuple[str, ...] = (), **asked: Any) -> Fault:
    """Chunks that are odd, but leave no doubt about the text."""
    return Fault(name=name, answer=sse(*chunks), status=Status.COMPLETE, text=text, others=others, asked=asked)


def open_ended(name: str, *chunks: Any, text: str = "Hello", others: tuple[str, ...] = (), **asked: Any) -> Fault:
    """Chunks after which nobody can say that the text is whole."""
    return Fault(
        name=name,
        answer=sse(*chunks),
        status=Status.ENDED_WITHOUT_REASON,
        text=text,
        others=others,
        asked=asked,
        words=("Only 1 of 2 choices",)
        if len(others) + 1 < asked.get("n", 1)
        else ("did not say that the text was at its end",),
    )


def unreadable(name: str, what: str, body: Any) -> Fault:
    """A chunk that may hold text in a way that nobody can read."""
    return Fault(
        name=name,
        answer=sse(HELLO, body, END),
        kind="malformed",
        text="Hello",
        words=(f"sent {what}", "what came is kept"),
    )


def with_choice(**fields: Any) -> dict[str, Any]:
    return {**chunk(), "choices": [{"index": 0, "delta": {}, "finish_reason": None, **fields}]}


STOP: Final = "stop"
_TYPES: Final = (
    odd("choices null", HELLO, {"choices": None}, END),
    odd("choices missing", HELLO, {"id": "x"}, END),
    unreadable("choices a text", "choices that are no list", {"choices": "Hello"}),
    unreadable("choices an object", "choices that are no list", {"choices": {"0": {}}}),
    unreadable("choices numbers", "a choice that is none", {"choices": [1]}),
    odd("delta null", HELLO, with_choice(delta=None), END),
    odd("delta missing", HELLO, {"choices": [{"index": 0}]}, END),
    unreadable("delta a text", "a delta that is none", with_choice(delta="Hello")),
    unreadable("delta a list", "a delta that is none", with_choice(delta=[1])),
    odd("content null", HELLO, with_choice(delta={"content": None}), END),
    unreadable("content a number", "a content that is no text", with_choice(delta={"content": 5})),
    unreadable("content an object", "a content that is no text", with_choice(delta={"content": {"text": "x"}})),
    odd(
        "content a list of parts",
        HELLO,
        with_choice(delta={"content": [{"type": "text", "text": "!"}]}),
        END,
        text="Hello!",
    ),
    odd("index missing", with_choice(delta={"content": "Hello"}, index=None), END),
    odd("index a text", {**chunk("Hello", index=0), "choices": [{**HELLO["choices"][0], "index": "0"}]}, END),
    odd("index negative", chunk("Hello", index=-1), END),
    odd("index huge", chunk("Hello", index=10**30), END),
    odd("index a fraction", {**HELLO, "choices": [{**HELLO["choices"][0], "index": 0.5}]}, END),
    odd(
        "a text where a message should be",
        {"choices": [{"index": 0, "text": "Hel"}]},
        {"choices": [{"index": 0, "text": "lo", "finish_reason": STOP}]},
    ),
    open_ended("finish reason a number", HELLO, with_choice(finish_reason=1)),
    open_ended("finish reason true", HELLO, with_choice(finish_reason=True)),
    open_ended("finish reason empty", HELLO, with_choice(finish_reason="")),
    open_ended("finish reason an object", HELLO, with_choice(finish_reason={"type": STOP})),
    odd("finish reason that nobody knows", HELLO, with_choice(finish_reason="\x1b[2Jbecause")),
    odd("usage a text", HELLO, {**END, "usage": "many"}),
    odd("usage of texts", HELLO, {**END, "usage": {"completion_tokens": "2", "prompt_tokens": None}}),
    odd("usage huge", HELLO, {**END, "usage": {"completion_tokens": 10**40, "prompt_tokens": -(10**40)}}),
    odd("usage NaN", HELLO, '{"choices": [], "usage": {"completion_tokens": NaN}}', END),
    odd("fingerprint a number", {**HELLO, "system_fingerprint": 7}, END),
    odd("fingerprint a list", {**HELLO, "system_fingerprint": ["fp"]}, END),
    odd("fingerprint empty", {**HELLO, "system_fingerprint": ""}, END),
    odd("fingerprint of 100,000 letters", chunk("Hello", fingerprint="f" * 100_000), END),
    odd("fingerprints that change", *(chunk(one, fingerprint=f"fp_{one}") for one in "Hello"), END),
    odd(
        "another fingerprint in each of 300 chunks",
        *(chunk("x", fingerprint=f"fp_{one}") for one in range(300)),
        END,
        text="x" * 300,
    ),
    odd("id, model and object missing", {"choices": HELLO["choices"]}, {"choices": END["choices"]}),
    odd("id, model and created of wrong types", {**HELLO, "id": 3, "model": [], "created": "now"}, {**END, "id": {}}),
    odd("created beyond every calendar", {**HELLO, "created": 10**30}, END),
    odd("model that acts", {**HELLO, "model": "\x1b]0;evil\x07"}, END),
    odd("logprobs a text", HELLO, with_choice(finish_reason=STOP, logprobs="none")),
    odd(
        "logprobs of wrong types", HELLO, with_choice(finish_reason=STOP, logprobs={"content": [3, None, {"token": 1}]})
    ),
    odd("tool calls a text", HELLO, with_choice(delta={"tool_calls": "x"}), END),
    odd("lone halves of characters", chunk("a\ud83d"), chunk("b\udc00"), END, text="a\ufffdb\ufffd"),
    odd("a NUL", chunk("a\0b"), END, text="a\0b"),
)

_GAVE_UP: Final = tuple(
    Fault(
        name=f"a finish reason that tells of a failure: {reason}",
        answer=sse(HELLO, chunk(finish_reason=reason)),
        kind="http",
        text="Hello",
        words=("gave up in the middle of the answer", f"finish reason {reason}", "what came is kept"),
    )
    for reason in ("abort", "error", "cancelled", "insufficient_system_resource", "TIMEOUT")
)

_CHOICES: Final = (
    odd("two choices when one was asked", HELLO, chunk("Other", index=1, finish_reason=STOP), END, others=("Other",)),
    open_ended(
        "a second choice that nobody asked and nobody ended", HELLO, chunk("Other", index=1), END, others=("Other",)
    ),
    odd(
        "choices interleaved",
        *(chunk(one, index=index) for pair in zip("Hello", "World", strict=True) for index, one in enumerate(pair)),
        chunk(index=1, finish_reason=STOP),
        END,
        others=("World",),
        n=2,
    ),
    open_ended("one choice never ended", HELLO, chunk("Other", index=1), END, others=("Other",), n=2),
    open_ended("one choice never came", HELLO, END, n=2),
    odd("a finish reason twice", HELLO, END, END),
    odd("two finish reasons", HELLO, END, chunk(finish_reason="length")),
    odd("a finish reason with every chunk", chunk("Hel", finish_reason=STOP), chunk("lo", finish_reason=STOP)),
    odd("an empty text after the finish reason", HELLO, END, chunk("")),
    open_ended("text after the finish reason", chunk("Hel"), END, chunk("lo")),
    odd("text and another finish reason after the finish reason", chunk("Hel"), END, chunk("lo"), END),
    Fault(
        name="one choice of two that was given up",
        answer=sse(HELLO, END, chunk("Other", index=1), chunk(index=1, finish_reason="abort")),
        kind="http",
        text="Hello",
        others=("Other",),
        words=("finish reason abort",),
        asked={"n": 2},
    ),
    Fault(
        name="a finish reason and no text",
        answer=sse(END),
        status=Status.COMPLETE,
    ),
)

FIELDS: Final = (*_TYPES, *_GAVE_UP, *_CHOICES)
