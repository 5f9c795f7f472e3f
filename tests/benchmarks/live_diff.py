"""What a diff costs while B streams in: a diff that grows with it against one from the beginning, in one run.

    python tests/benchmarks/live_diff.py [--quick]

2,000 tokens, of about four characters of prose (three of Korean, one or two of Chinese), of pairs that
are identical, differ in few words, in a tenth of the words, have parted at 30 %, or have nothing in
common. After each token the first divergence and the changes are asked for.

Printed: milliseconds a token (half of them take less; 99 of 100 do; the longest), and the share of a
core at 200 tokens a second; then the same of `diff` from the beginning for each token (with --quick,
of every twentieth).
"""

from __future__ import annotations

import gc
import random
import sys
import time
from collections.abc import Callable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Final, TypeVar

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.corpus import EDITS, pair
from seedtui.core.diff import Diff, diff
from seedtui.core.diff.live import LiveDiff

TOKENS: Final = 2000
Step = TypeVar("Step")
_MEAN: Final = {"prose": 4, "korean": 3, "chinese": 2}
_CHARACTERS_A_WORD: Final = {"prose": 6, "korean": 3, "chinese": 1}


def tokens_of(text: str, mean: int) -> list[str]:
    """Cut a text into pieces of about the same length, as a tokenizer would."""
    drawn = random.Random(4)
    found: list[str] = []
    at = 0
    while at < len(text) and len(found) < TOKENS:
        end = at + drawn.randint(1, 2 * mean - 1)
        found.append(text[at:end])
        at = end
    return found


def timed(steps: Sequence[Step], take: Callable[[Step], Diff]) -> list[float]:
    """Return the processor's milliseconds for each step."""
    taken = []
    for step in steps:
        start = time.thread_time()
        found = take(step)
        _ = found.first_divergence, found.changes
        taken.append((time.thread_time() - start) * 1000)
    return taken


def line(taken: list[float]) -> str:
    """Write the middle, the 99th of 100, the longest, and the share of a core at 200 a second."""
    ordered = sorted(taken)
    middle, late = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    return f"{middle:>8.3f} {late:>8.3f} {ordered[-1]:>8.2f} {sum(taken) / len(taken) * 200 / 10:>7.2f} %"


def measured(a: str, parts: list[str], every: int) -> str:
    """Time both, and write what they took."""
    live, whole = LiveDiff(a), "".join(parts)
    ends = accumulate(map(len, parts))

    def grown(part: str) -> Diff:
        live.append(part)
        return live.diff

    def anew(end: int) -> Diff:
        return diff(a, whole[:end])

    gc.collect()
    return f"{line(timed(parts, grown))}   {line(timed(list(ends)[::every], anew))}"


def main() -> None:
    """Measure and print."""
    every = 20 if "--quick" in sys.argv else 1
    diff("warm up.", "warmed up.")
    columns = f"{'p99':>8} {'max':>8} {'core':>9}"
    print(f"{'':<20} {'live p50':>8} {columns}   {'diff p50':>8} {columns}")
    for kind, mean in _MEAN.items():
        for edit in ("identical", *EDITS):
            count = TOKENS * mean // _CHARACTERS_A_WORD[kind]
            a, b = pair(kind, count, "few" if edit == "identical" else edit)
            parts = tokens_of(a if edit == "identical" else b, mean)
            print(f"{kind:<9} {edit:<10} {measured(a, parts, every)}", flush=True)


if __name__ == "__main__":
    main()
