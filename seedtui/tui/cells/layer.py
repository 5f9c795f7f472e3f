"""The layer as a part of an app, and how it steps aside."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic

from textual import events
from textual._compositor import Compositor
from textual.app import App, ReturnType

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.driver import Driver
    from textual.screen import Screen

    from seedtui.tui.cells.painter import Painter

# Terminals with margins, and with lines to insert and delete, as their entries in terminfo say.
_SCROLLING: Final = (
    "alacritty", "foot", "konsole", "linux", "rxvt", "screen", "st-", "tmux", "vte", "wezterm", "xterm",
)  # fmt: skip


class ChangedCells(App[ReturnType], Generic[ReturnType]):
    """An app of which only those cells are written that differ from what the terminal shows.

    Where Textual is not as it is known here, where the driver is none for a whole terminal, and after any
    trouble, Textual paints as if this were not there.
    """

    paints_changes: ClassVar[bool] = True
    """Whether to do so at all."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._cells = _painter() if self.paints_changes else None
        self._may_be_sparse = True
        self._cells_are_for: tuple[object, object] = (None, None)

    def forget_cells(self) -> None:
        """Take it that the terminal may show anything: what is painted next is painted whole."""
        if self._cells is not None:
            self._cells.forget()

    def redraw(self) -> None:
        """Paint the whole screen anew, whatever the terminal shows."""
        self.forget_cells()
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Forget: what a terminal makes of its cells when its size changes is its own affair."""
        self.forget_cells()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        changes = self._changes_of(renderable)
        if self._is_nothing(changes):
            # Not even where the cursor is: what follows a key should not end with bytes that show nothing.
            self.post_display_hook()
        else:
            super()._display(screen, changes)
        self._compose_sparsely(screen)

    def _changes_of(self, renderable: RenderableType | None) -> RenderableType | None:
        """Return what writes the changes that an update brings, or the update, where that is not for this layer."""
        if self._cells is None or renderable is None:
            return renderable
        try:
            return self._cells.changes(renderable, self._leave_to_textual) if self._is_known_terminal() else renderable
        except Exception:
            self._leave_to_textual()
            return renderable

    def _is_nothing(self, changes: RenderableType | None) -> bool:
        """Return whether there is nothing to write for an update that would be written now."""
        if self._cells is None or changes is None or self._batch_count or not self._running or self._closed:
            return False
        try:
            from seedtui.tui.cells.painter import Changes

            there = self.screen.outer_size.clamp_offset(self.cursor_position) == self._previous_cursor_position
            return there and isinstance(changes, Changes) and not changes.render_segments(self.console)
        except Exception:
            self._leave_to_textual()
            return False

    def _compose_sparsely(self, screen: Screen[Any]) -> None:
        """Have a screen ask its widgets only for what is to be painted, from the second frame on."""
        if self._cells is None or type(screen._compositor) is not Compositor or not self._may_be_sparse:
            return
        from seedtui.tui.cells import sparse

        try:
            self._may_be_sparse = sparse.is_known()
        except Exception:
            self._may_be_sparse = False
        if self._may_be_sparse:
            screen._compositor = sparse.SparseCompositor.of(screen._compositor)

    def _is_known_terminal(self) -> bool:
        driver: Driver | None = self._driver
        if driver is None or driver.is_headless or driver.is_inline or driver.is_web:
            return False
        # A driver that takes the terminal over, at the start or from another program, gets another writer.
        terminal = (driver, getattr(driver, "_writer_thread", None))
        if self._cells_are_for[0] is not terminal[0] or self._cells_are_for[1] is not terminal[1]:
            self.forget_cells()
            self._cells_are_for = terminal
        return terminal[1] is not None

    def _leave_to_textual(self) -> None:
        """Be out of the way from now on, and have everything painted once more."""
        self._cells = None
        self.call_later(self.refresh)


def _painter() -> Painter | None:
    """Return what paints, if Textual is as it must be known."""
    try:
        from seedtui.tui.cells.known import is_known
        from seedtui.tui.cells.painter import Painter

        if not is_known():
            return None
    except Exception:
        return None
    return Painter(scrolls=os.environ.get("TERM", "").startswith(_SCROLLING))
