"""Two texts compared from beginning to end: what an editor would mark."""

from __future__ import annotations

from collections.abc import Sequence

from seedtui.core.diff.align import Block
from seedtui.core.diff.edits import give_up_islands, slide
from seedtui.core.diff.ends import inside_words
from seedtui.core.diff.refine import equal_runs


def unmarked(a: str, b: str) -> list[Block]:
    """Find what an editor would leave unmarked when one text was made into another.

    Time is about linear in the texts' length; nothing in it runs unbounded, and it lets itself be stopped.

    Returns:
        Start in A, start in B and length of each equal run, in code points, in order; they never touch
        on both sides, and all between them was changed. Swapping the texts swaps the starts.
    """
    # The alignment of a pair may depend on its order: fixing the order makes a swap a mirror.
    if (len(a), a) > (len(b), b):
        return [(start_a, start_b, length) for start_b, start_a, length in unmarked(b, a)]
    runs, firm = equal_runs(a, b)
    return _closed(inside_words(slide(give_up_islands(runs, a, b, firm), a, b), a, b), a, b)


def _closed(runs: Sequence[Block], a: str, b: str) -> list[Block]:
    """Join runs between which the texts are the same: one text cut into other units than the other hides that."""
    found: list[Block] = []
    end_a = end_b = 0
    for start_a, start_b, length in [*runs, (len(a), len(b), 0)]:
        if start_a - end_a == start_b - end_b and a[end_a:start_a] == b[end_b:start_b]:
            start_a, start_b, length = end_a, end_b, start_a - end_a + length
            if found:
                start_a, start_b, before = found.pop()
                length += before
        end_a, end_b = start_a + length, start_b + length
        if length:
            found.append((start_a, start_b, length))
    return found
