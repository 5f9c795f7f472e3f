"""Takes the README's pictures: the real app, driven by keys, on the built-in model's own completions.

    python screenshots/take.py

It needs the extra `local`. The history is a temporary one; the weights are fetched if they are not here yet.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from seedtui import config
from seedtui.exchange.logs.found import ImportedRun
from seedtui.exchange.logs.reading import read_runs
from seedtui.history import History
from seedtui.tui.app import SeedtuiApp
from seedtui.tui.screens import export
from seedtui.tui.screens.workbench import Workbench

HERE = Path(__file__).parent
NOTEBOOK = HERE.parent / "tests" / "data" / "mars.jsonl"
PATIENCE = 180.0
SERIES_RUNS = 32
# A series is counted twice a second.
SERIES_SECONDS = 1.5


class Photographer:
    """Drives one app and takes its pictures."""

    def __init__(self, app: SeedtuiApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def bench(self) -> Workbench:
        """The workbench."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, Workbench))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something has happened."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not condition():
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError("The app did not get there.")
            await self.pilot.pause(0.05)
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def send(self, key: str, runs: int) -> None:
        """Press a sending key, and wait until this many runs have ended in all."""
        await self.pilot.press(key)
        await self.until(lambda: not self.bench.live and len(self.bench.runs.rows) == runs)

    def set_seed(self, seed: str) -> None:
        """Put a seed into the form."""
        form = self.bench.form
        form.load(replace(form.draft, typed={**form.draft.typed, "seed": seed}))

    def take(self, name: str) -> None:
        """Save what is on the screen."""
        # Some renderers drop leading spaces unless told to keep them.
        picture = self.app.export_screenshot(simplify=True).replace("<text ", '<text xml:space="preserve" ')
        (HERE / f"{name}.svg").write_text(picture, encoding="utf-8")
        print(name, file=sys.stderr)


async def main() -> None:
    """Take every picture."""
    # Whoever takes them need not be known from them.
    export.folder_now = lambda: Path("/home/user")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        settings = config.load(Path(folder) / "settings.toml", os.environ)
        for size in ((120, 40), (80, 24)):
            history = History.open(Path(folder) / f"{size[0]}.db")
            app = SeedtuiApp(settings, history, endpoint="local")
            app.runner.start()
            try:
                async with app.run_test(size=size) as pilot:
                    await _pictures(Photographer(app, pilot), size[0])
            finally:
                app.runner.close()
                history.close()
        await _take_notebook(Path(folder), settings)
        await _take_series(Path(folder), settings)


async def _take_notebook(folder: Path, settings: config.Settings) -> None:
    history = History.open(folder / "notebook.db")
    with NOTEBOOK.open("rb") as file:
        found = [one for one in read_runs([(NOTEBOOK.name, file)]) if isinstance(one, ImportedRun)]
    history.add([one.run for one in found], [one.key for one in found])
    app = SeedtuiApp(settings, history, endpoint="openai")
    try:
        async with app.run_test(size=(120, 40)) as pilot:
            await _notebook(Photographer(app, pilot))
    finally:
        app.close_runner()
        history.close()


async def _take_series(folder: Path, settings: config.Settings) -> None:
    history = History.open(folder / "series.db")
    app = SeedtuiApp(settings, history, endpoint="local")
    app.runner.start()
    try:
        async with app.run_test(size=(120, 40)) as pilot:
            await _series(Photographer(app, pilot))
    finally:
        app.runner.close()
        history.close()


async def _pictures(camera: Photographer, width: int) -> None:
    await camera.until(lambda: not camera.app.needs_weights("local"))
    await camera.until(lambda: isinstance(camera.app.screen, Workbench))
    await camera.send("f6", 2)
    camera.take(f"unseeded-{width}")
    camera.set_seed("123")
    await camera.send("f6", 4)
    camera.take(f"reproduced-{width}")
    if width < 100:
        await camera.pilot.press("f3")
        await camera.pilot.pause()
        camera.take(f"runs-{width}")
        return
    await camera.pilot.press("f3", "end", "a", "home", "b")
    await camera.app.workers.wait_for_complete()
    await camera.pilot.pause()
    camera.take(f"request-changed-{width}")
    await camera.pilot.press("f1")
    await camera.pilot.pause()
    camera.take(f"help-{width}")
    await camera.pilot.press("escape")


async def _notebook(camera: Photographer) -> None:
    """Take the notebook's published completions."""
    await camera.until(lambda: len(camera.bench.runs.rows) == 4)
    await camera.pilot.press("f3", "end", "a", "up", "b", "n", "n")
    await camera.app.workers.wait_for_complete()
    await camera.pilot.pause(0.3)
    camera.take("notebook-120")
    await camera.pilot.press("e")
    await camera.pilot.pause(0.3)
    camera.take("export-120")


async def _series(camera: Photographer) -> None:
    """Take a series: with a seed and without, at temperature 0 and 0.7."""
    await camera.until(lambda: isinstance(camera.app.screen, Workbench))
    await camera.pilot.press("ctrl+g", "f3", "8")
    await camera.pilot.pause(0.3)
    camera.take("series-setup-120")
    await camera.pilot.press("enter")
    await camera.until(lambda: camera.app.history.count() == SERIES_RUNS and not camera.bench.live)
    await camera.pilot.pause(SERIES_SECONDS)
    camera.take("series-120")
    # Not sent, at 0.7: the second of the four.
    await camera.pilot.press("down", "enter")
    await camera.app.workers.wait_for_complete()
    await camera.pilot.pause(SERIES_SECONDS)
    camera.take("agreement-120")
    await camera.pilot.press("escape", "escape", "f3", "T")
    await camera.app.workers.wait_for_complete()
    await camera.pilot.pause(SERIES_SECONDS)
    camera.take("overview-120")


if __name__ == "__main__":
    asyncio.run(main())
