"""Fingerprints over time: when each was there, and how far completions agree within it and across its change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from seedtui.core.agreement.tally import Share, Tally
from seedtui.core.fingerprint import FingerprintClass, classify
from seedtui.core.sample import Sample

_Asked = tuple[str, int]


@dataclass
class Era:
    """What is known of one fingerprint of an endpoint's model.

    Attributes:
        fingerprints: The fingerprint; several, if it changed within a run.
        served_models: The models that the responses name, in the order they first came.
        first_seen: When the first run with it was sent.
        last_seen: When the last run with it was sent.
        runs: How many runs have it.
        first_run: The first run that has it.
    """

    fingerprints: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    first_run: int
    served_models: dict[str, None] = field(default_factory=dict)
    _runs: set[int] = field(default_factory=set)
    _tallies: dict[_Asked, Tally] = field(default_factory=dict)

    def add(self, sample: Sample) -> None:
        """Count a completion. Completions that are not whole say when the fingerprint was there, and no more."""
        self.first_seen = min(self.first_seen, sample.created_at)
        self.last_seen = max(self.last_seen, sample.created_at)
        self.first_run = min(self.first_run, sample.run_id)
        self._runs.add(sample.run_id)
        if sample.served_model:
            self.served_models.setdefault(sample.served_model)
        if sample.whole and sample.identity:
            self._tallies.setdefault((sample.digest, sample.index), Tally()).add(sample.identity)

    @property
    def runs(self) -> int:
        """How many runs have it."""
        return len(self._runs)

    @property
    def within(self) -> Share:
        """The pairs of completions of one request that both have it, and how many of them are identical.

        Of several choices, the first is paired with the first of other runs, and so on.
        """
        shares = [tally.pairs for tally in self._tallies.values()]
        return Share(sum(one.part for one in shares), sum(one.whole for one in shares))

    def across(self, other: Era) -> Share:
        """The pairs of completions of one request of which each has one of the two, and how many are identical."""
        part = whole = 0
        for asked, tally in self._tallies.items():
            there = other._tallies.get(asked)
            if there is not None:
                whole += tally.n * there.n
                part += sum(count * there.counts.get(key, 0) for key, count in tally.counts.items())
        return Share(part, whole)

    def worth(self, model: str) -> FingerprintClass:
        """Tell what it is worth.

        Args:
            model: The model asked for, for where the responses name none.
        """
        return classify(self.fingerprints[-1], next(reversed(self.served_models), model))


@dataclass
class Timeline:
    """The fingerprints of a model at an endpoint.

    Attributes:
        endpoint: The endpoint's name.
        model: The model asked for.
        eras: The fingerprints, in the order in which they first came.
        not_reported: How many runs came without one.
    """

    endpoint: str
    model: str
    eras: list[Era] = field(default_factory=list)
    not_reported: int = 0

    @property
    def changes(self) -> list[Share]:
        """Across each fingerprint and the next: the pairs of one request, and how many of them are identical."""
        return [before.across(after) for before, after in pairwise(self.eras)]

    @property
    def last_seen(self) -> datetime | None:
        """When a fingerprint was last seen."""
        return max((era.last_seen for era in self.eras), default=None)


def timelines(samples: Iterable[Sample]) -> list[Timeline]:
    """Read the timelines of all endpoints and models, the one that was used last first.

    Runs without any answer count nowhere: they may never have reached a backend.
    """
    found: dict[tuple[str, str], dict[tuple[str, ...], Era]] = {}
    without: dict[tuple[str, str], set[int]] = {}
    for sample in samples:
        place = (sample.endpoint, sample.model)
        eras = found.setdefault(place, {})
        if sample.fingerprints:
            era = eras.get(sample.fingerprints)
            if era is None:
                when = sample.created_at
                era = eras[sample.fingerprints] = Era(sample.fingerprints, when, when, sample.run_id)
            era.add(sample)
        elif sample.identity:
            without.setdefault(place, set()).add(sample.run_id)
    lines = [
        Timeline(*place, sorted(eras.values(), key=lambda era: (era.first_seen, era.first_run)), len(runs))
        for place, eras in found.items()
        if (runs := without.get(place, set())) or eras
    ]
    return sorted(lines, key=_newest_first)


def _newest_first(line: Timeline) -> tuple[float, str, str]:
    seen = line.last_seen
    return (-seen.timestamp() if seen else 0.0, line.endpoint, line.model)
