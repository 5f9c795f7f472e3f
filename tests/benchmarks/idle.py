"""What the app takes while nobody does anything: the processor's time, and bytes to the terminal.

seedtui and a bare Textual app are left alone at the same time; then all other programs are.
"""

from __future__ import annotations

import select
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.first_frame import RUNS
from benchmarks.harness.apps import BARE, python
from benchmarks.harness.figures import Figure, Limit
from benchmarks.harness.peers import peers
from benchmarks.harness.processes import cpu_seconds
from benchmarks.harness.setting import SEEDTUI, Setting
from benchmarks.harness.show import alone
from benchmarks.harness.terminal import Timed

OURS: Final = "seedtui"
BARE_APP: Final = "bare Textual"


class Rest(NamedTuple):
    """What a program took at rest: per cent of a core, bytes a second."""

    share: float
    rate: float


def measure(setting: Setting) -> Iterator[Figure]:
    """Watch seedtui beside the bare app, then the others."""
    with setting.environment(setting.history(RUNS)) as environment, peers(setting) as others:
        found = _at_rest(setting, {OURS: SEEDTUI, BARE_APP: python(BARE)}, environment)
        ours, bare = found[OURS], found[BARE_APP]
        for what, unit, at, limit in (("idle, share of a core", "%", 0, 0.3), ("idle, bytes", "B/s", 1, 0)):
            yield Figure(what, ours[at], unit, beside=BARE_APP, reference=bare[at], limits=(Limit(limit),))
        commands = {peer.name: argv for peer, argv in others if argv is not None}
        for name, rest in _at_rest(setting, commands, environment).items():
            yield Figure(f"  idle, share of a core of {name}", rest.share, "%", note=f"{rest.rate:.0f} B/s")


def _at_rest(setting: Setting, commands: dict[str, list[str]], environment: dict[str, str]) -> dict[str, Rest]:
    with ExitStack() as stack:
        terminals = {name: stack.enter_context(Timed(argv, environment)) for name, argv in commands.items()}
        _read_all(list(terminals.values()), setting.times(15, 8))
        return _watched(terminals, setting.times(20, 6))


def _watched(terminals: dict[str, Timed], seconds: float) -> dict[str, Rest]:
    before = {name: (cpu_seconds(one.pid), len(one.output)) for name, one in terminals.items()}
    start = time.perf_counter()
    _read_all(list(terminals.values()), seconds)
    taken = time.perf_counter() - start
    found = {}
    for name, one in terminals.items():
        used, size = before[name]
        found[name] = Rest(100 * (cpu_seconds(one.pid) - used) / taken, (len(one.output) - size) / taken)
    return found


def _read_all(terminals: Sequence[Timed], seconds: float) -> None:
    end = time.perf_counter() + seconds
    by_descriptor = {one.fileno(): one for one in terminals}
    while (left := end - time.perf_counter()) > 0:
        ready, _, _ = select.select(list(by_descriptor), [], [], left)
        for descriptor in ready:
            if not by_descriptor[descriptor].read(0):
                # It has ended.
                del by_descriptor[descriptor]


if __name__ == "__main__":
    alone(measure)
