"""Whether text cursors blink."""

from __future__ import annotations

from textual.widget import Widget


def blinks(widget: Widget) -> bool:
    """Return whether the app at work lets text cursors blink: few do, as each blink is a frame.

    Args:
        widget: The widget that has the cursor; it need not be mounted yet.
    """
    try:
        return bool(getattr(widget.app, "cursor_blinks", False))
    except RuntimeError:
        # No app is at work.
        return False
