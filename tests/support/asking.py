"""Asks an endpoint one request and keeps all it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seedtui.config import Endpoint
from seedtui.core.request import Request
from seedtui.core.response import ResponseBuilder
from seedtui.core.run import RunError
from seedtui.endpoints.client import OpenAIClient
from seedtui.endpoints.events import Chunk, EndpointError, EndpointEvent, Opened, Retrying
from support.scripted_server import ScriptedServer

KEY = "sk-secret-0123456789abcdef"


@dataclass(frozen=True)
class Answered:
    """What came of one request."""

    events: tuple[EndpointEvent, ...]
    error: RunError | None
    builder: ResponseBuilder

    @property
    def text(self) -> str:
        """The text of the first choice."""
        found = self.builder.completions()
        return found[0].text if found else ""

    @property
    def retries(self) -> list[Retrying]:
        """The repetitions."""
        return [event for event in self.events if isinstance(event, Retrying)]

    @property
    def opened(self) -> Opened:
        """The beginning of the answer."""
        return next(event for event in self.events if isinstance(event, Opened))


def chat(**fields: Any) -> Request:
    """Return a small chat request with further fields."""
    return Request({"model": "scripted-1", "messages": [{"role": "user", "content": "Hello"}], **fields})


def endpoint_at(server: ScriptedServer, **settings: Any) -> Endpoint:
    """Return an endpoint for the server, called `scripted`, its key in `SCRIPTED_KEY`."""
    return Endpoint(**{"name": "scripted", "base_url": server.base_url, "key_env": "SCRIPTED_KEY", **settings})


async def ask(client: OpenAIClient, request: Request | None = None) -> Answered:
    """Send a request and take in the whole answer."""
    request = request or chat()
    builder, events, failure = ResponseBuilder(request.api), [], None
    try:
        async for event in client.stream(request):
            events.append(event)
            if isinstance(event, Opened):
                builder.veil = event.veil
            if isinstance(event, Chunk):
                builder.add(event.body)
    except EndpointError as error:
        failure = error.error
    builder.flush()
    return Answered(tuple(events), failure, builder)


async def ask_once(server: ScriptedServer, request: Request | None = None, **settings: Any) -> Answered:
    """Send a request to the server with a client of its own that never sends twice."""
    key = settings.pop("key", KEY)
    client = OpenAIClient(endpoint_at(server, **{"retries": 0, "read_timeout": 5.0, **settings}), key)
    try:
        return await ask(client, request)
    finally:
        await client.aclose()
