"""A history of its own for each test."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from seedtui.history import History


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database will be; there is none yet, nor its folder."""
    return tmp_path / "kept" / "history.db"


@pytest.fixture
def history(path: Path) -> Iterator[History]:
    """An empty history."""
    with contextlib.closing(History.open(path)) as opened:
        yield opened
