"""Memory is given back when nobody is at the keys."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

from seedtui.tui.letting_go import LettingGo


class Part:
    """Something that knows itself, as the parts of a screen know each other."""

    def __init__(self) -> None:
        self.me = self


def test_a_screen_is_let_go_of_once_nobody_is_at_the_keys() -> None:
    """A hundred looks at the agreement once left a hundred megabytes behind."""
    timers: list[Callable[[], None]] = []
    untouched = 0.0
    letting_go = LettingGo(lambda _, then: timers.append(then), lambda: untouched)
    gc.disable()
    try:
        gone = weakref.ref(Part())
        letting_go.left()
        letting_go.left()
        assert len(timers) == 1
        timers.pop()()
        assert gone() is not None
        untouched = 60.0
        timers.pop()()
        assert gone() is None
        assert not timers
        letting_go.left()
        assert len(timers) == 1
    finally:
        gc.enable()
