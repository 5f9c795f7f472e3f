"""Files of other tools, and their reading."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import IO, cast

from seedtui.core.run import Run
from seedtui.exchange.logs.found import ImportedRun, LineProblem
from seedtui.exchange.logs.reading import read_runs

DATA = Path(__file__).parent.parent / "data"


def found_in(
    *files: bytes | Path, names: tuple[str, ...] = (), columns: Mapping[str, str] | None = None
) -> list[ImportedRun[Run] | LineProblem]:
    """Read files; one given as bytes is called file1, file2 … unless it is named."""
    sources: list[tuple[str, IO[bytes]]] = []
    for number, one in enumerate(files):
        if isinstance(one, Path):
            sources.append((one.name, one.open("rb")))
        else:
            name = names[number] if number < len(names) else f"file{number + 1}"
            sources.append((name, cast("IO[bytes]", io.BufferedReader(cast("io.RawIOBase", io.BytesIO(one))))))
    try:
        return list(read_runs(sources, columns))
    finally:
        for _, file in sources:
            file.close()


def runs_in(*files: bytes | Path, columns: Mapping[str, str] | None = None) -> list[Run]:
    """Read files in which nothing is wrong."""
    found = found_in(*files, columns=columns)
    assert [one for one in found if isinstance(one, LineProblem)] == []
    return [one.run for one in found if isinstance(one, ImportedRun)]


def keys_in(*files: bytes | Path, columns: Mapping[str, str] | None = None) -> list[str]:
    """Return the keys of what files hold."""
    return [one.key for one in found_in(*files, columns=columns) if isinstance(one, ImportedRun)]


def problems_in(*files: bytes | Path, columns: Mapping[str, str] | None = None) -> list[str]:
    """Return what is said of files."""
    return [str(one) for one in found_in(*files, columns=columns) if isinstance(one, LineProblem)]


def database(path: Path, *scripts: str) -> Path:
    """Make a database of scripts in `tests/data`, or of statements."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    for one in scripts:
        connection.executescript((DATA / one).read_text() if one.endswith(".sql") else one)
    connection.commit()
    connection.close()
    return path
