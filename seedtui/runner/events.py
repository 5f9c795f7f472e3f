"""What the runner says while runs go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seedtui.core.response import TextDelta
from seedtui.core.run import Run


@dataclass(frozen=True)
class RunStarted:
    """A run is in the history now, and about to be sent. Its id is 0 if it could not be stored."""

    run: Run


@dataclass(frozen=True)
class RunNotice:
    """Something about a run that is worth a line: it waits, or is sent again. One plain sentence."""

    run_id: int
    message: str


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


RunEvent = RunStarted | RunNotice | RunIdentified | RunText | RunEnded
Emit = Callable[[RunEvent], None]


def ignore(event: RunEvent) -> None:
    """Take no notice."""
