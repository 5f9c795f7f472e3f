"""A file to import, wherever it comes from: read again from its beginning as often as needed."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Final

from seedtui.exchange.logs import limits

GZIP: Final = b"\x1f\x8b"


class Source:
    """One file.

    Attributes:
        name: What to call it; safe to show.
    """

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self.name = name
        self._file = file
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Source:
        if not self._file.seekable():
            spooled = self._stack.enter_context(tempfile.TemporaryFile())
            shutil.copyfileobj(self._file, spooled)
            self._file = spooled
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the whole content: the same whether the file is gzipped or not.

        What cannot be unpacked to its end is taken as it is on disk.
        """
        position = self._file.tell()
        try:
            return _sha256(self.open())
        except (limits.TooLargeError, EOFError, zlib.error, gzip.BadGzipFile):
            return _sha256(self.raw)
        finally:
            self._file.seek(position)

    @property
    def raw(self) -> IO[bytes]:
        """The file as it is, at its beginning."""
        self._file.seek(0)
        return self._file

    def open(self) -> io.BufferedReader:
        """The file's content from its beginning, unpacked if it is gzipped.

        Reading raises `limits.TooLargeError` where it unpacks to too much, and EOFError, `zlib.error` or
        `gzip.BadGzipFile` where it is damaged.
        """
        packed = self.raw.read(2) == GZIP
        return io.BufferedReader(_Limited(gzip.open(self.raw, "rb")) if packed else _Unclosed(self.raw))

    def path(self) -> Path:
        """The file in the file system, for those that read it by name; a copy if it has no name there."""
        with contextlib.suppress(TypeError, AttributeError, OSError):
            path = Path(self._file.name)
            # What was put elsewhere under this name since is another file.
            if os.path.samestat(path.stat(), os.fstat(self._file.fileno())):
                return path.resolve()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="seedtui-")))
        with (folder / "copy").open("wb") as copy:
            shutil.copyfileobj(self.raw, copy)
        return folder / "copy"

    def copy_beside(self, names: Callable[[Path], Iterator[Path]]) -> Path:
        """Copy the file, and the files that belong to it, into a folder of their own.

        Args:
            names: Gives the files beside a path that belong to it.
        """
        path = self.path()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="seedtui-")))
        for one in (path, *names(path)):
            shutil.copyfile(one, folder / one.name)
        return folder / path.name


def _sha256(file: IO[bytes]) -> str:
    hashed = hashlib.sha256()
    while part := file.read(2**20):
        hashed.update(part)
    return hashed.hexdigest()


class _Unclosed(io.RawIOBase):
    """Reads from a file that is somebody else's to close."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._file.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)


class _Limited(_Unclosed):
    """Reads from a file until it has given more than any log holds."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile) -> None:
        super().__init__(file)
        self._left = limits.UNPACKED

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer)
        self._left -= count
        if self._left < 0:
            most = limits.size(limits.UNPACKED)
            raise limits.TooLargeError(f"it unpacks to more than {most}. Unpack it to import it.")
        return count
