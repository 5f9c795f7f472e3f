"""A loopback server that speaks as much of OpenAI's API as a test wants, in exactly the way it wants.

It runs in a thread of its own, so the same object serves tests that are coroutines, tests that are
not, and tests that start the real program:

    with ScriptedServer() as server:                # `async with` does the same
        run_the_program("--base-url", server.base_url)
        assert server.requests[0].json["seed"] == 123

**Left alone it tells stories** (`support.stories`): a request with a seed gets the same story each
time, one without a seed a different story each time. `system_fingerprint` is "fp_scripted1". Stories
stream word by word, honour `max_tokens`, `n`, `logprobs` and `stream_options`, for Chat Completions
and Completions alike. `/v1/models` lists `scripted-1` and `scripted-2`. What a default server does
can be set: see the arguments of `ScriptedServer`.

**A story can be held** so that a test looks at the screen while it streams:

    server.hold(after=5)        # stories stop after five words …
    server.wait_for(lambda: server.held == 1)
    server.release()            # … and go on

**Or answers can be scripted**, one for each completion request, in order; when they are used up
stories follow:

    server.script(status(429, {"error": {"message": "slow down"}}, retry_after="0"), text("Hello", " world"))

`text`, `sse`, `status`, `page`, `redirect`, `cut`, `reset`, `stall`, `raw` make answers; any
`async def answer(request, reply)` is one, too: `reply` has `head`, `event`, `send`, `end`, `reset`.
A `Gate` among the chunks holds the answer there until `gate.open()`.

`server.requests` has every request, models and refused ones too: method, path, headers, body.
`server.wait_for(condition)` blocks until a condition on the server holds (`await server.until(…)` in
coroutines); it is checked whenever something happens, and gives up after a minute.
`server.tunnel` answers who takes it for a proxy to an https address.
`server.closed_early` counts answers during which the client went away.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from support.answers import (
    FINGERPRINT,
    GoneError,
    chunk,
    cut,
    error_body,
    page,
    raw,
    redirect,
    reset,
    sse,
    stall,
    status,
    text,
    usage_chunk,
    watched,
)
from support.reply import Answer, Connection, Gate, Recorded, Reply
from support.stories import StoryTeller, written

__all__ = [
    "FINGERPRINT",
    "Answer",
    "Gate",
    "Recorded",
    "Reply",
    "ScriptedServer",
    "chunk",
    "cut",
    "error_body",
    "page",
    "raw",
    "redirect",
    "reset",
    "sse",
    "stall",
    "status",
    "text",
    "usage_chunk",
    "watched",
]

MODELS: Final = ("scripted-1", "scripted-2")
PATIENCE: Final = 60.0


class ScriptedServer:
    """See the module's docstring.

    Args:
        delay: Seconds between the words of a story.
        fingerprint: The fingerprint of stories; None sends none.
        models: What `/v1/models` lists.
        key: The key that requests must carry; others get 401. None takes any and none.
        refuse_unknown: Answer 404 to a model that is not listed, as OpenAI does.
        words: How many words a story has if max_tokens does not cut it.
        certificate: A file with a key and a certificate, to speak TLS with; None speaks plainly.
    """

    def __init__(
        self,
        *,
        delay: float = 0.0,
        fingerprint: str | None = FINGERPRINT,
        models: Sequence[str] = MODELS,
        key: str | None = None,
        refuse_unknown: bool = False,
        words: int = 60,
        certificate: Path | None = None,
    ) -> None:
        self.delay = delay
        self.fingerprint = fingerprint
        self.models = tuple(models)
        self.key = key
        self.refuse_unknown = refuse_unknown
        self.teller = StoryTeller(words)
        self.requests: list[Recorded] = []
        self.tunnel: Answer = status(502)
        self.closed_early = 0
        self.held = 0
        self.connections = 0
        self._certificate = certificate
        self._answers: deque[Answer] = deque()
        self._hold_after: int | None = None
        self._released = Gate()
        self._changed = threading.Condition()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scripted-server", daemon=True)
        self._port = 0

    @property
    def base_url(self) -> str:
        """The base URL, ending in `/v1`."""
        return f"{'https' if self._certificate else 'http'}://{self.address}/v1"

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._port}"

    @property
    def completions(self) -> list[Recorded]:
        """The recorded requests that ask for completions."""
        return [request for request in self.requests if request.is_completion]

    def script(self, *answers: Answer) -> None:
        """Answer the next completion requests with these, in order."""
        self._answers.extend(answers)

    def hold(self, *, after: int) -> None:
        """Hold every story after so many words until `release`."""
        self._hold_after, self._released = after, Gate()

    def release(self) -> None:
        """Let held stories go on, and hold no more."""
        self._hold_after = None
        self._released.open()

    def wait_for(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Block until the condition holds.

        Raises:
            AssertionError: If it does not within some seconds.
        """
        with self._changed:
            assert self._changed.wait_for(condition, seconds), "the scripted server waited in vain"

    async def until(self, condition: Callable[[], object]) -> None:
        """Do as `wait_for`, in a coroutine."""
        await asyncio.to_thread(self.wait_for, condition)

    def notify(self) -> None:
        """Say that something changed."""
        with self._changed:
            self._changed.notify_all()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE)

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.__enter__)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.__exit__, kind, error, trace)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        tls = None
        if self._certificate:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(self._certificate)
        listener = await self._loop.create_server(lambda: Connection(self._connected), "127.0.0.1", 0, ssl=tls)
        self._port = listener.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except asyncio.CancelledError:
            # The server is being stopped; asyncio would report the task's cancellation as an error.
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Take one request and answer it; return whether another may follow on this connection."""
        first = await reader.readexactly(1)
        if not first.isalpha():
            # Somebody speaks TLS; servers answer such with a plain 400.
            writer.write(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")
            return False
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        pairs = (line.partition(":") for line in head[1:] if line)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        request = Recorded(method, path, headers, body)
        self.requests.append(request)
        self.notify()
        reply = Reply(self.notify, writer)
        try:
            await self._answer_for(request)(request, reply)
        except (ConnectionError, GoneError):
            self.closed_early += 1
            self.notify()
            return False
        return reply.keep_alive

    def _answer_for(self, request: Recorded) -> Answer:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.key is not None and given != self.key:
            return status(401, error_body(f"Incorrect API key provided: {given}.", "invalid_api_key"))
        if request.path == "/v1/models":
            return status(200, {"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]})
        if request.method == "CONNECT":
            return self.tunnel
        if not request.is_completion:
            return page("<html><h1>Not Found</h1></html>", 404)
        if self._answers:
            return watched(self._answers.popleft())
        model = str(request.json.get("model", ""))
        if self.refuse_unknown and model not in self.models:
            return status(404, error_body(f"The model `{model}` does not exist.", "model_not_found"))
        return watched(self._tell)

    async def _tell(self, request: Recorded, reply: Reply) -> None:
        """Stream a story, or a story for each choice."""
        await reply.head(headers={"x-request-id": f"req_{len(self.requests)}"})
        words = 0
        for body in self.teller.chunks(request.json, request.path, self.fingerprint):
            if self._hold_after is not None and words >= self._hold_after:
                self.held += 1
                await reply.wait(self._released)
                self.held -= 1
            await reply.event(body)
            words += bool(written(body))
            if self.delay:
                await asyncio.sleep(self.delay)
        await reply.event("[DONE]")
        await reply.end()
