"""Whether a failed request is worth sending again, and after how long."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_WAIT: Final = 60.0
"""Seconds. Who asks for a longer wait is not asked again by itself: the user decides."""

_PASSING: Final = frozenset({408, 409, 429, *range(500, 600)})
_LASTING: Final = frozenset({501, 505})
_FIRST: Final = 0.5
_SLOWEST: Final = 8.0


def backoff(attempt: int, jitter: float) -> float:
    """Return the wait before a repetition when the endpoint names none.

    Args:
        attempt: Which repetition it is, from 1.
        jitter: From 0 to 1; takes up to a quarter off, so that runs sent together part.

    Returns:
        Seconds: half a second, doubled with each repetition, at most 8.
    """
    return min(math.ldexp(_FIRST, attempt - 1), _SLOWEST) * (1 - jitter / 4)


def wait_after(
    status: int, headers: Mapping[str, str], attempt: int, jitter: float, now: datetime | None = None
) -> float | None:
    """Return how long to wait before a refused request is sent again.

    Args:
        status: The HTTP status of the refusal.
        headers: Its headers, lower-case names.
        attempt: Which repetition it would be, from 1.
        jitter: See `backoff`.
        now: The time, for a Retry-After that is a date.

    Returns:
        Seconds; None if it should not be sent again: the refusal is final, or the wait too long.
    """
    should = headers.get("x-should-retry", "").lower()
    passing = status in _PASSING and status not in _LASTING
    if should == "false" or not (passing or should == "true"):
        return None
    asked = asked_wait(headers, now or datetime.now(UTC))
    if asked is None:
        return backoff(attempt, jitter)
    return asked if asked <= LONGEST_WAIT else None


def is_limit(status: int, headers: Mapping[str, str]) -> bool:
    """Whether a refusal asks for fewer requests: a 429, or a 503 that says when to come back."""
    return status == 429 or (status == 503 and asked_wait(headers, datetime.now(UTC)) is not None)


def asked_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that the endpoint asks to wait, from `retry-after-ms` or `retry-after`."""
    for name, divisor in (("retry-after-ms", 1000), ("retry-after", 1)):
        value = headers.get(name, "").strip()
        if value:
            seconds = _seconds(value, now)
            if seconds is not None:
                return max(seconds / divisor, 0.0)
    return None


def _seconds(value: str, now: datetime) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        pass
    else:
        return seconds if math.isfinite(seconds) else None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()
