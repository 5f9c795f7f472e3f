"""Agreement, overview and fingerprints as pictures, on histories that agree by a known rule."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from seedtui import config
from seedtui.core.run import Run, Status
from seedtui.history import History
from seedtui.tui.app import SeedtuiApp
from support.agreeing import many, scripted
from support.calm import calm
from support.hostile import EDITED, MARKUP, TEXT
from support.runs import a_run

Snap = Callable[..., bool]
Make = Callable[..., SeedtuiApp]
WIDE, NARROW = (120, 40), (80, 24)
DARK, SIXTEEN = "seedtui-dark", "seedtui-16"
TEXTS = ("It is so, A.", "It is not, B.", "Perhaps; C.", "It is so: A.")

sizes = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
themes = pytest.mark.parametrize("theme", [DARK, SIXTEEN], ids=["dark", "sixteen"])


@pytest.fixture
def make_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Return a function that makes the app on some runs."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    history = History.open(tmp_path / "history.db")
    apps: list[SeedtuiApp] = []

    def make(runs: Iterable[Run], theme: str = DARK) -> SeedtuiApp:
        made = list(runs)
        history.add(made, [None] * len(made))
        settings = replace(config.load(tmp_path / "none.toml", os.environ), theme=theme)
        apps.append(SeedtuiApp(settings, history))
        return apps[-1]

    yield make
    for app in apps:
        app.close_runner()
    history.close()
    monkeypatch.undo()
    time.tzset()


def pressing(*keys: str, typed: str = "") -> Callable[[Pilot[Any]], Any]:
    """Return what goes to the runs and presses keys, each when the app has come to rest."""

    async def press(pilot: Pilot[Any]) -> None:
        for key in ("", "f3", *keys, *typed):
            if key:
                await pilot.press(key)
            await calm(pilot)
        if typed:
            # What was typed is taken after a moment; leaving the field takes nothing more.
            while "TARa" not in str(pilot.app.screen.query_one("#figures").render()):
                await pilot.pause()
            await pilot.press("escape")
            await calm(pilot)

    return press


@sizes
@themes
@pytest.mark.parametrize("pane", ["1", "2", "3", "4"], ids=["versions", "tree", "curve", "tables"])
def test_agreement(snap_compare: Snap, make_app: Make, size: tuple[int, int], theme: str, pane: str) -> None:
    if size == WIDE and pane in "34":
        pytest.skip("In a wide terminal all panes are in sight.")
    app = make_app(scripted(30), theme)
    assert snap_compare(app, terminal_size=size, run_before=pressing("t", pane, "down"))


def test_agreement_without_colour(snap_compare: Snap, make_app: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(make_app(scripted(30)), terminal_size=WIDE, run_before=pressing("t", "2", "down"))


@sizes
def test_agreement_of_hostile_texts(snap_compare: Snap, make_app: Make, size: tuple[int, int]) -> None:
    name = "\x1b]52;c;x\x07\u202e[/]evil"
    messages = [{"role": "user", "content": f"{name}{MARKUP}"}]
    runs = [a_run(text, fingerprint=name + text[:1], model=name, messages=messages) for text in (TEXT, EDITED) * 3]
    assert snap_compare(make_app(runs), terminal_size=size, run_before=pressing("t", "2", "down"))


@sizes
def test_agreement_of_a_thousand_versions(snap_compare: Snap, make_app: Make, size: tuple[int, int]) -> None:
    runs = [a_run(f"They all begin alike, {number} ends.", seed=1) for number in range(1000)]
    assert snap_compare(make_app(runs), terminal_size=size, run_before=pressing("t", "2", "down"))


@pytest.mark.parametrize(
    "runs", [[a_run("Alone")], [a_run(None, status=Status.FAILED)] * 3], ids=["one_run", "all_failed"]
)
def test_agreement_of_little(snap_compare: Snap, make_app: Make, runs: list[Run]) -> None:
    assert snap_compare(make_app(runs), terminal_size=WIDE, run_before=pressing("t"))


@sizes
@themes
def test_overview(snap_compare: Snap, make_app: Make, size: tuple[int, int], theme: str) -> None:
    app = make_app([*many(30, TEXTS), *scripted(30)], theme)
    assert snap_compare(app, terminal_size=size, run_before=pressing("T", "a", typed="[A-D]"))


@sizes
@themes
def test_fingerprints(snap_compare: Snap, make_app: Make, size: tuple[int, int], theme: str) -> None:
    runs = [*scripted(30), a_run("x", fingerprint="fp_ollama", model="llama3"), a_run("y", fingerprint=None)]
    assert snap_compare(make_app(runs, theme), terminal_size=size, run_before=pressing("F", "down"))


@pytest.mark.parametrize("key", ["T", "F"])
def test_an_empty_history(snap_compare: Snap, make_app: Make, key: str) -> None:
    assert snap_compare(make_app([]), terminal_size=NARROW, run_before=pressing(key))


@pytest.mark.parametrize("key", ["t", "T"])
def test_what_the_words_mean(snap_compare: Snap, make_app: Make, key: str) -> None:
    app = make_app(scripted(12))
    assert snap_compare(app, terminal_size=WIDE, run_before=pressing(key, "question_mark"))
