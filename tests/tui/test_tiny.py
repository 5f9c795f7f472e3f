"""Every screen in a terminal that has next to no room: what a window manager makes of it for a moment."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from seedtui.history import History
from support.app import running_app
from support.corpus import ODD
from support.runs import a_run

SIZES = ((1, 1), (2, 2), (100, 1), (1, 100), (3, 3), (4, 30), (20, 5), (300, 2))
OPENS = (
    *("", "A", "F", "P", "R", "T", "e", "d", "s", "slash", "t", "w"),
    *("f1", "ctrl+g", "ctrl+p", "question_mark"),
)


@pytest.mark.parametrize("key", OPENS)
async def test_no_screen_needs_room(tmp_path: Path, key: str) -> None:
    with closing(History.open(tmp_path / "history.db")) as history:
        history.add([a_run(f"Once {text} upon.", seed=1) for text in ODD.values()], [None] * len(ODD))
    async with running_app(None, tmp_path, base_url="http://127.0.0.1:9/v1", model="") as driver:
        await driver.press("f3", "enter", *([key] if key else []))
        for columns, rows in SIZES:
            await driver.pilot.resize_terminal(columns, rows)
            await driver.pilot.press("down", "tab")
            driver.app.redraw()
            await driver.settle()
        assert driver.app.is_running
