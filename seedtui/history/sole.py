"""Having a database file to oneself: so that nobody writes to what is about to be replaced."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from seedtui.core.text import displayable
from seedtui.history.errors import HistoryError

# The bytes that SQLite locks, whatever it does with the file: https://www.sqlite.org/src/file/src/os.h
_LOCK_START: Final = 0x40000000
_LOCK_LENGTH: Final = 512
_PROCESSES: Final = Path("/proc")
_NO_MORE: Final = b"This history was repaired. What it was is kept beside the one that stands in its place.\n"


@contextlib.contextmanager
def sole_use(path: Path) -> Iterator[BinaryIO]:
    """Keep all other processes from opening a database; give its file.

    This process may not open the file once more meanwhile: closing it would drop the lock.

    Raises:
        HistoryError: If another process has it open (kind `locked`), or it cannot be written.
    """
    shown = displayable(str(path))
    try:
        file = path.open("r+b")
    except OSError as error:
        advice = "check its rights, or repair a copy of it with --db."
        raise HistoryError("read-only", f"{shown} cannot be written ({error.strerror}): {advice}") from error
    with file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCK_LENGTH, _LOCK_START)
        except OSError as error:
            raise _in_use(shown) from error
        # With the journal that is used on networks, nobody holds a lock between two changes.
        if _is_open_elsewhere(path):
            raise _in_use(shown)
        yield file


def refuse_latecomers(file: BinaryIO) -> None:
    """Make a file that was replaced no database any more: whoever opened it meanwhile still waits for it."""
    if os.fstat(file.fileno()).st_nlink == 0:
        file.seek(0)
        file.write(_NO_MORE.ljust(100, b"\n"))
        file.flush()


def _in_use(shown: str) -> HistoryError:
    return HistoryError("locked", f"Another program has {shown} open: close it, then repair it again.")


def _is_open_elsewhere(path: Path) -> bool:
    """Whether a process of this user has the file open, as far as the system says."""
    try:
        wanted = path.stat()
        processes = [one for one in _PROCESSES.iterdir() if one.name.isdigit() and int(one.name) != os.getpid()]
    except OSError:
        return False
    for process in processes:
        with contextlib.suppress(OSError):
            for handle in (process / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if os.path.samestat(handle.stat(), wanted):
                        return True
    return False
