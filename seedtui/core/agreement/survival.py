"""The survival curve: how many pairs of completions are still equal after so many words."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from seedtui.core.agreement.tally import pairs_of
from seedtui.core.agreement.tree import Tree


@dataclass(frozen=True)
class Survival:
    """A curve that only falls.

    Attributes:
        steps: Where it falls, and to what: (words, share of the pairs that are equal after so many words). It
            begins with (0, 1.0). The last share is that of the pairs which are identical.
        words: How many words the longest completion has.
    """

    steps: tuple[tuple[int, float], ...]
    words: int

    def after(self, words: int) -> float:
        """Return the share of pairs that are still equal after so many words.

        A pair is equal for ever if the two are identical. Two that differ are equal after those words up to whose
        end all is the same, marks and spaces included; a completion that ends earlier differs from then on.
        """
        return self.steps[bisect_right(self.steps, (words, 2.0)) - 1][1]


def survival(tree: Tree) -> Survival:
    """Read the curve from a tree of divergences.

    Two completions part at the end of the last branch that both take. So the pairs that part there are those
    that take the branch, less those that go on the same way, and those that end there together.

    Returns:
        The curve; of fewer than two completions it never falls.
    """
    parting: Counter[int] = Counter()
    longest = 0
    for branch in tree.branches():
        words = branch.words_to_end
        longest = max(longest, words)
        together = pairs_of(branch.ended) + sum(pairs_of(way.count) for way in branch.ways)
        parting[words + 1] += pairs_of(branch.count) - together
    pairs = left = sum(parting.values()) + sum(pairs_of(branch.ended) for branch in tree.branches())
    steps = [(0, 1.0)]
    for words, lost in sorted(parting.items()):
        if lost:
            left -= lost
            steps.append((words, left / pairs))
    return Survival(tuple(steps), longest)
