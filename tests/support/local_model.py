"""The built-in model's real weights, for tests that carry the marker `local`."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from seedtui import paths
from seedtui.core.request import Request
from seedtui.core.response import ResponseBuilder
from seedtui.endpoints import weights as weights_module
from seedtui.endpoints.events import Chunk, EndpointEvent
from seedtui.endpoints.local import LocalClient

# Before any test has changed it: fetching takes the machine's own settings for mirrors and proxies.
_ENVIRONMENT = dict(os.environ)


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The weights' path: the user's own if they are there, else fetched once for all tests of this session."""
    with patch.dict(os.environ, _ENVIRONMENT, clear=True):
        if weights_module.is_present():
            yield weights_module.path()
            return
        base = tmp_path_factory.getbasetemp()
        shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
        with patch.object(paths, "weights_folder", lambda: shared / "weights"), (shared / "turn").open("wb") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            found = weights_module.pull(lambda done, total: None, threading.Event())
    yield found


@pytest.fixture
def built_in(weights: Path, home: Path) -> Path:
    """Put the weights where the app looks for them in this test's home; return the file's path there."""
    there = weights_module.path()
    paths.make_private_folder(there.parent)
    there.symlink_to(weights)
    return there


async def take(client: LocalClient, request: Request) -> ResponseBuilder:
    """Send a request and take in the whole answer."""
    builder = ResponseBuilder(request.api)
    async with aclosing(client.stream(request)) as events:
        await _take_rest(builder, events)
    return builder


async def text_of(client: LocalClient, request: Request) -> str:
    """Send a request and return the text of its first choice."""
    return (await take(client, request)).completions()[0].text


async def _take_rest(builder: ResponseBuilder, events: AsyncGenerator[EndpointEvent, None]) -> None:
    async for event in events:
        if isinstance(event, Chunk):
            builder.add(event.body)
    builder.flush()


def story(**fields: Any) -> Request:
    """Return a request for a story, with further fields."""
    messages = [{"role": "user", "content": "Tell me a story about a lighthouse."}]
    return Request({"messages": messages, "max_tokens": 40, "temperature": 0.7, **fields})


def opening(**fields: Any) -> Request:
    """Return a request to go on from the opening of a story, with further fields."""
    return Request({"prompt": "Once upon a time on Mars,", "max_tokens": 40, "temperature": 0.7, **fields})
