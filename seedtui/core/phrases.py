"""How facts read, wherever they are shown: on a screen, on the command line, in a file.

Every phrase is displayable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedtui.core.fingerprint import class_of
from seedtui.core.request import Request, canonical_json
from seedtui.core.run import Run
from seedtui.core.text import one_line

if TYPE_CHECKING:
    from seedtui.core.diff import Diff

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


def model(run: Run) -> str:
    """Write the model that answered, as it says, or else the one that was asked for."""
    return one_line(run.served_model or run.request.model, 60) or "model not known"


def alike(diff: Diff) -> str:
    """Write how alike two texts are: `61 % alike`; 100 % only if they are the same."""
    share = 100 if diff.equal else min(99, round(100 * diff.similarity))
    return f"{share} % alike"
