"""How long until there is something to see: seedtui with 10,000 runs against a bare Textual app, and against others.

Each is started on a terminal of its own, in turn. The time runs from the start of the process until the last text of
the first full frame has come: for seedtui the newest run and the end of the key bar. On a busy machine the processor's
time is the steadier figure. The bytes are those until then, and those until it has been quiet for a while.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.harness.apps import BARE, LAST, python
from benchmarks.harness.figures import Figure, Limit, figure
from benchmarks.harness.peers import peers
from benchmarks.harness.processes import cpu_seconds
from benchmarks.harness.setting import SEEDTUI, Setting, newest
from benchmarks.harness.show import alone
from benchmarks.harness.terminal import Timed

RUNS: Final = 10_000
KEY_BAR: Final = "Commands"


class Start(NamedTuple):
    """What a start took: milliseconds, and bytes at the first full frame and when nothing more came."""

    milliseconds: float
    processor: float
    first: int
    settled: int


def start(argv: Sequence[str], wanted: Sequence[str], environment: dict[str, str], *, settle: bool = False) -> Start:
    """Start a program and wait for its first full frame."""
    with Timed(argv, environment) as terminal:
        moment, size = terminal.until_written(*wanted)
        used = cpu_seconds(terminal.pid)
        if settle:
            terminal.settle(1.0)
        return Start((moment - terminal.started) * 1000, used * 1000, size, len(terminal.output))


def measure(setting: Setting) -> Iterator[Figure]:
    """Measure seedtui and the bare app in turn, then the others."""
    history = setting.history(RUNS)
    wanted = (newest(history), KEY_BAR)
    bare, ours = [], []
    with setting.environment(history) as environment:
        for _ in range(setting.times(12, 4) + 1):
            bare.append(start(python(BARE), [LAST], environment))
            ours.append(start(SEEDTUI, wanted, environment))
        settled = [start(SEEDTUI, wanted, environment, settle=True).settled for _ in range(3)]
        bare_settled = start(python(BARE), [LAST], environment, settle=True).settled
    # The first of each compiled what it imports.
    del bare[0], ours[0]
    # The bare app's text is at the top: its frame is whole a little later, which no other app is given either.
    name = "bare Textual"
    for what, at, limit in (("first full frame, 10,000 runs", 0, 1.5), ("  the processor's time for it", 1, 1.6)):
        values, reference = [one[at] for one in ours], [one[at] for one in bare]
        yield figure(what, values, "ms", beside=name, reference=reference, limits=[Limit(limit, "ratio")])
    yield figure("bytes at the first full frame", [one.first for one in ours], "B", limits=[Limit(25_000)])
    yield figure(
        "bytes when settled", settled, "B", beside=name, reference=[float(bare_settled)], limits=[Limit(35_000)]
    )
    yield from others(setting, bare)


def others(setting: Setting, bare: Sequence[Start]) -> Iterator[Figure]:
    """Start the other programs; what is not installed is said to be so."""
    reference = [one.milliseconds for one in bare]
    processor = statistics.median(one.processor for one in bare)
    with peers(setting) as found, setting.environment() as environment:
        del environment["PYTHONPATH"]
        for peer, argv in found:
            what = f"  first full frame of {peer.name}"
            if argv is None:
                yield Figure(what, None, "ms", note="not installed")
                continue
            try:
                starts = [start(argv, [peer.last], environment) for _ in range(setting.times(4, 2) + 1)][1:]
            except AssertionError:
                yield Figure(what, None, "ms", note="never came")
            else:
                ratio = statistics.median(one.processor for one in starts) / processor
                times = [one.milliseconds for one in starts]
                note = f"processor's time {ratio:.2g}×"
                yield figure(what, times, "ms", beside="bare Textual", reference=reference, note=note)


if __name__ == "__main__":
    alone(measure)
