"""Deadlines hold, whatever comes meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator

import pytest

from seedtui.endpoints.silence import SilenceError, headers_awaited, headers_came, headers_due, not_later


async def flood() -> AsyncGenerator[int, None]:
    while True:
        yield 1


async def test_a_flood_can_be_cancelled() -> None:
    """What came in one piece was once taken in without a pause, and a cancel had to wait for its end."""

    async def swim() -> None:
        async for _ in not_later(flood(), 60):
            pass

    task = asyncio.create_task(swim())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_what_does_not_come_is_told() -> None:
    closed = []

    async def nothing() -> AsyncGenerator[int, None]:
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            closed.append(True)

    items = not_later(nothing(), 0.01)
    assert await anext(items) == 1
    with pytest.raises(SilenceError):
        await anext(items)
    assert closed == [True]


async def test_what_came_while_the_program_was_stopped_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """After Ctrl-Z and fg, the time that had passed was held against a server that had long answered."""
    loop = asyncio.get_running_loop()
    came = loop.create_future()

    async def answer() -> AsyncGenerator[str, None]:
        yield await came

    stopped = 0.0
    monkeypatch.setattr(loop, "time", lambda: time.monotonic() + stopped)

    def stop_and_go_on() -> None:
        nonlocal stopped
        stopped = 1000.0
        # What waits in the socket is read in the next turn at the earliest.
        loop.call_soon(loop.call_soon, came.set_result, "there")

    loop.call_soon(stop_and_go_on)
    assert await anext(not_later(answer(), 600)) == "there"


async def test_a_timeout_of_somebody_elses_is_not_ours() -> None:
    async def failing() -> AsyncGenerator[int, None]:
        for number in range(0):
            yield number
        raise TimeoutError("inner")

    with pytest.raises(TimeoutError, match="inner"):
        await anext(not_later(failing(), 60))
    with pytest.raises(TimeoutError, match="inner"):
        async with headers_due(60):
            raise TimeoutError("inner")


async def test_headers_that_came_lift_their_deadline() -> None:
    async def come_and_wait() -> None:
        async with headers_due(0.01):
            headers_came()
            await asyncio.wait_for(asyncio.Event().wait(), 0.05)

    headers_came()
    with pytest.raises(TimeoutError):
        await come_and_wait()
    with pytest.raises(SilenceError):
        async with headers_due(0.01):
            await asyncio.Event().wait()


async def test_once_a_request_is_sent_its_headers_have_a_time_of_their_own() -> None:
    async def send_and_wait() -> None:
        async with headers_due(60):
            headers_awaited(0.01)
            await asyncio.Event().wait()

    headers_awaited(60)
    with pytest.raises(SilenceError) as caught:
        await send_and_wait()
    assert caught.value.seconds == 0.01
