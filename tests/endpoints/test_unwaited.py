"""What cannot be called off keeps nobody from leaving."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from seedtui.config import Endpoint
from seedtui.endpoints.client import OpenAIClient
from seedtui.endpoints.unwaited import Unwaited
from support.asking import ask

PATIENCE = 60.0


@pytest.fixture
def silent_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Name servers that do not answer before this is set."""
    answered = threading.Event()

    def look_up(*arguments: Any, **options: Any) -> Any:
        answered.wait(PATIENCE)
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield answered
    answered.set()


def test_nobody_waits_at_the_end_for_a_name_server_that_does_not_answer(silent_names: threading.Event) -> None:
    """A run with a deadline of one second once took half a minute to leave."""
    before = threading.enumerate()
    endpoint = Endpoint("slow", "http://slow.example/v1", connect_timeout=0.05, retries=0)

    async def go() -> str:
        client = OpenAIClient(endpoint, None)
        answered = await ask(client)
        await client.aclose()
        return answered.error.kind if answered.error else ""

    assert asyncio.run(go()) == "timeout"
    assert not silent_names.is_set()
    asking = [one for one in threading.enumerate() if one.name == "unwaited" and one not in before]
    assert [thread.daemon for thread in asking] == [True]


async def test_what_is_worked_out_and_what_fails_come_back() -> None:
    asyncio.get_running_loop().set_default_executor(Unwaited())
    assert await asyncio.to_thread(int, "7") == 7
    with pytest.raises(ValueError, match="seven"):
        await asyncio.to_thread(int, "seven")
