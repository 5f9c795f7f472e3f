"""What the readers hand on: records on their way to becoming runs, runs, and what could not be read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar

from seedtui.core.request import JsonObject, Request, canonical_json, is_deep
from seedtui.core.run import Run
from seedtui.core.text import one_line, scrub
from seedtui.exchange.line import LineError, parse_line
from seedtui.exchange.logs.source import Source

# Stands for a request for a moment; nobody can have written it into a file.
_PLACE: Final = os.urandom(16).hex()

# A dict is one by its kind, which is seen at once.
_MAPPINGS: Final = (dict, Mapping)

_Made = TypeVar("_Made")


class ImportedRun(NamedTuple, Generic[_Made]):
    """A run that was read.

    Attributes:
        run: The run, with id 0, or what was made of it.
        key: The same for the same record each time it is read; another for a second, identical one.
    """

    run: _Made
    key: str


@dataclass(frozen=True)
class LineProblem:
    """A record that was passed over, or a file that could not be read.

    Attributes:
        source: The file's name.
        line: The line's number, from 1; 0 where the record is no line.
        sentence: What is wrong with it, naming the field.
        record: Where in the file the record is, if it is no line: `results[3]`.
    """

    source: str
    line: int
    sentence: str
    record: str = ""

    def __str__(self) -> str:
        where = self.record or (f"line {self.line}" if self.line else "")
        return ": ".join((f"{self.source}, {where}" if where else self.source, self.sentence))


class Record(NamedTuple):
    """One answer as a reader found it.

    Attributes:
        line: The import line that it makes.
        where: The line's number, from 1, or where else in the file it is.
        identity: What tells it from every other record wherever it is found again; None if the line says.
        clean: Whether it is known to be neither deep nor to have a lone surrogate in it.
        request: The line's request, where it has been checked.
    """

    line: JsonObject
    where: int | str
    identity: str | None = None
    clean: bool = False
    request: Request | None = None


class BadRecord(NamedTuple):
    """A record that a reader could make nothing of, and why."""

    sentence: str
    where: int | str


Found = Record | BadRecord


class Mark(NamedTuple):
    """What a record's key is made of, as far as the record alone tells.

    Attributes:
        text: Its identity, or the SHA-256 of its line.
        kind: Whether the text is the key by itself (`identity`), or needs a count of the lines that have the same
            one: those of any file (`line`), or those of its own file (`file`).
    """

    text: str
    kind: Literal["identity", "line", "file"]


class Ready(NamedTuple, Generic[_Made]):
    """A record that became a run, and lacks but its key.

    Attributes:
        run: The run, or what was made of it.
        mark: What its key is made of.
    """

    run: _Made
    mark: Mark


class Keys:
    """Gives each record of a file its key.

    A record with an identity of its own is the same in whichever file it is found. One without belongs to
    its file: two runs of one experiment may well have given the same answers, and these are two measurements.
    """

    def __init__(self, source: Source | None) -> None:
        """Start with no record; a source of None is a batch's, whose every record has an id."""
        self._source = source
        self._occurrences: dict[str, int] = {}

    def key(self, mark: Mark) -> str:
        """Return the key of the next record."""
        text, kind = mark
        if kind == "identity":
            return text
        self._occurrences[text] = count = self._occurrences.get(text, 0) + 1
        key = f"{text}-{count}"
        return key if self._source is None or kind == "line" else f"{key}-{self._source.digest}"


def mark_of(line: Mapping[str, Any], identity: str | None = None, request: Request | None = None) -> Mark:
    """Return what the key of a record is made of.

    Args:
        line: The record's line.
        identity: Its own identity, if it has one.
        request: The line's request, where it is known.
    """
    if identity is not None:
        return Mark(identity, "identity")
    digest = hashlib.sha256(_canonical(line, request).encode()).hexdigest()
    return Mark(digest, "line" if has_identity(line) else "file")


def _canonical(line: Mapping[str, Any], request: Request | None) -> str:
    """Return a line's canonical JSON; that of a request that many lines have is made once."""
    if request is None or request.body is not line["request"]:
        return canonical_json(line)
    return canonical_json({**line, "request": _PLACE}).replace(f'"{_PLACE}"', request.canonical, 1)


def has_identity(line: Mapping[str, Any]) -> bool:
    """Whether an import line carries what no other answer does: an id, or a time to a fraction of a second."""
    if _has_id(line.get("response"), "id") or _has_id(line, "custom_id") or _has_id(line, "uuid"):
        return True
    return _has_id(line.get("headers"), "x-request-id") or _is_exact(line.get("created_at"))


def _has_id(holder: Any, name: str) -> bool:
    if not isinstance(holder, _MAPPINGS):
        return False
    value = holder.get(name)
    return isinstance(value, str) and bool(value)


class Reader(Generic[_Made]):
    """Turns records into runs, each by itself.

    Args:
        make: Makes of each run what is wanted.
        now: The time to give a run of which no time is known; that at which it begins, unless given.
    """

    def __init__(self, make: Callable[[Run], _Made], now: datetime | None = None) -> None:
        self._make = make
        self._now = now or datetime.now(UTC)

    def ready(self, found: Record) -> Ready[_Made] | BadRecord:
        """Turn a record into a run, or say what is wrong with it."""
        if not found.clean and is_deep(found.line):
            return BadRecord(sentence(RecursionError()), found.where)
        try:
            line = found.line if found.clean else scrub(found.line)
            run = self._make(parse_line(line, self._now, found.request))
            return Ready(run, mark_of(line, found.identity, found.request))
        except (LineError, RecursionError) as error:
            return BadRecord(sentence(error), found.where)


def finish(
    source: str, found: Found | Ready[_Made], keys: Keys, reader: Reader[_Made]
) -> ImportedRun[_Made] | LineProblem:
    """Turn what was found in a file into a run with its key, or say what is wrong with it."""
    if isinstance(found, Record):
        found = reader.ready(found)
    if isinstance(found, BadRecord):
        return problem(source, found.where, found.sentence)
    return ImportedRun(found.run, keys.key(found.mark))


def problem(source: str, where: int | str, said: str) -> LineProblem:
    """Say what is wrong with a record of a file; `where` is empty for the file as a whole."""
    if isinstance(where, int):
        return LineProblem(source, where, said)
    return LineProblem(source, 0, said, one_line(where))


def sentence(error: Exception) -> str:
    """Say in a sentence what an error means for the record it came from."""
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8: byte {error.start + 1} cannot be read."
    if isinstance(error, RecursionError):
        return "not read: it is nested too deeply."
    return str(error)


def _is_exact(created_at: Any) -> bool:
    try:
        return isinstance(created_at, str) and datetime.fromisoformat(created_at).microsecond > 0
    except ValueError:
        return False
