"""Queries turned into SQL."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final
from unicodedata import combining

from seedtui.core.query import Query
from seedtui.core.text import folded
from seedtui.history.codec import moment

# A prefix is compared as text, not as a pattern: fingerprints and model names hold `_` and `*`.
_PREFIX: Final = "substr({column}, 1, length(?)) = ?"
_ANY_FINGERPRINT: Final = f"EXISTS (SELECT 1 FROM json_each(fingerprints) WHERE {_PREFIX.format(column='value')})"
_WORD: Final = (
    "(asks(request, ?) OR EXISTS (SELECT 1 FROM completions WHERE run_id = runs.id AND contains(text, ?))"
    " OR EXISTS (SELECT 1 FROM chunks WHERE run_id = runs.id AND contains(text, ?)))"
)
_ESCAPED: Final = re.compile("[\x00-\x1f]")
# What every request says, whoever wrote it.
_NOT_SEARCHED: Final = frozenset({"role", "type"})

# Filters that find few runs, through an index; the one that finds the fewest first.
SELECTIVE: Final = ("series", "digest")

Condition = tuple[str, tuple[Any, ...]]


def _model(value: str) -> Condition:
    either = f"({_PREFIX.format(column='model')} OR {_PREFIX.format(column='served_model')})"
    return either, (value,) * 4


def _seed(value: str) -> Condition:
    return ("seed IS NULL", ()) if value == "none" else ("seed = ?", (str(int(value)),))


def _fingerprint(value: str) -> Condition:
    return ("fingerprints = '[]'", ()) if value == "none" else (_ANY_FINGERPRINT, (value, value))


def _digest(value: str) -> Condition:
    # As a range, so that the index is used: "g" comes after every hexadecimal digit.
    return "digest >= ? AND digest < ?", (value.lower(), value.lower() + "g")


_FILTERS: Final[dict[str, Callable[[str], Condition]]] = {
    "seed": _seed,
    "model": _model,
    "fp": _fingerprint,
    "status": lambda value: ("status = ?", (value,)),
    "endpoint": lambda value: ("endpoint = ?", (value,)),
    "digest": _digest,
    "series": lambda value: ("id IN (SELECT run_id FROM slots WHERE series_id = ?)", (int(value),)),
}


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
        arguments.append(moment(query.since))
    for word in query.words:
        wheres.append(_WORD)
        arguments += [folded(word)] * 3
    return wheres, arguments


def add_functions(connection: sqlite3.Connection) -> None:
    """Give SQL a search that ignores case in every script; SQLite's own knows only ASCII."""
    connection.create_function("contains", 2, _contains, deterministic=True)
    connection.create_function("asks", 2, _asks, deterministic=True)


def _contains(text: str, word: str) -> bool:
    return word in folded(text)


def _asks(request: str, word: str) -> bool:
    """Whether a request, as JSON, has a text that contains a word."""
    # Most requests do not: they need not be parsed.
    if _told_by(word) not in folded(request):
        return False
    try:
        return any(word in folded(text) for text in texts_of(json.loads(request)))
    except ValueError:
        # Damaged: whoever opens the run is told.
        return True


@lru_cache(maxsize=10)
def _told_by(word: str) -> str:
    """Return what a request's JSON has if one of its texts has a word: the longest part of it without an escape.

    An escape ends in a letter, with which a mark behind it becomes another letter.
    """
    parts = (json.dumps(part, ensure_ascii=False)[1:-1] for part in _ESCAPED.split(word))
    return max((part.lstrip("".join(filter(combining, part))) for part in parts), key=len)


def texts_of(value: Any) -> Iterator[str]:
    """Give the texts of a request that are searched."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _NOT_SEARCHED:
                yield from texts_of(item)
