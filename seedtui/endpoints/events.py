"""What an endpoint says while it answers one request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from seedtui.core.request import Request
from seedtui.core.run import RunError
from seedtui.core.secret import NO_VEIL, Veil


@dataclass(frozen=True)
class Preparing:
    """Something must be done before the request can be sent: the local model is being loaded.

    Attributes:
        message: One plain phrase for the status line.
    """

    message: str


@dataclass(frozen=True)
class Sending:
    """The request is being sent now: a run's time counts from here, from the last one if it is sent again."""


@dataclass(frozen=True)
class Retrying:
    """The request failed in a way that may pass, and will be sent again after a wait.

    Attributes:
        attempt: Which repetition this will be, from 1.
        attempts: How many repetitions there may be.
        wait: Seconds until it is sent.
        reason: One plain sentence: why.
        limited: Whether the endpoint asks for fewer requests, rather than having failed.
    """

    attempt: int
    attempts: int
    wait: float
    reason: str
    limited: bool = False


@dataclass(frozen=True)
class Opened:
    """The endpoint began to answer.

    Attributes:
        headers: The response headers worth keeping, lower-case names.
        veil: Keeps the key out of what follows: a chunk may hold it, or a part of it.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    veil: Veil = NO_VEIL


@dataclass(frozen=True)
class Chunk:
    """One chunk of the stream, as the endpoint sent it: whoever puts it together takes the key out (`Opened.veil`)."""

    body: Mapping[str, Any]


EndpointEvent = Preparing | Sending | Retrying | Opened | Chunk


class EndpointError(Exception):
    """The endpoint did not answer, or its answer broke off. Carries what to tell the user."""

    def __init__(self, error: RunError) -> None:
        super().__init__(error.message)
        self.error = error


class Client(Protocol):
    """What the runner needs of an endpoint."""

    async def prepare(self) -> None:
        """Load the code that a first request needs, which may take half a second.

        That time is this program's own, so no deadline counts it.
        """
        ...

    def stream(self, request: Request) -> AsyncIterator[EndpointEvent]:
        """Send the request and yield what comes.

        The stream's end is the iterator's end; closing the iterator closes the connection.

        Raises:
            EndpointError: If no answer came, or it broke off.
        """
        ...

    async def models(self) -> tuple[str, ...]:
        """List the models that the endpoint serves.

        Raises:
            EndpointError: If it does not say.
        """
        ...

    async def aclose(self) -> None:
        """Close what is open."""
        ...
