"""Who may import whom, and what an import may bring along."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

# What an app with nothing but text on the screen has no use for yet.
HEAVY = {
    "openai", "httpx2", "pydantic", "pydantic_core", "xllamacpp", "markdown_it", "mdit_py_plugins", "linkify_it",
    "pygments", "tree_sitter",
}  # fmt: skip


def modules_after(code: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after running this code."""
    program = f"import sys\n{code}\nprint(' '.join({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def parts_of(folder: str) -> str:
    """Return code that imports every module of a folder."""
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted((ROOT / "seedtui" / folder).rglob("*.py"))
        if path.name != "__init__.py"
    ]
    assert names
    return "\n".join(f"import {name}" for name in names)


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("folder", "unwanted"),
    [
        ("core", {"textual", "rich", "openai", "sqlite3", "httpx2", "asyncio"}),
        ("history", {"textual", "rich", "openai", "httpx2"}),
        ("exchange", {"textual", "openai", "httpx2", "sqlite3"}),
        ("endpoints", {"textual", "openai", "httpx2", "xllamacpp"}),
    ],
)
def test_a_part_brings_nothing_it_should_not(folder: str, unwanted: set[str]) -> None:
    assert not modules_after(parts_of(folder)) & unwanted


def test_the_command_line_starts_light() -> None:
    loaded = modules_after("import seedtui.cli")
    assert not loaded & {"textual", "rich", "openai", "httpx2", "sqlite3", "asyncio"}


def test_the_app_is_imported_without_openai() -> None:
    assert not modules_after("import seedtui.tui.app") & HEAVY


def test_the_first_frame_is_painted_without_openai(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path\nfrom seedtui import config\nfrom seedtui.history import History\n"
        "from seedtui.tui.app import SeedtuiApp\n"
        f"folder = Path({str(tmp_path)!r})\nsettings = config.load(folder / 'none.toml', {{'OPENAI_API_KEY': 'x'}})\n"
        "class App(SeedtuiApp):\n"
        "    def after_first_frame(self):\n"
        "        strips = self.screen._compositor.render_strips()\n"
        "        assert any('F5 Send' in strip.text for strip in strips)\n"
        "        self.exit()\n"
        "App(settings, History.open(folder / 'history.db')).run(headless=True, size=(120, 40))\n"
    )
    assert not modules_after(program) & HEAVY
