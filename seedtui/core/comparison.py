"""Two completions laid side by side and judged."""

from __future__ import annotations

from dataclasses import dataclass

from seedtui.core.diff import Diff, diff
from seedtui.core.run import Side
from seedtui.core.verdict import Verdict, verdict


@dataclass(frozen=True)
class Comparison:
    """Two completions, judged.

    Attributes:
        a: A; None where there is only one completion yet.
        b: B.
        diff: How B's text differs from A's; with no A, B's text against itself.
        verdict: None where there is no A.
    """

    a: Side | None
    b: Side
    diff: Diff
    verdict: Verdict | None


def compare(a: Side | None, b: Side) -> Comparison:
    """Compare two completions; A is the baseline, and may be missing."""
    if a is None:
        return Comparison(None, b, diff(b.text, b.text), None)
    return Comparison(a, b, diff(a.text, b.text), verdict(a, b))
