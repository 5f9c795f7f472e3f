"""The agreement of one request's completions. Completions can be added as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from seedtui.core.agreement.answers import AnswerFinder
from seedtui.core.agreement.intervals import Interval, pairwise_interval, wilson
from seedtui.core.agreement.prefix import Prefix, shared_by_all, shared_by_half
from seedtui.core.agreement.splits import Split, split
from seedtui.core.agreement.survival import Survival, survival
from seedtui.core.agreement.tally import Tally
from seedtui.core.agreement.tree import Ref, Tree
from seedtui.core.request import JsonObject
from seedtui.core.run import Status
from seedtui.core.sample import Sample


@dataclass
class Version:
    """A text, and the completions that say it.

    Attributes:
        identity: The SHA-256 of the text.
        text: The raw text.
        refs: The completions, oldest first.
        answer: The answer in it; None if it has none, or none was asked for.
    """

    identity: str
    text: str
    refs: list[Ref] = field(default_factory=list)
    answer: str | None = None

    @property
    def count(self) -> int:
        """How many completions say it."""
        return len(self.refs)


class Agreement:
    """What is known of how far some completions agree.

    Whatever is costly is worked out when it is first asked for after something was added.

    Attributes:
        digest: The request's digest; empty if the completions are of several.
        round: Which round of its request this is, from 1; 0 if the request was asked in one.
        tally: The completions that count, by the SHA-256 of their texts.
        answers: Their answers, those without one left out; None if no answer was asked for.
        unanswered: How many of those that count have no answer.
        left_out: How a run ended, or what it lacks, to how many of its completions are left out for that.
        samples: The completions that count, in the order they were added.
        tree: Where they part.
    """

    def __init__(self, digest: str = "", finder: AnswerFinder | None = None, *, round: int = 0) -> None:
        self.digest, self.round = digest, round
        self.tally = Tally()
        self.answers = None if finder is None else Tally()
        self.unanswered = 0
        self.left_out: Counter[str] = Counter()
        self.samples: list[Sample] = []
        self.tree = Tree()
        self._finder = finder
        self._versions: dict[str, Version] = {}
        self._worked_out: dict[str, Any] = {}

    def add(self, sample: Sample, text: Callable[[], str]) -> None:
        """Add a completion. One that is not whole is left out, and counted as left out.

        Args:
            sample: The completion.
            text: Gives its text; called only if no completion before it says the same.

        Raises:
            SlowPatternError: If the answer's pattern takes too long on the text.
        """
        self._worked_out.clear()
        if not sample.whole or not sample.identity:
            self.left_out[why_left_out(sample)] += 1
            return
        version = self._versions.get(sample.identity)
        if version is None:
            said = text()
            version = Version(sample.identity, said, answer=self._finder.find(said) if self._finder else None)
            self._versions[sample.identity] = version
        ref = (sample.run_id, sample.index)
        version.refs.append(ref)
        self.samples.append(sample)
        self.tally.add(sample.identity)
        self.tree.add(version.text, ref)
        if self.answers is not None:
            if version.answer is None:
                self.unanswered += 1
            else:
                self.answers.add(version.answer)

    @property
    def n(self) -> int:
        """How many completions count."""
        return self.tally.n

    @property
    def versions(self) -> list[Version]:
        """The different texts, the commonest first, and of two as common the older one."""
        return sorted(self._versions.values(), key=lambda version: (-version.count, version.refs[0]))

    @property
    def answers_agree(self) -> bool:
        """Whether there are several completions, and each has the same answer."""
        return self.answers is not None and not self.unanswered and self.answers.agrees

    @property
    def modal_interval(self) -> Interval | None:
        """Wilson's interval of the share of the commonest text."""
        return wilson(self.tally.modal)

    @property
    def pairwise_interval(self) -> Interval | None:
        """The interval of the share of identical pairs: see `intervals.pairwise_interval`."""
        return pairwise_interval(self.tally)

    @property
    def stable_prefix(self) -> Prefix:
        """The beginning that all share."""
        found: Prefix = self._once("stable", lambda: shared_by_all(self._texts))
        return found

    @property
    def half_prefix(self) -> Prefix:
        """The longest beginning that at least half of the completions share, and at least two."""
        if len(self._versions) == 1:
            return self.stable_prefix
        found: Prefix = self._once("half", lambda: shared_by_half(self._texts))
        return found

    @property
    def survival(self) -> Survival:
        """The share of pairs that are still equal after so many words."""
        found: Survival = self._once("survival", lambda: survival(self.tree))
        return found

    @property
    def by_fingerprint(self) -> Split[tuple[str, ...]]:
        """The pairs within and across fingerprints; a completion without any is of no group."""
        found: Split[tuple[str, ...]] = self._once("fingerprint", lambda: self._split(lambda one: one.fingerprints))
        return found

    @property
    def by_endpoint(self) -> Split[str]:
        """The pairs within and across endpoints."""
        found: Split[str] = self._once("endpoint", lambda: self._split(lambda one: one.endpoint))
        return found

    @property
    def by_run(self) -> Split[int]:
        """The pairs of two choices of one run (within), and of two runs (across)."""
        found: Split[int] = self._once("run", lambda: self._split(lambda one: one.run_id))
        return found

    @property
    def by_choice(self) -> Split[int]:
        """The pairs of the same choice of two runs (within), and of two different choices (across)."""
        found: Split[int] = self._once("choice", lambda: self._split(lambda one: one.index))
        return found

    @property
    def has_choices(self) -> bool:
        """Whether some run has several completions."""
        return any(sample.index > 0 for sample in self.samples)

    @property
    def _texts(self) -> Mapping[str, int]:
        return {version.text: version.count for version in self._versions.values()}

    def _split(self, group: Callable[[Sample], Any]) -> Split[Any]:
        return split(self.samples, lambda one: _known(group(one)), lambda one: one.identity)

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._worked_out:
            self._worked_out[name] = make()
        return self._worked_out[name]

    def as_json(self) -> JsonObject:
        """Return the group of `agree --json`."""
        pairs, interval, modal = self.tally.pairs, self.pairwise_interval, self.modal_interval
        found: JsonObject = {
            "digest": self.digest,
            "n": self.n,
            "unique": self.tally.unique,
            "modal_share": self.tally.modal.value,
            "modal_share_ci95": modal and modal.as_json(),
            "pairs": pairs.whole,
            "identical_pairs": pairs.part,
            "pairwise": pairs.value,
            "pairwise_ci95": interval and interval.as_json(),
            "pairwise_ci95_method": interval and interval.method,
            "stable_prefix": self.stable_prefix.as_json(),
            "half_prefix": self.half_prefix.as_json(),
            "survival": [list(step) for step in self.survival.steps],
            "left_out": dict(self.left_out),
            "fingerprints": _fingerprints_json(self.by_fingerprint),
        }
        if self.round:
            found["round"] = self.round
        if self.answers is not None:
            found["answers"] = {"unique": self.answers.unique, "unanswered": self.unanswered}
        if self.has_choices:
            found["choices"] = {
                "within_run": _share_json(self.by_run.within.part, self.by_run.within.whole),
                "same_choice": _share_json(self.by_choice.within.part, self.by_choice.within.whole),
            }
        return found


def agreement_of(
    samples: Iterable[Sample],
    texts: Mapping[Ref, str],
    *,
    digest: str = "",
    finder: AnswerFinder | None = None,
    round: int = 0,
) -> Agreement:
    """Work out the agreement of some completions.

    Args:
        samples: The completions, oldest first.
        texts: The texts, of at least the first completion of each version.
        digest: Their request's digest.
        finder: Finds the answer in a text; None if it is not asked for.
        round: Which round of its request this is, from 1; 0 if there is but one.

    Raises:
        SlowPatternError: If the answer's pattern takes too long on a text.
    """
    found = Agreement(digest, finder, round=round)
    for sample in samples:
        found.add(sample, lambda ref=(sample.run_id, sample.index): texts[ref])  # type: ignore[misc]
    return found


def why_left_out(sample: Sample) -> str:
    """Say why a completion does not count, for use behind a number: `failed`, `without a text`."""
    return "without a text" if sample.status is Status.COMPLETE else sample.status.phrase


def _known(group: Any) -> Any:
    """Nothing for what is not reported: an empty name, or no fingerprints."""
    return None if group in ("", ()) else group


def _share_json(part: int, whole: int) -> JsonObject:
    return {"pairs": whole, "identical_pairs": part, "pairwise": part / whole if whole else None}


def _fingerprints_json(found: Split[tuple[str, ...]]) -> JsonObject:
    return {
        "groups": [
            {"fingerprints": list(group), "n": tally.n, "unique": tally.unique, **_share_json(*tally.pairs)}
            for group, tally in found.tallies.items()
        ],
        "not_reported": found.unknown,
        "within": _share_json(*found.within),
        "across": _share_json(*found.across),
        "p_value": found.p_value,
    }
