"""What the readers hand on: records on their way to becoming runs, runs, and what could not be read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from seedtui.core.request import JsonObject, Request, canonical_json, is_deep
from seedtui.core.run import Run
from seedtui.core.text import one_line, scrub
from seedtui.exchange.line import LineError, parse_line
from seedtui.exchange.logs.source import Source

# Stands for a request for a moment; nobody can have written it into a file.
_PLACE: Final = os.urandom(16).hex()


@dataclass(frozen=True)
class ImportedRun:
    """A run that was read.

    Attributes:
        run: The run, with id 0.
        key: The same for the same record each time it is read; another for a second, identical one.
    """

    run: Run
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


@dataclass(frozen=True)
class Record:
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


@dataclass(frozen=True)
class BadRecord:
    """A record that a reader could make nothing of, and why."""

    sentence: str
    where: int | str


Found = Record | BadRecord


class Keys:
    """Gives each record of a file its key.

    A record with an identity of its own is the same in whichever file it is found. One without belongs to
    its file: two runs of one experiment may well have given the same answers, and these are two measurements.
    """

    def __init__(self, source: Source | None) -> None:
        """Start with no record; a source of None is a batch's, whose every record has an id."""
        self._source = source
        self._occurrences: dict[str, int] = {}

    def key(self, line: Mapping[str, Any], identity: str | None = None, request: Request | None = None) -> str:
        """Return the key of the next record.

        Args:
            line: The record's line.
            identity: Its own identity, if it has one.
            request: The line's request, where it is known.
        """
        if identity is not None:
            return identity
        digest = hashlib.sha256(_canonical(line, request).encode()).hexdigest()
        self._occurrences[digest] = count = self._occurrences.get(digest, 0) + 1
        key = f"{digest}-{count}"
        return key if self._source is None or has_identity(line) else f"{key}-{self._source.digest}"


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
    if not isinstance(holder, dict | Mapping):
        return False
    value = holder.get(name)
    return isinstance(value, str) and bool(value)


def finish(source: str, found: Found, keys: Keys, now: datetime) -> ImportedRun | LineProblem:
    """Turn what a reader found into a run, or say what is wrong with it."""
    if isinstance(found, BadRecord):
        return problem(source, found.where, found.sentence)
    if not found.clean and is_deep(found.line):
        return problem(source, found.where, sentence(RecursionError()))
    try:
        line = found.line if found.clean else scrub(found.line)
        return ImportedRun(parse_line(line, now, found.request), keys.key(line, found.identity, found.request))
    except (LineError, RecursionError) as error:
        return problem(source, found.where, sentence(error))


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
