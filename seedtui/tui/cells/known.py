"""Whether Textual is as this layer knows it: asked by having it write samples."""

from __future__ import annotations

import io
import sys
from typing import Final

from rich.console import Console
from rich.segment import Segment
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.geometry import Region
from textual.strip import Strip

_LAYOUT: Final = "\x1b[1;1Habcd\n\x1b[2;1Hef"
# From where a strip begins to where the change ends.
_CHOPS: Final = "\x1b[1;1Hab\x1b[1;3Hc\n\x1b[2;1Hgh"


def is_known() -> bool:
    """Return whether updates are what they were when this layer was written."""
    if sys.platform == "win32" or not callable(getattr(App, "_display", None)):
        return False
    console = Console(file=io.StringIO(), force_terminal=True)
    ab, cd, ef, gh = (Strip([Segment(text)]) for text in ("ab", "cd", "ef", "gh"))
    layout = LayoutUpdate([[ab, cd], [ef]], Region(0, 0, 4, 2))
    chops = ChopsUpdate([{0: ab, 2: cd, 4: ef}, {0: gh, 2: None}], [(0, 1, 3), (1, 0, 2)], [[2, 4, 6], [2, 6]])
    return (
        all(issubclass(kind, CompositorUpdate) for kind in (LayoutUpdate, ChopsUpdate))
        and layout.render_segments(console) == _LAYOUT
        and chops.render_segments(console) == _CHOPS
    )
