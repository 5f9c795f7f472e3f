"""A program watched from inside: when it first asks for certain modules, and how late its event loop is.

    python probe.py FILE MODULE[,MODULE…] seedtui [ARGUMENTS]
    python probe.py FILE MODULE[,MODULE…] -c CODE

At its end the file has, as JSON, the moments at which one of these modules or what is in it was looked for, and
those at which a timer of the loop went off, with how late it was. Moments are those of `time.perf_counter`, which
all processes share.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import sys
import threading
import time
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any, Final

EVERY: Final = 0.005
looked_for: list[tuple[float, str]] = []
beats: list[tuple[float, float]] = []


class Watch(MetaPathFinder):
    """Notes what is looked for, and finds nothing."""

    def __init__(self, modules: list[str]) -> None:
        self._modules = frozenset(modules)

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Note a module that is watched."""
        if name.partition(".")[0] in self._modules:
            looked_for.append((time.perf_counter(), name))


def watch_loops() -> None:
    """Let the main thread's event loop beat."""
    make = asyncio.events.new_event_loop

    def made() -> asyncio.AbstractEventLoop:
        loop = make()
        if threading.current_thread() is threading.main_thread():
            loop.call_soon(_beat, loop, time.perf_counter())
        return loop

    # What asyncio.run asks for a loop.
    asyncio.events.new_event_loop = made


def _beat(loop: asyncio.AbstractEventLoop, due: float) -> None:
    now = time.perf_counter()
    beats.append((now, now - due))
    loop.call_later(EVERY, _beat, loop, now + EVERY)


def main() -> Any:
    """Run the program."""
    file, modules, program, *arguments = sys.argv[1:]
    sys.meta_path.insert(0, Watch(modules.split(",")))
    watch_loops()
    atexit.register(lambda: Path(file).write_text(json.dumps({"looked_for": looked_for, "beats": beats})))
    if program == "-c":
        return exec(arguments[0], {"__name__": "__main__"})
    sys.argv = [program, *arguments]
    from seedtui.cli import main as seedtui

    return seedtui()


if __name__ == "__main__":
    # Not the folder of this file: names in it would hide others.
    del sys.path[0]
    sys.exit(main())
