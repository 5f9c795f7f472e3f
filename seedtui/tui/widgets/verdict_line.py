"""The verdict: the first thing the eye should meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from seedtui.core.verdict import Verdict

# By the code as text: the first frame has no verdict, and needs nothing of what makes one.
_LOOKS: Final = {"=": "good", "…": "open", "!": "bad", "≠": "odd"}
# Different, and no wonder.
_EXPECTED: Final = frozenset({"request-changed", "unseeded"})


class VerdictLine(Static):
    """A sign and a sentence; the sign says equal or not without colour."""

    DEFAULT_CSS = """
    VerdictLine { height: auto; max-height: 3; padding: 0 1; text-style: bold; }
    VerdictLine.-good { color: $text-success; }
    VerdictLine.-expected { color: $text-primary; }
    VerdictLine.-odd { color: $text-warning; }
    VerdictLine.-bad { color: $text-error; }
    VerdictLine.-open, VerdictLine.-none { color: $text-muted; }
    """

    def __init__(self, otherwise: str = "", *, id: str | None = None) -> None:
        """Make the line.

        Args:
            otherwise: What to say as long as there is no verdict; displayable.
            id: The widget's id.
        """
        super().__init__(otherwise, markup=False, id=id, classes="-none")
        self._shown: tuple[Verdict | None, str] = (None, otherwise)

    def show(self, verdict: Verdict | None, otherwise: str = "") -> None:
        """Show a verdict.

        Args:
            verdict: The verdict.
            otherwise: What to say where there is none; displayable.
        """
        if (verdict, otherwise) == self._shown:
            return
        before, self._shown = self._written(), (verdict, otherwise)
        look = f"-{_look(verdict)}"
        if not self.has_class(look):
            self.set_classes(look)
        now = self._written()
        width = max(1, self.content_size.width)
        # A sentence that grows by a word's number moves nothing on the screen.
        room = cell_len(before) // width != cell_len(now) // width or cell_len(now) > width
        self.update(Content(now), layout=room)

    def _written(self) -> str:
        verdict, otherwise = self._shown
        return f"{verdict.code.sign} {verdict.sentence}" if verdict else otherwise


def _look(verdict: Verdict | None) -> str:
    if verdict is None:
        return "none"
    return "expected" if verdict.code in _EXPECTED else _LOOKS[verdict.code.sign]
