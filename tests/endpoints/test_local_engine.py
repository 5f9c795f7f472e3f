"""The engine's process: started once, told in private, gone when it should be; with a stand-in for llama.cpp."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path

import pytest

from seedtui.config import LocalSettings
from seedtui.core.request import Request
from seedtui.endpoints.client import OpenAIClient
from seedtui.endpoints.engine_process import log_path
from seedtui.endpoints.events import Chunk, EndpointError, Preparing
from seedtui.endpoints.local import LocalClient, LocalEngine
from support.fake_engine import FakeEngine, fake_engine
from support.local_model import take, text_of
from support.processes import Watched

__all__ = ["fake_engine"]

ROOT = Path(__file__).parent.parent.parent
PARENT = ROOT / "tests" / "support" / "parent.py"
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes the way Linux shows them")

HELLO = Request({"messages": [{"role": "user", "content": "hello"}]})
STALLS = Request({"messages": [{"role": "user", "content": "hello"}], "seed": 1})


@pytest.fixture
def settings(tmp_path: Path) -> LocalSettings:
    model = tmp_path / "small.gguf"
    model.write_bytes(b"GGUF")
    return LocalSettings(model=model)


@pytest.fixture
async def engine(settings: LocalSettings, fake_engine: FakeEngine) -> AsyncIterator[LocalEngine]:
    made = LocalEngine(settings)
    yield made
    await made.stop()


@pytest.fixture
async def client(settings: LocalSettings, fake_engine: FakeEngine) -> AsyncIterator[LocalClient]:
    made = LocalClient(settings)
    yield made
    await made.aclose()


async def sentence(engine: LocalEngine) -> str:
    with pytest.raises(EndpointError) as caught:
        await engine.ensure()
    assert caught.value.error.kind == "engine"
    return caught.value.error.message


async def test_it_answers_under_its_own_name(client: LocalClient) -> None:
    assert await client.models() == ("small",)
    assert await text_of(client, HELLO) == "first last"


async def test_loading_is_told_before_it_begins(client: LocalClient, fake_engine: FakeEngine) -> None:
    async with aclosing(client.stream(HELLO)) as events:
        assert await anext(events) == Preparing("Loading small")
        events_left = [event async for event in events]
    assert not any(isinstance(event, Preparing) for event in events_left)


async def test_callers_at_the_same_time_share_one_engine(engine: LocalEngine) -> None:
    first, second = await asyncio.gather(engine.ensure(), engine.ensure())
    assert first is second
    assert await engine.ensure() is first


async def test_a_caller_that_gives_up_leaves_the_start_to_the_others(
    engine: LocalEngine, fake_engine: FakeEngine
) -> None:
    hasty, patient = asyncio.create_task(engine.ensure()), asyncio.create_task(engine.ensure())
    await asyncio.to_thread(fake_engine.loading)
    hasty.cancel()
    assert (await patient).alive


async def test_stopping_ends_it_and_another_can_be_started(engine: LocalEngine) -> None:
    first = await engine.ensure()
    await engine.stop()
    assert first.process.returncode is not None
    assert not engine.is_ready
    second = await engine.ensure()
    assert second.process.pid != first.process.pid


@linux
async def test_stopping_ends_it_while_it_loads(engine: LocalEngine, fake_engine: FakeEngine) -> None:
    fake_engine.does("stuck")
    start = asyncio.create_task(engine.ensure())
    with Watched(await asyncio.to_thread(fake_engine.loading)) as child:
        await engine.stop()
        assert not child.alive
    with pytest.raises(asyncio.CancelledError):
        await start


async def test_it_has_a_session_of_its_own(engine: LocalEngine) -> None:
    pid = (await engine.ensure()).process.pid
    assert os.getsid(pid) == pid


@linux
async def test_it_has_nothing_of_the_terminal_and_its_key_is_told_in_private(engine: LocalEngine) -> None:
    serving = await engine.ensure()
    proc = Path(f"/proc/{serving.process.pid}")
    assert (proc / "fd/1").readlink() == (proc / "fd/2").readlink() == log_path()
    assert str((proc / "fd/0").readlink()).startswith(("pipe:", "socket:"))
    assert len(serving.key) > 20
    assert serving.key.encode() not in (proc / "cmdline").read_bytes() + (proc / "environ").read_bytes()
    assert serving.key not in repr(serving)


async def test_the_folder_it_is_started_in_does_not_matter(
    engine: LocalEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "json.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert (await engine.ensure()).alive


async def test_each_start_has_a_private_log_and_the_last_one_is_kept(engine: LocalEngine) -> None:
    await engine.ensure()
    first = log_path().read_text()
    assert "small.gguf" in first
    assert log_path().stat().st_mode & 0o777 == 0o600
    await engine.stop()
    await engine.ensure()
    assert log_path().read_text() == first
    assert log_path().with_name("engine.log.old").read_text() == first
    assert len(list(log_path().parent.iterdir())) == 2


async def test_a_missing_package_is_told(engine: LocalEngine, fake_engine: FakeEngine) -> None:
    fake_engine.does("missing")
    assert 'pip install "seedtui[local]"' in await sentence(engine)


async def test_a_model_that_does_not_load_is_told_and_may_be_tried_again(
    engine: LocalEngine, fake_engine: FakeEngine
) -> None:
    fake_engine.does("refuse")
    told = await sentence(engine)
    assert "small.gguf" in told
    assert str(log_path()) in told
    assert "Failed to init server" in log_path().read_text()
    fake_engine.does("serve")
    assert (await engine.ensure()).alive


async def test_a_crash_while_loading_is_told(engine: LocalEngine, fake_engine: FakeEngine) -> None:
    fake_engine.does("crash")
    told = await sentence(engine)
    assert "SIGSEGV" in told
    assert str(log_path()) in told


async def test_missing_weights_are_told_before_anything_is_started() -> None:
    assert "seedtui pull" in await sentence(LocalEngine(LocalSettings()))
    assert not log_path().exists()


async def test_a_missing_model_file_is_told(tmp_path: Path) -> None:
    assert "gone.gguf is not there" in await sentence(LocalEngine(LocalSettings(model=tmp_path / "gone.gguf")))


async def test_a_log_that_cannot_be_written_is_told(engine: LocalEngine) -> None:
    log_path().parent.parent.mkdir(parents=True)
    log_path().parent.write_text("in the way")
    assert str(log_path().parent) in await sentence(engine)


async def test_a_model_that_it_does_not_have_is_refused(client: LocalClient) -> None:
    with pytest.raises(EndpointError) as caught:
        await take(client, Request({**HELLO.body, "model": "gpt-4o"}))
    assert caught.value.error.kind == "settings"
    assert "small" in caught.value.error.message
    assert "gpt-4o" in caught.value.error.message
    assert await text_of(client, Request({**HELLO.body, "model": "small"})) == "first last"


async def test_prompts_are_read_one_at_a_time(client: LocalClient, fake_engine: FakeEngine) -> None:
    assert await asyncio.gather(*(text_of(client, HELLO) for _ in range(4))) == ["first last"] * 4
    fake_engine.loading()
    assert [fake_engine.news.readline().strip() for _ in range(8)] == ["asked", "answers"] * 4


async def test_whoever_waits_for_a_turn_may_give_up(client: LocalClient) -> None:
    async with aclosing(client.stream(HELLO)) as reading:
        # Held here, the first has its turn and has not had its first chunk.
        while isinstance(await anext(reading), Preparing):
            pass
        waiting = asyncio.create_task(text_of(client, HELLO))
        after = asyncio.create_task(text_of(client, HELLO))
        await asyncio.sleep(0)
        waiting.cancel()
        assert [event async for event in reading]
    assert await after == "first last"
    assert waiting.cancelled()


async def test_a_crash_in_mid_stream_is_told_and_the_next_request_starts_another(client: LocalClient) -> None:
    async with aclosing(client.stream(STALLS)) as events:
        while not isinstance(await anext(events), Chunk):
            pass
        first = await engine_of(client)
        os.kill(first, signal.SIGKILL)
        with pytest.raises(EndpointError) as caught:
            await anext(events)
    assert caught.value.error.kind == "engine"
    assert "SIGKILL" in caught.value.error.message
    assert str(log_path()) in caught.value.error.message
    assert await text_of(client, HELLO) == "first last"
    assert await engine_of(client) != first


async def test_callers_after_a_crash_share_one_connection(client: LocalClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two that came at once each made its own, and one of these was never closed."""
    await client.models()
    closed: list[OpenAIClient] = []
    close = OpenAIClient.aclose

    async def close_slowly(one: OpenAIClient) -> None:
        await asyncio.sleep(0.05)
        closed.append(one)
        await close(one)

    monkeypatch.setattr(OpenAIClient, "aclose", close_slowly)
    first = await client._engine.ensure()
    os.kill(first.process.pid, signal.SIGKILL)
    await first.process.wait()
    serving = await client._engine.ensure()
    made = await asyncio.gather(client._client(serving), client._client(serving))
    assert made[0] is made[1]
    await client.aclose()
    assert made[0] in closed


async def engine_of(client: LocalClient) -> int:
    return (await client._engine.ensure()).process.pid


@contextmanager
def parent(model: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that starts the engine."""
    process = subprocess.Popen(
        [sys.executable, str(PARENT), str(model)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@linux
def test_it_dies_with_its_parent(settings: LocalSettings, fake_engine: FakeEngine) -> None:
    assert settings.model is not None
    with parent(settings.model) as process:
        assert process.stdout is not None
        engine_pid, other_pid = map(int, process.stdout.readline().split())
        with Watched(engine_pid) as engine, Watched(other_pid) as other:
            assert engine.alive
            process.kill()
            try:
                assert engine.ends()
                # It had everything that a child inherits, so the pipe's end was not among it.
                assert other.alive
            finally:
                os.kill(other_pid, signal.SIGKILL)


@linux
def test_it_dies_with_its_parent_while_it_loads(settings: LocalSettings, fake_engine: FakeEngine) -> None:
    assert settings.model is not None
    fake_engine.does("stuck")
    with parent(settings.model) as process, Watched(fake_engine.loading()) as engine:
        assert engine.alive
        process.kill()
        try:
            assert engine.ends()
        finally:
            if engine.alive:
                os.kill(engine.pid, signal.SIGKILL)
