"""Series: a plan's runs, so many at a time, until each has been sent once."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from seedtui.core.run import Run, Status
from seedtui.core.sample import is_answer
from seedtui.core.series import Plan
from seedtui.runner.events import (
    Emit,
    RunEnded,
    RunEvent,
    RunNotice,
    SeriesEnded,
    SeriesProgress,
    SeriesStarted,
    ignore,
)
from seedtui.runner.gates import Gates
from seedtui.runner.giving_up import GivingUp
from seedtui.runner.progress import Progress
from seedtui.runner.runner import Runner

if TYPE_CHECKING:
    from seedtui.history import History

PROGRESS_SECONDS: Final = 0.2
_TICK_SECONDS: Final = 1.0
_LIMITED: Final = 429


class SeriesError(Exception):
    """A series cannot be begun or resumed. The message is one plain sentence."""


def _no_deadline(endpoint: str) -> float | None:
    return None


class SeriesRunner:
    """Sends series, any number at a time, on one event loop.

    Args:
        runner: Sends the runs.
        history: Where series are kept.
        timeout_of: Gives the deadline of an endpoint's runs, for plans that have none of their own.
    """

    def __init__(
        self, runner: Runner, history: History, timeout_of: Callable[[str], float | None] = _no_deadline
    ) -> None:
        self._runner = runner
        self._history = history
        self._timeout_of = timeout_of

    def add(self, plan: Plan) -> int:
        """Keep a plan; return the series' id.

        Raises:
            HistoryError: If it cannot be kept.
        """
        return self._history.add_series(plan.as_json(), datetime.now(UTC))

    async def run(
        self, plan: Plan, series_id: int, answers: Mapping[int, Status] | None = None, *, emit: Emit = ignore
    ) -> Progress:
        """Send each open slot of a series once.

        What is answered is never sent again. A run that fails leaves its slot open for when the series is resumed.

        Args:
            plan: What to send, and how many at a time.
            series_id: The series.
            answers: How the newest run of each slot ended that was ever sent.
            emit: Takes the events of all runs and of the series, on this event loop.

        Returns:
            How far it came.

        Raises:
            asyncio.CancelledError: If the task was cancelled. What came by then is kept, and `SeriesEnded` emitted.
        """
        return await _Going(self._runner, plan, series_id, answers or {}, self._timeout_of, emit).go()


def read_series(history: History, series_id: int) -> tuple[Plan, dict[int, Status]]:
    """Return the plan of a series and how the newest run of each slot ended.

    Raises:
        SeriesError: If there is no such series, its plan cannot be read, or it is being sent right now.
        HistoryError: If the history cannot be read.
    """
    record = history.series(series_id)
    if record is None:
        raise SeriesError(f"There is no series {series_id}; seedtui series lists those there are.")
    try:
        plan = Plan.from_json(record.plan)
    except ValueError as error:
        raise SeriesError(str(error)) from None
    answers = {slot: status for slot, (_, status) in record.answers.items() if 0 <= slot < plan.count}
    if Status.STREAMING in answers.values():
        raise SeriesError(f"Series {series_id} is being sent right now: what is going there must end first.")
    return plan, answers


class _Going:
    """One series while it goes on."""

    def __init__(
        self,
        runner: Runner,
        plan: Plan,
        series_id: int,
        answers: Mapping[int, Status],
        timeout_of: Callable[[str], float | None],
        emit: Emit,
    ) -> None:
        self._runner = runner
        self._plan = plan
        self._id = series_id
        self._timeout_of = timeout_of
        self._emit = emit
        self._loop = asyncio.get_running_loop()
        self._begun = self._told = self._loop.time()
        self._before = sum(is_answer(status) for status in answers.values())
        self._answered, self._failed, self._retried = self._before, 0, 0
        self._open: dict[str, deque[int]] = {}
        for slot in range(plan.count):
            if slot not in answers or not is_answer(answers[slot]):
                self._open.setdefault(plan.setting_of(slot).endpoint, deque()).append(slot)
        self._runs: dict[asyncio.Task[Run], int] = {}
        self._waits: dict[int, float] = {}
        self._gates = Gates(self._loop.time)
        self._given_up = GivingUp()
        self._failure: BaseException | None = None
        self._wake = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None

    async def go(self) -> Progress:
        """Send all that is open."""
        try:
            self._emit(SeriesStarted(self._id, self._plan, self._before))
            while self._failure is None:
                self._fill()
                if not self._runs and not self._left():
                    break
                self._tell()
                await self._until_something_happens()
            if self._failure is not None:
                raise self._failure
        except BaseException:
            # Cancelled, or whoever takes the events cannot go on.
            await self._cancel()
            with contextlib.suppress(Exception):
                self._end(cancelled=True)
            raise
        return self._end(cancelled=False)

    def _fill(self) -> None:
        while self._busy() < self._plan.concurrency:
            slot = self._next()
            if slot is None:
                return
            setting = self._plan.setting_of(slot)
            limit = self._timeout_of(setting.endpoint) if self._plan.timeout is None else self._plan.timeout
            emit = partial(self._take, slot)
            run = self._runner.run(setting.request, setting.endpoint, timeout=limit, emit=emit, slot=(self._id, slot))
            task = asyncio.create_task(run)
            self._runs[task] = slot
            task.add_done_callback(self._done)

    def _busy(self) -> int:
        """How many runs are being answered; one that waits to be sent again keeps no other endpoint waiting."""
        now = self._loop.time()
        return len(self._runs) - sum(until > now for until in self._waits.values())

    def _left(self) -> bool:
        """Whether anything is open that is not given up."""
        if self._given_up.stopped:
            return False
        return any(
            endpoint not in self._given_up.endpoints and self._skip_given_up(slots)
            for endpoint, slots in self._open.items()
        )

    def _skip_given_up(self, slots: deque[int]) -> bool:
        """Drop the slots at the front whose settings are given up; return whether any is left."""
        while slots and self._plan.position_of(slots[0]) in self._given_up.positions:
            slots.popleft()
        return bool(slots)

    def _next(self) -> int | None:
        """Take the first open slot of all endpoints that may be sent to now."""
        if self._given_up.stopped or self._failure is not None:
            return None
        ready = [
            slots
            for endpoint, slots in self._open.items()
            if endpoint not in self._given_up.endpoints
            and self._skip_given_up(slots)
            and not self._gates.left(endpoint)
        ]
        return min(ready, key=lambda slots: slots[0]).popleft() if ready else None

    async def _until_something_happens(self) -> None:
        """Wait for a run to end or to be told to wait, for a gate to open, or a second."""
        closed = [left for endpoint in self._open if (left := self._gates.left(endpoint)) > 0]
        now = self._loop.time()
        waits = [until - now for until in self._waits.values() if until > now]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min([_TICK_SECONDS, *closed, *waits])):
                await self._wake.wait()
        self._wake.clear()

    def _take(self, slot: int, event: RunEvent) -> None:
        """Take in an event of a run, and pass it on."""
        endpoint = self._plan.setting_of(slot).endpoint
        if isinstance(event, RunNotice) and event.wait is not None:
            self._retried += 1
            self._waits[slot] = self._loop.time() + event.wait
            if event.limited:
                self._gates.close(endpoint, event.wait)
            self._wake.set()
        elif isinstance(event, RunEnded):
            self._take_ended(slot, endpoint, event.run)
        self._emit(event)

    def _take_ended(self, slot: int, endpoint: str, run: Run) -> None:
        self._waits.pop(slot, None)
        if is_answer(run.status):
            self._answered += 1
            self._gates.answered(endpoint)
        elif run.status is Status.FAILED:
            self._failed += 1
            if run.error and run.error.http_status == _LIMITED:
                self._gates.refused(endpoint)
        told = self._given_up.take(run, self._plan.position_of(slot))
        # If nothing is left to send, the series' end says why.
        if told is not None and self._left():
            self._emit(RunNotice(0, told))

    def _done(self, task: asyncio.Task[Run]) -> None:
        del self._runs[task]
        self._wake.set()
        # A run that was cancelled alone leaves its slot open.
        if not task.cancelled() and (failure := task.exception()) is not None:
            self._failure = failure

    async def _cancel(self) -> None:
        while self._runs:
            for task in self._runs:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*self._runs, return_exceptions=True)

    def _tell(self) -> None:
        """Tell how far it is, now or a little later, if it was told just now."""
        due = self._told + PROGRESS_SECONDS
        if self._loop.time() >= due:
            self._tell_now()
        elif self._timer is None:
            self._timer = self._loop.call_at(due, self._tell_now)

    def _tell_now(self) -> None:
        self._stop_timer()
        self._told = self._loop.time()
        try:
            self._emit(SeriesProgress(self._id, self._progress()))
        except Exception as error:
            self._failure = error
            self._wake.set()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _progress(self) -> Progress:
        unsent = [] if self._given_up.stopped else [name for name, slots in self._open.items() if slots]
        return Progress(
            planned=self._plan.count,
            answered=self._answered,
            failed=self._failed,
            retried=self._retried,
            going=len(self._runs),
            elapsed_s=self._loop.time() - self._begun,
            waiting=self._gates.phrase(unsent),
            before=self._before,
        )

    def _end(self, *, cancelled: bool) -> Progress:
        self._stop_timer()
        progress = self._progress()
        stopped = None if cancelled else self._why_stopped()
        self._emit(SeriesProgress(self._id, progress))
        self._emit(SeriesEnded(self._id, progress, cancelled, stopped))
        return progress

    def _why_stopped(self) -> str | None:
        """Why something was left unsent; None if nothing was."""
        if self._given_up.stopped:
            return self._given_up.stopped
        return " ".join(why for name, why in self._given_up.endpoints.items() if self._open.get(name)) or None
