"""Runs written as JSON lines: one run a line, made of the API's own bodies. `logs` reads them back."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import regex

from seedtui.core.request import JsonObject
from seedtui.core.run import Completion, Run, label
from seedtui.core.text import INVISIBLE
from seedtui.exchange.line import response_completions

# Written as an escape, so that no line of JSON can act on a terminal that it is printed to.
_UNSAFE: Final = regex.compile(rf"[\p{{Cc}}\p{{Cf}}\p{{Cs}}\p{{Co}}\p{{Cn}}\p{{Zl}}\p{{Zp}}{INVISIBLE}]")


def line_object(run: Run) -> JsonObject:
    """Return a run as an export line: what reads back as an equal run.

    The completions have a field of their own only where the response cannot carry them: those of a
    run that was cut off before, say.
    """
    line: JsonObject = {
        "request": dict(run.request.body),
        "response": run.response,
        "endpoint": run.endpoint,
        "created_at": timestamp(run.created_at),
        "status": run.status.value,
        "fingerprints": list(run.fingerprints),
        "timing": run.timing.as_json(),
        "error": run.error.as_json() if run.error else None,
        "retries": run.retries,
    }
    if run.headers:
        line["headers"] = dict(run.headers)
    if response_completions(run.response, run.request.body) != run.completions:
        line["completions"] = [_completion_object(one) for one in run.completions]
    return line


def run_object(run: Run) -> JsonObject:
    """Return a run as `run --json` and `show --json` print it: the export line plus what seedtui knows."""
    count = len(run.completions)
    completions = [{"id": label(run.id, one.index, count), **_completion_object(one)} for one in run.completions]
    return {
        "id": run.id,
        "status": run.status.value,
        "digest": run.request.digest,
        **line_object(run),
        "completions": completions,
        "usage": run.usage,
    }


def timestamp(moment: datetime) -> str:
    """Write a time as ISO 8601 in UTC, ending in Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def dumps(value: Any) -> str:
    """Write a value as one line of JSON, in characters that can be shown, the others escaped.

    JSON has no infinities and no NaN, which some servers send: they become null.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=dict)
    except ValueError:
        text = json.dumps(_finite(value), ensure_ascii=False, allow_nan=False)
    return str(_UNSAFE.sub(_escape, text))


def _escape(match: Any) -> str:
    units = match.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _completion_object(completion: Completion) -> JsonObject:
    return {"index": completion.index, "text": completion.text, "finish_reason": completion.finish_reason}
