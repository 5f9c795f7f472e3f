"""One message of a conversation: who speaks, and the text."""

from __future__ import annotations

from textual.app import ComposeResult

from seedtui.core.draft import ROLES, Turn
from seedtui.core.text import one_line
from seedtui.tui.widgets.box import Box
from seedtui.tui.widgets.choice import Choice
from seedtui.tui.widgets.form_field import NOT_SENT, FieldLabel, FormField
from seedtui.tui.widgets.text_editor import TextEditor


class MessageEditor(FormField, Box):
    """A message's role, on a line of its own, above its text.

    Args:
        turn: The message.
    """

    DEFAULT_CSS = """
    MessageEditor {
        height: auto;
    }
    """

    field = "messages"

    @property
    def help_text(self) -> str:  # type: ignore[override]
        """One line on what the message is."""
        return (
            self.editor.note or f"What the {one_line(self._role.value, 40)} says. A message without text is not sent."
        )

    def __init__(self, turn: Turn) -> None:
        super().__init__()
        self._role = Choice(ROLES, turn.role, help_text="Who speaks in this message. Left and right change it.")
        self.editor = TextEditor(turn.text, NOT_SENT)

    def compose(self) -> ComposeResult:
        """Lay out the role and the text."""
        yield self._role
        yield self.editor

    @property
    def turn(self) -> Turn:
        """The message as typed."""
        return Turn(self._role.value, self.editor.value)

    @turn.setter
    def turn(self, turn: Turn) -> None:
        self._role.value = turn.role
        self.editor.value = turn.text

    def mark(self, bad: bool) -> None:
        """Show whether a text is missing here."""
        self._role.mark(bad)

    def take_focus(self) -> None:
        """Put the focus into the text."""
        self.editor.focus()


class PromptEditor(FormField, Box):
    """The one prompt of a completions request."""

    DEFAULT_CSS = """
    PromptEditor {
        height: auto;
    }
    """

    field = "prompt"

    @property
    def help_text(self) -> str:  # type: ignore[override]
        """One line on what the prompt is."""
        return self.editor.note or "The text that the model goes on with."

    def __init__(self, prompt: str) -> None:
        super().__init__(id="field-prompt")
        self._label = FieldLabel("prompt")
        self.editor = TextEditor(prompt, NOT_SENT)

    def compose(self) -> ComposeResult:
        """Lay out the label and the text."""
        yield self._label
        yield self.editor

    def mark(self, bad: bool) -> None:
        """Show whether the prompt is missing."""
        self._label.bad = bad

    def take_focus(self) -> None:
        """Put the focus into the text."""
        self.editor.focus()
