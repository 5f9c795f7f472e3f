"""Runs as JSON lines: one run a line, made of the API's own bodies."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader
from typing import Any, Final

import regex

from seedtui.core.request import JsonObject, canonical_json
from seedtui.core.run import Completion, Run, label
from seedtui.core.text import scrub
from seedtui.exchange.batch import BatchJoin, is_batch_line
from seedtui.exchange.line import LineError, parse_json, parse_line, response_completions

# Written as an escape, so that no line of JSON can act on a terminal that it is printed to.
_UNSAFE: Final = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]")


_GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True)
class ImportedRun:
    """A run that was read.

    Attributes:
        run: The run, with id 0.
        key: The same for the same line each time it is read; another for a second, identical line.
    """

    run: Run
    key: str


@dataclass(frozen=True)
class LineProblem:
    """A line that was passed over.

    Attributes:
        source: The file's name.
        line: The line's number, from 1.
        sentence: What is wrong with it, naming the field.
    """

    source: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.source}, line {self.line}: {self.sentence}"


def line_object(run: Run) -> JsonObject:
    """Return a run as an export line: what reads back as an equal run.

    The completions have a field of their own only where the response cannot carry them: those of a
    run that was cut off before, say.
    """
    line: JsonObject = {
        "request": dict(run.request.body),
        "response": run.response,
        "endpoint": run.endpoint,
        "created_at": timestamp(run.created_at),
        "status": run.status.value,
        "fingerprints": list(run.fingerprints),
        "timing": run.timing.as_json(),
        "error": run.error.as_json() if run.error else None,
        "retries": run.retries,
    }
    if run.headers:
        line["headers"] = dict(run.headers)
    if response_completions(run.response, run.request.body) != run.completions:
        line["completions"] = [_completion_object(one) for one in run.completions]
    return line


def run_object(run: Run) -> JsonObject:
    """Return a run as `run --json` and `show --json` print it: the export line plus what seedtui knows."""
    count = len(run.completions)
    completions = [{"id": label(run.id, one.index, count), **_completion_object(one)} for one in run.completions]
    return {
        "id": run.id,
        "status": run.status.value,
        "digest": run.request.digest,
        **line_object(run),
        "completions": completions,
        "usage": run.usage,
    }


def timestamp(moment: datetime) -> str:
    """Write a time as ISO 8601 in UTC, ending in Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def dumps(value: Any) -> str:
    """Write a value as one line of JSON, in characters that can be shown, the others escaped.

    JSON has no infinities and no NaN, which some servers send: they become null.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=dict)
    except ValueError:
        text = json.dumps(_finite(value), ensure_ascii=False, allow_nan=False)
    return str(_UNSAFE.sub(_escape, text))


def _escape(match: Any) -> str:
    units = match.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _completion_object(completion: Completion) -> JsonObject:
    return {"index": completion.index, "text": completion.text, "finish_reason": completion.finish_reason}


def read_runs(sources: Iterable[tuple[str, BufferedReader]]) -> Iterator[ImportedRun | LineProblem]:
    """Read runs from files of JSON lines, also gzipped ones.

    The two files of an OpenAI batch are joined by their `custom_id`s, in whichever order they come;
    their runs come last.

    Args:
        sources: Each file's name and the open file.

    Yields:
        A run for each good line, a problem for each bad one.

    Raises:
        OSError: If a file cannot be read.
    """
    now = datetime.now(UTC)
    batch = BatchJoin()
    for name, file in sources:
        yield from _read_file(name, file, batch, now)
    occurrences: Counter[str] = Counter()
    for joined in batch.lines():
        try:
            yield _imported(joined.line(), now, occurrences)
        except (LineError, RecursionError) as error:
            yield LineProblem(joined.source, joined.number, _sentence(error))


def _read_file(name: str, file: BufferedReader, batch: BatchJoin, now: datetime) -> Iterator[ImportedRun | LineProblem]:
    occurrences: Counter[str] = Counter()
    number = 0
    try:
        lines: Iterable[bytes] = gzip.GzipFile(fileobj=file) if file.peek(2).startswith(_GZIP) else file
        for number, raw in enumerate(lines, 1):
            if not raw.strip(b" \t\r\n\xef\xbb\xbf"):
                continue
            try:
                line = scrub(parse_json(raw.decode("utf-8-sig")))
                if is_batch_line(line):
                    batch.add(name, number, line)
                else:
                    yield _imported(line, now, occurrences)
            except (LineError, UnicodeDecodeError, RecursionError) as error:
                yield LineProblem(name, number, _sentence(error))
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield LineProblem(name, number + 1, "the compressed file is cut off or damaged here.")


def _imported(line: Mapping[str, Any], now: datetime, occurrences: Counter[str]) -> ImportedRun:
    run = parse_line(line, now)
    digest = hashlib.sha256(canonical_json(line).encode()).hexdigest()
    occurrences[digest] += 1
    return ImportedRun(run, f"{digest}-{occurrences[digest]}")


def _sentence(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8: byte {error.start + 1} cannot be read."
    if isinstance(error, RecursionError):
        return "not read: it is nested too deeply."
    return str(error)
