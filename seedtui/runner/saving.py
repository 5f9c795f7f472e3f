"""Runs on their way into the history."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from seedtui.core.response import TextDelta
from seedtui.core.run import Run, RunError
from seedtui.runner.gulps import LONGEST_SECONDS

if TYPE_CHECKING:
    from seedtui.history import History

# It is a quarter of a second from when text came, and it may have lain unread.
SAVE_SECONDS: Final = 0.25 - LONGEST_SECONDS


class Saver:
    """Saves the text of all runs together, at most five times a second.

    Args:
        history: Where to.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._waiting: dict[tuple[int, int], list[str]] = {}
        self._identities: dict[int, Run] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._last = float("-inf")

    def add(self, run_id: int, deltas: Sequence[TextDelta]) -> None:
        """Take in text that came; it is saved at most `SAVE_SECONDS` later."""
        for delta in deltas:
            self._waiting.setdefault((run_id, delta.index), []).append(delta.text)
        self._save_soon()

    def identify(self, run: Run) -> None:
        """Take in who answers a run; it is saved with the text that comes with it."""
        self._identities[run.id] = run
        self._save_soon()

    def forget(self, run_id: int) -> None:
        """Drop what a run has waiting: it is about to be saved whole."""
        for key in [key for key in self._waiting if key[0] == run_id]:
            del self._waiting[key]
        self._identities.pop(run_id, None)
        if self._timer is not None and not self._waiting and not self._identities:
            self._timer.cancel()
            self._timer = None

    def _save_soon(self) -> None:
        if self._timer is None and (self._waiting or self._identities):
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(loop.time(), self._last + SAVE_SECONDS), self._save)

    def _save(self) -> None:
        self._timer = None
        self._last = asyncio.get_running_loop().time()
        pieces = [(run_id, index, "".join(texts)) for (run_id, index), texts in self._waiting.items()]
        self._waiting.clear()
        identities = list(self._identities.values())
        self._identities.clear()
        try:
            self._history.append(pieces, identities)
        except Exception:
            # A full disk may have room in a moment, or when the run ends and is saved whole.
            for run_id, index, text in pieces:
                self._waiting.setdefault((run_id, index), []).insert(0, text)
            self._identities = {**{run.id: run for run in identities}, **self._identities}
            self._save_soon()


def storing_error(error: Exception) -> RunError:
    """Tell why a run could not be stored."""
    from seedtui.history import HistoryError

    if isinstance(error, HistoryError):
        return RunError("disk", str(error))
    return RunError("disk", f"The history could not be written ({type(error).__name__}): run seedtui doctor.")
