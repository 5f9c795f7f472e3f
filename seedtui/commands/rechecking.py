"""Sends the requests of baselines again, and judges what comes while it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from seedtui.commands.output import say, silence
from seedtui.commands.progress_line import ProgressLine
from seedtui.commands.signals import cancel_on_signals
from seedtui.core.checking import Check, Outcome, Rule, checked_by, judge
from seedtui.core.run import Run, label
from seedtui.core.series import Plan
from seedtui.runner import RunEnded, RunEvent, RunNotice, SeriesEnded, SeriesProgress

if TYPE_CHECKING:
    from seedtui.config import Settings
    from seedtui.history import History


class Recheck:
    """Takes the events of a series that checks baselines.

    Attributes:
        failure: What kept it from writing, if anything did.
        stopped: Why something was left unsent; None if nothing was, or it was interrupted.

    Args:
        plan: What is sent.
        pinned: The baselines that it checks, by id.
        rule: What it takes to pass.
        show: Writes a line to standard output; None if lines go to standard error.
    """

    def __init__(
        self, plan: Plan, pinned: Mapping[int, Run], rule: Rule, show: Callable[[str], object] | None = None
    ) -> None:
        self.failure: OSError | None = None
        self.stopped: str | None = None
        self.stop: Callable[[], object] = lambda: None
        self._plan = plan
        self._pinned = pinned
        self._rule = rule
        self._show = show
        self._found: dict[int, list[Check]] = {}
        self._line = ProgressLine(texts=False)

    def __call__(self, event: RunEvent) -> None:
        """Take in an event."""
        if isinstance(event, RunNotice):
            self._line.say(f"#{event.run_id}: {event.message}" if event.run_id else event.message)
        elif isinstance(event, RunEnded) and event.slot is not None:
            self._take(event.slot[1], event.run)
        elif isinstance(event, SeriesProgress):
            self._line.show(event.progress, "")
        elif isinstance(event, SeriesEnded):
            self.stopped = event.stopped
            self._line.pause()

    def checks(self, slot: int) -> list[Check]:
        """Return what became of a slot: its checks, or that it was not sent."""
        return self._found.get(slot) or list(self._unsent(slot))

    def _take(self, slot: int, run: Run) -> None:
        checks = self._found[slot] = judge(self._baseline(slot), run, self._rule, self._round(slot))
        for check in checks:
            self._print(check)

    def _print(self, check: Check) -> None:
        if self._show is None:
            self._line.say(check.line)
            return
        if self.failure:
            return
        self._line.pause()
        try:
            self._show(check.line)
        except OSError as error:
            # Nobody reads on; what is going is kept, and the files are written all the same.
            self.failure = error
            silence()
            self.stop()

    def _unsent(self, slot: int) -> Iterator[Check]:
        pinned = self._baseline(slot)
        why = f"Not sent: {self.stopped or 'it was interrupted before.'}"
        for one in pinned.completions:
            name = label(pinned.id, one.index, len(pinned.completions))
            yield Check(baseline=name, outcome=Outcome.NOT_SENT, why=why, pinned=pinned, round=self._round(slot))

    def _baseline(self, slot: int) -> Run:
        run_id = checked_by(self._plan.setting_of(slot))
        assert run_id is not None
        return self._pinned[run_id]

    def _round(self, slot: int) -> int:
        return slot // len(self._plan.settings) + 1


async def send(settings: Settings, history: History, plan: Plan, recheck: Recheck) -> bool:
    """Send a plan as a series. Ctrl-C and signals end it with what came kept.

    Returns:
        Whether it came to its end.

    Raises:
        HistoryError: If the series cannot be kept; nothing was sent.
    """
    from seedtui.endpoints.registry import Endpoints
    from seedtui.runner import Runner, SeriesRunner

    task = asyncio.current_task()
    assert task is not None
    recheck.stop = task.cancel
    cancel_on_signals(task.cancel)
    endpoints = Endpoints(settings)
    try:
        series = SeriesRunner(Runner(history, endpoints.client), history, endpoints.timeout)
        await series.run(plan, series.add(plan), emit=recheck)
    except asyncio.CancelledError:
        if recheck.failure is None:
            say("Interrupted: what came is kept.")
        return False
    finally:
        await endpoints.aclose()
    return True
