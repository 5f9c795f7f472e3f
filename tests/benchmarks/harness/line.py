"""A line that takes its time: what goes in at one end comes out at the other a while later, in both directions.

Each piece is held for its own time, as on a real line: pieces that follow each other do not wait for one another.
"""

from __future__ import annotations

import os
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks.harness.terminal import Timed

_PIECE: Final = 65536


class Held:
    """Bytes on their way: out they come in order, each so many seconds after it went in."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._pieces: deque[tuple[float, bytes]] = deque()

    def put(self, now: float, data: bytes) -> None:
        """Take in a piece."""
        self._pieces.append((now + self._seconds, data))

    def due(self, now: float) -> bytes:
        """Take out all that has been held for long enough."""
        found = []
        while self._pieces and self._pieces[0][0] <= now:
            found.append(self._pieces.popleft()[1])
        return b"".join(found)

    def wait(self, now: float) -> float | None:
        """Return in how many seconds something is due; None if nothing is held."""
        return max(0.0, self._pieces[0][0] - now) if self._pieces else None


class Slow(Timed):
    """A timed terminal at the far end of a line.

    Args:
        argv: The program.
        environment: Its environment.
        seconds: How long a byte is under way, in each direction.
    """

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str], seconds: float) -> None:
        super().__init__(argv, environment)
        self._near, self._far = socket.socketpair()
        self._program = self._master
        self._master = os.dup(self._near.fileno())
        self._seconds = seconds
        self._stop, self._stopped = os.pipe()
        self._thread = threading.Thread(target=self._carry, name="slow-line", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the program and take the line away."""
        os.write(self._stopped, b"!")
        self._thread.join()
        super().close()
        for descriptor in (self._program, self._stop, self._stopped):
            os.close(descriptor)
        self._near.close()
        self._far.close()

    def _carry(self) -> None:
        far = self._far.fileno()
        ways = {self._program: (Held(self._seconds), far), far: (Held(self._seconds), self._program)}
        sources = [*ways, self._stop]
        while True:
            now = time.monotonic()
            waits = [wait for held, _ in ways.values() if (wait := held.wait(now)) is not None]
            ready, _, _ = select.select(sources, [], [], min(waits, default=None))
            if self._stop in ready:
                return
            now = time.monotonic()
            for source in ready:
                data = _read(source)
                if data:
                    ways[source][0].put(now, data)
                else:
                    sources.remove(source)
            for held, target in ways.values():
                _write(target, held.due(now))


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _PIECE)
    except OSError:
        # The program has left its terminal.
        return b""


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
