"""The runner: what it says, what it keeps, and how runs end."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from seedtui.core.response import TextDelta
from seedtui.core.run import RunError, Status
from seedtui.endpoints.client import OpenAIClient
from seedtui.endpoints.events import Chunk, EndpointError, Opened, Preparing, Sending
from seedtui.history import HistoryError
from seedtui.runner import RunEnded, RunEvent, Runner, RunStarted, RunText
from support.asking import KEY, chat, endpoint_at
from support.runs_kept import HistoryInMemory, Listener, ScriptedClient
from support.scripted_server import Gate, ScriptedServer, chunk, cut, sse, stall, status, text


@pytest.fixture
def history() -> HistoryInMemory:
    return HistoryInMemory()


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as running:
        yield running


def runner_with(history: HistoryInMemory, client: Any) -> Runner:
    return Runner(history, lambda name: client)  # type: ignore[arg-type]


@pytest.fixture
async def runner(history: HistoryInMemory, server: ScriptedServer) -> AsyncIterator[Runner]:
    client = OpenAIClient(endpoint_at(server), KEY)
    yield runner_with(history, client)
    await client.aclose()


async def test_a_whole_run(
    runner: Runner, history: HistoryInMemory, listener: Listener, server: ScriptedServer
) -> None:
    run = await runner.run(chat(seed=123, max_tokens=12), "scripted", emit=listener)
    assert [type(event) for event in (listener.events[0], listener.events[-1])] == [RunStarted, RunEnded]
    assert listener.started[0].status is Status.STREAMING
    assert listener.ended == [run]
    assert history.finished == {1: run}
    assert (run.id, run.status, run.error, run.retries) == (1, Status.COMPLETE, None, 0)
    assert run.completions[0].text == listener.text()
    assert len(listener.text().split()) == 12
    assert run.completions[0].finish_reason == "length"
    assert run.fingerprints == ("fp_scripted1",)
    assert run.completion_tokens == 12
    assert run.headers == {"x-request-id": "req_1"}
    assert run.timing.first_token_ms is not None
    assert run.timing.total_ms is not None
    assert 0 < run.timing.first_token_ms <= run.timing.total_ms
    assert run.response is not None
    assert run.response["choices"][0]["message"]["content"] == listener.text()
    assert server.requests[0].json["seed"] == 123


@pytest.mark.parametrize(
    "answer", [sse(), sse(done=False), text("Hi", finish_reason=None), sse(chunk("Hi", finish_reason=""))]
)
async def test_a_stream_that_ends_without_a_reason(runner: Runner, server: ScriptedServer, answer: Any) -> None:
    server.script(answer)
    run = await runner.run(chat(), "scripted")
    assert (run.status, run.error) == (Status.ENDED_WITHOUT_REASON, None)


async def test_two_choices(runner: Runner, listener: Listener) -> None:
    run = await runner.run(chat(seed=1, n=2), "scripted", emit=listener)
    assert run.status is Status.COMPLETE
    assert [one.text for one in run.completions] == [listener.text(index=0), listener.text(index=1)]
    assert run.completions[0].text != run.completions[1].text


@pytest.mark.parametrize(
    "chunks",
    [
        [chunk("a", finish_reason="stop")],
        [chunk("a", finish_reason="stop"), chunk("b", index=1)],
    ],
)
async def test_a_choice_that_never_finished(runner: Runner, server: ScriptedServer, chunks: Any) -> None:
    server.script(sse(*chunks))
    run = await runner.run(chat(n=2), "scripted")
    assert run.status is Status.ENDED_WITHOUT_REASON


async def test_retries_are_told_and_counted(runner: Runner, server: ScriptedServer, listener: Listener) -> None:
    server.script(status(503, retry_after_ms="1"), status(429, retry_after_ms="2"), text("There"))
    run = await runner.run(chat(), "scripted", emit=listener)
    assert (run.status, run.retries, run.completions[0].text) == (Status.COMPLETE, 2, "There")
    assert listener.notices == [
        "The endpoint scripted failed (503): try again later, or look at its log. It is sent again in 0.0 s (1 of 2).",
        "The endpoint scripted takes no more requests for now (429): wait a little, or send fewer at a time."
        " It is sent again in 0.0 s (2 of 2).",
    ]


async def test_a_run_that_breaks_off_keeps_its_text(
    runner: Runner, server: ScriptedServer, history: HistoryInMemory
) -> None:
    server.script(cut(chunk("Half a "), chunk("story")))
    run = await runner.run(chat(), "scripted")
    assert run.status is Status.FAILED
    assert run.error is not None
    assert run.error.kind == "connection"
    assert history.finished[1].completions[0].text == "Half a story"
    assert run.fingerprints == ("fp_scripted1",)


@pytest.mark.parametrize(
    ("settings", "asked", "kind", "http"),
    [
        ({"key": "sk-right"}, {}, "key", 401),
        ({"refuse_unknown": True}, {"model": "gpt-9"}, "http", 404),
    ],
)
async def test_refusals_are_kept_with_their_reason(
    history: HistoryInMemory, settings: Any, asked: Any, kind: str, http: int
) -> None:
    async with ScriptedServer(**settings) as server:
        client = OpenAIClient(endpoint_at(server), KEY)
        run = await runner_with(history, client).run(chat(**asked), "scripted")
        await client.aclose()
    assert run.status is Status.FAILED
    assert run.error is not None
    assert (run.error.kind, run.error.http_status) == (kind, http)
    assert history.finished[1] == run
    assert run.completions == ()


async def test_a_dead_server(history: HistoryInMemory, listener: Listener) -> None:
    async with ScriptedServer() as server:
        endpoint = endpoint_at(server)

    async def sleep(seconds: float) -> None:
        return

    client = OpenAIClient(endpoint, KEY, sleep=sleep)
    run = await runner_with(history, client).run(chat(), "scripted", emit=listener)
    assert run.error is not None
    assert (run.error.kind, run.retries, len(listener.notices)) == ("refused", 2, 2)
    await client.aclose()


async def test_an_endpoint_that_cannot_be_had(history: HistoryInMemory) -> None:
    def client_of(name: str) -> Any:
        raise EndpointError(RunError("key", f"The endpoint {name} needs a key: set the variable X."))

    run = await Runner(history, client_of).run(chat(), "far")  # type: ignore[arg-type]
    assert run.error == RunError("key", "The endpoint far needs a key: set the variable X.")
    assert history.finished[1] == run


@pytest.mark.parametrize("where", ["stream", "client_of"])
async def test_a_fault_of_our_own_ends_the_run_too(history: HistoryInMemory, where: str) -> None:
    def client_of(name: str) -> Any:
        if where == "client_of":
            raise KeyError(KEY)
        return ScriptedClient(Chunk(chunk("Hi")), KeyError(KEY))

    run = await Runner(history, client_of).run(chat(), "far")  # type: ignore[arg-type]
    assert run.error is not None
    assert run.error.kind == "internal"
    assert KEY not in run.error.message
    assert [one.text for one in run.completions] == (["Hi"] if where == "stream" else [])


@pytest.mark.parametrize("broken", ["cut", "stalled", "cancelled", "engine"])
async def test_a_completion_that_had_its_reason_is_complete_whatever_came_next(
    runner: Runner, server: ScriptedServer, listener: Listener, broken: str
) -> None:
    """Such a run once counted as failed: only its token count was missing."""
    whole = chunk("Whole", finish_reason="stop")
    if broken == "engine":
        gone = EndpointError(RunError("engine", "The engine ended."))
        run = await runner_with(HistoryInMemory(), ScriptedClient(Chunk(whole), gone)).run(chat(), "local")
    else:
        server.script(cut(whole) if broken == "cut" else stall(whole))
        task = asyncio.create_task(
            runner.run(chat(), "scripted", timeout=2 if broken == "stalled" else None, emit=listener)
        )
        if broken == "cancelled":
            await listener.when(lambda event: isinstance(event, RunText)).wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        else:
            await task
        run = listener.ended[0]
    assert (run.status, run.error, run.completions[0].text) == (Status.COMPLETE, None, "Whole")


async def test_an_error_that_the_endpoint_tells_of_is_one_even_after_a_reason(
    runner: Runner, server: ScriptedServer
) -> None:
    server.script(sse(chunk("Half", finish_reason="error", error={"message": "boom"})))
    run = await runner.run(chat(), "scripted")
    assert (run.status, run.completions[0].text) == (Status.FAILED, "Half")


async def test_one_choice_without_a_reason_leaves_the_run_failed(runner: Runner, server: ScriptedServer) -> None:
    server.script(cut(chunk("Whole", finish_reason="stop"), chunk("Ha", index=1)))
    run = await runner.run(chat(n=2), "scripted")
    assert run.status is Status.FAILED


async def test_cancelling_keeps_the_text_and_closes_the_connection(
    runner: Runner, server: ScriptedServer, history: HistoryInMemory, listener: Listener
) -> None:
    gate = Gate()
    server.script(text("Half", gate, " of it"))
    came = listener.when(lambda event: isinstance(event, RunText))
    task = asyncio.create_task(runner.run(chat(), "scripted", emit=listener))
    await came.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await server.until(lambda: server.closed_early == 1)
    run = history.finished[1]
    assert listener.ended == [run]
    assert (run.status, run.error, run.completions[0].text) == (Status.CANCELLED, None, "Half")


async def test_cancelling_while_it_waits_to_send_again(
    runner: Runner, server: ScriptedServer, history: HistoryInMemory, listener: Listener
) -> None:
    server.script(status(429, retry_after="50"))
    noticed = listener.when(lambda event: bool(listener.notices))
    task = asyncio.create_task(runner.run(chat(), "scripted", emit=listener))
    await noticed.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (history.finished[1].status, history.finished[1].retries) == (Status.CANCELLED, 1)
    assert len(server.requests) == 1


async def test_the_deadline_keeps_the_text(history: HistoryInMemory, listener: Listener) -> None:
    client = ScriptedClient(Sending(), Opened(), Chunk(chunk("Half")), asyncio.Event())
    run = await runner_with(history, client).run(chat(), "far", timeout=0.01, emit=listener)
    assert run.status is Status.FAILED
    assert run.error == RunError(
        "timeout",
        "The run was not over within its deadline of 0.01 s: what came by then is kept;"
        " raise its timeout if it needs longer.",
    )
    assert run.completions[0].text == listener.text() == "Half"
    assert history.finished[1] == run
    assert client.closed == 1


async def test_the_deadline_closes_the_connection(runner: Runner, server: ScriptedServer) -> None:
    server.hold(after=0)
    run = await runner.run(chat(), "scripted", timeout=0.05)
    assert run.error is not None
    assert run.error.kind == "timeout"
    await server.until(lambda: server.closed_early == len(server.requests))


async def test_loading_the_sdk_is_no_part_of_the_deadline(history: HistoryInMemory) -> None:
    """The first run with a short deadline once failed before anything was sent."""

    class SlowToLoad(ScriptedClient):
        async def prepare(self) -> None:
            await asyncio.sleep(0.5)

    client = SlowToLoad(Chunk(chunk("Whole", finish_reason="stop")))
    run = await runner_with(history, client).run(chat(), "far", timeout=0.4)
    assert (run.status, run.completions[0].text) == (Status.COMPLETE, "Whole")


async def test_two_runs_at_once(
    runner: Runner, server: ScriptedServer, history: HistoryInMemory, listener: Listener
) -> None:
    server.hold(after=3)
    both = listener.when(lambda event: all(len(listener.text(run_id).split()) == 3 for run_id in (1, 2)))
    tasks = [asyncio.create_task(runner.run(chat(seed=seed), "scripted", emit=listener)) for seed in (1, 2)]
    await both.wait()
    tasks[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    server.release()
    whole = await tasks[1]
    assert (history.finished[1].status, whole.status) == (Status.CANCELLED, Status.COMPLETE)
    assert whole.completions[0].text == listener.text(whole.id)
    assert whole.completions[0].text.startswith(history.finished[1].completions[0].text)
    assert len(listener.ended) == 2


async def test_a_seed_sent_under_another_name_is_kept_as_a_seed(
    history: HistoryInMemory, server: ScriptedServer
) -> None:
    client = OpenAIClient(endpoint_at(server, rename={"seed": "random_seed"}), KEY)
    await runner_with(history, client).run(chat(seed=5), "scripted")
    await client.aclose()
    assert (server.requests[0].json["random_seed"], history.finished[1].request.seed) == (5, 5)


async def test_text_is_saved_while_it_comes(runner: Runner, server: ScriptedServer, history: HistoryInMemory) -> None:
    gate = Gate()
    server.script(text("Once", gate, " more"))
    task = asyncio.create_task(runner.run(chat(), "scripted"))
    await history.appended.wait()
    assert history.saved(1) == "Once"
    gate.open()
    run = await task
    assert run.completions[0].text == "Once more"
    assert history.calls[-1] == "finish"


async def test_who_answers_is_saved_in_one_go_with_the_text(history: HistoryInMemory) -> None:
    """A process killed between the two once left a text of which nobody knew the fingerprint."""
    client = ScriptedClient(Chunk(chunk("Once", fingerprint="fp_1")), hold := asyncio.Event())
    task = asyncio.create_task(runner_with(history, client).run(chat(), "far"))
    await history.appended.wait()
    assert history.calls.count("append") == 1
    assert [run.fingerprints for run in history.identified] == [("fp_1",)]
    hold.set()
    await task


async def test_one_flush_saves_the_text_of_all_runs(history: HistoryInMemory) -> None:
    client = ScriptedClient(*[Chunk(chunk("word "))] * 50, hold := asyncio.Event())
    runner = runner_with(history, client)
    tasks = [asyncio.create_task(runner.run(chat(), "far")) for _ in range(3)]
    await history.appended.wait()
    assert [history.saved(run_id) for run_id in (1, 2, 3)] == ["word " * 50] * 3
    assert history.calls.count("append") == 1
    assert len(history.pieces) == 3
    hold.set()
    await asyncio.gather(*tasks)


async def test_text_comes_at_once_and_is_then_bundled(history: HistoryInMemory, listener: Listener) -> None:
    words = [f"{number} " for number in range(2000)]
    client = ScriptedClient(*(Chunk(chunk(word, index=number % 2)) for number, word in enumerate(words)))
    await runner_with(history, client).run(chat(n=2), "far", emit=listener)
    told = [event for event in listener.events if isinstance(event, RunText)]
    assert told[0].deltas == (TextDelta(0, "0 "),)
    assert len(told) < 200
    assert (listener.text(index=0), listener.text(index=1)) == ("".join(words[::2]), "".join(words[1::2]))


async def test_bundled_text_does_not_wait_for_more(history: HistoryInMemory, listener: Listener) -> None:
    client = ScriptedClient(Chunk(chunk("one")), Chunk(chunk(" two")), hold := asyncio.Event())
    came = listener.when(lambda event: listener.text() == "one two")
    task = asyncio.create_task(runner_with(history, client).run(chat(), "far", emit=listener))
    await came.wait()
    hold.set()
    await task


async def test_half_a_character_at_the_end_is_told_too(history: HistoryInMemory, listener: Listener) -> None:
    client = ScriptedClient(Chunk(chunk("a\ud83d")))
    run = await runner_with(history, client).run(chat(), "far", emit=listener)
    assert run.completions[0].text == listener.text() == "a\ufffd"


async def test_preparations_are_told(history: HistoryInMemory, listener: Listener) -> None:
    client = ScriptedClient(Preparing("Loading the local model."), Sending(), Chunk(chunk("a", finish_reason="stop")))
    run = await runner_with(history, client).run(chat(), "local", emit=listener)
    assert listener.notices == ["Loading the local model."]
    assert run.status is Status.COMPLETE


FULL = HistoryError("full", "The disk is full: free some space.")


async def test_a_history_that_cannot_begin_a_run_sends_nothing(server: ScriptedServer, listener: Listener) -> None:
    history = HistoryInMemory(failing={"start": FULL})
    client = OpenAIClient(endpoint_at(server), KEY)
    run = await runner_with(history, client).run(chat(), "scripted", emit=listener)
    assert run.id == 0
    assert run.error == RunError("disk", "The disk is full: free some space. Nothing was sent.")
    assert [type(event) for event in listener.events] == [RunStarted, RunEnded]
    assert server.requests == []


async def test_a_history_that_cannot_end_a_run_still_shows_it(runner: Runner, listener: Listener) -> None:
    history = HistoryInMemory(failing={"append": FULL, "finish": FULL})
    client = ScriptedClient(Chunk(chunk("Whole", finish_reason="stop")))
    run = await runner_with(history, client).run(chat(), "far", emit=listener)
    assert run.status is Status.FAILED
    assert run.error == RunError("disk", "The disk is full: free some space.")
    assert (run.completions[0].text, listener.ended) == ("Whole", [run])


async def test_a_disk_that_was_full_for_a_while_does_no_harm(listener: Listener) -> None:
    history = HistoryInMemory(failing={"append": FULL})
    tried = asyncio.Event()
    client = ScriptedClient(Chunk(chunk("Who")), tried, Chunk(chunk("le", finish_reason="stop")))
    task = asyncio.create_task(runner_with(history, client).run(chat(), "far", emit=listener))
    await history.appended.wait()
    tried.set()
    run = await task
    assert (run.status, history.finished[1].completions[0].text) == (Status.COMPLETE, "Whole")


async def test_any_other_error_of_the_history_is_told(history: HistoryInMemory) -> None:
    history.failing["start"] = RuntimeError(KEY)
    run = await runner_with(history, ScriptedClient()).run(chat(), "far")
    assert run.error is not None
    assert run.error.kind == "disk"
    assert KEY not in run.error.message


async def test_a_listener_that_fails_loses_nothing(history: HistoryInMemory) -> None:
    def broken(event: RunEvent) -> None:
        if isinstance(event, RunText):
            raise BrokenPipeError

    client = ScriptedClient(Chunk(chunk("Half")), asyncio.Event())
    with pytest.raises(BrokenPipeError):
        await runner_with(history, client).run(chat(), "far", emit=broken)
    assert history.finished[1].status is Status.CANCELLED
    assert history.finished[1].completions[0].text == "Half"
    assert client.closed == 1


def test_the_runner_does_not_import_the_sdk() -> None:
    program = (
        "import sys, seedtui.runner\n"
        "print([name for name in ('openai', 'httpx2', 'textual', 'rich') if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
