"""Agreement over many requests: TARr@N and TARa@N."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from seedtui.core.agreement.intervals import wilson
from seedtui.core.agreement.tally import Share, Tally
from seedtui.core.request import JsonObject
from seedtui.core.sample import Sample

# From which share of the requests on the number of their completions counts as planned.
_MOST: Final = 0.8


class Measurement(NamedTuple):
    """The completions of a request that are held against each other.

    Attributes:
        digest: The request.
        round: Which round of it this is, from 1; 0 if it was asked in one.
        samples: The completions, those included that will be left out, oldest first.
    """

    digest: str
    round: int
    samples: tuple[Sample, ...]


def measurements(samples: Iterable[Sample]) -> list[Measurement]:
    """Group completions by their request, in the order in which the requests first came.

    A set of questions may hold a question twice. Each was then asked N times, as all others were, and its request
    has 2N completions. So, if four in five of the requests have N whole completions, those with a multiple of N
    count as so many rounds of N: each is measured as all others are. Whether the rounds came one after the other or
    side by side is told from how far apart the first and the last completion of a request usually are.
    """
    groups: dict[str, list[Sample]] = {}
    for sample in samples:
        groups.setdefault(sample.digest, []).append(sample)
    n = usual_size([sum(one.whole for one in group) for group in groups.values()])
    if n is None:
        return [Measurement(digest, 0, tuple(group)) for digest, group in groups.items()]
    usual = _usual_reach(groups.values(), n)
    return [found for digest, group in groups.items() for found in _rounds(digest, group, n, usual)]


def usual_size(sizes: Sequence[int]) -> int | None:
    """Return how many completions a request usually has; None if there is no such number, or it is 1."""
    if len(sizes) < 2:
        return None
    size, times = Counter(sizes).most_common(1)[0]
    return size if size > 1 and times >= _MOST * len(sizes) else None


def _usual_reach(groups: Iterable[list[Sample]], n: int) -> float:
    """Return how far apart the runs of a request are that was asked in one: the median."""
    reaches = [_reach(whole) for group in groups if len(whole := _whole(group)) == n]
    return sorted(reaches)[len(reaches) // 2]


def _whole(samples: Sequence[Sample]) -> list[Sample]:
    return [sample for sample in samples if sample.whole]


def _reach(samples: Sequence[Sample]) -> int:
    return samples[-1].run_id - samples[0].run_id


def _rounds(digest: str, samples: list[Sample], n: int, usual: float) -> list[Measurement]:
    whole = _whole(samples)
    count = len(whole) // n if not len(whole) % n else 0
    if count < 2:
        return [Measurement(digest, 0, tuple(samples))]
    blocks = [whole[start : start + n] for start in range(0, len(whole), n)]
    beside = [whole[start::count] for start in range(count)]
    rounds = min(blocks, beside, key=lambda rounds: sum(abs(_reach(one) - usual) for one in rounds))
    # Those to be left out were not asked for in any round in particular.
    rest = [sample for sample in samples if not sample.whole]
    return [
        Measurement(digest, number, (*part, *(rest if number == 1 else []))) for number, part in enumerate(rounds, 1)
    ]


class Counted(Protocol):
    """What is summed up of a request: see `Agreement`, which has it."""

    tally: Tally
    answers: Tally | None
    unanswered: int
    left_out: Counter[str]

    @property
    def n(self) -> int:
        """How many completions count."""
        ...

    @property
    def answers_agree(self) -> bool:
        """Whether there are several completions, and each has the same answer."""
        ...


@dataclass(frozen=True)
class Overall:
    """How many requests agree.

    Attributes:
        agreeing: Of the requests with at least two completions, those whose completions are all identical.
        answers: The same of their answers; None if no answer was asked for. A completion without one agrees with none.
        pairs: The pairs of completions of one request, and how many of them are identical.
        n: How many completions each of these requests has, if all have as many.
        single: The requests that have but one completion, or none: nothing can be said of them.
        left_out: How a run ended to how many of its completions are left out for that.
        unanswered: The completions without an answer.
    """

    agreeing: Share
    answers: Share | None
    pairs: Share
    n: int | None
    single: int
    left_out: Mapping[str, int]
    unanswered: int = 0

    @property
    def at_n(self) -> str:
        """How the numbers are called: `@5`, or nothing where requests have different numbers of completions."""
        return "" if self.n is None else f"@{self.n}"

    def as_json(self) -> JsonObject:
        """Return the `overall` of `agree --json`."""
        tarr, tara = wilson(self.agreeing), None if self.answers is None else wilson(self.answers)
        return {
            "requests": self.agreeing.whole,
            "agreeing": self.agreeing.part,
            "tarr": self.agreeing.value,
            "tarr_ci95": tarr and tarr.as_json(),
            "answers_agreeing": self.answers and self.answers.part,
            "tara": self.answers and self.answers.value,
            "tara_ci95": tara and tara.as_json(),
            "pairs": self.pairs.whole,
            "identical_pairs": self.pairs.part,
            "pairwise": self.pairs.value,
            "n": self.n,
            "single": self.single,
            "left_out": dict(self.left_out),
            "unanswered": self.unanswered,
        }


def overall_of(agreements: Sequence[Counted]) -> Overall:
    """Sum up the agreement of many requests."""
    several = [one for one in agreements if one.n > 1]
    with_answers = [one for one in several if one.answers is not None]
    left_out: Counter[str] = Counter()
    for one in agreements:
        left_out.update(one.left_out)
    sizes = {one.n for one in several}
    return Overall(
        agreeing=Share(sum(one.tally.agrees for one in several), len(several)),
        answers=Share(sum(one.answers_agree for one in with_answers), len(with_answers)) if with_answers else None,
        pairs=Share(sum(one.tally.pairs.part for one in several), sum(one.tally.pairs.whole for one in several)),
        n=sizes.pop() if len(sizes) == 1 else None,
        single=len(agreements) - len(several),
        left_out=left_out,
        unanswered=sum(one.unanswered for one in with_answers),
    )
