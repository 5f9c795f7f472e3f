"""Fetching the built-in model's weights, with progress and a cancel."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from seedtui.core.text import displayable

_BAR = 40

Pull = Callable[[Callable[[int, int], None], threading.Event], object]


class DownloadScreen(ModalScreen[bool]):
    """Answers True when the weights are in place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "cancel", "Cancel", show=False, priority=True),
        Binding("enter", "close", "Close", show=False),
    ]

    DEFAULT_CSS = """
    DownloadScreen { align: center middle; }
    DownloadScreen > Vertical {
        width: 64; max-width: 94%; height: auto; padding: 1 2; background: $panel; border: round $primary;
    }
    DownloadScreen #progress { margin-top: 1; color: $primary; }
    DownloadScreen #hint { margin-top: 1; color: $text-muted; }
    """

    def __init__(self, name: str, pull: Pull) -> None:
        """Make the screen.

        Args:
            name: What is fetched.
            pull: Fetches it; takes a progress callback (bytes done, bytes in all) and an event that
                cancels it, and raises an exception whose message is one plain sentence.
        """
        super().__init__()
        self._what, self._pull = name, pull
        self._cancelled = threading.Event()
        self._failed = False
        self._outcome: bool | None = None

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        with Vertical():
            yield Static(Content(f"Getting {self._what}, once. It stays on this machine."), markup=False)
            yield Static(markup=False, id="progress")
            yield Static(Content("Esc cancels; nothing half-done is left behind."), markup=False, id="hint")

    def on_mount(self) -> None:
        """Begin."""
        self._show(0, 0)
        self._fetch()

    def on_unmount(self) -> None:
        """Stop fetching when the app is left meanwhile."""
        self._cancelled.set()

    def action_cancel(self) -> None:
        """Stop fetching, or close what has failed."""
        self._cancelled.set()
        self.action_close()

    def action_close(self) -> None:
        """Close, if there is nothing left to wait for."""
        if self._failed:
            self._finish(False)

    def on_screen_resume(self) -> None:
        """Close now what ended while something lay over it."""
        if self._outcome is not None:
            self.dismiss(self._outcome)

    def _finish(self, done: bool) -> None:
        # To dismiss a screen takes away whichever is on top.
        self._outcome = done
        if self.app.screen is self:
            self.dismiss(done)

    @work(thread=True, exclusive=True, exit_on_error=False, group="download")
    def _fetch(self) -> None:
        try:
            self._pull(self._report, self._cancelled)
        except Exception as error:
            # Whatever went wrong, the screen must say so and let go.
            self._call(self._fail, str(error))
        else:
            self._call(self._finish, True)

    def _report(self, done: int, total: int) -> None:
        self._call(self._show, done, total)

    def _call(self, callback: Callable[..., object], *arguments: object) -> None:
        # The screen may be gone when the app was closed in between.
        if self.is_attached:
            self.app.call_from_thread(callback, *arguments)

    def _show(self, done: int, total: int) -> None:
        share = min(1.0, done / total) if total else 0.0
        filled = round(share * _BAR)
        size = f"{done / 1e6:.0f} of {total / 1e6:.0f} MB" if total else "starting …"
        self.query_one("#progress", Static).update(Content(f"{'█' * filled}{'░' * (_BAR - filled)}  {size}"))

    def _fail(self, sentence: str) -> None:
        if self._cancelled.is_set():
            self._finish(False)
            return
        self._failed = True
        self.query_one("#progress", Static).update(Content(displayable(sentence)))
        self.query_one("#hint", Static).update(Content("Enter closes this."))
