"""Work of the operating system that cannot be called off: looking up names, mostly."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class Unwaited(ThreadPoolExecutor):
    """Does each call on a thread of its own that nobody waits for at the end.

    A name server that does not answer keeps a look-up for half a minute, whoever called it off. With
    the threads of asyncio's own executor, a loop that closes, and the whole process, would wait for it.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Begin a call; see `Executor.submit`."""
        future: Future[Any] = Future()
        threading.Thread(target=_work, args=(future, fn, args, kwargs), name="unwaited", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Do nothing: what still goes on ends with the process."""


def _work(future: Future[Any], fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = fn(*args, **kwargs)
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)
