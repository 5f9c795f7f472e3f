"""How the terminal app paints: how often, and with which colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from seedtui.config.fields import Fields

NO_COLORS: Final = "none"

# What a line over which the bytes travel far can take, and a terminal at hand.
_FAR_FRAMES: Final = 5
_NEAR_FRAMES: Final = 8
_FAR: Final = ("SSH_CONNECTION", "SSH_TTY")

# The names that Textual has for them.
_SYSTEMS: Final = {"16": "standard", "256": "256", "truecolor": "truecolor"}
_CHOICES: Final = ("auto", *_SYSTEMS, NO_COLORS)
# These have 256 colours and do not say so in their names; what else they set is not passed on by ssh.
_MORE_THAN_THEY_SAY: Final = ("alacritty", "contour", "foot", "ghostty", "rio", "wezterm", "xterm-ghostty")


class ScreenSettings(NamedTuple):
    """How the terminal app paints.

    Attributes:
        frames_per_second: How often streaming text is painted at most.
        animation: Whether what scrolls or opens may glide there.
        cursor_blink: Whether the text cursor blinks.
        colors: `auto`, `16`, `256`, `truecolor` or `none`.
    """

    frames_per_second: int = _NEAR_FRAMES
    animation: bool = False
    cursor_blink: bool = False
    colors: str = "auto"

    @property
    def has_colors(self) -> bool:
        """Whether there may be any colour at all."""
        return self.colors != NO_COLORS


USUAL: Final = ScreenSettings()


def read_screen(fields: Fields, environ: Mapping[str, str]) -> ScreenSettings:
    """Read the table `screen`.

    Args:
        fields: The table.
        environ: The environment: SSH_CONNECTION means fewer frames, NO_COLOR no colours.

    Raises:
        FieldError: If something in it is wrong.
    """
    fields.only("frames_per_second", "animation", "cursor_blink", "colors")
    frames = _FAR_FRAMES if any(environ.get(name) for name in _FAR) else _NEAR_FRAMES
    colors = fields.text("colors", "auto")
    if colors not in _CHOICES:
        raise fields.problem("colors", f"must be one of {', '.join(_CHOICES)}, in quotation marks.")
    return ScreenSettings(
        frames_per_second=fields.integer("frames_per_second", frames, 1, 60),
        animation=fields.flag("animation", False),
        cursor_blink=fields.flag("cursor_blink", False),
        colors=NO_COLORS if environ.get("NO_COLOR") else colors,
    )


def color_system(settings: ScreenSettings, environ: Mapping[str, str]) -> str | None:
    """Return what TEXTUAL_COLOR_SYSTEM is to say; None to leave it as it is.

    Args:
        settings: The settings.
        environ: The environment.
    """
    if settings.colors in _SYSTEMS:
        return _SYSTEMS[settings.colors]
    term = environ.get("TERM", "").lower()
    says_more = bool(environ.get("COLORTERM") or environ.get("TEXTUAL_COLOR_SYSTEM"))
    return "256" if term in _MORE_THAN_THEY_SAY and not says_more else None
