"""Each test has a home, a history and a server of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.cli import Command, command_in
from support.scripted_server import ScriptedServer


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home; nothing of the machine's own settings reaches the test."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "SEEDTUI_CONFIG", "NO_COLOR", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("DATA", "CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SEEDTUI_DB", str(tmp_path / "runs.db"))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.fixture
def seedtui(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `seedtui` with these arguments in this process."""
    return command_in(capsys, monkeypatch)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A scripted server, telling stories."""
    with ScriptedServer(models=["scripted-1"]) as running:
        yield running
