"""The list of runs under the hands: Down without and with scrolling, beside DataTable and less.

10,000 runs, 10,000 rows, 10,000 lines; the table and the text fill the whole screen, the list its place in the app.
Without scrolling: Down and Up between the first two rows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.first_frame import KEY_BAR, RUNS
from benchmarks.harness.apps import LAST, TABLE, python
from benchmarks.harness.compare import Hand, in_turn, repeated, rows
from benchmarks.harness.figures import Figure, Limit
from benchmarks.harness.peers import a_text
from benchmarks.harness.setting import SEEDTUI, Setting, newest
from benchmarks.harness.show import alone
from benchmarks.harness.terminal import Timed

# More than any of the programs has rows on the screen.
TO_THE_END: Final = 45


def to_runs(terminal: Timed, history: Path | None = None) -> None:
    """Wait for the first frame and go to the list of runs."""
    terminal.until_written(*([newest(history)] if history else []), KEY_BAR)
    terminal.settle()
    terminal.send("f3")
    terminal.settle(0.6)


def measure(setting: Setting) -> Iterator[Figure]:
    """Press Down in all of them, in turn."""
    history = setting.history(RUNS)
    with ExitStack() as stack:
        environment = stack.enter_context(setting.environment(history))
        ours = stack.enter_context(Timed(SEEDTUI, environment))
        table = stack.enter_context(Timed(python(TABLE, RUNS), environment))
        terminals = {"DataTable": table}
        if less := setting.program("less"):
            text = a_text(Path(environment["HOME"]) / "text.log")
            terminals["less"] = stack.enter_context(Timed([less, str(text)], environment))
        to_runs(ours, history)
        table.until_written(LAST)
        for terminal in terminals.values():
            terminal.settle(0.5)
        yield from still(setting, ours, table)
        yield from scrolling(setting, ours, terminals)


def still(setting: Setting, ours: Timed, table: Timed) -> Iterator[Figure]:
    """Move the cursor where nothing scrolls."""
    hands = [Hand(one, repeated(("down", "up"), setting.times(120, 40))) for one in (ours, table)]
    in_turn(*hands)
    limits = {"ms": [Limit(6)], "bytes": [Limit(1000)]}
    yield from rows("Down, not scrolling", hands[0], {"DataTable": hands[1]}, limits)


def scrolling(setting: Setting, ours: Timed, others: dict[str, Timed]) -> Iterator[Figure]:
    """Move the cursor at the end of the screen, so that every key scrolls."""
    for terminal in (ours, *others.values()):
        terminal.send(*["down"] * TO_THE_END)
        terminal.settle(0.5)
    times = setting.times(120, 40)
    mine = Hand(ours, repeated(["down"], times))
    theirs = {name: Hand(one, repeated(["down"], times)) for name, one in others.items()}
    in_turn(mine, *theirs.values())
    limits = {"ms": [Limit(0.8, "ratio")], "bytes": [Limit(8000)]}
    yield from rows("Down, scrolling", mine, theirs, limits)


if __name__ == "__main__":
    alone(measure)
