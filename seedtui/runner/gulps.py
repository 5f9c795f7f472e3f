"""Reading many runs at once in gulps.

A token that is read by itself costs several times what it costs among others: waking up, asking the operating
system, a dozen layers. Of a run that trickles in beside others, what comes within a few hundredths of a second
is therefore left to gather, and read together.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Final

from seedtui.endpoints.events import EndpointEvent
from seedtui.endpoints.step import Step

LONGEST_SECONDS: Final = 1 / 30
"""How long what came may lie there unread, at most."""

_GULPS_PER_SECOND: Final = 120


class Gulps:
    """Knows how many runs are being read, and so how often each of them is looked after."""

    def __init__(self) -> None:
        self._going = 0

    @property
    def seconds(self) -> float:
        """How long what comes is left to gather: the longer, the more runs there are."""
        return min(LONGEST_SECONDS, self._going / _GULPS_PER_SECOND)

    @contextmanager
    def reading(self, events: AsyncIterator[EndpointEvent]) -> Iterator[Gulp]:
        """Read one more run.

        Args:
            events: What comes of it.
        """
        self._going += 1
        try:
            yield Gulp(self, events)
        finally:
            self._going -= 1


class Gulp:
    """Reads one run.

    Args:
        gulps: What all the runs have in common.
        events: What comes of it.
    """

    def __init__(self, gulps: Gulps, events: AsyncIterator[EndpointEvent]) -> None:
        self._gulps = gulps
        self._events = events
        self._waited = self._rested = False

    async def next(self) -> EndpointEvent:
        """Return what comes next.

        Raises:
            StopAsyncIteration: If that was all.
        """
        step = Step(anext(self._events))
        if not step.begin():
            await step
            self._waited = True
        return step.result

    async def rest(self) -> None:
        """Let gather what comes, if all that was there has been read.

        What had to be waited for was the first to come; what comes behind it is let gather. After that, the
        first one is only waited for because it is looked for: the others are there, and are read at once.
        """
        if not self._waited:
            return
        self._waited = False
        self._rested = not self._rested
        if self._rested:
            # All runs wake up at the same moments, so that the process does so less often.
            seconds = self._gulps.seconds
            await asyncio.sleep(seconds - asyncio.get_running_loop().time() % seconds)
