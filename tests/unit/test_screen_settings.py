"""How the app paints: what is set, and what the connection and the terminal say."""

from __future__ import annotations

from pathlib import Path

import pytest

from seedtui.config import ConfigError, ScreenSettings, color_system, load
from seedtui.tui.clipboard import swallowed

SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}


def screen_of(folder: Path, text: str = "", environ: dict[str, str] | None = None) -> ScreenSettings:
    path = folder / "settings.toml"
    path.write_text(text)
    return load(path, environ or {}).screen


def test_nothing_moves_by_itself_and_a_far_terminal_gets_fewer_frames(tmp_path: Path) -> None:
    near, far = screen_of(tmp_path), screen_of(tmp_path, environ=SSH)
    assert far.frames_per_second < near.frames_per_second
    for settings in (near, far):
        assert (settings.animation, settings.cursor_blink, settings.colors) == (False, False, "auto")


def test_what_is_set_holds_over_ssh_too(tmp_path: Path) -> None:
    text = '[screen]\nframes_per_second = 15\nanimation = true\ncursor_blink = true\ncolors = "256"\n'
    assert screen_of(tmp_path, text, SSH) == ScreenSettings(15, animation=True, cursor_blink=True, colors="256")


@pytest.mark.parametrize(("said", "has_colors"), [("1", False), ("", True)])
def test_no_color_comes_before_the_file(tmp_path: Path, said: str, has_colors: bool) -> None:
    assert screen_of(tmp_path, '[screen]\ncolors = "16"\n', {"NO_COLOR": said}).has_colors is has_colors


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("frames_per_second = 0", "screen.frames_per_second must be a whole number from 1 to 60, not 0."),
        ('animation = "no"', "screen.animation must be true or false."),
        ("colors = 16", "screen.colors must be a text in quotation marks."),
        ('colors = "many"', "screen.colors must be one of auto, 16, 256, truecolor, none, in quotation marks."),
        ("fps = 5", "screen.fps is no setting; "),
    ],
)
def test_a_mistake_is_named_with_file_line_and_field(tmp_path: Path, line: str, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        screen_of(tmp_path, f"[screen]\n{line}\n")
    assert str(caught.value).startswith(f"{tmp_path / 'settings.toml'}, line 2: {problem}")


@pytest.mark.parametrize(
    ("colors", "environ", "system"),
    [
        ("auto", {"TERM": "xterm-256color"}, None),
        ("auto", {"TERM": "alacritty"}, "256"),
        ("auto", {"TERM": "alacritty", "COLORTERM": "truecolor"}, None),
        ("16", {"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "standard"),
        ("truecolor", {"TERM": "linux"}, "truecolor"),
    ],
)
def test_the_colours_are_the_terminals_unless_they_are_set(
    colors: str, environ: dict[str, str], system: str | None
) -> None:
    assert color_system(ScreenSettings(colors=colors), environ) == system


def test_copying_through_tmux_says_what_to_set_and_what_else_there_is() -> None:
    assert "tmux set -g set-clipboard on" in swallowed({"TMUX": "/tmp/tmux-0/default,1,0"})
    assert "e saves a file" in swallowed({"STY": "1.pts-0"})
    assert swallowed({}) == ""
