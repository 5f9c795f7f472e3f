"""Checks: a baseline's request sent again, and whether what came still passes. Sentences are displayable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from seedtui.core import phrases
from seedtui.core.agreement.answers import AnswerFinder, SlowPatternError
from seedtui.core.agreement.asked import asked
from seedtui.core.comparison import Comparison, compare
from seedtui.core.request import JsonObject
from seedtui.core.request_phrases import phrase_values
from seedtui.core.run import Run, Side, Status, label
from seedtui.core.series import Setting
from seedtui.core.text import one_line
from seedtui.core.verdict import Code, Verdict

_LABEL: Final = "baseline"
_ANSWER: Final = 60
_MESSAGE: Final = 500
_WORDS: Final = 60
_NAMED: Final = 20
_BROKEN: Final = frozenset({Status.CANCELLED, Status.FAILED, Status.INTERRUPTED, Status.STREAMING})


class Outcome(StrEnum):
    """How a check came out."""

    SAME = "same"
    DIFFERENT = "different"
    TROUBLE = "trouble"
    NOT_SENT = "not-sent"


@dataclass(frozen=True)
class Rule:
    """What a new completion must have to pass: the baseline's very text, unless something else is asked for.

    Attributes:
        answer: The answer in the text must be the baseline's.
        similarity: The text must be so similar to the baseline's, from 0 to 1.
    """

    answer: AnswerFinder | None = None
    similarity: float | None = None


@dataclass(frozen=True, kw_only=True)
class Check:
    """One completion of a baseline, and what became of it.

    Attributes:
        baseline: The completion's name: `41`, or `41.1`.
        outcome: How it came out.
        why: One plain sentence or two, displayable.
        pinned: The baseline; None if it could not be read.
        run: The new run; None if none was made.
        name: The new completion's name; None if there is none.
        comparison: The two completions; None where there are no two.
        round: Which sending of the request it was, from 1.
    """

    baseline: str
    outcome: Outcome
    why: str
    pinned: Run | None = None
    run: Run | None = None
    name: str | None = None
    comparison: Comparison | None = None
    round: int = 1

    @property
    def run_id(self) -> int:
        """The baseline's run."""
        return int(self.baseline.partition(".")[0])

    @property
    def passed(self) -> bool:
        """Whether it passes."""
        return self.outcome is Outcome.SAME

    @property
    def verdict(self) -> Verdict | None:
        """What the two completions are to each other; None where there are no two."""
        return self.comparison.verdict if self.comparison else None

    @property
    def similarity(self) -> float | None:
        """How alike the two texts are; None where there are no two."""
        if self.comparison is None or self.verdict is None or self.verdict.code is Code.NO_TEXT:
            return None
        return self.comparison.diff.similarity

    @property
    def sign(self) -> str:
        """`=` the same text, `≈` another that passes, `≠` one that does not, `!` trouble, `-` not sent."""
        if self.outcome is Outcome.SAME:
            return "=" if self.verdict and self.verdict.equal else "≈"
        return {Outcome.DIFFERENT: "≠", Outcome.TROUBLE: "!"}.get(self.outcome, "-")

    @property
    def line(self) -> str:
        """All of it in a line."""
        arrow = f" → #{self.name}" if self.name else ""
        # Whoever has to look into it asks first which prompt it was.
        words = "" if self.passed or self.pinned is None else f" ({one_line(asked(self.pinned.request).words, _WORDS)})"
        return f"{self.sign} #{self.baseline}{arrow}  {self.why}{words}"

    def as_json(self) -> JsonObject:
        """Return the object that stands for it under `results`."""
        return {
            "baseline": self.baseline,
            "run": self.name,
            "outcome": self.outcome.value,
            "passed": self.passed,
            "why": self.why,
            "verdict": self.verdict.as_json() if self.verdict else None,
            "similarity": self.similarity,
            "fingerprints": {
                "a": self.pinned.fingerprint if self.pinned else None,
                "b": self.run.fingerprint if self.run else None,
            },
        }


def setting_of(pinned: Run, endpoint: str) -> Setting:
    """Return what is sent to check a baseline."""
    return Setting(endpoint, pinned.request, ((_LABEL, pinned.id),))


def checked_by(setting: Setting) -> int | None:
    """Return the id of the baseline that a setting checks; None if it checks none."""
    value = next((value for name, value in setting.labels if name == _LABEL), None)
    return value if isinstance(value, int) and setting.labels[1:] == () else None


def has_text(run: Run) -> bool:
    """Whether there is anything of a run that could be reproduced."""
    return any(one.text for one in run.completions)


def judge(pinned: Run, run: Run, rule: Rule, round: int = 1) -> list[Check]:
    """Judge a run that was made to check a baseline: each of their choices by its index.

    Args:
        pinned: The baseline.
        run: The new run, as it ended.
        rule: What it takes to pass.
        round: Which sending of the request it was, from 1.
    """
    indexes = sorted({one.index for one in (*pinned.completions, *run.completions)}) or [0]
    choices = max(len(pinned.completions), len(run.completions))
    return [_judged(pinned, run, index, choices, rule, round) for index in indexes]


def _judged(pinned: Run, run: Run, index: int, choices: int, rule: Rule, round: int) -> Check:
    a, b = Side.of(pinned, index), Side.of(run, index)
    missing = _missing(pinned, run, index)
    comparison = None if missing else compare(a, b)
    outcome, why = (Outcome.TROUBLE, missing) if comparison is None else _found(comparison, a, b, rule)
    return Check(
        baseline=label(pinned.id, index, choices),
        name=label(run.id, index, choices) if run.id else None,
        outcome=outcome,
        why=why,
        pinned=pinned,
        run=run,
        comparison=comparison,
        round=round,
    )


def _missing(pinned: Run, run: Run, index: int) -> str:
    """Say that a choice is missing where nothing else explains it; empty if nothing is missing so."""
    if pinned.completion(index) is None:
        return f"The baseline has no choice {index} to compare with."
    if run.completion(index) is None and run.status is Status.COMPLETE:
        return f"The new run has no choice {index}."
    return ""


def _found(comparison: Comparison, a: Side, b: Side, rule: Rule) -> tuple[Outcome, str]:
    verdict = comparison.verdict
    assert verdict is not None
    if b.run.status in _BROKEN and not b.ended_by_itself:
        return Outcome.TROUBLE, " ".join(_broken(b, verdict))
    if verdict.code is Code.NO_TEXT:
        return Outcome.TROUBLE, verdict.sentence
    try:
        passed, said = _tried(comparison, verdict, rule)
    except SlowPatternError as error:
        return Outcome.TROUBLE, str(error)
    why = f"{said} {verdict.sentence}".lstrip()
    # Of two that were cut at the same limit, one may be a beginning of the other, and differ all the same.
    cut = (a.completion.finish_reason, b.completion.finish_reason) == ("length", "length")
    if passed is None or (not passed and verdict.code is Code.INCOMPLETE and not cut):
        return Outcome.TROUBLE, why
    if not verdict.equal and rule.similarity is None:
        why = f"{why} {phrases.alike(comparison.diff)}."
    return Outcome.SAME if passed else Outcome.DIFFERENT, why


def _broken(b: Side, verdict: Verdict) -> Iterator[str]:
    error = b.run.error
    if b.run.status is Status.FAILED and error is not None:
        yield f"The new run failed: {one_line(error.message, _MESSAGE)}"
    else:
        yield f"The new run was {b.run.status.phrase}."
    if b.text:
        yield verdict.sentence


def _tried(comparison: Comparison, verdict: Verdict, rule: Rule) -> tuple[bool | None, str]:
    """Try a rule: whether it is kept, None if it cannot be tried, and what to say before the verdict."""
    if rule.answer is not None:
        return _answers(comparison, rule.answer)
    equal = verdict.equal and verdict.code is not Code.INCOMPLETE
    if rule.similarity is None or equal:
        return equal, ""
    similarity = comparison.diff.similarity
    enough = similarity >= rule.similarity
    # Cut, not rounded: it must not read as if it were enough.
    shown = f"{int(similarity * 10_000) / 10_000:g}"
    return enough, f"Similarity {shown}, {rule.similarity:g} is {'asked for' if enough else 'wanted'}."


def _answers(comparison: Comparison, finder: AnswerFinder) -> tuple[bool | None, str]:
    a, b = finder.find(comparison.diff.a), finder.find(comparison.diff.b)
    if a is None:
        return None, "No answer is found in the baseline, so there is none to compare with."
    if b is None:
        return False, f"No answer is found in the new text; the baseline's is {_shown(a)}."
    if a == b:
        return True, f"The same answer, {_shown(a)}."
    left, right = _shown(a), _shown(b)
    if left == right:
        left, right = phrase_values(a, b, _ANSWER)
    return False, f"Another answer, {left} → {right}."


def _shown(answer: str) -> str:
    return one_line(answer, _ANSWER) or "an empty one"


def exit_status(checks: Iterable[Check]) -> int:
    """Return 0 if all pass, 1 if something differs, 2 if there was any trouble."""
    outcomes = {check.outcome for check in checks}
    if not outcomes or outcomes & {Outcome.TROUBLE, Outcome.NOT_SENT}:
        return 2
    return 1 if Outcome.DIFFERENT in outcomes else 0


def summary(checks: Sequence[Check]) -> str:
    """Say how many came out how: `4 of 7 checked: 2 the same, 1 different, 1 trouble, 3 not sent.`."""
    counts = Counter(check.outcome for check in checks)
    told = ", ".join(f"{counts[outcome]} {word}" for outcome, word in _WORDED.items() if counts[outcome])
    checked = _checked(checks)
    every = "" if checked == len(checks) else f" of {len(checks)}"
    return f"{checked}{every} checked: {told}."


_WORDED: Final = {
    Outcome.SAME: "the same",
    Outcome.DIFFERENT: "different",
    Outcome.TROUBLE: "trouble",
    Outcome.NOT_SENT: "not sent",
}


def _checked(checks: Iterable[Check]) -> int:
    return sum(check.run is not None for check in checks)


def unsent_sentence(checks: Iterable[Check]) -> str:
    """Say which were not sent; empty if all were."""
    names = list(dict.fromkeys(f"#{check.baseline}" for check in checks if check.outcome is Outcome.NOT_SENT))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"Not checked: {', '.join(names[:_NAMED])}{more}." if names else ""


def as_object(checks: Sequence[Check]) -> JsonObject:
    """Return all checks as one JSON object.

    `checked` counts those for which there is a new run; `trouble` those that were not sent, too.
    """
    counts = Counter(check.outcome for check in checks)
    return {
        "checked": _checked(checks),
        "same": counts[Outcome.SAME],
        "different": counts[Outcome.DIFFERENT],
        "trouble": counts[Outcome.TROUBLE] + counts[Outcome.NOT_SENT],
        "not_sent": counts[Outcome.NOT_SENT],
        "results": [check.as_json() for check in checks],
    }
