"""The colours that terminals get."""

from __future__ import annotations

from pathlib import Path

import pytest

from seedtui.cli import main
from support.program import ROOT, SEEDTUI, environment
from support.sgr import attributes_of, colors_of
from support.terminal import Terminal


@pytest.mark.parametrize(
    ("term", "extra", "colors"),
    [
        ("xterm-256color", {"NO_COLOR": "1", "COLORTERM": "truecolor"}, set()),
        ("linux", {}, {"16"}),
        ("xterm", {}, {"16"}),
        ("tmux-256color", {}, {"256"}),
        ("xterm-256color", {"COLORTERM": "truecolor"}, {"truecolor"}),
    ],
    ids=["no color", "linux", "xterm", "tmux", "truecolor"],
)
def test_a_terminal_gets_the_colours_it_has(home: Path, term: str, extra: dict[str, str], colors: set[str]) -> None:
    variables = {**environment(home), **extra}
    assert main(["--db", variables["SEEDTUI_DB"], "import", str(ROOT / "tests/data/mars.jsonl")]) == 0
    with Terminal(SEEDTUI, environment=variables, term=term) as terminal:
        terminal.wait_for("#1")
        terminal.send("f3")
        terminal.wait_for("Set A")
        terminal.send("down", "down", "c")
        terminal.wait_for("Expected: no seed was sent.")
        terminal.wait_for("a team of")
        assert colors_of(terminal.output) == colors
        # Deleted is underlined and inserted bold, also where there is no colour to tell.
        assert attributes_of(terminal.output) >= {1, 4}
        # The cursor is seen all the same.
        assert colors or 7 in attributes_of(terminal.output)
