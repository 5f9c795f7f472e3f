"""A runner on a thread of its own, for faces that must never wait."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from seedtui.core.request import Request
from seedtui.core.run import Run, Status
from seedtui.core.series import Plan
from seedtui.endpoints.registry import Endpoints
from seedtui.runner.events import Emit, RunEnded, RunEvent, RunStarted, SeriesEnded, SeriesStarted
from seedtui.runner.progress import Progress
from seedtui.runner.runner import Runner
from seedtui.runner.saving import storing_error
from seedtui.runner.series import SeriesError, SeriesRunner, read_series

if TYPE_CHECKING:
    from seedtui.config import Settings
    from seedtui.history import History

_CLOSE_SECONDS: Final = 10.0


class RunnerThread:
    """Runs requests on its own thread and event loop. Every method may be called from any thread.

    Args:
        history: Where runs are kept. Close it after this.
        settings: The endpoints there are.
        emit: Takes the events, **on this thread**; what it raises is passed over.
    """

    def __init__(self, history: History, settings: Settings, emit: Emit) -> None:
        self._history = history
        self._settings = settings
        self._emit_to = emit
        self._endpoints = Endpoints(settings)
        self._runner = Runner(history, self._endpoints.client)
        self._series_runner = SeriesRunner(self._runner, history, self._endpoints.timeout)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._running: dict[int, asyncio.Task[Any]] = {}
        self._series: dict[int, asyncio.Task[Any]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._main, name="runner", daemon=True)

    @property
    def running(self) -> tuple[int, ...]:
        """The ids of the runs that are going, oldest first."""
        return tuple(self._running)

    def start(self) -> None:
        """Start the thread, if it has not been started; returns when it takes calls."""
        if not self._ready.is_set():
            self._thread.start()
            self._ready.wait()

    def send(self, request: Request, endpoint: str, *, count: int = 1, timeout: float | None = None) -> None:
        """Send a request, all repetitions at once. What becomes of it comes as events.

        Args:
            request: What to send.
            endpoint: The endpoint's name.
            count: How many runs to make of it.
            timeout: Seconds that each may take; None for the endpoint's own deadline, if it has one.
        """
        limit = self._endpoints.timeout(endpoint) if timeout is None else timeout
        for _ in range(count):
            self._call(self._spawn, request, endpoint, limit)

    def start_series(self, plan: Plan, series_id: int | None = None) -> None:
        """Send a series. What becomes of it comes as events, also if it cannot be begun.

        Args:
            plan: What to send, and how many at a time.
            series_id: A series of this plan that is in the history, to go on with; None to make one.
        """
        self._call(lambda: self._keep(self._send_series(plan, series_id)))

    def resume_series(self, series_id: int, *, concurrency: int | None = None) -> None:
        """Go on with a series: what has an answer is not sent again.

        Args:
            series_id: The series.
            concurrency: How many runs may go on at a time; None for as many as its plan says.
        """
        self._call(lambda: self._keep(self._send_series(None, series_id, concurrency)))

    def cancel_series(self, series_id: int) -> None:
        """Cancel a series and the runs of it that are going; what came is kept."""

        def cancel() -> None:
            task = self._series.get(series_id)
            if task is not None:
                task.cancel()

        self._call(cancel)

    @property
    def running_series(self) -> tuple[int, ...]:
        """The ids of the series that are being sent, oldest first."""
        return tuple(self._series)

    def cancel(self, run_id: int) -> None:
        """Cancel a run; what came is kept. A run that is not going is left alone."""

        def cancel() -> None:
            task = self._running.get(run_id)
            if task is not None:
                task.cancel()

        self._call(cancel)

    def cancel_all(self) -> None:
        """Cancel every run."""
        self._call(self._cancel_tasks)

    def models(self, endpoint: str) -> Future[tuple[str, ...]]:
        """Ask which models an endpoint serves.

        Returns:
            A future, done on this object's thread; it fails with `EndpointError`, or with
            `CancelledError` if the thread ends before an answer came.
        """
        found: Future[tuple[str, ...]] = Future()
        if not self._call(lambda: self._keep(self._ask(endpoint, found))):
            found.cancel()
        return found

    def close(self) -> None:
        """Cancel what is going and save it, stop the local engine, and end the thread."""
        if self._loop is None:
            return
        self._call(lambda: self._stopping.set() if self._stopping else None)
        self._thread.join(_CLOSE_SECONDS)

    def _main(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        await self._stopping.wait()
        while self._tasks:
            tasks = tuple(self._tasks)
            self._cancel_tasks()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._tasks.difference_update(tasks)
        self._runner.save_unsaved()
        with contextlib.suppress(Exception):
            await self._endpoints.aclose()

    def _call(self, call: Callable[..., object], *arguments: object) -> bool:
        """Call something on the thread; return whether it still takes calls."""
        if self._loop is None:
            raise RuntimeError("RunnerThread was not started.")
        try:
            self._loop.call_soon_threadsafe(call, *arguments)
        except RuntimeError:
            return False
        return True

    def _spawn(self, request: Request, endpoint: str, timeout: float | None) -> None:
        self._keep(self._run(request, endpoint, timeout))

    def _keep(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask(self, endpoint: str, found: Future[tuple[str, ...]]) -> None:
        if not found.set_running_or_notify_cancel():
            return
        try:
            found.set_result(await self._endpoints.client(endpoint).models())
        except asyncio.CancelledError:
            found.set_exception(CancelledError())
            raise
        except Exception as error:
            found.set_exception(error)

    def _cancel_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _run(self, request: Request, endpoint: str, limit: float | None) -> Run:
        return await self._runner.run(request, endpoint, timeout=limit, emit=self._emit)

    async def _send_series(self, plan: Plan | None, series_id: int | None, concurrency: int | None = None) -> None:
        try:
            found, known, answers = self._series_to_send(plan, series_id)
        except SeriesError as error:
            self._say_not_begun(plan, str(error))
            return
        except Exception as error:
            self._say_not_begun(plan, f"{storing_error(error).message} Nothing was sent.")
            return
        if concurrency is not None:
            found = replace(found, concurrency=concurrency)
        with contextlib.suppress(asyncio.CancelledError):
            await self._series_runner.run(found, known, answers, emit=self._emit)

    def _series_to_send(self, plan: Plan | None, series_id: int | None) -> tuple[Plan, int, dict[int, Status]]:
        if series_id is None:
            assert plan is not None
            return plan, self._series_runner.add(plan), {}
        if series_id in self._series:
            raise SeriesError(f"Series {series_id} is being sent already.")
        kept, answers = read_series(self._history, series_id)
        return plan or kept, series_id, answers

    def _say_not_begun(self, plan: Plan | None, why: str) -> None:
        progress = Progress(planned=plan.count if plan else 0, answered=0)
        self._emit(SeriesEnded(0, progress, cancelled=False, stopped=why))

    def _emit(self, event: RunEvent) -> None:
        """Pass an event on. It comes from within the task of the run or series that it is about."""
        task = asyncio.current_task()
        if isinstance(event, RunStarted) and task is not None:
            self._running[event.run.id] = task
        elif isinstance(event, RunEnded):
            self._running.pop(event.run.id, None)
        elif isinstance(event, SeriesStarted) and task is not None:
            self._series[event.series_id] = task
        elif isinstance(event, SeriesEnded):
            self._series.pop(event.series_id, None)
        # Whoever listens may be gone already; the run is kept all the same.
        with contextlib.suppress(Exception):
            self._emit_to(event)
