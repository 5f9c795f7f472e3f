"""What the runner says while runs go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from seedtui.core.response import TextDelta
from seedtui.core.run import Run
from seedtui.core.series import Plan
from seedtui.runner.progress import Progress

Slot = tuple[int, int]
"""A series' id, and the number of a run in its plan."""


@dataclass(frozen=True)
class RunStarted:
    """A run is in the history now, and about to be sent. Its id is 0 if it could not be stored."""

    run: Run
    slot: Slot | None = None


@dataclass(frozen=True)
class RunNotice:
    """Something about a run that is worth a line: it waits, or is sent again. One plain sentence.

    Attributes:
        run_id: The run; 0 if it is about none.
        message: The sentence.
        wait: Seconds until it is sent again; None if that is not what it is about.
        limited: Whether the endpoint asked for fewer requests.
    """

    run_id: int
    message: str
    wait: float | None = None
    limited: bool = False


@dataclass(frozen=True)
class RunIdentified:
    """It is known who answers a run: its fingerprints, and its response so far but for the text."""

    run: Run


@dataclass(frozen=True)
class RunText:
    """Text that came, in order. At most about 30 of these come a second for one run."""

    run_id: int
    deltas: tuple[TextDelta, ...]


@dataclass(frozen=True)
class RunEnded:
    """A run has ended, one way or the other; all that is known of it. Comes once, and last."""

    run: Run
    slot: Slot | None = None


@dataclass(frozen=True)
class FingerprintAppeared:
    """A run is about to end whose fingerprints are new for its endpoint and model, where others were seen before.

    Comes once for each of them, not again with the following runs.

    Attributes:
        run: The run.
        before: The fingerprints seen last before it.
        last_seen: When those were last seen, in UTC; None where it is not known.
    """

    run: Run
    before: tuple[str, ...]
    last_seen: datetime | None


@dataclass(frozen=True)
class SeriesStarted:
    """A series is in the history, and its runs are about to be sent.

    Attributes:
        series_id: Its id.
        plan: What it sends.
        answered: How many of its slots had an answer before, and are not sent again.
    """

    series_id: int
    plan: Plan
    answered: int


@dataclass(frozen=True)
class SeriesProgress:
    """How far a series has come. At most about five of these come a second."""

    series_id: int
    progress: Progress


@dataclass(frozen=True)
class SeriesEnded:
    """A series sends nothing more; its last event, after the `RunEnded` of each of its runs.

    Attributes:
        series_id: Its id; 0 if it could not even be begun.
        progress: How far it came.
        cancelled: Whether it was cancelled.
        stopped: One plain sentence if it stopped by itself before all was sent; None if it did not.
    """

    series_id: int
    progress: Progress
    cancelled: bool
    stopped: str | None = None


RunEvent = (
    RunStarted
    | RunNotice
    | RunIdentified
    | RunText
    | RunEnded
    | FingerprintAppeared
    | SeriesStarted
    | SeriesProgress
    | SeriesEnded
)
Emit = Callable[[RunEvent], None]


def ignore(event: RunEvent) -> None:
    """Take no notice."""
