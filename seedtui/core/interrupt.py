"""Long work that lets itself be stopped: what is in the middle of a diff asks now and then whether to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeVar

_Item = TypeVar("_Item")
_OFTEN: Final = 1 << 12


class StoppedError(Exception):
    """Whoever asked for this work no longer wants it."""


_stop: Final[ContextVar[Callable[[], bool] | None]] = ContextVar("stop", default=None)


@contextmanager
def interruptible(stop: Callable[[], bool]) -> Iterator[None]:
    """Let the work inside be stopped.

    Args:
        stop: Says whether to stop; called often, so it must be quick.
    """
    token = _stop.set(stop)
    try:
        yield
    finally:
        _stop.reset(token)


def checkpoint() -> None:
    """Stop here if that was asked for.

    Raises:
        StoppedError: If it was.
    """
    stop = _stop.get()
    if stop is not None and stop():
        raise StoppedError


def checked(items: Iterable[_Item]) -> Iterator[_Item]:
    """Yield items, with a checkpoint every few thousand: for long loops over what takes little time each.

    Raises:
        StoppedError: If it was asked for.
    """
    for number, item in enumerate(items):
        if not number % _OFTEN:
            checkpoint()
        yield item
