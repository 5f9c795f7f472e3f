"""The members of a zip archive of JSON documents, within bounds: `.eval` files of inspect-ai are such."""

from __future__ import annotations

import importlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, Final

from seedtui.exchange.logs import inspect_ai, limits
from seedtui.exchange.logs.found import BadRecord, Found
from seedtui.exchange.logs.source import Source
from seedtui.exchange.logs.values import loads, mapping

ZIP: Final = b"PK\x03\x04"
_ZSTD: Final = 93
_LOCAL_HEADER: Final = struct.Struct("<4s5H3L2H")
_HEADERS: Final = ("header.json", "_journal/start.json")
_NO_ZSTD: Final = (
    "it is compressed with Zstandard, which needs the package zstandard: install seedtui[zstd], or convert the "
    "log with `inspect log convert --to json`."
)


class _MemberError(ValueError):
    """A member that cannot be read. The message is one plain sentence."""


class Archive:
    """A zip archive, read a member at a time."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._zip = zipfile.ZipFile(file)
        self._left = limits.UNPACKED
        self.names = [one.filename for one in self._zip.infolist()]

    def document(self, name: str) -> Any:
        """Read a member as a JSON document.

        Raises:
            _MemberError: If it is none, or cannot be unpacked.
            limits.TooLargeError: If all that was read by now is more than any log holds.
        """
        limit = min(limits.PIECE, self._left)
        try:
            data = self._unpack(self._zip.getinfo(name), limit + 1)
            if len(data) > limit:
                raise self._too_large()
            self._left -= len(data)
            return loads(data.decode())
        except RecursionError:
            raise _MemberError("not read: it is nested too deeply.") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, OSError, KeyError):
            raise _MemberError("damaged: it cannot be unpacked.") from None
        except RuntimeError:
            raise _MemberError("not read: it is encrypted.") from None
        except ValueError as error:
            if isinstance(error, _MemberError | limits.TooLargeError):
                raise
            raise _MemberError("not JSON.") from None

    def _too_large(self) -> ValueError:
        if self._left < limits.PIECE:
            most = limits.size(limits.UNPACKED)
            return limits.TooLargeError(f"it unpacks to more than {most}; the rest is not read.")
        return _MemberError(f"not read: it unpacks to more than {limits.size(limits.PIECE)}.")

    def _unpack(self, member: zipfile.ZipInfo, most: int) -> bytes:
        if member.compress_type != _ZSTD or hasattr(zipfile, "ZIP_ZSTANDARD"):
            with self._zip.open(member) as unpacked:
                return unpacked.read(most)
        try:
            zstandard = importlib.import_module("zstandard")
        except ImportError:
            raise _MemberError(_NO_ZSTD) from None
        self._file.seek(member.header_offset)
        fields = _LOCAL_HEADER.unpack(self._file.read(_LOCAL_HEADER.size))
        self._file.seek(fields[-2] + fields[-1], io.SEEK_CUR)
        packed = self._file.read(member.compress_size)
        decompressor = zstandard.ZstdDecompressor(max_window_size=2**27)
        try:
            reader = decompressor.stream_reader(io.BytesIO(packed), read_across_frames=True)
            parts = []
            while most > 0 and (part := reader.read(min(most, 2**20))):
                parts.append(part)
                most -= len(part)
            return b"".join(parts)
        except zstandard.ZstdError:
            raise _MemberError("damaged: it cannot be unpacked.") from None


def read_archive(file: Source) -> Iterator[Found] | None:
    """Return the records of an inspect-ai log; None if the archive is nothing of the kind."""
    try:
        archive = Archive(file.raw)
    except (zipfile.BadZipFile, ValueError, struct.error, OSError, NotImplementedError, EOFError):
        return iter([BadRecord("the zip archive is cut off or damaged.", "")])
    head = next((name for name in _HEADERS if name in archive.names), None)
    return None if head is None else _samples(archive, head)


def _samples(archive: Archive, head: str) -> Iterator[Found]:
    where = head
    try:
        document = archive.document(head)
        if not inspect_ai.is_document(document):
            yield BadRecord("it names no task and model, as the header of an inspect-ai log does.", head)
            return
        header = inspect_ai.header(mapping(document))
        names = [name for name in archive.names if name.startswith("samples/") and name.endswith(".json")]
        if not names:
            yield BadRecord(inspect_ai.NO_SAMPLES, "")
        for where in names:
            try:
                sample = archive.document(where)
            except _MemberError as error:
                yield BadRecord(str(error), where)
                continue
            good = isinstance(sample, dict)
            yield inspect_ai.record(sample, header, where) if good else BadRecord("must be an object.", where)
    except _MemberError as error:
        yield BadRecord(str(error), where)
    except limits.TooLargeError as error:
        yield BadRecord(str(error), "")
