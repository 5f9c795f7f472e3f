"""Two texts compared from beginning to end: what an editor would mark."""

from __future__ import annotations

from seedtui.core.edits import Edit, edits, give_up_islands, size_in, slide
from seedtui.core.ends import inside_words
from seedtui.core.refine import equal_runs


def edits_of(a: str, b: str) -> list[Edit]:
    """Find what was changed between two texts.

    Time is about linear in the texts' length; nothing in it runs unbounded, and it lets itself be stopped.

    Returns:
        Edits that cover both texts from end to end; changes never touch each other. The result may
        depend on the order of the texts.
    """
    found = edits(equal_runs(a, b), len(a), len(b))
    found = slide(give_up_islands(found, size_in(a, b)), a, b)
    return inside_words(found, a, b)
