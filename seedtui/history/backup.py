"""A copy of a history as it is at one moment, made while others go on writing."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from seedtui.core.text import displayable
from seedtui.history.connecting import open_as_it_is
from seedtui.history.errors import HistoryError, explained
from seedtui.history.health import CancelledError, Health, Progress, examine
from seedtui.history.migrate import is_history
from seedtui.history.private import beside, copy_bytes, new_private_file, put_in_place, sync, work_folder

_PAGES: Final = 500
# How often others may have changed what was copied before they have to wait.
_PATIENCE: Final = 3


@dataclass(frozen=True)
class Backup:
    """A copy that was made.

    Attributes:
        path: Where it is.
        health: What was found in the copy; None if it cannot be opened: then it is a copy of the file's bytes.
    """

    path: Path
    health: Health | None


def back_up(
    path: Path,
    target: Path,
    *,
    progress: Progress = lambda what, done, of: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Backup:
    """Copy a history, and look whether the copy is sound.

    A damaged one is copied, too, as it is: with SQLite's means as far as they go, else byte by byte.

    Args:
        path: The history; it is not changed.
        target: A new file. It is there once it is whole.
        progress: Told what is being done, how far it has come, and of how much (0: nobody knows).
        cancelled: Asked now and then.

    Raises:
        CancelledError: If it was cancelled; there is no copy.
        FileExistsError: If the target is there already.
        HistoryError: If the file is no history, or the copy is not what was to be copied.
        OSError: If the copy cannot be written.
    """
    if target.exists() or target.is_symlink():
        raise FileExistsError(target)
    with work_folder(target.parent) as work:
        copy = work / "copy.db"
        new_private_file(copy).close()
        try:
            with explained(path):
                runs = _copy(path, copy, progress, cancelled)
        except HistoryError as error:
            if error.kind == "full":
                where = displayable(str(target.parent))
                said = f"There is no room for the copy in {where}: free some space, or name another place with -o."
                raise HistoryError("full", said) from error
            if error.kind != "corrupt":
                raise
            _copy_raw(path, copy, target)
            return Backup(target, None)
        health = _checked(copy, path, runs, progress, cancelled)
        sync(copy)
        put_in_place(copy, target)
    return Backup(target, health)


def _copy(path: Path, copy: Path, progress: Progress, cancelled: Callable[[], bool]) -> int | None:
    """Copy page by page; return how many runs there were, if that is known."""
    with (
        contextlib.closing(open_as_it_is(path)) as source,
        contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as target,
    ):
        if not is_history(source):
            raise HistoryError("foreign", f"{displayable(str(path))} is no seedtui history: it was not copied.")
        target.execute("PRAGMA journal_mode = OFF")
        runs = _held(source)
        left, restarts = 0, -1

        def step(status: int, remaining: int, total: int) -> None:
            nonlocal left, restarts
            restarts += remaining > left
            left = remaining
            if restarts >= _PATIENCE and not source.in_transaction:
                _hold(source)
            progress("Copying", total - remaining, total)
            if cancelled():
                raise CancelledError

        source.backup(target, pages=_PAGES, progress=step)
        # One file is all there is to a copy, wherever it is taken.
        with contextlib.suppress(sqlite3.DatabaseError, UnicodeDecodeError):
            target.execute("PRAGMA journal_mode = DELETE")
        return runs


def _held(source: sqlite3.Connection) -> int | None:
    """Stay at this moment while others write, where that keeps nobody waiting; count the runs there are."""
    with contextlib.suppress(sqlite3.DatabaseError, UnicodeDecodeError):
        if source.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            _hold(source)
            return int(source.execute("SELECT count(*) FROM runs").fetchone()[0])
    return None


def _hold(source: sqlite3.Connection) -> None:
    source.execute("BEGIN")
    source.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _checked(
    copy: Path, path: Path, runs: int | None, progress: Progress, cancelled: Callable[[], bool]
) -> Health | None:
    try:
        health = examine(copy, progress=progress, cancelled=cancelled)
    except HistoryError as error:
        if error.kind in ("cancelled", "full"):
            raise
        return None
    if health.is_sound and runs is not None and health.runs != runs:
        said = f"The copy of {displayable(str(path))} has {health.runs} runs and not {runs}"
        raise HistoryError("other", f"{said}, so it was not kept: check the disk.")
    return health


def _copy_raw(path: Path, copy: Path, target: Path) -> None:
    """Copy what SQLite cannot read, with its log: a repair may find something in it."""
    copy.unlink()
    with path.open("rb") as source:
        copy_bytes(source, copy)
    put_in_place(copy, target)
    for ending in ("-wal", "-journal"):
        with contextlib.suppress(FileNotFoundError), beside(path, ending).open("rb") as source:
            copy_bytes(source, beside(target, ending))
