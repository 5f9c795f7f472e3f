"""The field for all that has no field of its own: a JSON object."""

from __future__ import annotations

from seedtui.tui.widgets.form_field import NOT_SENT
from seedtui.tui.widgets.named_field import NamedField
from seedtui.tui.widgets.text_editor import TextEditor


class ExtraField(TextEditor, NamedField):
    """An editor with the extra JSON's name before it."""

    DEFAULT_CSS = """
    ExtraField {
        min-height: 1;
        max-height: 4;
    }
    """

    field = "extra"
    label = "extra JSON"

    @property
    def help_text(self) -> str:  # type: ignore[override]
        """One line on what may be typed."""
        return self.note or 'Further fields of the request body, as a JSON object like {"top_k": 40}.'

    def __init__(self) -> None:
        super().__init__(placeholder=NOT_SENT, id="field-extra")
