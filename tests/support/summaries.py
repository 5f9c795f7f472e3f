"""Summaries of runs that nobody sent."""

from __future__ import annotations

from datetime import UTC, datetime

from seedtui.core.request import UNSET
from seedtui.core.run import Status
from seedtui.core.summary import Summary


def a_summary(run_id: int, words: str = "", seed: int | None = None, status: Status = Status.COMPLETE) -> Summary:
    """Return the summary of a run."""
    return Summary(
        id=run_id,
        created_at=datetime(2026, 11, 24, tzinfo=UTC),
        status=status,
        endpoint="local",
        model="m",
        served_model=None,
        seed=seed,
        temperature=UNSET,
        fingerprints=(),
        completion_tokens=None,
        choices=1,
        first_words=words,
        digest="ab12",
    )
