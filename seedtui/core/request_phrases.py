"""How the values of a request, and the changes between two, read in a sentence. Every phrase is displayable."""

from __future__ import annotations

from typing import Any

from seedtui.core.request import Change, Unset, canonical_json
from seedtui.core.text import one_line


def phrase_value(value: Any, limit: int = 40) -> str:
    """Write a request's value in a sentence; a value that is not sent is said to be so."""
    if isinstance(value, Unset):
        return "not sent"
    return one_line(value if isinstance(value, str) else canonical_json(value), limit)


def phrase_change(change: Change) -> str:
    """Write a change of the request in a few words, displayable: `temperature 0.7 → 0.2`, `message 2 edited`."""
    return _text_change(change, "") or (
        f"{one_line(change.field, 40)} {phrase_value(change.a)} → {phrase_value(change.b)}"
    )


def phrase_difference(change: Change) -> str:
    """Write a change of the request as a difference: `temperature differs (0.7 → 0.2)`."""
    return _text_change(change, "was ") or (
        f"{one_line(change.field, 40)} differs ({phrase_value(change.a)} → {phrase_value(change.b)})"
    )


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
