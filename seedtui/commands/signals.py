"""What a kill or a lost connection does to a command that must not be left half done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def cancel_on_signals(cancel: Callable[[], object]) -> None:
    """Let a lost connection or a kill end the runs like Ctrl-C does: with what came kept."""
    if threading.current_thread() is threading.main_thread():
        import asyncio

        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, cancel)


@contextmanager
def endings_interrupt() -> Iterator[None]:
    """Let a kill or a lost connection interrupt like Ctrl-C does, so that no half-written file is left."""
    numbers = [one for one in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(one) is signal.SIG_DFL]
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    for number in numbers:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in numbers:
            # The app has handlers of its own, for as long as the process lives.
            if signal.getsignal(number) is signal.default_int_handler:
                signal.signal(number, signal.SIG_DFL)


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
