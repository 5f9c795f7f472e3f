"""Keys typed faster than the focus moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

if TYPE_CHECKING:
    from textual.widget import Widget as _Base
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
        elif event.key == "shift+tab":
            self.screen.focus_previous()
        else:
            return
        event.stop()
        event.prevent_default()
