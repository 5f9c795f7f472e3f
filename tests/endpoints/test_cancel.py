"""A run can be cancelled wherever it is, and whatever comes meanwhile: it ends, and its connection is closed."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from seedtui.core.run import Status
from seedtui.endpoints.client import OpenAIClient
from seedtui.history import History
from seedtui.runner import Runner, RunNotice
from support.asking import KEY, chat, endpoint_at
from support.faults_http import CHUNKED, HELLO, for_ever, written
from support.faults_network import TLS
from support.faults_stream import chunked
from support.runs_kept import Listener
from support.scripted_server import Answer, ScriptedServer, chunk, stall, status

FLOOD = chunked(written(chunk("hello ")) * 200)


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as running:
        yield running


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """An address that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


async def cancelled(base_url: str, server: ScriptedServer, happened: asyncio.Event, folder: Path) -> Status:
    """Cancel a run once something has happened; return its status in the history."""
    client = OpenAIClient(endpoint_at(server, base_url=base_url), KEY)
    history, listener = History.open(folder / "history.db"), Listener()
    listener_waits = listener.when(lambda event: isinstance(event, RunNotice))
    task = asyncio.create_task(Runner(history, lambda name: client).run(chat(), "scripted", emit=listener))
    try:
        waiting = [asyncio.create_task(one.wait()) for one in (happened, listener_waits)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        kept = history.run(1)
    finally:
        await client.aclose()
        history.close()
    assert kept is not None
    return kept.status


@pytest.mark.parametrize(
    "answer",
    [
        stall(),
        for_ever(b"HTTP/1.1 200 OK\r\n", b"x-slow: 1\r\n"),
        stall(HELLO),
        for_ever(CHUNKED, FLOOD, 0.0),
        for_ever(CHUNKED, chunked(b": x\n\n" * 2000), 0.0),
        for_ever(CHUNKED, chunked(b"x" * 60_000), 0.0),
        for_ever(CHUNKED, chunked(b"\n" * 60_000), 0.0),
        for_ever(b"HTTP/1.1 500 Oh\r\n\r\n", b"x", 0.02),
    ],
    ids=["headers", "slow headers", "body", "flood", "comments", "one line", "empty lines", "a refusal"],
)
async def test_cancelling_closes_the_connection(server: ScriptedServer, answer: Answer, tmp_path: Path) -> None:
    server.script(answer)
    happened = asyncio.Event()

    async def asked() -> None:
        await server.until(lambda: server.completions)
        happened.set()

    asking = asyncio.create_task(asked())
    assert await cancelled(server.base_url, server, happened, tmp_path) is Status.CANCELLED
    await asking
    await server.until(lambda: server.closed_early == 1)


async def test_cancelling_while_tls_is_agreed_upon(
    server: ScriptedServer, silent: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))
    happened, loop = asyncio.Event(), asyncio.get_running_loop()

    async def greeted() -> socket.socket:
        connection, _ = await loop.sock_accept(silent)
        assert await loop.sock_recv(connection, 10)
        happened.set()
        return connection

    greeting = asyncio.create_task(greeted())
    base_url = f"https://127.0.0.1:{silent.getsockname()[1]}/v1"
    assert await cancelled(base_url, server, happened, tmp_path) is Status.CANCELLED
    with await greeting as connection:
        while await loop.sock_recv(connection, 65_536):
            pass


async def test_cancelling_while_it_waits_to_come_again(server: ScriptedServer, tmp_path: Path) -> None:
    server.script(status(429, None, retry_after="50"))
    assert await cancelled(server.base_url, server, asyncio.Event(), tmp_path) is Status.CANCELLED
    assert len(server.completions) == 1
