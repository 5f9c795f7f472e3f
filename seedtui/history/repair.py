"""Saves what can be read of a damaged history, and keeps what it was."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from seedtui.core.text import displayable
from seedtui.history.errors import HistoryError, explained
from seedtui.history.finds import Finds
from seedtui.history.health import CancelledError, Health, Progress, examine
from seedtui.history.index.file import drop_index
from seedtui.history.private import (
    BESIDE,
    PRIVATE,
    beside,
    copy_bytes,
    free_name,
    new_private_file,
    sync,
    work_folder,
)
from seedtui.history.rebuild import Salvaged, rebuild
from seedtui.history.salvage import gather, is_ours_by_its_steps
from seedtui.history.sole import refuse_latecomers, sole_use


@dataclass(frozen=True)
class Repair:
    """What a repair did.

    Attributes:
        health: What was found beforehand; None if the file could not even be opened.
        salvaged: What became of the runs; None if there was nothing to repair.
        kept: Where the damaged file is now; None if there was nothing to repair.
    """

    health: Health | None
    salvaged: Salvaged | None = None
    kept: Path | None = None


def repair(
    path: Path,
    *,
    progress: Progress = lambda what, done, of: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Repair:
    """Repair a history, if something is wrong with it.

    What is damaged is kept beside it, to the byte. The new history is written beside it, too, and put in its
    place in one step: whatever happens on the way, one of the two is there.

    Args:
        path: The history.
        progress: Told what is being done, how far it has come, and of how much (0: nobody knows).
        cancelled: Asked now and then.

    Raises:
        CancelledError: If it was cancelled; nothing was changed.
        HistoryError: If another program has it open, it cannot be written, or there is nothing in it to be saved;
            nothing was changed.
    """
    with sole_use(path):
        pass
    health = _health(path, progress, cancelled)
    if health is not None and health.is_sound:
        return Repair(health)

    def told(what: str) -> Callable[[int, int], None]:
        def tell(done: int, of: int) -> None:
            progress(what, done, of)
            if cancelled():
                raise CancelledError()

        return tell

    try:
        with explained(path), sole_use(path) as file, work_folder(path.parent) as work:
            copies = _copy_for_work(path, file, work)
            new = work / "new.db"
            new_private_file(new).close()
            with Finds(work / "finds.db") as finds:
                gather(copies, finds, told("Reading what is left"))
                salvaged = rebuild(finds, new, told("Saving it"))
            if not salvaged.runs and not salvaged.series:
                raise _nothing(path)
            _verify(new, salvaged)
            told("Putting it in place")(0, 0)
            return Repair(health, salvaged, _swap(path, file, new))
    except OSError as error:
        said = f"{displayable(str(path))} could not be repaired, and is as it was: {error.strerror or error}."
        raise HistoryError("other", said) from error


def _health(path: Path, progress: Progress, cancelled: Callable[[], bool]) -> Health | None:
    """Look what is wrong; None if it does not even open.

    Raises:
        HistoryError: If a newer version wrote it.
    """
    try:
        return examine(path, progress=progress, cancelled=cancelled)
    except HistoryError as error:
        if error.kind in ("corrupt", "other") or (error.kind == "newer" and is_ours_by_its_steps(path)):
            return None
        raise


def _copy_for_work(path: Path, file: BinaryIO, work: Path) -> Path:
    """Copy the database and what is beside it: reading it may change it."""
    copy = work / "old.db"
    copy_bytes(file, copy)
    for ending in ("-wal", "-journal"):
        with contextlib.suppress(FileNotFoundError), beside(path, ending).open("rb") as other:
            copy_bytes(other, beside(copy, ending))
    return copy


def _verify(new: Path, salvaged: Salvaged) -> None:
    """Make sure of the new database before it takes the place of anything."""
    health = examine(new)
    if not health.is_sound or health.runs != salvaged.runs:
        raise HistoryError("other", "What was saved could not be read again, so nothing was changed: check the disk.")
    # Looking at it leaves nothing beside it; what is in it must be on the disk first.
    new.chmod(PRIVATE)
    sync(new)


def _swap(path: Path, file: BinaryIO, new: Path) -> Path:
    """Put the new database in place of the old one; return where that is now."""
    moment = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    kept = free_name(path.with_name(f"{path.stem}.damaged-{moment}{path.suffix or '.db'}"))
    copy_bytes(file, kept)
    for ending in ("-wal", "-journal"):
        with contextlib.suppress(FileNotFoundError), beside(path, ending).open("rb") as other:
            copy_bytes(other, beside(kept, ending))
    sync(path.parent)
    # It knows runs that are lost, or that are not what they were.
    drop_index(path)
    # A log that stays would be taken for the new database's.
    for ending in BESIDE:
        beside(path, ending).unlink(missing_ok=True)
    new.replace(path)
    sync(path.parent)
    refuse_latecomers(file)
    return kept


def _nothing(path: Path) -> HistoryError:
    said = f"Nothing in {displayable(str(path))} can be read as a run, so it was left as it is"
    return HistoryError("corrupt", f"{said}: put a backup in its place, or move it away to begin anew.")
