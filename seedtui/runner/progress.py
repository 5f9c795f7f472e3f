"""How far a series has come."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far a series has come.

    Attributes:
        planned: How many runs it is to have.
        answered: How many of them have an answer.
        failed: How many failed since it was begun or resumed; they are open and sent when it is resumed.
        retried: How many times a request was sent again in that time.
        going: How many runs are going now.
        elapsed_s: Seconds since it was begun or resumed.
        waiting: Why nothing is sent to an endpoint now, in a phrase with the seconds; None if all goes on.
        before: How many of the answers were there when it was begun or resumed.
    """

    planned: int
    answered: int
    failed: int = 0
    retried: int = 0
    going: int = 0
    elapsed_s: float = 0.0
    waiting: str | None = None
    before: int = 0

    @property
    def rate(self) -> float:
        """Answers a second since it was begun or resumed."""
        return (self.answered - self.before) / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def remaining_s(self) -> float | None:
        """About how many seconds are left at the pace so far; None while there is none to go by."""
        ended = self.answered - self.before + self.failed
        left = max(self.planned - self.answered - self.failed, 0)
        return left * self.elapsed_s / ended if ended > 0 else None
