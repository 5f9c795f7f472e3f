"""Builds the history's search index while nobody needs the machine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from seedtui.history import History

# A slice is as short as a frame; between two of them others have three times as long.
_SLICE: Final = 0.015
_REST: Final = 0.045
# What is typed is answered first, and so is what streams.
_BUSY: Final = 2.0
_FIRST: Final = 5.0
_LATER: Final = 60.0


class Indexing:
    """A thread that goes on with the index in slices.

    Args:
        history: The history.
        is_busy: Whether the app has something better to do; asked from the thread.
    """

    def __init__(self, history: History, is_busy: Callable[[], bool]) -> None:
        self._history = history
        self._is_busy = is_busy
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin, a while from now; never for a history that cannot be written."""
        if not self._history.read_only:
            threading.Thread(target=self._go, name="indexing", daemon=True).start()

    def stop(self) -> None:
        """End after the slice it is at."""
        self._stopped.set()

    def _go(self) -> None:
        rest = _FIRST
        while not self._stopped.wait(rest):
            try:
                rest = _BUSY if self._is_busy() else self._step()
            except Exception:
                # Searches are right without it; there is nobody to be told.
                return

    def _step(self) -> float:
        """Build a little; return how long to wait before the next time."""
        return _LATER if self._history.index_some(_SLICE).is_done else _REST
