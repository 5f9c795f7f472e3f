"""Keys typed faster than the focus moves."""

from __future__ import annotations

from asyncio import Queue
from typing import TYPE_CHECKING, Any

from textual import events

if TYPE_CHECKING:
    from textual.widget import Widget

    class _Base(Widget):
        _pending_message: Any
else:
    # A second widget among the bases would take the focus away from the first.
    _Base = object


class KeysFollowFocus(_Base):
    """Moves the focus with Tab at once, and passes on keys that were meant for where it is by now.

    A key is queued for whatever has the focus when it comes. Typed quickly after Tab, or over a slow
    line, it would end in the field before.
    """

    def on_key(self, event: events.Key) -> None:
        """See to a key before the field does."""
        if not self.is_attached:
            return
        focused = self.screen.focused
        if focused is not None and focused is not self:
            self.app.post_message(events.Key(event.key, event.character))
        elif event.key == "tab":
            self.screen.focus_next()
            self._hand_over()
        elif event.key == "shift+tab":
            self.screen.focus_previous()
            self._hand_over()
        else:
            return
        event.stop()
        event.prevent_default()

    def _hand_over(self) -> None:
        """Give the keys that wait here to where the focus is now: passed on one by one, later ones would overtake."""
        focused = self.screen.focused
        if focused is None or focused is self:
            return
        queue: Queue[Any] = self._message_queue
        # The loop has looked at the next one already, whether it could take the place of this one.
        waiting: list[Any] = [self._pending_message] if self._pending_message is not None else []
        self._pending_message = None
        while not queue.empty():
            waiting.append(queue.get_nowait())
        for message in waiting:
            if isinstance(message, events.Key):
                focused.post_message(events.Key(message.key, message.character))
            else:
                queue.put_nowait(message)
