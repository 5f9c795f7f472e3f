"""The query language of the history: free text plus filters like `seed:123 status:failed`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from seedtui.core.parameters import SEED_MAX, SEED_MIN
from seedtui.core.status import Status

FILTERS: Final[Mapping[str, str]] = {
    "seed": "the seed as sent, or none",
    "model": "the beginning of the model asked for or served",
    "fp": "the beginning of a fingerprint, or none",
    "status": "one of " + ", ".join(status.value for status in Status),
    "endpoint": "an endpoint's name",
    "since": "a date (2026-11-01) or a time (2026-11-01T12:00), local unless it names a zone",
    "digest": "the beginning of a request's digest",
    "series": "a series' number",
}

_SERIES_MAX: Final = 2**63 - 1
_INTEGER: Final = re.compile(r"[+-]?[0-9]+\Z")


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
    for token in _tokens(typed):
        name, colon, value = token.partition(":")
        if not colon or name not in FILTERS:
            words.append(token)
        elif not value:
            raise ValueError(f"{name}: needs a value: {FILTERS[name]}.")
        elif filters.get(name, value) != value:
            raise ValueError(f"{name}: may be there only once.")
        else:
            filters[name] = value
    for name, value in filters.items():
        _check(name, value)
    since = filters.pop("since", None)
    return Query(tuple(word for word in words if word), filters, None if since is None else _time(since))


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
        if not _INTEGER.match(value):
            raise ValueError(f"seed: needs a whole number, or none; got {value[:40]!r}.")
        # int() of a very long string raises its own, unhelpful error.
        if len(value) > 40 or not SEED_MIN <= int(value) <= SEED_MAX:
            raise ValueError("seed: must be from -2^63 to 2^63-1.")
    # As int(): a string of 20 digits and more is too large, however many there are.
    if name == "series" and not (
        value.isascii() and value.isdigit() and len(value) < 20 and 1 <= int(value) <= _SERIES_MAX
    ):
        raise ValueError(f"series: needs a series' number, from 1 on; got {value[:40]!r}.")
    if name == "status" and value not in set(Status):
        raise ValueError(f"status: must be {FILTERS['status']}; got {value!r}.")


def _time(value: str) -> datetime:
    """Return the time in UTC; without a zone it is the user's own, as the lists of runs show it."""
    try:
        if len(value) <= 10:
            moment = datetime.combine(date.fromisoformat(value), datetime.min.time())
        else:
            moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"since: needs {FILTERS['since']}; got {value!r}.") from None
