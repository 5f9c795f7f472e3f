"""The field for all that has no field of its own: a JSON object."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from seedtui.tui.widgets.form_field import NOT_SENT, FieldLabel, FormField
from seedtui.tui.widgets.text_editor import TextEditor


class ExtraField(FormField, Horizontal):
    """The extra JSON's name and editor."""

    DEFAULT_CSS = """
    ExtraField {
        height: auto;
        & > TextEditor {
            min-height: 1;
            max-height: 4;
            padding: 0;
        }
    }
    """

    field = "extra"

    @property
    def help_text(self) -> str:  # type: ignore[override]
        """One line on what may be typed."""
        return self.editor.note or 'Further fields of the request body, as a JSON object like {"top_k": 40}.'

    def __init__(self) -> None:
        super().__init__(id="field-extra")
        self._label = FieldLabel("extra JSON")
        self.editor = TextEditor(placeholder=NOT_SENT)

    def compose(self) -> ComposeResult:
        """Lay out the name and the editor."""
        yield self._label
        yield self.editor

    def mark(self, bad: bool) -> None:
        """Show whether what is typed cannot be sent."""
        self._label.bad = bad
        self.editor.set_class(bad, "-bad")

    def take_focus(self) -> None:
        """Put the focus into the editor."""
        self.editor.focus()
