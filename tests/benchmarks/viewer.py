"""How quick the comparison is under the reader's hands: paging, live text, another pair.

    python tests/benchmarks/viewer.py [PAGES] [ROUNDS]

The real app runs on a pseudo-terminal of 120 by 40, with a history made beforehand.

- paging: PageDown in the comparison of two texts of 32,000 words that differ in one word of ten: from
  the key to the last byte that follows it, how many bytes, and the processor's time for a page, which
  is steadier on a busy machine. Beside it `less` pages through one of the texts, where it is installed.
- live: 2,000 tokens at 200 a second arrive for B, against an A that differs in one word of ten: the
  share of a core that the app takes, and the bytes it writes. Also with two such texts coming at once.
- cancel: another pair is chosen while texts of 500,000 words are being compared: from the key to the
  frame that shows the new verdict.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from typing import Final, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.corpus import pair
from benchmarks.harness.figures import percentile
from benchmarks.harness.processes import own_seconds
from benchmarks.harness.server import Pace
from benchmarks.harness.setting import SEEDTUI, history_with
from benchmarks.harness.terminal import Answered, Timed, answered
from benchmarks.history_keys import to_runs
from support.runs import a_run
from support.scripted_server import ScriptedServer

PAGED_WORDS: Final = 32_000
LESS_PAGES: Final = 80
HUGE_WORDS: Final = 500_000
TOKENS: Final = 2_000
PER_SECOND: Final = 200

HOME: Final = "\x1b[H"
HUGE_VERDICT: Final = "part at word"
SHOWN: Final = {"first": "Expected: seed 1", "second": "Identical: same request"}


def paging(pages: int) -> tuple[list[Answered], float]:
    """Page down through a long comparison; return also the processor's milliseconds a page."""
    a, b = pair("prose", PAGED_WORDS, "tenth")
    runs = [a_run(a, seed=1), a_run(b, seed=1)]
    with history_with(*runs) as environment, Timed(SEEDTUI, environment) as terminal:
        to_runs(terminal)
        terminal.send("c")
        terminal.wait_for("part at word")
        terminal.send("f4")
        terminal.settle(0.5)
        used = own_seconds(terminal.pid)
        keys = [answered(terminal, "pagedown") for _ in range(pages)]
        return keys, (own_seconds(terminal.pid) - used) / pages * 1000


def paging_in_less(pages: int) -> list[Answered]:
    """Page down through one of the texts in less; nothing if it is not installed."""
    less = shutil.which("less")
    if less is None:
        return []
    with history_with() as environment, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "text.txt"
        # As wide as one side of the comparison.
        file.write_text(textwrap.fill(pair("prose", PAGED_WORDS, "tenth")[0], 56))
        with Timed([less, str(file)], environment) as terminal:
            terminal.settle(0.5)
            return [answered(terminal, " ") for _ in range(min(pages, LESS_PAGES))]


class Live(NamedTuple):
    """What the app took while text came: a share of a core, bytes a second, tokens a second."""

    share: float
    bytes_per_second: float
    tokens_per_second: float


def live(key: str = "f5") -> Live:
    """Let B stream in against an A that is there, or with F6 against one that streams in as well."""
    a, b = pair("prose", TOKENS, "tenth")
    pace = Pace(b, PER_SECOND)
    with history_with(a_run(a, fingerprint="fp_scripted1")) as environment, ScriptedServer() as server:
        server.script(pace, *([Pace(a, PER_SECOND)] if key == "f6" else []))
        environment["OPENAI_BASE_URL"] = server.base_url
        with Timed(SEEDTUI, environment) as terminal:
            terminal.wait_for("F1 Help")
            terminal.send("f5")
            terminal.wait_for("Name a model")
            terminal.send("scripted-1", key)
            terminal.read_while(lambda: not pace.began)
            # What sending for the first time costs is another matter.
            terminal.read_while(lambda: time.perf_counter() < pace.began + 1)
            start, used, size = time.perf_counter(), own_seconds(terminal.pid), len(terminal.output)
            terminal.read_while(lambda: not pace.ended)
            taken = time.perf_counter() - start
            share = (own_seconds(terminal.pid) - used) / taken
            return Live(share, (len(terminal.output) - size) / taken, TOKENS / (pace.ended - pace.began))


def cancel(rounds: int) -> list[float]:
    """Choose another pair while a huge one is being compared; return milliseconds until its verdict shows."""
    a, b = pair("prose", HUGE_WORDS, "tenth")
    runs = [a_run("One.", seed=1), a_run("Two.", seed=2), a_run("Three.", seed=3), a_run("Three.", seed=3)]
    found = []
    with (
        history_with(*runs, a_run(a, seed=1), a_run(b, seed=1)) as environment,
        Timed(SEEDTUI, environment) as terminal,
    ):
        to_runs(terminal)
        for number in range(rounds):
            # Newest first: under the huge pair the second small one, then the first.
            steps, wanted = (4, SHOWN["first"]) if number % 2 else (2, SHOWN["second"])
            terminal.send(HOME)
            terminal.settle()
            terminal.send("c", *["down"] * steps)
            terminal.settle(0.1)
            if HUGE_VERDICT in terminal.text:
                # It was done before it could be given up.
                continue
            start = time.perf_counter()
            terminal.send("c")
            found.append((_when_shown(terminal, wanted, start) - start) * 1000)
    return found


def _when_shown(terminal: Timed, wanted: str, start: float) -> float:
    given_up = time.perf_counter() + 30
    while time.perf_counter() < given_up:
        terminal.settle(0.2)
        moment = terminal.first_showing(wanted, start)
        if moment is not None:
            return moment
    raise AssertionError(f"Waited in vain for {wanted!r}. The screen:\n{terminal.text}")


def line(what: str, value: str, target: str, reference: str = "") -> None:
    """Print a row of the table; one that misses its target is marked."""
    missed = target.startswith("≤") and float(value.split()[0]) > float(target.split()[1])
    print(f"{what:<44} {value:>12} {target:>12} {reference:>12}{'  missed' if missed else ''}", flush=True)


def main() -> None:
    """Measure and print."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    (ours, processor), theirs = paging(pages), paging_in_less(pages)
    line("", "seedtui", "target", "less")
    for share, target in ((0.5, 15), (0.99, 30)):
        values = [percentile([one.last for one in keys], share) if keys else 0 for keys in (ours, theirs)]
        reference = f"{values[1]:.1f} ms" if theirs else "none"
        line(f"PageDown, last byte, p{100 * share:.0f}", f"{values[0]:.1f} ms", f"≤ {target} ms", reference)
    sizes = [
        f"{statistics.median(one.size for one in keys) / 1000:.1f} kB" if keys else "none" for keys in (ours, theirs)
    ]
    line("PageDown, bytes, median", sizes[0], "≤ 10 kB", sizes[1])
    line("PageDown, bytes, most", f"{max(one.size for one in ours) / 1000:.1f} kB", "≤ 10 kB")
    line("PageDown, processor's time, mean", f"{processor:.1f} ms", "")
    for key, what, limit in (("f5", "live", "≤ 25 %"), ("f6", "live, two texts at once", "")):
        taken = live(key)
        line(f"{what}, {taken.tokens_per_second:.0f} tokens a second: core", f"{100 * taken.share:.0f} %", limit)
        line(f"{what}: bytes a second", f"{taken.bytes_per_second / 1000:.0f} kB", "")
    waits = cancel(rounds)
    if waits:
        line(f"another pair, {len(waits)} times: verdict, median", f"{statistics.median(waits):.0f} ms", "≤ 100 ms")
        line("another pair: verdict, longest", f"{max(waits):.0f} ms", "≤ 100 ms")
    else:
        line("another pair", "too late", "")


if __name__ == "__main__":
    main()
