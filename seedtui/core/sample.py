"""What the statistics see of the history: samples, which are completions without their texts, and series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from seedtui.core.request import JsonObject
from seedtui.core.status import Status

NO_COMPLETION: Final = -1
_ANSWERS: Final = frozenset({Status.COMPLETE, Status.ENDED_WITHOUT_REASON})


@dataclass(slots=True)
class Sample:
    """One completion as the statistics see it: everything but its text.

    Treat it as read-only. Frozen, it would take three times as long to make, and there are hundreds of thousands.

    Attributes:
        run_id: The run.
        index: The choice's number; `NO_COMPLETION` for a run that has no completion at all.
        digest: The digest of the run's request.
        endpoint: The name of the endpoint; empty where it is not known.
        model: The model asked for.
        served_model: The model that the response names.
        fingerprints: The distinct fingerprints that came, in order; empty if none did.
        created_at: When the run was sent, in UTC.
        status: How the run ended.
        identity: The SHA-256 of the text; two completions with the same one are identical. Empty where
            there is no text.
        whole: Whether the text came to its end: a finish reason is recorded for it, or the run is complete.
    """

    run_id: int
    index: int
    digest: str
    endpoint: str
    model: str
    served_model: str | None
    fingerprints: tuple[str, ...]
    created_at: datetime
    status: Status
    identity: str
    whole: bool


@dataclass(frozen=True)
class SeriesRecord:
    """A series as the history keeps it.

    Attributes:
        id: A small positive integer, unique in its history.
        created_at: When it was made, in UTC.
        plan: What was to be sent, as JSON.
        answers: For each slot that was ever sent, its newest run and how that ended. Deleted runs count, too.
    """

    id: int
    created_at: datetime
    plan: JsonObject
    answers: Mapping[int, tuple[int, Status]] = field(default_factory=dict)


def is_answer(status: Status) -> bool:
    """Whether a run that ended so has answered: its slot of a series is not sent again."""
    return status in _ANSWERS
