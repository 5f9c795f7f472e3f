"""The survival curve as a small plot of block characters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_LABEL: Final = 6
_WIDEST: Final = 60
_NARROWEST: Final = 12


def curve_lines(after: Callable[[int], float], words: int, *, columns: int = 60, height: int = 6) -> list[str]:
    """Draw how much is left after so many words.

    Args:
        after: The share that is left after so many words, from 0 to 1.
        words: How far to draw.
        columns: The most cells in a line, labels and all.
        height: Lines of the plot; one more is its axis, and another one says what is where.
    """
    wide = max(_NARROWEST, min(columns, _WIDEST) - _LABEL - 1)
    # The last one stands for the end: pairs may part only there.
    places = [*(column * (words + 1) // wide for column in range(wide - 1)), words + 1]
    shares = [after(place) for place in places]
    lines = []
    for line in range(height, 0, -1):
        label = "100 %" if line == height else "50 %" if 2 * line == height else ""
        lines.append(f"{label:>{_LABEL}}┤{''.join(_block(share, line, height) for share in shares)}".rstrip())
    middle = (wide // 2) * (words + 1) // wide
    lines.append(f"{'0 %':>{_LABEL}}└{'─' * wide}")
    lines.append(" " * (_LABEL + 1) + _ruler(wide, middle, words))
    return lines


def _ruler(wide: int, middle: int, words: int) -> str:
    """Write the numbers under the axis, the middle one where there is room."""
    end = f"{words} words"
    found = f"0{middle:>{wide // 2}}" if wide // 2 + len(end) + 2 < wide else "0"
    return found + f"{end:>{max(wide - len(found), len(end) + 1)}}"


def _block(share: float, line: int, height: int) -> str:
    """Return what a column shows in a line, counted from below; where anything is left, something is seen."""
    eighths = round(share * height * 8)
    if share > 0:
        eighths = max(1, eighths)
    if share < 1:
        eighths = min(height * 8 - 1, eighths)
    return _EIGHTHS[max(0, min(8, eighths - 8 * (line - 1)))]
