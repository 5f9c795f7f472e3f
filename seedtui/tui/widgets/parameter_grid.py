"""The fields of all parameters, in two columns, and the extra JSON under them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from textual import events
from textual.app import ComposeResult

from seedtui.core.parameters import BY_NAME
from seedtui.core.request import Api
from seedtui.tui.widgets.box import Box
from seedtui.tui.widgets.extra_field import ExtraField
from seedtui.tui.widgets.parameter_field import ParameterField

# Two columns, row by row; the seed has a row of its own, room for all its digits.
_ORDER: Final = ("seed", "temperature", "top_p", "max_tokens", "n", "logprobs", "stop")
_WIDE: Final = 60


class ParameterGrid(Box):
    """All parameters' fields and the extra JSON."""

    DEFAULT_CSS = """
    ParameterGrid {
        height: auto;
        layout: grid;
        grid-size: 2;
        grid-rows: auto;
        grid-columns: 22 1fr;
        grid-gutter: 0 1;
        & > ParameterField, & > ExtraField {
            padding: 0 0 0 13;
        }
        & > #field-top_p, & > #field-n, & > #field-stop {
            padding-left: 7;
        }
        & > #field-seed, & > #field-extra {
            column-span: 2;
        }
        & > #field-presence_penalty, & > #field-frequency_penalty {
            column-span: 2;
            padding-left: 19;
        }
        &.-wide {
            grid-columns: 1fr 1fr;
            & > ParameterField, & > ExtraField, & > #field-top_p, & > #field-n, & > #field-stop {
                padding-left: 19;
            }
            & > #field-presence_penalty, & > #field-frequency_penalty {
                column-span: 1;
            }
        }
        & .field--name {
            color: $text-muted;
        }
        & .-bad > .field--name {
            color: $text-error;
            text-style: bold;
        }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        order = dict.fromkeys((*_ORDER, *BY_NAME))
        self._fields = {name: ParameterField(BY_NAME[name]) for name in order}
        self.extra = ExtraField()

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        yield from self._fields.values()
        yield self.extra

    def __iter__(self) -> Iterator[ParameterField]:
        """Go through the fields in the order they stand in."""
        return iter(self._fields.values())

    @property
    def typed(self) -> dict[str, str]:
        """Parameter name to what is typed, for every field that is not empty."""
        return {name: self._fields[name].typed for name in BY_NAME if self._fields[name].typed}

    def load(self, typed: Mapping[str, str], extra: str) -> None:
        """Fill the fields; those that are not named become empty."""
        for name, field in self._fields.items():
            field.typed = typed.get(name, "")
        self.extra.value = extra

    def show_api(self, api: Api) -> None:
        """Show the fields of the parameters that the API has."""
        for field in self._fields.values():
            field.display = api in field.parameter.apis

    def on_resize(self, event: events.Resize) -> None:
        """Put two long names side by side where there is room."""
        self.fit(event.size.width)

    def fit(self, width: int) -> None:
        """Lay out for a width in cells."""
        self.set_class(width >= _WIDE, "-wide")
