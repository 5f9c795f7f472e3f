"""The first frame: the whole workbench at once, and what it may not bring along."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from seedtui import config
from seedtui.history import History
from seedtui.tui.app import SeedtuiApp
from support.runs import a_run

ROOT = Path(__file__).parent.parent.parent

IMPORTS = """
import os, sys
from pathlib import Path
from seedtui import config
from seedtui.history import History
from seedtui.tui.app import SeedtuiApp

class App(SeedtuiApp):
    def after_first_frame(self):
        print(*sys.modules)
        self.exit()

home = Path(sys.argv[1])
App(config.load(home / "none.toml", os.environ), History.open(home / "history.db")).run(headless=True, size=(120, 40))
"""


class Watched(SeedtuiApp):
    """Keeps every frame as text."""

    def __init__(self, folder: Path) -> None:
        super().__init__(config.load(folder / "none.toml", os.environ), History.open(folder / "history.db"))
        self.frames: list[list[str]] = []

    def after_first_frame(self) -> None:
        pass

    def post_display_hook(self) -> None:
        strips = self.screen._compositor.render_strips()
        self.frames.append([strip.text.rstrip() for strip in strips])


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["wide", "narrow"])
async def test_the_first_frame_is_the_whole_workbench(tmp_path: Path, size: tuple[int, int]) -> None:
    app = Watched(tmp_path)
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
    app.history.close()
    first = next(frame for frame in app.frames if any(frame))
    assert any("Commands" in line or "Help" in line for line in first)
    assert [line for line in app.frames[-1] if line not in first] == []


async def test_the_newest_runs_are_in_the_first_frame(tmp_path: Path) -> None:
    app = Watched(tmp_path)
    runs = [a_run(f"Text {number}.") for number in range(300)]
    app.history.add(runs, [None] * len(runs))
    async with app.run_test(size=(120, 40)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
    app.history.close()
    first = next(frame for frame in app.frames if any(frame))
    assert any("#300" in line for line in first)
    assert [line for line in app.frames[-1] if line not in first] == []


def test_the_first_frame_needs_nothing_heavy(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, str(tmp_path)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(done.stdout.split())
    assert "seedtui.tui.widgets.request_form" in loaded
    heavy = {"openai", "httpx2", "pydantic", "regex", "tomllib", "rapidfuzz", "keyring"}
    late = {f"seedtui.{part}" for part in ("runner", "endpoints", "exchange", "core.diff", "core.verdict")}
    assert loaded & (heavy | late) == set()
