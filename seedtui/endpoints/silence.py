"""Deadlines that nothing a server sends puts off: no slow header, no keep-alive comment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from contextvars import ContextVar
from typing import Final, TypeVar

_Item = TypeVar("_Item")

_TURN_SECONDS: Final = 0.01
_DUE: Final[ContextVar[asyncio.Timeout | None]] = ContextVar("due", default=None)


class SilenceError(Exception):
    """Nothing came that would be a part of an answer.

    Attributes:
        seconds: For how long.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"silence for {seconds:g} s")
        self.seconds = seconds


@asynccontextmanager
async def headers_due(seconds: float) -> AsyncIterator[None]:
    """Give the headers of an answer so long to be there, which `headers_came` tells.

    Raises:
        SilenceError: If they are not.
    """
    try:
        async with asyncio.timeout(seconds) as deadline:
            token = _DUE.set(deadline)
            try:
                yield
            finally:
                _DUE.reset(token)
    except TimeoutError:
        if deadline.expired():
            raise SilenceError(seconds) from None
        raise


def headers_came() -> None:
    """Lift the deadline of the request that this task sends."""
    deadline = _DUE.get()
    if deadline is not None and not deadline.expired():
        deadline.reschedule(None)


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
                async with asyncio.timeout(seconds) as deadline:
                    item = await anext(items)
            except StopAsyncIteration:
                return
            except TimeoutError:
                if deadline.expired():
                    raise SilenceError(seconds) from None
                raise
            yield item
