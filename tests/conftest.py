"""What every test has: a home of its own, and no settings or keys of whoever runs it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings

# What the tests share shows what it found where it does not hold, like the tests themselves.
pytest.register_assert_rewrite("support")

# The same examples each time, so that the tests say the same each time; HYPOTHESIS_PROFILE=explore looks for others.
# A busy machine is slow, and no fault of the code's.
_PATIENT: Final[dict[str, Any]] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("check", derandomize=True, **_PATIENT)
settings.register_profile("explore", **_PATIENT)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "check"))

_MINE = ("OPENAI_", "SEEDTUI_", "XDG_", "NO_COLOR", "COLORTERM", "EDITOR", "VISUAL", "SSH_", "STY", "TMUX")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test an empty home folder, and an environment without the user's own settings."""
    folder = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(_MINE):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder / kind.lower()))
    return folder
