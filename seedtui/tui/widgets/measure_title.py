"""The line at the top of a screen that measures: its name, and what it is about."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from seedtui.core.layout.cells import cut, joined

_LEAST_WORDS = 20


class MeasureTitle(Static):
    """A screen's name, and phrases beside it, of which the first is shortened where there is little room."""

    DEFAULT_CSS = """
    MeasureTitle { height: 1; padding: 0 1; color: $text-muted; background: $panel; text-wrap: nowrap; }
    """

    def __init__(self, name: str, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)
        self._screen = name
        self._phrases: Sequence[str] = ()
        self._detail = ""

    def show(self, phrases: Sequence[str], detail: str = "") -> None:
        """Show what the screen is about.

        Args:
            phrases: Displayable; the first may be long.
            detail: What stands at the right edge.
        """
        self._phrases, self._detail = phrases, detail
        self.refresh()

    def render(self) -> Content:
        """Paint the line."""
        detail = f"  {self._detail}" if self._detail else ""
        room = max(0, self.content_size.width - cell_len(self._screen) - 2 - cell_len(detail))
        # Whole phrases: half of one would mislead.
        rest = next(joined(self._phrases[1:], max(1, room - _LEAST_WORDS), cell_len), "")
        words = cut(self._phrases[0], room - cell_len(rest) - 3, cell_len) if self._phrases else ""
        said = cut(f"{words} · {rest}" if rest else words, room, cell_len)
        gap = " " * (room - cell_len(said))
        return Content.assemble((self._screen, "bold $primary"), f"  {said}{gap}{detail}")
