"""How facts read, wherever they are shown: on a screen, on the command line, in a file.

Every phrase is displayable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedtui.core.fingerprint import class_of
from seedtui.core.request import Request, canonical_json
from seedtui.core.status import Status
from seedtui.core.text import one_line

if TYPE_CHECKING:
    from seedtui.core.diff import Diff
    from seedtui.core.run import Run

NOT_REPORTED = "fingerprint not reported"


def plural(count: int, noun: str) -> str:
    """Write a count: `1 run`, `2 runs`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def seconds(milliseconds: float | None) -> str:
    """Write a duration: `1.2 s`; empty if it is not known."""
    return "" if milliseconds is None else f"{milliseconds / 1000:.1f} s"


def seed(request: Request) -> str:
    """Write the seed: `seed 123`, or `no seed`."""
    return f"seed {one_line(canonical_json(request.body['seed']), 40)}" if request.has_seed else "no seed"


def fingerprint(run: Run) -> str:
    """Write the fingerprints of a run and what they are worth: `fp_a → fp_b (informative)`."""
    if not run.fingerprints:
        return NOT_REPORTED
    return f"{' → '.join(one_line(one, 60) for one in run.fingerprints)} ({class_of(run).value})"


def unfinished(run: Run) -> str:
    """Say in a sentence what a run lacks that ended without a reason, and what to do; empty for any other run."""
    if run.status is not Status.ENDED_WITHOUT_REASON:
        return ""
    came, asked = len(run.completions), run.request.n
    if not any(one.text for one in run.completions):
        return "The endpoint answered with no text: look at its log, or check that the base URL leads to completions."
    if came < asked:
        return f"Only {came} of {plural(asked, 'choice')} came: ask for fewer, or look whether the endpoint knows n."
    return "The endpoint did not say that the text was at its end: if it looks cut, send again."


def model(run: Run) -> str:
    """Write the model that answered, as it says, or else the one that was asked for."""
    return one_line(run.served_model or run.request.model, 60) or "model not known"


def alike(diff: Diff) -> str:
    """Write how alike two texts are: `61 % alike`; 100 % only if they are the same."""
    share = 100 if diff.equal else min(99, round(100 * diff.similarity))
    return f"{share} % alike"
