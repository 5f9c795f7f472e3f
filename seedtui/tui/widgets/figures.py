"""The sentence that an agreement comes to, and its figures below it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from seedtui.core.layout.cells import broken, joined


class Figures(Static):
    """A bold sentence; its figures with their intervals."""

    DEFAULT_CSS = """
    Figures { height: auto; padding: 0 1; color: $text-muted; text-wrap: nowrap; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)
        self._sentence = ""
        self._figures: Sequence[str] = ()

    def show(self, sentence: str, figures: Sequence[str] = ()) -> None:
        """Show a sentence and figures, all displayable."""
        if (sentence, figures) == (self._sentence, self._figures):
            return
        width = self.content_size.width
        before, self._sentence, self._figures = len(self._lines(width)), sentence, figures
        self.refresh(layout=not width or before != len(self._lines(width)))

    def _lines(self, width: int) -> list[Content]:
        room = max(20, width)
        said = [Content.styled(line, "bold $foreground") for line in broken(self._sentence, room, cell_len)]
        return [*said, *map(Content, joined(self._figures, room, cell_len))]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines there are at this width."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Paint the lines."""
        return Content("\n").join(self._lines(self.content_size.width))
