"""A line to type into, for one question."""

from __future__ import annotations

from collections.abc import Callable

from seedtui.tui.widgets.line_input import LineInput


class Prompt(LineInput):
    """Asks for a word or a number; Enter answers, Escape leaves."""

    DEFAULT_CSS = """
    Prompt { padding: 0 1; background: $surface; }
    """

    def __init__(self, placeholder: str, then: Callable[[str], None], text: str = "") -> None:
        """Make the line.

        Args:
            placeholder: What is asked for, displayable.
            then: Takes what was typed.
            text: What stands there at first.
        """
        super().__init__(text, placeholder)
        self.then = then

    def on_mount(self) -> None:
        """Select what stands there: it is meant to be typed over."""
        self.action_select_all()
