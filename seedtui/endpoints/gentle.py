"""Importing something large on a thread while another one has a screen to keep up."""

from __future__ import annotations

import gc
import importlib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# How long a thread may hold the interpreter while others wait, in seconds: a tenth of what is usual.
_TURN: Final = 0.0005
_one_at_a_time: Final = threading.Lock()


def import_gently(name: str) -> None:
    """Import a module, and let the other threads have their turns often meanwhile.

    Args:
        name: The module.
    """
    with _one_at_a_time, _short_turns():
        importlib.import_module(name)


@contextmanager
def _short_turns() -> Iterator[None]:
    turn, collects = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(_TURN)
    # What modules are made of stays: looking for garbage among it would keep everybody waiting.
    gc.disable()
    try:
        yield
    finally:
        sys.setswitchinterval(turn)
        if collects:
            gc.enable()
