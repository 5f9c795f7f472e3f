"""A box for a text of many lines that holds any text and paints only what is safe."""

from __future__ import annotations

from typing import ClassVar, Final, Self

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import expand_text_tabs_from_widths
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import TextArea

from seedtui.tui.stand_ins import StandIns
from seedtui.tui.widgets.long_lines import LongLines, height_of
from seedtui.tui.widgets.parts import LateParts
from seedtui.tui.widgets.text_cursor import blinks

TOO_LONG: Final = 200_000
TOO_MANY_LINES: Final = 5_000
HEAD: Final = 2_000
# More lines than an editor is ever high.
_HIGHEST: Final = 100

_STAND_IN_STYLE: Final = Style(reverse=True)
_UNUSED_PARTS: Final = ("gutter", "cursor-gutter", "cursor-line", "matching-bracket")
_TAKEN_KEYS: Final = ("f6", "f7")


class TextEditor(TextArea, LateParts, inherit_bindings=False, inherit_css=False):
    """A soft-wrapping editor that grows with its text; Tab moves on.

    What it holds is read and set with `value`, never with `text`: `value` is exactly what was
    loaded, typed or pasted, control characters included.

    A text too long to edit here at a bearable pace is kept whole and shown by its beginning.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in TextArea.BINDINGS if not isinstance(binding, Binding) or binding.key not in _TAKEN_KEYS
    ]

    # TextArea's own styles are for frames, line numbers and brackets, and take long to read.
    DEFAULT_CSS = """
    TextEditor {
        width: 1fr;
        height: auto;
        min-height: 2;
        max-height: 6;
        padding: 0 1;
        color: $foreground;
        background: transparent;
        overflow: auto;
        pointer: text;
        scrollbar-size-vertical: 1;
        scrollbar-color: $scrollbar;
        scrollbar-color-hover: $scrollbar-hover;
        scrollbar-color-active: $scrollbar-active;
        scrollbar-background: $scrollbar-background;
        scrollbar-background-hover: $scrollbar-background-hover;
        scrollbar-background-active: $scrollbar-background-active;
        &:focus {
            background: $foreground 6%;
        }
        &.-bad {
            color: $text-error;
            text-style: underline;
        }
        & > .text-area--placeholder {
            color: $text-muted;
            text-style: dim italic;
        }
        & > .text-area--selection {
            background: $input-selection-background;
            color: $input-selection-foreground;
        }
        & > .text-area--cursor {
            color: $input-cursor-foreground;
            background: $input-cursor-background;
            text-style: $input-cursor-text-style;
        }
        &:light > .text-area--cursor {
            color: $text 90%;
            background: $foreground 70%;
        }
        &.-read-only > .text-area--cursor {
            background: $warning-darken-1;
        }
    }
    """

    def __init__(self, value: str = "", placeholder: str = "", *, id: str | None = None) -> None:
        self._stand_ins = StandIns(kept="\n\t")
        self._whole = value if _is_too_long(value) else None
        self._wrapped: tuple[object, int] | None = None
        self._wants_focus = False
        super().__init__(
            self._held(value),
            soft_wrap=True,
            read_only=self.is_cut,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder=placeholder,
            id=id,
        )
        self.cursor_blink = blinks(self)
        self.match_cursor_bracket = False

    @property
    def value(self) -> str:
        """The text, exactly."""
        return self._stand_ins.reveal(self.text) if self._whole is None else self._whole

    @value.setter
    def value(self, value: str) -> None:
        if value == self.value:
            return
        self._keep(value)
        self.load_text(self._held(value))

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

    @property
    def wrapped_document(self) -> LongLines:
        """The text, wrapped, in a way that is cheap to edit."""
        return self._long_lines

    @wrapped_document.setter
    def wrapped_document(self, wrapped: WrappedDocument) -> None:
        # TextArea makes its own for each text.
        self._long_lines = LongLines(wrapped.document, tab_width=self.indent_width)

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is painted: stand-ins as their pictures, reversed."""
        return self._painted(self.document.get_line(line_index))

    def _painted(self, held: str) -> Text:
        line = Text(self._stand_ins.shown(held), end="", no_wrap=True)
        for place in self._stand_ins.places(held):
            line.stylize(_STAND_IN_STYLE, place, place + 1)
        return line

    def _render_line(self, y: int) -> Strip:
        # TextArea's styles and cuts all of a line that is wrapped for each part of it.
        place = y + self.scroll_offset.y
        lines = self.wrapped_document
        if not self.soft_wrap or place >= lines.height:
            return super()._render_line(y)
        row, number = lines.line_of(place)
        start, end, is_last = lines.section(row, number)
        line = self._painted(self.document.get_line(row)[start:end])
        if is_last:
            # Room for the cursor.
            line.pad_right(1)
        self._style_section(line, row, start)
        if not (is_last and not number):
            line = expand_text_tabs_from_widths(line, lines.section_tab_widths(row, start, end))
        else:
            line.expand_tabs(self.indent_width)
        own = self._theme.base_style
        strip = Strip(line.render(self.app.console), line.cell_len)
        strip = strip.extend_cell_length(self.scrollable_content_region.width, own)
        return strip.apply_style(self.rich_style if own is None else own)

    def _style_section(self, line: Text, row: int, start: int) -> None:
        """Show the selection and the cursor in a part of a line."""
        theme = self._theme
        (top, first), (bottom, last) = sorted(self.selection)
        cursor_row, cursor = self.cursor_location
        length = len(self.document.get_line(row))
        style = theme.selection_style
        if style and not self.selection.is_empty and top <= row <= bottom:
            if not length and row != cursor_row:
                line.plain = "▌"
                line.stylize(Style(color=style.bgcolor))
            else:
                first, last = first if row == top else 0, last if row == bottom else length
                line.stylize(style, max(0, first - start), max(0, last - start))
        if theme.cursor_style and row == cursor_row and cursor >= start and self._draw_cursor:
            line.stylize(theme.cursor_style, cursor - start, cursor - start + 1)

    def focus(self, scroll_visible: bool = True) -> Self:
        """Take the focus; one that is about to be mounted takes it then."""
        if self.is_attached:
            return super().focus(scroll_visible)
        self._wants_focus = True
        return self

    def on_mount(self) -> None:
        """Take the focus if it was asked for too early."""
        if self._wants_focus:
            self.focus()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the text takes.

        TextArea wraps its text when it has got its size, and asks for another layout then. Wrapped
        here, it has the right height at once, in the first frame, too.
        """
        room = max(0, width - self.scrollbar_size_vertical - 1)
        # Its size is asked for only once it has one: before, the screen would lay everything out to find it.
        if self.outer_size.width and self.size.width not in (0, width):
            # Asked for a width that it does not have, perhaps only to weigh it up: to wrap the text itself
            # for that one would have it wrapped back, and laid out again, without end.
            return height_of(self.document, room, self.indent_width, _HIGHEST)
        if self._wrapped != (self.wrapped_document, width):
            self._wrapped = (self.wrapped_document, width)
            self.wrapped_document.wrap(room, self.indent_width)
            self.set_reactive(Widget.virtual_size, Size(0, self.wrapped_document.height))
        return self.wrapped_document.height

    def _refresh_size(self) -> None:
        """Take in how many lines there are; where that moves nothing but the scroll bar, nothing is laid out anew."""
        lines, height = self.wrapped_document.height, self.size.height
        if self.soft_wrap and min(lines, self.virtual_size.height) > height > 0 and self.show_vertical_scrollbar:
            size = Size(0, lines)
            if size != self.virtual_size:
                self.set_reactive(Widget.virtual_size, size)
                # In the frame of the key that did it. Until here, there was no line to scroll to.
                self._scroll_update(size)
                self.scroll_cursor_visible()
        else:
            super()._refresh_size()

    def get_component_rich_style(self, *names: str, partial: bool = False, default: Style | None = None) -> Style:
        """Return the style of a part; an empty one for the line numbers and so on that this editor does without."""
        if names[0].removeprefix("text-area--") in _UNUSED_PARTS:
            return Style()
        return super().get_component_rich_style(*names, partial=partial, default=default)

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
            self.load_text(self._held(value))

    def _held(self, value: str) -> str:
        return self._stand_ins.hide(value[:HEAD] if self.is_cut else value)

    def _keep(self, value: str) -> None:
        self._whole = value if _is_too_long(value) else None
        self.read_only = self.is_cut


def _is_too_long(value: str) -> bool:
    return len(value) > TOO_LONG or value.count("\n") > TOO_MANY_LINES
