"""Painting without colours, and what is said of a copied text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rich.style import Style
from textual.widgets import Input

from seedtui import config
from seedtui.history import History
from seedtui.tui.app import SeedtuiApp
from seedtui.tui.colorless import without_colors
from seedtui.tui.theme import PLAIN
from seedtui.tui.widgets.bars import StatusLine
from seedtui.tui.widgets.line_input import LineInput


class App(SeedtuiApp):
    """The app without anything that it asks for later."""

    def after_first_frame(self) -> None:
        pass


@pytest.mark.parametrize(
    ("style", "plain"),
    [
        ("bold underline red on default", "bold underline"),
        ("italic #336699 on #101010", "italic reverse"),
        ("reverse white on blue", "reverse"),
        ("none", "none"),
    ],
)
def test_colours_go_attributes_stay_and_a_background_becomes_reversed(style: str, plain: str) -> None:
    assert without_colors(Style.parse(style)) == Style.parse(plain)


async def test_without_colours_no_cell_has_one(home: Path) -> None:
    settings = config.load(home / "none.toml", {"NO_COLOR": "1"})
    app = App(replace(settings, theme=PLAIN.name), History.open(home / "history.db"))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        styles = [segment.style for strip in app.screen._compositor.render_strips() for segment in strip]
    app.history.close()
    assert any(style and style.bold for style in styles)
    assert not [style for style in styles if style and (style.color or style.bgcolor)]


@pytest.mark.parametrize("blinks", [False, True])
async def test_the_text_cursor_blinks_only_if_it_is_told_to(home: Path, blinks: bool) -> None:
    (home / "settings.toml").write_text(f"[screen]\ncursor_blink = {str(blinks).lower()}\n")
    app = App(config.load(home / "settings.toml", {}), History.open(home / "history.db"))
    async with app.run_test(size=(120, 40)):
        assert {field.cursor_blink for field in app.screen.query(LineInput)} == {blinks}
    app.history.close()


@pytest.mark.parametrize("blinks", [False, True])
async def test_nor_does_it_blink_in_the_palette(home: Path, blinks: bool) -> None:
    (home / "settings.toml").write_text(f"[screen]\ncursor_blink = {str(blinks).lower()}\n")
    app = App(config.load(home / "settings.toml", {}), History.open(home / "history.db"))
    async with app.run_test(size=(120, 40)) as pilot:
        for opens in (app.action_command_palette, app.search_themes):
            opens()
            await pilot.pause()
            assert {field.cursor_blink for field in app.screen.query(Input)} == {blinks}
            await pilot.press("escape")
    app.history.close()


async def test_what_tmux_does_with_a_copied_text_is_said_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    app = App(config.load(home / "none.toml", {}), History.open(home / "history.db"))
    async with app.run_test(size=(120, 40)) as pilot:
        status = app.screen.query_one(StatusLine)
        app.copy_to_clipboard("a text")
        await pilot.pause()
        assert "set-clipboard on" in status.text
        status.text = ""
        app.copy_to_clipboard("another")
        await pilot.pause()
        assert status.text == ""
    app.history.close()
