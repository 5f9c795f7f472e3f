"""Which process writes a run: so that the runs of a process that died can be told from those going on."""

from __future__ import annotations

import os
from pathlib import Path


def this_process() -> str:
    """Name this process: its id, when it started, and since when the machine has been up."""
    return _name(os.getpid())


def is_alive(owner: str | None) -> bool:
    """Whether the process that a name was given to still runs."""
    pid = (owner or "").partition(":")[0]
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _name(int(pid)) == owner


def _name(pid: int) -> str:
    # Where there is no /proc, the id alone must do.
    return f"{pid}:{_started(pid)}:{_read(Path('/proc/sys/kernel/random/boot_id')).strip()}"


def _started(pid: int) -> str:
    # The program's name, in parentheses, may itself hold spaces and parentheses.
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 else ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
