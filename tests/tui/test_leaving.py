"""The app when something is in the way: of leaving, of a screen's end, of what is pasted."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual import events
from textual.command import CommandPalette
from textual.widgets import Static

from seedtui.core.draft import Draft
from seedtui.tui import app as app_module
from seedtui.tui.screens.confirm import ConfirmScreen
from seedtui.tui.screens.download import DownloadScreen
from support.app import Driver, running_app
from support.scripted_server import ScriptedServer


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, draft: Draft) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(app_module, "write_draft", refuse)


def question(driver: Driver) -> str:
    """What is asked."""
    return str(driver.app.screen.query(Static).first().render())


@pytest.mark.usefixtures("full_disk")
async def test_a_draft_that_cannot_be_kept_is_not_lost_unasked(server: ScriptedServer, tmp_path: Path) -> None:
    """The app once left as if nothing were wrong."""
    async with running_app(server, tmp_path) as driver:
        await driver.press("ctrl+q")
        assert isinstance(driver.app.screen, ConfirmScreen)
        assert "The draft could not be kept: No space left on device." in driver.status
        assert question(driver).endswith("Leave all the same?")
        await driver.press("n")
        assert driver.app.is_running
        await driver.press("ctrl+q")
        await driver.pilot.press("y")
        await driver.pilot.pause()
    assert driver.app.return_code == 0


@pytest.mark.usefixtures("full_disk")
async def test_the_draft_is_asked_about_after_the_runs(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        server.hold(after=2)
        await driver.pilot.press("f5")
        await driver.until(lambda: server.held)
        await driver.press("ctrl+q")
        assert "still going" in question(driver)
        await driver.press("y")
        assert question(driver).endswith("Leave all the same?")
        await driver.press("escape")
        assert driver.app.is_running


class Pull:
    """Fetches nothing until it is told to go on."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.may_end = threading.Event()
        self._problem = problem

    def __call__(self, report: Callable[[int, int], None], cancelled: threading.Event) -> None:
        assert self.may_end.wait(60)
        if self._problem is not None:
            raise self._problem


async def downloading(driver: Driver, pull: Pull) -> list[bool | None]:
    """Open the download's screen; return where its answer will be."""
    answers: list[bool | None] = []
    driver.app.push_screen(DownloadScreen("a model", pull), answers.append)
    await driver.pilot.pause()
    return answers


async def test_there_is_no_palette_over_a_download(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        pull = Pull()
        answers = await downloading(driver, pull)
        await driver.pilot.press("ctrl+p")
        assert isinstance(driver.app.screen, DownloadScreen)
        pull.may_end.set()
        await driver.until(lambda: answers)
        assert answers == [True]
        await driver.press("ctrl+p")
        assert isinstance(driver.app.screen, CommandPalette)


@pytest.mark.parametrize("problem", [None, RuntimeError("There is no network.")])
async def test_a_download_that_ends_under_a_question_ends_all_the_same(
    server: ScriptedServer, tmp_path: Path, problem: Exception | None
) -> None:
    """Its screen once took the question away in its place, and stayed for ever."""
    async with running_app(server, tmp_path) as driver:
        pull = Pull(problem)
        answers = await downloading(driver, pull)
        driver.app.push_screen(ConfirmScreen("Leave?", "Leave", "Stay"))
        await driver.pilot.pause()
        pull.may_end.set()
        await driver.settle()
        assert isinstance(driver.app.screen, ConfirmScreen)
        await driver.press("n")
        if problem is not None:
            assert "There is no network." in driver.screen_text
            await driver.press("enter")
        await driver.until(lambda: answers)
        assert answers == [problem is None]
        assert driver.app.screen_stack == [driver.workbench]


async def test_what_is_pasted_into_the_filter_acts_on_nothing(server: ScriptedServer, tmp_path: Path) -> None:
    """Control characters once reached the terminal as they were."""
    async with running_app(server, tmp_path) as driver:
        await driver.press("f3", "slash")
        driver.app.post_message(events.Paste("\x1b]52;c;ZXZpbA==\x07words"))
        await driver.settle()
        assert "␛]52;c;ZXZpbA==␇words" in driver.screen_text
        assert all(line.isprintable() for line in driver.screen_text.splitlines())
        assert driver.workbench.query_now.words == ("\x1b]52;c;ZXZpbA==\x07words",)
        await driver.press("escape")
        assert not driver.workbench.query_now
