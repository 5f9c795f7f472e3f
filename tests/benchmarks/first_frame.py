"""How long until there is something to see: seedtui against a bare Textual app, in one run.

    python tests/benchmarks/first_frame.py [RUNS]

Both are started on a real pseudo-terminal of 120 by 40, in turn, with a history of their own. The
time runs from the start of the process until the last text of the first full frame is on the
screen. Printed are medians in seconds, of time and of the processor's time, and their ratios; on a
busy machine the second is the steadier one.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from support.terminal import Terminal

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("the bare app is here")
Bare().run()
"""

SEEDTUI = [sys.executable, "-m", "seedtui"]


def seconds(argv: list[str], last: str, environment: dict[str, str]) -> tuple[float, float]:
    """Return how long it takes until the text is on the screen, and the processor's time for it."""
    before = _children_seconds()
    with Terminal(argv, environment=environment) as terminal:
        terminal.wait_for(lambda: last.encode() in terminal.output)
        taken = time.perf_counter() - terminal.started
    return taken, _children_seconds() - before


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "HOME": home,
            "SEEDTUI_DB": f"{home}/history.db",
            "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
            # As after an installation: everything is compiled, by the first run, which is not counted.
            "PYTHONPYCACHEPREFIX": f"{home}/compiled",
            "PYTHONDONTWRITEBYTECODE": "",
        }
        environment = {key: value for key, value in environment.items() if not key.startswith("XDG_")}
        times: dict[str, list[tuple[float, float]]] = {"bare": [], "seedtui": []}
        for _ in range(runs + 1):
            times["bare"].append(seconds([sys.executable, "-c", BARE], "the bare app is here", environment))
            times["seedtui"].append(seconds(SEEDTUI, "Commands", environment))
    bare, ours = ([statistics.median(kind) for kind in zip(*values[1:], strict=True)] for values in times.values())
    print(f"first full frame, {runs} runs each, medians     time  processor")
    print(f"  bare Textual app  {bare[0]:.3f} s  {bare[1]:.3f} s")
    print(f"  seedtui           {ours[0]:.3f} s  {ours[1]:.3f} s")
    print(f"  ratio             {ours[0] / bare[0]:.2f}     {ours[1] / bare[1]:.2f}")


if __name__ == "__main__":
    main()
