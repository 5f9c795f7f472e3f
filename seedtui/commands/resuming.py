"""`seedtui run --resume`: which series, and what is left of it."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from seedtui.commands.common import CommandError
from seedtui.core.run import Status
from seedtui.core.series import Plan
from seedtui.core.text import one_line

if TYPE_CHECKING:
    from seedtui.config import Settings
    from seedtui.history import History

# What a kept plan says already.
_PLANNED: Final = (
    *("prompt", "endpoint", "model", "system", "messages", "seed", "temperature", "top_p", "max_tokens", "n", "stop"),
    *("logprobs", "extra", "repeat", "sweep", "prompts"),
)


def resumed_series(options: Namespace, history: History) -> tuple[int, Plan, dict[int, Status]]:
    """Return the series to go on with, its plan, and how the newest run of each slot ended.

    Raises:
        CommandError: If there is none, it cannot be resumed, or an option contradicts its plan.
        HistoryError: If the history cannot be read.
    """
    from seedtui.runner import SeriesError, read_series

    for name in _PLANNED:
        if getattr(options, name):
            shown = "PROMPT" if name == "prompt" else f"{'-' if name == 'n' else '--'}{name.replace('_', '-')}"
            raise CommandError(f"--resume sends what the series has planned: leave {shown} off.")
    series_id = _series_id(options.resume, history)
    try:
        plan, answers = read_series(history, series_id)
    except SeriesError as error:
        raise CommandError(str(error)) from None
    given = {name: value for name in ("concurrency", "timeout") if (value := getattr(options, name)) is not None}
    return series_id, replace(plan, **given), answers


def _series_id(typed: str, history: History) -> int:
    text = typed.strip().removeprefix("series:").removeprefix("#")
    if text == "last":
        newest = next(iter(history.series_page(limit=1)), None)
        if newest is None:
            raise CommandError("There is no series yet: seedtui run with --repeat or --sweep makes one.")
        return newest.id
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise CommandError(f"{one_line(typed, 40)} is no series: give its number, or last.")
    return int(text)


def check_endpoints(options: Namespace, settings: Settings, series_id: int, plan: Plan) -> None:
    """Check that the endpoints of a series are there.

    Raises:
        CommandError: If one is not, or --base-url is another one.
    """
    wanted = list(dict.fromkeys(setting.endpoint for setting in plan.settings))
    unknown = [name for name in wanted if name not in settings.endpoints]
    if unknown:
        name = one_line(unknown[0], 60)
        raise CommandError(
            f"Series {series_id} is sent to {name}, which is not configured: give its --base-url as before."
        )
    if options.base_url and settings.default_endpoint not in wanted:
        there = ", ".join(one_line(name, 60) for name in wanted[:5])
        raise CommandError(f"Series {series_id} is sent to {there}: leave --base-url off, or give that one's.")
