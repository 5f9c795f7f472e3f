"""`seedtui doctor`: what works, what does not, and what to do about it."""

from __future__ import annotations

import asyncio
import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from seedtui import paths
from seedtui.commands import checks, history_checks
from seedtui.commands.checks import Finding, Level
from seedtui.commands.common import TROUBLE, load_settings
from seedtui.core.text import displayable, one_line

if TYPE_CHECKING:
    from seedtui.config import Endpoint, Settings
    from seedtui.endpoints.registry import Endpoints

_PATIENCE = 10.0
_MODELS_SHOWN = 3


def main(options: Namespace) -> int:
    """Print one line for each check; or repair the history.

    Returns:
        0 if nothing is in the way, else 2.
    """
    if options.repair:
        from seedtui.commands.repairing import repair_history

        return repair_history(paths.history_path(options.db))
    levels = {_print(finding) for finding in _findings(options)}
    return TROUBLE if Level.PROBLEM in levels else 0


def _print(finding: Finding) -> Level:
    sys.stdout.write(displayable(f"{finding.level.value:<9}{finding.subject:<18}{finding.sentence}") + "\n")
    sys.stdout.flush()
    return finding.level


def _findings(options: Namespace) -> Iterator[Finding]:
    from seedtui.config import ConfigError

    yield from checks.check_python()
    try:
        settings = load_settings(options)
        default = settings.endpoint(options.endpoint or "")
    except ConfigError as error:
        yield Finding(Level.PROBLEM, "settings", str(error))
    else:
        there = "" if settings.path.exists() else " (not there; the defaults hold)"
        yield Finding(Level.OK, "settings", displayable(str(settings.path)) + there)
        yield from checks.check_local(settings, wanted=default.local)
        yield from checks.check_keyring(settings)
        asked = [default] if options.endpoint else list(settings.endpoints.values())
        yield from asyncio.run(_check_endpoints(settings, asked, default.name))
    yield from history_checks.check_history(paths.history_path(options.db))
    yield from checks.check_weights_room()
    yield from checks.check_terminal(os.environ)
    yield from checks.check_proxies(os.environ)


async def _check_endpoints(settings: Settings, asked: Iterable[Endpoint], default: str) -> list[Finding]:
    from seedtui.endpoints.registry import Endpoints

    endpoints = Endpoints(settings)
    try:
        return await asyncio.gather(*(_check_endpoint(settings, endpoints, one, default) for one in asked))
    finally:
        await endpoints.aclose()


async def _check_endpoint(settings: Settings, endpoints: Endpoints, endpoint: Endpoint, default: str) -> Finding:
    from seedtui.endpoints.events import EndpointError

    subject = one_line(endpoint.name, 40) + (" (default)" if endpoint.name == default else "")
    # What is missing for the local model has lines of its own; a key that was never set is no fault.
    if endpoint.local and not checks.local_ready(settings):
        return Finding(Level.NOTE, subject, "cannot be started yet, see above.")
    lack = Level.PROBLEM if endpoint.name == default or endpoint.name != "openai" else Level.NOTE
    try:
        client = endpoints.client(endpoint.name)
    except EndpointError as error:
        return Finding(lack, subject, str(error))
    await client.prepare()
    try:
        models = await asyncio.wait_for(client.models(), _PATIENCE)
    except TimeoutError:
        return Finding(Level.PROBLEM, subject, f"did not answer within {_PATIENCE:.0f} s: is {_where(endpoint)} right?")
    except EndpointError as error:
        return Finding(Level.PROBLEM, subject, str(error))
    return Finding(Level.OK, subject, f"{_where(endpoint)}: {_models_phrase(models)}{_key_phrase(endpoint)}")


def _where(endpoint: Endpoint) -> str:
    return "the built-in model" if endpoint.local else one_line(endpoint.shown_url, 80)


def _models_phrase(models: tuple[str, ...]) -> str:
    if not models:
        return "answers, and names no models"
    named = ", ".join(one_line(model, 60) for model in models[:_MODELS_SHOWN])
    return f"serves {named}" + (f" and {len(models) - _MODELS_SHOWN} more" if len(models) > _MODELS_SHOWN else "")


def _key_phrase(endpoint: Endpoint) -> str:
    from seedtui.config import key_source

    source = key_source(endpoint)
    return f"; key from {source}" if source else ""
