"""The same request with one seed gives the same text, whatever is asked beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from seedtui.config import LocalSettings
from seedtui.core.request import Request
from seedtui.endpoints.events import Chunk
from seedtui.endpoints.local import LocalClient
from support.local_model import opening, story, take, text_of

pytestmark = [pytest.mark.local, pytest.mark.asyncio(loop_scope="module")]

Make = Callable[..., Request]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalClient]:
    """One engine for all tests of this module."""
    made = LocalClient(LocalSettings(model=weights))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        await made.models()
    yield made
    await made.aclose()


@pytest.mark.parametrize("make", [story, opening], ids=["chat", "completions"])
async def test_one_seed_gives_one_text_alone_and_eight_at_a_time(client: LocalClient, make: Make) -> None:
    alone = [await text_of(client, make(seed=123)) for _ in range(2)]
    together = await asyncio.gather(*(text_of(client, make(seed=123)) for _ in range(8)))
    assert set(alone + together) == {alone[0]}
    assert alone[0]


@pytest.mark.parametrize("make", [story, opening], ids=["chat", "completions"])
async def test_other_seeds_and_no_seed_give_other_texts(client: LocalClient, make: Make) -> None:
    seeds: list[dict[str, Any]] = [{"seed": 123}, {"seed": 124}, {"seed": -1}, {"seed": -1}, {}, {}]
    texts = await asyncio.gather(*(text_of(client, make(**fields)) for fields in seeds))
    assert len(set(texts)) == len(seeds)


async def test_neighbours_change_nothing_not_even_the_probabilities(client: LocalClient) -> None:
    def request(words: int) -> Request:
        messages = [{"role": "user", "content": "Tell me of the sea. " + "word " * words}]
        return Request({"messages": messages, "max_tokens": 4, "seed": 1, "logprobs": True, "top_logprobs": 3})

    async def probabilities(words: int) -> Any:
        body = (await take(client, request(words))).body()
        assert body is not None
        return body["choices"][0]["logprobs"]["content"]

    lengths = (0, 8, 230)
    alone = [await probabilities(words) for words in lengths]
    async with neighbour(client, 1), neighbour(client, 2):
        beside = [await probabilities(words) for words in lengths]
    together = await asyncio.gather(*(probabilities(words) for words in lengths * 2))
    assert beside == alone
    assert together == alone * 2
    assert len(alone[0]) == 4


@asynccontextmanager
async def neighbour(client: LocalClient, seed: int) -> AsyncIterator[None]:
    """Have the model write something else for as long as the block takes."""
    begun = asyncio.Event()

    async def write() -> None:
        async with aclosing(client.stream(opening(seed=seed, max_tokens=3000, ignore_eos=True))) as events:
            async for event in events:
                if isinstance(event, Chunk):
                    begun.set()

    writing = asyncio.create_task(write())
    await begun.wait()
    yield
    assert not writing.done()
    writing.cancel()
    await asyncio.wait([writing])


async def test_several_choices_differ_and_come_again(client: LocalClient) -> None:
    first, again = [(await take(client, opening(seed=5, n=3))).completions() for _ in range(2)]
    assert [one.index for one in first] == [0, 1, 2]
    assert len({one.text for one in first}) == 3
    assert first == again
    assert first[0].text == await text_of(client, opening(seed=5))
