"""The runner: request + endpoint + history → events."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seedtui.core.request import Request
from seedtui.core.run import Run, RunError, Status
from seedtui.endpoints.events import Client, EndpointError, EndpointEvent
from seedtui.runner.backends import Backends
from seedtui.runner.events import Emit, RunEnded, RunStarted, Slot, ignore
from seedtui.runner.gulps import Gulp, Gulps
from seedtui.runner.live import LiveRun
from seedtui.runner.saving import Saver, storing_error

if TYPE_CHECKING:
    from seedtui.history import History


class Runner:
    """Sends requests and keeps what comes. Any number of runs may go on at a time, on one event loop.

    Args:
        history: Where runs are kept.
        client_of: Gives the client of an endpoint, by name; may raise `EndpointError`.
    """

    def __init__(self, history: History, client_of: Callable[[str], Client]) -> None:
        self._history = history
        self._client_of = client_of
        self._saver = Saver(history)
        self._backends = Backends(history)
        self._gulps = Gulps()
        self._unsaved: dict[int, Run] = {}

    async def run(
        self,
        request: Request,
        endpoint: str,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 (what came by then is returned, not raised away)
        emit: Emit = ignore,
        slot: Slot | None = None,
    ) -> Run:
        """Send a request and keep what comes.

        Text is saved at most a quarter of a second after it came, and emitted at most a fifteenth.

        Args:
            request: What to send.
            endpoint: The endpoint's name.
            timeout: Seconds that the whole may take, from connecting or loading a model to the last byte, waits
                too; None for no deadline.
            emit: Takes the events, on this event loop. `RunStarted` comes first and `RunEnded` last.
            slot: Which run of which series it is.

        Returns:
            The run as it ended. Nothing that an endpoint does raises: the run says what happened.

        Raises:
            asyncio.CancelledError: If the task was cancelled. What came by then is kept, and `RunEnded`
                emitted, with the status `cancelled`.
        """
        run = Run(
            id=0,
            request=request,
            response=None,
            endpoint=endpoint,
            created_at=datetime.now(UTC),
            status=Status.STREAMING,
        )
        try:
            run = replace(run, id=self._history.start(request, endpoint, run.created_at, slot))
        except Exception as error:
            return self._unsent(run, error, emit, slot)
        self._backends.started(run)
        live = LiveRun(run, emit, self._saver.add, self._saver.identify)
        try:
            emit(RunStarted(run, slot))
            failure = await self._receive(live, timeout)
        except BaseException:
            # Cancelled, or whoever takes the events cannot go on.
            self._end(live, Status.CANCELLED, None, slot)
            raise
        return self._end(live, Status.FAILED if failure else None, failure, slot)

    async def _receive(self, live: LiveRun, limit: float | None) -> RunError | None:
        """Take in the whole stream; return what went wrong, if anything did."""
        try:
            client = await self._prepared(live.run.endpoint)
            async with asyncio.timeout(limit) as deadline, _events(client, live.run.request) as events:
                with self._gulps.reading(events) as gulp:
                    return await _take_all(live, gulp)
        except EndpointError as error:
            return error.error
        except TimeoutError:
            if deadline.expired():
                return RunError(
                    "timeout",
                    f"The run was not over within its deadline of {limit:g} s: what came by then is kept;"
                    " raise its timeout if it needs longer.",
                )
            raise

    async def _prepared(self, endpoint: str) -> Client:
        """Return the endpoint's client with all that it needs loaded: a deadline is for what comes from outside."""
        try:
            client = self._client_of(endpoint)
            await client.prepare()
        except EndpointError:
            raise
        except Exception as error:
            raise EndpointError(_internal(error)) from error
        return client

    def _end(self, live: LiveRun, status: Status | None, failure: RunError | None, slot: Slot | None) -> Run:
        run = live.ended(status, failure)
        self._saver.forget(run.id)
        try:
            self._history.finish(run)
        except Exception as error:
            self._unsaved[run.id] = run
            run = replace(run, status=Status.FAILED, error=storing_error(error))
        else:
            self.save_unsaved()
        appeared = self._backends.ended(run)
        if appeared:
            live.emit(appeared)
        live.emit(RunEnded(run, slot))
        return run

    def save_unsaved(self) -> None:
        """Try once more to keep the runs that could not be kept when they ended; there may be room by now."""
        for run_id, run in list(self._unsaved.items()):
            with contextlib.suppress(Exception):
                self._history.finish(run)
                del self._unsaved[run_id]

    def _unsent(self, run: Run, error: Exception, emit: Emit, slot: Slot | None) -> Run:
        """End a run that has no place to be kept in: sending it would cost and leave nothing."""
        told = storing_error(error)
        emit(RunStarted(run, slot))
        run = replace(run, status=Status.FAILED, error=replace(told, message=f"{told.message} Nothing was sent."))
        emit(RunEnded(run, slot))
        return run


async def _take_all(live: LiveRun, gulp: Gulp) -> RunError | None:
    """Take in what comes until nothing more does; return what went wrong, if anything did."""
    while True:
        try:
            event = await gulp.next()
        except StopAsyncIteration:
            return None
        except EndpointError as error:
            return error.error
        except Exception as error:
            return _internal(error)
        live.take(event)
        # The first text is waited for, so that its moment is known.
        if live.is_in_the_middle:
            await gulp.rest()


@contextlib.asynccontextmanager
async def _events(client: Client, request: Request) -> AsyncIterator[AsyncIterator[EndpointEvent]]:
    """Open the stream; closing it closes the connection."""
    events = client.stream(request)
    try:
        yield events
    finally:
        close = getattr(events, "aclose", None)
        if close is not None:
            await close()


def _internal(error: Exception) -> RunError:
    return RunError(
        "internal",
        f"The run stumbled over a fault of seedtui's own ({type(error).__name__}): what came is kept; send again.",
    )
