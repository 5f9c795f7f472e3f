"""`seedtui` alone: the terminal app."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Final

from seedtui import paths
from seedtui.commands.common import TROUBLE, chosen_endpoint, load_settings
from seedtui.commands.output import say

if TYPE_CHECKING:
    from argparse import Namespace

_INSTEAD = 'Use the commands instead: seedtui run "…" sends, seedtui diff @2 @1 compares; seedtui --help lists all.'

# How long a thread that reads or compares may hold the interpreter while a key waits: a tenth of what is usual.
_TURN_SECONDS: Final = 0.0005


def main(options: Namespace) -> int:
    """Open the terminal app, if there is a terminal to open it in."""
    missing = _missing_terminal()
    if missing:
        say(f"{missing} {_INSTEAD}")
        return TROUBLE
    # Nothing that is made at the start is garbage, and looking for some takes a fifth of it. The app
    # turns this on again once there is something to see.
    gc.disable()
    from seedtui.config import color_system

    settings = load_settings(options)
    name = chosen_endpoint(options, settings).name if options.endpoint else None
    colors = color_system(settings.screen, os.environ)
    if colors:
        # Textual reads it as it is imported.
        os.environ["TEXTUAL_COLOR_SYSTEM"] = colors
    from seedtui.tui.type_names import without_their_widgets

    with without_their_widgets():
        from seedtui.tui.app import start

    sys.setswitchinterval(_TURN_SECONDS)
    return start(settings, paths.history_path(options.db), name)


def _missing_terminal() -> str | None:
    """Say why the app cannot be shown; None if it can. Textual paints on standard error."""
    for stream, name in ((sys.stdin, "input"), (sys.stdout, "output"), (sys.stderr, "error")):
        if not stream or not stream.isatty():
            return f"The terminal app needs a terminal, and standard {name} is none."
    term = os.environ.get("TERM", "")
    if term.lower() in ("", "dumb", "unknown"):
        return f"The terminal app needs a terminal that can place text, and TERM is {term or 'not set'}."
    return None
