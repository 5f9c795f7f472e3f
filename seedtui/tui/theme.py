"""How it looks: one calm dark theme and one light, and what marks a change."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

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
    },
)

THEMES: Final = (DARK, LIGHT)
