"""What trickles in is read in gulps, and what is there is read at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack

import pytest

from seedtui.endpoints.events import Chunk, EndpointEvent
from seedtui.endpoints.step import Step
from seedtui.runner.gulps import LONGEST_SECONDS, Gulps


async def at_once() -> int:
    return 1


async def after_a_turn() -> int:
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return 2


async def test_a_step_that_is_done_at_once_is_not_awaited() -> None:
    step = Step(at_once())
    assert step.begin()
    assert step.result == 1


async def test_a_step_that_waits_is_awaited() -> None:
    step = Step(after_a_turn())
    assert not step.begin()
    assert await step == 2
    assert step.result == 2


async def test_a_step_that_waits_is_told_of_a_cancel() -> None:
    told: list[str] = []

    async def waits() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            told.append("ended")

    async def steps() -> None:
        step = Step(waits())
        step.begin()
        await step

    task = asyncio.create_task(steps())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told == ["ended"]


async def test_what_a_step_raises_is_raised() -> None:
    async def raises(turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        Step(raises(0)).begin()
    step = Step(raises(1))
    step.begin()
    with pytest.raises(ValueError, match="wrong"):
        await step


async def stream(turns: list[int]) -> AsyncGenerator[EndpointEvent, None]:
    """Yield chunks that are there after so many turns each."""
    for number, wanted in enumerate(turns):
        for _ in range(wanted):
            await asyncio.sleep(0)
        yield Chunk({"number": number})


async def rests(turns: list[int], monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Read a stream in gulps; return whether there was a rest after each chunk."""
    rested: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        if seconds:
            rested.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", noted)
    found = []
    with Gulps().reading(stream(turns)) as gulp:
        for _ in turns:
            await gulp.next()
            before = len(rested)
            await gulp.rest()
            found.append(len(rested) > before)
    assert all(0 < seconds <= LONGEST_SECONDS for seconds in rested)
    return found


async def test_what_is_there_is_read_without_a_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await rests([0, 0, 0, 0], monkeypatch) == [False] * 4


async def test_behind_what_had_to_be_waited_for_more_is_let_gather(monkeypatch: pytest.MonkeyPatch) -> None:
    # The first of what gathered is looked for, which is no waiting; the others come at once.
    assert await rests([1, 1, 0, 0, 1, 1, 0], monkeypatch) == [True, False, False, False, True, False, False]


def test_the_more_runs_the_longer_is_waited_up_to_a_limit() -> None:
    gulps = Gulps()
    with gulps.reading(stream([])):
        one = gulps.seconds
        with gulps.reading(stream([])):
            assert gulps.seconds == 2 * one
    with ExitStack() as many:
        for _ in range(100):
            many.enter_context(gulps.reading(stream([])))
        assert gulps.seconds == LONGEST_SECONDS
    assert not gulps.seconds
