"""How long it takes to say how far 1,000 completions agree, and how often the intervals hold the truth.

    python tests/benchmarks/agreement.py [--coverage]

The completions have 1,000 words each. In one case they are in the shape that was published of 1,000 answers to
one question: 80 versions, the commonest 78 times, the first fork at word 103. In another, all are different, and
each leaves the others at a place of its own. All is worked out that a screen shows: counts and intervals, curve,
prefixes, the tree in 40 lines, the split by fingerprint, the sentence.

The reference, in the same run: what the words of the same texts take to be counted with str.split and Counter,
every text once. All times are the processor's.

Incremental: what another completion costs when 1,000 are there, with and without the figures.

With --coverage: of 1,000 samples from what is known, how many intervals of the share of identical pairs hold the
true one, the sum of the squares of the texts' probabilities. Without the widened tails stands beside it.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.corpus import words
from seedtui.core.agreement import Agreement, Tally, agreement_of, intervals
from seedtui.core.agreement.sentences import fingerprint_sentence, sentence
from seedtui.core.agreement.splits import _p_value
from seedtui.core.agreement.tree import Tree
from seedtui.core.agreement.tree_rows import tree_rows
from seedtui.core.sample import Sample
from support.samples import a_sample

COUNT: Final = 1000
WORDS: Final = 1000
VERSIONS: Final = 80
COMMONEST: Final = 78
FORK: Final = 103
LINES: Final = 40
LIMIT: Final = 1000
SIMULATED: Final = 1000

missed: list[str] = []
samples_of: dict[int, list[Sample]] = {}


def published() -> list[str]:
    """Make the texts in the published shape, in the order in which they might come."""
    drawn = random.Random(1)
    pool = words("prose", 400_000, 1)
    versions = [pool[:WORDS]]
    while len(versions) < VERSIONS:
        at = FORK - 1 if len(versions) == 1 else drawn.randrange(FORK - 1, WORDS - 100)
        start = len(versions) * WORDS
        # A word that is nowhere else, so that they part just there.
        versions.append([*drawn.choice(versions)[:at], f"fork{len(versions)}", *pool[start : start + WORDS - at - 1]])
    counts = [COMMONEST] + [1] * (VERSIONS - 1)
    while sum(counts) < COUNT:
        one = drawn.randrange(1, VERSIONS)
        counts[one] += counts[one] < COMMONEST - 1
    texts = [" ".join(versions[one]) for one, count in enumerate(counts) for _ in range(count)]
    drawn.shuffle(texts)
    return texts


def all_different() -> list[str]:
    """Make texts that leave one another at all places."""
    pool = words("prose", COUNT + 2 * WORDS, 1)
    beginning = pool[:WORDS]
    texts = [
        " ".join([*beginning[:place], f"fork{place}", *pool[WORDS + place : 2 * WORDS - 1]]) for place in range(COUNT)
    ]
    random.Random(1).shuffle(texts)
    return texts


def worked_out(texts: Sequence[str]) -> Agreement:
    """Work out all that a screen shows."""
    said = {(number, 0): text for number, text in enumerate(texts, 1)}
    samples = samples_of[id(texts)]
    # What was worked out of the same counts before is remembered, which is not what is measured.
    intervals._bootstrap.cache_clear()
    _p_value.cache_clear()
    found = agreement_of(samples, said)
    figures(found)
    return found


def figures(found: Agreement) -> None:
    """Ask for all figures."""
    _ = found.modal_interval, found.pairwise_interval, found.survival, found.stable_prefix, found.half_prefix
    _ = found.versions, sentence(found), fingerprint_sentence(found.by_fingerprint), tree_rows(found.tree, LINES)


def tree_of(texts: Sequence[str]) -> Tree:
    """Build the tree alone."""
    found = Tree()
    for text in texts:
        found.add(text)
    return found


def counted(texts: Sequence[str]) -> int:
    """Count the words of every text."""
    return sum(Counter(text.split()).total() for text in texts)


def milliseconds(work: Callable[[], object], times: int = 3) -> float:
    """Return the best of some times: the processor's, so not what other programs took."""
    best = float("inf")
    for _ in range(times):
        start = time.thread_time()
        work()
        best = min(best, time.thread_time() - start)
    return best * 1000


def line(name: str, value: float, reference: float | None = None, limit: float | None = None) -> None:
    """Print a figure, and remember it if it misses its limit."""
    over = limit is not None and value > limit
    if over:
        missed.append(f"{name}: {value:.0f} ms, limit {limit:.0f}")
    beside = "" if reference is None else f"{reference:>12.1f} {value / reference:>8.1f}"
    print(f"{name:<44} {value:>10.2f} {'!' if over else ' '} {beside}", flush=True)


def prepare(texts: list[str]) -> list[str]:
    """Make the samples beforehand; two fingerprints, in turns."""
    samples_of[id(texts)] = [
        a_sample(text, run_id=number, fingerprint=("fp_a", "fp_b")[number % 2]) for number, text in enumerate(texts, 1)
    ]
    return texts


def assert_published(found: Agreement) -> None:
    """See that the texts are what they are said to be."""
    assert (found.n, found.tally.unique, found.tally.modal.part) == (COUNT, VERSIONS, COMMONEST)
    assert found.stable_prefix.words == FORK - 1
    assert found.survival.words == WORDS
    assert len(tree_rows(found.tree, LINES)) <= LINES


def measure(name: str, texts: list[str], limit: float | None = None) -> Agreement:
    """Measure a case; the time is that of whatever a screen shows."""
    found = worked_out(prepare(texts))
    reference = milliseconds(lambda: counted(texts))
    line(name, milliseconds(lambda: worked_out(texts)), reference, limit)
    intervals._bootstrap.cache_clear()
    line("  of it the interval of the pairs", milliseconds(lambda: found.pairwise_interval, 1))
    line("  of it the tree", milliseconds(lambda: tree_of(texts)))
    return found


def measure_adding(name: str, texts: list[str]) -> None:
    """Measure what another completion costs."""
    found = worked_out(texts)
    more = texts[:100]
    said = [f"{text} And more." for text in more]
    line(f"{name}: a text that was there before", milliseconds(lambda: add(found, more, COUNT), 1) / 100)
    line(f"{name}: another text", milliseconds(lambda: add(found, said, 2 * COUNT), 1) / 100)
    add(found, more[:1], 3 * COUNT)
    line(f"{name}: all figures anew", milliseconds(lambda: figures(found), 1), None, LIMIT)


def add(found: Agreement, texts: Sequence[str], before: int) -> None:
    """Add completions, as they come."""
    for number, text in enumerate(texts, before):
        found.add(a_sample(text, run_id=number), partial(str, text))


def coverage() -> None:
    """Print how often the intervals hold the truth."""
    print(f"\nintervals that hold the true share, of {SIMULATED} (in brackets: with the tails not widened)")
    zipf = [1 / rank for rank in range(1, 81)]
    kinds = {"2 texts, 80/20": [8.0, 2.0], "2 texts, 95/5": [95.0, 5.0], "80 texts, Zipf": zipf, "10 alike": [1.0] * 10}
    kinds["one in 0.6, else new"] = [0.6, *[0.001] * 400]
    for name, weights in kinds.items():
        true = sum(weight**2 for weight in weights) / sum(weights) ** 2
        row = [cover(weights, true, n) for n in (5, 10, 20, 100)]
        print(f"{name:<22} {true:>6.3f}  " + "  ".join(row), flush=True)


def cover(weights: Sequence[float], true: float, n: int) -> str:
    """Draw samples, and see which intervals hold the truth."""
    drawn = random.Random(n)
    hits = plain = 0
    for _ in range(SIMULATED if n < 100 else SIMULATED // 4):
        tally = Tally(drawn.choices(range(len(weights)), weights, k=n))
        found = intervals.pairwise_interval(tally)
        assert found is not None
        hits += found.low <= true <= found.high
        if found.method == "bootstrap":
            shares = sorted(intervals._resampled(tally.shape, intervals.RESAMPLES))
            plain += intervals.percentile(shares, 0.025) <= true <= intervals.percentile(shares, 0.975)
        else:
            plain += found.low <= true <= found.high
    of = SIMULATED if n < 100 else SIMULATED // 4
    return f"n = {n}: {hits / of:.1%} ({plain / of:.1%})"


def main() -> None:
    """Measure and print."""
    print(f"{'':<44} {'ms':>10}   {'counting':>12} {'ratio':>8}")
    texts = published()
    assert_published(measure("1,000 of 1,000 words, 80 versions", texts, LIMIT))
    different = all_different()
    measure("1,000 of 1,000 words, all different", different)
    measure_adding("80 versions", texts)
    measure_adding("all different", different)
    if "--coverage" in sys.argv:
        coverage()
    print(f"\n{len(missed)} figures miss their target" + "".join(f"\n  {one}" for one in missed))


if __name__ == "__main__":
    main()
