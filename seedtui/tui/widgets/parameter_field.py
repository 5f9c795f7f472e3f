"""The field of one parameter: its name, and what is typed, or that it is not sent."""

from __future__ import annotations

from seedtui.core.parameters import Parameter
from seedtui.tui.widgets.form_field import NOT_SENT
from seedtui.tui.widgets.line_input import LineInput
from seedtui.tui.widgets.named_field import NamedField


class ParameterField(LineInput, NamedField):
    """An input with the parameter's name before it.

    Args:
        parameter: The parameter.
    """

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(placeholder=NOT_SENT, id=f"field-{parameter.name}")
        self.parameter = parameter
        self.field = self.label = parameter.name
        self.help_text = parameter.help
