"""Values of other tools' files, which may be anything, and the bodies that are made of them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeGuard

from seedtui.core.request import JsonObject

_NOTHING: Final[Mapping[str, Any]] = {}


def mapping(value: Any) -> Mapping[str, Any]:
    """Return the value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else _NOTHING


def items(value: Any) -> list[Any]:
    """Return the value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """Return the value if it is a text that is not empty."""
    return value if isinstance(value, str) and value else None


def number(value: Any) -> float | None:
    """Return the value if it is a finite number."""
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return value if known and -1e300 < value < 1e300 else None


def count(value: Any) -> int | None:
    """Return the value if it is a whole number that can be a count."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def loads(value: str) -> Any:
    """Read JSON as other tools write it: NaN and infinities become null.

    Raises:
        ValueError: If it is no JSON.
        RecursionError: If it is nested too deeply.
    """
    return json.loads(value, parse_constant=lambda _: None, parse_float=_finite)


def loads_or_none(value: Any) -> Any:
    """Read JSON kept in a text; None if it is no text or no JSON."""
    try:
        return loads(value) if isinstance(value, str) and value else None
    except (ValueError, RecursionError):
        return None


def is_chat(value: Any) -> TypeGuard[list[JsonObject]]:
    """Whether a value is a list of messages: objects that each have a role."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, Mapping) and isinstance(one.get("role"), str) for one in value)
    )


def messages_of(prompt: str, system: str | None = None) -> list[JsonObject]:
    """Return the messages that a prompt makes: its own if it is a chat written as JSON, else one of a user."""
    chat = loads_or_none(prompt) if prompt.lstrip()[:1] == "[" else None
    messages: list[JsonObject] = chat if is_chat(chat) else [{"role": "user", "content": prompt}]
    return [{"role": "system", "content": system}, *messages] if system else messages


def whole_number(value: str) -> int:
    """Read a whole number as spreadsheets write it: `123` or `123.0`.

    Raises:
        ValueError: If it is none.
    """
    if len(value) > 40:
        raise ValueError(value)
    try:
        return int(value)
    except ValueError:
        read = float(value)
        if not read.is_integer() or abs(read) > 2**53:
            raise ValueError(value) from None
        return int(read)


def without_nulls(value: Mapping[str, Any]) -> JsonObject:
    """Return an object without the fields that are null."""
    return {key: item for key, item in value.items() if item is not None}


def chat_body(choices: Sequence[Mapping[str, Any]], **more: Any) -> JsonObject:
    """Return a Chat Completions response; fields that are None are left out."""
    numbered = [{"index": index, **choice} for index, choice in enumerate(choices)]
    return {"object": "chat.completion", "choices": numbered, **without_nulls(more)}


def choice(content: Any, finish_reason: Any = None, **more: Any) -> JsonObject:
    """Return one choice of a Chat Completions response."""
    message = {"role": "assistant", "content": content, **without_nulls(more)}
    return {"message": message, "finish_reason": text(finish_reason)}


def usage(prompt: Any, completion: Any, cached: Any = None) -> JsonObject | None:
    """Return a response's token counts; None if there are none."""
    prompt, completion, cached = count(prompt), count(completion), count(cached)
    if prompt is None and completion is None:
        return None
    total = None if prompt is None or completion is None else prompt + completion
    details = {"cached_tokens": cached} if cached else None
    return without_nulls(
        {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": total,
            "prompt_tokens_details": details,
        }
    )


def failure(message: Any, http_status: Any = None) -> JsonObject:
    """Return what an import line says of an answer that never came."""
    said = message if isinstance(message, str) and message else "The log says no more than that it failed."
    known = http_status if isinstance(http_status, int) and 100 <= http_status < 600 else None
    return {
        "response": None,
        "status": "failed",
        "error": without_nulls({"kind": "http", "message": said, "http_status": known}),
    }


def milliseconds(value: Any) -> JsonObject | None:
    """Return an import line's timing for how long an answer took."""
    took = number(value)
    return None if took is None or not 0 <= took < 1e15 else {"total_ms": took}


def model_parts(named: str, separator: str) -> tuple[str, str]:
    """Split a provider from a model: `openai/gpt-4o` is of endpoint `openai`, model `gpt-4o`."""
    provider, found, model = named.partition(separator)
    return (provider, model) if found and provider and model else ("", named)


def _finite(value: str) -> float | None:
    read = float(value)
    return read if math.isfinite(read) else None
