"""What `seedtui doctor` looks at in the history: the file, its folder, and what is in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from seedtui.commands.checks import Finding, Level, check_room, nearest
from seedtui.commands.repairing import ids_phrase, runs_phrase
from seedtui.core.text import displayable

_NEEDED: Final = 100_000_000
# More are looked at by a backup and a repair, which may take their time.
_NEWEST: Final = 1000
_OTHERS: Final = 0o077
_OTHERS_WRITE: Final = 0o022
_LEFT_OVER: Final = ".seedtui-*"


def check_history(path: Path) -> Iterator[Finding]:
    """Check that runs can be kept and read again, by this user alone, and that there is room for them."""
    from seedtui.history.filesystem import on_network

    shown = displayable(str(path))
    folder = nearest(path.parent)
    yield from _stray(path)
    if path.exists():
        yield from _content(path, shown)
        yield from _rights(path)
    else:
        yield _writable(folder, f"{shown}, to be made with the first run")
    if on_network(folder):
        said = "is on a network: it is slower there, and only this machine should write to it; see --db."
        yield Finding(Level.NOTE, "history, place", f"{shown} {said}")
    yield check_room("disk, history", folder, _NEEDED)


def _content(path: Path, shown: str) -> Iterator[Finding]:
    """Open it like any command does, then look whether it is sound."""
    from seedtui.history import History, HistoryError
    from seedtui.history.health import examine

    try:
        history = History.open(path)
        count, indexed = history.count(), history.indexed()
        history.close()
        health = examine(path, newest=_NEWEST)
    except HistoryError as error:
        yield Finding(Level.PROBLEM, "history", displayable(str(error)))
        return
    if health.complaints:
        advice = "seedtui doctor --repair keeps a copy and saves what can be read."
        yield Finding(Level.PROBLEM, "history", f"{shown} is damaged: {advice}")
    elif health.damaged:
        said = f"{ids_phrase(health.damaged)} not what was stored in {shown}"
        yield Finding(Level.PROBLEM, "history", f"{said}: seedtui doctor --repair saves what can be known.")
    else:
        every = "" if health.checked == health.runs else f" newest {health.checked:,}"
        yield _writable(path, f"{shown}, {runs_phrase(count)}; it is sound, and so is what is kept of all{every}")
    yield from _search_index(path, count, indexed)


def _search_index(path: Path, count: int, indexed: int) -> Iterator[Finding]:
    """Tell how far searches are quick, where there is enough to search for it to matter."""
    from seedtui.history.index.file import SMALL, index_path

    if count - indexed >= SMALL:
        said = f"{indexed:,} of {runs_phrase(count)} are in the index; the app adds the others while nothing is typed."
        yield Finding(Level.NOTE, "history, search", said)
    elif indexed:
        size = index_path(path).stat().st_size / 1e6
        said = f"{indexed:,} of {runs_phrase(count)} are in the index, {size:,.0f} MB that can be deleted at any time."
        yield Finding(Level.OK, "history, search", said)


def _writable(path: Path, found: str) -> Finding:
    if os.access(path, os.W_OK):
        return Finding(Level.OK, "history", found)
    advice = f"{displayable(str(path))} cannot be written to: mend its permissions, or name another file with --db."
    return Finding(Level.PROBLEM, "history", advice)


def _stray(path: Path) -> Iterator[Finding]:
    """Look for what belongs to a history that is not there, and for what a kill left behind."""
    from seedtui.history.private import beside

    for ending in ("-wal", "-journal"):
        log = beside(path, ending)
        if not path.exists() and log.exists() and log.stat().st_size:
            said = "is here without its history: keep it, and put the history it belongs to back beside it."
            yield Finding(Level.PROBLEM, "history, log", f"{displayable(str(log))} {said}")
    left = sorted(path.parent.glob(_LEFT_OVER)) if path.parent.is_dir() else []
    if left:
        said = "was left by a backup or a repair that was killed: remove it, unless one is going on."
        yield Finding(Level.NOTE, "history, folder", f"{displayable(str(left[0]))} {said}")


def _rights(path: Path) -> Iterator[Finding]:
    """Look whether others may read or replace what is kept."""
    from seedtui.history.private import BESIDE, beside

    for file in (path, *(beside(path, ending) for ending in BESIDE), *_copies(path)):
        mode = _mode(file)
        if mode & _OTHERS:
            shown = displayable(str(file))
            yield Finding(Level.PROBLEM, "history, rights", f"others may read {shown}: chmod 600 it.")
    mode, shown = _mode(path.parent), displayable(str(path.parent))
    if mode & _OTHERS_WRITE and not mode & stat.S_ISVTX:
        said = f"others may replace what is in {shown}: chmod 700 it, or keep the history elsewhere with --db."
        yield Finding(Level.PROBLEM, "history, rights", said)
    elif mode & _OTHERS:
        said = f"others may list {shown}, and read nothing of the history: chmod 700 it if it holds nothing else."
        yield Finding(Level.NOTE, "history, rights", said)


def _copies(path: Path) -> list[Path]:
    """Return what backups and repairs made beside a history."""
    found = [*path.parent.glob(f"{path.stem}-2*{path.suffix}"), *path.parent.glob(f"{path.stem}.damaged-*")]
    return sorted(found)


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0
