"""The runner on its own thread: calls from any thread, events on its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from seedtui.config import Endpoint, Settings
from seedtui.core.run import Run, Status
from seedtui.endpoints.events import EndpointError
from seedtui.history import History
from seedtui.runner import RunEnded, RunEvent, RunnerThread, RunStarted, RunText
from support.asking import KEY, chat, endpoint_at
from support.nobody import dead_address
from support.scripted_server import Gate, ScriptedServer, chunk, error_body, sse, status

PATIENCE = 60.0


class Mailbox:
    """Takes events from the runner's thread; lets the test wait for them."""

    def __init__(self) -> None:
        self.events: list[RunEvent] = []
        self.threads: set[str] = set()
        self._changed = threading.Condition()

    def __call__(self, event: RunEvent) -> None:
        with self._changed:
            self.events.append(event)
            self.threads.add(threading.current_thread().name)
            self._changed.notify_all()

    @property
    def ended(self) -> list[Run]:
        return [event.run for event in self.events if isinstance(event, RunEnded)]

    @property
    def started(self) -> list[Run]:
        return [event.run for event in self.events if isinstance(event, RunStarted)]

    def told(self, run_id: int) -> str:
        texts = (event for event in self.events if isinstance(event, RunText) and event.run_id == run_id)
        return "".join(delta.text for event in texts for delta in event.deltas)

    def wait_ended(self, count: int) -> None:
        self.wait(lambda: len(self.ended) == count)

    def wait(self, condition: Callable[[], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(key=KEY) as running:
        yield running


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    opened = History.open(tmp_path / "history.db")
    yield opened
    opened.close()


@pytest.fixture
def mail() -> Mailbox:
    return Mailbox()


def settings_for(server: ScriptedServer, dead: str = "nobody.invalid", **fields: float) -> Settings:
    endpoint = endpoint_at(server, **fields)
    return Settings(
        Path("none"), {"scripted": endpoint, "dead": Endpoint("dead", f"http://{dead}/v1", retries=0)}, "scripted"
    )


@pytest.fixture
def runner(
    server: ScriptedServer, history: History, mail: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunnerThread]:
    monkeypatch.setenv("SCRIPTED_KEY", KEY)
    with dead_address() as dead:
        thread = RunnerThread(history, settings_for(server, dead), mail)
        thread.start()
        yield thread
        thread.close()


def test_two_at_once_are_told_and_kept(runner: RunnerThread, history: History, mail: Mailbox) -> None:
    runner.send(chat(seed=1), "scripted", count=2)
    mail.wait(lambda: len(mail.ended) == 2)
    assert mail.threads == {"runner"}
    assert runner.running == ()
    for run in mail.ended:
        assert run.status is Status.COMPLETE
        assert run.completions[0].text == mail.told(run.id)
        kept = history.run(run.id)
        assert kept is not None
        assert (kept.status, kept.completions, kept.request) == (run.status, run.completions, run.request)
    assert len({run.completions[0].text for run in mail.ended}) == 1


def test_one_run_is_cancelled_and_the_other_goes_on(
    runner: RunnerThread, server: ScriptedServer, history: History, mail: Mailbox
) -> None:
    server.hold(after=4)
    runner.send(chat(), "scripted", count=2)
    server.wait_for(lambda: server.held == 2)
    first, second = runner.running
    mail.wait(lambda: len(mail.told(first).split()) == len(mail.told(second).split()) == 4)
    runner.cancel(first)
    runner.cancel(9999)
    mail.wait(lambda: mail.ended)
    assert runner.running == (second,)
    server.wait_for(lambda: server.closed_early == 1)
    server.release()
    mail.wait(lambda: len(mail.ended) == 2)
    assert [(run.id, run.status) for run in mail.ended] == [(first, Status.CANCELLED), (second, Status.COMPLETE)]
    kept = history.run(first)
    assert kept is not None
    assert len(kept.completions[0].text.split()) == 4


def test_all_are_cancelled(runner: RunnerThread, server: ScriptedServer, mail: Mailbox) -> None:
    server.hold(after=1)
    runner.send(chat(), "scripted", count=3)
    server.wait_for(lambda: server.held == 3)
    runner.cancel_all()
    mail.wait(lambda: len(mail.ended) == 3)
    assert {run.status for run in mail.ended} == {Status.CANCELLED}
    server.wait_for(lambda: server.closed_early == 3)


def test_closing_keeps_what_came(runner: RunnerThread, server: ScriptedServer, history: History, mail: Mailbox) -> None:
    server.hold(after=5)
    runner.send(chat(), "scripted", count=2)
    server.wait_for(lambda: server.held == 2)
    mail.wait(lambda: all(len(mail.told(run.id).split()) == 5 for run in mail.started))
    runner.close()
    assert not any(thread.name == "runner" for thread in threading.enumerate())
    for started in mail.started:
        kept = history.run(started.id)
        assert kept is not None
        assert (kept.status, len(kept.completions[0].text.split())) == (Status.CANCELLED, 5)
    server.wait_for(lambda: server.closed_early == 2)
    runner.send(chat(), "scripted")
    runner.cancel_all()
    assert runner.models("scripted").cancelled()
    runner.close()


def test_models_are_listed(runner: RunnerThread) -> None:
    assert runner.models("scripted").result(PATIENCE) == ("scripted-1", "scripted-2")


@pytest.mark.parametrize("name", ["dead", "moon"])
def test_models_that_cannot_be_listed(runner: RunnerThread, name: str) -> None:
    with pytest.raises(EndpointError):
        runner.models(name).result(PATIENCE)


def test_models_asked_for_at_the_end_are_given_up(
    server: ScriptedServer, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRIPTED_KEY", KEY)
    runner = RunnerThread(history, settings_for(server), lambda event: None)
    runner.start()
    found = runner.models("scripted")
    runner.close()
    try:
        assert found.result(PATIENCE) == ("scripted-1", "scripted-2")
    except CancelledError:
        assert found.done()


def test_a_listener_that_fails_is_passed_over(
    server: ScriptedServer, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRIPTED_KEY", KEY)
    ended = threading.Event()

    def broken(event: RunEvent) -> None:
        if isinstance(event, RunEnded):
            ended.set()
        raise RuntimeError("The app is gone.")

    runner = RunnerThread(history, settings_for(server), broken)
    runner.start()
    runner.send(chat(), "scripted")
    assert ended.wait(PATIENCE)
    runner.close()
    kept = history.run(1)
    assert kept is not None
    assert kept.status is Status.COMPLETE


def test_the_endpoints_own_deadline_holds(
    server: ScriptedServer, history: History, mail: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRIPTED_KEY", KEY)
    server.hold(after=0)
    runner = RunnerThread(history, settings_for(server, timeout=0.05), mail)
    runner.start()
    runner.send(chat(), "scripted")
    mail.wait(lambda: mail.ended)
    runner.close()
    error = mail.ended[0].error
    assert error is not None
    assert error.kind == "timeout"


def test_a_thread_that_was_not_started_closes() -> None:
    settings = Settings(Path("none"), {}, "")
    RunnerThread(None, settings, lambda event: None).close()  # type: ignore[arg-type]


def test_the_key_is_nowhere(
    runner: RunnerThread,
    server: ScriptedServer,
    history: History,
    mail: Mailbox,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    server.script(
        sse(chunk(f"Your key is {KEY}.", fingerprint=f"fp_{KEY}", note=KEY), x_request_id=KEY),
        status(400, error_body(f"What is {KEY}?")),
        sse(chunk("a"), error_body(f"No {KEY}!")),
    )
    for count in (1, 2, 3):
        runner.send(chat(), "scripted")
        mail.wait_ended(count)
    runner.close()
    history.close()
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(mail.events)
    assert KEY not in caplog.text
    for file in tmp_path.iterdir():
        assert KEY.encode() not in file.read_bytes()


def test_a_disk_that_fills_up_costs_no_text(
    runner: RunnerThread, server: ScriptedServer, history: History, mail: Mailbox
) -> None:
    gate = Gate()
    long = "x" * 4_000_000
    server.script(sse(chunk("Short. "), gate, chunk(long, finish_reason="stop")))
    runner.send(chat(), "scripted")
    server.wait_for(lambda: gate.reached)
    # A full disk and a database that may not grow look the same.
    history._database.connection.execute("PRAGMA max_page_count = 1")
    gate.open()
    mail.wait_ended(1)
    run = mail.ended[0]
    assert run.status is Status.FAILED
    assert run.error is not None
    assert run.error.kind == "disk"
    assert run.error.message.startswith("The disk is full")
    assert run.completions[0].text == mail.told(run.id) == f"Short. {long}"
    runner.close()
    kept = history.run(run.id)
    assert kept is not None
    assert kept.status is Status.STREAMING
