"""The lines below the filter: what is wrong with it."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from seedtui.core.text import displayable


class FilterHint(Static):
    """What keeps a filter from being used, after an exclamation mark; nothing while it is in use."""

    DEFAULT_CSS = """
    FilterHint { height: auto; max-height: 5; padding: 0 1; color: $text-error; display: none; }
    FilterHint.-unfinished { color: $text-muted; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)

    def show(self, problem: str, *, unfinished: bool = False) -> None:
        """Say what is wrong.

        Args:
            problem: A sentence; empty if nothing is.
            unfinished: Whether it is only that more has to be typed.
        """
        self.display = bool(problem)
        self.set_class(unfinished, "-unfinished")
        self.update(Content(f"{'' if unfinished else '! '}{displayable(problem)}"))
