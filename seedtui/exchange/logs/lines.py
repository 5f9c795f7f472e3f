"""JSON lines: one run a line, the lines of a batch's two files, or promptfoo's results.

A file is cut into chunks of lines. What is done for a line by itself is done chunk by chunk, in whichever process;
what needs to know of other lines is done afterwards, in the order of the file.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from io import BufferedReader
from typing import Final, NamedTuple, TypeVar

from seedtui.core.request import JsonObject
from seedtui.core.run import Run
from seedtui.exchange.batch import BatchJoin, is_batch_line
from seedtui.exchange.line import LineError
from seedtui.exchange.logs import limits, promptfoo
from seedtui.exchange.logs.found import BadRecord, Reader, Ready, Record, sentence
from seedtui.exchange.logs.requests import Requests
from seedtui.exchange.logs.source import Source

_BLANK: Final = b" \t\r\n\xef\xbb\xbf"
# How many lines, and about how many bytes, are in a chunk: enough that who reads it seldom waits for who writes down
# what it held.
CHUNK: Final = 2_000
_CHUNK_BYTES: Final = 8_000_000

Chunk = list[tuple[int, bytes | str]]
"""Lines, each with its number; in place of one that cannot be read, what is wrong with it."""


class BatchLine(NamedTuple):
    """A line of a batch's two files, which waits for its other half."""

    line: JsonObject
    number: int


_Made = TypeVar("_Made")
LineFound = Ready[_Made] | BadRecord | BatchLine
ReadChunks = Callable[[Iterator[Chunk]], Iterable[list[LineFound[_Made]]]]
"""Reads chunks one after the other, as `LineReader.read` does one."""


class LineReader(Reader[_Made]):
    """Reads chunks of lines."""

    def __init__(self, make: Callable[[Run], _Made], now: datetime | None = None) -> None:
        super().__init__(make, now)
        self._requests = Requests()

    def read(self, chunk: Chunk) -> list[LineFound[_Made]]:
        """Return what the lines of a chunk hold; nothing for a blank one."""
        found: list[LineFound[_Made]] = []
        for number, raw in chunk:
            if isinstance(raw, str):
                found.append(BadRecord(raw, number))
            elif raw.strip(_BLANK):
                found.append(self._line(raw, number))
        return found

    def _line(self, raw: bytes, number: int) -> LineFound[_Made]:
        try:
            record = self._requests.record(raw.removeprefix(codecs.BOM_UTF8).decode(), number)
            line = record.line
            if is_batch_line(line):
                return BatchLine(line, number)
            if promptfoo.is_result(line):
                found = promptfoo.record(line, promptfoo.Evaluation(), number)
                return self.ready(found) if isinstance(found, Record) else found
        except (LineError, UnicodeDecodeError, RecursionError) as error:
            return BadRecord(sentence(error), number)
        return self.ready(record)


def read_lines(source: Source, batch: BatchJoin, read_chunks: ReadChunks[_Made]) -> Iterator[Ready[_Made] | BadRecord]:
    """Read a file of JSON lines; what belongs to a batch waits in `batch` for its other half."""
    for part in read_chunks(chunks(source)):
        for found in part:
            if not isinstance(found, BatchLine):
                yield found
                continue
            try:
                batch.add(source.name, found.number, found.line)
            except LineError as error:
                yield BadRecord(str(error), found.number)


def chunks(source: Source) -> Iterator[Chunk]:
    """Cut a file into chunks."""
    chunk: Chunk = []
    size = 0
    for line in _numbered(source):
        chunk.append(line)
        size += len(line[1])
        if len(chunk) >= CHUNK or size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _numbered(source: Source) -> Iterator[tuple[int, bytes | str]]:
    """Yield each line with its number; what is wrong in place of one that is longer than anything that is a run."""
    number = 0
    try:
        for number, raw in _raw(source.open()):
            yield number, f"not read: it is longer than {limits.size(limits.PIECE)}." if raw is None else raw
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield number + 1, "the compressed file is cut off or damaged here."
    except limits.TooLargeError as error:
        yield number + 1, str(error)


def _raw(file: BufferedReader) -> Iterator[tuple[int, bytes | None]]:
    number, skipping = 0, False
    while part := file.readline(limits.PIECE):
        ended = part.endswith(b"\n")
        if not skipping:
            number += 1
            yield number, part if ended or len(part) < limits.PIECE else None
        skipping = not ended and len(part) >= limits.PIECE
