"""A field whose name is painted into its left padding."""

from __future__ import annotations

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from seedtui.tui.widgets.form_field import FormField
from seedtui.tui.widgets.parts import LateParts


class NamedField(LateParts, FormField):
    """A base to stand behind the widget that is typed into.

    A name that is a widget of its own, and a box around the two, would triple what the form costs
    to set up.
    """

    label: str = ""
    """What is painted: the field's name for people."""

    def mark(self, bad: bool) -> None:
        """Show whether what is typed cannot be sent."""
        self.set_class(bad, "-bad")

    def take_focus(self) -> None:
        """Put the focus here."""
        self.focus()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint the name, after an exclamation mark if the field is wrong, and the rest."""
        strips = super().render_lines(crop)
        if crop.y or not strips:
            return strips
        width = self.styles.padding.left
        text = ("!" if self.has_class("-bad") else " ") + self.label
        style = self.get_component_rich_style("field--name")
        name = Strip([Segment(text, style)], len(text)).adjust_cell_length(width, self.rich_style)
        for line_filter in self.get_line_filters():
            name = name.apply_filter(line_filter, self.background_colors[1])
        first = Strip.join([name.crop(crop.x, crop.right), strips[0].crop(max(0, width - crop.x))])
        return [first, *strips[1:]]
