"""What the lists over the workbench share: rows to choose from, each a completion."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from seedtui.tui.pair import Ref

MOST: Final = 500
"""How many runs of one request are looked at, the newest first."""


class ListScreen(ModalScreen[Ref | None]):
    """A list over the workbench; Enter chooses a completion, Escape leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Close", show=False)]

    DEFAULT_CSS = """
    ListScreen { align: center middle; }
    ListScreen > Vertical {
        width: 110; max-width: 96%; height: 80%; padding: 0 1; background: $panel;
        border: round $primary; border-title-color: $primary; border-subtitle-color: $text-muted;
    }
    ListScreen OptionList {
        height: 1fr; border: none; padding: 0; background: $panel; text-wrap: nowrap; text-overflow: ellipsis;
    }
    ListScreen OptionList:focus { border: none; }
    ListScreen #said { height: auto; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    ListScreen #columns { height: 1; color: $text-disabled; text-wrap: nowrap; }
    """

    TITLE_TEXT: ClassVar[str] = ""
    SUBTITLE: ClassVar[str] = "Enter chooses, Esc closes"

    def __init__(self) -> None:
        super().__init__()
        self._refs: list[Ref] = []

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical() as box:
            box.border_title = Content(self.title_text)
            box.border_subtitle = Content(self.SUBTITLE)
            yield from self.above()
            yield Static(Content(self.columns), id="columns", markup=False)
            yield OptionList(markup=False, compact=True, id="rows")
            yield Static("", id="said", markup=False)

    def above(self) -> ComposeResult:
        """Lay out what stands above the list."""
        yield from ()

    @property
    def title_text(self) -> str:
        """What is chosen here, displayable."""
        return self.TITLE_TEXT

    @property
    def columns(self) -> str:
        """What the columns are, displayable."""
        return ""

    @property
    def rows(self) -> OptionList:
        """The list."""
        return self.query_one("#rows", OptionList)

    def say(self, text: str) -> None:
        """Put a sentence under the list; it must be displayable."""
        self.query_one("#said", Static).update(Content(text))

    def fill(self, rows: list[tuple[Ref, Content]]) -> None:
        """Replace the rows."""
        self._refs = []
        self.rows.clear_options()
        self.add(rows)

    def add(self, rows: list[tuple[Ref, Content]]) -> None:
        """Add rows at the end."""
        self._refs += [ref for ref, _ in rows]
        self.rows.add_options([Option(content) for _, content in rows])
        if self.rows.highlighted is None and self._refs:
            self.rows.highlighted = 0

    @property
    def chosen(self) -> Ref | None:
        """The completion under the cursor."""
        at = self.rows.highlighted
        return self._refs[at] if at is not None and at < len(self._refs) else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose the row that Enter or a click was meant for."""
        event.stop()
        self.dismiss(self._refs[event.option_index])

    def action_leave(self) -> None:
        """Leave without a choice."""
        self.dismiss(None)
