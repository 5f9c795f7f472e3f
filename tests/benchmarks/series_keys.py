"""How quick the app is under the hands while a series goes on: from a key to what it paints.

    python tests/benchmarks/series_keys.py [RUNS] [SEED]

The real app runs on a pseudo-terminal of 120 by 40. It sends a series of 200 runs, 8 at a time, to a server that
answers one request in ten with 429, one with 500, cuts one stream off and lets one hang until the deadline.
Meanwhile the cursor goes up and down in the list of runs of the workbench, and in the table of the series. Before
that, the same keys are pressed while nothing goes on. Printed are the times from a key to the cursor's row on its
new place (a row of the terminal's output that begins with the cursor's sign), p50 and p99.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.harness.compare import repeated
from benchmarks.harness.figures import percentile
from benchmarks.harness.server import sending_to
from benchmarks.harness.setting import history_with
from benchmarks.harness.terminal import Timed, key_to_sign
from benchmarks.history_keys import to_runs
from benchmarks.streaming import HOME_KEY
from seedtui.history import History
from support.reply import Answer, Recorded, Reply
from support.runs import a_run
from support.scripted_server import ScriptedServer, chunk, cut, error_body, stall, status
from support.stories import story

RUNS: Final = 200
AT_A_TIME: Final = 8
WORDS: Final = 200
BETWEEN_WORDS: Final = 0.01
KEYS: Final = 200
EVERY: Final = 0.04
TARGET: Final = 50.0
CURSOR: Final = "›"
_MORE: Final = """read_timeout = 2
retries = 2
"""


def words(request: Recorded, number: int) -> list[str]:
    """The words of an answer; those of an unseeded request are others each time."""
    seed = request.json.get("seed")
    return story(str(seed if seed is not None else f"none {number}"), WORDS)


def answers(seed: int) -> Iterator[Answer]:
    """Yield answers: stories at a steady pace, and four in ten that fail in four ways."""
    drawn = random.Random(seed)
    for number in itertools.count():
        kind = drawn.random()
        if kind < 0.1:
            yield status(429, error_body("slow down"), **{"retry-after": "0.3"})
        elif kind < 0.2:
            yield status(500, error_body("it broke"))
        elif kind < 0.3:
            yield cut(*[chunk(word) for word in story("cut", 20)])
        elif kind < 0.4:
            yield stall(*[chunk(word) for word in story("hang", 20)])
        else:
            yield _teller(number)


def _teller(number: int) -> Answer:
    async def tell(request: Recorded, reply: Reply) -> None:
        await reply.head()
        for word in words(request, number):
            await reply.event(chunk(word))
            await asyncio.sleep(BETWEEN_WORDS)
        await reply.event(chunk(finish_reason="stop"))
        await reply.event("[DONE]")
        await reply.end()

    return tell


@contextmanager
def at_work(runs: int, seed: int) -> Iterator[tuple[Timed, ScriptedServer, Path]]:
    """Start the app on a faulty server, with a few runs in its history."""
    earlier = [a_run(f"Number {number}.", id=number) for number in range(1, 60)]
    with history_with(*earlier) as environment, ScriptedServer() as server:
        server.script(*itertools.islice(answers(seed), runs * 6))
        with Timed(sending_to(server.base_url, environment, _MORE), environment) as terminal:
            yield terminal, server, Path(environment["SEEDTUI_DB"])


def statuses(path: Path) -> dict[str, int]:
    """Count the runs of the series by how they ended."""
    with closing(History.open(path, sweep=False)) as history:
        record = history.series(1)
        assert record is not None
        found: dict[str, int] = {}
        for _, how in record.answers.values():
            found[how.value] = found.get(how.value, 0) + 1
        return found


def pressed(terminal: Timed, keys: int, stop: Callable[[], bool]) -> list[float]:
    """Move the cursor down and up; return the milliseconds from each key to the cursor in its new row."""
    return key_to_sign(terminal, list(repeated(("down", "down", "up", "up"), keys)), CURSOR, EVERY, stop)


def said(terminal: Timed, pattern: bytes) -> Callable[[], bool]:
    """Return whether the app has written something that fits."""
    return lambda: re.search(pattern, terminal.output) is not None


def start_series(terminal: Timed, runs: int) -> None:
    """Set a series up by keys and start it."""
    terminal.send("\x07")
    terminal.wait_for("at a time")
    terminal.send(str(runs // 4), "tab", str(AT_A_TIME), "tab")
    terminal.send("seed=unset,123", "tab", "temperature=0,0.7")
    terminal.wait_for(f"4 settings × {runs // 4} = {runs} runs, {AT_A_TIME} at a time")
    terminal.send("enter")
    terminal.wait_for("Series 1")


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with at_work(runs, seed) as (terminal, server, path):
        to_runs(terminal)
        idle = pressed(terminal, KEYS, lambda: False)
        begun = time.perf_counter()
        start_series(terminal, runs)
        in_table = pressed(terminal, 3 * KEYS, said(terminal, rb"All of it is answered|that are open"))
        terminal.send("escape")
        terminal.wait_for("R shows it.")
        # Where the cursor moves without scrolling: its sign would stay where it is.
        terminal.send(HOME_KEY)
        terminal.read_for(0.2)
        in_list = pressed(terminal, 100 * KEYS, said(terminal, rb"Series 1 (is complete|has ended|stopped)"))
        taken = time.perf_counter() - begun
        counts = statuses(path)
        requests = len(server.completions)
    ended = ", ".join(f"{count} {how}" for how, count in counts.items())
    print(f"series of {runs}, {AT_A_TIME} at a time: {taken:.0f} s, {requests} requests; {ended}")
    for what, times in (("idle", idle), ("going, table of the series", in_table), ("going, list of runs", in_list)):
        middle, late = percentile(times, 0.5), percentile(times, 0.99)
        missed = "" if what == "idle" or late <= TARGET else "  missed"
        figures = f"p50 {middle:6.1f} ms  p99 {late:6.1f} ms  most {max(times):6.1f} ms"
        print(f"{what:<28} {len(times):>5} keys  {figures}{missed}")
    print(f"target: p99 ≤ {TARGET:.0f} ms")


if __name__ == "__main__":
    main()
