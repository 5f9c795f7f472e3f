"""The model to ask for: free text, with the endpoint's own list to pick from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from seedtui.core.text import displayable, one_line
from seedtui.tui.widgets.box import Box
from seedtui.tui.widgets.form_field import FormField
from seedtui.tui.widgets.line_input import LineInput

# A list of many thousand options takes seconds to lay out; typing narrows it.
_MOST: Final = 300


class _Models(Suggester):
    """Suggests the first model that begins with what was typed."""

    def __init__(self) -> None:
        super().__init__(use_cache=False)
        self.names: tuple[str, ...] = ()

    async def get_suggestion(self, value: str) -> str | None:
        """Return a model's name; never one that could not be painted as it is."""
        fitting = (name for name in self.names if name.casefold().startswith(value))
        return next((name for name in fitting if displayable(name) == name), None)


class ModelList(OptionList, can_focus=False):
    """The list that lies over what is under the field."""

    DEFAULT_CSS = """
    ModelList {
        overlay: screen;
        constrain: none inside;
        width: 1fr;
        height: auto;
        max-height: 10;
        border: none;
        padding: 0;
        background: $panel;
        scrollbar-size-vertical: 1;
        & > .option-list--option {
            padding: 0 1;
        }
        & > .option-list--option-highlighted {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: bold;
        }
    }
    """


class ModelField(FormField, Box):
    """An input that suggests, and a list that opens under it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+@,ctrl+space", "next", "Models", show=False),
        Binding("up", "previous", "Previous model", show=False),
        Binding("escape", "close", "Close the list", show=False),
    ]

    DEFAULT_CSS = """
    ModelField {
        width: 1fr;
        height: auto;
    }
    """

    field = "model"

    class Wanted(Message):
        """Somebody is about to name a model, and none are known to pick from."""

    def __init__(self, model: str) -> None:
        super().__init__(id="field-model")
        self._suggester = _Models()
        self._input = LineInput(model, "name a model", suggester=self._suggester)
        # Mounted when it is first opened.
        self._list = ModelList(markup=False)
        self._shown: list[str] = []

    def compose(self) -> ComposeResult:
        """Lay out the input."""
        yield self._input

    @property
    def help_text(self) -> str:  # type: ignore[override]
        """One line on what may be typed, and how many models there are to pick from."""
        if not self.models:
            return "The model to ask for, as the endpoint names it."
        return f"The model to ask for. Down lists the {len(self.models)} that the endpoint names."

    @property
    def model(self) -> str:
        """What is typed, exactly."""
        return self._input.typed

    @model.setter
    def model(self, model: str) -> None:
        self.close()
        self._input.typed = model

    @property
    def models(self) -> tuple[str, ...]:
        """The models to pick from."""
        return self._suggester.names

    @models.setter
    def models(self, models: Sequence[str]) -> None:
        self._suggester.names = tuple(dict.fromkeys(models))
        if self.is_open:
            self._fill(self._fitting())

    @property
    def is_open(self) -> bool:
        """Whether the list is open."""
        return self._list.is_attached and self._list.display

    def on_descendant_focus(self) -> None:
        """Ask what there is to pick from."""
        if not self.models:
            self.post_message(self.Wanted())

    def mark(self, bad: bool) -> None:
        """Show whether a model is missing."""
        self._input.set_class(bad, "-bad")

    def take_focus(self) -> None:
        """Put the focus into the input."""
        self._input.focus()

    def close(self) -> None:
        """Close the list, picking nothing."""
        self._list.display = False

    def action_next(self) -> None:
        """Open the list, or go down in it."""
        if self.is_open:
            self._list.action_cursor_down()
            return
        if not self._list.is_attached:
            self.mount(self._list)
        everything = self.model in self.models
        self._fill(list(self.models) if everything else self._fitting() or list(self.models))
        self._list.display = True

    def action_previous(self) -> None:
        """Go up in the open list."""
        if not self.is_open:
            raise SkipAction
        self._list.action_cursor_up()

    def action_close(self) -> None:
        """Close the list."""
        if not self.is_open:
            raise SkipAction
        self.close()

    @on(Input.Changed)
    def _narrow(self) -> None:
        if self.is_open:
            self._fill(self._fitting())

    @on(Input.Submitted)
    def _pick_highlighted(self) -> None:
        index = self._list.highlighted
        if self.is_open and index is not None:
            self._pick(index)

    @on(Input.Blurred)
    def _leave(self) -> None:
        self.close()

    @on(OptionList.OptionSelected)
    def _pick_clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._pick(event.option_index)

    @on(OptionList.OptionHighlighted)
    def _ignore_highlight(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()

    def _pick(self, index: int) -> None:
        if index < len(self._shown):
            self.model = self._shown[index]
        self.close()

    def _fitting(self) -> list[str]:
        wanted = self.model.strip().casefold()
        return [name for name in self.models if wanted in name.casefold()]

    def _fill(self, names: list[str]) -> None:
        self._shown = names[:_MOST]
        options = [Option(Content(one_line(name))) for name in self._shown]
        if not names:
            why = "No model fits: what is typed is asked for." if self.models else "The endpoint has named none yet."
            options.append(Option(Content(why), disabled=True))
        elif len(names) > _MOST:
            options.append(Option(Content(f"{len(names) - _MOST} more: type to narrow"), disabled=True))
        self._list.clear_options()
        self._list.add_options(options)
        self._list.highlighted = (
            self._shown.index(self.model) if self.model in self._shown else None if not names else 0
        )
