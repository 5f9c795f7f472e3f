"""A field of one line that holds any text and paints only what is safe."""

from __future__ import annotations

from rich.highlighter import Highlighter
from rich.text import Text
from textual import events
from textual.suggester import Suggester
from textual.widgets import Input

from seedtui.tui.stand_ins import StandIns
from seedtui.tui.widgets.parts import LateParts
from seedtui.tui.widgets.text_cursor import blinks


class _Pictures(Highlighter):
    """Paints stand-ins as their pictures."""

    def __init__(self, stand_ins: StandIns) -> None:
        self._stand_ins = stand_ins

    def highlight(self, text: Text) -> None:
        places = self._stand_ins.places(text.plain)
        text.plain = self._stand_ins.shown(text.plain)
        for place in places:
            text.stylize("reverse", place, place + 1)


class LineInput(Input, LateParts, inherit_css=False):
    """An input without a frame.

    What it holds is read and set with `typed`, never with `value`: `typed` is exactly what was
    loaded, typed or pasted, control characters included.
    """

    # Of Input's own styles only the cursor and the selection are wanted: without its frame there
    # is nothing to undo, and no class to set for that.
    DEFAULT_CSS = """
    LineInput {
        width: 1fr;
        height: 1;
        background: transparent;
        color: $text;
        overflow: auto;
        scrollbar-size: 0 0;
        pointer: text;
        &:focus {
            background: $foreground 6%;
            background-tint: $foreground 5%;
        }
        & > .input--cursor {
            background: $input-cursor-background;
            color: $input-cursor-foreground;
            text-style: $input-cursor-text-style;
        }
        & > .input--selection {
            background: $input-selection-background;
            color: $input-selection-foreground;
        }
        & > .input--suggestion {
            color: $text-disabled;
        }
        & > .input--placeholder {
            color: $text-muted;
            text-style: dim italic;
        }
        &.-bad {
            color: $text-error;
            text-style: underline;
        }
    }
    """

    def __init__(
        self, typed: str = "", placeholder: str = "", *, suggester: Suggester | None = None, id: str | None = None
    ) -> None:
        self._stand_ins = StandIns()
        super().__init__(
            self._stand_ins.hide(typed),
            placeholder,
            highlighter=_Pictures(self._stand_ins),
            select_on_focus=False,
            id=id,
        )
        self.cursor_blink = blinks(self)
        self.suggester = suggester

    @property
    def typed(self) -> str:
        """What was typed, exactly."""
        return self._stand_ins.reveal(self.value)

    @typed.setter
    def typed(self, typed: str) -> None:
        if typed != self.typed:
            self.value = self._stand_ins.hide(typed)
            self.cursor_position = len(self.value)

    def validate(self, value: str) -> None:
        """Check nothing: the form does, and the class that says so would style the field once more."""

    @property
    def selected_text(self) -> str:
        """The selected text, exactly."""
        return self._stand_ins.reveal(super().selected_text)

    def action_paste(self) -> None:
        """Paste what was last copied in this app."""
        self._insert(self.app.clipboard)

    def on_paste(self, event: events.Paste) -> None:
        """Insert what the terminal pastes; line ends around it are not part of it."""
        event.prevent_default()
        event.stop()
        self._insert(event.text)

    def on_blur(self) -> None:
        """Empty a field that holds white space only: it looks as unset as it is."""
        if self.value and not self.typed.strip():
            self.value = ""

    def _insert(self, text: str) -> None:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
        self.replace(self._stand_ins.hide(lines), *self.selection)
