"""A parent process for the engine: starts it, says who is there, and waits to be killed.

Run it with the model's path. It prints the engine's process id and that of another child, which was
given every file descriptor that can be inherited.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from seedtui.config import LocalSettings
from seedtui.endpoints.local import LocalEngine


async def main() -> None:
    """Start the engine and another child, and wait."""
    settings = LocalSettings(model=Path(sys.argv[1]), context=256, parallel=1)
    serving = await LocalEngine(settings).ensure()
    pause = "import signal; signal.pause()"
    other = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", pause), close_fds=False, stdout=subprocess.DEVNULL
    )
    print(serving.process.pid, other.pid, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
