"""How much memory the app takes: before and after the first request, with a thousand runs and with a million.

Resident memory, as `ps` has it: shared pages included. Beside it a bare Textual app.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.first_frame import KEY_BAR
from benchmarks.harness.apps import BARE, LAST, python
from benchmarks.harness.figures import Figure, Limit, figure
from benchmarks.harness.processes import memory
from benchmarks.harness.server import sending_to, serving
from benchmarks.harness.setting import SEEDTUI, Setting, history_with, newest
from benchmarks.harness.show import alone
from benchmarks.harness.terminal import Timed
from support.runs import a_run

FEW: Final = 1_000


def idle(argv: Sequence[str], wanted: Sequence[str], environment: dict[str, str]) -> float:
    """Start a program and return its memory when it has come to rest."""
    with Timed(argv, environment) as terminal:
        terminal.until_written(*wanted)
        terminal.settle(2.0)
        return memory(terminal.pid).rss


def around_a_request(setting: Setting) -> tuple[float, float]:
    """Return the memory before the first request and after it."""
    with serving(200, 1000) as url, history_with(a_run()) as environment:
        argv = sending_to(url, environment)
        with Timed(argv, environment) as terminal:
            terminal.until_written(KEY_BAR)
            terminal.settle(2.0)
            before = memory(terminal.pid).rss
            terminal.send("f5")
            terminal.settle(3.0)
            return before, memory(terminal.pid).rss


def measure(setting: Setting) -> Iterator[Figure]:
    """Measure all in turn."""
    bare, around, by_size = [], [], {FEW: list[float](), setting.many: list[float]()}
    for _ in range(setting.times(3, 2)):
        around.append(around_a_request(setting))
        for count, found in by_size.items():
            history = setting.history(count)
            with setting.environment(history) as environment:
                found.append(idle(SEEDTUI, (newest(history), KEY_BAR), environment))
        with setting.environment() as environment:
            bare.append(idle(python(BARE), [LAST], environment))
    for what, at, limit in (("before", 0, 50), ("after", 1, 80)):
        values = [one[at] for one in around]
        name = f"memory, idle, {what} the first request"
        yield figure(name, values, "MB", beside="bare Textual", reference=bare, limits=[Limit(limit)])
    few, many = by_size.values()
    name = f"{setting.many:,} runs"
    yield figure(f"memory, idle, {name}", many, "MB", beside=f"{FEW:,} runs", reference=few)
    most = [abs(a - b) for a, b in zip(few, many, strict=True)]
    yield figure(f"memory, {name} against {FEW:,}: difference", most, "MB", limits=[Limit(3)])


if __name__ == "__main__":
    alone(measure)
