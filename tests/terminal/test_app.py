"""The real program on a real pseudo-terminal: what it shows, what it keeps, how it leaves the terminal."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from support.program import SEEDTUI, assert_left_as_found, environment, name_the_model, statuses
from support.scripted_server import ScriptedServer
from support.terminal import Terminal


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(models=["scripted-1"]) as running:
        yield running


def test_start_type_send_compare_and_quit(home: Path, server: ScriptedServer) -> None:
    with Terminal(SEEDTUI, environment=environment(home, server)) as terminal:
        name_the_model(terminal)
        terminal.send("f6")
        terminal.wait_for("Expected: no seed was sent.")
        terminal.wait_for("fp_scripted1 (informative)")
        terminal.wait_for("a team of")
        terminal.send("f3")
        terminal.wait_for("Set A")
        terminal.send("x")
        terminal.wait_for("A #2   B #1")
        terminal.send("ctrl+q")
        assert terminal.wait_for_exit() == 0
        assert_left_as_found(terminal)
        # The alternate screen is left, the cursor is back, mouse and paste reports are off.
        for restored in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?2004l"):
            assert restored in terminal.output
        assert b"sk-terminal-123456" not in terminal.output
    sent = [request.json for request in server.completions]
    assert len(sent) == 2
    assert sent[0]["temperature"] == 0.7
    assert "seed" not in sent[0]


def test_what_another_program_wrote_on_the_screen_goes_when_it_is_redrawn(home: Path) -> None:
    with Terminal(SEEDTUI, environment=environment(home)) as terminal:
        terminal.wait_for("F5 Send")
        for opened in ("Generate a short story", "Keys everywhere"):
            terminal.wait_for(opened)
            terminal.screen.reset()
            assert opened not in terminal.text
            terminal.send("ctrl+l")
            terminal.wait_for(opened)
            terminal.send("f1")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_cleanly_and_what_came_is_kept(home: Path, server: ScriptedServer, number: int) -> None:
    with Terminal(SEEDTUI, environment=environment(home, server)) as terminal:
        name_the_model(terminal)
        server.hold(after=5)
        terminal.send("f5")
        terminal.wait_for("In the year 2050")
        os.kill(terminal.pid, number)
        assert terminal.wait_for_exit() == 0
        assert_left_as_found(terminal)
        assert b"\x1b[?1049l" in terminal.output
    assert statuses(home) == ["cancelled"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_was_typed_last_is_kept_when_a_signal_ends_it(
    home: Path, server: ScriptedServer, number: signal.Signals
) -> None:
    """The last second of typing was once lost with the connection."""
    with Terminal(SEEDTUI, environment=environment(home, server)) as terminal:
        name_the_model(terminal)
        terminal.send("-tuned")
        terminal.wait_for("scripted-1-tuned")
        os.kill(terminal.pid, number)
        assert terminal.wait_for_exit() == 0
    assert "scripted-1-tuned" in (home / "state" / "seedtui" / "draft.json").read_text()


def test_kill_9_in_mid_stream_is_interrupted_at_the_next_start(home: Path, server: ScriptedServer) -> None:
    with Terminal(SEEDTUI, environment=environment(home, server)) as terminal:
        name_the_model(terminal)
        server.hold(after=5)
        terminal.send("f5")
        terminal.wait_for("In the year 2050")
        with closing(sqlite3.connect(home / "history.db")) as connection:
            # The first word is saved at once, and what comes after it a quarter of a second later.
            kept = "SELECT coalesce(group_concat(text, ''), '') FROM (SELECT text FROM chunks ORDER BY id)"
            terminal.wait_for(lambda: "In the year 2050" in connection.execute(kept).fetchone()[0])
            terminal.wait_for(lambda: connection.execute("SELECT fingerprints FROM runs").fetchone()[0] != "[]")
        os.kill(terminal.pid, signal.SIGKILL)
        assert terminal.wait_for_exit() == -signal.SIGKILL
    with Terminal(SEEDTUI, environment=environment(home, server)) as terminal:
        terminal.wait_for("interrupt.")
        terminal.wait_for("In the year 2050")
        # Who had answered is known, too.
        terminal.wait_for("fp_scripted1 (informative)")
        terminal.send("ctrl+q")
        assert terminal.wait_for_exit() == 0
    assert statuses(home) == ["interrupted"]


def test_at_80_by_24_panes_fold_into_tabs(home: Path, server: ScriptedServer) -> None:
    with Terminal(SEEDTUI, columns=80, rows=24, environment=environment(home, server)) as terminal:
        name_the_model(terminal)
        terminal.wait_for("[F2 Request]")
        terminal.send("f6")
        terminal.wait_for("[F4 Compare]")
        terminal.wait_for("Expected: no seed was sent.")
        terminal.send("f3")
        terminal.wait_for("[F3 Runs]")
        terminal.wait_for("Expected: no seed was sent.")
        terminal.resize(120, 40)
        terminal.wait_for("Compare        ")
        terminal.send("f10")
        assert terminal.wait_for_exit() == 0


def test_the_editor_takes_a_message_and_gives_it_back(home: Path, server: ScriptedServer) -> None:
    editor = home / "editor.sh"
    editor.write_text('#!/bin/sh\nprintf "Write about Venus." > "$1"\n')
    editor.chmod(0o755)
    with Terminal(SEEDTUI, environment={**environment(home, server), "EDITOR": str(editor)}) as terminal:
        terminal.wait_for("F5 Send")
        terminal.send("f7")
        terminal.wait_for("Write about Venus.")
        name_the_model(terminal)
        terminal.send("f5")
        terminal.wait_for("is complete")
        terminal.send("ctrl+q")
        assert terminal.wait_for_exit() == 0
    assert server.completions[0].json["messages"][1]["content"] == "Write about Venus."


def test_no_colour_is_used_when_none_is_wanted(home: Path, server: ScriptedServer) -> None:
    with Terminal(SEEDTUI, environment={**environment(home, server), "NO_COLOR": "1"}) as terminal:
        name_the_model(terminal)
        terminal.send("f6")
        terminal.wait_for("Expected: no seed was sent.")
        # Signs carry the meaning, and no colour is sent at all: the only "38" and "48" are greys.
        terminal.wait_for(lambda: re.search(r"^.*│[~-] ", terminal.text, re.MULTILINE))
        colours = re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", terminal.output)
        assert all(red == green == blue for red, green, blue in colours)
        terminal.send("ctrl+q")
        assert terminal.wait_for_exit() == 0


@pytest.mark.parametrize("variables", [{"TERM": "dumb"}, {}])
def test_without_a_terminal_it_says_what_to_use_instead(home: Path, variables: dict[str, str]) -> None:
    done = subprocess.run(
        SEEDTUI,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**environment(home), **variables},
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "seedtui run" in done.stderr
    assert "\x1b" not in done.stderr


CRASHES = {
    "in a command": "w.Workbench.do_help = crash",
    "in a thread": "w.Workbench.do_help = lambda self: self.run_worker(lambda: crash(self), thread=True)",
    "in painting": "w.Workbench.do_help = lambda self: setattr(type(self.app), '_display', crash) or self.refresh()",
    "in opening a screen": "import seedtui.tui.screens.help as h; h.HelpScreen.compose = crash",
}


@pytest.mark.parametrize("where", CRASHES)
def test_a_crash_shows_no_key_and_no_prompt_and_leaves_the_terminal_as_before(
    home: Path, server: ScriptedServer, where: str
) -> None:
    program = (
        "import seedtui.tui.screens.workbench as w\n"
        "def crash(self, *arguments):\n"
        "    key = __import__('os').environ['OPENAI_API_KEY']\n"
        "    prompt = 'hunter' + str(1 + 1)\n    raise RuntimeError('boom ' + key + chr(27) + ']0;pwn' + chr(7))\n"
        f"{CRASHES[where]}\n"
        "import seedtui.cli; raise SystemExit(seedtui.cli.main([]))\n"
    )
    argv = [sys.executable, "-c", program]
    with Terminal(argv, environment=environment(home, server)) as terminal:
        terminal.wait_for("F1 Help")
        terminal.send("f1")
        assert terminal.wait_for_exit() == 2
        assert "boom [key]␛]0;pwn␇".encode() in terminal.output
        assert b"sk-terminal-123456" not in terminal.output
        assert b"hunter2" not in terminal.output
        assert_left_as_found(terminal)


def test_terminal_settings_are_restored_after_an_error_at_the_start(home: Path) -> None:
    (home / "history.db").write_text("this is no database, but long enough to look at" * 100)
    with Terminal(SEEDTUI, environment=environment(home)) as terminal:
        assert terminal.wait_for_exit() == 2
        assert "is no seedtui history" in terminal.text
        assert terminal.modes() == terminal.before


def test_a_terminal_that_takes_nothing_any_more_is_left_all_the_same(home: Path, server: ScriptedServer) -> None:
    """The app once waited for ever to write its farewell to a terminal that nobody read."""
    with Terminal(SEEDTUI, environment=environment(home, server)) as terminal:
        name_the_model(terminal)
        server.hold(after=5)
        terminal.send("f5")
        terminal.wait_for("In the year 2050")
        for _ in range(200):
            # Repaints that nobody reads fill the terminal's buffer.
            terminal.send("f1", "escape")
        os.kill(terminal.pid, signal.SIGHUP)
        assert terminal.wait_for_exit(reading=False) == 0
    assert statuses(home) == ["cancelled"]
