"""Requests in, runs out: sent, saved as they come, cancelled, told about in events."""

from seedtui.runner.events import (
    FingerprintAppeared,
    RunEnded,
    RunEvent,
    RunIdentified,
    RunNotice,
    RunStarted,
    RunText,
    SeriesEnded,
    SeriesProgress,
    SeriesStarted,
)
from seedtui.runner.progress import Progress
from seedtui.runner.runner import Runner
from seedtui.runner.series import SeriesError, SeriesRunner, read_series
from seedtui.runner.thread import RunnerThread

__all__ = [
    "FingerprintAppeared",
    "Progress",
    "RunEnded",
    "RunEvent",
    "RunIdentified",
    "RunNotice",
    "RunStarted",
    "RunText",
    "Runner",
    "RunnerThread",
    "SeriesEnded",
    "SeriesError",
    "SeriesProgress",
    "SeriesRunner",
    "SeriesStarted",
    "read_series",
]
