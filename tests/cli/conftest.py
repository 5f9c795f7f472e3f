"""Each test has a home, a history and a server of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.cli import Command, command_in
from support.local_model import built_in, weights
from support.scripted_server import ScriptedServer

__all__ = ["built_in", "weights"]


@pytest.fixture(autouse=True)
def home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's empty home, with a history of its own and a terminal of a known size."""
    monkeypatch.setenv("SEEDTUI_DB", str(home / "runs.db"))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    return home


@pytest.fixture
def seedtui(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `seedtui` with these arguments in this process."""
    return command_in(capsys, monkeypatch)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A scripted server, telling stories."""
    with ScriptedServer(models=["scripted-1"]) as running:
        yield running
