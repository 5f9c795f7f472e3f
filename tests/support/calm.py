"""Waits until an app has nothing left to do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Final

from textual.app import App
from textual.message_pump import MessagePump
from textual.pilot import Pilot

PATIENCE: Final = 60.0


async def calm(pilot: Pilot[Any]) -> None:
    """Wait until the app has been found at rest twice in a row.

    Once is not enough: a thread posts a message, whose handler starts the next thread. What only the
    clock or a server will bring is not waited for.

    Raises:
        AssertionError: If it does not come to rest.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE
    found = 0
    while found < 2 and pilot.app.is_running:
        assert loop.time() < deadline, f"The app did not come to rest: {', '.join(_under_way(pilot.app))}."
        await pilot.pause()
        # What a thread handed over just now is in a queue after one more turn of the loop.
        await asyncio.sleep(0)
        found = 0 if any(_under_way(pilot.app)) else found + 1


def _under_way(app: App[Any]) -> Iterator[str]:
    """Name what the app is busy with."""
    for worker in list(app.workers):
        if not worker.is_finished:
            yield f"worker {worker.group}"
    if getattr(app, "_mail", None):
        yield "the runner's mail"
    for pump in _pumps(app):
        queue: Any = pump._message_queue
        if queue.qsize():
            yield f"{list(queue.values)} of {pump!r}"
    for screen in app.screen_stack:
        if screen._callbacks:
            yield f"what {screen!r} does after its next frame"
        if getattr(screen, "_worked_out", None) is not None:
            yield "a comparison"


def _pumps(app: App[Any]) -> Iterator[MessagePump]:
    yield app
    for screen in app.screen_stack:
        yield from screen.walk_children(with_self=True)
