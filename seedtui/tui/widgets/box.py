"""The box that other widgets stand in."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Box(Widget):
    """A container that paints nothing but its background.

    Textual's own containers render every line of theirs, padding and all, though most of it lies
    under what they contain.
    """

    DEFAULT_CSS = """
    Box {
        width: 1fr;
        height: 1fr;
        layout: vertical;
        overflow: hidden hidden;
    }
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint one line, and that as often as there are lines; a border needs the long way."""
        if any(edge for edge, _ in self.styles.border):
            return super().render_lines(crop)
        strip = Strip.blank(crop.width, self.visual_style.rich_style)
        for line_filter in self.get_line_filters():
            strip = strip.apply_filter(line_filter, self.background_colors[1])
        return [strip] * crop.height
