"""The terminal app: it owns the settings, the history and the runner, and shows the workbench."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from rich.console import Console
from rich.segment import Segment, Segments
from textual import constants, work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.events import Event, InputEvent
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES, ThemeProvider
from textual.timer import Timer

from seedtui.config import without_keys
from seedtui.core.draft import Draft
from seedtui.core.text import displayable
from seedtui.paths import draft_path
from seedtui.tui.cells import ChangedCells
from seedtui.tui.commands import keymap_problem
from seedtui.tui.draft_file import read_draft, write_draft
from seedtui.tui.keys_in_order import KeysInOrder
from seedtui.tui.messages import RunnerWoke
from seedtui.tui.screens.workbench import Workbench
from seedtui.tui.theme import DARK, LIGHT, PLAIN, THEMES, theme_for

if TYPE_CHECKING:
    from textual.await_complete import AwaitComplete
    from textual.command import Provider
    from textual.driver import Driver
    from textual.filter import LineFilter

    from seedtui.config import Settings
    from seedtui.history import History
    from seedtui.runner import RunEvent, RunnerThread
    from seedtui.tui.indexing import Indexing
    from seedtui.tui.letting_go import LettingGo


def _command_provider() -> type[Provider]:
    from seedtui.tui.palette import CommandProvider

    return CommandProvider


_GARBAGE: Final = (10_000, 20, 20)

# What a slow machine may need to give the terminal back in order.
_LEAVING_SECONDS: Final = 10.0
_SOON_SECONDS: Final = 0.02
# After a key, what can wait does.
_QUIET_SECONDS: Final = 2.0


class SeedtuiApp(KeysInOrder[None], ChangedCells[None]):
    """The app. Runs go on in the runner's own thread, whatever the terminal does."""

    TITLE = "seedtui"
    COMMANDS: ClassVar[set[Any]] = {_command_provider}
    # On the screens over the workbench, too.
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+l", "redraw", id="redraw", show=False, priority=True)]

    def __init__(self, settings: Settings, history: History, *, endpoint: str = "") -> None:
        """Make the app.

        Args:
            settings: The settings.
            history: The history, open.
            endpoint: The endpoint to begin with; empty for the draft's, or else the default one.
        """
        super().__init__()
        self.settings = settings
        self.history = history
        self._runner: RunnerThread | None = None
        self._indexing: Indexing | None = None
        self._letting_go: LettingGo | None = None
        self._touched = 0.0
        self._mail: deque[RunEvent] = deque()
        self._saving: Timer | None = None
        self._unsaved: Draft | None = None
        self._workbench = Workbench(self._first_draft(endpoint))
        for theme in THEMES:
            self.register_theme(theme)
        # Set before there is anything to restyle.
        self.theme = settings.theme if settings.theme in self.available_themes else DARK.name
        self.animation_level = "full" if settings.screen.animation else "none"
        # What Textual's own styles go by.
        self.no_color = not settings.screen.has_colors
        self.cursor_blinks = settings.screen.cursor_blink
        self._told_of_clipboard = False
        self.set_keymap(dict(settings.keys))

    def get_default_screen(self) -> Workbench:
        """Begin with the workbench: there is no empty screen under it to be laid out first."""
        return self._workbench

    def run_async(self, **options: Any) -> Coroutine[Any, Any, None]:
        """Run, and leave in good order when told to from outside."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            # Not the loop's own handler: the loop may be waiting to write to a terminal that reads nothing.
            signal.signal(number, lambda number, frame: self.hang_up(loop))
        # What the app answers is passed on.
        return super().run_async(**options)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Paint without colours where there shall be none; Textual would leave greys."""
        if self.settings.screen.has_colors:
            return super().get_line_filters()
        from seedtui.tui.colorless import Colorless

        return (Colorless(),)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy, and say once what may keep the text from the clipboard."""
        super().copy_to_clipboard(text)
        if not self._told_of_clipboard:
            self._told_of_clipboard = True
            from seedtui.tui.clipboard import swallowed

            said = swallowed(os.environ)
            if said:
                # After whatever else is said of it.
                self.call_later(self._workbench.say, said)

    def get_driver_class(self) -> type[Driver]:
        """Outlive what terminals do."""
        chosen = super().get_driver_class()
        try:
            from seedtui.tui.terminal_driver import sturdy
        except ImportError:
            # No POSIX terminal, or another Textual inside.
            return chosen
        return sturdy(chosen)

    def action_redraw(self) -> None:
        """Paint the whole screen anew."""
        self.redraw()

    def pop_screen(self) -> AwaitComplete:
        """Leave a screen, and let go of it."""
        if self._letting_go is None:
            from seedtui.tui.letting_go import LettingGo

            self._letting_go = LettingGo(self.set_timer, self._untouched)
        self._letting_go.left()
        return super().pop_screen()

    def hang_up(self, loop: asyncio.AbstractEventLoop) -> None:
        """Leave because somebody said so from outside, even if the terminal takes nothing any more. From any thread."""
        threading.Thread(target=self._make_sure, name="hangup", daemon=True).start()
        # Once it is closed, the app is at its end anyway.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(self._leave_now)

    def _leave_now(self) -> None:
        if not self._workbench.is_mounted:
            # Textual stumbles over an end in the middle of its start.
            asyncio.get_running_loop().call_later(_SOON_SECONDS, self._leave_now)
            return
        try:
            # Before the first frame there may be no form yet.
            with contextlib.suppress(NoMatches):
                self._unsaved = self._workbench.form.draft
            self._save_last_draft()
        finally:
            # Nobody can be told here what went wrong, and the terminal waits.
            self.exit()

    def _make_sure(self) -> None:
        # Textual may wait for ever to write to a terminal that is gone; the process's end ends this thread.
        threading.Event().wait(_LEAVING_SECONDS)
        try:
            self._save_last_draft()
            self.close_runner()
            self.history.close()
        finally:
            os._exit(0)

    @property
    def runner(self) -> RunnerThread:
        """The runner, at work. It is made when first asked for, as the first frame needs none of it."""
        if self._runner is None:
            from seedtui.runner import RunnerThread

            self._runner = RunnerThread(self.history, self.settings, self._put)
            self._runner.start()
        return self._runner

    async def on_event(self, event: Event) -> None:
        """Note when somebody was here last."""
        if isinstance(event, InputEvent):
            self._touched = monotonic()
        await super().on_event(event)

    def _is_busy(self) -> bool:
        return bool(self._workbench.live.ids) or self._untouched() < _QUIET_SECONDS

    def _untouched(self) -> float:
        return monotonic() - self._touched

    def close_runner(self) -> None:
        """Cancel what is going and save it, if anything was ever sent or asked."""
        if self._indexing is not None:
            self._indexing.stop()
        if self._runner is not None:
            self._runner.close()

    def after_first_frame(self) -> None:
        """Do what may wait until there is something to see: the search index, the weights."""
        if not gc.isenabled():
            # What is there now stays: no collection need look at it again.
            gc.freeze()
            gc.enable()
            # A look at everything, long diffs among it, takes as long as several frames: it should be rare.
            gc.set_threshold(*_GARBAGE)
        from seedtui.tui.indexing import Indexing

        self._indexing = Indexing(self.history, self._is_busy)
        self._indexing.start()
        endpoint = self._workbench.form.draft.endpoint
        if self.needs_weights(endpoint):
            self.get_weights()

    def take_mail(self) -> list[RunEvent]:
        """Return what the runner has said since the last time."""
        found = []
        while self._mail:
            found.append(self._mail.popleft())
        return found

    def needs_weights(self, endpoint: str) -> bool:
        """Whether an endpoint is the built-in model, and its weights have not been fetched yet."""
        chosen = self.settings.endpoints.get(endpoint)
        if chosen is None or not chosen.local:
            return False
        from seedtui.endpoints import weights

        return weights.are_wanted(self.settings.local)

    def get_weights(self, then: Callable[[], object] = lambda: None) -> None:
        """Fetch the built-in model's weights on a screen with progress and a cancel.

        Args:
            then: What to do when they are in place.
        """
        from seedtui.endpoints import weights
        from seedtui.tui.screens.download import DownloadScreen

        def ended(done: bool | None) -> None:
            if done:
                then()
            else:
                self._workbench.say("The built-in model is not here yet; sending asks for it again.")

        self.push_screen(DownloadScreen("the built-in model SmolLM2-135M-Instruct", weights.pull), ended)

    def draft_changed(self, draft: Draft) -> None:
        """Keep the draft a moment after the last change."""
        self._unsaved = draft
        if self._saving is not None:
            self._saving.stop()
        self._saving = self.set_timer(1.0, partial(self._save_later, draft))

    @work(thread=True, group="draft", exclusive=True, exit_on_error=False)
    def _save_later(self, draft: Draft) -> None:
        if draft is not self._unsaved:
            # A later one is kept, or about to be.
            return
        problem = self.save_draft(draft)
        if problem:
            self.call_from_thread(self._workbench.say, problem, error=True)

    def _save_last_draft(self) -> None:
        if self._unsaved is not None:
            self.save_draft(self._unsaved)

    def save_draft(self, draft: Draft) -> str | None:
        """Keep the draft for the next session; return what went wrong, if anything did."""
        try:
            write_draft(draft_path(), draft)
        except OSError as error:
            return f"The draft could not be kept: {error.strerror}. Free some disk space or check the folder's rights."
        if draft is self._unsaved:
            self._unsaved = None
        return None

    async def action_quit(self) -> None:
        """Leave, after asking if something is going."""
        self._workbench.action_command("quit")

    def action_help_quit(self) -> None:
        """Answer Ctrl+C, which many press to quit."""
        self._workbench.action_command("quit")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give themes that are not ours the colours of changes."""
        return dict(DARK.variables if self.current_theme.dark else LIGHT.variables)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Leave the palette to the table of commands, but for the theme."""
        yield SystemCommand("Theme", "Change the colours", self.action_change_theme)

    def action_command_palette(self) -> None:
        """Open the palette; its commands are the workbench's, so not over a question or a download."""
        if self.screen is self._workbench:
            from seedtui.tui.palette import Palette

            self.push_screen(Palette())

    def search_themes(self) -> None:
        """Open a palette of themes."""
        from seedtui.tui.palette import Palette

        self.push_screen(Palette(providers=[ThemeProvider], placeholder="Search for themes…"))

    def _first_draft(self, endpoint: str) -> Draft:
        draft = read_draft(draft_path())
        name = endpoint or (draft.endpoint if draft.endpoint in self.settings.endpoints else "")
        chosen = self.settings.endpoint(name)
        model = draft.model if draft.endpoint == chosen.name and draft.model else chosen.model
        return replace(draft, endpoint=chosen.name, model=model)

    def _put(self, event: RunEvent) -> None:
        # On the runner's thread: a deque and post_message are safe from there.
        from seedtui.runner import RunText

        self._mail.append(event)
        # Text comes hundreds of times a second, and is fetched for each frame.
        if self._workbench.is_attached and not isinstance(event, RunText):
            self._workbench.post_message(RunnerWoke())

    def _handle_exception(self, error: Exception) -> None:
        # A screen that was being opened as the app was told to leave is never finished, and misses its parts.
        if not (self._exit and isinstance(error, NoMatches)):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual would print every local variable, prompts and keys among them.
        told = without_keys(traceback.format_exc(), self.settings.endpoints.values(), os.environ)
        self._exit_renderables.append(Segments([Segment(displayable(told, newlines=True))]))
        self._close_messages_no_wait()


def _theme_problem(name: str) -> str | None:
    there = sorted({*BUILTIN_THEMES, *(theme.name for theme in THEMES)})
    return f"theme {displayable(name)} is none; there are {', '.join(there)}." if name and name not in there else None


def start(settings: Settings, history_path: Path, endpoint: str | None = None) -> int:
    """Run the app until the user leaves.

    Args:
        settings: The settings.
        history_path: The database.
        endpoint: The endpoint to begin with.

    Returns:
        The exit status: 0, or 2 if it could not start or crashed.
    """
    from seedtui.history import History, HistoryError

    problem = keymap_problem(settings.keys) or _theme_problem(settings.theme)
    if problem:
        print(displayable(f"seedtui: {settings.path}: {problem}"), file=sys.stderr)
        return 2
    try:
        history = History.open(history_path)
    except HistoryError as error:
        print(f"seedtui: {displayable(str(error))}", file=sys.stderr)
        return 2
    if not settings.screen.has_colors:
        settings = replace(settings, theme=PLAIN.name)
    elif not settings.theme:
        console = Console(force_terminal=True, color_system=cast("Any", constants.COLOR_SYSTEM))
        settings = replace(settings, theme=theme_for(console.color_system))
    app = SeedtuiApp(settings, history, endpoint=endpoint or "")
    try:
        app.run()
    finally:
        app.close_runner()
        history.close()
    return 2 if app.return_code else 0
