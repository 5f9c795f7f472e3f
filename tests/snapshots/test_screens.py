"""Each screen as a picture, in the sizes and themes that matter, on the notebook's published completions."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from seedtui import config
from seedtui.core.draft import NOTEBOOK_DRAFT
from seedtui.exchange.logs.found import ImportedRun
from seedtui.exchange.logs.reading import read_runs
from seedtui.history import History
from seedtui.paths import draft_path
from seedtui.tui.app import SeedtuiApp
from seedtui.tui.draft_file import write_draft
from seedtui.tui.screens.workbench import Workbench
from support.calm import calm
from support.mars import MARS_FILE
from support.scripted_server import ScriptedServer

Snap = Callable[..., bool]
WIDE, NARROW = (120, 40), (80, 24)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def make_app(
    tmp_path: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., SeedtuiApp]]:
    """Return a function that makes the app on a history with the notebook's four runs."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    history = History.open(tmp_path / "history.db")
    with MARS_FILE.open("rb") as file:
        found = [one for one in read_runs([("mars.jsonl", file)]) if isinstance(one, ImportedRun)]
    apps: list[SeedtuiApp] = []

    def make(*, runs: bool = True, theme: str = "") -> SeedtuiApp:
        if runs:
            history.add([one.run for one in found], [one.key for one in found])
        write_draft(draft_path(), replace(NOTEBOOK_DRAFT, endpoint="openai", model="gpt-3.5-turbo-1106"))
        settings = replace(config.load(tmp_path / "none.toml", os.environ), theme=theme)
        app = SeedtuiApp(settings, history)
        app.runner.start()
        apps.append(app)
        return app

    yield make
    for app in apps:
        app.runner.close()
    history.close()
    monkeypatch.undo()
    time.tzset()


def pressing(*keys: str) -> Callable[[Pilot[Any]], Any]:
    """Return what presses keys one by one, each when the app has come to rest."""

    async def press(pilot: Pilot[Any]) -> None:
        app = pilot.app
        await calm(pilot)
        for key in keys:
            await pilot.press(key)
            await calm(pilot)
        # What the model list's answer says would come at any time.
        bench = next(screen for screen in app.screen_stack if isinstance(screen, Workbench))
        bench.say("")
        await calm(pilot)

    return press


UNSEEDED = ("f3", "end", "a", "up", "b")
SEEDED = ("f3", "home", "b", "down", "a")
CHANGED = ("f3", "end", "a", "home", "b")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_empty(snap_compare: Snap, make_app: Callable[..., SeedtuiApp], size: tuple[int, int]) -> None:
    assert snap_compare(make_app(runs=False), terminal_size=size, run_before=pressing())


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("keys", [UNSEEDED, SEEDED, CHANGED], ids=["unseeded", "reproduced", "changed"])
def test_comparison(
    snap_compare: Snap, make_app: Callable[..., SeedtuiApp], size: tuple[int, int], keys: Sequence[str]
) -> None:
    assert snap_compare(make_app(), terminal_size=size, run_before=pressing(*keys, "f4"))


def test_runs_in_a_narrow_terminal(snap_compare: Snap, make_app: Callable[..., SeedtuiApp]) -> None:
    assert snap_compare(make_app(), terminal_size=NARROW, run_before=pressing(*UNSEEDED))


@pytest.mark.parametrize("keys", [("v",), ("v", "v")], ids=["unified", "inline"])
def test_unified_and_inline(snap_compare: Snap, make_app: Callable[..., SeedtuiApp], keys: Sequence[str]) -> None:
    assert snap_compare(make_app(), terminal_size=WIDE, run_before=pressing(*UNSEEDED, *keys))


@pytest.mark.parametrize("key", ["w", "B", "e"], ids=["versus", "picker", "export"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_lists_and_dialogs(
    snap_compare: Snap,
    make_app: Callable[..., SeedtuiApp],
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    key: str,
) -> None:
    # The path that is offered is in the picture.
    monkeypatch.setattr("seedtui.exchange.files.free_path", lambda folder, name: Path("/home/me") / name)
    assert snap_compare(make_app(), terminal_size=size, run_before=pressing(*SEEDED, key))


@pytest.mark.parametrize("theme", ["seedtui-blue-orange", "seedtui-16"])
def test_themes(snap_compare: Snap, make_app: Callable[..., SeedtuiApp], theme: str) -> None:
    assert snap_compare(make_app(theme=theme), terminal_size=WIDE, run_before=pressing(*UNSEEDED, "n", "m"))


def test_light_theme(snap_compare: Snap, make_app: Callable[..., SeedtuiApp]) -> None:
    assert snap_compare(make_app(theme="seedtui-light"), terminal_size=WIDE, run_before=pressing(*UNSEEDED))


def test_without_colour(
    snap_compare: Snap, make_app: Callable[..., SeedtuiApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(make_app(), terminal_size=WIDE, run_before=pressing(*UNSEEDED))


def test_a_bad_value(snap_compare: Snap, make_app: Callable[..., SeedtuiApp]) -> None:
    app = make_app(runs=False)

    async def type_badly(pilot: Pilot[Any]) -> None:
        await pressing()(pilot)
        bench = next(screen for screen in app.screen_stack if isinstance(screen, Workbench))
        bench.form.load(replace(bench.form.draft, typed={"seed": "12x", "temperature": "0.7"}))
        await pressing("f5")(pilot)

    assert snap_compare(app, terminal_size=WIDE, run_before=type_badly)


def test_the_completions_api(snap_compare: Snap, make_app: Callable[..., SeedtuiApp]) -> None:
    assert snap_compare(make_app(runs=False), terminal_size=NARROW, run_before=pressing("f9"))


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_help(snap_compare: Snap, make_app: Callable[..., SeedtuiApp], size: tuple[int, int]) -> None:
    assert snap_compare(make_app(), terminal_size=size, run_before=pressing("f1"))


def test_delete_asks(snap_compare: Snap, make_app: Callable[..., SeedtuiApp]) -> None:
    assert snap_compare(make_app(), terminal_size=NARROW, run_before=pressing("f3", "d"))
