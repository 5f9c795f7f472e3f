"""When a series stops sending what is refused each time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from seedtui.core.run import Run, RunError
from seedtui.core.sample import is_answer
from seedtui.core.text import one_line

REFUSALS: Final = 10
"""So many refusals for good in a row, without an answer between them, and nothing more is sent."""
FAILURES: Final = 50
"""The same for failures that might pass, such as those of a server that is being mended."""
UNSTORED: Final = 3
"""So many runs in a row that the history could not take, and the series stops."""

_LASTING: Final = frozenset({"key", "settings", "refused", "dns", "tls", "redirect", "malformed"})
_PASSING_STATUS: Final = frozenset({408, 409, 425, 429})


@dataclass
class GivingUp:
    """Counts failures in a row, of each endpoint and of each setting.

    Attributes:
        endpoints: The endpoints that nothing more is sent to, and why: one plain sentence.
        positions: The settings that are sent no more.
        stopped: Why nothing at all is sent any more; None while something is.
    """

    endpoints: dict[str, str] = field(default_factory=dict)
    positions: set[int] = field(default_factory=set)
    stopped: str | None = None
    _refused: dict[str | int, int] = field(default_factory=dict)
    _failed: dict[str | int, int] = field(default_factory=dict)
    _unstored: int = 0

    def take(self, run: Run, position: int) -> str | None:
        """Take in a run that has ended.

        Args:
            run: The run.
            position: Which of the settings it belongs to.

        Returns:
            A sentence if something more was given up for it.
        """
        error = run.error
        if error is not None and error.kind == "disk":
            return self._take_unstored(error)
        self._unstored = 0
        if is_answer(run.status) or any(one.text for one in run.completions):
            for counts in (self._refused, self._failed):
                counts.pop(run.endpoint, None)
                counts.pop(position, None)
            return None
        if error is None:
            return None
        too_often = [self._exceeded(key, error) for key in (run.endpoint, position)]
        if too_often[0]:
            return self._give_up_endpoint(run.endpoint, error)
        if too_often[1] and position not in self.positions:
            self.positions.add(position)
            return f"Setting {position + 1} of the series failed each time and is left out: {one_line(error.message)}"
        return None

    def _exceeded(self, key: str | int, error: RunError) -> bool:
        lasting = _is_lasting(error)
        counts = self._refused if lasting else self._failed
        counts[key] = counts.get(key, 0) + 1
        return counts[key] >= (REFUSALS if lasting else FAILURES)

    def _give_up_endpoint(self, endpoint: str, error: RunError) -> str | None:
        if endpoint in self.endpoints:
            return None
        why = f"{one_line(endpoint, 60)} refused each of the last runs, and gets no more: {one_line(error.message)}"
        self.endpoints[endpoint] = why
        return why

    def _take_unstored(self, error: RunError) -> str | None:
        self._unstored += 1
        if self._unstored < UNSTORED or self.stopped:
            return None
        self.stopped = f"The series stops, as its runs cannot be kept: {one_line(error.message, 400)}"
        return self.stopped


def _is_lasting(error: RunError) -> bool:
    """Whether to send the same again would give the same failure."""
    status = error.http_status
    if status is not None and 400 <= status < 500:
        return status not in _PASSING_STATUS
    return error.kind in _LASTING
