"""Runs as rows of the database, and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from seedtui.core.request import UNSET, Request
from seedtui.core.run import Completion, Run, RunError, Status, Timing
from seedtui.core.summary import Summary, summarize
from seedtui.core.text import REPLACEMENT, scrub

SUMMARY_COLUMNS: Final = (
    "id, created_at, status, endpoint, model, served_model, seed, temperature, fingerprints, completion_tokens, "
    "choices, first_words, digest"
)
# In the order in which they are sealed; see `seal_of`.
SEALED: Final = (
    "created_at",
    "status",
    "endpoint",
    "model",
    "served_model",
    "seed",
    "temperature",
    "digest",
    "fingerprints",
    "completion_tokens",
    "choices",
    "first_words",
    "request",
    "response",
    "headers",
    "first_token_ms",
    "total_ms",
    "error",
    "retries",
)
RUN_COLUMNS: Final = ", ".join(("id", *SEALED, "seal"))


def dump(value: Any) -> str:
    """Write a JSON value as it is kept: searchable, every digit of a seed in it."""
    return json.dumps(scrub(value), ensure_ascii=False, separators=(",", ":"))


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text, as it is kept beside each completion."""
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def checked(text: str, digest: str) -> str:
    """Return a text, if it is the one whose digest was kept.

    Raises:
        ValueError: If it is not.
    """
    if digest_of(text) != digest:
        raise ValueError("The text is not what was stored.")
    return text


def seal_of(row: Mapping[str, Any] | sqlite3.Row) -> str:
    """Return the SHA-256 of what is kept of a run, so that a bit that the disk changes is noticed."""
    return digest_of(json.dumps([row[name] for name in SEALED], ensure_ascii=False, separators=(",", ":")))


def fingerprints_of(kept: str) -> tuple[str, ...]:
    """Read the distinct fingerprints of a run.

    Raises:
        ValueError: If they are not what was written.
    """
    found = json.loads(kept)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ValueError("Fingerprints are a list of texts.")
    return tuple(found)


def moment(time: datetime) -> str:
    """Write a time as it is kept: in UTC and always as long, so that texts compare as times do."""
    time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def run_row(run: Run) -> dict[str, Any]:
    """Return the columns of a run, but for its id."""
    body = scrub(run.request.body)
    if body != run.request.body:
        # The digest is that of the request as it is kept, and as it will be read.
        run = replace(run, request=Request(body))
    summary = summarize(run)
    row = {
        "created_at": moment(run.created_at),
        "status": run.status.value,
        "endpoint": scrub(run.endpoint),
        "model": scrub(summary.model),
        "served_model": scrub(summary.served_model),
        "seed": None if summary.seed is None else str(summary.seed),
        "temperature": None if summary.temperature is UNSET else dump(summary.temperature),
        "digest": summary.digest,
        "fingerprints": dump(list(run.fingerprints)),
        "completion_tokens": _storable(summary.completion_tokens),
        "choices": summary.choices,
        "first_words": scrub(summary.first_words),
        "request": dump(run.request.body),
        "response": None if run.response is None else dump(run.response),
        "headers": dump(run.headers),
        "first_token_ms": _real(run.timing.first_token_ms),
        "total_ms": _real(run.timing.total_ms),
        "error": None if run.error is None else dump(run.error.as_json()),
        "retries": run.retries,
    }
    return {**row, "seal": None if run.status is Status.STREAMING else seal_of(row)}


def completion_rows(run_id: int, completions: Sequence[Completion]) -> list[tuple[int, int, str, str | None, str]]:
    """Return the rows of a run's completions."""
    texts = [(one, str(scrub(one.text))) for one in completions]
    return [(run_id, one.index, text, scrub(one.finish_reason), digest_of(text)) for one, text in texts]


def summary_of(row: sqlite3.Row) -> Summary:
    """Read a summary from a row of `SUMMARY_COLUMNS`."""
    return Summary(
        id=row["id"],
        created_at=datetime.fromisoformat(row["created_at"]),
        status=Status(row["status"]),
        endpoint=row["endpoint"],
        model=row["model"],
        served_model=row["served_model"],
        seed=None if row["seed"] is None else int(row["seed"]),
        temperature=UNSET if row["temperature"] is None else json.loads(row["temperature"]),
        fingerprints=fingerprints_of(row["fingerprints"]),
        completion_tokens=row["completion_tokens"],
        choices=row["choices"],
        first_words=row["first_words"],
        digest=row["digest"],
    )


def request_of(kept: str, digest: str) -> Request:
    """Read a request, if it is the one whose digest was kept.

    Raises:
        ValueError: If it is not; like TypeError and AttributeError.
    """
    request = Request(json.loads(kept))
    # Before there were seals, the digest was that of a text that could not be kept letter by letter.
    if request.digest != digest and REPLACEMENT not in kept:
        raise ValueError("The request is not what was stored.")
    return request


def run_of(row: Mapping[str, Any] | sqlite3.Row, completions: tuple[Completion, ...]) -> Run:
    """Read a run from a row of `RUN_COLUMNS` and its completions.

    Raises:
        ValueError: If it is not what was written; like TypeError, KeyError and AttributeError.
    """
    run = replace(run_without_texts(row), completions=completions)
    if run.status is not Status.STREAMING and row["choices"] != len(completions):
        raise ValueError("A text of the run is lost.")
    return run


def run_without_texts(row: Mapping[str, Any] | sqlite3.Row) -> Run:
    """Read a run from a row of `RUN_COLUMNS`, without its completions.

    Raises:
        ValueError: If it is not what was written; like TypeError, KeyError and AttributeError.
    """
    if row["seal"] is not None and row["seal"] != seal_of(row):
        raise ValueError("The run is not what was stored.")
    return Run(
        id=row["id"],
        request=request_of(row["request"], row["digest"]),
        response=None if row["response"] is None else json.loads(row["response"]),
        endpoint=row["endpoint"],
        created_at=datetime.fromisoformat(row["created_at"]),
        status=Status(row["status"]),
        fingerprints=fingerprints_of(row["fingerprints"]),
        timing=Timing(row["first_token_ms"], row["total_ms"]),
        error=_error(row["error"]),
        retries=row["retries"],
        headers=json.loads(row["headers"]),
    )


def _real(number: float | None) -> float | None:
    # As the column gives it back: the seal tells 80 from 80.0.
    return None if number is None else float(number)


def _storable(number: int | None) -> int | None:
    # A column of numbers holds 64 bits; the JSON kept beside it has all digits.
    return number if number is not None and -(2**63) <= number < 2**63 else None


def _error(kept: str | None) -> RunError | None:
    if kept is None:
        return None
    value: Mapping[str, Any] = json.loads(kept)
    return RunError(value["kind"], value["message"], value["http_status"])
