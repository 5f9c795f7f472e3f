"""Which process writes a run: so that the runs of a process that died can be told from those going on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_DEAD: Final = ("Z", "X")


def this_process() -> str:
    """Name this process: its id, when it started, and since when the machine has been up."""
    return _name(os.getpid())


def is_alive(owner: str | None) -> bool:
    """Whether the process that a name was given to still runs."""
    pid = (owner or "").partition(":")[0]
    if not (pid.isascii() and pid.isdigit()):
        return False
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        # It runs, and belongs to somebody else.
        pass
    return _name(int(pid)) == owner


def _name(pid: int) -> str:
    if (_PROC / "self" / "stat").exists():
        return f"{pid}:{_started(pid)}:{_read(_PROC / 'sys/kernel/random/boot_id').strip()}"
    return f"{pid}:{_started_by_ps(pid)}"


def _started(pid: int) -> str:
    # The program's name, in parentheses, may itself hold spaces and parentheses.
    fields = _read(_PROC / str(pid) / "stat").rpartition(")")[2].split()
    # A process that was killed stays a zombie until its parent looks.
    return fields[19] if len(fields) > 19 and fields[0] not in _DEAD else ""


def _started_by_ps(pid: int) -> str:
    """Where there is no /proc (macOS), ask ps."""
    import subprocess

    command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    try:
        said = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=5, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    state, _, started = said.strip().partition(" ")
    return " ".join(started.split()) if state[:1] not in _DEAD else ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
