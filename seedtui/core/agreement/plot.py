"""The survival curve as lines of characters, and as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seedtui.core.agreement.sentences import percent
from seedtui.core.agreement.survival import Survival
from seedtui.core.phrases import plural

SMALLEST: Final = (20, 5)
"""The least columns and lines that a plot can be drawn in."""

# Of a cell's eight dots: the left column from the top, then the right one.
_DOTS: Final = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_LABEL: Final = 5
_AXES: Final = 2
_LEVELS: Final = (0.9, 0.5, 0.1)


def curve_lines(curve: Survival, width: int, height: int) -> list[str]:
    """Draw how the share of equal pairs falls with the words, from 100 % at the top to 0 % at the bottom.

    Args:
        curve: The curve.
        width: Columns; each line has as many at most.
        height: Lines, those of the axis and its numbers included.

    Returns:
        Nothing where there is no room: see `SMALLEST`.
    """
    columns, rows = width - _LABEL - 1, height - _AXES
    if width < SMALLEST[0] or height < SMALLEST[1]:
        return []
    area = _plotted(curve, columns, rows)
    labels = {0: "100 %", rows - 1: "  0 %", **({rows // 2: " 50 %"} if rows > 4 and rows % 2 else {})}
    lines = []
    for row, cells in enumerate(area):
        label = labels.get(row, "")
        lines.append(f"{label:>{_LABEL}}{'┤' if label else '│'}{''.join(cells)}".rstrip())
    return [*lines, *_axis(curve.words, columns)]


def _plotted(curve: Survival, columns: int, rows: int) -> list[list[str]]:
    dots = [[0] * columns for _ in range(rows)]
    across, down = 2 * columns - 1, 4 * rows - 1
    before: int | None = None
    for x in range(across + 1):
        y = round((1 - curve.after(round(x * curve.words / across))) * down)
        for dot in range(y if before is None else min(before + 1, y), y + 1):
            dots[dot // 4][x // 2] |= _DOTS[x % 2][dot % 4]
        before = y
    return [[chr(0x2800 + cell) if cell else " " for cell in row] for row in dots]


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
    said = []
    for level in _LEVELS:
        fallen = next((words for words, share in curve.steps if share < level), None)
        if fallen is not None and fallen > 1:
            said.append(f"≥ {100 * level:.0f} % equal up to word {fallen - 1}")
    last = curve.steps[-1][1]
    return [*said, f"{percent(last)} identical to the end" if last else "none identical to the end"]
