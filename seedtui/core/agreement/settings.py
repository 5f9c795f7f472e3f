"""The settings of a series beside each other: which of them agree with themselves, and how far."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from seedtui.core.request import Unset
from seedtui.core.request_phrases import phrase_value
from seedtui.core.sample import Sample
from seedtui.core.series import Plan, Setting
from seedtui.core.text import one_line

_LABEL = 60


def by_setting(plan: Plan, samples: Iterable[Sample]) -> list[tuple[Setting, tuple[Sample, ...]]]:
    """Group the completions of a series by its settings.

    Args:
        plan: The series.
        samples: Its completions, oldest first; others are passed over.

    Returns:
        Every setting in the plan's order, also those of which nothing has come yet.
    """
    found: dict[tuple[str, str], list[Sample]] = {place_of(setting): [] for setting in plan.settings}
    for sample in samples:
        group = found.get((sample.endpoint, sample.digest))
        if group is not None:
            group.append(sample)
    return [(setting, tuple(found[place_of(setting)])) for setting in plan.settings]


def place_of(setting: Setting) -> tuple[str, str]:
    """Return what tells the completions of a setting from those of the others: endpoint and digest."""
    return setting.endpoint, setting.request.digest


def label_phrase(setting: Setting) -> str:
    """Write what sets a setting apart: `seed 123 · temperature 0.7`, displayable; nothing if there is but one."""
    return " · ".join(f"{one_line(name, _LABEL)} {value_phrase(value)}" for name, value in setting.labels)


def value_phrase(value: Any, width: int = 40) -> str:
    """Write a swept value, displayable: `not sent` where it is not."""
    if isinstance(value, Unset):
        return "not sent"
    return one_line(value, width) if isinstance(value, str) else phrase_value(value, width)
