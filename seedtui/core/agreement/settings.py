"""The settings of a series beside each other: which of them agree with themselves, and how far."""

from __future__ import annotations

from collections.abc import Iterable

from seedtui.core.sample import Sample
from seedtui.core.series import Plan, Setting


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
