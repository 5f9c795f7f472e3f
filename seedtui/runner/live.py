"""One run while it goes on: chunks in, events and text to save out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from seedtui.core.response import ResponseBuilder, TextDelta
from seedtui.core.run import Completion, Run, RunError, Status, Timing
from seedtui.core.text import one_line
from seedtui.endpoints.events import Chunk, EndpointEvent, Opened, Preparing, Retrying, Sending
from seedtui.runner.events import Emit, RunIdentified, RunNotice, RunText

EMIT_SECONDS: Final = 1 / 30
# How a run fails when the rest of an answer does not come; an error that the endpoint tells of is another matter.
_LOST: Final = frozenset({"connection", "timeout", "engine"})


@dataclass
class _Clock:
    """When things happened, in seconds of a clock that only goes forward."""

    sent: float | None = None
    first_text: float | None = None
    last_chunk: float | None = None

    def timing(self, end: float) -> Timing:
        if self.sent is None:
            return Timing()
        first = None if self.first_text is None else _milliseconds(self.first_text - self.sent)
        return Timing(first, _milliseconds(end - self.sent))


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)


@dataclass
class LiveRun:
    """Takes in what the endpoint says and passes text on, some of it bundled.

    Attributes:
        run: The run as it started.
        emit: Takes the events.
        save: Takes text to save: the run's id and what came.
        identify: Takes the run whenever it is known better who answers it.
    """

    run: Run
    emit: Emit
    save: Callable[[int, Sequence[TextDelta]], None]
    identify: Callable[[Run], None]
    _clock: _Clock = field(default_factory=_Clock)
    _waiting: list[TextDelta] = field(default_factory=list)
    _timer: asyncio.TimerHandle | None = None
    _last: float = float("-inf")

    def __post_init__(self) -> None:
        self._builder = ResponseBuilder(self.run.request.api)
        self._known: tuple[str, ...] | None = None

    def take(self, event: EndpointEvent) -> None:
        """Take in one event of the endpoint."""
        match event:
            case Chunk(body):
                self._clock.last_chunk = time.perf_counter()
                deltas = self._builder.add(body)
                if self._known != self._builder.fingerprints:
                    self._known = self._builder.fingerprints
                    identified = self._identified()
                    self.identify(identified)
                    self.emit(RunIdentified(identified))
                self._add(deltas)
            case Sending():
                self._clock.sent = time.perf_counter()
            case Preparing(message):
                self.emit(RunNotice(self.run.id, message))
            case Retrying():
                self.run = replace(self.run, retries=event.attempt)
                self.emit(RunNotice(self.run.id, _retry_notice(event), event.wait, event.limited))
            case Opened(headers, veil):
                self._builder.veil = veil
                self.run = replace(self.run, headers=dict(headers))
            case _:
                assert_never(event)

    @property
    def is_in_the_middle(self) -> bool:
        """Whether text has come, and more is to be expected."""
        return self._clock.first_text is not None and not self._builder.finished

    def ended(self, status: Status | None, error: RunError | None = None) -> Run:
        """Emit what waits and return the run as it ended.

        A run whose choices all have their finish reason is complete: what was cut off, awaited in vain or
        cancelled after that is no more than a token count. A finish reason that tells of a failure is none.

        Args:
            status: How it ended; None if the stream came to its own end.
            error: Why it failed.
        """
        self._add(self._builder.flush())
        self._flush()
        broken = next((one for one in self._builder.completions() if one.broke_off), None)
        if broken is None and self._is_whole() and (error is None or error.kind in _LOST):
            status, error = Status.COMPLETE, None
        elif status is None and broken is not None:
            status, error = Status.FAILED, _gave_up(self.run.endpoint, broken)
        elif status is None:
            status = Status.ENDED_WITHOUT_REASON
        now = time.perf_counter()
        by_itself = status in (Status.COMPLETE, Status.ENDED_WITHOUT_REASON)
        end = self._clock.last_chunk if by_itself and self._clock.last_chunk is not None else now
        return replace(
            self.run,
            response=self._builder.body(),
            status=status,
            completions=self._builder.completions(),
            fingerprints=self._builder.fingerprints,
            timing=self._clock.timing(end),
            error=error,
        )

    def _identified(self) -> Run:
        """The run with what came beside the text: should this process die, it says who answered."""
        response = {**(self._builder.body() or {}), "choices": []}
        return replace(self.run, response=response, fingerprints=self._builder.fingerprints)

    def _is_whole(self) -> bool:
        return self._builder.finished and len(self._builder.completions()) >= self.run.request.n

    def _add(self, deltas: Sequence[TextDelta]) -> None:
        if not deltas:
            return
        if self._clock.first_text is None:
            self._clock.first_text = time.perf_counter()
        self.save(self.run.id, deltas)
        self._waiting.extend(deltas)
        loop = asyncio.get_running_loop()
        due = self._last + EMIT_SECONDS
        if loop.time() >= due:
            self._flush()
        elif self._timer is None:
            self._timer = loop.call_at(due, self._flush)

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            deltas, self._waiting = _joined(self._waiting), []
            self._last = asyncio.get_running_loop().time()
            self.emit(RunText(self.run.id, deltas))


def _gave_up(endpoint: str, broken: Completion) -> RunError:
    reason = one_line(broken.finish_reason or "", 40)
    return RunError(
        "http",
        f"The endpoint {one_line(endpoint, 60)} gave up in the middle of the answer (finish reason {reason}):"
        " what came is kept; send again, or look at its log.",
    )


def _joined(deltas: Sequence[TextDelta]) -> tuple[TextDelta, ...]:
    """One delta for each choice: the choices' texts do not depend on each other's order."""
    texts: dict[int, list[str]] = {}
    for delta in deltas:
        texts.setdefault(delta.index, []).append(delta.text)
    return tuple(TextDelta(index, "".join(parts)) for index, parts in texts.items())


def _retry_notice(event: Retrying) -> str:
    wait = f"{event.wait:.0f}" if event.wait >= 10 else f"{event.wait:.1f}"
    return f"{event.reason} It is sent again in {wait} s ({event.attempt} of {event.attempts})."
