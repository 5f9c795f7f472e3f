"""What all fields of a form have in common."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

NOT_SENT = "not sent"


class FormField:
    """A mixin for a widget that is a field of a form, or a part of one.

    Attributes:
        field: What `core.draft` calls the field; empty for a part of another field.
        help_text: One line for the user who has it in focus.
    """

    field: str = ""
    help_text: str = ""

    def mark(self, bad: bool) -> None:
        """Show whether what is in the field is wrong."""

    def take_focus(self) -> None:
        """Put the focus where the field is typed into."""


class FieldLabel(Static):
    """A field's name, with an exclamation mark before it if the field is wrong."""

    DEFAULT_CSS = """
    FieldLabel {
        width: auto;
        height: 1;
        color: $text-muted;
    }
    FieldLabel.-bad {
        color: $text-error;
        text-style: bold;
    }
    """

    bad = reactive(False, toggle_class="-bad")

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self) -> Content:
        """Return the label; its first cell is the mark's."""
        return Content(("!" if self.bad else " ") + self._text)
