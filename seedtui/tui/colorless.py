"""Painting without colours: what they set apart is set apart by attributes."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_REVERSED: Final = Style(reverse=True)


class Colorless(LineFilter):
    """Takes the colours off. A background of its own, as the cursor has and a selection, becomes reversed."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments without colours.

        Args:
            segments: A line.
            background: What is behind it.
        """
        return [
            Segment(text, None if style is None else without_colors(style), control)
            for text, style, control in segments
        ]


@lru_cache(maxsize=4096)
def without_colors(style: Style) -> Style:
    """Return a style without its colours."""
    plain = style.without_color
    stands_out = style.bgcolor is not None and not style.bgcolor.is_default
    return plain + _REVERSED if stands_out else plain
