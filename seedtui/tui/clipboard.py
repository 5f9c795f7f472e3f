"""What may keep a copied text from the clipboard of the terminal, which never answers."""

from __future__ import annotations

from collections.abc import Mapping


def swallowed(environ: Mapping[str, str]) -> str:
    """Return what to say, in a sentence, where a terminal in between keeps copied texts; empty elsewhere.

    Args:
        environ: The environment.
    """
    if environ.get("TMUX"):
        return (
            "Copied; but tmux passes it on only after: tmux set -g set-clipboard on. "
            "If nothing arrives, e saves a file instead."
        )
    if environ.get("STY"):
        return "Copied; but GNU screen passes nothing on to the clipboard: e saves a file instead."
    return ""
