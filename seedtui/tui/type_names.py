"""Textual's module of names for types, without all the widgets that it takes them from.

Textual imports it on its way to the app, for one name that no program ever asks for as it runs, and with it come the
tree of folders and the menu: a fiftieth of a start.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, Final

_NAME: Final = "textual.types"
# Where those names are that need no widget.
_LIGHT: Final = "textual._types"


class _TypeNames(ModuleType):
    """Stands in for the module while Textual is imported; the first name that it does not know brings the real one."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return getattr(import_module(_LIGHT), name)
        except (ImportError, AttributeError):
            self.step_aside()
            return getattr(import_module(_NAME), name)

    def step_aside(self) -> None:
        """Let the next who asks have the real module."""
        if sys.modules.get(_NAME) is self:
            del sys.modules[_NAME]


@contextmanager
def without_their_widgets() -> Iterator[None]:
    """Let Textual be imported within without what only its names for types need."""
    if _NAME in sys.modules:
        yield
        return
    stand_in = sys.modules[_NAME] = _TypeNames(_NAME)
    try:
        yield
    finally:
        stand_in.step_aside()
