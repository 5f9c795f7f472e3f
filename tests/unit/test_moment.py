"""What a thread does within a moment is there at once; what takes longer comes later, and nobody waits for it."""

from __future__ import annotations

import asyncio
import threading
from asyncio import wrap_future

import pytest

from seedtui.tui.moment import started


async def test_what_takes_no_time_is_there_at_once() -> None:
    coming = started(threading.get_ident, seconds=60)
    assert coming.done()
    assert coming.result() != threading.get_ident()


async def test_what_takes_longer_comes_later() -> None:
    go_on = threading.Event()
    coming = started(lambda: go_on.wait(60) and "done", seconds=0.001)
    assert not coming.done()
    go_on.set()
    assert await wrap_future(coming) == "done"


async def test_nobody_who_stops_waiting_takes_the_work_back() -> None:
    go_on = threading.Event()
    coming = started(lambda: go_on.wait(60) and "done", seconds=0)
    waiting = wrap_future(coming)
    waiting.cancel()
    # It is told to what it waits for in the next turn.
    await asyncio.sleep(0)
    go_on.set()
    assert coming.result(60) == "done"


async def test_a_fault_is_told_to_who_asks() -> None:
    def fails() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        started(fails, seconds=60).result()
