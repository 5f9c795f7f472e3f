"""Work in a thread that is waited for a moment: what comes of it belongs to the frame of the key that asked for it.

Most of what a key asks for takes less time than a frame. Were it not waited for, there would be a frame that shows no
more than that the key was pressed, and the answer would come in the next one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Final, TypeVar

T = TypeVar("T")

MOMENT: Final = 0.025
"""How many seconds a frame may wait: nobody sees them."""


def started(work: Callable[[], T], seconds: float = MOMENT) -> Future[T]:
    """Start something in a thread and wait for it, but not for long.

    Args:
        work: What to do; it must not touch the screen.
        seconds: How long to wait at most.

    Returns:
        What comes of it; it may be there already.
    """
    coming: Future[T] = Future()
    # From here on, nobody who stops waiting for it takes it back.
    coming.set_running_or_notify_cancel()

    def do() -> None:
        try:
            coming.set_result(work())
        except BaseException as error:
            coming.set_exception(error)

    asyncio.get_running_loop().run_in_executor(None, do)
    if seconds:
        wait([coming], seconds)
    return coming
