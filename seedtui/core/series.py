"""A series: requests that are sent together, each of them as often as the others."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from seedtui.core.request import UNSET, JsonObject, Request

MOST_RUNS: Final = 100_000
"""More runs than this are no series but a mistake, and a costly one."""


@dataclass(frozen=True)
class Setting:
    """One of the requests of a series, and what sets it apart from the others.

    Attributes:
        endpoint: The endpoint's name.
        request: What is sent there.
        labels: Each field that the series sweeps and its value as sent, in the order they were given;
            `UNSET` where the field is not sent.
    """

    endpoint: str
    request: Request
    labels: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a series sends.

    Its runs are numbered by slots, round by round: every setting once, then every setting again. What changes at an
    endpoint in the course of time meets all settings alike.

    Attributes:
        settings: The requests, each of them once.
        repeat: How many runs to make of each.
        concurrency: How many runs may go on at a time.
        timeout: Seconds that each run may take; None for its endpoint's own deadline, if it has one.

    Raises:
        ValueError: If there is nothing to send, or far too much.
    """

    settings: tuple[Setting, ...]
    repeat: int
    concurrency: int = 1
    timeout: float | None = None

    def __post_init__(self) -> None:
        if not self.settings:
            raise ValueError("A series needs a request to send.")
        if self.repeat < 1 or self.concurrency < 1:
            raise ValueError("A series sends each request at least once, at least one at a time.")
        check_count(self.count)

    @property
    def count(self) -> int:
        """How many runs there are to be."""
        return len(self.settings) * self.repeat

    def setting_of(self, slot: int) -> Setting:
        """Return what is sent in a slot."""
        return self.settings[self.position_of(slot)]

    def position_of(self, slot: int) -> int:
        """Return which of the settings is sent in a slot, from 0."""
        return slot % len(self.settings)

    @property
    def swept(self) -> tuple[tuple[str, tuple[Any, ...]], ...]:
        """Each swept field and its distinct values, in the order they first come."""
        found: dict[str, dict[str, Any]] = {}
        for setting in self.settings:
            for name, value in setting.labels:
                found.setdefault(name, {}).setdefault("" if value is UNSET else json.dumps(value), value)
        return tuple((name, tuple(values.values())) for name, values in found.items())

    def as_json(self) -> JsonObject:
        """Return the plan as a JSON object: what all requests share stands there once."""
        shared = _shared([setting.request.body for setting in self.settings])
        plan: JsonObject = {
            "repeat": self.repeat,
            "concurrency": self.concurrency,
            "shared": shared,
            "settings": [_setting_json(setting, shared) for setting in self.settings],
        }
        return plan if self.timeout is None else {**plan, "timeout": self.timeout}

    @classmethod
    def from_json(cls, value: Any) -> Plan:
        """Read a plan back.

        Raises:
            ValueError: If it is none, with one plain sentence.
        """
        if not isinstance(value, Mapping):
            raise ValueError(_unreadable("it is no JSON object"))
        shared, settings = value.get("shared", {}), value.get("settings")
        if not isinstance(shared, Mapping) or not isinstance(settings, list):
            raise ValueError(_unreadable("it has no settings"))
        timeout = value.get("timeout")
        if timeout is not None and not (_is_number(timeout) and timeout > 0):
            raise ValueError(_unreadable("timeout is no number of seconds above 0"))
        try:
            return cls(
                tuple(_setting(one, shared, number) for number, one in enumerate(settings, 1)),
                _count(value, "repeat"),
                _count(value, "concurrency"),
                timeout,
            )
        except ValueError as error:
            raise ValueError(_unreadable(str(error).rstrip("."))) from None


def check_count(count: int) -> None:
    """Refuse more runs than a series may have.

    Raises:
        ValueError: One plain sentence.
    """
    if count > MOST_RUNS:
        raise ValueError(f"That makes {count:,} runs; a series has at most {MOST_RUNS:,}: sweep or repeat less.")


def _shared(bodies: Sequence[Mapping[str, Any]]) -> JsonObject:
    """The fields that all bodies have alike."""
    shared = dict(bodies[0])
    for body in bodies[1:]:
        for name in [name for name in shared if name not in body or not _alike(shared[name], body[name])]:
            del shared[name]
    return shared


def _alike(one: Any, other: Any) -> bool:
    # Python holds 1, 1.0 and True for equal; on the wire they are not.
    return one is other or json.dumps(one) == json.dumps(other)


def _setting_json(setting: Setting, shared: Mapping[str, Any]) -> JsonObject:
    labels = [[name] if value is UNSET else [name, value] for name, value in setting.labels]
    own = {name: value for name, value in setting.request.body.items() if name not in shared}
    return {"endpoint": setting.endpoint, "labels": labels, "request": own}


def _setting(value: Any, shared: Mapping[str, Any], number: int) -> Setting:
    if isinstance(value, Mapping):
        endpoint, own, labels = value.get("endpoint"), value.get("request"), value.get("labels", [])
        if isinstance(endpoint, str) and isinstance(own, Mapping) and isinstance(labels, list):
            return Setting(endpoint, Request({**shared, **own}), tuple(_label(label, number) for label in labels))
    raise ValueError(f"setting {number} has no endpoint or no request")


def _label(value: Any, number: int) -> tuple[str, Any]:
    if isinstance(value, list) and len(value) in (1, 2) and isinstance(value[0], str):
        return value[0], value[1] if len(value) == 2 else UNSET
    raise ValueError(f"a label of setting {number} is no name with a value")


def _count(value: Mapping[str, Any], name: str) -> int:
    count = value.get(name, 1)
    if isinstance(count, int) and not isinstance(count, bool) and count >= 1:
        return count
    raise ValueError(f"{name} is no whole number above 0")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unreadable(why: str) -> str:
    return f"The plan of this series cannot be read: {why}."
