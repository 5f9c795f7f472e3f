"""New files that only this user can read; nothing is ever overwritten."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def new_file(path: Path) -> Iterator[Callable[[str], None]]:
    """Give a function that writes text to a new file; a file that could not be finished is removed.

    Raises:
        FileExistsError: If it is there already.
        OSError: If it cannot be created or written.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    # A umask may have taken away even our own rights.
    os.fchmod(handle, 0o600)
    file: io.BufferedWriter = os.fdopen(handle, "wb")
    try:
        with file:
            yield lambda text: _write(file, text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write(file: io.BufferedWriter, text: str) -> None:
    file.write(text.encode("utf-8", "backslashreplace"))


def free_path(folder: Path, name: str) -> Path:
    """Return a path in a folder that nothing stands at yet: the name, or the name with a number."""
    path, number = folder / name, 1
    while os.path.lexists(path):
        number += 1
        path = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return path
