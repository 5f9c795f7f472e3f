"""How far something long has come, on one line of the terminal; and how it is cancelled."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from seedtui.commands.signals import signals_set

Progress = Callable[[str, int, int], None]

_EVERY: Final = 0.1
_CLEAR: Final = "\r\x1b[K"


@contextmanager
def working() -> Iterator[tuple[Progress, Callable[[], bool]]]:
    """Give a function that shows how far something is, and one that tells whether Ctrl-C or a kill cancelled it."""
    cancelled = threading.Event()
    line = _Line()
    with signals_set(cancelled):
        try:
            yield line.show, cancelled.is_set
        finally:
            line.end()


class _Line:
    def __init__(self) -> None:
        self._shown = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._told = 0.0
        self._what = ""

    def show(self, what: str, done: int, of: int) -> None:
        """Show `Copying … 42 %` in place of what was shown before."""
        now = time.monotonic()
        if not self._shown or (what == self._what and now - self._told < _EVERY):
            return
        self._told, self._what = now, what
        share = f" {100 * done // of} %" if of else ""
        self._write(f"{_CLEAR}{what} …{share}")

    def end(self) -> None:
        """Take the line away."""
        if self._what:
            self._write(_CLEAR)

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            self._shown = False
