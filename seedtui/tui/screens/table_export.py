"""Where a table of agreement goes, and in which format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from seedtui.tui.screens.export import folder_now
from seedtui.tui.widgets.line_input import LineInput

if TYPE_CHECKING:
    from seedtui.exchange.agreement.report import AgreementFormat

_FORMATS: Final[tuple[tuple[AgreementFormat, str, str], ...]] = (
    ("csv", "csv", "for a spreadsheet or a data frame"),
    ("markdown", "md", "for an issue, a notebook or a paper's draft"),
    ("json", "json", "everything that is known, as seedtui agree --json"),
)


@dataclass(frozen=True)
class TableDestination:
    """Where a table goes: a new file."""

    format: AgreementFormat
    path: Path


class TableExportScreen(ModalScreen[TableDestination | None]):
    """Asks for a format and a path; both have an answer already."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", show=False),
        Binding("ctrl+s,f5", "save", "Save", show=False, priority=True),
    ]
    AUTO_FOCUS = "OptionList"

    DEFAULT_CSS = """
    TableExportScreen { align: center middle; }
    TableExportScreen > Vertical {
        width: 76; max-width: 96%; height: auto; max-height: 96%; padding: 1 2; background: $panel;
        border: round $primary; border-title-color: $primary; border-subtitle-color: $text-muted;
    }
    TableExportScreen OptionList { height: auto; border: none; padding: 0; margin: 1 0; background: $panel; }
    TableExportScreen OptionList:focus { border: none; }
    TableExportScreen #where { color: $text-muted; }
    """

    def __init__(self, what: str) -> None:
        """Make the screen.

        Args:
            what: What is saved, displayable.
        """
        super().__init__()
        self._what = what
        self._offered = ""

    def compose(self) -> ComposeResult:
        """Lay out the formats and the path."""
        with Vertical() as box:
            box.border_title = "Save the table"
            box.border_subtitle = "Enter or F5 saves, Esc leaves"
            yield Static(Content(self._what), markup=False)
            options = [Option(Content.assemble((f"{name:<10}", "bold"), help)) for name, _, help in _FORMATS]
            yield OptionList(*options, markup=False, compact=True)
            yield Static("to a new file", id="where", markup=False)
            yield LineInput("", "a path")

    def on_mount(self) -> None:
        """Offer a path."""
        self.query_one(OptionList).highlighted = 0

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Offer a path of the format's kind; one that was typed stays."""
        event.stop()
        from seedtui.exchange.files import free_path

        line = self.query_one(LineInput)
        if line.typed in ("", self._offered):
            self._offered = str(free_path(folder_now(), f"seedtui-agreement.{_FORMATS[event.option_index][1]}"))
            line.typed = self._offered

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Save in the format that Enter was pressed on."""
        event.stop()
        self.action_save()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save under the path that was typed."""
        event.stop()
        self.action_save()

    def action_save(self) -> None:
        """Answer with the path."""
        typed = self.query_one(LineInput).typed.strip()
        if typed:
            self.dismiss(TableDestination(_FORMATS[self.query_one(OptionList).highlighted or 0][0], Path(typed)))
        else:
            self.query_one("#where", Static).update("to a new file: write its path here")
            self.query_one(LineInput).focus()

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
