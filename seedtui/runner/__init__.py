"""Requests in, runs out: sent, saved as they come, cancelled, told about in events."""

from seedtui.runner.events import RunEnded, RunEvent, RunIdentified, RunNotice, RunStarted, RunText
from seedtui.runner.runner import Runner
from seedtui.runner.thread import RunnerThread

__all__ = ["RunEnded", "RunEvent", "RunIdentified", "RunNotice", "RunStarted", "RunText", "Runner", "RunnerThread"]
