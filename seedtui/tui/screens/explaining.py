"""What a screen's keys do, and what its words mean."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from seedtui.tui.screens.help import HelpScreen, entry


class ExplainScreen(HelpScreen):
    """The help of one screen, over it."""

    def __init__(self, title: str, entries: Sequence[tuple[str, str]]) -> None:
        """Make the help.

        Args:
            title: The screen's name.
            entries: Keys and words, and what they do or mean; an empty meaning makes a heading.
        """
        super().__init__({})
        self._about, self._entries = title, entries

    def compose(self) -> ComposeResult:
        """Lay out the help."""
        lines: list[Content] = []
        for name, meaning in self._entries:
            if meaning:
                lines += entry(name, meaning)
            else:
                lines += [*([Content("")] if lines else []), Content.styled(name, "bold $primary")]
        with VerticalScroll() as body:
            body.border_title = f"Help: {self._about}"
            body.border_subtitle = "Esc closes"
            yield Static(Content("\n").join(lines), markup=False)
