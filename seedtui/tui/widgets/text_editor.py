"""A box for a text of many lines that holds any text and paints only what is safe."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import TextArea

from seedtui.tui.stand_ins import StandIns

TOO_LONG: Final = 200_000
TOO_MANY_LINES: Final = 5_000
HEAD: Final = 2_000

_STAND_IN_STYLE: Final = Style(reverse=True)
_TAKEN_KEYS: Final = ("f6", "f7")


class TextEditor(TextArea, inherit_bindings=False):
    """A soft-wrapping editor that grows with its text; Tab moves on.

    What it holds is read and set with `value`, never with `text`: `value` is exactly what was
    loaded, typed or pasted, control characters included.

    A text too long to edit here at a bearable pace is kept whole and shown by its beginning.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in TextArea.BINDINGS if not isinstance(binding, Binding) or binding.key not in _TAKEN_KEYS
    ]

    DEFAULT_CSS = """
    TextEditor {
        height: auto;
        min-height: 2;
        max-height: 6;
        padding: 0 1;
        background: transparent;
        scrollbar-size-vertical: 1;
        &:focus {
            background: $foreground 6%;
        }
        & .text-area--placeholder {
            color: $text-muted;
            text-style: dim italic;
        }
    }
    TextEditor.-bad {
        color: $text-error;
        text-style: underline;
    }
    """

    def __init__(self, value: str = "", placeholder: str = "", *, id: str | None = None) -> None:
        self._stand_ins = StandIns(kept="\n\t")
        self._whole: str | None = None
        self._wrapped: tuple[object, int] | None = None
        super().__init__(
            compact=True,
            soft_wrap=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder=placeholder,
            id=id,
        )
        self.cursor_blink = False
        self.match_cursor_bracket = False
        if value:
            self.value = value

    @property
    def value(self) -> str:
        """The text, exactly."""
        return self._stand_ins.reveal(self.text) if self._whole is None else self._whole

    @value.setter
    def value(self, value: str) -> None:
        if value == self.value:
            return
        self._keep(value)
        self.load_text(self._stand_ins.hide(value[:HEAD] if self.is_cut else value))

    @property
    def is_cut(self) -> bool:
        """Whether the text is too long to be edited here, so that only its beginning is shown."""
        return self._whole is not None

    @property
    def note(self) -> str:
        """What a user should know of the text before editing it; mostly nothing."""
        if self._whole is None:
            return ""
        return f"{len(self._whole):,} characters, too long to edit here: this is the beginning. Open it in your editor."

    def replace_value(self, value: str) -> None:
        """Put another text in the place of all there is, so that it can be undone."""
        if self.is_cut or _is_too_long(value):
            self.value = value
        elif value != self.value:
            self.replace(self._stand_ins.hide(value), self.document.start, self.document.end)

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is painted: stand-ins as their pictures, reversed."""
        held = self.document.get_line(line_index)
        line = Text(self._stand_ins.shown(held), end="", no_wrap=True)
        for place in self._stand_ins.places(held):
            line.stylize(_STAND_IN_STYLE, place, place + 1)
        return line

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the text takes.

        TextArea wraps its text when it has got its size, and asks for another layout then. Wrapped
        here, it has the right height at once, in the first frame, too.
        """
        if self._wrapped != (self.wrapped_document, width):
            self._wrapped = (self.wrapped_document, width)
            room = width - self.scrollbar_size_vertical - 1
            self.wrapped_document.wrap(max(0, room), self.indent_width)
            self.set_reactive(Widget.virtual_size, Size(0, self.wrapped_document.height))
        return self.wrapped_document.height

    @property
    def selected_text(self) -> str:
        """The selected text, exactly."""
        return self._stand_ins.reveal(super().selected_text)

    def action_cut(self) -> None:
        """Cut what is selected, or the cursor's line."""
        if self.selection.is_empty:
            row = self.cursor_location[0]
            self.selection = type(self.selection)((row, 0), (row, len(self.document.get_line(row))))
        if not self.read_only and self.selected_text:
            self.app.copy_to_clipboard(self.selected_text)
            self.action_delete_left()

    def action_paste(self) -> None:
        """Paste what was last copied in this app."""
        self._insert(self.app.clipboard)

    async def on_paste(self, event: events.Paste) -> None:
        """Insert what the terminal pastes. Its lines end as the terminal pleases: here, in line feeds."""
        event.prevent_default()
        event.stop()
        self._insert(event.text.replace("\r\n", "\n").replace("\r", "\n"))

    def _insert(self, text: str) -> None:
        if self.read_only or not text:
            return
        result = self.replace(self._stand_ins.hide(text), *self.selection, maintain_selection_offset=False)
        self.move_cursor(result.end_location)
        if _is_too_long(self.text):
            value = self.value
            self._keep(value)
            self.load_text(self._stand_ins.hide(value[:HEAD]))

    def _keep(self, value: str) -> None:
        self._whole = value if _is_too_long(value) else None
        self.read_only = self.is_cut


def _is_too_long(value: str) -> bool:
    return len(value) > TOO_LONG or value.count("\n") > TOO_MANY_LINES
