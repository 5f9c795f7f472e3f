"""Gives back the memory of screens that were left, once nobody is at the keys."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable
from typing import Any, Final

# Longer than between two keys, and soon enough for the next screen to take the place of this one.
_REST: Final = 0.7


class LettingGo:
    """Told when a screen is left.

    Args:
        set_timer: Calls something after some seconds.
        untouched: Tells for how many seconds no key was pressed.
    """

    def __init__(self, set_timer: Callable[[float, Callable[[], None]], Any], untouched: Callable[[], float]) -> None:
        self._set_timer = set_timer
        self._untouched = untouched
        self._is_waiting = False

    def left(self) -> None:
        """Note that a screen was left."""
        # Textual would keep the painted lines of a thousand widgets, wherever these were.
        with contextlib.suppress(ImportError, AttributeError):
            from textual._styles_cache import StylesCache

            StylesCache.get_inner_outer.cache_clear()
        if not self._is_waiting:
            self._wait()

    def _wait(self) -> None:
        self._is_waiting = True
        self._set_timer(_REST, self._collect)

    def _collect(self) -> None:
        if self._untouched() < _REST:
            self._wait()
            return
        self._is_waiting = False
        # A screen's parts know each other, so only the collector finds them; by itself it looks seldom.
        gc.collect()
