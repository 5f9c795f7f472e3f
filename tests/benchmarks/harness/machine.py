"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


def is_busy() -> bool:
    """Return whether more wanted to run than this machine has cores."""
    return os.getloadavg()[0] > len(os.sched_getaffinity(0))


def machine() -> str:
    """Say in a line what this machine is, what runs on it, how busy it is, and when."""
    kilobytes = int(Path("/proc/meminfo").read_text().split()[1])
    parts = [
        f"{len(os.sched_getaffinity(0))} cores",
        f"{kilobytes * 1024 / 1e9:.0f} GB",
        f"{platform.system()} {platform.machine()}",
        f"{platform.python_implementation()} {platform.python_version()}",
        f"Textual {version('textual')}",
        f"SQLite {sqlite3.sqlite_version}",
        f"load {os.getloadavg()[0]:.1f}",
        f"{datetime.now(UTC):%Y-%m-%d}",
    ]
    return ", ".join(parts)
