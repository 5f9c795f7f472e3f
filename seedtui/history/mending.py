"""What a run was, made out from what is left of it: nothing is taken for whole that is not known to be."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, Final

from seedtui.core.request import Request
from seedtui.core.response import completions_of
from seedtui.core.run import Completion, Run, RunError, Status
from seedtui.core.summary import FIRST_WORDS
from seedtui.core.text import scrub
from seedtui.history import codec
from seedtui.history.finds import RUN_TABLE, Row

Columns = dict[str, Any]

# What another column, or a text, says as well.
_DERIVED: Final = ("model", "served_model", "seed", "temperature", "completion_tokens", "choices", "first_words")
# As many digits of a digest as one broken byte changes; a text that is another one changes nearly all.
_NEARLY: Final = 2
_BROKEN: Final = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
_WITHOUT_RESPONSE: Final = (
    "The disk damaged what was kept of this run beside its request and texts: it is left out; send the request again."
)
_WITHOUT_TEXT: Final = "The disk damaged a text of this run: it is left out; send the request again."


class State(IntEnum):
    """How much of a run is left."""

    WHOLE = 0
    MENDED = 1
    IN_PART = 2


@dataclass(frozen=True)
class Mended:
    """A run as it can be kept.

    Attributes:
        state: How much of it is left.
        columns: Its row.
        completions: The rows of its completions.
    """

    state: State
    columns: Columns
    completions: tuple[Row, ...]


def mend(rows: Iterable[Row], texts: Sequence[Row]) -> Mended | None:
    """Make out what a run was.

    Args:
        rows: What was found of its row, each like `RUN_TABLE`, those to be believed first.
        texts: What was found of its completions.

    Returns:
        The most that is left of it; None if its request is not known.
    """
    found = [_mended(dict(zip(RUN_TABLE, row, strict=True)), texts) for row in rows]
    # One that is sealed is newer than one that is not.
    found.sort(key=lambda one: (one.state, one.columns["seal"] is None) if one else (len(State), True))
    return found[0] if found else None


def _mended(columns: Columns, texts: Sequence[Row]) -> Mended | None:
    try:
        completions, state = _completions(columns, texts)
        mended = _row(columns, completions)
        if mended is None:
            return _without_response(columns, completions)
        if len(completions) < mended["choices"]:
            return _without_text(mended, completions)
    except _BROKEN:
        return None
    state = max(state, State.WHOLE if mended == columns else State.MENDED)
    return Mended(state, mended, tuple(completions.values()))


def _row(columns: Columns, completions: Mapping[int, Row]) -> Columns | None:
    """Return the row as it was written; None if that cannot be known."""
    for as_it_is in (True, False):
        with contextlib.suppress(*_BROKEN):
            candidate = columns if as_it_is else {**columns, **_derived(columns, completions)}
            seal, kept = codec.seal_of(candidate), columns["seal"]
            if kept is not None and _is_near(kept, seal):
                candidate = {**candidate, "seal": seal}
            codec.run_without_texts(candidate)
            return candidate
    return None


def _derived(columns: Columns, completions: Mapping[int, Row]) -> Columns:
    """Work out what is derived from the request, the response and the texts."""
    response = None if columns["response"] is None else json.loads(columns["response"])
    run = _run(columns, Request(json.loads(columns["request"])), response, completions)
    fresh = codec.run_row(run)
    # Without a seal there is nothing but the digest that knows the request.
    derived = _DERIVED if columns["seal"] is None else (*_DERIVED, "digest")
    return {name: fresh[name] for name in derived}


def _run(columns: Columns, request: Request, response: Any, completions: Mapping[int, Row]) -> Run:
    """Return a run with all of it that can be read."""
    try:
        status, created_at = Status(columns["status"]), datetime.fromisoformat(columns["created_at"])
    except _BROKEN:
        status, created_at = Status.FAILED, datetime.fromtimestamp(0, UTC)
    return Run(
        id=0,
        request=request,
        response=response,
        endpoint=str(scrub(columns["endpoint"])),
        created_at=created_at,
        status=status,
        completions=tuple(Completion(row[1], row[2], row[3]) for row in completions.values()),
    )


def _completions(columns: Columns, texts: Sequence[Row]) -> tuple[dict[int, Row], State]:
    """Return the texts that are known to be what was stored, and whether some had to be made out."""
    told = _told(columns)
    found: dict[int, Row] = {}
    state = State.WHOLE
    for row in texts:
        if row[1] not in found and _is_whole(row):
            found[row[1]] = row
    for row in texts:
        for text in (row[2], told[row[1]].text if row[1] in told else None):
            if row[1] not in found and text is not None and _is_text(text, row[4]):
                found[row[1]] = (*row[:2], text, scrub(row[3]), codec.digest_of(text))
                state = State.MENDED
    for index, completion in told.items():
        # A sealed response says what the text was, if it says so of what is left of it.
        if index not in found and columns["seal"] is not None and _begins(columns, index, completion.text, found):
            found[index] = codec.completion_rows(columns["id"], [completion])[0]
            state = State.MENDED
    return dict(sorted(found.items())), state


def _told(columns: Columns) -> dict[int, Completion]:
    """Return the texts that the response says, too: none, if it is not known to be what was stored."""
    try:
        if columns["seal"] is None or codec.seal_of(columns) == columns["seal"]:
            return {one.index: one for one in completions_of(json.loads(columns["response"]))}
    except _BROKEN:
        pass
    return {}


def _begins(columns: Columns, index: int, text: str, found: Mapping[int, Row]) -> bool:
    choices = columns["choices"]
    if not isinstance(choices, int) or len(found) >= choices:
        return False
    return bool(any(one < index for one in found) or text[:FIRST_WORDS] == columns["first_words"])


def _is_whole(row: Row) -> bool:
    try:
        return codec.digest_of(row[2]) == row[4] and bool(scrub(row[3]) == row[3])
    except _BROKEN:
        return False


def _is_text(text: str, digest: str) -> bool:
    """Whether a text is the one of a digest, or of one that is itself a little damaged."""
    try:
        return _is_near(codec.digest_of(text), digest)
    except _BROKEN:
        return False


def _is_near(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) <= _NEARLY


def _without_text(columns: Columns, completions: Mapping[int, Row]) -> Mended:
    """Keep a run that lacks a text: as one that failed, so that nobody takes it for what was answered."""
    left = tuple(Completion(row[1], row[2], row[3]) for row in completions.values())
    run = replace(
        codec.run_without_texts(columns),
        completions=left,
        status=Status.FAILED,
        error=RunError("disk", _WITHOUT_TEXT),
    )
    return Mended(State.IN_PART, {**columns, **codec.run_row(run)}, tuple(completions.values()))


def _without_response(columns: Columns, completions: Mapping[int, Row]) -> Mended:
    """Keep the request and the texts, which have digests of their own, as a run that failed.

    Raises:
        ValueError: If the request is not what was stored; like TypeError and AttributeError.
    """
    request = codec.request_of(columns["request"], columns["digest"])
    error = RunError("disk", _WITHOUT_RESPONSE)
    run = replace(_run(columns, request, None, completions), status=Status.FAILED, error=error)
    kept = {**dict.fromkeys(RUN_TABLE), "id": columns["id"], "deleted_at": _moment(columns["deleted_at"])}
    # Without it, an import would add the run once more.
    kept["import_key"] = scrub(columns["import_key"])
    return Mended(State.IN_PART, {**kept, **codec.run_row(run)}, tuple(completions.values()))


def _moment(kept: Any) -> str | None:
    try:
        return codec.moment(datetime.fromisoformat(kept))
    except _BROKEN:
        return None
