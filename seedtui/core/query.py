"""The query language of the history: free text plus filters like `seed:123 status:failed`."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from seedtui.core.parameters import SEED_MAX, SEED_MIN
from seedtui.core.run import Status

FILTERS: Final[Mapping[str, str]] = {
    "seed": "the seed as sent, or none",
    "model": "the beginning of the model asked for or served",
    "fp": "the beginning of a fingerprint, or none",
    "status": "one of " + ", ".join(status.value for status in Status),
    "endpoint": "an endpoint's name",
    "since": "a date (2026-11-01) or a time (2026-11-01T12:00)",
    "digest": "the beginning of a request's digest",
}


@dataclass(frozen=True)
class Query:
    """What to look for.

    Attributes:
        words: Texts that must all occur in the request or in a completion; case is ignored.
        filters: Filter name to value; every one must hold.
        since: The earliest time, in UTC.
    """

    words: tuple[str, ...] = ()
    filters: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.words or self.filters or self.since)


def parse_query(typed: str) -> Query:
    """Read a query.

    A word with a colon whose beginning is no filter's name is free text. Quotes hold words together.

    Raises:
        ValueError: With one plain sentence, if a filter's value cannot be meant.
    """
    words: list[str] = []
    filters: dict[str, str] = {}
    since = None
    for token in _tokens(typed):
        name, colon, value = token.partition(":")
        if not colon or name not in FILTERS:
            words.append(token)
        elif not value:
            raise ValueError(f"{name}: needs a value: {FILTERS[name]}.")
        elif name == "since":
            since = _time(value)
        else:
            _check(name, value)
            filters[name] = value
    return Query(tuple(words), filters, since)


def _tokens(typed: str) -> list[str]:
    lexer = shlex.shlex(typed, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    lexer.quotes = '"'
    lexer.escape = ""
    try:
        return list(lexer)
    except ValueError:
        raise ValueError('A quotation mark (") is not closed.') from None


def _check(name: str, value: str) -> None:
    if name == "seed" and value != "none":
        try:
            number = int(value)
        except ValueError:
            raise ValueError(f"seed: needs a whole number, or none; got {value!r}.") from None
        if not SEED_MIN <= number <= SEED_MAX:
            raise ValueError("seed: must be from -2^63 to 2^63-1.")
    if name == "status" and value not in set(Status):
        raise ValueError(f"status: must be {FILTERS['status']}; got {value!r}.")


def _time(value: str) -> datetime:
    try:
        if len(value) <= 10:
            return datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"since: needs {FILTERS['since']}; got {value!r}.") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
