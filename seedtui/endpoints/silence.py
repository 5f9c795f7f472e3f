"""Deadlines that nothing a server sends puts off: no slow header, no keep-alive comment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Final, TypeVar

from seedtui.endpoints.step import Step

_Item = TypeVar("_Item")

_TURN_SECONDS: Final = 0.01
# A timer may be late by so much because others were at work; more, and the process was stopped or stuck.
_LATE_SECONDS: Final = 1.0
_DUE: Final[ContextVar[_Watch | None]] = ContextVar("due", default=None)


class SilenceError(Exception):
    """Nothing came that would be a part of an answer.

    Attributes:
        seconds: For how long.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"silence for {seconds:g} s")
        self.seconds = seconds


class _Watch:
    """Ends what goes on in a context when its time is over.

    If this process stood still just then (it was stopped, or busy), the time begins anew: what the
    server sent meanwhile is there, and still to be read.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._deadline = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> _Watch:
        await self._deadline.__aenter__()
        self.begin(self.seconds)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
        try:
            await self._deadline.__aexit__(kind, error, trace)
        except TimeoutError:
            raise SilenceError(self.seconds) from None

    def begin(self, seconds: float) -> None:
        """Give it so long from now on, unless its time is over already."""
        self.end()
        if not self._deadline.expired():
            self.seconds = seconds
            self._timer = self._loop.call_later(seconds, self._over, self._loop.time() + seconds)

    def end(self) -> None:
        """Give it all the time there is."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _over(self, due: float) -> None:
        if self._loop.time() - due > _LATE_SECONDS:
            self.begin(self.seconds)
        else:
            self._deadline.reschedule(due)


@asynccontextmanager
async def headers_due(seconds: float) -> AsyncIterator[None]:
    """Give the headers of an answer so long to be there, which `headers_came` tells.

    Raises:
        SilenceError: If they are not.
    """
    async with _Watch(seconds) as watch:
        token = _DUE.set(watch)
        try:
            yield
        finally:
            _DUE.reset(token)


def headers_awaited(seconds: float) -> None:
    """Give the headers so long from now on: the request that this task sends has been sent."""
    watch = _DUE.get()
    if watch is not None:
        watch.begin(seconds)


def headers_came() -> None:
    """Lift the deadline of the request that this task sends."""
    watch = _DUE.get()
    if watch is not None:
        watch.end()


async def not_later(items: AsyncGenerator[_Item, None], seconds: float) -> AsyncGenerator[_Item, None]:
    """Yield what comes, as long as each comes within some seconds of being asked for.

    However much comes at once, others on this event loop get their turns, a cancel among them.

    Raises:
        SilenceError: If one does not.
    """
    loop = asyncio.get_running_loop()
    turn_over = loop.time() + _TURN_SECONDS
    async with aclosing(items):
        while True:
            if loop.time() > turn_over:
                await asyncio.sleep(0)
                turn_over = loop.time() + _TURN_SECONDS
            try:
                step = Step(anext(items))
                if not step.begin():
                    async with _Watch(seconds):
                        await step
            except StopAsyncIteration:
                return
            yield step.result
