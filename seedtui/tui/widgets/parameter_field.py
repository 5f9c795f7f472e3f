"""The field of one parameter: its name, and what is typed, or that it is not sent."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from seedtui.core.parameters import Parameter
from seedtui.tui.widgets.form_field import NOT_SENT, FormField
from seedtui.tui.widgets.line_input import LineInput


class ParameterField(FormField, LineInput):
    """An input with the parameter's name before it, painted into its left padding.

    A name that is a widget of its own, and a box around the two, would triple what the form costs
    to set up.

    Args:
        parameter: The parameter.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"parameter-field--name"}

    DEFAULT_CSS = """
    ParameterField {
        & > .parameter-field--name {
            color: $text-muted;
        }
        &.-bad > .parameter-field--name {
            color: $text-error;
            text-style: bold;
        }
    }
    """

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(placeholder=NOT_SENT, id=f"field-{parameter.name}")
        self.parameter = parameter
        self.field = parameter.name
        self.help_text = parameter.help

    def mark(self, bad: bool) -> None:
        """Show whether what is typed cannot be sent."""
        self.set_class(bad, "-bad")

    def take_focus(self) -> None:
        """Put the focus here."""
        self.focus()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint the name, after an exclamation mark if the field is wrong, and the input."""
        strips = super().render_lines(crop)
        width = self.styles.padding.left
        text = ("!" if self.has_class("-bad") else " ") + self.parameter.name
        style = self.get_component_rich_style("parameter-field--name")
        name = Strip([Segment(text, style)], len(text)).adjust_cell_length(width, self.rich_style)
        return [
            Strip.join([name.crop(crop.x, crop.right), strip.crop(max(0, width - crop.x))])
            if crop.y + row == 0
            else strip
            for row, strip in enumerate(strips)
        ]
