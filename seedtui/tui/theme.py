"""How it looks: one calm dark theme and one light, and what marks a change."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

DARK: Final = Theme(
    name="seedtui-dark",
    primary="#7aa2d6",
    secondary="#8f9bb3",
    accent="#e0a458",
    foreground="#d5dae3",
    background="#14171d",
    surface="#191d25",
    panel="#222834",
    success="#86b98a",
    warning="#e0a458",
    error="#e0776c",
    dark=True,
    variables={
        "diff-deleted": "#35261f",
        "diff-deleted-now": "#5c3a28",
        "diff-deleted-text": "#f0bf9b",
        "diff-inserted": "#1a2d40",
        "diff-inserted-now": "#244b70",
        "diff-inserted-text": "#a9d0f5",
        "row-cursor": "#7aa2d6 25%",
        "input-selection-background": "#7aa2d6 35%",
    },
)

LIGHT: Final = Theme(
    name="seedtui-light",
    primary="#2f5f9e",
    secondary="#5a6577",
    accent="#9a5b00",
    foreground="#1f242c",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e6e3dc",
    success="#2e6b34",
    warning="#9a5b00",
    error="#b03a2e",
    dark=False,
    variables={
        "diff-deleted": "#fbe9da",
        "diff-deleted-now": "#f6c9a4",
        "diff-deleted-text": "#7a3a00",
        "diff-inserted": "#e0ecfa",
        "diff-inserted-now": "#b4d3f5",
        "diff-inserted-text": "#123f70",
        "row-cursor": "#2f5f9e 25%",
    },
)

# Nothing hangs on telling red from green here: blue is good or B's, orange is bad or A's.
BLUE_ORANGE: Final = Theme(
    name="seedtui-blue-orange",
    primary="#6fb1ff",
    secondary="#9aa7bd",
    accent="#ffa94d",
    foreground="#e6e9ef",
    background="#101318",
    surface="#161a21",
    panel="#20262f",
    success="#6fb1ff",
    warning="#ffc078",
    error="#ff922b",
    dark=True,
    variables={
        "diff-deleted": "#40250a",
        "diff-deleted-now": "#7a430c",
        "diff-deleted-text": "#ffd8a8",
        "diff-inserted": "#0d2a4d",
        "diff-inserted-now": "#17518f",
        "diff-inserted-text": "#bfe0ff",
        "row-cursor": "#6fb1ff 25%",
        "input-selection-background": "#6fb1ff 35%",
    },
)

# The terminal's own sixteen colours, on its own background.
SIXTEEN: Final = Theme(
    name="seedtui-16",
    primary="ansi_cyan",
    secondary="ansi_cyan",
    accent="ansi_yellow",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    dark=True,
    ansi=True,
    variables={
        **BUILTIN_THEMES["ansi-dark"].variables,
        "diff-deleted": "ansi_default",
        "diff-deleted-now": "ansi_default",
        "diff-deleted-text": "ansi_yellow",
        "diff-inserted": "ansi_default",
        "diff-inserted-now": "ansi_default",
        "diff-inserted-text": "ansi_cyan",
        "row-cursor": "ansi_blue",
    },
)

# Without colours a background becomes reversed: only what stands out may have one.
PLAIN: Final = replace(
    SIXTEEN,
    name="seedtui-plain",
    variables={
        **SIXTEEN.variables,
        **dict.fromkeys(
            (
                "scrollbar-background",
                "scrollbar-background-hover",
                "scrollbar-background-active",
                "scrollbar-corner-color",
            ),
            "ansi_default",
        ),
    },
)

THEMES: Final = (DARK, LIGHT, BLUE_ORANGE, SIXTEEN, PLAIN)


def theme_for(color_system: str | None) -> str:
    """Return the theme for a terminal whose user chose none.

    Args:
        color_system: What Rich calls the colours it can show: `standard` are sixteen.
    """
    return SIXTEEN.name if color_system == "standard" else DARK.name
