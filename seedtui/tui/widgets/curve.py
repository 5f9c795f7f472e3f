"""The survival curve: how many pairs of completions are still equal after so many words."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from seedtui.core.agreement.plot import AXIS, curve_lines, level_phrases
from seedtui.core.agreement.survival import Survival
from seedtui.core.layout.cells import joined


class Curve(Static):
    """A plot in characters, and the same in numbers below it."""

    DEFAULT_CSS = """
    Curve { height: 1fr; padding: 0 1; color: $text-muted; text-wrap: nowrap; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)
        self._curve: Survival | None = None
        self._n = 0

    def show(self, curve: Survival, n: int) -> None:
        """Show a curve.

        Args:
            curve: The curve.
            n: How many completions it is of.
        """
        self._curve, self._n = curve, n
        self.refresh()

    def render(self) -> Content:
        """Paint the curve."""
        width, height = self.content_size
        if self._curve is None or self._n < 2:
            return Content("One completion makes no pair." if self._n else "")
        numbers = list(joined(level_phrases(self._curve), max(1, width), cell_len))
        room = min(height - len(numbers), max(5, self.app.size.height // 3 - len(numbers)))
        *area, axis, marks = curve_lines(self._curve, min(width, 100), room) or ["", ""]
        plot = [Content.assemble(line[:AXIS], (line[AXIS:], "$primary-muted")) for line in area]
        if area:
            plot += [Content(axis), Content(marks)]
        return Content("\n").join([*plot, *(Content.styled(line, "$foreground") for line in numbers)])
