"""From the options of `seedtui run` to a plan: which requests, how often, how many at a time."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from seedtui.commands.common import CommandError, os_sentence
from seedtui.commands.output import say
from seedtui.commands.request_options import check, check_encoding, draft_of
from seedtui.config import Endpoint, Settings
from seedtui.core.draft import Draft, to_request
from seedtui.core.phrases import plural
from seedtui.core.series import Plan
from seedtui.core.sweep import Axis, expand, parse_axis
from seedtui.core.text import displayable

_GIVEN_AND_SWEPT: Final = {
    "model": "model",
    "endpoint": "endpoint",
    "system": "system",
    **{name: name for name in ("seed", "temperature", "top_p", "max_tokens", "n", "stop", "logprobs")},
}


@dataclass(frozen=True)
class Wish:
    """What the options ask for, before it is known which model each endpoint is asked for.

    Attributes:
        draft: The request; its model is blank if it is not known.
        axes: What is varied.
        endpoints: Where it is sent.
        models: The models that are known, by endpoint; empty if the request or an axis names them.
        repeat: How often each request is sent.
        concurrency: How many runs may go on at a time.
        timeout: A deadline for each run; None for the endpoints' own.
    """

    draft: Draft
    axes: tuple[Axis, ...]
    endpoints: tuple[str, ...]
    models: Mapping[str, str]
    repeat: int
    concurrency: int
    timeout: float | None

    @property
    def unknown(self) -> tuple[str, ...]:
        """The endpoints that must be asked for their model."""
        return tuple(name for name, model in self.models.items() if not model.strip())

    def plan(self, found: Mapping[str, str]) -> Plan:
        """Return the plan.

        Args:
            found: The models of the endpoints that were asked.

        Raises:
            CommandError: If the combinations cannot be meant.
            DraftError: If the request cannot be sent.
        """
        models = {**self.models, **found}
        draft = replace(self.draft, model=self.draft.model.strip() or next(iter(models.values()), ""))
        try:
            settings = expand(to_request(draft), draft.endpoint, self.axes, models)
            return Plan(settings, self.repeat, self.concurrency, self.timeout)
        except ValueError as error:
            if type(error) is not ValueError:
                raise
            raise CommandError(str(error)) from None


def wish_of(options: Namespace, settings: Settings, endpoint: Endpoint) -> Wish:
    """Read the options, and check all that can be checked before anything is sent.

    Raises:
        CommandError: If they contradict each other, or a file cannot be read.
        ConfigError: If an endpoint is swept that is not there.
        DraftError: With every problem of the request.
    """
    axes = _axes(options)
    values = {axis.name: axis.values for axis in axes}
    _refuse_given(options, values)
    endpoints = [settings.endpoint(name) for name in values.get("endpoint", (endpoint.name,))]
    named = options.model or (values["model"][0] if "model" in values else "")
    models = {} if named else {one.name: one.model for one in endpoints}
    if options.prompt is None and "prompt" in values:
        # It stands where each of the prompts will.
        options.prompt = values["prompt"][0]
    draft = draft_of(options, endpoints[0].name, named)
    check(replace(draft, model=named or "any"))
    wish = Wish(
        draft,
        axes,
        tuple(dict.fromkeys(one.name for one in endpoints)),
        models,
        options.repeat or 1,
        options.concurrency or 1,
        options.timeout,
    )
    if wish.unknown:
        wish.plan(dict.fromkeys(wish.unknown, "any"))
    return wish


def _axes(options: Namespace) -> tuple[Axis, ...]:
    axes: list[Axis] = []
    if options.prompts is not None:
        axes.append(Axis("prompt", _read_prompts(options.prompts)))
    for typed in options.sweep or ():
        check_encoding(typed)
        try:
            axes.append(parse_axis(typed))
        except ValueError as error:
            raise CommandError(str(error)) from None
    return tuple(axes)


def _refuse_given(options: Namespace, values: Mapping[str, tuple[Any, ...]]) -> None:
    for field, option in _GIVEN_AND_SWEPT.items():
        if field in values and getattr(options, option):
            raise CommandError(f"{field} is given and swept: leave one of them off.")
    if "prompt" in values and options.prompt is not None:
        raise CommandError("The prompt is swept: leave PROMPT off.")


def _read_prompts(name: str) -> tuple[str, ...]:
    """Read prompts: a JSON list of texts; or one a line, plain, as a JSON text, or in a JSON object as `prompt`."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{os_sentence(error)}.") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(f"{displayable(name)} is not UTF-8 text.") from None
    listed = _json_or(text, None) if text.lstrip().startswith("[") else None
    found = listed if isinstance(listed, list) else [_line(line) for line in text.splitlines() if line.strip()]
    prompts: list[str] = []
    for number, prompt in enumerate(found, 1):
        if not isinstance(prompt, str) or not prompt.strip():
            raise CommandError(f"{displayable(name)}: prompt {number} is no text.")
        check_encoding(prompt)
        prompts.append(prompt)
    if not prompts:
        raise CommandError(f"{displayable(name)} holds no prompt.")
    distinct = tuple(dict.fromkeys(prompts))
    if len(distinct) < len(prompts):
        again = plural(len(prompts) - len(distinct), "prompt")
        say(f"{displayable(name)}: {again} came before, and is not sent again; --repeat sends each several times.")
    return distinct


def _line(line: str) -> Any:
    value = _json_or(line, line) if line.lstrip().startswith(('"', "{")) else line
    return value.get("prompt") if isinstance(value, dict) else value


def _json_or(text: str, otherwise: Any) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return otherwise
