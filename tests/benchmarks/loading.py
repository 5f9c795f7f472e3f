"""What is imported until the first full frame, and how long the rest holds the app up when it is imported later.

The app is watched from inside (`harness/probe.py`): whether one of the heavy modules was looked for before the first
full frame had come, and how late a timer of its event loop was at most while they were being imported. Beside it a
bare Textual app that imports openai in a thread.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.first_frame import KEY_BAR, RUNS
from benchmarks.harness import probe
from benchmarks.harness.apps import LAST, LOADING
from benchmarks.harness.figures import Figure, Limit, figure
from benchmarks.harness.server import sending_to, serving
from benchmarks.harness.setting import Setting, newest
from benchmarks.harness.show import alone
from benchmarks.harness.terminal import Timed

HEAVY: Final = ("openai", "httpx2", "pydantic", "pydantic_core", "markdown_it", "mdit_py_plugins", "linkify_it")
# What the app wrote may be read a little after it began with something else.
_READ_LATE: Final = 0.01


def watched(file: Path, program: Sequence[str]) -> list[str]:
    """Return the command that runs a program under watch."""
    return [sys.executable, probe.__file__, str(file), ",".join(HEAVY), *program]


def measure(setting: Setting) -> Iterator[Figure]:
    """Start the app, send a request, leave; several times."""
    early: set[str] = set()
    ours, bare = [], []
    with serving(60, 1000) as url, setting.environment(setting.history(RUNS)) as environment:
        file = Path(environment["HOME"]) / "watched.json"
        seedtui = ["seedtui", *sending_to(url, environment)[3:]]
        sent = 0
        for _ in range(setting.times(5, 3) + 1):
            wanted = (newest(Path(environment["SEEDTUI_DB"])), KEY_BAR)
            with Timed(watched(file, seedtui), environment) as terminal:
                moment, _ = terminal.until_written(*wanted)
                terminal.settle(1.0)
                terminal.send("f5")
                terminal.settle(3.0)
                sent += 1
                found = _left(terminal, file)
            early |= {name.partition(".")[0] for at, name in found["looked_for"] if at < moment - _READ_LATE}
            ours.append(_stall(found))
            with Timed(watched(file, ["-c", LOADING]), environment) as terminal:
                terminal.until_written(LAST)
                terminal.settle(3.0)
                bare.append(_stall(_left(terminal, file)))
    yield Figure(
        "heavy modules imported by the first full frame",
        len(early),
        "",
        limits=(Limit(0),),
        note=", ".join(sorted(early)),
    )
    yield figure(
        "longest stall while they are imported",
        ours[1:],
        "ms",
        beside="bare Textual, a thread",
        reference=bare[1:],
        limits=[Limit(50)],
    )


def _left(terminal: Timed, file: Path) -> dict[str, Any]:
    terminal.send("ctrl+q")
    terminal.wait_for_exit()
    found: dict[str, Any] = json.loads(file.read_text())
    file.unlink()
    return found


def _stall(found: dict[str, Any]) -> float:
    """Return the milliseconds that the loop was late at most while modules were looked for."""
    moments = [at for at, _ in found["looked_for"]]
    if not moments:
        return 0.0
    begun, ended = min(moments), max(moments)
    # Each beat tells of the time before it, so that after the end counts, too.
    after = min((at for at, _ in found["beats"] if at > ended), default=ended)
    return max((late for at, late in found["beats"] if begun <= at <= after), default=0.0) * 1000


if __name__ == "__main__":
    alone(measure)
