"""Looking at a history's file from outside, and other programs that use it at the same time."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seedtui.history import History
from support.runs import a_run


def ask(path: Path, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """Run one statement on a database, past the history."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(sql, arguments).fetchall()


def fill(history: History, count: int, **facts: Any) -> list[int]:
    """Add runs and return their ids."""
    return history.add([a_run(f"Text {number}.", **facts) for number in range(count)], [None] * count)[0]


@contextlib.contextmanager
def child(program: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run a Python program of its own; what it prints can be read, what it reads can be written."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment()) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: subprocess.Popen[str]) -> str:
    """Wait for the next line that a child prints."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "The child ended early."
    return line.strip()


def tell(process: subprocess.Popen[str], line: str = "go") -> None:
    """Write a line to a child."""
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


@contextlib.contextmanager
def write_protected(folder: Path) -> Iterator[None]:
    """Let nobody write in a folder: by its rights, or for the superuser by mounting it read-only."""
    if os.geteuid() != 0:
        inside = [(file, file.stat().st_mode) for file in (folder, *folder.iterdir())]
        for file, mode in inside:
            file.chmod(mode & ~0o222)
        try:
            yield
        finally:
            for file, mode in inside:
                file.chmod(mode)
        return
    with _mounted("--bind", str(folder), str(folder)), _remounted(folder):
        yield


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Make a folder a disk of one megabyte; only the superuser can."""
    with _mounted("-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)):
        yield


@contextlib.contextmanager
def _mounted(*arguments: str) -> Iterator[None]:
    if os.geteuid() != 0 or _quietly("mount", *arguments):
        pytest.skip("This system lets nobody mount a file system.")
    try:
        yield
    finally:
        _quietly("umount", "--lazy", arguments[-1])


@contextlib.contextmanager
def _remounted(folder: Path) -> Iterator[None]:
    if _quietly("mount", "-o", "remount,ro,bind", str(folder)):
        pytest.skip("This system lets nobody mount a file system read-only.")
    yield


def _quietly(*command: str) -> int:
    return subprocess.run(command, capture_output=True, check=False).returncode


def environment() -> dict[str, str]:
    """Return the environment for a Python program that imports what the tests do."""
    root = Path(__file__).parents[2]
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(root / "tests")])}
