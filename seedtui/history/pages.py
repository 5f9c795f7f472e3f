"""The rows that lie in a database file, page by page, whether or not the way from page to page is still whole.

SQLite reads a table from its root. One broken page on the way hides all that lies behind it; here nothing is asked but
the page that a row lies on. See https://www.sqlite.org/fileformat2.html.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

MAGIC: Final = b"SQLite format 3\0"
HEADER: Final = 100
PAGE_SIZES: Final = tuple(2**power for power in range(9, 17))
_INDEX_INTERIOR: Final = 2
_INDEX_LEAF: Final = 10
_TABLE_LEAF: Final = 13
_HEADERS: Final = {_INDEX_INTERIOR: 12, _INDEX_LEAF: 8, _TABLE_LEAF: 8}
_INTEGER_SIZES: Final = (0, 1, 2, 3, 4, 6, 8)


class Record(NamedTuple):
    """A row as it lies in a page.

    Attributes:
        rowid: Its number; None where it has none.
        values: Its columns; bytes that are no UTF-8 are kept as lone surrogates.
    """

    rowid: int | None
    values: tuple[Any, ...]


def text_of(data: bytes) -> str:
    """Decode a text; what is no UTF-8 becomes lone surrogates, which no text that was stored has."""
    return data.decode("utf-8", "surrogateescape")


def page_size_of(header: bytes) -> int | None:
    """Return the page size that a database's first bytes tell; None if they tell none."""
    if len(header) < HEADER or not header.startswith(MAGIC):
        return None
    size = int.from_bytes(header[16:18], "big")
    size = 65536 if size == 1 else size
    return size if size in PAGE_SIZES else None


def read_records(path: Path, page_size: int, progress: Callable[[int, int], None]) -> Iterator[Record]:
    """Give all rows that can be read from a database file, those of free pages left out.

    Args:
        path: The file. What is in its write-ahead log is not looked at.
        page_size: Its page size.
        progress: Told how many pages have been read, of how many.
    """
    with path.open("rb") as file:
        pages = _Pages(file, page_size)
        free = pages.free()
        for number in range(1, pages.count + 1):
            progress(number, pages.count)
            if number not in free:
                yield from _records_of(pages, number)


class _Pages:
    """The pages of a file, by number, from 1."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self.size = size
        self.count = -(-file.seek(0, 2) // size)

    def __getitem__(self, number: int) -> bytes:
        if not 0 < number <= self.count:
            raise ValueError("There is no such page.")
        self._file.seek((number - 1) * self.size)
        return self._file.read(self.size)

    def free(self) -> frozenset[int]:
        """Return the pages that are not in use; none if the list of them is not whole."""
        header = self[1][:HEADER] if self.count else b""
        if len(header) < HEADER:
            return frozenset()
        trunk, expected = struct.unpack(">II", header[32:40])
        found: list[int] = []
        try:
            while trunk and len(found) <= expected:
                page = self[trunk]
                following, leaves = struct.unpack(">II", page[:8])
                found += [trunk, *struct.unpack_from(f">{leaves}I", page, 8)]
                trunk = following
        except (ValueError, struct.error):
            return frozenset()
        return frozenset(found) if len(set(found)) == len(found) == expected else frozenset()


def _records_of(pages: _Pages, number: int) -> Iterator[Record]:
    page = pages[number]
    start = HEADER if number == 1 else 0
    kind = page[start] if len(page) > start else 0
    if kind not in _HEADERS:
        return
    first = start + _HEADERS[kind]
    cells = int.from_bytes(page[start + 3 : start + 5], "big")
    for place in range(first, min(first + 2 * cells, len(page) - 1), 2):
        try:
            record = _record(pages, page, kind, int.from_bytes(page[place : place + 2], "big"))
        except (ValueError, IndexError, struct.error):
            continue
        yield record


def _record(pages: _Pages, page: bytes, kind: int, cell: int) -> Record:
    if kind == _INDEX_INTERIOR:
        cell += 4
    length, cell = _varint(page, cell)
    rowid = None
    if kind == _TABLE_LEAF:
        rowid, cell = _varint(page, cell)
        rowid -= 2**64 if rowid >= 2**63 else 0
    return Record(rowid, tuple(_values(_payload(pages, page, cell, length, kind == _TABLE_LEAF))))


def _payload(pages: _Pages, page: bytes, place: int, length: int, in_table: bool) -> bytes:
    """Return what a cell holds: its part in the page, and what flowed over into other pages."""
    if length > pages.count * pages.size:
        raise ValueError("A row is not longer than its file.")
    usable = pages.size
    most = usable - 35 if in_table else (usable - 12) * 64 // 255 - 23
    least = (usable - 12) * 32 // 255 - 23
    local = length
    if length > most:
        local = least + (length - least) % (usable - 4)
        local = local if local <= most else least
    parts = [page[place : place + local]]
    rest = length - local
    following = int.from_bytes(page[place + local : place + local + 4], "big") if rest else 0
    while rest > 0:
        overflow = pages[following]
        parts.append(overflow[4 : 4 + min(rest, usable - 4)])
        rest -= usable - 4
        following = int.from_bytes(overflow[:4], "big")
    payload = b"".join(parts)
    if len(payload) != length:
        raise ValueError("The row is cut off.")
    return payload


def _values(payload: bytes) -> Iterator[Any]:
    header, place = _varint(payload, 0)
    if not 0 < header <= len(payload):
        raise ValueError("The row has no beginning.")
    body = header
    while place < header:
        kind, place = _varint(payload, place)
        value, body = _value(payload, kind, body)
        yield value


def _value(payload: bytes, kind: int, place: int) -> tuple[Any, int]:
    if kind == 0:
        return None, place
    if kind in (8, 9):
        return kind - 8, place
    if kind in (10, 11):
        raise ValueError("There is no such type.")
    size = _INTEGER_SIZES[kind] if kind < 7 else 8 if kind == 7 else (kind - 12) // 2
    data = payload[place : place + size]
    if len(data) != size:
        raise ValueError("The row is cut off.")
    if kind < 7:
        return int.from_bytes(data, "big", signed=True), place + size
    if kind == 7:
        return struct.unpack(">d", data)[0], place + size
    return (text_of(data) if kind % 2 else data), place + size


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for step in range(8):
        byte = data[place + step]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + step + 1
    return value << 8 | data[place + 8], place + 9
