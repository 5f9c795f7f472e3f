"""Keys that come all at once, as they do over a slow line, do what they do one by one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.events import Key

from seedtui.tui.screens.picking import PickScreen
from seedtui.tui.widgets.line_input import LineInput
from support.app import Driver, running_app
from support.runs import a_run

Keys = list[str]


@asynccontextmanager
async def in_the_list(path: Path) -> AsyncIterator[Driver]:
    """Open the app on some runs, with the cursor in their list."""
    async with running_app(None, path, base_url="http://127.0.0.1:1/v1") as driver:
        driver.history.add([a_run(f"The mars story {number}.") for number in range(6)], [None] * 6)
        driver.workbench.read_page()
        await driver.settle()
        await driver.press("f3", "home")
        yield driver


async def at_once(driver: Driver, keys: Keys) -> None:
    """Press keys before any of them is seen to."""
    for key in keys:
        driver.app.post_message(Key(key, key if len(key) == 1 else None))
    await driver.settle()


def typed(driver: Driver, where: str = "#filter") -> str:
    return driver.app.screen.query_one(where, LineInput).typed


async def test_backspace_is_not_overtaken_by_what_is_typed_after_it(tmp_path: Path) -> None:
    """Typed in one go, `marz`, Backspace and `s` once became `mar`."""
    async with in_the_list(tmp_path) as driver:
        await driver.press("slash")
        await at_once(driver, [*"marz", "backspace", *"s 3", "home", "delete", "M", "end", "!"])
        assert typed(driver) == "Mars 3!"


async def test_what_is_typed_after_the_key_that_opens_the_filter_is_in_it(tmp_path: Path) -> None:
    """It was once lost: the list had the focus still."""
    async with in_the_list(tmp_path) as driver:
        await at_once(driver, ["slash", *"story 3"])
        assert typed(driver) == "story 3"
        assert [row.first_words for row in driver.workbench.runs.rows] == ["The mars story 3."]


async def test_what_comes_after_enter_is_for_the_list(tmp_path: Path) -> None:
    """It was once typed into the filter."""
    async with in_the_list(tmp_path) as driver:
        await driver.press("slash")
        await at_once(driver, [*"mars", "enter", "down", "a", "down", "b"])
        assert typed(driver) == "mars"
        assert driver.workbench.pair.a is not None
        assert driver.workbench.pair.b is not None
        assert (driver.workbench.pair.a.run_id, driver.workbench.pair.b.run_id) == (5, 4)


async def test_what_is_typed_after_the_key_that_opens_a_screen_is_typed_there(tmp_path: Path) -> None:
    async with in_the_list(tmp_path) as driver:
        await at_once(driver, ["A", *"story 2"])
        assert isinstance(driver.app.screen, PickScreen)
        assert typed(driver, "LineInput") == "story 2"
        await at_once(driver, ["escape", "slash", *"x"])
        assert typed(driver) == "x"


@pytest.mark.parametrize("times", [40])
async def test_no_key_of_many_is_lost(tmp_path: Path, times: int) -> None:
    async with in_the_list(tmp_path) as driver:
        await driver.press("slash")
        await at_once(driver, [*"ab", "backspace"] * times)
        assert typed(driver) == "a" * times
