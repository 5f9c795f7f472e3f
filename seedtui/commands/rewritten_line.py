"""A line at the bottom of a terminal's standard error that is written anew, and taken away at the end."""

from __future__ import annotations

import os
import sys
from typing import Final

_CLEAR: Final = "\r\x1b[K"


class RewrittenLine:
    """Says how far something is, where somebody is there to see it; elsewhere nothing is written.

    Attributes:
        possible: Whether standard error is a terminal that can write a line anew.
    """

    def __init__(self) -> None:
        self.possible = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._there = False

    def show(self, text: str) -> None:
        """Write the line over the one before; the text must be displayable."""
        if self.possible:
            self._there = True
            self._write(_CLEAR + text)

    def clear(self) -> None:
        """Take the line away."""
        if self._there:
            self._there = False
            self._write(_CLEAR)

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            self.possible = False
