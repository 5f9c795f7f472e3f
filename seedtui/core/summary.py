"""What a list of runs shows of a run, without its texts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from seedtui.core.request import UNSET
from seedtui.core.status import Status

if TYPE_CHECKING:
    from seedtui.core.run import Run

FIRST_WORDS: Final = 80


class Summary(NamedTuple):
    """A run in a list.

    Attributes:
        id: The run's id.
        created_at: When it was sent, in UTC.
        status: How far it has come.
        endpoint: The endpoint's name.
        model: The model asked for.
        served_model: The model that answered, as it says; None if it does not.
        seed: The seed; None if none was sent.
        temperature: As sent; `UNSET` if it was not.
        fingerprints: The distinct fingerprints that came.
        completion_tokens: As the endpoint counts them; None if it does not.
        choices: How many completions came.
        first_words: The beginning of the first completion, raw, `FIRST_WORDS` code points at most.
        digest: The request's digest.
    """

    id: int
    created_at: datetime
    status: Status
    endpoint: str
    model: str
    served_model: str | None
    seed: int | None
    temperature: Any
    fingerprints: tuple[str, ...]
    completion_tokens: int | None
    choices: int
    first_words: str
    digest: str

    @property
    def fingerprint(self) -> str | None:
        """The last fingerprint that came; None if none was reported."""
        return self.fingerprints[-1] if self.fingerprints else None


def summarize(run: Run) -> Summary:
    """Return the summary of a run."""
    return Summary(
        id=run.id,
        created_at=run.created_at,
        status=run.status,
        endpoint=run.endpoint,
        model=run.request.model,
        served_model=run.served_model,
        seed=run.request.seed,
        temperature=run.request.body.get("temperature", UNSET),
        fingerprints=run.fingerprints,
        completion_tokens=run.completion_tokens,
        choices=len(run.completions),
        first_words=run.completions[0].text[:FIRST_WORDS] if run.completions else "",
        digest=run.request.digest,
    )
