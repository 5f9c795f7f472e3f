"""Two completions laid side by side and judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from seedtui.core.diff import Diff, diff, first_divergence
from seedtui.core.ignoring import EXACT, Ignore
from seedtui.core.run import Side, Status
from seedtui.core.verdict import Verdict, verdict

if TYPE_CHECKING:
    from seedtui.core.logprobs import Fork


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

    @cached_property
    def forks(self) -> tuple[Fork | None, Fork | None]:
        """What else each model might have said where the two part; None where that was not recorded."""
        if self.a is None or not (_has_logprobs(self.a) or _has_logprobs(self.b)):
            return None, None
        # Whatever is ignored in the diff, this is where the models chose otherwise.
        where = first_divergence(self.a.text, self.b.text)
        if where is None:
            return None, None
        from seedtui.core.logprobs import forks

        return forks(self.a, self.b, where.character)

    @cached_property
    def has_structure(self) -> bool:
        """Whether both texts are JSON, and all there, and so can be compared key by key."""
        sides = [side for side in (self.a, self.b) if side is not None]
        if len(sides) < 2 or not all(side.text.lstrip()[:1] in tuple("{[`") for side in sides):
            return False
        if any(side.run.status is Status.STREAMING for side in sides):
            return False
        from seedtui.core.layout.sheet import structure_of

        return structure_of(sides[0].text, sides[1].text) is not None

    def prepare(self) -> None:
        """Work out all that a viewer asks for: some of it takes a while for long texts, and is kept.

        Raises:
            StoppedError: If it was asked to stop.
        """
        found = self.diff
        _ = found.similarity, found.first_divergence, found.words("a"), found.words("b"), self.forks, self.has_structure


def compare(a: Side | None, b: Side, ignore: Ignore = EXACT, found: Diff | None = None) -> Comparison:
    """Compare two completions.

    Args:
        a: A, the baseline; it may be missing.
        b: B.
        ignore: What not to count as a change; the verdict is about the texts as they are.
        found: The diff of the two texts, if it has been worked out already.
    """
    left = b if a is None else a
    found = diff(left.text, b.text, ignore) if found is None else found
    return Comparison(a, b, found, None if a is None else verdict(a, b))


def _has_logprobs(side: Side) -> bool:
    choices = (side.run.response or {}).get("choices")
    recorded = isinstance(choices, list) and any(isinstance(one, Mapping) and one.get("logprobs") for one in choices)
    return bool(recorded)
