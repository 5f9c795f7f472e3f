"""Server-sent events, read from bytes as they come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

LARGEST: Final = 16_000_000
"""The most that one event may be, in bytes: splitting it, and reading it as JSON, is one step, for which all wait."""

_IGNORED: Final = frozenset({b"", b"id", b"retry"})


class ServerEvent(NamedTuple):
    """One event of the stream.

    Attributes:
        name: Its name; mostly empty.
        data: Its data, lines joined by line feeds.
    """

    name: str
    data: str


class StrayLineError(Exception):
    """A line of a stream is no field of an event.

    Attributes:
        line: The line.
    """

    def __init__(self, line: bytes) -> None:
        super().__init__("a line that is no field of an event")
        self.line = line


class LargeEventError(Exception):
    """An event is too large."""


class EventReader:
    """Takes bytes in pieces of any size and gives events.

    Lines end in LF, CR or CRLF. What is not UTF-8 raises `UnicodeDecodeError`: a text that was
    quietly repaired would be compared as if the model had written it. What is JSON or HTML instead of
    a field raises `StrayLineError`: to pass it over might leave a hole in the text. An event larger than
    `LARGEST` raises `LargeEventError` before the rest of it has come.

    Attributes:
        stray: The first line that is no field at all; empty if there is none.
    """

    def __init__(self) -> None:
        self.stray = b""
        self._parts: list[bytes] = []
        self._after_cr = False
        self._name = ""
        self._data: list[str] = []
        self._size = 0

    def feed(self, piece: bytes) -> Iterator[ServerEvent]:
        """Take in some bytes and yield the events that they complete."""
        if not piece:
            return
        # A line feed that belongs to the carriage return of the piece before.
        piece = piece.removeprefix(b"\n") if self._after_cr else piece
        self._after_cr = piece.endswith(b"\r")
        lines = piece.splitlines(keepends=True)
        for line in lines:
            self._parts.append(line)
            self._size += len(line)
            if self._size > LARGEST:
                raise LargeEventError
            if line[-1] in b"\r\n":
                whole, self._parts = b"".join(self._parts), []
                yield from self._take(whole.rstrip(b"\r\n"))

    def finish(self) -> Iterator[ServerEvent]:
        """Yield what the stream's end cut off from its blank line; it may be half an event."""
        whole, self._parts = b"".join(self._parts), []
        yield from self._take(whole)
        yield from self._take(b"")

    def _take(self, line: bytes) -> Iterator[ServerEvent]:
        if not line:
            if self._data:
                yield ServerEvent(self._name, "\n".join(self._data))
            self._name, self._data, self._size = "", [], 0
            return
        field, _, value = line.removeprefix(b"\xef\xbb\xbf").partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value.decode("utf-8"))
        elif field == b"event":
            self._name = value.decode("utf-8", "replace")
        elif field == b"error" and value:
            # llama.cpp has told of errors in a field of its own.
            yield ServerEvent("error", value.decode("utf-8", "replace"))
        elif line.lstrip()[:1] in (b"{", b"[", b"<"):
            raise StrayLineError(line)
        elif field not in _IGNORED and not self.stray:
            self.stray = line
