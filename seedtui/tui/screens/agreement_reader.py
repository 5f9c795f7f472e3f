"""Reads the completions of one request, and goes on from there when more have come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seedtui.core.agreement import Agreement
from seedtui.core.agreement.asked import Asked, asked
from seedtui.core.agreement.findings import Findings, findings
from seedtui.core.interrupt import checkpoint
from seedtui.core.query import Query
from seedtui.core.run import Status
from seedtui.core.sample import Sample
from seedtui.tui.screens.undamaged import undamaged_texts

if TYPE_CHECKING:
    from seedtui.core.agreement.tree import Ref
    from seedtui.history import History


@dataclass(frozen=True)
class Reading:
    """What there is to show of a request.

    Attributes:
        found: How far its completions agree.
        request: What was asked; None if that could not be read.
        coming: How many runs are still going.
        damaged: How many completions are damaged, and so left out.
    """

    found: Findings
    request: Asked | None
    coming: int
    damaged: int


class AgreementReader:
    """Keeps what has been read. Only one thread may use it at a time."""

    def __init__(self, history: History, digest: str) -> None:
        """Make the reader.

        Args:
            history: Where the runs are.
            digest: The request's digest.
        """
        self._history, self._digest = history, digest
        self._request: Asked | None = None
        self._begin()

    def _begin(self) -> None:
        self._agreement = Agreement(self._digest)
        self._seen: set[Ref] = set()
        self._texts: set[str] = set()
        self._damaged: set[Ref] = set()

    def read(self, cancelled: Callable[[], bool], progress: Callable[[int, int], None]) -> Reading:
        """Read what has come since the last time.

        Args:
            cancelled: Whether to give up.
            progress: Told how many completions have been taken in, of how many.

        Raises:
            HistoryError: If the history cannot be read.
            StoppedError: If it was given up.
        """
        query = Query(filters={"digest": self._digest})
        batches = self._history.samples(query, cancelled=cancelled)
        samples = {(one.run_id, one.index): one for batch in batches for one in batch}
        checkpoint()
        if not self._seen <= samples.keys():
            # Some were deleted.
            self._begin()
        ended = {ref: one for ref, one in samples.items() if one.status is not Status.STREAMING}
        new = [ref for ref in ended if ref not in self._seen]
        texts = self._texts_of([ended[ref] for ref in new])
        for number, ref in enumerate(new):
            if not number % 50:
                checkpoint()
                progress(number, len(new))
            self._take(ended[ref], texts)
        model = next((one.served_model or one.model for one in samples.values()), "")
        if self._request is None and samples:
            self._request = self._read_request(next(iter(samples))[0])
        coming = {one.run_id for one in samples.values() if one.status is Status.STREAMING}
        return Reading(findings(self._agreement, model), self._request, len(coming), len(self._damaged))

    def _take(self, sample: Sample, texts: dict[str, str]) -> None:
        ref = (sample.run_id, sample.index)
        self._seen.add(ref)
        counts = sample.whole and bool(sample.identity)
        if counts and sample.identity not in self._texts and sample.identity not in texts:
            self._damaged.add(ref)
            self._agreement.left_out["damaged"] += 1
            return
        self._agreement.add(sample, lambda: texts[sample.identity])
        if counts:
            self._texts.add(sample.identity)

    def _texts_of(self, samples: list[Sample]) -> dict[str, str]:
        """Read each text once. Of one that is damaged, another copy may not be."""
        copies: dict[str, list[Ref]] = {}
        for one in samples:
            if one.whole and one.identity and one.identity not in self._texts:
                copies.setdefault(one.identity, []).append((one.run_id, one.index))
        firsts = {refs[0]: identity for identity, refs in copies.items()}
        found = {firsts[ref]: text for ref, text in undamaged_texts(self._history, list(firsts)).items()}
        for identity, refs in copies.items():
            if identity not in found:
                others = undamaged_texts(self._history, refs[1:])
                found.update((identity, text) for text in [*others.values()][:1])
        return found

    def _read_request(self, run_id: int) -> Asked | None:
        from seedtui.history import HistoryError

        try:
            run = self._history.run(run_id)
        except HistoryError:
            # The rest can be read, and says enough.
            return None
        return asked(run.request) if run is not None else None
