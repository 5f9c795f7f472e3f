"""Processes that are not our children, watched until they end."""

from __future__ import annotations

import os
import select
import sys
from types import TracebackType

_SECONDS = 60.0


class Watched:
    """A process, told from any later one with the same id. Linux only."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        if sys.platform != "linux":
            raise RuntimeError("There is no pidfd here.")
        self._descriptor = os.pidfd_open(pid)

    def __enter__(self) -> Watched:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return not self._ends_within(0)

    def ends(self) -> bool:
        """Wait for it to end; return whether it did."""
        return self._ends_within(_SECONDS)

    def _ends_within(self, seconds: float) -> bool:
        return bool(select.select([self._descriptor], [], [], seconds)[0])
