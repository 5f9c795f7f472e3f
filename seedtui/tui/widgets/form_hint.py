"""The lines at the foot of the form: what is wrong, or what the field in focus is for."""

from __future__ import annotations

from typing import Final

from textual import events
from textual.content import Content
from textual.widgets import Static

from seedtui.core.text import displayable

_WIDE: Final = 60


class FormHint(Static):
    """A help text, dim, or a problem after an exclamation mark. Its height never changes."""

    DEFAULT_CSS = """
    FormHint {
        dock: bottom;
        height: 3;
        padding: 0 1;
        color: $text-muted;
        &.-wide {
            height: 2;
        }
        &.-problem {
            color: $text-error;
        }
    }
    """

    def on_resize(self, event: events.Resize) -> None:
        """Take the lines that the longest text needs."""
        self.fit(event.size.width)

    def fit(self, width: int) -> None:
        """Lay out for a width in cells."""
        self.set_class(width >= _WIDE, "-wide")

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[str | None, str] = (None, "")

    def show(self, problem: str | None, help_text: str) -> None:
        """Show the problem if there is one, else the help."""
        if (problem, help_text) == self._shown:
            return
        self._shown = (problem, help_text)
        self.set_class(problem is not None, "-problem")
        text = displayable(help_text if problem is None else problem)
        self.update(Content(text) if problem is None else Content.assemble(("! ", "bold"), Content(text)))
