"""A row of a table as an import line."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from seedtui.core.request import JsonObject
from seedtui.exchange.logs.columns import Header
from seedtui.exchange.logs.found import Record
from seedtui.exchange.logs.values import chat_body, choice, failure, messages_of, whole_number

# What the id of a response looks like.
_RESPONSE_ID: Final = re.compile(r"(chatcmpl|cmpl|resp|gen|msg|req)[-_].+|[0-9a-f]{8}-[0-9a-f]{4}-.+|[0-9a-zA-Z]{22,}")


class RowError(ValueError):
    """A row that is no run. The message is one plain sentence that names the field."""


def row_record(row: Mapping[str, str], header: Header, line: int) -> Record:
    """Turn a row into a record.

    Args:
        row: Its fields by our names.
        header: What the file calls them.
        line: The row's line in the file.

    Raises:
        RowError: If a field is not what it should be.
    """
    names = header.names
    for name, value in row.items():
        if any("\udc80" <= character <= "\udcff" for character in value):
            raise RowError(f"{names[name]} is not UTF-8.")
    given = {name: value for name, value in row.items() if value.strip()}
    if "prompt" not in given:
        raise RowError(f"{names['prompt']} is empty.")
    request: JsonObject = {"messages": messages_of(given["prompt"], given.get("system"))}
    if "model" in given:
        request = {"model": given["model"].strip(), **request}
    for name in ("seed", "max_tokens"):
        if name in given:
            request[name] = _whole(given[name], names[name])
    for name in ("temperature", "top_p"):
        if name in given:
            request[name] = _decimal(given[name], names[name])
    made: JsonObject = {
        "request": request,
        "endpoint": given.get("endpoint", "").strip(),
        "created_at": _moment(given["created_at"], header) if "created_at" in given else None,
    }
    if "error" in given:
        came = [{"index": 0, "text": given["text"]}] if "text" in given else []
        return Record({**made, **failure(given["error"]), "completions": came, "run": given.get("run")}, line)
    return Record({**made, "response": _body(row, given, header), "status": "complete"}, line)


def _body(row: Mapping[str, str], given: Mapping[str, str], header: Header) -> JsonObject:
    known = given.get("id", "").strip()
    own = header.has_own_ids or _RESPONSE_ID.fullmatch(known)
    return chat_body(
        [choice(row["text"], given.get("finish_reason"))],
        id=known if known and own else None,
        model=given.get("served_model"),
        system_fingerprint=given["fingerprint"].strip() if "fingerprint" in given else None,
        run=given.get("run"),
    )


def _whole(value: str, name: str) -> int:
    try:
        return whole_number(value.strip())
    except (ValueError, OverflowError):
        raise RowError(f"{name} must be a whole number.") from None


def _decimal(value: str, name: str) -> float:
    try:
        # Half of Europe writes 0,7.
        read = float(value.strip().replace(",", "."))
    except ValueError:
        read = math.nan
    if not math.isfinite(read):
        raise RowError(f"{name} must be a number.")
    return read


def _moment(value: str, header: Header) -> str | None:
    """Return a time as an import line writes it; a number counts the seconds, or milliseconds, since 1970."""
    with contextlib.suppress(ValueError, OverflowError, OSError):
        seconds = float(value)
        return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC).isoformat()
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(value.strip()).isoformat()
    if "created_at" in header.chosen:
        name = header.names["created_at"]
        raise RowError(f"{name} must be a time like 2026-11-22T21:43:00Z, or seconds since 1970.")
    return None
