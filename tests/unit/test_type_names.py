"""The stand-in for Textual's names for types."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

PROGRAM = """
import sys
from seedtui.tui.type_names import without_their_widgets
with without_their_widgets():
    from textual.types import IgnoreReturnCallbackType
    from textual.app import App
    assert "textual.widgets._directory_tree" not in sys.modules
    {inside}
from textual import types
assert types.IgnoreReturnCallbackType is IgnoreReturnCallbackType
assert sys.modules["textual.types"] is types and types.__file__
from textual.widgets._directory_tree import DirEntry
assert types.DirEntry is DirEntry
"""


def run(inside: str) -> None:
    subprocess.run([sys.executable, "-c", PROGRAM.format(inside=inside)], check=True, cwd=ROOT)


def test_afterwards_the_real_module_is_there() -> None:
    run("pass")


def test_a_name_that_needs_a_widget_brings_the_real_module() -> None:
    run("from textual.types import DirEntry, CSSPathType")
