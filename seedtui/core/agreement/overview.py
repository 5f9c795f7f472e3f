"""Many requests beside each other, the least stable first. None of their texts is needed for that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from seedtui.core.agreement.agreement import why_left_out
from seedtui.core.agreement.overall import Measurement, measurements
from seedtui.core.agreement.tally import Tally
from seedtui.core.agreement.tree import Ref
from seedtui.core.interrupt import checked
from seedtui.core.sample import Sample


@dataclass
class Entry:
    """What is known of the agreement of one request's completions, or of one round of them.

    Attributes:
        digest: The request's digest.
        round: Which round of the request this is, from 1; 0 if it was asked in one.
        tally: The completions that count, by the SHA-256 of their texts.
        firsts: For each text, the first completion that says it.
        run_id: A run of the request.
        model: The model asked for.
        left_out: How a run ended to how many of its completions are left out for that.
        answers: Their answers; None if no answer was asked for.
        unanswered: How many of those that count have no answer.
    """

    digest: str
    round: int
    run_id: int
    model: str
    tally: Tally = field(default_factory=Tally)
    firsts: dict[str, Ref] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    answers: Tally | None = None
    unanswered: int = 0

    @property
    def n(self) -> int:
        """How many completions count."""
        return self.tally.n

    @property
    def answers_agree(self) -> bool:
        """Whether there are several completions, and each has the same answer."""
        return self.answers is not None and not self.unanswered and self.answers.agrees

    def answer(self, found: Mapping[str, str | None]) -> None:
        """Count the answers.

        Args:
            found: The SHA-256 of each text to the answer in it; None for none.
        """
        self.answers, self.unanswered = Tally(), 0
        for identity, count in self.tally.counts.items():
            said = found.get(str(identity))
            if said is None:
                self.unanswered += count
            else:
                self.answers.add(said, count)


def entries(samples: Iterable[Sample]) -> list[Entry]:
    """Group completions by their request, the least stable first; those with one completion come last.

    Args:
        samples: The completions, oldest first.
    """
    return sorted(map(_entry, checked(measurements(checked(samples)))), key=_stability)


def _entry(measured: Measurement) -> Entry:
    first = measured.samples[0]
    found = Entry(measured.digest, measured.round, first.run_id, first.model)
    # Of a hundred thousand completions, each step counts.
    counts: dict[str, int] = {}
    for sample in measured.samples:
        identity = sample.identity
        if not (sample.whole and identity):
            found.left_out[why_left_out(sample)] += 1
        elif identity in counts:
            counts[identity] += 1
        else:
            counts[identity] = 1
            found.firsts[identity] = (sample.run_id, sample.index)
    for identity, count in counts.items():
        found.tally.add(identity, count)
    return found


def _stability(entry: Entry) -> tuple[float, float, int, int]:
    pairs, modal = entry.tally.pairs.value, entry.tally.modal.value
    return (2.0 if pairs is None else pairs, modal or 0.0, -entry.n, entry.run_id)
