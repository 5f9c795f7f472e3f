"""Runs as rows of the database, and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from seedtui.core.compact import compact, quoted
from seedtui.core.request import UNSET, Request
from seedtui.core.status import Status
from seedtui.core.summary import FIRST_WORDS, Summary
from seedtui.core.text import REPLACEMENT, join_surrogates, scrub

if TYPE_CHECKING:
    from seedtui.core.run import Completion, Run, RunError

SUMMARY_COLUMNS: Final = (
    "id, created_at, status, endpoint, model, served_model, seed, temperature, fingerprints, completion_tokens, "
    "choices, first_words, digest"
)
# In the order in which they are sealed; see `seal_of`.
SEALED: Final = (
    "created_at",
    "status",
    "endpoint",
    "model",
    "served_model",
    "seed",
    "temperature",
    "digest",
    "fingerprints",
    "completion_tokens",
    "choices",
    "first_words",
    "request",
    "response",
    "headers",
    "first_token_ms",
    "total_ms",
    "error",
    "retries",
)
RUN_COLUMNS: Final = ", ".join(("id", *SEALED, "seal"))

_REQUEST: Final = SEALED.index("request")
# How many characters of requests are kept in mind.
_REMEMBERED: Final = 4_000_000


class RunRow(NamedTuple):
    """A run as it is kept, before it has an id.

    Attributes:
        columns: The values of `SEALED`, and the seal.
        completions: Of each completion the index, text, finish reason and SHA-256.
    """

    columns: tuple[Any, ...]
    completions: tuple[tuple[int, str, str | None, str], ...]

    @property
    def size(self) -> int:
        """How much it holds, in characters: of the request, the response and the texts."""
        size = len(self.columns[_REQUEST]) + len(self.columns[_REQUEST + 1] or "")
        for _, text, _, _ in self.completions:
            size += len(text)
        return size


def dump(value: Any) -> str:
    """Write a JSON value as it is kept: searchable, every digit of a seed in it."""
    try:
        text = compact(value)
    except TypeError:
        # A mapping of another kind.
        text = compact(scrub(value))
    return text if _is_clean(text) else compact(scrub(value))


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text, as it is kept beside each completion."""
    digest: str = _sha256()(text.encode()).hexdigest()
    return digest


@cache
def _sha256() -> Callable[[bytes], Any]:
    # It brings along OpenSSL, which no screen needs.
    import hashlib

    return hashlib.sha256


@lru_cache(maxsize=1000)
def _dumped_texts(texts: tuple[str, ...]) -> str:
    return dump(texts)


def _is_clean(text: str) -> bool:
    """Whether a text can be kept as it is: to encode it is the quickest way to find out."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def checked(text: str, digest: str) -> str:
    """Return a text, if it is the one whose digest was kept.

    Raises:
        ValueError: If it is not.
    """
    if digest_of(text) != digest:
        raise ValueError("The text is not what was stored.")
    return text


def seal_of(row: Mapping[str, Any] | sqlite3.Row) -> str:
    """Return the SHA-256 of what is kept of a run, so that a bit that the disk changes is noticed."""
    return digest_of(compact([row[name] for name in SEALED]))


def fingerprints_of(kept: str) -> tuple[str, ...]:
    """Read the distinct fingerprints of a run.

    Raises:
        ValueError: If they are not what was written.
    """
    found = json.loads(kept)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ValueError("Fingerprints are a list of texts.")
    return tuple(found)


def moment(time: datetime) -> str:
    """Write a time as it is kept: in UTC and always as long, so that texts compare as times do."""
    if time.tzinfo is not UTC:
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def run_row(run: Run) -> dict[str, Any]:
    """Return the columns of a run, but for its id."""
    return dict(zip((*SEALED, "seal"), _columns(run, _asked(run.request)), strict=True))


class RowMaker:
    """Makes the rows of runs one after the other; a request that several of them have is written once."""

    def __init__(self) -> None:
        self._asked: dict[int, _Asked] = {}
        self._room = _REMEMBERED

    def row(self, run: Run) -> RunRow:
        """Return a run as it is kept, with its completions."""
        asked = self._asked.get(id(run.request))
        if asked is None:
            asked = _asked(run.request)
            self._room -= len(asked.text)
            if self._room < 0:
                self._asked.clear()
                self._room = _REMEMBERED
            self._asked[id(run.request)] = asked
        return RunRow(_columns(run, asked), tuple(map(_completion, run.completions)))


class _Asked(NamedTuple):
    """What is kept of a request."""

    # As long as it is held here, no other has its id.
    request: Request
    model: str
    seed: str | None
    temperature: str | None
    digest: str
    text: str
    quoted: str


def _asked(request: Request) -> _Asked:
    # The digest is that of the request as it is kept, and as it will be read.
    kept = request if _is_clean(request.canonical) else Request(scrub(request.body))
    seed, temperature = kept.seed, kept.body.get("temperature", UNSET)
    text = dump(kept.body)
    return _Asked(
        request,
        kept.model,
        None if seed is None else str(seed),
        None if temperature is UNSET else dump(temperature),
        kept.digest,
        text,
        quoted(text),
    )


def completion_rows(run_id: int, completions: Sequence[Completion]) -> list[tuple[int, int, str, str | None, str]]:
    """Return the rows of a run's completions."""
    return [(run_id, *_completion(one)) for one in completions]


def _completion(one: Completion) -> tuple[int, str, str | None, str]:
    text = join_surrogates(one.text)
    return one.index, text, None if one.finish_reason is None else join_surrogates(one.finish_reason), digest_of(text)


def _columns(run: Run, asked: _Asked) -> tuple[Any, ...]:
    """Return the values of `SEALED`, and the seal."""
    served = run.served_model
    first = (
        moment(run.created_at),
        run.status.value,
        join_surrogates(run.endpoint),
        asked.model,
        None if served is None else join_surrogates(served),
        asked.seed,
        asked.temperature,
        asked.digest,
        _dumped_texts(run.fingerprints),
        _storable(run.completion_tokens),
        len(run.completions),
        join_surrogates(run.completions[0].text[:FIRST_WORDS]) if run.completions else "",
    )
    response = None if run.response is None else dump(run.response)
    last = (
        dump(run.headers) if run.headers else "{}",
        _real(run.timing.first_token_ms),
        _real(run.timing.total_ms),
        None if run.error is None else dump(run.error.as_json()),
        run.retries,
    )
    seal = None if run.status is Status.STREAMING else _seal(first, asked.quoted, response, last)
    return (*first, asked.text, response, *last, seal)


def _seal(first: tuple[Any, ...], request: str, response: str | None, last: tuple[Any, ...]) -> str:
    """Return what `seal_of` does; the longest of what it writes is known already, or quickly made."""
    middle = f"{request},{'null' if response is None else quoted(response)}"
    return digest_of(f"{compact(first)[:-1]},{middle},{compact(last)[1:]}")


def summary_of(row: sqlite3.Row) -> Summary:
    """Read a summary from a row of `SUMMARY_COLUMNS`."""
    return Summary(
        id=row["id"],
        created_at=datetime.fromisoformat(row["created_at"]),
        status=Status(row["status"]),
        endpoint=row["endpoint"],
        model=row["model"],
        served_model=row["served_model"],
        seed=None if row["seed"] is None else int(row["seed"]),
        temperature=UNSET if row["temperature"] is None else json.loads(row["temperature"]),
        fingerprints=fingerprints_of(row["fingerprints"]),
        completion_tokens=row["completion_tokens"],
        choices=row["choices"],
        first_words=row["first_words"],
        digest=row["digest"],
    )


def request_of(kept: str, digest: str) -> Request:
    """Read a request, if it is the one whose digest was kept.

    Raises:
        ValueError: If it is not; like TypeError and AttributeError.
    """
    request = Request(json.loads(kept))
    # Before there were seals, the digest was that of a text that could not be kept letter by letter.
    if request.digest != digest and REPLACEMENT not in kept:
        raise ValueError("The request is not what was stored.")
    return request


def run_of(row: Mapping[str, Any] | sqlite3.Row, completions: tuple[Completion, ...]) -> Run:
    """Read a run from a row of `RUN_COLUMNS` and its completions.

    Raises:
        ValueError: If it is not what was written; like TypeError, KeyError and AttributeError.
    """
    run = replace(run_without_texts(row), completions=completions)
    if run.status is not Status.STREAMING and row["choices"] != len(completions):
        raise ValueError("A text of the run is lost.")
    return run


def run_without_texts(row: Mapping[str, Any] | sqlite3.Row) -> Run:
    """Read a run from a row of `RUN_COLUMNS`, without its completions.

    Raises:
        ValueError: If it is not what was written; like TypeError, KeyError and AttributeError.
    """
    from seedtui.core.run import Run, Timing

    if row["seal"] is not None and row["seal"] != seal_of(row):
        raise ValueError("The run is not what was stored.")
    return Run(
        id=row["id"],
        request=request_of(row["request"], row["digest"]),
        response=None if row["response"] is None else json.loads(row["response"]),
        endpoint=row["endpoint"],
        created_at=datetime.fromisoformat(row["created_at"]),
        status=Status(row["status"]),
        fingerprints=fingerprints_of(row["fingerprints"]),
        timing=Timing(row["first_token_ms"], row["total_ms"]),
        error=_error(row["error"]),
        retries=row["retries"],
        headers=json.loads(row["headers"]),
    )


def _real(number: float | None) -> float | None:
    # As the column gives it back: the seal tells 80 from 80.0.
    return None if number is None else float(number)


def _storable(number: int | None) -> int | None:
    # A column of numbers holds 64 bits; the JSON kept beside it has all digits.
    return number if number is not None and -(2**63) <= number < 2**63 else None


def _error(kept: str | None) -> RunError | None:
    if kept is None:
        return None
    from seedtui.core.run import RunError

    value: Mapping[str, Any] = json.loads(kept)
    return RunError(value["kind"], value["message"], value["http_status"])
