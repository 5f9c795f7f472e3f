"""The built-in local model: an engine of our own, started when it is first asked something."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from seedtui.config import LOCAL, Endpoint, LocalSettings
from seedtui.core.request import Request
from seedtui.core.run import RunError
from seedtui.core.text import displayable, one_line
from seedtui.endpoints import weights
from seedtui.endpoints.engine import NOT_INSTALLED, NOT_LOADED, EngineSettings
from seedtui.endpoints.engine_process import ask, end, failure, how_it_ended, see_log, spawn
from seedtui.endpoints.events import Chunk, EndpointError, EndpointEvent, Preparing
from seedtui.endpoints.transport import load_sdk

if TYPE_CHECKING:
    from seedtui.endpoints.client import OpenAIClient

# llama.cpp drops a connection that was idle for some seconds, just when it may be used again.
_HEADERS: Final = {"Connection": "close"}
# Silence from the engine means that it computes; a crash ends the connection.
_READ_SECONDS: Final = 3600.0
# How long a process whose connection broke may take to be reported dead.
_DEATH_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Serving:
    """An engine that has loaded its model.

    Attributes:
        base_url: Where it answers, with `/v1`.
        key: The key that it wants.
        process: Its process.
    """

    base_url: str
    key: str = field(repr=False)
    process: asyncio.subprocess.Process

    @property
    def alive(self) -> bool:
        """Whether its process is there, as far as is known."""
        return self.process.returncode is None

    async def has_died(self) -> bool:
        """Whether its process is gone, or about to be."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), _DEATH_SECONDS)
        return not self.alive


class LocalEngine:
    """Starts the engine, keeps it, and starts another when it is gone. Belongs to one event loop.

    Args:
        settings: The model, and how it is run.
    """

    def __init__(self, settings: LocalSettings) -> None:
        self._settings = settings
        self._serving: Serving | None = None
        self._starting: asyncio.Task[Serving] | None = None

    @property
    def is_ready(self) -> bool:
        """Whether the engine can be asked at once."""
        return self._serving is not None and self._serving.alive

    async def ensure(self) -> Serving:
        """Return the engine, started if need be. A caller that is cancelled leaves the start to the others.

        Raises:
            EndpointError: If it cannot be started: one sentence, with where its log is if that says more.
        """
        if self._serving is not None and self._serving.alive:
            return self._serving
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
            self._starting.add_done_callback(self._started)
        return await asyncio.shield(self._starting)

    async def stop(self) -> None:
        """End the engine, and any start of one."""
        starting, self._starting = self._starting, None
        if starting is not None:
            starting.cancel()
            await asyncio.wait([starting])
        serving, self._serving = self._serving, None
        if serving is not None:
            await end(serving.process)

    def _started(self, task: asyncio.Task[Serving]) -> None:
        if not task.cancelled() and task.exception() is None:
            self._serving = task.result()
        if self._starting is task:
            self._starting = None

    async def _start(self) -> Serving:
        settings = self._engine_settings()
        process = await spawn()
        try:
            answer = await ask(process, settings)
        except BaseException:
            await end(process)
            raise
        if "url" in answer:
            return Serving(f"{answer['url']}/v1", settings.key, process)
        await end(process)
        raise failure(self._why_not(answer, process.returncode))

    def _engine_settings(self) -> EngineSettings:
        return EngineSettings(
            model=str(self._model()),
            name=self._settings.model_name,
            key=secrets.token_urlsafe(32),
            context=self._settings.context,
            parallel=self._settings.parallel,
            threads=self._settings.threads,
        )

    def _model(self) -> Path:
        model = self._settings.model
        if model is None:
            if not weights.is_present():
                raise failure("The built-in model's weights are not here yet: run seedtui pull to get them (93 MB).")
            return weights.path().absolute()
        if not model.is_file():
            raise failure(
                f"The model file {displayable(str(model))} is not there: mend model in [local] of the settings."
            )
        return model.absolute()

    def _why_not(self, answer: dict[str, Any], returncode: int | None) -> str:
        if answer.get("error") == NOT_INSTALLED:
            return 'The local engine is not installed: pip install "seedtui[local]" brings it.'
        if answer.get("error") == NOT_LOADED:
            model = displayable(str(self._settings.model or weights.path()))
            return (
                f"The model {model} could not be loaded: it is no whole GGUF file, or needs more memory than there is;"
                f" {see_log()}"
            )
        return f"The local engine ended before it was ready{how_it_ended(returncode)}; {see_log()}"


class LocalClient:
    """The built-in model as an endpoint; see `Client`.

    Args:
        settings: The model, and how it is run.
    """

    def __init__(self, settings: LocalSettings) -> None:
        self._settings = settings
        self._engine = LocalEngine(settings)
        self._asked: tuple[Serving, OpenAIClient] | None = None
        self._turn = asyncio.Lock()
        self._changing = asyncio.Lock()

    async def prepare(self) -> None:
        """Load the SDK; see `Client.prepare`. Loading the model is part of the first run."""
        await load_sdk()

    async def stream(self, request: Request) -> AsyncGenerator[EndpointEvent, None]:
        """Send the request and yield what comes; see `Client.stream`.

        Prompts are read one at a time, while completions are written side by side: llama.cpp rounds
        differently when it reads two prompts in one go, and texts would depend on their neighbours. What is
        left is rare: a prompt of one or two tokens more than a multiple of 512, read while others are written.
        """
        self._check_model(request.model)
        if not self._engine.is_ready:
            yield Preparing(f"Loading {one_line(self._settings.model_name, 60)}")
        serving = await self._engine.ensure()
        client = await self._client(serving)
        if self._turn.locked():
            yield Preparing("Waiting for its turn at the local model")
        await self._turn.acquire()
        reading = True
        try:
            async with aclosing(client.stream(request)) as events:
                async for event in events:
                    if reading and isinstance(event, Chunk):
                        reading = False
                        self._turn.release()
                    yield event
        except EndpointError as error:
            raise await _told(error, serving) from None
        finally:
            if reading:
                self._turn.release()

    async def models(self) -> tuple[str, ...]:
        """List the model that the engine serves; see `Client.models`."""
        serving = await self._engine.ensure()
        client = await self._client(serving)
        try:
            return await client.models()
        except EndpointError as error:
            raise await _told(error, serving) from None

    async def aclose(self) -> None:
        """Stop the engine."""
        async with self._changing:
            await self._forget()
        await self._engine.stop()

    def _check_model(self, name: str) -> None:
        served = self._settings.model_name
        # llama.cpp would answer to any name, and the run would claim a model that it never saw.
        if name not in ("", served):
            message = (
                f"The local engine serves {one_line(served, 60)} and has no model called {one_line(name, 60)}:"
                " take that name, or another endpoint."
            )
            raise EndpointError(RunError("settings", message))

    async def _client(self, serving: Serving) -> OpenAIClient:
        # Forgetting takes a while: of two callers at a time the second would make another client, never closed.
        async with self._changing:
            if self._asked is None or self._asked[0] is not serving:
                await self._forget()
                self._asked = (serving, self._client_for(serving))
            return self._asked[1]

    def _client_for(self, serving: Serving) -> OpenAIClient:
        from seedtui.endpoints.client import OpenAIClient

        endpoint = Endpoint(
            LOCAL,
            serving.base_url,
            model=self._settings.model_name,
            local=True,
            headers=_HEADERS,
            read_timeout=_READ_SECONDS,
            retries=0,
        )
        return OpenAIClient(endpoint, serving.key)

    async def _forget(self) -> None:
        asked, self._asked = self._asked, None
        if asked is not None:
            await asked[1].aclose()


async def _told(error: EndpointError, serving: Serving) -> EndpointError:
    """Return the error to raise: the engine's end, if that is what lies behind it."""
    if error.error.http_status is not None or not await serving.has_died():
        return error
    how = how_it_ended(serving.process.returncode)
    return failure(
        f"The local engine ended in the middle of the answer{how}: what came is kept, and sending again starts a new"
        f" one; {see_log()}"
    )
