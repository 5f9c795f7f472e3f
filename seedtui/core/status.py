"""How far a run has come: a word that much is told by, apart from all else that is known of a run."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """How far a run has come, or how it ended."""

    STREAMING = "streaming"
    COMPLETE = "complete"
    ENDED_WITHOUT_REASON = "ended-without-reason"
    CANCELLED = "cancelled"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def phrase(self) -> str:
        """The status in words, for use in a sentence."""
        return _PHRASES[self]


_PHRASES = {
    Status.STREAMING: "still streaming",
    Status.COMPLETE: "complete",
    Status.ENDED_WITHOUT_REASON: "ended without a reason",
    Status.CANCELLED: "cancelled",
    Status.FAILED: "failed",
    Status.INTERRUPTED: "interrupted",
}
