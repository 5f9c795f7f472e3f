"""Which fingerprints are new."""

from __future__ import annotations

from datetime import datetime
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
        self._going: set[int] = set()
        self._seen: dict[tuple[str, str], dict[tuple[str, ...], datetime]] = {}

    def started(self, run: Run) -> None:
        """Take in a run that is being sent."""
        self._going.add(run.id)

    def ended(self, run: Run) -> FingerprintAppeared | None:
        """Take in a run that has ended; return what is to be told of its fingerprints, if anything is."""
        # What went together with it counts when it has ended, in whatever order.
        first = min({*self._going, run.id})
        self._going.discard(run.id)
        if not run.fingerprints:
            return None
        place = (run.endpoint, run.request.model)
        seen = self._seen.setdefault(place, {})
        known, before = run.fingerprints in seen, dict(seen)
        if not known:
            try:
                earlier = dict(self._history.backends_before(first, *place))
            except Exception:
                return None
            known, before = run.fingerprints in earlier, {**earlier, **before}
        seen[run.fingerprints] = run.created_at
        if known or not before:
            return None
        newest = max(before, key=lambda fingerprints: before[fingerprints])
        return FingerprintAppeared(run, newest, before[newest])
