"""A choice of one among a few words, on one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from seedtui.core.text import one_line
from seedtui.tui.widgets.form_field import FormField


class Choice(FormField, Widget, can_focus=True):
    """One of several values, changed with the arrow keys, Enter, Space or a click.

    Args:
        options: The values to choose from.
        value: The one that is chosen. One that is not among the options joins them.
        labels: What to show for each option; the options themselves if left out.
        spread: Show all options side by side instead of the chosen one alone.
        field: The form field's name, if it is one.
        help_text: One line for the user who has it in focus.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up", "step(-1)", "Previous", show=False),
        Binding("right,down,enter,space", "step(1)", "Next", show=False),
    ]

    DEFAULT_CSS = """
    Choice {
        width: auto;
        height: 1;
        color: $text-muted;
        pointer: pointer;
        &:focus {
            color: $text-accent;
            text-style: bold;
        }
        &.-bad {
            color: $text-error;
            text-style: bold;
        }
    }
    """

    value = reactive("", layout=True)
    bad = reactive(False, toggle_class="-bad")

    @dataclass(eq=False, repr=False)
    class Changed(Message):
        """The user chose another value."""

        choice: Choice
        before: str
        value: str

        @property
        def control(self) -> Choice:
            """The widget that sent the message."""
            return self.choice

    def __init__(
        self,
        options: Sequence[str],
        value: str = "",
        *,
        labels: Sequence[str] = (),
        spread: bool = False,
        field: str = "",
        help_text: str = "",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.field = field
        self.help_text = help_text
        self._options = tuple(options)
        self._labels = dict(zip(options, labels, strict=True)) if labels else {}
        self._spread = spread
        self.set_reactive(Choice.value, value or next(iter(options), ""))

    @property
    def options(self) -> tuple[str, ...]:
        """The values to choose from."""
        known = not self.value or self.value in self._options
        return self._options if known else (*self._options, self.value)

    def set_options(self, options: Sequence[str]) -> None:
        """Offer other values. The chosen one stays, even if it is none of them."""
        self._options = tuple(options)
        self.value = self.value or next(iter(options), "")
        self.refresh(layout=True)

    def mark(self, bad: bool) -> None:
        """Show whether the choice is wrong."""
        self.bad = bad

    def take_focus(self) -> None:
        """Put the focus here."""
        self.focus()

    def render(self) -> Content:
        """Return the chosen value, or all of them, between arrows while in focus."""
        before, after = ("‹", "›") if self.has_focus else (" ", " ")
        before = "!" if self.bad else before
        if not self._spread:
            return Content(before + self._label(self.value) + after)
        chosen = "bold underline" if self.has_focus else "bold underline $text"
        labels = [
            Content.styled(self._label(option), chosen if option == self.value else "not bold $foreground 60%")
            for option in self.options
        ]
        return Content.assemble(before, Content("  ").join(labels), after)

    def action_step(self, step: int) -> None:
        """Choose the next or the previous value, around the end."""
        options = self.options
        if len(options) > 1:
            self._choose(options[(options.index(self.value) + step) % len(options)])

    def on_click(self, event: events.Click) -> None:
        """Choose the option that was clicked, or the next."""
        event.stop()
        clicked = self._option_at(event.x - 1) if self._spread else None
        if clicked is not None:
            self._choose(clicked)
        elif not self._spread:
            self.action_step(1)

    def _option_at(self, x: int) -> str | None:
        start = 0
        for option in self.options:
            end = start + Content(self._label(option)).cell_length
            if start <= x < end:
                return option
            start = end + 2
        return None

    def _choose(self, value: str) -> None:
        if value != self.value:
            before, self.value = self.value, value
            self.post_message(self.Changed(self, before, value))

    def _label(self, option: str) -> str:
        return self._labels.get(option) or one_line(option, 40)
