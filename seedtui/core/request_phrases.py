"""How the values of a request, and the changes between two, read in a sentence. Every phrase is displayable."""

from __future__ import annotations

import json
from typing import Any, Final

from seedtui.core.request import Change, Unset, canonical_json
from seedtui.core.segment import common_prefix
from seedtui.core.text import displayable, one_line

_BEFORE: Final = 12


def phrase_value(value: Any, limit: int = 40) -> str:
    """Write a request's value in a sentence; a value that is not sent is said to be so.

    A text is in quotes where it would not be seen for what it is without: white space, `7`, nothing.
    """
    return _cut(_written(value), limit)


def _cut(text: str, limit: int) -> str:
    # Spaces stay as they are: they may be what differs.
    shown = displayable(text[: limit + 1])
    return shown if len(shown) <= limit and len(text) <= limit else shown[: limit - 1] + "…"


def _written(value: Any) -> str:
    if isinstance(value, Unset):
        return "not sent"
    if not isinstance(value, str):
        return canonical_json(value)
    plain = value == " ".join(value.split()) and value != "not sent" and not _is_json(value)
    return value if plain else json.dumps(value, ensure_ascii=False)


def _is_json(text: str) -> bool:
    if text[:1] not in tuple('{["-tfn0123456789') and text:
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return not text
    return True


def phrase_values(a: Any, b: Any, limit: int = 40) -> tuple[str, str]:
    """Write two different values; of long ones, what is about the first difference."""
    left, right = phrase_value(a, limit), phrase_value(b, limit)
    if left != right:
        return left, right
    whole_a, whole_b = _written(a), _written(b)
    start = max(0, common_prefix(whole_a, whole_b) - _BEFORE)
    return _cut("…" + whole_a[start:], limit), _cut("…" + whole_b[start:], limit)


def phrase_change(change: Change) -> str:
    """Write a change of the request in a few words, displayable: `temperature 0.7 → 0.2`, `message 2 edited`."""
    return _text_change(change, "") or f"{one_line(change.field, 40)} {' → '.join(phrase_values(change.a, change.b))}"


def phrase_difference(change: Change) -> str:
    """Write a change of the request as a difference: `temperature differs (0.7 → 0.2)`."""
    values = " → ".join(phrase_values(change.a, change.b))
    return _text_change(change, "was ") or f"{one_line(change.field, 40)} differs ({values})"


def _text_change(change: Change, verb: str) -> str | None:
    """Write a change of a message or prompt: the text itself is too long for a sentence."""
    if change.field.startswith("messages["):
        name = f"message {int(change.field[9:-1]) + 1}"
    elif change.field in ("messages", "prompt"):
        name = change.field
    else:
        return None
    if isinstance(change.a, Unset):
        return f"{name} {verb}added"
    return f"{name} {verb}{'removed' if isinstance(change.b, Unset) else 'edited'}"
