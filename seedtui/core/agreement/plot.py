"""The survival curve as lines of characters, and as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seedtui.core.agreement.sentences import percent
from seedtui.core.agreement.survival import Survival
from seedtui.core.phrases import plural

SMALLEST: Final = (20, 5)
"""The least columns and lines that a plot can be drawn in."""

_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_LABEL: Final = 5
AXIS: Final = _LABEL + 1
"""How many cells of a line its label and the axis take."""

_AXES: Final = 2
_LEVELS: Final = (0.9, 0.5, 0.1)


def curve_lines(curve: Survival, width: int, height: int) -> list[str]:
    """Draw how the share of equal pairs falls with the words, from 100 % at the top to 0 % at the bottom.

    Args:
        curve: The curve.
        width: Columns; each line has as many at most.
        height: Lines, those of the axis and its numbers included; one may be left over.

    Returns:
        Nothing where there is no room: see `SMALLEST`.
    """
    columns, rows = width - _LABEL - 1, height - _AXES
    if width < SMALLEST[0] or height < SMALLEST[1]:
        return []
    # An odd number of lines has one in the middle, for 50 %.
    rows -= 1 - rows % 2
    labels = {0: "100 %", rows - 1: "  0 %", **({rows // 2: " 50 %"} if rows > 4 else {})}
    lines = []
    for row, cells in enumerate(_plotted(curve, columns, rows)):
        label = labels.get(row, "")
        lines.append(f"{label:>{_LABEL}}{'┤' if label else '│'}{cells}".rstrip())
    return [*lines, *_axis(curve.words, columns)]


def _plotted(curve: Survival, columns: int, rows: int) -> list[str]:
    """Fill what is below the curve, in eighths of a line; anything above nothing can be seen."""
    heights = []
    for column in range(columns):
        share = curve.after(round(column * curve.words / (columns - 1)))
        heights.append(max(1, round(share * rows * 8)) if share else 0)
    return [
        "".join(_EIGHTHS[min(8, max(0, height - 8 * below))] for height in heights) for below in reversed(range(rows))
    ]


def _axis(words: int, columns: int) -> list[str]:
    """Draw the axis: a mark at each round number of words, as many as there is room for."""
    line = ["─"] * columns
    numbers = [" "] * (columns + _LABEL + 1)
    free = 0
    for mark in _marks(words, columns):
        place = round(mark * (columns - 1) / words) if words else 0
        label = f"{mark}" if mark else "0 words"
        start = max(0, min(place + _LABEL + 1 - len(label) // 2, len(numbers) - len(label)))
        start = _LABEL + 1 if not mark else start
        if start < free:
            continue
        line[place] = "┬"
        numbers[start : start + len(label)] = label
        free = start + len(label) + 2
    return [f"{'':>{_LABEL}}└{''.join(line)}", "".join(numbers).rstrip()]


def _marks(words: int, columns: int) -> Iterator[int]:
    """Yield round numbers of words, from 0: every 1, 2, 5, 10, 20, 50 … of them."""
    step = 1
    while words > step * max(2, columns // 10):
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    yield from range(0, words + 1, step)


def level_phrases(curve: Survival) -> list[str]:
    """Say at which word the curve falls below some shares: `half of the pairs are equal up to word 103`."""
    if len(curve.steps) == 1:
        return [f"every pair is equal to the end, {plural(curve.words, 'word')}"]
    # Where it falls by several levels at once, the last one says it all.
    reached: dict[int, str] = {}
    for level in _LEVELS:
        fallen = next((words for words, share in curve.steps if share < level), None)
        if fallen is not None and fallen > 1:
            reached[fallen - 1] = f"≥ {100 * level:.0f} % equal up to word {fallen - 1}"
    said = list(reached.values())
    last = curve.steps[-1][1]
    return [*said, f"{percent(last)} identical to the end" if last else "none identical to the end"]
