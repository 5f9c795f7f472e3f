"""The real engine answers as an endpoint does, and ends as it should."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from seedtui.config import LOCAL_MODEL, LocalSettings
from seedtui.core.request import Request
from seedtui.endpoints.engine_process import log_path
from seedtui.endpoints.events import Chunk, EndpointError, Preparing
from seedtui.endpoints.local import LocalClient
from support.local_model import opening, story, take, text_of
from support.processes import Watched

pytestmark = pytest.mark.local

ROOT = Path(__file__).parent.parent.parent
SECRET = "Gwyddbwyll"


@pytest.fixture
async def client(built_in: Path) -> AsyncIterator[LocalClient]:
    made = LocalClient(LocalSettings(context=512))
    yield made
    await made.aclose()


async def told(client: LocalClient, request: Request) -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        await take(client, request)
    return caught.value


async def test_it_answers_as_an_endpoint_does(client: LocalClient) -> None:
    assert await client.models() == (LOCAL_MODEL,)
    answer = await take(client, story(model=LOCAL_MODEL, seed=1, max_tokens=5))
    body = answer.body()
    assert body is not None
    assert body["model"] == LOCAL_MODEL
    assert body["usage"]["completion_tokens"] == 5
    assert body["usage"]["prompt_tokens_details"]["cached_tokens"] == 0
    assert answer.fingerprints == ("b0-unknown",)
    assert answer.completions()[0].finish_reason == "length"


async def test_its_log_holds_no_prompt(client: LocalClient) -> None:
    message = {"role": "user", "content": SECRET}
    assert await text_of(client, Request({"messages": [message], "max_tokens": 3}))
    assert await text_of(client, opening(prompt=f"{SECRET} is a word that", stop=[SECRET], max_tokens=3))
    too_long = await told(client, Request({"prompt": f"{SECRET} " * 600}))
    assert too_long.error.http_status == 400
    await told(client, Request({"messages": [{"role": SECRET, "content": 5}]}))
    await told(client, Request({"messages": SECRET}))
    await told(client, opening(prompt=SECRET, temperature=SECRET, seed=SECRET))
    log = log_path().read_text()
    assert LOCAL_MODEL in log
    assert SECRET.lower() not in log.lower()


async def test_a_crash_in_mid_stream_is_told_and_the_next_request_starts_another(client: LocalClient) -> None:
    before = await text_of(client, story(seed=1))
    async with aclosing(client.stream(story(seed=1, max_tokens=400))) as events:
        while not isinstance(await anext(events), Chunk):
            pass
        os.kill((await client._engine.ensure()).process.pid, signal.SIGKILL)
        with pytest.raises(EndpointError) as caught:
            async for _ in events:
                pass
    assert caught.value.error.kind == "engine"
    assert str(log_path()) in caught.value.error.message
    assert await text_of(client, story(seed=1)) == before


async def test_a_stream_that_is_left_leaves_room_for_the_next(client: LocalClient) -> None:
    for _ in range(2 * LocalSettings.parallel):
        async with aclosing(client.stream(story(max_tokens=400))) as events:
            while not isinstance(await anext(events), Chunk):
                pass
    assert await text_of(client, story(seed=1))


@pytest.mark.parametrize("damage", ["cut", "noise", "empty"])
async def test_a_broken_model_is_told(weights: Path, tmp_path: Path, damage: str) -> None:
    model = tmp_path / "broken.gguf"
    with weights.open("rb") as whole:
        model.write_bytes({"cut": whole.read(5_000_000), "noise": os.urandom(50_000), "empty": b""}[damage])
    client = LocalClient(LocalSettings(model=model))
    failed = await told(client, story())
    await client.aclose()
    assert failed.error.kind == "engine"
    assert str(model) in failed.error.message
    assert str(log_path()) in failed.error.message
    assert "failed to load model" in log_path().read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes the way Linux shows them")
def test_it_dies_with_its_parent(weights: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "support" / "parent.py"), str(weights)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    engine_pid, other_pid = map(int, parent.stdout.readline().split())
    with Watched(engine_pid) as engine:
        assert engine.alive
        parent.kill()
        try:
            assert engine.ends()
        finally:
            os.kill(other_pid, signal.SIGKILL)
            parent.communicate()


async def test_nothing_is_loaded_before_it_is_asked(client: LocalClient) -> None:
    assert not log_path().exists()
    async with aclosing(client.stream(story())) as events:
        assert await anext(events) == Preparing(f"Loading {LOCAL_MODEL}")
    assert not log_path().exists()
