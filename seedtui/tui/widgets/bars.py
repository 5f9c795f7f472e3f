"""One-line bars: pane titles, the tabs of narrow terminals, the status line, the key bar."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static


class PaneTitle(Static):
    """The name of a pane, and a few words on what is in it."""

    DEFAULT_CSS = """
    PaneTitle { height: 1; padding: 0 1; background: $panel; color: $text-muted; text-wrap: nowrap; }
    PaneTitle.-active { color: $primary; text-style: bold; }
    """

    title: reactive[str] = reactive("", layout=False)
    detail: reactive[str] = reactive("", layout=False)

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)
        self.set_reactive(PaneTitle.title, title)

    def render(self) -> Content:
        """Paint the title, with the detail at the right edge."""
        gap = self.content_size.width - cell_len(self.title) - cell_len(self.detail)
        if gap < 2:
            return Content(self.title)
        return Content.assemble((self.title, ""), " " * gap, (self.detail, ""))


class TabBar(Static):
    """The panes of a narrow terminal, one of them open."""

    DEFAULT_CSS = """
    TabBar { height: 1; background: $panel; color: $text-muted; }
    """

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, pane: str) -> None:
            super().__init__()
            self.pane = pane

    active: reactive[str] = reactive("", layout=False)

    def __init__(self, panes: Sequence[tuple[str, str]], *, id: str | None = None) -> None:
        """Make a tab bar.

        Args:
            panes: Each pane's id and its label.
            id: The widget's id.
        """
        super().__init__(markup=False, id=id)
        self._panes = list(panes)

    def render(self) -> Content:
        """Paint the tabs; the open one is in brackets, so that colour is not the only sign."""
        parts = []
        for pane, label in self._panes:
            active = pane == self.active
            parts.append((f"[{label}]" if active else f" {label} ", "bold $primary" if active else ""))
            parts.append((" ", ""))
        return Content.assemble(" ", *parts)

    def on_click(self, event: object) -> None:
        """Open the tab under the mouse."""
        at = getattr(event, "x", 0) - 1
        for pane, label in self._panes:
            width = cell_len(label) + 3
            if 0 <= at < width:
                self.post_message(self.Chosen(pane))
                return
            at -= width


class StatusLine(Static):
    """What is going on, and what just happened."""

    DEFAULT_CSS = """
    StatusLine { height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    StatusLine.-error { color: $text-error; text-style: bold; }
    """

    text: reactive[str] = reactive("", layout=False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)

    def render(self) -> Content:
        """Paint the text, which must be displayable."""
        return Content(self.text)


class KeyBar(Static):
    """The keys that matter where the focus is, as many as fit."""

    DEFAULT_CSS = """
    KeyBar { height: 1; padding: 0 1; background: $panel; text-wrap: nowrap; }
    """

    keys: reactive[tuple[tuple[str, str], ...]] = reactive((), layout=False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)

    def render(self) -> Content:
        """Paint key and title, leaving out whole entries rather than cutting one."""
        parts: list[tuple[str, str]] = []
        room = self.content_size.width
        for key, title in self.keys:
            cells = cell_len(key) + cell_len(title) + 1
            if cells > room:
                break
            parts += [(key, "bold $primary"), (f" {title}  ", "$text-muted")]
            room -= cells + 2
        return Content.assemble(*parts)
