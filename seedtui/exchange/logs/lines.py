"""JSON lines: one run a line, the lines of a batch's two files, or promptfoo's results."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from io import BufferedReader
from typing import Final

from seedtui.exchange.batch import BatchJoin, is_batch_line
from seedtui.exchange.line import LineError
from seedtui.exchange.logs import limits, promptfoo
from seedtui.exchange.logs.found import BadRecord, Found, sentence
from seedtui.exchange.logs.requests import Requests
from seedtui.exchange.logs.source import Source

_BLANK: Final = b" \t\r\n\xef\xbb\xbf"


def read_lines(source: Source, batch: BatchJoin) -> Iterator[Found]:
    """Read a file of JSON lines; what belongs to a batch waits in `batch` for its other half."""
    number = 0
    requests = Requests()
    try:
        for number, raw in _numbered(source.open()):
            if raw is None:
                yield BadRecord(f"not read: it is longer than {limits.size(limits.PIECE)}.", number)
                continue
            if not raw.strip(_BLANK):
                continue
            try:
                record = requests.record(raw.removeprefix(codecs.BOM_UTF8).decode(), number)
                line = record.line
                if is_batch_line(line):
                    batch.add(source.name, number, line)
                elif promptfoo.is_result(line):
                    yield promptfoo.record(line, promptfoo.Evaluation(), number)
                else:
                    yield record
            except (LineError, UnicodeDecodeError, RecursionError) as error:
                yield BadRecord(sentence(error), number)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield BadRecord("the compressed file is cut off or damaged here.", number + 1)
    except limits.TooLargeError as error:
        yield BadRecord(str(error), number + 1)


def _numbered(file: BufferedReader) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line with its number; None for one that is longer than anything that is a run."""
    number, skipping = 0, False
    while part := file.readline(limits.PIECE):
        ended = part.endswith(b"\n")
        if not skipping:
            number += 1
            yield number, part if ended or len(part) < limits.PIECE else None
        skipping = not ended and len(part) >= limits.PIECE
