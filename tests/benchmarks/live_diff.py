"""What a diff costs while B streams in: a diff that grows with it against one from the beginning, in one run.

    python tests/benchmarks/live_diff.py [--quick]

2,000 tokens, of about four characters of prose (three of Korean, one or two of Chinese), of pairs that
are identical, differ in few words, in a tenth of the words, have parted at 30 %, or have nothing in
common. After each token the first divergence and the changes are asked for.

Printed: milliseconds a token (half of them take less; 99 of 100 do; the longest), and the share of a
core at 200 tokens a second; then the same of `diff` from the beginning for each token (with --quick,
of every twentieth). A p99 of the live diff beyond its target has a mark; the last lines name those.
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
TARGET: Final = 0.5
"""The most milliseconds that 99 of 100 tokens may take."""

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


def late(taken: list[float]) -> float:
    """Return what 99 of 100 take at most."""
    return sorted(taken)[len(taken) * 99 // 100]


def line(taken: list[float], mark: str = " ") -> str:
    """Write the middle, the 99th of 100 with its mark, the longest, and the share of a core at 200 a second."""
    middle, longest = sorted(taken)[len(taken) // 2], max(taken)
    return f"{middle:>8.3f} {late(taken):>8.3f}{mark}{longest:>8.2f} {sum(taken) / len(taken) * 200 / 10:>7.2f} %"


def measured(a: str, parts: list[str], every: int) -> tuple[float, str]:
    """Time both; return the live diff's p99, and what to write."""
    live, whole = LiveDiff(a), "".join(parts)
    ends = accumulate(map(len, parts))

    def grown(part: str) -> Diff:
        live.append(part)
        return live.diff

    def anew(end: int) -> Diff:
        return diff(a, whole[:end])

    gc.collect()
    taken = timed(parts, grown)
    p99 = late(taken)
    return p99, f"{line(taken, '!' if p99 > TARGET else ' ')}   {line(timed(list(ends)[::every], anew))}"


def main() -> None:
    """Measure and print."""
    every = 20 if "--quick" in sys.argv else 1
    diff("warm up.", "warmed up.")
    columns = f"{'p99':>8} {'max':>8} {'core':>9}"
    print(f"target: live p99 at most {TARGET} ms")
    print(f"{'':<20} {'live p50':>8} {columns}   {'diff p50':>8} {columns}")
    missed: list[str] = []
    for kind, mean in _MEAN.items():
        for edit in ("identical", *EDITS):
            count = TOKENS * mean // _CHARACTERS_A_WORD[kind]
            a, b = pair(kind, count, "few" if edit == "identical" else edit)
            parts = tokens_of(a if edit == "identical" else b, mean)
            p99, written = measured(a, parts, every)
            if p99 > TARGET:
                missed.append(f"{kind} {edit}: {p99:.3f} ms, target {TARGET}")
            print(f"{kind:<9} {edit:<10} {written}", flush=True)
    print(f"\n{len(missed)} lines miss the target" + "".join(f"\n  {one}" for one in missed))


if __name__ == "__main__":
    main()
