"""What is typed to set up a series, and what it comes to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from seedtui.core.request import Request
from seedtui.core.series import Plan, Setting, check_count
from seedtui.core.sweep import Axis, expand, parse_axis
from seedtui.core.text import displayable, one_line

REPEATS: Final = "repeats"
AT_A_TIME: Final = "at-a-time"

LIVE: Final = 200
"""So many settings are worked out while they are typed; of more, only those at the beginning."""

_MOST_AT_A_TIME: Final = 1000
_MOST_MODELS: Final = 6
_SEED: Final = 123
_WARM: Final = 0.7


class SeriesDraftError(ValueError):
    """What was typed is no series yet. The message is one plain sentence.

    Attributes:
        field: The field it is about: `REPEATS`, `AT_A_TIME`, or `sweep-0` and so on.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class SeriesDraft:
    """What was typed.

    Attributes:
        repeats: How often each setting is sent.
        at_a_time: How many runs may go on at a time.
        sweeps: What is varied, a field each; blank ones are passed over.
    """

    repeats: str = "20"
    at_a_time: str = "4"
    sweeps: tuple[str, ...] = ()


class Places(NamedTuple):
    """Where a series can be sent.

    Attributes:
        endpoint: The endpoint in the form.
        models: The endpoints there are, and the model that each is asked for by default; empty if there is none.
        served: The models that the endpoint in the form says it serves.
    """

    endpoint: str
    models: Mapping[str, str]
    served: Sequence[str] = ()


class Outcome(NamedTuple):
    """What a draft comes to.

    Attributes:
        total: How many settings there are.
        settings: Those of them that were worked out.
        repeat: How often each is sent.
        at_a_time: How many at a time.
    """

    total: int
    settings: tuple[Setting, ...]
    repeat: int
    at_a_time: int

    @property
    def plan(self) -> Plan:
        """The plan of the settings that were worked out."""
        return Plan(self.settings, self.repeat, self.at_a_time)


def sweep_field(number: int) -> str:
    """Return the name of a sweep's field, counted from 0."""
    return f"sweep-{number}"


def work_out(draft: SeriesDraft, request: Request, places: Places, most: int | None = None) -> Outcome:
    """Work out what a draft comes to.

    Args:
        draft: What was typed.
        request: What is sent where nothing is swept.
        places: Where it can be sent.
        most: The most settings to work out; None for all. Of more, the first values of each field are combined.

    Raises:
        SeriesDraftError: If it is no series, or a sweep that the request cannot have.
    """
    repeat = _count(REPEATS, "repeats", draft.repeats)
    at_a_time = _count(AT_A_TIME, "at a time", draft.at_a_time)
    if at_a_time > _MOST_AT_A_TIME:
        raise SeriesDraftError(AT_A_TIME, f"{at_a_time:,} at a time is more than a machine can hold open: take fewer.")
    axes: list[Axis] = []
    last = sweep_field(0)
    for number, typed in enumerate(draft.sweeps):
        if typed.strip():
            last = sweep_field(number)
            axes.append(_axis(last, typed, places))
    count = math.prod(len(axis.values) for axis in axes)
    try:
        check_count(count * repeat)
        shown = axes if most is None or count <= most else [_beginning(axis, most, len(axes)) for axis in axes]
        settings = expand(request, places.endpoint, shown, _models(axes, places))
    except ValueError as error:
        # Several fields may be to blame: the last of them is where it was typed, most likely.
        raise SeriesDraftError(last if axes else REPEATS, str(error)) from None
    return Outcome(count, settings, repeat, at_a_time)


def _beginning(axis: Axis, most: int, axes: int) -> Axis:
    return Axis(axis.name, axis.values[: max(2, int(most ** (1 / axes)))])


def _models(axes: Sequence[Axis], places: Places) -> dict[str, str]:
    """The model of each swept endpoint other than the form's, which has its own."""
    swept = next((axis.values for axis in axes if axis.name == "endpoint"), ())
    found = {name: places.models[name] for name in swept if name != places.endpoint}
    return {name: model for name, model in found.items() if model}


def _axis(field: str, typed: str, places: Places) -> Axis:
    try:
        axis = parse_axis(typed.strip())
    except ValueError as error:
        raise SeriesDraftError(field, str(error)) from None
    for name in axis.values if axis.name == "endpoint" else ():
        if name not in places.models:
            known = ", ".join(displayable(one) for one in sorted(places.models))
            raise SeriesDraftError(field, f"There is no endpoint {one_line(str(name), 40)}; there are {known}.")
    return axis


def _count(field: str, name: str, typed: str) -> int:
    text = typed.strip()
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= 1:
        return int(text)
    got = f"got {one_line(text, 20)}" if text else "nothing is there"
    raise SeriesDraftError(field, f"{name} must be a whole number from 1 on; {got}.")


class Preset(NamedTuple):
    """A series that can be had with one key.

    Attributes:
        key: The key.
        title: What it is, in a few words.
        draft: What it puts into the fields; blank for what it leaves as it is.
    """

    key: str
    title: str
    draft: SeriesDraft


def presets(request: Request, places: Places) -> list[Preset]:
    """Return the series that make sense for a request: repeats, seed and temperature, seeds, models, endpoints."""
    seed = request.seed if request.seed is not None else _SEED
    given = request.body.get("temperature")
    warm = given if isinstance(given, int | float) and not isinstance(given, bool) and given > 0 else _WARM
    found = [
        Preset("f2", "20 repeats", SeriesDraft("20", "")),
        Preset("f3", "seed × temp.", SeriesDraft("20", "", (f"seed=unset,{seed}", f"temperature=0,{warm}"))),
        Preset("f4", "seeds 1..20", SeriesDraft("2", "", ("seed=1..20",))),
    ]
    # The comparison is fair only under one seed.
    under = () if request.has_seed else (f"seed={_SEED}",)
    models = list(dict.fromkeys([request.model, *places.served]))
    if 1 < len(models) <= _MOST_MODELS and not any(_needs_care(name) for name in models):
        found.append(Preset("f6", "models", SeriesDraft("10", "", (f"model={','.join(models)}", *under))))
    endpoints = [places.endpoint, *(name for name, model in places.models.items() if model and name != places.endpoint)]
    if len(endpoints) > 1 and not any(_needs_care(name) for name in endpoints):
        found.append(Preset("f7", "endpoints", SeriesDraft("10", "", (f"endpoint={','.join(endpoints)}", *under))))
    return found


def _needs_care(name: str) -> bool:
    return "," in name or name != name.strip() or name[:1] in ('"', "[", "{") or name in ("", "unset")
