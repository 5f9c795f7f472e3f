"""What a row of the table of faults says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from seedtui.core.run import Status
from support.scripted_server import Answer, ScriptedServer, text


@dataclass(frozen=True)
class Scene:
    """What a fault may set up before a request is sent."""

    server: ScriptedServer
    patch: pytest.MonkeyPatch
    stack: ExitStack


Place = Callable[[Scene], str]
"""Sets the scene; returns the base URL."""


def at_the_server(scene: Scene) -> str:
    return scene.server.base_url


THERE: Final = text("There")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One way to misbehave.

    Attributes:
        name: What happens.
        answer: What the server does, each time it is asked.
        status: How the run must end.
        kind: The kind of its error; None if it has none.
        words: What its sentence must say; a run that is complete has none.
        text: The text that must be kept.
        others: The texts of further choices.
        settings: Fields of the endpoint.
        asked: Fields of the request.
        waits: Between which seconds each wait before a repetition must be.
        place: Where the endpoint is.
    """

    name: str
    answer: Answer = THERE
    status: Status = Status.FAILED
    kind: str | None = None
    words: tuple[str, ...] = ()
    text: str = ""
    others: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    asked: Mapping[str, Any] = field(default_factory=dict)
    waits: tuple[tuple[float, float], ...] = ()
    place: Place = at_the_server

    def __str__(self) -> str:
        return self.name
