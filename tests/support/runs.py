"""Runs made by hand, for tests that need no endpoint."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from seedtui.core.request import Request
from seedtui.core.run import Completion, Run, RunError, Side, Status, Timing

STORY = {
    "model": "m-1",
    "messages": [
        {"role": "system", "content": "You are a helpful assistant that generates short stories."},
        {"role": "user", "content": "Generate a short story about a journey to Mars."},
    ],
    "temperature": 0.7,
    "max_tokens": 200,
}


def a_run(
    text: str | None = "Once upon a time.",
    *,
    id: int = 1,
    status: Status = Status.COMPLETE,
    finish_reason: str | None = "stop",
    fingerprint: str | tuple[str, ...] | None = "fp_fefa7b2153",
    served_model: str | None = "m-1",
    endpoint: str = "openai",
    error: RunError | None = None,
    retries: int = 0,
    extra: dict[str, Any] | None = None,
    **request: Any,
) -> Run:
    """Make a run.

    Args:
        text: The completion's text; None for no completion at all.
        extra: Further fields of the response.
        request: Fields of the request body; None takes one out.
        id, status, finish_reason, fingerprint, served_model, endpoint, error, retries: As in `Run`.
    """
    body = {key: value for key, value in {**STORY, **request}.items() if value is not None}
    fingerprints = (fingerprint,) if isinstance(fingerprint, str) else fingerprint or ()
    response: dict[str, Any] = {
        "id": f"r-{id}",
        "object": "chat.completion",
        "choices": [],
        "usage": {"prompt_tokens": 31, "completion_tokens": 60, "total_tokens": 91},
        **(extra or {}),
    }
    if served_model is not None:
        response["model"] = served_model
    if fingerprints:
        response["system_fingerprint"] = fingerprints[-1]
    return Run(
        id=id,
        request=Request(body),
        response=response,
        endpoint=endpoint,
        created_at=datetime(2026, 11, 22, 21, 43, id % 60, tzinfo=UTC),
        status=status,
        completions=() if text is None else (Completion(0, text, finish_reason),),
        fingerprints=fingerprints,
        timing=Timing(80.0, 2100.0),
        error=error,
        retries=retries,
    )


def a_side(text: str | None = "Once upon a time.", **facts: Any) -> Side:
    """Make one side of a comparison: see `a_run`."""
    return Side.of(a_run(text, **facts))
