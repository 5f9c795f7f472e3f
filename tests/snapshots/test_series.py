"""Series and baselines as pictures, on a history made by hand."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from seedtui import config
from seedtui.core.draft import NOTEBOOK_DRAFT, to_request
from seedtui.core.run import Completion, Run, RunError, Status
from seedtui.core.series import Plan
from seedtui.core.sweep import expand, parse_axis
from seedtui.history import History
from seedtui.paths import draft_path
from seedtui.tui.app import SeedtuiApp
from seedtui.tui.draft_file import write_draft
from seedtui.tui.screens.series_setup import SeriesSetup
from seedtui.tui.screens.workbench import Workbench
from support.calm import calm
from support.runs import a_run

Snap = Callable[..., bool]
Make = Callable[..., SeedtuiApp]
WIDE, NARROW = (120, 40), (80, 24)
DARK, SIXTEEN = "seedtui-dark", "seedtui-16"
DRAFT = replace(NOTEBOOK_DRAFT, endpoint="openai", model="gpt-3.5-turbo-1106")
MADE = datetime(2026, 11, 22, 21, 43, tzinfo=UTC)

looks = pytest.mark.parametrize(
    ("size", "theme"), [(WIDE, DARK), (NARROW, DARK), (WIDE, SIXTEEN)], ids=["wide", "narrow", "sixteen"]
)


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[History]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    # The built-in model's weights are there or not: nobody asks for them here.
    write_draft(draft_path(), DRAFT)
    found = History.open(tmp_path / "history.db")
    yield found
    found.close()
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def make_app(history: History, tmp_path: Path) -> Iterator[Make]:
    """Return a function that makes the app on the history."""
    apps: list[SeedtuiApp] = []

    def make(theme: str = DARK) -> SeedtuiApp:
        settings = replace(config.load(tmp_path / "none.toml", os.environ), theme=theme)
        apps.append(SeedtuiApp(settings, history))
        return apps[-1]

    yield make
    for app in apps:
        app.close_runner()


def pressing(*keys: str) -> Callable[[Pilot[Any]], Any]:
    """Return what presses keys one by one, each when the app has come to rest."""

    async def press(pilot: Pilot[Any]) -> None:
        await calm(pilot)
        for key in keys:
            await pilot.press(key)
            await calm(pilot)
        # What the model list's answer says would come at any time.
        bench = next(screen for screen in pilot.app.screen_stack if isinstance(screen, Workbench))
        bench.say("")
        await calm(pilot)

    return press


def a_series(history: History) -> None:
    """Keep a series of four settings: most of it answered, two slots failed, the last round open."""
    axes = [parse_axis("seed=unset,123"), parse_axis("temperature=0,0.7")]
    plan = Plan(expand(to_request(DRAFT), "openai", axes), 6, 8)
    series_id = history.add_series(plan.as_json(), MADE)
    for slot in range(plan.count - 4):
        setting = plan.setting_of(slot)
        run_id = history.start(setting.request, setting.endpoint, MADE, (series_id, slot))
        failed = slot in (5, 9)
        seed, temperature = (value for _, value in setting.labels)
        story = f"In the year 2050, {slot if temperature and seed != 123 else 'a team of astronauts'} set out."
        run = a_run(story if not failed else None, id=run_id, endpoint="openai")
        error = RunError("http", "The endpoint answered 500; try again later.", 500) if failed else None
        status = Status.FAILED if failed else Status.COMPLETE
        history.finish(replace(run, request=setting.request, status=status, error=error))


def baselines(history: History) -> None:
    """Keep three baselines: reproduced, not reproduced, never sent again."""

    def run(number: int, text: str, seed: int) -> Run:
        made = a_run(text, id=number, seed=seed)
        return replace(made, completions=(Completion(0, text, "stop"),))

    texts = [("Once.", 1), ("Twice told.", 2), ("Alone.", 3), ("Once.", 1), ("Thrice told.", 2)]
    history.add([run(number, *one) for number, one in enumerate(texts, 1)], [None] * len(texts))
    history.pin([1, 2, 3])


@looks
def test_set_up(snap_compare: Snap, make_app: Make, size: tuple[int, int], theme: str) -> None:
    assert snap_compare(make_app(theme), terminal_size=size, run_before=pressing("ctrl+g", "f3"))


def test_set_up_with_a_bad_sweep(snap_compare: Snap, make_app: Make) -> None:
    app = make_app()

    async def type_badly(pilot: Pilot[Any]) -> None:
        await pressing("ctrl+g")(pilot)
        assert isinstance(app.screen, SeriesSetup)
        app.screen._box("sweep-0").typed = "temperature=0,0.7,3"
        await pressing("tab", "tab")(pilot)

    assert snap_compare(app, terminal_size=NARROW, run_before=type_badly)


@looks
def test_a_series(snap_compare: Snap, history: History, make_app: Make, size: tuple[int, int], theme: str) -> None:
    a_series(history)
    assert snap_compare(make_app(theme), terminal_size=size, run_before=pressing("f3", "R", "enter"))


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_list_of_series(snap_compare: Snap, history: History, make_app: Make, size: tuple[int, int]) -> None:
    a_series(history)
    assert snap_compare(make_app(), terminal_size=size, run_before=pressing("f3", "R"))


@looks
def test_baselines(
    snap_compare: Snap,
    history: History,
    make_app: Make,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    theme: str,
) -> None:
    # When they were pinned is in the picture.
    monkeypatch.setattr("seedtui.tui.screens.baselines.when", lambda moment, now: "22 Nov")
    baselines(history)
    assert snap_compare(make_app(theme), terminal_size=size, run_before=pressing("f3", "P", "down"))


def test_pinned_runs_in_the_list(snap_compare: Snap, history: History, make_app: Make) -> None:
    baselines(history)
    assert snap_compare(make_app(), terminal_size=NARROW, run_before=pressing("f3"))
