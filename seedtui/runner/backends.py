"""Which fingerprints are new."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from seedtui.core.run import Run
from seedtui.runner.events import FingerprintAppeared

if TYPE_CHECKING:
    from seedtui.history import History


class Backends:
    """Notices when an endpoint answers with fingerprints that it never had before.

    Args:
        history: Where earlier runs are kept.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._known: set[tuple[str, str, tuple[str, ...]]] = set()
        self._going: set[int] = set()

    def started(self, run: Run) -> None:
        """Take in a run that is being sent."""
        self._going.add(run.id)

    def ended(self, run: Run) -> FingerprintAppeared | None:
        """Take in a run that has ended; return what is to be told of its fingerprints, if anything is."""
        self._going.discard(run.id)
        key = (run.endpoint, run.request.model, run.fingerprints)
        if not run.fingerprints or key in self._known:
            return None
        before = None
        with contextlib.suppress(Exception):
            before = self._history.backends_before(run.id, run.endpoint, run.request.model)
        if before is None:
            return None
        seen = any(fingerprints == run.fingerprints for fingerprints, _ in before)
        # A run that is going may be the one before: then it is told when that one ends.
        if not seen or not any(going < run.id for going in self._going):
            self._known.add(key)
        return FingerprintAppeared(run, *before[0]) if before and not seen else None
