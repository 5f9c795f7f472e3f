"""The engine's process: started, told what to serve, ended; and where its log is."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from seedtui import paths
from seedtui.core.run import RunError
from seedtui.core.text import displayable
from seedtui.endpoints.engine import EngineSettings
from seedtui.endpoints.events import EndpointError

_MODULE: Final = "seedtui.endpoints.engine"
_LOG: Final = "engine.log"
# How often a compute thread looks before it sleeps until the others are done. Left alone it looks for
# milliseconds, and on a busy machine the threads then keep each other from the processor: a tenth of the speed.
_SPINS: Final = "500"


def log_path() -> Path:
    """Return the engine's log; that of the start before is beside it, ending in `.old`."""
    return paths.log_folder() / _LOG


async def spawn() -> asyncio.subprocess.Process:
    """Start an engine, with its output in a new log.

    Raises:
        EndpointError: If there cannot be one.
    """
    try:
        log = _open_log()
    except OSError as error:
        where = displayable(str(log_path().parent))
        raise failure(
            f"The local engine's log cannot be written in {where} ({_reason(error)}): make room, or mend permissions."
        ) from None
    try:
        # A session of its own: Ctrl-C at the terminal is for the app to decide about. No folder of the
        # user's goes on the module path (-P).
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", _MODULE),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            env=_environment(),
        )
    except OSError as error:
        raise failure(f"The local engine cannot be started ({_reason(error)}).") from None
    finally:
        os.close(log)


def _open_log() -> int:
    """Open a new log that only this user can read; the last one is kept beside it."""
    path = log_path()
    paths.make_private_folder(path.parent)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix="engine-")
    with contextlib.suppress(FileNotFoundError):
        path.replace(path.with_name(f"{_LOG}.old"))
    Path(name).replace(path)
    return descriptor


def _environment() -> dict[str, str]:
    """The environment for the engine: it must find this package, wherever that was started from."""
    environment = {"GOMP_SPINCOUNT": _SPINS, **os.environ}
    root = Path(__file__).parents[2]
    if root.name not in ("site-packages", "dist-packages"):
        before = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([str(root), *([before] if before else [])])
    return environment


async def ask(process: asyncio.subprocess.Process, settings: EngineSettings) -> dict[str, Any]:
    """Tell the engine its settings and return its answer; empty if it ended without one."""
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(ConnectionError):
        process.stdin.write(settings.line())
        await process.stdin.drain()
    line = await process.stdout.readline()
    if not line:
        # It ended by itself: how says more than that it was ended here.
        await process.wait()
    with contextlib.suppress(ValueError):
        answer = json.loads(line)
        if isinstance(answer, dict):
            return answer
    return {}


async def end(process: asyncio.subprocess.Process) -> None:
    """End the engine at once: it has nothing to save."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def failure(message: str) -> EndpointError:
    """Return the error to raise when the engine cannot do its work."""
    return EndpointError(RunError("engine", message))


def see_log() -> str:
    """Return the end of a sentence that says where the log is."""
    return f"its log is {displayable(str(log_path()))}."


def how_it_ended(returncode: int | None) -> str:
    """Return the signal that ended the engine, in brackets; empty if there was none."""
    if returncode is None or returncode >= 0:
        return ""
    with contextlib.suppress(ValueError):
        return f" ({signal.Signals(-returncode).name})"
    return f" (signal {-returncode})"


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
