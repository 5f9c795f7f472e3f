"""The process's three streams, made fit for what is written, whatever it was started with."""

from __future__ import annotations

import io
import os
import sys
from typing import Final

_STREAMS: Final = (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w"))


def prepare() -> None:
    """Stand in for streams that were closed, and let none stumble over a character."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _stand_in()
    _use_utf8()


def _stand_in() -> None:
    """Lead each closed stream nowhere: else the next file to be opened, the history, would be in its place."""
    for name, descriptor, mode in _STREAMS:
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, descriptor)
            if null != descriptor:
                os.close(null)
            # A child that is given the streams has them, too.
            os.set_inheritable(descriptor, True)
            # The descriptor is the process's own to its end.
            setattr(sys, name, open(descriptor, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _use_utf8() -> None:
    """Write UTF-8 into files and pipes; on a terminal, keep its encoding and replace what it lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
