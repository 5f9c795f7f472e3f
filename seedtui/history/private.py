"""Files and folders that only this user can read, whatever the umask, and that are on the disk when they are there."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

PRIVATE = 0o600
# What SQLite keeps beside a database.
BESIDE = ("-wal", "-shm", "-journal")


def beside(path: Path, ending: str) -> Path:
    """Return the path of what SQLite keeps beside a database."""
    return path.with_name(path.name + ending)


def new_private_file(path: Path) -> BinaryIO:
    """Make a new file at 0600.

    Raises:
        FileExistsError: If it is there already.
        OSError: If it cannot be made.
    """
    file = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE), "w+b")
    os.fchmod(file.fileno(), PRIVATE)
    return file


def copy_bytes(source: BinaryIO, path: Path) -> None:
    """Write a new file at 0600 with all that another one holds, and see it on the disk.

    Raises:
        FileExistsError: If it is there already.
        OSError: If it cannot be read or written.
    """
    source.seek(0)
    with new_private_file(path) as target:
        shutil.copyfileobj(source, target, 1 << 20)
        target.flush()
        os.fsync(target.fileno())


def sync(path: Path) -> None:
    """See a file or folder on the disk.

    Raises:
        OSError: If it cannot be written.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_in_place(path: Path, target: Path) -> None:
    """Give a file its name, if there is none of that name, in one step.

    Raises:
        FileExistsError: If there is one.
        OSError: If it cannot be done.
    """
    try:
        os.link(path, target)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems know no second name.
        new_private_file(target).close()
        path.replace(target)
    else:
        path.unlink()
    with contextlib.suppress(OSError):
        sync(target.parent)


@contextlib.contextmanager
def work_folder(folder: Path) -> Iterator[Path]:
    """Make a folder at 0700 inside another, and remove it at the end.

    Raises:
        OSError: If it cannot be made.
    """
    path = Path(tempfile.mkdtemp(prefix=".seedtui-", dir=folder))
    try:
        path.chmod(0o700)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def free_name(path: Path) -> Path:
    """Return a path that nothing stands at yet: this one, or one with a number."""
    found, number = path, 1
    while any(os.path.lexists(beside(found, ending)) for ending in ("", *BESIDE)):
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found
