"""Where the commands' words go: results to standard output, all else to standard error."""

from __future__ import annotations

import contextlib
import os
import sys
from datetime import datetime
from typing import TYPE_CHECKING

from seedtui.core.text import displayable, one_line

if TYPE_CHECKING:
    from seedtui.core.run import Run


def say(text: str) -> None:
    """Write a message to standard error, made displayable."""
    try:
        print(displayable(text, newlines=True), file=sys.stderr, flush=True)
    except OSError:
        # Nobody can be told that nobody can be told.
        silence(sys.stderr.fileno())


def on_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()


def with_colour() -> bool:
    """Whether to write colours to standard output."""
    return on_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def shown(text: str) -> str:
    """Return model text as it should be printed: harmless on a terminal, as it is elsewhere."""
    return displayable(text, newlines=True) if on_terminal() else text


def print_text(text: str) -> None:
    """Print a model's text, and end the line if it does not."""
    sys.stdout.write(shown(text))
    if not text.endswith("\n"):
        sys.stdout.write("\n")


def silence(descriptor: int = 1) -> None:
    """Send what is still to be written nowhere, so that nothing complains of a closed pipe at the end."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)
    os.close(null)


def local_time(moment: datetime) -> str:
    """Write a time in the user's own time zone, to the second."""
    # An imported time at the very end of the calendar stays in UTC.
    with contextlib.suppress(OverflowError):
        moment = moment.astimezone()
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def summary(run: Run) -> str:
    """Say in one line how a run ended: `#41 complete, 60 tokens, 1.2 s, fingerprint …`."""
    from seedtui.core import phrases
    from seedtui.core.run import Status

    name = f"#{run.id}" if run.id else "The run"
    if run.status is Status.FAILED and run.error:
        return f"{name} failed: {one_line(run.error.message, 500)}"
    tokens = "" if run.completion_tokens is None else f"{run.completion_tokens} tokens"
    took, fingerprint = phrases.seconds(run.timing.total_ms), phrases.fingerprint(run)
    parts = (f"{name} {run.status.phrase}", tokens, took, f"fingerprint {fingerprint.removeprefix('fingerprint ')}")
    ended = ", ".join(part for part in parts if part)
    lacks = phrases.unfinished(run)
    return f"{ended}. {lacks}" if lacks else ended
