"""How sure a share is: 95 % confidence intervals, each of a method that says its name."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import mul
from typing import Final, NamedTuple

from seedtui.core.agreement.tally import Share, Tally
from seedtui.core.interrupt import checkpoint

Z: Final = 1.959963984540054
"""How many standard deviations about the mean hold 95 % of a normal distribution."""

RESAMPLES: Final = 1000
_SEED: Final = 20200314


class Interval(NamedTuple):
    """A 95 % confidence interval of a share.

    Attributes:
        low: From 0 to 1.
        high: From 0 to 1.
        method: `wilson`, `bootstrap`, or `wilson of disjoint pairs`.
    """

    low: float
    high: float
    method: str

    def as_json(self) -> list[float]:
        """Return `[low, high]`."""
        return [self.low, self.high]


def wilson(share: Share) -> Interval | None:
    """Return Wilson's score interval of a share, without a continuity correction.

    With p = k/n and z = 1.96: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). It holds its level also for
    small n, and for shares near 0 and 1, where it never has the width 0.

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
    American Statistical Association 22 (1927) 209–212.

    Returns:
        None of nothing.
    """
    if not share.whole:
        return None
    n, p = share.whole, share.part / share.whole
    middle = p + Z**2 / (2 * n)
    reach = Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    scale = 1 + Z**2 / n
    # Nothing of rounding is to be left where every one, or none, was of the kind.
    low = 0.0 if share.part == 0 else max(0.0, (middle - reach) / scale)
    high = 1.0 if share.part == n else min(1.0, (middle + reach) / scale)
    return Interval(low, high, "wilson")


def pairwise_interval(tally: Tally) -> Interval | None:
    """Return the interval of the share of pairs that are identical.

    Pairs are not independent of each other: n completions make n(n−1)/2 of them. So it is the completions that are
    drawn anew, n of n with replacement, `RESAMPLES` times by a generator with a fixed seed; the interval is between
    two percentiles of the shares in these samples (the percentile bootstrap). The pairs that a completion makes with
    its own copies are left out of a sample: they are identical by being one.

    The 2.5th and the 97.5th percentile would be too near for small n, as the normal distribution's quantiles are
    where Student's are needed. So the tails are α/2 = Φ(−√(n/(n−1))·t), with t Student's 97.5th percentile for n−1
    degrees of freedom (the expanded percentile interval).

    Where all pairs are identical, or none is, no sample can differ from another, and the bootstrap would claim to be
    certain. Then it is Wilson's interval over ⌊n/2⌋ disjoint pairs, which are independent.

    Source: B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 6 and 13; the tails:
    T. C. Hesterberg, "What Teachers Should Know About the Bootstrap", The American Statistician 69 (2015) 371–386.

    Returns:
        None of fewer than two completions.
    """
    identical, pairs = tally.pairs
    if not pairs:
        return None
    if identical in (0, pairs):
        disjoint = tally.n // 2
        found = wilson(Share(disjoint if identical else 0, disjoint))
        return None if found is None else found._replace(method="wilson of disjoint pairs")
    return _bootstrap(tally.shape)


@lru_cache(maxsize=1 << 12)
def _bootstrap(shape: tuple[int, ...]) -> Interval:
    """Bootstrap from how often each text was there: which texts they were does not matter."""
    shares = sorted(_resampled(shape, RESAMPLES))
    tail = tail_for(sum(shape))
    return Interval(percentile(shares, tail), percentile(shares, 1 - tail), "bootstrap")


def tail_for(n: int) -> float:
    """Return which part of the samples to leave out at either end, for so many completions."""
    return math.erfc(math.sqrt(n / (n - 1)) * student(n - 1) / math.sqrt(2)) / 2


def student(freedom: int) -> float:
    """Return the 97.5th percentile of Student's t distribution; from 4 degrees of freedom on, three digits are right.

    Source: M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions" (1964), 26.7.5.
    """
    z = Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / math.pow(freedom, power) for power, term in enumerate(terms, 1))


def _resampled(shape: Sequence[int], count: int) -> Iterator[float]:
    """Yield the share of identical pairs in so many samples."""
    # It is some milliseconds to import, and nobody needs it before there is something to count.
    from random import Random

    draw = Random(_SEED).choices
    texts = [text for text, times in enumerate(shape) for _ in range(times)]
    n = len(texts)
    everyone = list(range(n))
    for _ in range(count):
        checkpoint()
        drawn = draw(everyone, k=n)
        own = _squares(drawn)
        if own < n * n:
            # A sample all of one completion says nothing. Of m things, m·(m−1)/2 pairs: the halves, and the m, cancel.
            yield (_squares(map(texts.__getitem__, drawn)) - own) / (n * n - own)


def _squares(drawn: Iterable[int]) -> int:
    """Count how often each was drawn, and sum the squares."""
    times = Counter(drawn).values()
    return sum(map(mul, times, times))


def percentile(ordered: Sequence[float], at: float) -> float:
    """Return a percentile of ordered values, interpolated between the two next to it.

    Args:
        ordered: The values, the least first; at least one.
        at: From 0 to 1.
    """
    place = at * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
