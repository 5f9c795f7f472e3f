"""Lets each key come once what the one before it asked for is done.

Textual gives a key to whatever has the focus at that moment. A letter is then typed at once, while a key that is bound
to something travels up to the app first. Of keys that come in one piece, as they do over a slow line, a letter would
overtake Backspace, and what is typed after the key that opens a field would miss the field.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Final, Generic

from textual.app import App, ReturnType, ScreenStackError
from textual.events import Event, Key, Paste

# How often it is looked whether it is done: first at each turn of the loop, then every millisecond. By the clock, one
# long turn would use up all patience.
_AT_ONCE: Final = 20
_IN_ALL: Final = 120
_PAUSE: Final = 0.001


class KeysInOrder(App[ReturnType], Generic[ReturnType]):
    """An app that holds keys, and what is pasted, if they come too early."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._early: deque[Event] = deque()
        self._released: Event | None = None
        self._looks = 0
        self._is_looking = False

    async def on_event(self, event: Event) -> None:
        """Take in what comes, unless that is a key whose turn has not come yet."""
        if not isinstance(event, Key | Paste) or event.is_forwarded or self._may_come(event):
            await super().on_event(event)

    def _may_come(self, key: Event) -> bool:
        """Whether it is a key's turn. If not, it comes again."""
        if key is self._released:
            self._released = None
            self._look_later()
        elif self._early or self._released is not None or not self._is_done():
            self._early.append(key)
            self._look_later()
            return False
        return True

    def _look_later(self) -> None:
        if self._is_looking or not self._early:
            return
        self._is_looking = True
        # What is to be done takes a few turns of the loop, or else a while.
        loop = asyncio.get_running_loop()
        self._looks += 1
        if self._looks < _AT_ONCE:
            loop.call_soon(self._look)
        else:
            loop.call_later(_PAUSE, self._look)

    def _look(self) -> None:
        self._is_looking = False
        if self._released is not None:
            # It is on its way, and goes on from there.
            return
        if self._is_done() or self._looks > _IN_ALL:
            self._looks = 0
            self._released = self._early.popleft()
            self.post_message(self._released)
        else:
            self._look_later()

    def _is_done(self) -> bool:
        """Whether nothing is under way where keys go."""
        if self.message_queue_size:
            return False
        try:
            screen = self.screen
        except ScreenStackError:
            # Nor is there anything for it to do.
            return True
        focused = screen.focused or screen
        return screen.is_mounted and not any(node.message_queue_size for node in focused.ancestors_with_self)
