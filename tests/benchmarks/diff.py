"""How long a diff takes, and how it reads: this engine against the standard library's difflib, in one run.

    python tests/benchmarks/diff.py [--large]

For 4,000 to 128,000 words of prose a side (a million with --large), worst of four edits: few, a tenth
of the words, parted at 30 %, unrelated. difflib (autojunk=False, on words split at spaces, which are
fewer tokens than ours) is timed at 4,000
and 32,000 words, where it ends in reasonable time.

Printed: milliseconds, the ratio to difflib, the number of changes of each, and islands: equal runs of
one or two words between changes.
"""

from __future__ import annotations

import difflib
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.corpus import EDITS, pair
from seedtui.core.diff import Diff, diff


def milliseconds(a: str, b: str, times: int = 3) -> tuple[float, Diff]:
    """Return the best of some times, and the diff."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        found = diff(a, b)
        best = min(best, time.perf_counter() - start)
    return best * 1000, found


def islands(found: Diff) -> int:
    """Count equal runs of one or two words between changes."""
    between = [span for span in found.spans[1:-1] if span.op == "equal"]
    return sum(len(found.a[span.a_start : span.a_end].split()) <= 2 for span in between)


def difflib_blocks(a: str, b: str) -> tuple[float, int]:
    """Return difflib's milliseconds and its number of changes."""
    left, right = a.split(), b.split()
    start = time.perf_counter()
    codes = difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return (time.perf_counter() - start) * 1000, sum(code[0] != "equal" for code in codes)


def main() -> None:
    """Measure and print."""
    diff("warm up.", "warmed up.")
    sizes = [4_000, 32_000, 128_000, *([1_000_000] if "--large" in sys.argv else [])]
    print(
        f"{'words':>9} {'edit':<10} {'ms':>8} {'difflib':>9} {'ratio':>7} {'changes':>8} {'difflib':>8} {'islands':>8}"
    )
    for size in sizes:
        for edit in EDITS:
            a, b = pair("prose", size, edit)
            ours, found = milliseconds(a, b)
            theirs, changes = difflib_blocks(a, b) if size <= 32_000 else (float("nan"), 0)
            ends = f"{theirs:>9.0f} {ours / theirs:>9.4f} {len(found.changes):>9} {changes or '':>9}"
            print(f"{size:>9} {edit:<10} {ours:>9.1f} {ends} {islands(found):>9}", flush=True)


if __name__ == "__main__":
    main()
