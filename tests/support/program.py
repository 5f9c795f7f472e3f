"""The real program on a real terminal: how to start it, and its first steps."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

from support.scripted_server import ScriptedServer
from support.terminal import Terminal
from support.wire import left_on, strange

ROOT: Final = Path(__file__).parent.parent.parent
SEEDTUI: Final = (sys.executable, "-m", "seedtui")
KEY: Final = "sk-terminal-123456"


def variables(home: Path, server: ScriptedServer | None = None) -> dict[str, str]:
    """The program's own variables; without a server it must not come so far as to ask for one."""
    url = server.base_url if server else "http://nobody.invalid/v1"
    mine = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": url, "SEEDTUI_DB": str(home / "history.db")}
    return {**mine, "PYTHONPATH": str(ROOT)}


def environment(home: Path, server: ScriptedServer | None = None) -> dict[str, str]:
    """All of the program's variables."""
    return {**os.environ, **variables(home, server)}


def name_the_model(terminal: Terminal) -> None:
    """Type the model's name: the form asks for it as soon as one sends."""
    terminal.wait_for("F5 Send")
    terminal.send("f5")
    terminal.wait_for("Not sent: Name a model.")
    terminal.send("scripted-1")
    terminal.wait_for("scripted-1")


def streaming(terminal: Terminal, server: ScriptedServer) -> None:
    """Send, and let the answer stop in its middle."""
    name_the_model(terminal)
    server.hold(after=5)
    terminal.send("f5")
    terminal.wait_for("In the year 2050")


def statuses(home: Path) -> list[str]:
    """The runs' statuses, as they are in the history."""
    with closing(sqlite3.connect(home / "history.db")) as connection:
        return [row[0] for row in connection.execute("SELECT status FROM runs ORDER BY id")]


def assert_left_as_found(terminal: Terminal) -> None:
    """Refuse a terminal that is set otherwise than before, or was sent anything strange."""
    assert terminal.modes() == terminal.before
    assert left_on(bytes(terminal.output)) == []
    assert strange(bytes(terminal.output)) == []
