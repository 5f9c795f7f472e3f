"""Everything from outside on the app's screens, as bytes on a real terminal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.corpus import ACTING, HUGE, TEXTS, a_line, lines
from support.program import SEEDTUI, assert_left_as_found, environment, name_the_model
from support.scripted_server import ScriptedServer, chunk, error_body, sse, status
from support.terminal import Terminal
from support.wire import so_far, strange

STRIDE = 9


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(models=["scripted-1", *TEXTS.values()], words=5) as running:
        yield running


def kept(home: Path, server: ScriptedServer, text: str) -> None:
    """Import runs before the app starts."""
    (home / "log.jsonl").write_text(text)
    done = subprocess.run([*SEEDTUI, "import", "log.jsonl"], cwd=home, env=environment(home, server), check=False)
    assert done.returncode == 0


class Walk:
    """Presses keys one by one, each when the app has answered the one before, and remembers what was shown."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.seen = ""

    def press(self, *keys: str) -> None:
        for key in keys:
            self.terminal.send(key)
            self.terminal.read(1)
            while self.terminal.read(0.05):
                pass
            self.seen += self.terminal.text
        assert strange(so_far(bytes(self.terminal.output))) == []

    def until(self, text: str) -> None:
        self.terminal.wait_for(text)
        self.seen += self.terminal.text


def test_what_was_imported_acts_on_no_screen(home: Path, server: ScriptedServer) -> None:
    kept(home, server, "".join(lines(STRIDE)))
    with Terminal(SEEDTUI, environment=environment(home, server)) as terminal:
        terminal.wait_for("F5 Send")
        walk = Walk(terminal)
        walk.press("f3", "\x1b[F")
        for _ in range(0, len(TEXTS), STRIDE):
            walk.press("up", "c", "v", "l", "f3", "t", "escape", "up", "up")
        for key in "wABeTFPRd":
            walk.press(key, "down", "escape")
        walk.press("f1", "escape", "ctrl+p", "escape")
        for mark in ("␛]52;c", "‹202E›", "‹009B›", "␇", "[/"):
            assert mark in walk.seen, mark
        terminal.send("ctrl+q")
        assert terminal.wait_for_exit() == 0
        assert_left_as_found(terminal)


def test_what_a_server_says_acts_on_no_screen(home: Path, server: ScriptedServer) -> None:
    texts = list(ACTING.values())
    with Terminal(SEEDTUI, environment=environment(home, server)) as terminal:
        name_the_model(terminal)
        walk = Walk(terminal)
        for at in range(0, len(texts), STRIDE):
            text, other = " ".join(texts[at : at + STRIDE]), texts[at - 1]
            server.script(sse(*(chunk(one, fingerprint=other, model=text) for one in text), chunk(finish_reason=text)))
            server.script(status(400, error_body(f"{text} {other}", text)))
            for _ in range(2):
                sent = len(server.completions)
                walk.press("f5")
                terminal.wait_for(lambda sent=sent: len(server.completions) > sent)  # type: ignore[misc]
                walk.press("f3", "c", "f2")
        for mark in ("␛]52;c", "‹202E›", "‹009B›", "␇"):
            assert mark in walk.seen, mark
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.wait_for_exit() == 0
        assert_left_as_found(terminal)


HELP = "Keys everywhere"


@pytest.mark.parametrize("name", HUGE)
def test_the_app_answers_a_key_however_huge_a_text_is(home: Path, server: ScriptedServer, name: str) -> None:
    line, twin = a_line(0), a_line(0, twin=1)
    line["response"]["choices"][0]["message"]["content"] = HUGE[name]
    twin["response"]["choices"][0]["message"]["content"] = HUGE[name][:-9] + "otherwise"
    kept(home, server, json.dumps(line) + "\n" + json.dumps(twin) + "\n")
    with Terminal(SEEDTUI, environment=environment(home, server)) as terminal:
        terminal.wait_for("F5 Send")
        # While it is compared, laid out, counted and loaded, the help and other screens come and go. Escape and a
        # letter that come together are another key, Alt and the letter, so each is waited for.
        for key in ("f3", "c", "v"):
            terminal.send(key, "f1")
            terminal.wait_for(HELP)
            terminal.send("escape")
            terminal.wait_for(lambda: HELP not in terminal.text)
        for key in "tT":
            terminal.send(key)
            terminal.wait_for(lambda: "Set A" not in terminal.text)
            terminal.send("escape")
            terminal.wait_for("Set A")
        terminal.send("l")
        terminal.wait_for("F5 Send")
        assert strange(so_far(bytes(terminal.output))) == []
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.wait_for_exit() == 0, terminal.text
        assert_left_as_found(terminal)
