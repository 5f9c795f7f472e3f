"""What was looked at and left is not held in memory."""

from __future__ import annotations

import gc
from pathlib import Path

from textual.strip import Strip

from support.app import Driver, running_app
from support.runs import a_run

SCREENS = ("t", "T", "F", "f1", "w")


def strips() -> int:
    """Return how many painted lines are in memory."""
    gc.collect()
    return sum(type(one) is Strip for one in gc.get_objects())


async def look_around(driver: Driver, times: int) -> None:
    for _ in range(times):
        for key in SCREENS:
            await driver.press(key)
            assert len(driver.app.screen_stack) == 2, key
            await driver.press("escape")


async def test_the_lines_of_screens_that_were_left_are_not_kept(tmp_path: Path) -> None:
    """Half a megabyte was once kept of each look at the agreement, up to some dozen megabytes."""
    async with running_app(None, tmp_path, base_url="http://127.0.0.1:1/v1") as driver:
        runs = [a_run(f"The {number}th story.", seed=1) for number in range(6)]
        driver.history.add(runs, [None] * len(runs))
        driver.workbench.read_page()
        await driver.settle()
        await driver.press("f3", "home", "c")
        await look_around(driver, 2)
        before = strips()
        await look_around(driver, 5)
        assert strips() < before + 500
