"""`seedtui run`: send a request, once or several times, or many requests as a series."""

from __future__ import annotations

import asyncio
import contextlib
import os
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from seedtui.commands.common import TROUBLE, CommandError, chosen_endpoint, load_settings, open_history, os_sentence
from seedtui.commands.output import say
from seedtui.commands.planning import wish_of
from seedtui.commands.printer import Printer
from seedtui.commands.resuming import check_endpoints, resumed_series
from seedtui.commands.signals import cancel_on_signals
from seedtui.core.run import Status
from seedtui.core.sample import is_answer
from seedtui.core.series import Plan
from seedtui.core.text import one_line

if TYPE_CHECKING:
    from seedtui.commands.planning import Wish
    from seedtui.config import Endpoint, Settings
    from seedtui.endpoints.events import Client
    from seedtui.endpoints.registry import Endpoints
    from seedtui.history import History
    from seedtui.runner import Runner, SeriesRunner

    _Send = Callable[[Endpoints, Runner, SeriesRunner], Awaitable[int]]

Answers = Mapping[int, Status]


def main(options: Namespace) -> int:
    """Send what the options describe; print what comes.

    Returns:
        0 if every run is complete, else 2.
    """
    settings, endpoint = _place(options)
    if options.resume is not None:
        return _resume(options, settings)
    wish = wish_of(options, settings, endpoint)
    plan = None if wish.unknown else wish.plan({})
    _ensure_weights(settings, wish.endpoints)
    with open_history(options, create=True) as history:
        return asyncio.run(_new(options, settings, wish, plan, history))


def _place(options: Namespace) -> tuple[Settings, Endpoint]:
    settings = load_settings(options)
    if not options.base_url:
        return settings, chosen_endpoint(options, settings)
    if options.endpoint:
        raise CommandError("--base-url is an endpoint of its own: leave off --endpoint and --local.")
    from seedtui.config import ad_hoc

    endpoint = ad_hoc(options.base_url, os.environ)
    return settings.with_endpoint(endpoint), endpoint


def _ensure_weights(settings: Settings, endpoints: tuple[str, ...]) -> None:
    if any(settings.endpoint(name).local for name in endpoints):
        from seedtui.commands.pull import ensure_weights

        ensure_weights(settings)


def _resume(options: Namespace, settings: Settings) -> int:
    with open_history(options) as history:
        series_id, plan, answers = resumed_series(options, history)
        if len(answers) == plan.count and all(is_answer(status) for status in answers.values()):
            say(f"Series {series_id} is finished: it has all its {plan.count} answers, there is nothing left to send.")
            return 0 if all(status is Status.COMPLETE for status in answers.values()) else TROUBLE
        check_endpoints(options, settings, series_id, plan)
        _ensure_weights(settings, tuple({setting.endpoint for setting in plan.settings}))
        return asyncio.run(_old(options, settings, history, series_id, plan, answers))


async def _new(options: Namespace, settings: Settings, wish: Wish, known: Plan | None, history: History) -> int:
    async def send(endpoints: Endpoints, runner: Runner, series: SeriesRunner) -> int:
        found = {
            name: await _only_model(endpoints.client(name), name, _deadline(endpoints, name, wish.timeout))
            for name in wish.unknown
        }
        plan = known or wish.plan(found)
        if plan.count == 1:
            return await _send_one(options, runner, plan, endpoints)
        return await _send_series(options, series, history, plan, series.add(plan), {})

    return await _with_runner(settings, history, send)


async def _old(
    options: Namespace, settings: Settings, history: History, series_id: int, plan: Plan, answers: Answers
) -> int:
    async def send(endpoints: Endpoints, runner: Runner, series: SeriesRunner) -> int:
        return await _send_series(options, series, history, plan, series_id, answers)

    return await _with_runner(settings, history, send)


async def _with_runner(settings: Settings, history: History, send: _Send) -> int:
    """Send with a runner of its own; Ctrl-C, SIGTERM and SIGHUP end it with what came kept."""
    from seedtui.endpoints.registry import Endpoints
    from seedtui.runner import Runner, SeriesRunner

    endpoints = Endpoints(settings)
    try:
        runner = Runner(history, endpoints.client)
        return await send(endpoints, runner, SeriesRunner(runner, history, endpoints.timeout))
    except asyncio.CancelledError:
        return TROUBLE
    finally:
        await endpoints.aclose()


def _deadline(endpoints: Endpoints, name: str, given: float | None) -> float | None:
    return endpoints.timeout(name) if given is None else given


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


async def _send_one(options: Namespace, runner: Runner, plan: Plan, endpoints: Endpoints) -> int:
    setting = plan.settings[0]
    printer = _printer(options, plan)
    deadline = _deadline(endpoints, setting.endpoint, plan.timeout)
    # The run keeps what it has, and the printer says so.
    with contextlib.suppress(asyncio.CancelledError):
        await runner.run(setting.request, setting.endpoint, timeout=deadline, emit=printer)
    return 0 if printer.complete == 1 and not _say_failure(printer) else TROUBLE


async def _send_series(
    options: Namespace, series: SeriesRunner, history: History, plan: Plan, series_id: int, answers: Answers
) -> int:
    printer = _printer(options, plan)
    if answers:
        from seedtui.core.query import parse_query

        for samples in history.samples(parse_query(f"series:{series_id}")):
            printer.agreement.add_samples(samples)
    # What came is kept, and what is left can be resumed.
    with contextlib.suppress(asyncio.CancelledError):
        await series.run(plan, series_id, answers, emit=printer)
    before = sum(status is Status.COMPLETE for status in answers.values())
    return 0 if before + printer.complete == plan.count and not _say_failure(printer) else TROUBLE


def _printer(options: Namespace, plan: Plan) -> Printer:
    task = asyncio.current_task()
    assert task is not None
    live = min(plan.concurrency, plan.count) == 1 and all(setting.request.n == 1 for setting in plan.settings)
    resume = f" --base-url {options.base_url}" if options.base_url else ""
    cancel_on_signals(task.cancel)
    return Printer(
        live=live,
        several=plan.count > 1,
        as_json=options.json,
        on_failure=task.cancel,
        quiet=options.quiet,
        resume=resume,
    )


def _say_failure(printer: Printer) -> bool:
    """Say what kept the printer from writing; return whether anything did."""
    if printer.failure and not isinstance(printer.failure, BrokenPipeError):
        say(f"{os_sentence(printer.failure)}.")
    return printer.failure is not None
