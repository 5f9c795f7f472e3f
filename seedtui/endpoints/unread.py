"""Packages of the openai SDK that seedtui has no use for, kept from being read with the rest of it.

A class for every object of every API of OpenAI, and the helpers for Azure, tools and parsing: four fifths of the SDK's
modules, of the time that it takes to import and of the memory that it takes from then on. What is sent and read here is
plain JSON. Whoever asks for one of these packages all the same is given it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

_SDK: Final = "openai"
_UNREAD: Final = ("openai.types", "openai.types.shared", "openai.lib")


class _Unread(ModuleType):
    """Stands in for a package whose modules can be imported, but which gathers nothing from them until it must."""

    def __init__(self, name: str, folder: Path) -> None:
        super().__init__(name)
        self.__path__ = [str(folder)]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if find_spec(f"{self.__name__}.{name}") is not None:
            return import_module(f"{self.__name__}.{name}")
        return self._called_later(name) if name.islower() else self._read(name)

    def _called_later(self, name: str) -> Callable[..., Any]:
        # The SDK takes functions from such a package only to offer them.
        return lambda *arguments, **options: self._read(name)(*arguments, **options)

    def _read(self, name: str) -> Any:
        self.step_aside()
        return getattr(import_module(self.__name__), name)

    def step_aside(self) -> None:
        """Let the next who imports the package have the real one."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]


@contextmanager
def without_unused_parts() -> Iterator[None]:
    """Let the SDK be imported within without the packages that are not used."""
    spec = None if _SDK in sys.modules else find_spec(_SDK)
    if spec is None or not spec.submodule_search_locations:
        yield
        return
    root = Path(spec.submodule_search_locations[0]).parent
    stand_ins = [_Unread(name, root.joinpath(*name.split("."))) for name in _UNREAD]
    sys.modules.update({one.__name__: one for one in stand_ins})
    try:
        yield
    finally:
        for one in stand_ins:
            one.step_aside()
