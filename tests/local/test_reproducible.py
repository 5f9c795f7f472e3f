"""The same request with one seed gives the same text, whatever is asked beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from seedtui.config import LocalSettings
from seedtui.core.request import Request
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
    def request(words: int, seed: int) -> Request:
        messages = [{"role": "user", "content": "Tell me of the sea. " + "word " * words}]
        return Request({"messages": messages, "max_tokens": 8, "seed": seed, "logprobs": True, "top_logprobs": 3})

    async def probabilities(request: Request) -> Any:
        body = (await take(client, request)).body()
        assert body is not None
        return body["choices"][0]["logprobs"]["content"]

    requests = [request(words, seed) for words in (0, 7, 8, 150) for seed in (1, 2)]
    alone = [await probabilities(one) for one in requests]
    together = await asyncio.gather(*(probabilities(one) for one in requests))
    assert together == alone
    assert len(alone[0]) == 8


async def test_several_choices_differ_and_come_again(client: LocalClient) -> None:
    first, again = [(await take(client, opening(seed=5, n=3))).completions() for _ in range(2)]
    assert [one.index for one in first] == [0, 1, 2]
    assert len({one.text for one in first}) == 3
    assert first == again
    assert first[0].text == await text_of(client, opening(seed=5))
