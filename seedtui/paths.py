"""Where things live: history, settings, the draft, weights and logs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

_APP = "seedtui"


def history_path(option: str | None = None) -> Path:
    """Return the database's path: the option, else SEEDTUI_DB, else the user's data folder."""
    chosen = option or os.environ.get("SEEDTUI_DB")
    return expanded(Path(chosen)) if chosen else platformdirs.user_data_path(_APP) / "history.db"


def settings_path(option: str | None = None) -> Path:
    """Return the settings file's path: the option, else SEEDTUI_CONFIG, else the user's configuration folder."""
    chosen = option or os.environ.get("SEEDTUI_CONFIG")
    return expanded(Path(chosen)) if chosen else platformdirs.user_config_path(_APP) / "settings.toml"


def draft_path() -> Path:
    """Return where the request form's draft is kept between sessions."""
    return platformdirs.user_state_path(_APP) / "draft.json"


def weights_folder() -> Path:
    """Return the folder that holds the built-in model's weights."""
    return platformdirs.user_cache_path(_APP) / "weights"


def log_folder() -> Path:
    """Return the folder for the local engine's log files."""
    return platformdirs.user_log_path(_APP)


def expanded(path: Path) -> Path:
    """Return a path with the home in place of a leading ~; as it is, like a shell, if nobody has that home."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


@contextmanager
def made_private() -> Iterator[None]:
    """Let whatever is made meanwhile, also by others and by children, be this user's alone, whatever the umask."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def make_private_folder(folder: Path) -> None:
    """Create a folder, and its parents as needed, that only this user can read.

    Raises:
        OSError: If it cannot be created.
    """
    if folder.is_dir():
        return
    make_private_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
