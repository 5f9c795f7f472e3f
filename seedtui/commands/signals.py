"""What a kill or a lost connection does to a command that must not be left half done."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def cancel_on_signals(cancel: Callable[[], object]) -> None:
    """Let a lost connection or a kill end the runs like Ctrl-C does: with what came kept."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, cancel)


@contextmanager
def signals_set(event: threading.Event) -> Iterator[None]:
    """Let Ctrl-C, a kill or a lost connection set an event, so that what was begun is cleaned up."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    heeded = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    if threading.current_thread() is not threading.main_thread():
        heeded = []
    for number in heeded:
        signal.signal(number, lambda number, frame: event.set())
    try:
        yield
    finally:
        for number in heeded:
            signal.signal(number, before[number])
