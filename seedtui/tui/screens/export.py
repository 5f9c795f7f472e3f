"""Where an export goes, and in which format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from seedtui.tui.widgets.line_input import LineInput

if TYPE_CHECKING:
    from seedtui.exchange.formats import Format, Marked

_FORMATS: Final[tuple[tuple[Format, str], ...]] = (
    ("html", "a page that opens offline, for a colleague"),
    ("markdown", "for an issue or a notebook"),
    ("patch", "A + patch = B, for the program patch"),
    ("text", "as it is read here"),
    ("json", "verdict, spans and facts, for a program"),
    ("svg", "a picture of the comparison"),
)


@dataclass(frozen=True)
class Destination:
    """Where an export goes: a new file, or the clipboard if there is no path."""

    format: Format
    path: Path | None


class ExportScreen(ModalScreen[Destination | None]):
    """Asks for a format and a path; both have an answer already."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", show=False),
        Binding("ctrl+s,f5", "save", "Save", show=False, priority=True),
        Binding("ctrl+y,f6", "copy", "Copy", show=False, priority=True),
    ]

    AUTO_FOCUS = "OptionList"

    DEFAULT_CSS = """
    ExportScreen { align: center middle; }
    ExportScreen > Vertical {
        width: 76; max-width: 96%; height: auto; max-height: 96%; padding: 1 2; background: $panel;
        border: round $primary; border-title-color: $primary; border-subtitle-color: $text-muted;
    }
    ExportScreen OptionList { height: auto; max-height: 8; border: none; padding: 0; margin: 1 0; background: $panel; }
    ExportScreen OptionList:focus { border: none; }
    ExportScreen #where { color: $text-muted; }
    ExportScreen Horizontal { height: auto; margin-top: 1; align-horizontal: right; }
    ExportScreen Button { margin-left: 2; }
    """

    def __init__(self, marked: Sequence[Marked], what: str) -> None:
        """Make the screen.

        Args:
            marked: What is exported; the file's name is made of it.
            what: The same in words, displayable.
        """
        super().__init__()
        self._marked, self._what = marked, what
        self._offered = ""

    def compose(self) -> ComposeResult:
        """Lay out the formats, the path and the two answers."""
        with Vertical() as box:
            box.border_title = "Export"
            box.border_subtitle = "Enter or F5 saves, F6 copies, Esc leaves"
            yield Static(Content(self._what), markup=False)
            options = [Option(Content.assemble((f"{name:<10}", "bold"), help)) for name, help in _FORMATS]
            yield OptionList(*options, markup=False, compact=True)
            yield Static("to a new file", id="where", markup=False)
            yield LineInput("", "a path")
            with Horizontal():
                yield Button(Content("Save (F5)"), id="save", variant="primary", compact=True)
                yield Button(Content("Copy (F6)"), id="copy", compact=True)

    def on_mount(self) -> None:
        """Offer a path."""
        self.query_one(OptionList).highlighted = 0

    @property
    def format(self) -> Format:
        """The format under the cursor."""
        return _FORMATS[self.query_one(OptionList).highlighted or 0][0]

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Offer a path of the format's kind; one that was typed stays."""
        event.stop()
        from seedtui.exchange.files import free_path
        from seedtui.exchange.formats import suggested_name

        line = self.query_one(LineInput)
        if line.typed in ("", self._offered):
            self._offered = str(free_path(folder_now(), suggested_name(self._marked, self.format)))
            line.typed = self._offered

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Save in the format that Enter was pressed on."""
        event.stop()
        self.action_save()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save under the path that was typed."""
        event.stop()
        self.action_save()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take the button's answer."""
        event.stop()
        (self.action_save if event.button.id == "save" else self.action_copy)()

    def action_save(self) -> None:
        """Answer with the path."""
        typed = self.query_one(LineInput).typed.strip()
        if typed:
            self.dismiss(Destination(self.format, Path(typed)))
        else:
            self.query_one("#where", Static).update("to a new file: write its path here")
            self.query_one(LineInput).focus()

    def action_copy(self) -> None:
        """Answer with the clipboard."""
        self.dismiss(Destination(self.format, None))

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


def folder_now() -> Path:
    """Return where exports are offered to go: here, or at home if this folder is gone."""
    try:
        return Path.cwd()
    except OSError:
        return Path("~")
