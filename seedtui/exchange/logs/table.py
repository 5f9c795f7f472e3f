"""CSV: one run a row, its columns known by their names."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from seedtui.exchange.logs import limits
from seedtui.exchange.logs.columns import COLUMNS, ColumnError, Header, header_of, listed
from seedtui.exchange.logs.found import BadRecord, Found
from seedtui.exchange.logs.row import RowError, row_record
from seedtui.exchange.logs.source import Source

SEPARATORS: Final = (",", ";", "\t", "|")
_FIELD_LIMIT: Final = 64 * 2**20
_HEADER_LIMIT: Final = 2**20
_ENDINGS: Final = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
_ENCODINGS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Table:
    """A file that is a table, as its first row says.

    Attributes:
        separator: What stands between two fields.
        header: Which column is what.
    """

    separator: str
    header: Header


def table_of(source: Source, mapped: Mapping[str, str]) -> Table | None:
    """Return how to read a file as a table; None if its first row is no header of one.

    Args:
        source: The file.
        mapped: Which of the file's columns is which of ours, as far as the user says.

    Raises:
        ColumnError: If it has a header, but lacks a column that is needed, or one that was named.
    """
    rows = {separator: _first_row(source, separator) for separator in SEPARATORS}
    headers = {separator: header_of(row, mapped) for separator, row in rows.items()}
    best = max(SEPARATORS, key=lambda separator: (headers[separator].known, len(rows[separator])))
    header = headers[best]
    if header.lacking:
        if not mapped and not (header.known or (len(rows[best]) > 1 and source.name.endswith(_ENDINGS))):
            return None
        raise ColumnError(header.sentence(rows[best]))
    return Table(best, header)


def read_table(source: Source, table: Table) -> Iterator[Found]:
    """Read the rows of a table."""
    csv.field_size_limit(_FIELD_LIMIT)
    rows = csv.reader(_lines(source, limits.PIECE), delimiter=table.separator)
    width = -1
    line = 1
    while True:
        try:
            row = next(rows, None)
            if row is None:
                return
            if width < 0:
                width = len(row) if any(row) else width
            elif any(row):
                yield _record(row, width, table.header, line)
        except csv.Error:
            yield BadRecord(f"not read: a field is longer than {limits.size(_FIELD_LIMIT)}, or is no CSV.", line)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            yield BadRecord("the compressed file is cut off or damaged here.", line)
            return
        except (limits.TooLargeError, UnicodeError) as error:
            yield BadRecord(str(error) if isinstance(error, limits.TooLargeError) else "not UTF-16.", line)
            return
        line = rows.line_num + 1


def _record(row: Sequence[str], width: int, header: Header, line: int) -> Found:
    if len(row) < width:
        lost = next((name for name, at in header.places.items() if at >= len(row)), None)
        what = f"{header.names[lost]} is missing: " if lost else ""
        return BadRecord(f"{what}it has {len(row)} fields, the header {width}.", line)
    if any(row[width:]):
        return BadRecord(f"it has {len(row)} fields, the header {width}: a separator stands outside quotes.", line)
    try:
        return row_record({name: row[at] for name, at in header.places.items()}, header, line)
    except RowError as error:
        return BadRecord(str(error), line)


def _first_row(source: Source, separator: str) -> list[str]:
    csv.field_size_limit(_FIELD_LIMIT)
    try:
        return next(filter(any, csv.reader(_lines(source, _HEADER_LIMIT), delimiter=separator)), [])
    except (csv.Error, EOFError, zlib.error, gzip.BadGzipFile, UnicodeError, limits.TooLargeError):
        return []


def _lines(source: Source, limit: int) -> Iterator[str]:
    """Yield the file's lines; a few bytes may unpack to a line that no memory holds.

    Raises:
        TooLargeError: At a line of so many characters.
    """
    file = _opened(source)
    while line := file.readline(limit):
        if len(line) >= limit:
            raise limits.TooLargeError(f"a line is longer than {limits.size(limit)}; the rest is not read.")
        yield line


def _opened(source: Source) -> io.TextIOWrapper:
    file = source.open()
    encoding = next((name for mark, name in _ENCODINGS if file.peek(2).startswith(mark)), "utf-8-sig")
    # What is no UTF-8 is found, and named, in its row.
    errors = "surrogateescape" if encoding == "utf-8-sig" else "strict"
    return io.TextIOWrapper(file, encoding, errors, newline="")


def parse_columns(given: str) -> dict[str, str]:
    """Read `prompt=Question,text=Answer`; a comma within a column's name is written twice.

    Raises:
        ValueError: If it is nothing of the kind, with a sentence.
    """
    mapped: dict[str, str] = {}
    for part in given.replace(",,", "\x00").split(","):
        name, found, column = (piece.replace("\x00", ",").strip() for piece in part.partition("="))
        if not found or not column or name not in COLUMNS:
            names = listed(COLUMNS)
            raise ValueError(f"--columns takes NAME=COLUMN,…; NAME is one of {names}. It got {part.strip()!r}.")
        if name in mapped:
            raise ValueError(f"--columns names {name} twice.")
        mapped[name] = column
    return mapped
