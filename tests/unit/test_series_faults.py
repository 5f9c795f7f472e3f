"""Series against a server that refuses, fails, cuts its answers and hangs; and on a thread of their own."""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from seedtui.core.run import Run, Status
from seedtui.core.sample import is_answer
from seedtui.core.series import Plan
from seedtui.core.sweep import expand, parse_axis
from seedtui.endpoints.client import OpenAIClient
from seedtui.history import History
from seedtui.runner import (
    RunEnded,
    RunEvent,
    Runner,
    RunnerThread,
    SeriesEnded,
    SeriesProgress,
    SeriesRunner,
    SeriesStarted,
    read_series,
)
from support.answers import by_seed
from support.asking import KEY, chat, endpoint_at
from support.reply import Recorded, Reply
from support.runs_kept import Listener
from support.scripted_server import Gate, ScriptedServer, chunk, cut, error_body, sse, stall, status, text

PATIENCE = 60.0
COUNT = 200


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    opened = History.open(tmp_path / "history.db")
    yield opened
    opened.close()


class Unreliable:
    """Answers as chance has it; counts what it did. Every whole answer has a text of its own.

    Attributes:
        kinds: How it answered each request, in order.
        whole: The text of each answer that was sent to its end, and the seed it was for.
    """

    RATES: ClassVar = {"limited": 10, "failed": 10, "cut": 8, "hung": 5, "whole": 67}

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.kinds: list[str] = []
        self.whole: dict[str, int] = {}
        self.reliable = False

    async def __call__(self, request: Recorded, reply: Reply) -> None:
        kind = "whole" if self.reliable else self._chance.choices(list(self.RATES), list(self.RATES.values()))[0]
        self.kinds.append(kind)
        words = f"answer {len(self.kinds)}"
        if kind == "limited":
            await status(429, error_body("slow down"), retry_after_ms="5")(request, reply)
        elif kind == "failed":
            await status(500, error_body("oops"), retry_after_ms="5")(request, reply)
        elif kind == "cut":
            await cut(chunk("half of "), chunk(words))(request, reply)
        elif kind == "hung":
            await stall(chunk("so far "))(request, reply)
        else:
            await text(*words)(request, reply)
            self.whole[words] = request.json["seed"]


def kept_runs(history: History) -> list[Run]:
    runs = [history.run(one.id) for one in history.page(limit=10_000)]
    return [run for run in runs if run is not None]


@pytest.mark.parametrize("seed", [1, 2])
async def test_two_hundred_runs_at_a_server_that_fails_in_every_way(history: History, seed: int) -> None:
    answers, listener = Unreliable(seed), Listener()
    plan = Plan(expand(chat(), "scripted", [parse_axis(f"seed=1..{COUNT}")]), 1, concurrency=40)
    async with ScriptedServer() as server:
        server.script(*[answers] * 5 * COUNT)
        client = OpenAIClient(endpoint_at(server), KEY)
        series = SeriesRunner(Runner(history, lambda name: client), history)
        series_id = series.add(plan)

        def only_the_hung_go_on(event: RunEvent) -> bool:
            progress = event.progress if isinstance(event, SeriesProgress) else None
            return progress is not None and len(listener.ended) + answers.kinds.count("hung") == COUNT

        waited = listener.when(only_the_hung_go_on)
        task = asyncio.create_task(series.run(plan, series_id, emit=listener))
        await waited.wait()
        hung = answers.kinds.count("hung")
        assert hung
        task.cancel()
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(asyncio.CancelledError):
                await task
        ended = listener.events[-1]
        assert isinstance(ended, SeriesEnded)
        assert (ended.cancelled, ended.progress.going) == (True, 0)
        await server.until(lambda: server.closed_early == hung)
        check_what_was_kept(history, answers, listener)
        progress = ended.progress
        assert (progress.answered, progress.failed) == (len(answers.whole), COUNT - hung - len(answers.whole))
        assert progress.retried == sum(run.retries for run in listener.ended)
        await check_that_the_rest_is_sent(history, series, series_id, answers, server)
        await client.aclose()


def check_what_was_kept(history: History, answers: Unreliable, listener: Listener) -> None:
    """Every answer that came is kept once, none twice, and every failure says what it was."""
    runs = kept_runs(history)
    assert len(runs) == COUNT
    assert Counter(run.request.seed for run in runs) == dict.fromkeys(range(1, COUNT + 1), 1)
    complete = {run.completions[0].text: run.request.seed for run in runs if run.status is Status.COMPLETE}
    assert complete == answers.whole
    failed = [run for run in runs if run.status is Status.FAILED]
    assert all(run.error is not None and run.error.message.endswith(".") for run in failed)
    assert {run.error.http_status for run in failed if run.error and not run.completions} <= {429, 500}
    assert Counter(run.error.kind for run in failed if run.error and run.completions) == {
        "connection": answers.kinds.count("cut")
    }
    cancelled = [run for run in runs if run.status is Status.CANCELLED]
    assert [run.completions[0].text for run in cancelled] == ["so far "] * answers.kinds.count("hung")


async def check_that_the_rest_is_sent(
    history: History, series: SeriesRunner, series_id: int, answers: Unreliable, server: ScriptedServer
) -> None:
    answers.reliable = True
    before, sent = set(answers.whole.values()), len(server.completions)
    plan, known = read_series(history, series_id)
    assert sum(is_answer(one) for one in known.values()) == len(before)
    progress = await series.run(plan, series_id, known)
    assert (progress.answered, progress.failed) == (COUNT, 0)
    again = [request.json["seed"] for request in server.completions[sent:]]
    assert len(again) == len(set(again)) == COUNT - len(before)
    assert not before & set(again)
    _, known = read_series(history, series_id)
    assert known == dict.fromkeys(range(COUNT), Status.COMPLETE)
    texts = [run.completions[0].text for run in kept_runs(history) if run.status is Status.COMPLETE]
    assert sorted(texts) == sorted(answers.whole)


class Mailbox:
    """Takes events from the runner's thread; lets the test wait for them."""

    def __init__(self) -> None:
        self.events: list[RunEvent] = []
        self._changed = threading.Condition()

    def __call__(self, event: RunEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, condition: Callable[[], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE)

    @property
    def series_ended(self) -> list[SeriesEnded]:
        return [event for event in self.events if isinstance(event, SeriesEnded)]

    @property
    def ended(self) -> list[Run]:
        return [event.run for event in self.events if isinstance(event, RunEnded)]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(words=5) as running:
        yield running


@pytest.fixture
def mail() -> Mailbox:
    return Mailbox()


@pytest.fixture
def thread(
    server: ScriptedServer, history: History, mail: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunnerThread]:
    from seedtui.config import Settings

    monkeypatch.setenv("SCRIPTED_KEY", KEY)
    settings = Settings(Path("none"), {"scripted": endpoint_at(server)}, "scripted")
    running = RunnerThread(history, settings, mail)
    running.start()
    yield running
    running.close()


def small_plan(count: int = 6) -> Plan:
    return Plan(expand(chat(), "scripted", [parse_axis(f"seed=1..{count}")]), 1, concurrency=2)


def test_a_series_on_the_thread_is_cancelled_and_resumed(
    thread: RunnerThread, server: ScriptedServer, history: History, mail: Mailbox
) -> None:
    gate = Gate()
    server.script(*[by_seed({1: text("one"), 2: text("two")}, text("three", gate))] * 4)
    thread.start_series(small_plan())
    server.wait_for(lambda: gate.reached == 2)
    mail.wait(lambda: len(mail.ended) == 2)
    assert isinstance(mail.events[0], SeriesStarted)
    (series_id,) = thread.running_series
    thread.cancel_series(series_id)
    mail.wait(lambda: mail.series_ended)
    assert thread.running_series == thread.running == ()
    assert [run.status for run in mail.ended] == ["complete", "complete", "cancelled", "cancelled"]
    thread.resume_series(series_id, concurrency=4)
    mail.wait(lambda: len(mail.series_ended) == 2)
    ended = mail.series_ended[-1]
    assert (ended.cancelled, ended.progress.answered, ended.progress.before) == (False, 6, 2)
    assert sorted(request.json["seed"] for request in server.completions) == [1, 2, 3, 3, 4, 4, 5, 6]


def test_one_run_of_a_series_is_cancelled_alone(thread: RunnerThread, server: ScriptedServer, mail: Mailbox) -> None:
    gate = Gate()
    server.script(*[by_seed({1: text("one", gate)}, text("two"))] * 4)
    thread.start_series(small_plan(4))
    server.wait_for(lambda: gate.reached == 1)
    thread.cancel(1)
    mail.wait(lambda: mail.series_ended)
    assert mail.series_ended[0].progress.answered == 3
    assert not mail.series_ended[0].cancelled


def test_leaving_keeps_a_series_that_is_going(
    thread: RunnerThread, server: ScriptedServer, history: History, mail: Mailbox
) -> None:
    server.hold(after=2)
    thread.start_series(small_plan())
    server.wait_for(lambda: server.held == 2)
    thread.close()
    assert mail.series_ended[0].cancelled
    _, answers = read_series(history, 1)
    assert answers == {0: Status.CANCELLED, 1: Status.CANCELLED}


def test_a_series_that_cannot_be_begun_is_an_event(
    thread: RunnerThread, server: ScriptedServer, history: History, mail: Mailbox
) -> None:
    thread.resume_series(99)
    mail.wait(lambda: mail.series_ended)
    thread.cancel_series(99)
    history.close()
    thread.start_series(small_plan())
    mail.wait(lambda: len(mail.series_ended) == 2)
    first, second = mail.series_ended
    assert (first.series_id, first.stopped) == (0, "There is no series 99; seedtui series lists those there are.")
    assert second.series_id == 0
    assert second.stopped is not None
    assert second.stopped.endswith("Nothing was sent.")
    assert server.requests == []


def test_a_series_is_not_sent_twice_at_a_time(thread: RunnerThread, server: ScriptedServer, mail: Mailbox) -> None:
    server.hold(after=1)
    thread.start_series(small_plan())
    server.wait_for(lambda: server.held == 2)
    (series_id,) = thread.running_series
    thread.resume_series(series_id)
    mail.wait(lambda: mail.series_ended)
    assert mail.series_ended[0].stopped == f"Series {series_id} is being sent already."
    assert thread.running_series == (series_id,)
    server.release()
    mail.wait(lambda: len(mail.series_ended) == 2)
    assert mail.series_ended[1].progress.answered == 6


def test_a_server_that_never_sends_a_reason_still_answers(
    thread: RunnerThread, server: ScriptedServer, mail: Mailbox
) -> None:
    server.script(*[sse(chunk("Hi"))] * 6)
    thread.start_series(small_plan())
    mail.wait(lambda: mail.series_ended)
    assert mail.series_ended[0].progress.answered == 6
    assert len({json.dumps(request.json, sort_keys=True) for request in server.completions}) == 6
