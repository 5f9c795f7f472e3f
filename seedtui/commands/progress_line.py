"""How far a series is, on standard error: one line that is written anew, or a plain one now and then."""

from __future__ import annotations

import shutil
import sys
import time
from typing import Final

from rich.cells import set_cell_size

from seedtui.commands.output import say
from seedtui.commands.rewritten_line import RewrittenLine
from seedtui.core.text import displayable
from seedtui.runner import Progress

_PLAIN_SECONDS: Final = 5.0


class ProgressLine:
    """Shows the progress of a series below whatever else is said.

    Args:
        texts: Whether texts are written to standard output: on a terminal, they would run into the line.
    """

    def __init__(self, *, texts: bool) -> None:
        self._rewritten = RewrittenLine()
        self._plain = not self._rewritten.possible
        self._rewriting = not self._plain and not (texts and sys.stdout.isatty())
        self._line = ""
        self._told = time.monotonic()

    def show(self, progress: Progress, agreement: str) -> None:
        """Show how far it is.

        Args:
            progress: How far it is.
            agreement: How far the answers agree so far, in a phrase; may be empty.
        """
        text = progress_phrase(progress, agreement)
        if self._rewriting:
            self._line = displayable(text)
            self._draw()
        elif self._plain and time.monotonic() - self._told >= _PLAIN_SECONDS:
            self._told = time.monotonic()
            say(text)

    def say(self, text: str) -> None:
        """Say something above the line."""
        if not self._line:
            say(text)
            return
        self._rewritten.clear()
        say(text)
        self._draw()

    def pause(self) -> None:
        """Take the line away for something that goes to standard output; the next progress brings it back."""
        self._rewritten.clear()
        self._line = ""

    def _draw(self) -> None:
        width = max(shutil.get_terminal_size().columns - 1, 1)
        self._rewritten.show(set_cell_size(self._line, width).rstrip())


def progress_phrase(progress: Progress, agreement: str = "") -> str:
    """Say how far a series is: `57 of 200 · 3.2/s · 45 s left · 2 failed · 8 going`."""
    left = progress.remaining_s
    parts = (
        f"{progress.answered} of {progress.planned}",
        _rate(progress.rate),
        f"{duration(left)} left" if left else "",
        f"{progress.failed} failed" if progress.failed else "",
        f"{progress.retried} sent again" if progress.retried else "",
        f"{progress.going} going" if progress.going else "",
        agreement,
        progress.waiting or "",
    )
    return " · ".join(part for part in parts if part)


def duration(seconds: float) -> str:
    """Write a duration in at most two units: `1.5 s`, `45 s`, `12 min`, `3 h 20 min`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def _rate(rate: float) -> str:
    if rate <= 0:
        return ""
    return f"{rate:.1f}/s" if rate >= 1 else f"{rate * 60:.1f}/min"
