"""What a kill or a lost connection does to a command that sends."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable


def cancel_on_signals(cancel: Callable[[], object]) -> None:
    """Let a lost connection or a kill end the runs like Ctrl-C does: with what came kept."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, cancel)
