"""The palette: every command of the table, found by name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.widgets import Input

from seedtui.tui.commands import COMMANDS, Command, keys_of
from seedtui.tui.widgets.text_cursor import blinks

if TYPE_CHECKING:
    from seedtui.tui.app import SeedtuiApp
    from seedtui.tui.screens.workbench import Workbench


class Palette(CommandPalette):
    """Textual's palette, in which the cursor blinks only where it does so elsewhere."""

    # A list without a column for its text is an error to Rich.
    DEFAULT_CSS = "Palette CommandList { min-width: 8; }"

    def compose(self) -> ComposeResult:
        """Lay it out."""
        for widget in super().compose():
            if isinstance(widget, Input):
                widget.cursor_blink = blinks(self)
            yield widget


class CommandProvider(Provider):
    """Offers the commands with their keys and help."""

    async def discover(self) -> Hits:
        """Offer everything before something is typed."""
        for command in COMMANDS:
            yield DiscoveryHit(self._title(command), self._run(command), text=command.title, help=command.help)

    async def search(self, query: str) -> Hits:
        """Offer what matches."""
        matcher = self.matcher(query)
        for command in COMMANDS:
            title = self._title(command)
            score = max(matcher.match(title), matcher.match(command.help))
            if score > 0:
                yield Hit(score, matcher.highlight(title), self._run(command), text=command.title, help=command.help)

    def _title(self, command: Command) -> str:
        settings = cast("SeedtuiApp", self.app).settings
        keys = ", ".join(keys_of(command, settings.keys))
        return f"{command.title}  {keys}" if keys else command.title

    def _run(self, command: Command) -> partial[None]:
        return partial(cast("Workbench", self.screen).action_command, command.id)
