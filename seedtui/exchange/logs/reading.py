"""Which kind of log a file is, by what is in it, and the runs that it holds."""

from __future__ import annotations

import contextlib
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import IO, Final, TypeVar

from seedtui.core.run import Run
from seedtui.exchange.batch import BatchJoin
from seedtui.exchange.line import LineError
from seedtui.exchange.logs import archive, database, documents, limits, lines, llm, table
from seedtui.exchange.logs.columns import ColumnError
from seedtui.exchange.logs.found import BadRecord, Found, ImportedRun, Keys, LineProblem, Record, finish, problem
from seedtui.exchange.logs.lines import LineReader, ReadChunks
from seedtui.exchange.logs.source import Source

KINDS: Final = (
    "JSON lines (one run a line, or the two files of an OpenAI batch), the database of llm (logs.db), results of "
    "promptfoo (.json, .jsonl), logs of inspect-ai (.eval, .json), and CSV with named columns"
)
_UNKNOWN: Final = f"not a kind of file that can be imported. Those are: {KINDS}."
_BLANK: Final = b" \t\r\n\xef\xbb\xbf"
_LOOKED_AT: Final = 64 * 2**10

_Made = TypeVar("_Made")


class UnknownKindError(ValueError):
    """A file that is no log. The message is one plain sentence."""


def read_runs(
    sources: Iterable[tuple[str, IO[bytes]]], columns: Mapping[str, str] | None = None
) -> Iterator[ImportedRun[Run] | LineProblem]:
    """Read runs as `read_made` does, and give them as they are."""
    return read_made(sources, LineReader(_unchanged), columns or {})


def _unchanged(run: Run) -> Run:
    return run


def read_made(
    sources: Iterable[tuple[str, IO[bytes]]],
    reader: LineReader[_Made],
    columns: Mapping[str, str],
    read_chunks: ReadChunks[_Made] | None = None,
) -> Iterator[ImportedRun[_Made] | LineProblem]:
    """Read runs from logs of any known kind, also gzipped ones; give what the reader makes of them.

    The two files of an OpenAI batch are joined by their `custom_id`s, in whichever order they come;
    their runs come last.

    Args:
        sources: Each file's name and the open file.
        reader: Turns records into runs.
        columns: Which column of a table is what: our name for it to the file's.
        read_chunks: Reads the chunks of a file of JSON lines in the reader's place, in other processes maybe.

    Yields:
        A run for each good record, a problem for each bad one and for each file that is none.

    Raises:
        OSError: If a file cannot be read.
    """
    read_chunks = read_chunks or partial(map, reader.read)
    batch = BatchJoin()
    for name, file in sources:
        with Source(name, file) as source:
            keys = Keys(source)
            try:
                records = _records(source, columns)
                found_in = lines.read_lines(source, batch, read_chunks) if records is None else records
                for found in found_in:
                    yield finish(name, found, keys, reader)
            except (UnknownKindError, ColumnError, documents.NoDocumentError) as error:
                yield problem(name, "", str(error))
    yield from _joined(batch, reader)


def _joined(batch: BatchJoin, reader: LineReader[_Made]) -> Iterator[ImportedRun[_Made] | LineProblem]:
    keys = Keys(None)
    for one in batch.lines():
        found: Found
        try:
            found = Record(one.line(), one.number)
        except LineError as error:
            found = BadRecord(str(error), one.number)
        yield finish(one.source, found, keys, reader)


def _records(source: Source, columns: Mapping[str, str]) -> Iterator[Found] | None:
    """Find out what a file is, and read it; None if it is one of JSON lines."""
    start = source.raw.read(16)
    if start.startswith(database.SQLITE):
        return _known(llm.read_database(source), "a SQLite database, but not one of llm's (logs.db)")
    if start.startswith(archive.ZIP):
        return _known(archive.read_archive(source), "a zip archive, but not a log of inspect-ai")
    try:
        head = source.open().peek()
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return None
    first = head.lstrip(_BLANK)[:1]
    if not first:
        return None
    if first in (b"{", b"["):
        return _json(source)
    if b"\x00" not in head or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        found = table.table_of(source, columns)
        if found is not None:
            return table.read_table(source, found)
    raise UnknownKindError(_UNKNOWN)


def _known(found: Iterator[Found] | None, what: str) -> Iterator[Found]:
    if found is None:
        raise UnknownKindError(f"{what}. What can be imported: {KINDS}.")
    return found


def _json(source: Source) -> Iterator[Found] | None:
    """Read a file of JSON that is one document; None if it is one of lines.

    Lines are what begins with an object and goes on with another, and whatever is no document at all.
    """
    first, following = _first_line(source)
    alone = _is_object(first)
    if alone and following:
        return None
    # A document written over many lines seldom goes on as lines of JSON would.
    spread = not alone and bool(following) and (first in (b"{", b"[") or following not in (b"{", b"["))
    try:
        document = documents.read_document(source)
    except documents.NoDocumentError:
        if spread:
            raise
        return None
    found = documents.read_known(document)
    if found is None and spread:
        raise UnknownKindError(f"a JSON document, but of no tool that is known. What can be imported: {KINDS}.")
    return found


def _first_line(source: Source) -> tuple[bytes, bytes]:
    """Return the first line that is not blank, and the first byte of what follows it."""
    first = following = b""
    with contextlib.suppress(EOFError, zlib.error, gzip.BadGzipFile, limits.TooLargeError):
        file = source.open()
        while not first and (line := file.readline(limits.PIECE)):
            first = line.strip(_BLANK)
        while not following and (line := file.readline(_LOOKED_AT)):
            following = line.strip(_BLANK)[:1]
    return first, following


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
