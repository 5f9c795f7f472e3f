"""What the screens share that cover the workbench: a title, a sentence, keys, an explanation, a way out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from seedtui.core.text import displayable
from seedtui.tui.widgets.bars import KeyBar, StatusLine

NARROW = 100
"""Below this width, in cells, panes fold into tabs: as on the workbench."""

_Answer = TypeVar("_Answer")


class FullScreen(Screen[_Answer]):
    """A screen over the workbench; Escape and q leave it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Close", show=False),
        Binding("question_mark,f1", "explain", "Help", show=False, priority=False),
    ]
    AUTO_FOCUS = ""

    NAME: ClassVar[str] = ""
    KEYS: ClassVar[Sequence[tuple[str, str]]] = ()
    """The keys for the bar, the most telling first."""
    EXPLAINED: ClassVar[Sequence[tuple[str, str]]] = ()
    """What keys do, and what words mean, for the help."""

    def say(self, text: str, *, error: bool = False) -> None:
        """Put a sentence into the status line; anything is cleaned for display."""
        status = self.query_one(StatusLine)
        status.set_class(error, "-error")
        status.text = displayable(text)

    def show_keys(self) -> None:
        """Fill the key bar."""
        self.query_one(KeyBar).keys = (*self.KEYS, ("?", "Help"), ("Esc", "Close"))

    def action_explain(self) -> None:
        """Explain the screen's keys and words."""
        from seedtui.tui.screens.explaining import ExplainScreen

        self.app.push_screen(ExplainScreen(self.NAME, self.EXPLAINED))

    def action_leave(self) -> None:
        """Go back to where one came from."""
        self.dismiss(None)

    def runs_changed(self) -> None:
        """Say that a run has ended, or that another process has written: what is shown may be old."""
