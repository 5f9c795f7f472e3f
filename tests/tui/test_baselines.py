"""Baselines in the app: pinned, listed, compared, checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from seedtui.tui.screens.baselines import BaselinesScreen
from seedtui.tui.widgets.table import Table
from support.app import Driver, running_app
from support.runs import a_run
from support.scripted_server import ScriptedServer, error_body, status, text


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(words=12) as running:
        yield running


def set_seed(driver: Driver, seed: str) -> None:
    form = driver.workbench.form
    form.load(replace(form.draft, typed={**form.draft.typed, "seed": seed}))


def pinned(driver: Driver) -> list[int]:
    return [run_id for run_id, _ in driver.history.baselines()]


def rows(driver: Driver) -> list[tuple[str, ...]]:
    assert isinstance(driver.app.screen, BaselinesScreen), driver.screen_text
    return list(driver.app.screen.query_one(Table).rows)


async def with_two_pinned(driver: Driver, server: ScriptedServer) -> None:
    """Send two seeds, pin both runs, and open the list."""
    set_seed(driver, "1")
    await driver.sent("f5", 1)
    set_seed(driver, "2")
    await driver.sent("f5", 2)
    await driver.press("f3", "home", "p", "down", "p", "P")


async def test_a_run_is_pinned_and_unpinned_with_one_key(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.sent("f6", 2)
        await driver.press("f3", "home", "p")
        assert pinned(driver) == [2]
        assert "#2^" in driver.screen_text
        assert driver.status.startswith("#2 is a baseline now, marked ^.")
        await driver.press("p")
        assert pinned(driver) == []
        assert "#2^" not in driver.screen_text
        assert driver.status == "#2 is a baseline no longer; p pins it again."


async def test_the_mark_comes_back_with_a_deleted_baseline(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.sent("f5", 1)
        await driver.press("f3", "p", "d", "y")
        assert pinned(driver) == []
        await driver.press("u")
        assert pinned(driver) == [1]
        assert "#1^" in driver.screen_text


async def test_what_was_pinned_before_is_marked_from_the_start(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        driver.history.add([a_run(id=1)], [None])
        driver.history.pin([1])
        driver.workbench.read_page()
        driver.workbench.read_pins()
        await driver.settle()
        assert "#1^" in driver.screen_text


async def test_a_run_that_still_goes_on_is_not_pinned(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        server.hold(after=3)
        await driver.pilot.press("f5")
        await driver.until(lambda: server.held == 1)
        await driver.press("f3", "p")
        assert "it can be pinned when it has ended" in driver.status
        assert pinned(driver) == []
        server.release()
        await driver.until(lambda: driver.ended == 1)


async def test_without_baselines_the_list_says_how_to_get_one(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.press("f3", "P")
        assert "p in the list of runs makes one a baseline" in driver.screen_text
        await driver.press("c", "enter", "escape")
        assert driver.app.screen is driver.workbench


async def test_each_baseline_is_held_against_the_newest_run_of_its_request(
    server: ScriptedServer, tmp_path: Path
) -> None:
    async with running_app(server, tmp_path) as driver:
        await with_two_pinned(driver, server)
        assert [row[0] for row in rows(driver)] == ["#2", "#1"]
        assert {row[-1] for row in rows(driver)} == {"Not sent again yet: c sends it."}
        await driver.press("escape")
        await driver.sent("f5", 3)
        await driver.press("f3", "P")
        assert rows(driver)[0][-2:] == ("#3", "= Identical: same request, seed 2.")
        # All of the row under the cursor is told below.
        assert "= #2 → #3  Identical" in driver.screen_text
        await driver.press("down")
        assert "#1: Not sent again yet" in driver.screen_text
        await driver.press("up")
        await driver.press("enter")
        assert driver.workbench.pair.marks == {2: "A", 3: "B"}
        assert "Identical: same request, seed 2." in driver.verdict


async def test_a_baseline_is_not_held_against_an_older_run(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        set_seed(driver, "1")
        await driver.sent("f6", 2)
        await driver.press("f3", "home", "p", "P")
        assert "Not sent again yet: c sends it." in driver.screen_text


async def test_all_are_checked_with_one_key(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await with_two_pinned(driver, server)
        server.script(text("Quite", " another."))
        await driver.pilot.press("c")
        await driver.until(lambda: "2 checked: 1 the same, 1 different." in driver.screen_text)
        assert sorted(row[-1][0] for row in rows(driver)) == ["=", "≠"]
        assert len(server.completions) == 4
        # The pair on the workbench is left alone.
        await driver.press("escape")
        assert 3 not in driver.workbench.pair.marks


async def test_one_alone_is_checked(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await with_two_pinned(driver, server)
        await driver.press("down")
        await driver.pilot.press("C")
        await driver.until(lambda: "1 checked: 1 the same." in driver.screen_text)
        assert server.completions[-1].json["seed"] == 1
        assert rows(driver)[0][-1] == "Not sent again yet: c sends it."


async def test_a_check_that_fails_says_why(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await with_two_pinned(driver, server)
        server.script(*[status(400, error_body("no such thing"))] * 2)
        await driver.pilot.press("c")
        await driver.until(lambda: "2 checked: 2 trouble." in driver.screen_text)
        assert rows(driver)[0][-1].startswith("! The new run failed:")


async def test_a_check_can_be_cancelled(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await with_two_pinned(driver, server)
        server.hold(after=3)
        await driver.pilot.press("c")
        await driver.until(lambda: server.held == 2)
        assert "Checking: 0 of 2 so far" in driver.screen_text
        await driver.press("f8")
        await driver.until(lambda: "2 checked: 2 trouble." in driver.screen_text)
        server.release()


async def test_an_endpoint_that_is_not_configured_is_named_and_nothing_is_sent(
    server: ScriptedServer, tmp_path: Path
) -> None:
    async with running_app(server, tmp_path) as driver:
        driver.history.add([a_run(id=1, endpoint="else[/]where")], [None])
        driver.history.pin([1])
        await driver.press("f3", "P", "c")
        assert "Its endpoint, else[/]where, is not configured here" in driver.screen_text
        assert server.completions == []


async def test_unpinned_in_the_list_and_pinned_again(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await with_two_pinned(driver, server)
        await driver.press("p")
        assert pinned(driver) == [1]
        assert rows(driver)[0][0] == "#2 (unpinned)"
        await driver.press("p")
        assert pinned(driver) == [1, 2]
