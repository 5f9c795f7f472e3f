"""A line of the tree of divergences as characters: its share, where it hangs, and its words."""

from __future__ import annotations

from typing import Final, NamedTuple

from seedtui.core.agreement.sentences import percent
from seedtui.core.agreement.tree_rows import TreeRow
from seedtui.core.layout.cells import CellWidth, cut, cut_middle
from seedtui.core.phrases import plural
from seedtui.core.text import displayable, one_line

# How much of a branch's text is looked at: no line is longer.
_LOOK: Final = 400
_DEEPEST: Final = 12
_LEAST_WORDS: Final = 10


class TreeLine(NamedTuple):
    """A line, in the parts that look different. Together they are no wider than the line.

    Attributes:
        share: How many completions take it, and their share.
        stem: What it hangs on.
        words: What it says.
        note: What else there is to know.
    """

    share: str
    stem: str
    words: str
    note: str


def tree_line(row: TreeRow, n: int, width: int, cell_width: CellWidth) -> TreeLine:
    """Write a line of the tree.

    Args:
        row: The line.
        n: How many completions there are in all.
        width: Cells.
        cell_width: Tells how many cells a text takes.
    """
    count = f"{row.count:>{max(3, len(str(n)))}}"
    share = f"{count} {percent(row.count / n if n else None):>6}  "
    stem = _stem(row, max(1, (width - cell_width(share)) // 4))
    room = width - cell_width(share) - cell_width(stem)
    if room < 1:
        return TreeLine(cut(share, width, cell_width), "", "", "")
    note = _note(row)
    if cell_width(note) > room - _LEAST_WORDS:
        note = ""
    words, whole = _words(row)
    shorten = cut_middle if row.branch is not None and row.forks and whole else cut
    shown = shorten(words, room - cell_width(note), cell_width)
    return TreeLine(share, stem, shown, note)


def _stem(row: TreeRow, room: int) -> str:
    """Draw what a line hangs on. Deep inside, only the nearest lines are drawn."""
    sign = "⋯" if row.folded else "▾" if row.opened else "▸" if row.forks else "·"
    straight = row.depth - row.aside
    shown = min(straight, _DEEPEST, max(0, room // 2 - 1))
    deeper = "┊ " if shown < straight else ""
    return f"{deeper}{'│ ' * shown}{'├─' if row.aside else ''}{sign} "


def _words(row: TreeRow) -> tuple[str, bool]:
    """Return what a line says, displayable, and whether that is all of it."""
    if row.folded:
        return f"{row.folded} other ways", True
    if row.branch is None:
        return "(ends here)", True
    text = row.branch.text
    if not text:
        return "(they part at the first word)" if row.forks else "(no text)", True
    if len(text) > _LOOK:
        half = _LOOK // 2
        head, tail = one_line(text[:half], half), one_line(text[-half:], half)
        return (f"{head} … {tail}", True) if row.forks else (head, False)
    # White space alone, or marks: nothing of what parts texts is left out.
    return one_line(text, _LOOK) or displayable(text), True


def _note(row: TreeRow) -> str:
    if row.branch is None or not row.branch.text:
        return ""
    words = row.branch.words_to_end - row.branch.words
    said = plural(words, "word")
    if row.forks and not row.opened:
        said += f", then {row.forks} ways"
    return f" ({said})"
