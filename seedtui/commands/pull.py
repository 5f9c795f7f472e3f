"""`seedtui pull`: get the local model's weights."""

from __future__ import annotations

import threading
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seedtui.commands.output import say
from seedtui.commands.rewritten_line import RewrittenLine
from seedtui.commands.signals import signals_set
from seedtui.core.text import displayable

if TYPE_CHECKING:
    from seedtui.config import Settings

_MEGABYTE = 1_000_000


def main(options: Namespace) -> int:
    """Fetch the weights unless they are there already; print where they are."""
    from seedtui.endpoints import weights

    if weights.is_present():
        say("The weights are here already.")
    else:
        _pull()
    print(displayable(str(weights.path())))
    return 0


def ensure_weights(settings: Settings) -> None:
    """Fetch the weights if the local model needs them and they are missing.

    Raises:
        WeightsError: If they cannot be fetched, or Ctrl-C was pressed.
    """
    from seedtui.endpoints import weights

    if weights.are_wanted(settings.local):
        _pull()


def _pull() -> None:
    from seedtui.endpoints import weights

    say("Getting the local model's weights (Ctrl-C cancels).")
    cancelled = threading.Event()
    with signals_set(cancelled), _progress() as progress:
        weights.pull(progress, cancelled)
    say("The weights are in place.")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows how far the download is: a line rewritten in place, on a terminal only."""
    line, last = RewrittenLine(), 0.0

    def show(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= 0.1 or done >= total:
            last = time.monotonic()
            share = f"{100 * done // total:3d} %" if total else ""
            line.show(f"{done / _MEGABYTE:6.1f} of {total / _MEGABYTE:.1f} MB {share}")

    try:
        yield show
    finally:
        line.clear()
