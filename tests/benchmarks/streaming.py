"""Eight runs streaming in at once, at 100 tokens a second each, and the hands on the keys meanwhile.

The server is a process of its own. Measured are the processor's time of the app and the bytes to the terminal, while
nobody types: on the workbench while two of the runs are compared, and in the table of the series. Then the cursor
moves in the list of runs, and the time is taken until its sign is written in the new row, as it was before anything
was sent.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.harness.compare import repeated
from benchmarks.harness.figures import Figure, Limit, figure, percentile
from benchmarks.harness.processes import cpu_seconds
from benchmarks.harness.server import sending_to, serving
from benchmarks.harness.setting import Setting, history_with
from benchmarks.harness.show import alone
from benchmarks.harness.terminal import Timed, key_to_sign
from benchmarks.history_keys import to_runs
from support.runs import a_run

AT_ONCE: Final = 8
HOME_KEY: Final = "\x1b[H"
PER_SECOND: Final = 100
EVERY: Final = 0.08
CURSOR: Final = "›"
UP_AND_DOWN: Final = ("down", "down", "up", "up")


def start_series(terminal: Timed) -> None:
    """Set a series up by keys and start it."""
    terminal.send("\x07")
    terminal.wait_for("at a time")
    terminal.send(str(AT_ONCE), "tab", str(AT_ONCE))
    terminal.wait_for(f"{AT_ONCE} runs, {AT_ONCE} at a time")
    terminal.send("enter")
    terminal.wait_for("Series 1")


def taken(terminal: Timed, seconds: float) -> tuple[float, float]:
    """Return the per cent of a core, and the bytes a second, that the app takes for a while."""
    used, size, begun = cpu_seconds(terminal.pid), len(terminal.output), time.perf_counter()
    terminal.read_for(seconds)
    passed = time.perf_counter() - begun
    return 100 * (cpu_seconds(terminal.pid) - used) / passed, (len(terminal.output) - size) / passed


def measure(setting: Setting) -> Iterator[Figure]:
    """Watch a series while it streams."""
    watched, keys = setting.times(8, 4), setting.times(200, 60)
    needed = int((2 * watched + keys * EVERY + 12) * PER_SECOND)
    with ExitStack() as stack:
        url = stack.enter_context(serving(needed, PER_SECOND))
        environment = stack.enter_context(history_with(*[a_run(id=one) for one in range(1, 60)]))
        terminal = stack.enter_context(Timed(sending_to(url, environment), environment))
        to_runs(terminal)
        before = key_to_sign(terminal, list(repeated(UP_AND_DOWN, keys)), CURSOR, EVERY)
        start_series(terminal)
        terminal.read_for(3)
        in_table = taken(terminal, watched)
        terminal.send("escape")
        terminal.read_for(1)
        # The newest two are compared, and the cursor is where it moves without scrolling.
        terminal.send("f3", HOME_KEY)
        terminal.read_for(0.5)
        terminal.send("c")
        terminal.read_for(1)
        on_bench = taken(terminal, watched)
        while_going = key_to_sign(terminal, list(repeated(UP_AND_DOWN, keys)), CURSOR, EVERY)
        assert f"{AT_ONCE} of {AT_ONCE}" not in terminal.text, "The series was over too soon."
    what = f"{AT_ONCE} runs at {PER_SECOND} tokens/s"
    for place, (share, rate) in (("two of them compared", on_bench), ("table of the series", in_table)):
        yield Figure(f"{what}, {place}, share of a core", share, "%", limits=(Limit(25),))
        yield Figure(f"{what}, {place}, bytes", rate, "B/s", limits=(Limit(60_000),))
    yield from _keys(f"{what}, a key", while_going, before)


def _keys(what: str, going: Sequence[float], before: Sequence[float]) -> Iterator[Figure]:
    yield figure(what, going, "ms", beside="idle", reference=before)
    late, idle = percentile(going, 0.99), percentile(before, 0.99)
    yield Figure(f"{what}, p99", late, "ms", beside="idle p99", reference=idle, limits=(Limit(2, "ratio"),))


if __name__ == "__main__":
    alone(measure)
