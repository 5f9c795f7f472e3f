"""Stand-ins around the runner: a history in memory that can fail, and a client without a network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from seedtui.core.request import Request
from seedtui.core.run import Run
from seedtui.endpoints.events import EndpointEvent
from seedtui.runner import RunEnded, RunEvent, RunNotice, RunStarted, RunText


@dataclass
class HistoryInMemory:
    """What the runner needs of a history, kept in lists.

    Attributes:
        failing: Names of methods that raise, and what.
        calls: The methods' names, as they were called.
        pieces: What was appended.
        identified: The runs of which it was said who answers them.
        finished: The runs that were finished, by id.
        appended: Set once something was to be appended.
        started: How many runs were started.
    """

    failing: dict[str, Exception] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    pieces: list[tuple[int, int, str]] = field(default_factory=list)
    identified: list[Run] = field(default_factory=list)
    finished: dict[int, Run] = field(default_factory=dict)
    appended: asyncio.Event = field(default_factory=asyncio.Event)
    started: int = 0

    def start(self, request: Request, endpoint: str, created_at: datetime, slot: tuple[int, int] | None = None) -> int:
        self._call("start")
        self.started += 1
        return self.started

    def append(self, pieces: Sequence[tuple[int, int, str]], identified: Iterable[Run] = ()) -> None:
        self.appended.set()
        self._call("append")
        self.pieces += pieces
        self.identified += identified

    def finish(self, run: Run) -> None:
        self._call("finish")
        self.finished[run.id] = run

    def backends_before(self, run_id: int, endpoint: str, model: str) -> list[tuple[tuple[str, ...], datetime]]:
        seen: dict[tuple[str, ...], datetime] = {}
        for run in sorted(self.finished.values(), key=lambda run: -run.id):
            if run.id < run_id and run.fingerprints and (run.endpoint, run.request.model) == (endpoint, model):
                seen.setdefault(run.fingerprints, run.created_at)
        return list(seen.items())

    def saved(self, run_id: int, index: int = 0) -> str:
        """The text that was saved while the run went on."""
        return "".join(text for one, choice, text in self.pieces if (one, choice) == (run_id, index))

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if name in self.failing:
            raise self.failing[name]


class ScriptedClient:
    """A client that yields these events; an event of asyncio among them is waited for."""

    def __init__(self, *events: EndpointEvent | Exception | asyncio.Event) -> None:
        self.events = events
        self.closed = 0

    async def stream(self, request: Request) -> AsyncGenerator[EndpointEvent, None]:
        try:
            for event in self.events:
                if isinstance(event, Exception):
                    raise event
                if isinstance(event, asyncio.Event):
                    await event.wait()
                else:
                    yield event
        finally:
            self.closed += 1

    async def prepare(self) -> None:
        return

    async def models(self) -> tuple[str, ...]:
        return ()

    async def aclose(self) -> None:
        return


class Listener:
    """Keeps the events of runs, in order; `when` calls something as soon as an event fits."""

    def __init__(self) -> None:
        self.events: list[RunEvent] = []
        self._waiting: list[tuple[Callable[[RunEvent], bool], asyncio.Event]] = []

    def __call__(self, event: RunEvent) -> None:
        self.events.append(event)
        for fits, reached in self._waiting:
            if fits(event):
                reached.set()

    def when(self, fits: Callable[[RunEvent], bool]) -> asyncio.Event:
        """Return an event that is set once such a run event has come."""
        reached = asyncio.Event()
        self._waiting.append((fits, reached))
        return reached

    def text(self, run_id: int = 1, index: int = 0) -> str:
        """The text that was told of a run's choice."""
        told = (event for event in self.events if isinstance(event, RunText) and event.run_id == run_id)
        return "".join(delta.text for event in told for delta in event.deltas if delta.index == index)

    @property
    def started(self) -> list[Run]:
        """The runs as they started."""
        return [event.run for event in self.events if isinstance(event, RunStarted)]

    @property
    def ended(self) -> list[Run]:
        """The runs as they ended."""
        return [event.run for event in self.events if isinstance(event, RunEnded)]

    @property
    def notices(self) -> list[str]:
        """The notices."""
        return [event.message for event in self.events if isinstance(event, RunNotice)]
