"""How far the answers of a series agree while they come."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from seedtui.core.agreement.tally import Tally
from seedtui.core.run import Run, Status
from seedtui.core.sample import Sample


class AgreementSoFar:
    """Counts pairs of answers to one request, and how many of them are identical."""

    def __init__(self) -> None:
        self._tallies: dict[tuple[str, str], Tally] = {}
        self._pairs = self._identical = 0

    def add(self, run: Run) -> None:
        """Take in a run that has ended; only whole answers count."""
        if run.status is Status.COMPLETE:
            for one in run.completions:
                identity = hashlib.sha256(one.text.encode("utf-8", "surrogatepass")).hexdigest()
                self._count(run.endpoint, run.request.digest, identity)

    def add_samples(self, samples: Iterable[Sample]) -> None:
        """Take in what was answered before."""
        for one in samples:
            if one.status is Status.COMPLETE and one.identity:
                self._count(one.endpoint, one.digest, one.identity)

    @property
    def phrase(self) -> str:
        """The share of identical pairs in words; empty while there is no pair."""
        return f"{100 * self._identical / self._pairs:.1f} % of pairs identical" if self._pairs else ""

    def _count(self, endpoint: str, digest: str, identity: str) -> None:
        tally = self._tallies.setdefault((endpoint, digest), Tally())
        before = tally.pairs
        tally.add(identity)
        self._identical += tally.pairs.part - before.part
        self._pairs += tally.pairs.whole - before.whole
