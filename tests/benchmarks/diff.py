"""How long a diff takes, and how it reads: this engine against the standard library's difflib, in one run.

    python tests/benchmarks/diff.py [--large]

Prose of 4,000, 32,000 and 128,000 words a side (a million with --large) is compared after four edits:
few words, a tenth of the words, parted at 30 %, unrelated. The time is that of the diff and of the
similarity, the best of some runs.

References, where they end in reasonable time: difflib (autojunk=False, on words split at spaces), and
the fewest edits there can be (rapidfuzz, an exact alignment of words). Islands are equal runs of one
or two words between changes. Memory is the peak beyond the two texts. The worst gap is the longest
time that another thread, which ticks every millisecond, had to wait while texts were compared; beside
it stands the same while a plain loop runs. Whoever cancels waits for the next checkpoint in what is
compared, judged or laid out.

Each figure stands beside its target; the last lines name those that miss it.
"""

from __future__ import annotations

import difflib
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.corpus import EDITS, KINDS, pair
from seedtui.core.comparison import compare
from seedtui.core.diff import Diff, diff, words
from seedtui.core.diff.counting import count_words
from seedtui.core.interrupt import interruptible
from seedtui.core.layout.rows import View
from seedtui.core.layout.sheet import Layout, make_sheet
from support.runs import a_side

LIMITS = {4_000: 10, 32_000: 60, 128_000: 250, 1_000_000: 3_000}
RATIOS = {4_000: 0.15, 32_000: 1 / 40}
SCRIPTS = 32_000
SCRIPTS_LIMIT = 500
MEMORY = 60
GAP = 50
CANCEL = 100
WIDTH = 60
HUNKS = 0.15
ISLANDS = 0.05
FEWEST = 1.25

missed: list[str] = []


class Reference(NamedTuple):
    """What another engine takes, or finds."""

    milliseconds: float
    hunks: int
    words: int = 0


def check(name: str, value: float, limit: float) -> str:
    """Return a figure's mark, and remember the figure if it misses its limit."""
    if value <= limit:
        return " "
    missed.append(f"{name}: {value:.4g}, limit {limit:.4g}")
    return "!"


def compared(a: str, b: str, times: int) -> tuple[float, Diff]:
    """Return the best of some times, in milliseconds, and the diff."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        found = diff(a, b)
        _ = found.similarity
        best = min(best, time.perf_counter() - start)
    return best * 1000, found


def islands(found: Diff) -> int:
    """Count equal runs of one or two words between changes."""
    between = [span for span in found.spans[1:-1] if span.op == "equal"]
    return sum(count_words(found.a[span.a_start : span.a_end]) <= 2 for span in between)


def words_changed(found: Diff) -> int:
    """Count the words, as spaces make them, that changes touch on both sides."""
    sides = [(found.a, [(span.a_start, span.a_end) for span in found.changes])]
    sides.append((found.b, [(span.b_start, span.b_end) for span in found.changes]))
    total = 0
    for text, places in sides:
        for start, end in places:
            if start < end:
                left = text.rfind(" ", 0, start) + 1 if not text[start].isspace() else start
                right = text.find(" ", end - 1)
                total += len(text[left : right if right >= 0 else len(text)].split())
    return total


def by_difflib(a: str, b: str) -> Reference:
    """Compare with the standard library."""
    left, right = a.split(), b.split()
    best = float("inf")
    for _ in range(3 if len(left) < 10_000 else 1):
        start = time.perf_counter()
        codes = difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
        best = min(best, time.perf_counter() - start)
    return Reference(best * 1000, sum(code[0] != "equal" for code in codes))


def fewest(a: str, b: str) -> Reference:
    """Find the fewest words that can be marked as changed."""
    left, right = a.split(), b.split()
    codes = LCSseq.opcodes(left, right)
    changed = [code for code in codes if code.tag != "equal"]
    words = sum(code.src_end - code.src_start + code.dest_end - code.dest_start for code in changed)
    # A deletion and an insertion that touch are one change.
    apart = sum(one.src_end < two.src_start or one.dest_end < two.dest_start for one, two in pairwise(changed))
    return Reference(float("nan"), apart + 1, words)


def prose(size: int) -> None:
    """Measure the four edits at one size."""
    for edit in EDITS:
        a, b = pair("prose", size, edit)
        ours, found = compared(a, b, 7 if size < 100_000 else 3)
        hunks, lonely = len(found.changes), islands(found)
        name = f"{size:,} {edit}"
        line = f"{size:>9,} {edit:<9} {ours:>8.1f}{check(f'{name}, ms', ours, LIMITS[size])}{LIMITS[size]:>6}"
        if size in RATIOS:
            theirs, least = by_difflib(a, b), fewest(a, b)
            ratio = ours / theirs.milliseconds
            line += f" {theirs.milliseconds:>8.0f} {ratio:>7.4f}{check(f'{name}, of difflib', ratio, RATIOS[size])}"
            line += f"{RATIOS[size]:>6.3f} {hunks:>6} {theirs.hunks:>8} {least.hunks:>7}"
            line += readability(name, edit, found, theirs, least)
        else:
            line += f" {'':>30} {hunks:>6} {'':>16} {'':>16}"
        print(f"{line} {lonely / max(1, hunks):>7.1%}", flush=True)
        if edit in ("parted", "unrelated"):
            check(f"{name}, islands", lonely / max(1, hunks), ISLANDS)


def readability(name: str, edit: str, found: Diff, theirs: Reference, least: Reference) -> str:
    """Return the words marked, against the fewest, and check what is asked of this edit."""
    hunks, words = len(found.changes), words_changed(found) / max(1, least.words)
    if edit in ("parted", "unrelated"):
        return f" {words:>15.3f}{check(f'{name}, hunks of difflib', hunks / theirs.hunks, HUNKS)}"
    check(f"{name}, hunks of the fewest", hunks / least.hunks, FEWEST)
    return f" {words:>15.3f}{check(f'{name}, words of the fewest', words, FEWEST)}"


def scripts() -> None:
    """Measure other scripts than English, and texts that are no prose."""
    print(f"\n{SCRIPTS:,} words a side of other kinds, ms (no limit but {SCRIPTS_LIMIT}), changes in brackets")
    for kind in KINDS:
        line = f"{kind:<12}"
        for edit in EDITS:
            a, b = pair(kind, SCRIPTS, edit)
            ours, found = compared(a, b, 2)
            mark = check(f"{kind} {edit}, ms", ours, SCRIPTS_LIMIT)
            line += f" {edit:>10} {ours:>6.0f}{mark}({len(found.changes)})".ljust(28)
        print(line, flush=True)


def peak_memory(size: int) -> float:
    """Return the most memory, in MB, that a comparison takes beyond the two texts; worst of four edits."""
    worst = 0
    for edit in EDITS:
        a, b = pair("prose", size, edit)
        tracemalloc.start()
        _ = diff(a, b).similarity
        worst = max(worst, tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    return worst / 1e6


def worst_gap(work: Callable[[], object]) -> tuple[float, float]:
    """Return the longest time, in milliseconds, between two ticks of a thread while some work is done.

    Returns:
        By the clock; and how much of it the work took at most, so not what other programs took.
    """
    clock = time.pthread_getcpuclockid(threading.get_ident())
    ticks: list[tuple[float, float]] = []
    done = threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks.append((time.perf_counter(), time.clock_gettime(clock)))
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    work()
    done.set()
    thread.join()
    gaps = [(after[0] - before[0], after[1] - before[1]) for before, after in pairwise(ticks)]
    return max(gap for gap, _ in gaps) * 1000, max(busy for _, busy in gaps) * 1000


def loop(seconds: float) -> None:
    """Keep the interpreter busy with what lets others in at every turn."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def judged(a: str, b: str) -> None:
    """Do all that stands between a choice of two texts and the first row on the screen."""
    comparison = compare(a_side(a), a_side(b, id=2))
    found = comparison.diff
    _ = found.similarity, found.first_divergence, found.words("a"), found.words("b")
    for view in (View.SPLIT, View.UNIFIED, View.INLINE):
        make_sheet(found, Layout(view, WIDTH))


def cancel_latency(a: str, b: str) -> float:
    """Return the longest time, in milliseconds, that judging goes on after it was asked to end.

    What it takes is the longest time between two moments at which it asks whether to stop, so all of
    them are measured, not some. The time is the thread's own, so not what other programs took.
    """
    words.ends.cache_clear()
    worst = 0.0
    last = time.thread_time()

    def stop() -> bool:
        nonlocal last, worst
        worst = max(worst, time.thread_time() - last)
        last = time.thread_time()
        return False

    with interruptible(stop):
        judged(a, b)
    return max(worst, time.thread_time() - last) * 1000


def cancels(size: int, *kinds: str) -> None:
    """Measure what whoever cancels waits for, with texts of scripts with and without spaces."""
    print(f"\n{size:,} words a side: worst wait after a cancel while compared and laid out, ms (limit {CANCEL})")
    for kind in kinds:
        line = f"{kind:<12}"
        for edit in EDITS:
            wait = cancel_latency(*pair(kind, size, edit))
            line += f" {edit:>10} {wait:>6.1f}{check(f'{size:,} {kind} {edit}, cancel', wait, CANCEL)}"
        print(line, flush=True)


def manners(size: int) -> None:
    """Measure what a comparison does to the rest of the program."""
    print(f"\n{size:,} words a side, ms: worst gap between another thread's ticks (of it busy)")
    gap, busy = worst_gap(lambda: loop(1))
    print(f"{'a plain loop':<12} gap {gap:>6.1f} ({busy:.1f})")
    for edit in EDITS:
        a, b = pair("prose", size, edit)
        gap, busy = min((worst_gap(lambda a=a, b=b: diff(a, b).similarity) for _ in range(3)), key=itemgetter(1))  # type: ignore[misc]
        mark = check(f"{edit}, gap", busy, GAP)
        print(f"{edit:<12} gap {gap:>6.1f} ({busy:.1f}{mark}limit {GAP})", flush=True)


def main() -> None:
    """Measure and print."""
    diff("warm up.", "warmed up…").similarity  # noqa: B018
    large = "--large" in sys.argv
    print(
        f"{'words':>9} {'edit':<9} {'ms':>8} {'limit':>6} {'difflib':>8} {'ratio':>7} {'limit':>6} {'hunks':>6}"
        f" {'difflib':>8} {'fewest':>7} {'words/fewest':>15}  {'islands':>7}"
    )
    for size in LIMITS:
        if large or size < 1_000_000:
            prose(size)
    scripts()
    memory = peak_memory(128_000)
    print(f"\nmemory at 128,000 words: {memory:.1f} MB{check('memory, MB', memory, MEMORY)} (limit {MEMORY})")
    manners(1_000_000 if large else 128_000)
    cancels(128_000, "prose", "thai", "chinese")
    if large:
        cancels(1_000_000, "prose")
    print(f"\n{len(missed)} figures miss their target" + "".join(f"\n  {line}" for line in missed))


if __name__ == "__main__":
    main()
