"""Queries turned into SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, Final

from seedtui.core.query import Query

# A prefix is compared as text, not as a pattern: fingerprints and model names hold `_` and `*`.
_PREFIX: Final = "substr({column}, 1, length(?)) = ?"
_ANY_FINGERPRINT: Final = f"EXISTS (SELECT 1 FROM json_each(fingerprints) WHERE {_PREFIX.format(column='value')})"
_WORD: Final = (
    "(contains(request, ?) OR EXISTS (SELECT 1 FROM completions WHERE run_id = runs.id AND contains(text, ?))"
    " OR EXISTS (SELECT 1 FROM chunks WHERE run_id = runs.id AND contains(text, ?)))"
)

Condition = tuple[str, tuple[Any, ...]]


def _model(value: str) -> Condition:
    either = f"({_PREFIX.format(column='model')} OR {_PREFIX.format(column='served_model')})"
    return either, (value,) * 4


def _seed(value: str) -> Condition:
    return ("seed IS NULL", ()) if value == "none" else ("seed = ?", (int(value),))


def _fingerprint(value: str) -> Condition:
    return ("fingerprints = '[]'", ()) if value == "none" else (_ANY_FINGERPRINT, (value, value))


_FILTERS: Final[dict[str, Callable[[str], Condition]]] = {
    "seed": _seed,
    "model": _model,
    "fp": _fingerprint,
    "status": lambda value: ("status = ?", (value,)),
    "endpoint": lambda value: ("endpoint = ?", (value,)),
    "digest": lambda value: (_PREFIX.format(column="digest"), (value, value)),
}


def add_functions(connection: sqlite3.Connection) -> None:
    """Give SQL a search that ignores case in every script; SQLite's own knows only ASCII."""
    connection.create_function("contains", 2, _contains, deterministic=True)


def _contains(text: str | None, folded: str) -> bool:
    return text is not None and folded in text.casefold()


def conditions(query: Query) -> tuple[list[str], list[Any]]:
    """Return the SQL conditions of a query, and their arguments."""
    wheres: list[str] = []
    arguments: list[Any] = []
    for name, value in query.filters.items():
        where, values = _FILTERS[name](value)
        wheres.append(where)
        arguments += values
    if query.since is not None:
        wheres.append("created_at >= ?")
        arguments.append(query.since.isoformat())
    for word in query.words:
        wheres.append(_WORD)
        arguments += [word.casefold()] * 3
    return wheres, arguments
