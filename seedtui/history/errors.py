"""What can be wrong with a database, in plain sentences."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from seedtui.core.text import displayable


class HistoryError(Exception):
    """The history cannot be read or written.

    Attributes:
        kind: A short word for the cause: `full`, `locked`, `read-only`, `corrupt`, `newer`, `gone`,
            `damaged`, `cancelled`, `foreign` (another program's database), `other`.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


REPAIR: Final = "seedtui doctor --repair keeps a copy and saves what can be read"
NOT_OURS: Final = f"{{path}} is no seedtui history: choose another with --db. If it was one, {REPAIR}."
_DAMAGED: Final = f"{{path}} is damaged: {REPAIR}."
_CAUSES: Final = (
    ("disk is full", "full", "The disk is full, so nothing can be saved in {path}: free some space."),
    ("locked", "locked", "Another program keeps {path} locked: close it, then try again."),
    ("readonly", "read-only", "{path} cannot be written: check its rights, or choose another with --db."),
    ("unable to open", "read-only", "{path} cannot be opened: check the folder's rights, or choose another with --db."),
    ("not a database", "corrupt", NOT_OURS),
    ("could not decode", "corrupt", _DAMAGED),
    ("malformed", "corrupt", _DAMAGED),
    ("unsupported file format", "corrupt", _DAMAGED),
    ("unable to use function", "corrupt", _DAMAGED),
    ("no such function", "corrupt", _DAMAGED),
    ("no such index", "corrupt", _DAMAGED),
    ("syntax error", "corrupt", _DAMAGED),
    ("unrecognized token", "corrupt", _DAMAGED),
    ("user-defined function", "corrupt", _DAMAGED),
    ("no such table", "corrupt", _DAMAGED),
    ("no such column", "corrupt", _DAMAGED),
    ("has no column", "corrupt", _DAMAGED),
    ("foreign key", "gone", "A run or series is no longer in {path}: it was deleted for good meanwhile."),
    ("unique constraint", "corrupt", _DAMAGED),
    ("on conflict clause", "corrupt", _DAMAGED),
    ("no query solution", "corrupt", _DAMAGED),
    (
        "disk i/o error",
        "other",
        "The disk reported an error for {path}: check it, and its room; seedtui backup makes a copy.",
    ),
)


def explain(error: Exception, path: Path) -> HistoryError:
    """Turn SQLite's error into a sentence that says what to do."""
    shown = displayable(str(path))
    # Names in the schema are decoded without SQLite's own error.
    said = "could not decode" if isinstance(error, UnicodeDecodeError) else str(error)
    for part, kind, sentence in _CAUSES:
        if part in said.lower():
            return HistoryError(kind, sentence.format(path=shown))
    return HistoryError("other", f"The history {shown} cannot be used: {displayable(said)}.")


def damaged(what: str, path: Path) -> HistoryError:
    """Return the error for something that is not what was stored, as one finds out by reading it."""
    return HistoryError(
        "damaged",
        f"{what} in {displayable(str(path))} is not what was stored, the disk has changed it: {REPAIR}.",
    )


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Raise HistoryError in place of SQLite's own errors."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise explain(error, path) from error
