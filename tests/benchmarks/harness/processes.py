"""What a process and its children take: the processor's time, and memory. Linux only."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple


class Memory(NamedTuple):
    """Megabytes (10⁶ bytes) of a process and its children.

    Attributes:
        rss: All pages that are there, shared ones included.
        pss: The same, but shared pages divided among those who share them.
        uss: Only what nobody else has.
    """

    rss: float
    pss: float
    uss: float


def tree(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    found, parents = [pid], _parents()
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def _parents() -> dict[int, int]:
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                found[int(folder.name)] = int((folder / "stat").read_text().rpartition(") ")[2].split()[1])
            except OSError:
                # It has ended meanwhile.
                continue
    return found


def own_seconds(pid: int) -> float:
    """Return the processor's time that a process and its threads, also ended ones, have taken."""
    # The clock of another process, as clock_getcpuclockid(3) gives it: in nanoseconds, where /proc has hundredths.
    return time.clock_gettime((~pid << 3) | 2)


def cpu_seconds(pid: int) -> float:
    """Return the processor's time that a process and what descends from it have taken."""
    found = 0.0
    for one in tree(pid):
        try:
            found += own_seconds(one)
        except OSError:
            continue
    return found


def memory(pid: int) -> Memory:
    """Return the memory of a process and what descends from it."""
    sums = dict.fromkeys(("Rss", "Pss", "Private_Clean", "Private_Dirty"), 0)
    for one in tree(pid):
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        for line in text.splitlines()[1:]:
            name, _, rest = line.partition(":")
            if name in sums:
                sums[name] += int(rest.split()[0])
    rss, pss, clean, dirty = (kilobytes * 1024 / 1e6 for kilobytes in sums.values())
    return Memory(rss, pss, clean + dirty)
