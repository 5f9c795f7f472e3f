"""`seedtui run`: send a request, once or several times."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from seedtui.commands.common import TROUBLE, CommandError, chosen_endpoint, load_settings, open_history, os_sentence
from seedtui.commands.output import say
from seedtui.commands.printer import Printer
from seedtui.commands.request_options import check, draft_of
from seedtui.core.draft import Draft, to_request
from seedtui.core.request import Request
from seedtui.core.run import Status
from seedtui.core.text import one_line

if TYPE_CHECKING:
    from seedtui.config import Endpoint, Settings
    from seedtui.endpoints.events import Client
    from seedtui.history import History
    from seedtui.runner import Runner


def main(options: Namespace) -> int:
    """Send what the options describe; print what comes.

    Returns:
        0 if every run is complete, else 2.
    """
    settings, endpoint = _place(options)
    draft = draft_of(options, endpoint.name, options.model or endpoint.model)
    check(draft)
    if endpoint.local:
        from seedtui.commands.pull import ensure_weights

        ensure_weights(settings)
    with open_history(options, create=True) as history:
        return asyncio.run(_main(options, settings, draft, history))


def _place(options: Namespace) -> tuple[Settings, Endpoint]:
    settings = load_settings(options)
    if not options.base_url:
        return settings, chosen_endpoint(options, settings)
    if options.endpoint:
        raise CommandError("--base-url is an endpoint of its own: leave off --endpoint and --local.")
    from seedtui.config import ad_hoc

    endpoint = ad_hoc(options.base_url, os.environ)
    return settings.with_endpoint(endpoint), endpoint


async def _main(options: Namespace, settings: Settings, draft: Draft, history: History) -> int:
    from seedtui.endpoints.registry import Endpoints
    from seedtui.runner import Runner

    endpoints = Endpoints(settings)
    try:
        deadline = endpoints.timeout(draft.endpoint) if options.timeout is None else options.timeout
        if not draft.model.strip():
            client = endpoints.client(draft.endpoint)
            draft = replace(draft, model=await _only_model(client, draft.endpoint, deadline))
        return await _send(options, Runner(history, endpoints.client), to_request(draft), draft.endpoint, deadline)
    except asyncio.CancelledError:
        return TROUBLE
    finally:
        await endpoints.aclose()


async def _only_model(client: Client, name: str, deadline: float | None) -> str:
    """Return the one model that an endpoint serves.

    Raises:
        CommandError: If it serves none or several, or does not say within the deadline.
        EndpointError: If it does not say.
    """
    await client.prepare()
    try:
        async with asyncio.timeout(deadline):
            models = await client.models()
    except TimeoutError:
        said = f"{one_line(name, 60)} did not list its models within the deadline of {deadline:g} s"
        raise CommandError(f"{said}: name one with -m.") from None
    if len(models) == 1:
        return models[0]
    there = ", ".join(one_line(model, 60) for model in models[:10]) or "none that it names"
    more = ", …" if len(models) > 10 else ""
    raise CommandError(f"Name a model with -m; {one_line(name, 60)} serves {there}{more}.")


async def _send(options: Namespace, runner: Runner, request: Request, endpoint: str, deadline: float | None) -> int:
    task = asyncio.current_task()
    assert task is not None
    several = options.repeat > 1
    live = request.n == 1 and min(options.concurrency, options.repeat) == 1
    printer = Printer(live=live, several=several, as_json=options.json, on_failure=task.cancel)
    _cancel_on_signals(task.cancel)
    limit = asyncio.Semaphore(options.concurrency)

    async def one() -> None:
        async with limit:
            await runner.run(request, endpoint, timeout=deadline, emit=printer)

    runs = [asyncio.create_task(one()) for _ in range(options.repeat)]
    try:
        for result in await asyncio.gather(*runs, return_exceptions=True):
            if isinstance(result, Exception):
                raise result
    except asyncio.CancelledError:
        # Each run has kept what it had; the printer has said so.
        pass
    if printer.failure and not isinstance(printer.failure, BrokenPipeError):
        say(f"{os_sentence(printer.failure)}.")
    complete = [run for run in printer.ended if run.status is Status.COMPLETE]
    return 0 if len(complete) == options.repeat and not printer.failure else TROUBLE


def _cancel_on_signals(cancel: Callable[[], object]) -> None:
    """Let a lost connection or a kill end the runs like Ctrl-C does: with what came kept."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, cancel)
