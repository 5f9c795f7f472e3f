"""Over a line with a round trip of 100 ms: from the key to what it paints, less the round trip; and the start.

The line holds every byte for 50 ms on its way, in both directions (`harness/line.py`). The terminal answers none of the
queries that programs send it, so what waits for an answer waits for ever. A start over the line may take half a round
trip longer than one without it: every further round trip would be seen.
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
from benchmarks.harness.compare import Hand, in_turn, repeated
from benchmarks.harness.figures import Figure, Limit, figure
from benchmarks.harness.line import Slow
from benchmarks.harness.setting import SEEDTUI, Setting, newest
from benchmarks.harness.show import alone
from benchmarks.harness.terminal import Timed
from benchmarks.history_keys import to_runs

ROUND_TRIP: Final = 100.0
ONE_WAY: Final = ROUND_TRIP / 2 / 1000
QUIET: Final = 0.12


def measure(setting: Setting) -> Iterator[Figure]:
    """Measure starts, then keys, over the line."""
    history = setting.history(RUNS)
    with setting.environment(history) as plain:
        environment = {**plain, "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22", "SSH_TTY": "/dev/pts/0"}
        yield starts(setting, history, environment)
        with ExitStack() as stack:
            ours = stack.enter_context(Slow(SEEDTUI, environment, ONE_WAY))
            table = stack.enter_context(Slow(python(TABLE, RUNS), environment, ONE_WAY))
            to_runs(ours, history)
            table.until_written(LAST)
            table.settle(0.5)
            yield from keys("Down in the runs", setting, ours, table, ["down"])
            ours.send("f2")
            ours.settle(0.6)
            yield from keys("a typed character", setting, ours, table, list("robot "))


def starts(setting: Setting, history: Path, environment: dict[str, str]) -> Figure:
    """Start over the line and without it, in turn; say how many round trips it takes longer."""
    wanted = (newest(history), KEY_BAR)
    near: list[float] = []
    far: list[float] = []
    for _ in range(setting.times(8, 3) + 1):
        for found, seconds in ((near, 0.0), (far, ONE_WAY)):
            with Slow(SEEDTUI, environment, seconds) as terminal:
                moment, _ = terminal.until_written(*wanted)
                found.append((moment - terminal.started) * 1000)
    # The quickest of each: what else the machine does makes a start only longer.
    longer = min(far) - min(near)
    note = f"{longer:.0f} ms, of which {ROUND_TRIP / 2:.0f} are the way to the terminal"
    return Figure("100 ms line: round trips in the start", longer / ROUND_TRIP, "", limits=(Limit(0.9),), note=note)


def keys(what: str, setting: Setting, ours: Timed, table: Timed, pressed: list[str]) -> Iterator[Figure]:
    """Press keys at both ends of the same kind of line; DataTable gets Down."""
    times = setting.times(100, 30)
    mine, theirs = Hand(ours, repeated(pressed, times), QUIET), Hand(table, repeated(["down"], times), QUIET)
    in_turn(mine, theirs)
    values, reference = ([one - ROUND_TRIP for one in hand.last] for hand in (mine, theirs))
    name = f"100 ms line: {what}, beyond the round trip"
    yield figure(
        name, values, "ms", beside="DataTable, Down", reference=reference, limits=[Limit(20), Limit(40, "p99")]
    )


if __name__ == "__main__":
    alone(measure)
