"""The real app in a test: on a scripted server, with a history of its own, driven by keys."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from seedtui import config
from seedtui.history import History
from seedtui.tui.app import SeedtuiApp
from seedtui.tui.screens.workbench import Workbench
from seedtui.tui.widgets.verdict_line import VerdictLine
from support.calm import calm
from support.scripted_server import ScriptedServer

__all__ = ["Driver", "calm", "running_app"]

PATIENCE = 60.0


class Driver:
    """Drives an app and looks at it.

    Attributes:
        app: The app.
        pilot: Textual's pilot.
        history: The app's history.
    """

    def __init__(self, app: SeedtuiApp, pilot: Pilot[None], history: History) -> None:
        self.app, self.pilot, self.history = app, pilot, history

    @property
    def workbench(self) -> Workbench:
        """The workbench, whatever is on top of it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, Workbench))

    @property
    def verdict(self) -> str:
        """The verdict line's text."""
        return str(self.workbench.compare_pane.query_one(VerdictLine).render())

    @property
    def status(self) -> str:
        """The status line's text."""
        return str(self.workbench.query_one("#status").render())

    @property
    def screen_text(self) -> str:
        """What is painted, a line a row."""
        width = self.app.size.width
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text[:width].rstrip() for strip in strips)

    async def press(self, *keys: str) -> None:
        """Press keys, and let the app take them in."""
        await self.pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        """Wait until the app's threads and messages have come to rest."""
        await calm(self.pilot)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds.

        Raises:
            AssertionError: If it does not, with the screen's text.
        """
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not condition():
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"Waited in vain. The screen:\n{self.screen_text}")
            await self.pilot.pause()
        await self.settle()

    async def sent(self, key: str, runs: int) -> None:
        """Press a sending key and wait until this many runs have ended in all."""
        await self.pilot.press(key)
        await self.until(lambda: self.ended == runs)

    @property
    def ended(self) -> int:
        """How many runs there are that have ended."""
        if len(self.workbench.live):
            return -1
        return len([row for row in self.workbench.runs.rows if row.status != "streaming"])


@asynccontextmanager
async def running_app(
    server: ScriptedServer | None,
    path: Path,
    *,
    size: tuple[int, int] = (120, 40),
    base_url: str = "",
    settings: str = "",
    model: str = "scripted-1",
) -> AsyncIterator[Driver]:
    """Run the app on a server.

    Args:
        server: Where requests go, by way of OPENAI_BASE_URL.
        path: A folder for the history and the settings.
        size: Columns and rows.
        base_url: Where requests go if there is no server.
        settings: The settings file's text.
        model: What stands in the model field at first.
    """
    url = server.base_url if server else base_url
    file = path / "settings.toml"
    file.write_text(settings, encoding="utf-8")
    environ = {**os.environ, "OPENAI_API_KEY": "sk-test-123456", "OPENAI_BASE_URL": url}
    os.environ.update(OPENAI_API_KEY="sk-test-123456", OPENAI_BASE_URL=url)
    history = History.open(path / "history.db")
    app = SeedtuiApp(config.load(file, environ), history)
    app.runner.start()
    try:
        async with app.run_test(size=size) as pilot:
            driver = Driver(app, pilot, history)
            await driver.settle()
            if model:
                form = driver.workbench.form
                form.load(replace(form.draft, model=model))
            await driver.settle()
            yield driver
    finally:
        app.runner.close()
        history.close()
        for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
            os.environ.pop(name, None)
