"""Rate limits in a series: an endpoint that asks for a pause gets it from all runs together."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from seedtui.core.text import one_line

# The waiting run is sent again when its wait is over; the new ones come after it.
_MARGIN: Final = 0.05
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 60.0


class Gates:
    """Knows which endpoints nothing new is sent to for now.

    Args:
        clock: Seconds of a clock that only goes forward.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}
        self._refused: dict[str, int] = {}

    def close(self, endpoint: str, seconds: float) -> None:
        """Send nothing new to an endpoint for so long, unless it is closed for longer already."""
        self._until[endpoint] = max(self._until.get(endpoint, -math.inf), self._clock() + seconds + _MARGIN)

    def refused(self, endpoint: str) -> None:
        """A run failed in the end because the endpoint takes no more: pause, longer each time in a row.

        Runs that fail together count once.
        """
        if self.left(endpoint):
            return
        count = self._refused[endpoint] = self._refused.get(endpoint, 0) + 1
        self.close(endpoint, min(math.ldexp(_FIRST_PAUSE, min(count, 20) - 1), _LONGEST_PAUSE))

    def answered(self, endpoint: str) -> None:
        """The endpoint answered: the next pause is a short one again."""
        self._refused.pop(endpoint, None)

    def left(self, endpoint: str) -> float:
        """Seconds until something may be sent to an endpoint; 0 if it may now."""
        return max(self._until.get(endpoint, -math.inf) - self._clock(), 0.0)

    def phrase(self, endpoints: list[str]) -> str | None:
        """Say which of these endpoints are waited for and how long; None if none is."""
        waits = [(endpoint, self.left(endpoint)) for endpoint in endpoints]
        told = [f"{one_line(name, 40)} for {math.ceil(left)} s" for name, left in waits if left > 0]
        return f"rate limit: nothing new to {', '.join(told)}" if told else None
