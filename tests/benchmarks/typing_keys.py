"""Typing in the middle of a prompt of 4,000 words, beside a TextArea with the same text.

The TextArea fills the whole screen, as it does in an editor made of one; another one has the size of the field in
seedtui. vim stands beside them where it is installed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.corpus import words
from benchmarks.harness.apps import AREA, LAST, python
from benchmarks.harness.compare import Hand, in_turn, repeated, rows
from benchmarks.harness.figures import Figure, Limit
from benchmarks.harness.setting import SEEDTUI, Setting, history_with
from benchmarks.harness.show import alone
from benchmarks.harness.terminal import COLUMNS, ROWS, Timed
from benchmarks.history_keys import to_runs
from support.runs import a_run

WORDS: Final = 4000
PARAGRAPH: Final = 100
TYPED: Final = "and then a robot wrote "
FIELD: Final = (42, 6)
PAGES: Final = 20
SHIFT_TAB: Final = "\x1b[Z"


def prompt() -> str:
    """Return the prompt."""
    pool = words("prose", WORDS, 3)
    return "\n\n".join(" ".join(pool[at : at + PARAGRAPH]) for at in range(0, WORDS, PARAGRAPH))


def to_prompt(terminal: Timed) -> None:
    """Load the newest run's request, and go to the middle of its prompt."""
    to_runs(terminal)
    terminal.send("l")
    terminal.settle(0.6)
    terminal.send("f2")
    terminal.settle()
    # Whichever field has the focus: the prompt is the one that takes a new line.
    for _ in range(2):
        if _in_prompt(terminal):
            break
        terminal.send(SHIFT_TAB)
        terminal.settle()
    assert _in_prompt(terminal), f"The prompt never had the focus. The screen:\n{terminal.text}"
    terminal.send(*["pagedown"] * PAGES)
    terminal.settle(0.6)


def _in_prompt(terminal: Timed) -> bool:
    return "What the user says" in terminal.text


def measure(setting: Setting) -> Iterator[Figure]:
    """Type in all of them, in turn."""
    said = [{"role": "user", "content": prompt()}]
    with ExitStack() as stack:
        environment = stack.enter_context(history_with(a_run(messages=said)))
        text = Path(environment["HOME"]) / "prompt.txt"
        text.write_text(prompt())
        ours = stack.enter_context(Timed(SEEDTUI, environment))
        commands = {"TextArea": python(AREA, text, COLUMNS, ROWS - 1), "small TextArea": python(AREA, text, *FIELD)}
        if vim := setting.program("vim"):
            commands["vim"] = [vim, "-u", "NONE", "-c", "set nocp wrap | normal 40G", "-c", "startinsert", str(text)]
        others = {name: stack.enter_context(Timed(argv, environment)) for name, argv in commands.items()}
        to_prompt(ours)
        for name, terminal in others.items():
            if "TextArea" in name:
                terminal.until_written(LAST)
            terminal.settle(0.5)
        times = setting.times(200, 60)
        mine = Hand(ours, repeated(TYPED, times))
        theirs = {name: Hand(one, repeated(TYPED, times)) for name, one in others.items()}
        in_turn(mine, *theirs.values())
        limits = {"ms": [Limit(10), Limit(25, "p99")], "bytes": [Limit(300)]}
        yield from rows("typing in 4,000 words", mine, theirs, limits)


if __name__ == "__main__":
    alone(measure)
