"""How far something long has come, on one line of the terminal; and how it is cancelled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from seedtui.commands.rewritten_line import RewrittenLine
from seedtui.commands.signals import signals_set

Progress = Callable[[str, int, int], None]

_EVERY: Final = 0.1


@contextmanager
def working() -> Iterator[tuple[Progress, Callable[[], bool]]]:
    """Give a function that shows how far something is, and one that tells whether Ctrl-C or a kill cancelled it."""
    cancelled = threading.Event()
    line = RewrittenLine()
    with signals_set(cancelled):
        try:
            yield _Telling(line).tell, cancelled.is_set
        finally:
            line.clear()


class _Telling:
    def __init__(self, line: RewrittenLine) -> None:
        self._line = line
        self._told = 0.0
        self._what = ""

    def tell(self, what: str, done: int, of: int) -> None:
        """Show `Copying … 42 %` in place of what was shown before."""
        now = time.monotonic()
        if what == self._what and now - self._told < _EVERY:
            return
        self._told, self._what = now, what
        share = f" {100 * done // of} %" if of else ""
        self._line.show(f"{what} …{share}")
