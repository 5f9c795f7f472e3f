"""Requests and responses of the command `llm`, put together again from what its log keeps of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from seedtui.core.request import JsonObject, is_deep
from seedtui.exchange.logs.values import (
    chat_body,
    choice,
    items,
    loads_or_none,
    mapping,
    milliseconds,
    text,
    usage,
    without_nulls,
)


def row_line(
    row: Mapping[str, Any],
    messages: Sequence[JsonObject],
    answer: str,
    texts: Mapping[str, str],
    calls: Sequence[JsonObject] = (),
) -> JsonObject:
    """Return the import line of one call.

    Args:
        row: Its row: model, options, times, token counts and the provider's response.
        messages: What was sent.
        answer: The text that came.
        texts: What the references in the response stand for.
        calls: The calls of tools that came.
    """
    options = mapping(loads_or_none(row.get("options_json")))
    model = text(row.get("model"))
    return {
        "request": {**({"model": model} if model else {}), "messages": list(messages), **without_nulls(options)},
        "response": _response(row, answer, texts, calls),
        "created_at": _moment(row.get("datetime_utc")),
        "timing": milliseconds(row.get("duration_ms")),
        # An answer that failed is not in the log.
        "status": "complete",
    }


def restored(value: Any, texts: Mapping[str, str]) -> Any:
    """Put texts back in place of the references that llm writes for those it keeps elsewhere.

    Raises:
        ValueError: If a reference is to something else, or nobody knows to what.
    """
    if is_deep(value):
        raise ValueError("too deep")
    return _restored(value, texts)


def _restored(value: Any, texts: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_restored(one, texts) for one in value]
    if not isinstance(value, Mapping):
        return value
    if len(value) == 1:
        if "$raw" in value and isinstance(value["$raw"], Mapping):
            return {key: _restored(one, texts) for key, one in value["$raw"].items()}
        if "$r" in value:
            parts = [one if isinstance(one, str) else _text(one, texts) for one in items(value["$r"])]
            return "".join(parts)
        if "$" in value:
            return _text(value, texts)
    return {key: _restored(one, texts) for key, one in value.items()}


def _text(reference: Any, texts: Mapping[str, str]) -> str:
    name = mapping(reference).get("$")
    if not isinstance(name, str) or name not in texts:
        raise ValueError("unknown reference")
    return texts[name]


def _response(row: Mapping[str, Any], answer: str, texts: Mapping[str, str], calls: Sequence[JsonObject]) -> JsonObject:
    """Return the provider's body where it was kept; else, or where it was a stream's, one with all that is known."""
    kept = mapping(loads_or_none(row.get("response_json")))
    try:
        body = mapping(restored(kept, texts))
    except ValueError:
        body = {key: value for key, value in kept.items() if not isinstance(value, Mapping | list)}
    first = mapping(next(iter(items(body.get("choices"))), None))
    if answer and mapping(first.get("message")).get("content") == answer:
        return dict(body)
    counted = mapping(loads_or_none(row.get("token_details"))).get("prompt_tokens_details")
    tokens = usage(row.get("input_tokens"), row.get("output_tokens"), mapping(counted).get("cached_tokens"))
    return chat_body(
        [choice(answer, body.get("finish_reason") or first.get("finish_reason"), tool_calls=list(calls) or None)],
        id=text(body.get("id")),
        created=body.get("created"),
        model=text(body.get("model")) or text(row.get("resolved_model")),
        system_fingerprint=text(body.get("system_fingerprint")),
        usage=dict(mapping(body.get("usage"))) or tokens,
    )


def _moment(value: Any) -> str | None:
    """Return a time as an import line writes it; None where the log has none that can be read."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
        return None if read is None else (read if read.tzinfo else read.replace(tzinfo=UTC)).isoformat()
    except ValueError:
        return None
