"""Series: what is sent when, what stops it, and what is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from seedtui.core.request import Request
from seedtui.core.run import Run, RunError, Status
from seedtui.core.series import Plan
from seedtui.core.sweep import expand, parse_axis
from seedtui.endpoints.client import OpenAIClient
from seedtui.endpoints.events import Chunk, EndpointError, EndpointEvent, Retrying, Sending
from seedtui.history import History, HistoryError
from seedtui.runner import (
    FingerprintAppeared,
    Progress,
    RunEnded,
    RunEvent,
    Runner,
    RunStarted,
    SeriesEnded,
    SeriesError,
    SeriesProgress,
    SeriesRunner,
    SeriesStarted,
    read_series,
)
from seedtui.runner.gates import Gates
from seedtui.runner.giving_up import REFUSALS, UNSTORED
from support.asking import KEY, chat, endpoint_at
from support.runs_kept import HistoryInMemory, Listener
from support.scripted_server import ScriptedServer, chunk

PATIENCE = 60.0


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    opened = History.open(tmp_path / "history.db")
    yield opened
    opened.close()


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer(words=4) as running:
        yield running


Answering = Callable[[str, Request], AsyncGenerator[EndpointEvent, None]]


class Endpoint:
    """An endpoint that answers by a rule."""

    def __init__(self, name: str, rule: Answering) -> None:
        self.name = name
        self.rule = rule

    def stream(self, request: Request) -> AsyncGenerator[EndpointEvent, None]:
        return self.rule(self.name, request)

    async def prepare(self) -> None:
        return

    async def models(self) -> tuple[str, ...]:
        return ()

    async def aclose(self) -> None:
        return


def series_with(history: Any, rule: Answering) -> SeriesRunner:
    return SeriesRunner(Runner(history, lambda name: Endpoint(name, rule)), history)


def plan_of(*axes: str, repeat: int = 1, concurrency: int = 1, **fields: Any) -> Plan:
    settings = expand(chat(**fields), "scripted", [parse_axis(axis) for axis in axes])
    return Plan(settings, repeat, concurrency)


async def plain(name: str, request: Request) -> AsyncGenerator[EndpointEvent, None]:
    yield Sending()
    yield Chunk(chunk(f"seed {request.seed}", finish_reason="stop"))


def progress_of(listener: Listener) -> Progress:
    return [event.progress for event in listener.events if isinstance(event, SeriesProgress)][-1]


def end_of(listener: Listener) -> SeriesEnded:
    (ended,) = [event for event in listener.events if isinstance(event, SeriesEnded)]
    return ended


async def test_a_series_goes_round_by_round_and_says_so(history: History, listener: Listener) -> None:
    plan = plan_of("seed=1..3", repeat=2)
    series = series_with(history, plain)
    series_id = series.add(plan)
    await series.run(plan, series_id, emit=listener)
    assert listener.events[0] == SeriesStarted(series_id, plan, 0)
    assert isinstance(listener.events[-1], SeriesEnded)
    assert [run.request.seed for run in listener.started] == [1, 2, 3, 1, 2, 3]
    assert [event.slot for event in listener.events if isinstance(event, RunEnded)] == [(1, slot) for slot in range(6)]
    ended = end_of(listener)
    assert (ended.cancelled, ended.stopped) == (False, None)
    assert replace(ended.progress, elapsed_s=0) == Progress(planned=6, answered=6)
    assert progress_of(listener) == ended.progress
    assert read_series(history, series_id) == (plan, dict.fromkeys(range(6), Status.COMPLETE))


@pytest.mark.parametrize("concurrency", [1, 3, 50])
async def test_never_more_at_a_time_than_planned(history: History, concurrency: int) -> None:
    going = most = 0

    async def answer(name: str, request: Request) -> AsyncGenerator[EndpointEvent, None]:
        nonlocal going, most
        going += 1
        most = max(most, going)
        await asyncio.sleep(0)
        yield Chunk(chunk("Hi", finish_reason="stop"))
        going -= 1

    series, plan = series_with(history, answer), plan_of("seed=1..20", concurrency=concurrency)
    await series.run(plan, series.add(plan))
    assert most == min(concurrency, 20)


async def test_what_is_answered_is_not_sent_again(history: History, listener: Listener) -> None:
    failing = {3, 5}

    async def answer(name: str, request: Request) -> AsyncGenerator[EndpointEvent, None]:
        if request.seed in failing:
            raise EndpointError(RunError("http", "No.", 500))
        async for event in plain(name, request):
            yield event

    series, plan = series_with(history, answer), plan_of("seed=1..6")
    series_id = series.add(plan)
    progress = await series.run(plan, series_id)
    assert (progress.answered, progress.failed) == (4, 2)
    failing.clear()
    kept, answers = read_series(history, series_id)
    progress = await series.run(kept, series_id, answers, emit=listener)
    assert [run.request.seed for run in listener.started] == [3, 5]
    assert isinstance(listener.events[0], SeriesStarted)
    assert listener.events[0].answered == 4
    assert (progress.answered, progress.before, progress.failed) == (6, 4, 0)


async def test_an_end_without_a_reason_is_an_answer(history: History, listener: Listener) -> None:
    async def answer(name: str, request: Request) -> AsyncGenerator[EndpointEvent, None]:
        yield Chunk(chunk("Hi"))

    series, plan = series_with(history, answer), plan_of("seed=1,2")
    series_id = series.add(plan)
    await series.run(plan, series_id)
    await series.run(*read_series_for(history, series_id), emit=listener)
    assert listener.started == []
    assert end_of(listener).progress.answered == 2


def read_series_for(history: History, series_id: int) -> tuple[Plan, int, dict[int, Status]]:
    plan, answers = read_series(history, series_id)
    return plan, series_id, answers


async def test_cancelling_keeps_what_came_and_the_rest_can_be_resumed(history: History, listener: Listener) -> None:
    hold, held = asyncio.Event(), asyncio.Event()

    async def answer(name: str, request: Request) -> AsyncGenerator[EndpointEvent, None]:
        yield Chunk(chunk("Half"))
        if request.seed in (3, 4) and not hold.is_set():
            if request.seed == 4:
                held.set()
            await hold.wait()
        yield Chunk(chunk(" and half", finish_reason="stop"))

    series, plan = series_with(history, answer), plan_of("seed=1..8", concurrency=2)
    series_id = series.add(plan)
    task = asyncio.create_task(series.run(plan, series_id, emit=listener))
    await held.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    ended = end_of(listener)
    assert listener.events[-1] is ended
    assert (ended.cancelled, ended.progress.answered, ended.progress.going) == (True, 2, 0)
    statuses = {run.request.seed: run.status for run in listener.ended}
    assert statuses == {1: "complete", 2: "complete", 3: "cancelled", 4: "cancelled"}
    hold.set()
    progress = await series.run(*read_series_for(history, series_id))
    assert progress.answered == 8
    run = history.run(3)
    assert run is not None
    assert (run.status, run.completions[0].text) == (Status.CANCELLED, "Half")


async def test_one_cancelled_run_does_not_end_the_series(history: History, listener: Listener) -> None:
    tasks: dict[int, asyncio.Task[Any]] = {}

    def emit(event: RunEvent) -> None:
        listener(event)
        task = asyncio.current_task()
        if isinstance(event, RunStarted) and task is not None:
            tasks[event.run.id] = task

    async def answer(name: str, request: Request) -> AsyncGenerator[EndpointEvent, None]:
        if request.seed == 2:
            tasks[2].cancel()
            await asyncio.Event().wait()
        async for event in plain(name, request):
            yield event

    series, plan = series_with(history, answer), plan_of("seed=1..4")
    progress = await series.run(plan, series.add(plan), emit=emit)
    assert (progress.answered, progress.failed) == (3, 0)
    assert not end_of(listener).cancelled
    assert [run.status for run in listener.ended].count(Status.CANCELLED) == 1


async def test_a_listener_that_fails_ends_the_series(history: History) -> None:
    def broken(event: RunEvent) -> None:
        if isinstance(event, RunEnded):
            raise BrokenPipeError

    series, plan = series_with(history, plain), plan_of("seed=1..4")
    with pytest.raises(BrokenPipeError):
        await series.run(plan, series.add(plan), emit=broken)
    assert history.count() == 1


async def test_a_limited_endpoint_gets_nothing_new_until_its_wait_is_over(history: History, listener: Listener) -> None:
    log: list[str] = []
    told: list[str | None] = []
    far_is_done = listener.when(lambda event: [run.endpoint for run in listener.ended].count("far") == 4)

    async def answer(name: str, request: Request) -> AsyncGenerator[EndpointEvent, None]:
        log.append(f"{name} {request.seed}")
        if log[-1] == "near 1":
            yield Retrying(1, 2, 0.5, "Slow down.", limited=True)
            await asyncio.sleep(0.5)
            told.append(progress_of(listener).waiting)
            assert far_is_done.is_set()
            log.append("near 1 again")
        async for event in plain(name, request):
            yield event

    series = series_with(history, answer)
    settings = expand(chat(), "", [parse_axis("seed=1..4"), parse_axis("endpoint=near,far")])
    plan = Plan(settings, 1, concurrency=1)
    progress = await series.run(plan, series.add(plan), emit=listener)
    assert log[0] == "near 1"
    near = [entry for entry in log if entry.startswith("near")]
    assert near == ["near 1", "near 1 again", "near 2", "near 3", "near 4"]
    assert log.index("near 1 again") > log.index("far 4")
    assert told == ["rate limit: nothing new to near for 1 s"]
    assert (progress.answered, progress.retried, progress.failed) == (8, 1, 0)


async def test_a_failure_that_is_sent_again_closes_no_gate(history: History) -> None:
    log: list[int | None] = []
    last = asyncio.Event()

    async def answer(name: str, request: Request) -> AsyncGenerator[EndpointEvent, None]:
        log.append(request.seed)
        if request.seed == 1:
            yield Retrying(1, 2, 30, "It failed.")
            await last.wait()
        if request.seed == 5:
            last.set()
        async for event in plain(name, request):
            yield event

    series, plan = series_with(history, answer), plan_of("seed=1..5", concurrency=2)
    await series.run(plan, series.add(plan))
    assert log == [1, 2, 3, 4, 5]


def test_pauses_after_refusals_grow_and_an_answer_ends_that() -> None:
    now = 0.0
    gates = Gates(lambda: now)
    pauses = []
    for _ in range(9):
        gates.refused("far")
        gates.refused("far")
        pauses.append(round(gates.left("far")))
        now += gates.left("far")
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    gates.answered("far")
    gates.refused("far")
    assert round(gates.left("far")) == 1
    assert gates.phrase(["far", "near"]) == "rate limit: nothing new to far for 2 s"
    assert gates.phrase(["near"]) is None
    gates.close("far", 30)
    gates.close("far", 2)
    assert round(gates.left("far")) == 30


async def refusing_series(history: Any, listener: Listener, server: ScriptedServer, plan: Plan, key: str) -> None:
    client = OpenAIClient(endpoint_at(server), key)
    series = SeriesRunner(Runner(history, lambda name: client), history)
    await series.run(plan, 1, emit=listener)
    await client.aclose()


async def test_who_refuses_each_time_is_not_asked_twenty_thousand_times(listener: Listener) -> None:
    async with ScriptedServer(key="sk-right") as server:
        await refusing_series(HistoryInMemory(), listener, server, plan_of("seed=1..20000"), KEY)
        assert len(server.requests) == REFUSALS
    ended = end_of(listener)
    assert (ended.cancelled, ended.progress.failed, ended.progress.answered) == (False, REFUSALS, 0)
    assert ended.stopped is not None
    assert ended.stopped.startswith("scripted refused each of the last runs, and gets no more: ")
    assert listener.notices == []


async def test_a_model_that_is_not_there_is_left_out_and_the_others_go_on(listener: Listener) -> None:
    async with ScriptedServer(refuse_unknown=True, words=2) as server:
        plan = plan_of("model=scripted-1,gpt-9", repeat=30, concurrency=2)
        await refusing_series(HistoryInMemory(), listener, server, plan, KEY)
        asked = [request.json["model"] for request in server.completions]
    assert asked.count("scripted-1") == 30
    assert REFUSALS <= asked.count("gpt-9") <= REFUSALS + 1
    assert any("Setting 2 of the series failed each time" in notice for notice in listener.notices)


async def test_a_full_disk_stops_the_series_before_anything_is_paid_for(
    server: ScriptedServer, listener: Listener
) -> None:
    history = HistoryInMemory(failing={"start": HistoryError("full", "The disk is full: free some space.")})
    await refusing_series(history, listener, server, plan_of("seed=1..20000"), KEY)
    assert server.requests == []
    assert len(listener.ended) == UNSTORED
    assert end_of(listener).stopped == (
        "The series stops, as its runs cannot be kept: The disk is full: free some space. Nothing was sent."
    )


def backends(listener: Listener) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [
        (event.run.fingerprints, event.before) for event in listener.events if isinstance(event, FingerprintAppeared)
    ]


@pytest.mark.parametrize("order", [lambda number: 0, lambda number: 30 - number, lambda number: 7 * number % 30])
@pytest.mark.parametrize("concurrency", [1, 8, 30])
async def test_a_new_fingerprint_is_told_once(
    history: History, listener: Listener, concurrency: int, order: Callable[[int], int]
) -> None:
    count = 0

    async def answer(name: str, request: Request) -> AsyncGenerator[EndpointEvent, None]:
        nonlocal count
        number = count = count + 1
        name = "fp_A" if count <= 12 else "fp_B"
        yield Chunk(chunk("Hi", fingerprint=name))
        # The later ones of those that go together end first.
        await asyncio.sleep(0.001 * order(number))
        yield Chunk(chunk("", finish_reason="stop", fingerprint=name))

    series, plan = series_with(history, answer), plan_of(repeat=30, concurrency=concurrency)
    await series.run(plan, series.add(plan), emit=listener)
    ((new, before),) = backends(listener)
    assert {new, before} == {("fp_A",), ("fp_B",)}
    if concurrency < 12:
        assert before == ("fp_A",)
    again = Listener()
    series = series_with(history, answer)
    await series.run(plan, series.add(plan), emit=again)
    assert backends(again) == []


async def test_the_first_fingerprint_ever_is_no_news(history: History, listener: Listener) -> None:
    series, plan = series_with(history, plain), plan_of("seed=1..3")
    await series.run(plan, series.add(plan), emit=listener)
    assert backends(listener) == []


async def test_progress_is_told_a_few_times_a_second_at_most(listener: Listener) -> None:
    series, plan = series_with(HistoryInMemory(), plain), plan_of("seed=1..2000", concurrency=4)
    begun = asyncio.get_running_loop().time()
    await series.run(plan, 1, emit=listener)
    took = asyncio.get_running_loop().time() - begun
    told = [event for event in listener.events if isinstance(event, SeriesProgress)]
    assert len(told) <= took / 0.2 + 2


def test_the_rate_and_the_time_left() -> None:
    begun = Progress(planned=100, answered=40, before=40)
    assert (begun.rate, begun.remaining_s) == (0, None)
    later = Progress(planned=100, answered=60, before=40, failed=5, elapsed_s=10)
    assert (later.rate, later.remaining_s) == (2, 35 * 10 / 25)
    assert Progress(planned=2, answered=2, elapsed_s=1).remaining_s == 0


def test_series_that_cannot_be_resumed(history: History) -> None:
    with pytest.raises(SeriesError, match="There is no series 7"):
        read_series(history, 7)
    odd = history.add_series({"settings": 1}, datetime.now(UTC))
    with pytest.raises(SeriesError, match="cannot be read"):
        read_series(history, odd)


def test_a_series_that_another_process_is_sending_is_left_to_it(history: History) -> None:
    plan = plan_of("seed=1,2")
    series_id = history.add_series(plan.as_json(), datetime.now(UTC))
    history.start(plan.settings[0].request, "scripted", datetime.now(UTC), (series_id, 0))
    with pytest.raises(SeriesError, match="is being sent right now"):
        read_series(history, series_id)


def test_runs_are_runs(history: History) -> None:
    """A series changes nothing in how its runs are kept."""
    listener = Listener()
    series, plan = series_with(history, plain), plan_of("seed=5")
    asyncio.run(series_once(series, plan, listener))
    run: Run = listener.ended[0]
    kept = history.run(run.id)
    assert kept is not None
    assert (kept.status, kept.completions, kept.request) == (run.status, run.completions, run.request)


async def series_once(series: SeriesRunner, plan: Plan, listener: Listener) -> None:
    await series.run(plan, series.add(plan), emit=listener)
