"""The terminal is left as it was found, whatever ends the app, and whatever the terminal does meanwhile."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from support.program import SEEDTUI, assert_left_as_found, environment, statuses, streaming
from support.scripted_server import ScriptedServer
from support.terminal import Terminal
from support.wire import left_on

DEAF = (
    "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP});"
    "import seedtui.cli; raise SystemExit(seedtui.cli.main([]))"
)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(models=["scripted-1"]) as running:
        yield running


def leave_by(key: str) -> Callable[[Terminal], None]:
    """Press a key that leaves, and answer what it asks."""

    def leave(terminal: Terminal) -> None:
        terminal.send(key)
        terminal.wait_for("Leave now?")
        terminal.send("y")

    return leave


LEAVING: dict[str, Callable[[Terminal], object]] = {
    "Ctrl-Q": leave_by("ctrl+q"),
    "F10": leave_by("f10"),
    "Ctrl-C": leave_by("ctrl+c"),
    "SIGTERM": lambda terminal: os.kill(terminal.pid, signal.SIGTERM),
    "SIGHUP": lambda terminal: os.kill(terminal.pid, signal.SIGHUP),
    "SIGINT": lambda terminal: os.kill(terminal.pid, signal.SIGINT),
}


@pytest.mark.parametrize("how", LEAVING)
def test_however_it_ends_the_terminal_is_as_before_and_what_came_is_kept(
    home: Path, server: ScriptedServer, how: str
) -> None:
    """SIGINT from outside once ended it with a traceback."""
    with Terminal(SEEDTUI, environment=environment(home, server)) as terminal:
        streaming(terminal, server)
        LEAVING[how](terminal)
        assert terminal.wait_for_exit() == 0
        assert_left_as_found(terminal)
        assert b"Traceback" not in terminal.output
    assert statuses(home) == ["cancelled"]


@pytest.mark.parametrize("delay", range(8))
def test_a_signal_at_any_moment_of_the_start_leaves_the_terminal_as_before(home: Path, delay: int) -> None:
    with Terminal(SEEDTUI, environment=environment(home)) as terminal:
        terminal.wait_for(lambda: len(terminal.output) > delay * 60)
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.wait_for_exit() in (0, -signal.SIGTERM)
        assert_left_as_found(terminal)


def test_a_signal_while_screens_open_ends_it_without_a_word(home: Path) -> None:
    """A screen that was being opened once made a crash of it."""
    with Terminal(SEEDTUI, environment=environment(home)) as terminal:
        terminal.wait_for("F5 Send")
        terminal.send("f3", *("T", "escape", "F", "escape", "R", "escape") * 20)
        terminal.read(1)
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.wait_for_exit() == 0
        assert_left_as_found(terminal)
        assert b"Traceback" not in terminal.output


def test_a_fault_in_keeping_the_draft_does_not_keep_it_from_leaving(home: Path) -> None:
    """It once went on for good, with the terminal as the app had set it."""
    program = (
        "import seedtui.tui.app as app, seedtui.cli\n"
        "app.write_draft = lambda *arguments: 1 / 0\n"
        "raise SystemExit(seedtui.cli.main([]))"
    )
    with Terminal([sys.executable, "-c", program], environment=environment(home)) as terminal:
        terminal.wait_for("F5 Send")
        os.kill(terminal.pid, signal.SIGTERM)
        terminal.wait_for_exit()
        assert_left_as_found(terminal)


@pytest.mark.parametrize("command", [(), ("pull",)], ids=["app", "pull"])
def test_a_signal_during_the_download_ends_it_and_leaves_nothing(home: Path, command: Sequence[str]) -> None:
    program = (
        "import sys, seedtui.cli, seedtui.endpoints.fetching as fetching, seedtui.endpoints.weights as weights\n"
        "fetching._command = lambda *arguments: [sys.executable, '-c', 'import time; time.sleep(600)']\n"
        "weights.are_wanted = lambda settings: True\n"
        "raise SystemExit(seedtui.cli.main([*sys.argv[1:], '--local']))"
    )
    with Terminal([sys.executable, "-c", program, *command], environment=environment(home)) as terminal:
        terminal.wait_for(" MB")
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.wait_for_exit() == (2 if command else 0)
        assert terminal.modes() == terminal.before
        assert left_on(bytes(terminal.output)) == []
        assert b"Traceback" not in terminal.output
    assert [path.name for path in (home / "cache").rglob("*") if path.is_file()] == [".lock"]


def test_suspended_and_resumed(home: Path, server: ScriptedServer) -> None:
    with Terminal(SEEDTUI, environment=environment(home, server)) as terminal:
        streaming(terminal, server)
        for _ in range(2):
            os.kill(terminal.pid, signal.SIGTSTP)
            terminal.wait_for_stop()
            assert_left_as_found(terminal)
            seen = len(terminal.output)
            # What a shell leaves on the screen must go.
            terminal.screen.reset()
            os.kill(terminal.pid, signal.SIGCONT)
            terminal.wait_for("In the year 2050")
            terminal.wait_for("F5 Send")
            assert b"\x1b[?1049h" in terminal.output[seen:]
        server.release()
        terminal.wait_for("is complete")
        terminal.send("ctrl+q")
        assert terminal.wait_for_exit() == 0
        assert_left_as_found(terminal)
    assert statuses(home) == ["complete"]


def test_stopped_without_a_word_and_continued(home: Path, server: ScriptedServer) -> None:
    """SIGSTOP and SIGCONT once had the app take its own settings for those to be restored."""
    with Terminal(SEEDTUI, environment=environment(home, server)) as terminal:
        streaming(terminal, server)
        for _ in range(2):
            os.kill(terminal.pid, signal.SIGSTOP)
            terminal.wait_for_stop()
            terminal.screen.reset()
            os.kill(terminal.pid, signal.SIGCONT)
            terminal.wait_for("In the year 2050")
        server.release()
        terminal.wait_for("is complete")
        terminal.send("ctrl+q")
        assert terminal.wait_for_exit() == 0
        assert_left_as_found(terminal)


INPUTS: dict[str, bytes] = {
    "a lone 0xff": b"\xff",
    "a truncated letter": b"\xed\x95",
    "latin-1": "Grüße".encode("latin-1"),
    "an overlong nul": b"\xc0\x80",
    "a surrogate": b"\xed\xa0\xbd",
    "beyond Unicode": b"\xf4\x90\x80\x80",
    "split sequences": b"\x1b[1\x1b[\x1b[<0;\x1b[<0;0;0M\x1b[<;;M\x1b[M",
    "a key that is no character": b"\x1b[9999999999u\x1b[55296u\x1b[1114112u\x1b[-5u",
    "reports": b"\x1b[?2048;1$y\x1b[48;0;0;0;0t\x1b[<0;1;1M\x1b[0;0R\x1b[?2026;9$y\x1b[48;99999;99999;1;1t",
    "a sequence without end": b"\x1b[" + b"1;" * 5000 + b"\x1b]0;" + b"x" * 5000,
    "C1": b"\xc2\x9b31m\xc2\x9d0;x\xc2\x9c",
    "pasted binary": b"\x1b[200~" + bytes(range(256)).replace(b"\x1b", b"") * 8 + b"\x1b[201~",
    "a paste that never ends": b"\x1b[200~" + b"abc\xff" * 100,
}


@pytest.mark.parametrize("name", INPUTS)
def test_the_app_survives_any_input(home: Path, name: str) -> None:
    """One byte that is no UTF-8 once ended it."""
    with Terminal(SEEDTUI, environment=environment(home)) as terminal:
        terminal.wait_for("F5 Send")
        terminal.send("f3", INPUTS[name])
        # The end of a paste, should one be going on.
        terminal.send(b"\x1b[201~")
        terminal.resize(130, 41)
        terminal.wait_for(lambda: "F1" in terminal.text or "Help" in terminal.text)
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.wait_for_exit() == 0
        assert_left_as_found(terminal)
        assert b"Traceback" not in terminal.output


def test_the_app_survives_a_storm_of_random_input(home: Path) -> None:
    draw = random.Random(7)
    alphabet = [b"\x1b", b"[", b"<", b"?", b";", b"1", b"9", b"u", b"t", b"M", b"~", b"R", b"\xff", b"\xc2", b"\x9b"]
    with Terminal(SEEDTUI, environment=environment(home)) as terminal:
        terminal.wait_for("F5 Send")
        for _ in range(40):
            terminal.send(b"".join(draw.choices(alphabet, k=100)))
            terminal.send(draw.randbytes(20).translate(None, b"\x11\x03"))
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.wait_for_exit() == 0
        assert_left_as_found(terminal)
        assert b"Traceback" not in terminal.output


SIZES = [(1, 1), (400, 120), (2, 1), (1, 50), (0, 0), (79, 24), (80, 24), (99, 1), (3, 3), (400, 1), (120, 40)]


def test_a_storm_of_sizes(home: Path, server: ScriptedServer) -> None:
    with Terminal(SEEDTUI, environment=environment(home, server)) as terminal:
        streaming(terminal, server)
        for columns, rows in SIZES * 3:
            terminal.resize(columns, rows)
            terminal.read(0.02)
            terminal.send("f1", "escape")
        terminal.resize(120, 40)
        # An escape that came together with the key after it was taken for Alt: the help may still be open over the
        # text, or another pane have the focus.
        terminal.press_until("escape", "In the year 2050")
        server.release()
        terminal.wait_for("is complete")
        terminal.send("ctrl+q")
        assert terminal.wait_for_exit() == 0
        assert_left_as_found(terminal)


@pytest.mark.parametrize("size", [(1, 1), (0, 0), (2, 2), (400, 120)])
def test_it_starts_in_any_size(home: Path, size: tuple[int, int]) -> None:
    with Terminal(SEEDTUI, columns=size[0], rows=size[1], environment=environment(home)) as terminal:
        terminal.wait_for(lambda: b"\x1b[?2004h" in terminal.output)
        terminal.resize(120, 40)
        terminal.wait_for("F5 Send")
        terminal.send("ctrl+q")
        assert terminal.wait_for_exit() == 0
        assert_left_as_found(terminal)


def test_a_terminal_that_stops_reading_stops_neither_streams_nor_saving(home: Path, server: ScriptedServer) -> None:
    with Terminal(SEEDTUI, environment=environment(home, server)) as terminal:
        streaming(terminal, server)
        for _ in range(200):
            # Repaints that nobody reads fill the terminal's buffer.
            os.write(terminal._master, b"\x1bOP\x1b")
        server.release()
        terminal.wait_unread(lambda: statuses(home) == ["complete"])
        # It is read again: all is painted.
        terminal.wait_for("is complete")
        terminal.send("escape", "ctrl+q")
        assert terminal.wait_for_exit() == 0
        assert_left_as_found(terminal)


@pytest.mark.parametrize("argv", [SEEDTUI, [sys.executable, "-c", DEAF]], ids=["told", "not told"])
def test_a_terminal_that_is_gone_ends_the_app_and_no_time_is_burnt(
    home: Path, server: ScriptedServer, argv: Sequence[str]
) -> None:
    """Without a SIGHUP the app once read the end of its input again and again."""
    with Terminal(argv, environment=environment(home, server), patience=30) as terminal:
        streaming(terminal, server)
        assert terminal.hang_up() < 15
        assert terminal.status == 0
    assert statuses(home) == ["cancelled"]


@pytest.mark.parametrize("term", ["dumb", "unknown", "", None])
def test_a_terminal_that_cannot_place_text_is_refused(home: Path, term: str | None) -> None:
    variables = environment(home)
    prefix = "" if term is None else f"TERM={term} "
    argv = ["sh", "-c", f"unset TERM; {prefix}{sys.executable} -m seedtui"]
    with Terminal(argv, environment=variables) as terminal:
        assert terminal.wait_for_exit() == 2
        assert "seedtui run" in terminal.text
        assert b"\x1b" not in terminal.output
        assert terminal.modes() == terminal.before


@pytest.mark.parametrize("redirection", ["</dev/null", ">/dev/null", "<&-", ">&-", "2>/dev/null", "2>&-"])
def test_a_stream_that_is_no_terminal_is_refused(home: Path, redirection: str) -> None:
    with Terminal(
        ["sh", "-c", f"{sys.executable} -m seedtui {redirection}"], environment=environment(home)
    ) as terminal:
        assert terminal.wait_for_exit() == 2
        assert b"\x1b" not in terminal.output
        if not redirection.startswith("2"):
            assert "seedtui run" in terminal.text
        assert terminal.modes() == terminal.before
