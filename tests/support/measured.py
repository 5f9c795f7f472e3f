"""Lines to import that have something to be measured."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

BEGAN: Final = datetime(2026, 11, 1, 12, tzinfo=UTC)
OPENING: Final = "In the year 2050 a team of"


def line(
    *texts: str,
    number: int = 0,
    fingerprint: str | None = "fp_a",
    prompt: str = "A story about Mars.",
    endpoint: str = "openai",
    more: dict[str, Any] | None = None,
    **request: Any,
) -> str:
    """Return a line of a run.

    Args:
        texts: The text of each choice.
        number: Which run it is: that many minutes after the first.
        fingerprint: The fingerprint.
        prompt: What the user says.
        endpoint: The endpoint's name.
        more: Further fields of the line.
        request: Further fields of the request.
    """
    choices = [
        {"index": index, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        for index, text in enumerate(texts)
    ]
    body = {"model": "m-1", "messages": [{"role": "user", "content": prompt}], "seed": 12, **request}
    response = {"id": f"r-{number}", "model": "m-1", "system_fingerprint": fingerprint, "choices": choices}
    created = (BEGAN + timedelta(minutes=number)).isoformat()
    found = {"request": body, "response": response, "endpoint": endpoint, "created_at": created, **(more or {})}
    return json.dumps(found) + "\n"


def without_answer(status: str, number: int) -> str:
    """Return a line of a run that came to nothing."""
    error = {"kind": "http", "message": "The endpoint answered 500.", "http_status": 500}
    more = {"status": status, "response": None, "error": error if status == "failed" else None}
    return line(number=number, more=more)


def of_two_backends() -> Iterator[str]:
    """Yield 40 runs: fingerprint fp_a until run 12, then fp_b; every tenth says something of its own."""
    for number in range(1, 41):
        backend = "a" if number <= 12 else "b"
        text = f"{OPENING} {'robots' if backend == 'a' else 'pilots'} set out."
        if not number % 10:
            text = f"{OPENING} {'robots' if backend == 'a' else 'pilots'} stayed at home for the {number}th time."
        yield line(text, number=number, fingerprint=f"fp_{backend}")


def repeated(texts: Sequence[str], **facts: Any) -> str:
    """Return a run of one request for each text."""
    return "".join(line(text, number=number, **facts) for number, text in enumerate(texts, 1))
