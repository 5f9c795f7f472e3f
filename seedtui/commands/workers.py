"""Work that is done in other processes, where the machine has a core for them.

A worker is a fork of this process that is given its work through one pipe and answers through another, one piece at
a time. It heeds no signal that ends programs: it ends when its pipe does, which is when this process ends, however
that comes about.
"""

from __future__ import annotations

import contextlib
import gc
import marshal
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from io import BufferedReader
from typing import Any, Final, Generic, NoReturn, TypeVar

# More than these give this process more than it can take.
_MOST: Final = 2
# How many pieces are done here before it is worth it to start them.
_BEFORE: Final = 1
_ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_HEAD: Final = 8
_NO_MEMORY: Final = 3
_OBJECTS: Final = 50_000

_Piece = TypeVar("_Piece")
_Result = TypeVar("_Result")


class WorkerError(Exception):
    """A worker ended before its work was done. The message is one plain sentence."""


class Workers(Generic[_Piece, _Result]):
    """Processes that all do the same. Leaving the context ends them.

    Args:
        work: What is done with a piece, which may hold only what `marshal` can write.
        pack: Makes what `marshal` can write of a result.
        unpack: Makes the result of that again.
    """

    def __init__(
        self, work: Callable[[_Piece], _Result], pack: Callable[[_Result], Any], unpack: Callable[[Any], _Result]
    ) -> None:
        self._work = work
        self._pack = pack
        self._unpack = unpack
        self._started: list[_Worker] | None = None

    def __enter__(self) -> Workers[_Piece, _Result]:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._started or ():
            worker.end()

    def map(self, pieces: Iterator[_Piece]) -> Iterator[_Result]:
        """Give the results, in the order of the pieces. The first is worked out here: it may be the only one.

        Raises:
            WorkerError: If a worker ended.
        """
        for _, piece in zip(range(_BEFORE), pieces, strict=False):
            yield self._work(piece)
        idle: list[_Worker] | None = None
        busy: deque[_Worker] = deque()
        for piece in pieces:
            idle = [*self._workers()] if idle is None else idle
            if not idle and not busy:
                yield self._work(piece)
            elif idle:
                busy.append(_given(idle.pop(), piece))
            else:
                # It has its next piece before anything is done with its result.
                worker = busy.popleft()
                result = worker.take()
                busy.append(_given(worker, piece))
                yield self._unpack(result)
        while busy:
            yield self._unpack(busy.popleft().take())

    def _workers(self) -> list[_Worker]:
        if self._started is None:
            self._started = []
            with contextlib.suppress(OSError):
                # Where the system gives no more processes, those do that there are.
                for _ in range(_wanted()):
                    self._started.append(_Worker(self._answer))
        return self._started

    def _answer(self, piece: _Piece) -> Any:
        return self._pack(self._work(piece))


def _wanted() -> int:
    """Return how many workers there should be; none beside threads, of whose locks a fork may have one for ever."""
    usable = getattr(os, "sched_getaffinity", None)
    cores = len(usable(0)) if usable else os.cpu_count() or 1
    return 0 if cores == 1 or threading.active_count() > 1 else min(cores, _MOST)


class _Worker:
    def __init__(self, answer: Callable[[Any], Any]) -> None:
        self._is_gone = False
        with contextlib.ExitStack() as stack:
            theirs, self._to = _pipe(stack)
            ours, their_end = _pipe(stack)
            # No signal may take the child along the way of its parent.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
            try:
                self._pid = os.fork()
                if not self._pid:
                    # A pipe does not end for one who holds both its ends.
                    _serve(answer, theirs, their_end, (self._to, ours))
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
            stack.pop_all()
        os.close(theirs)
        os.close(their_end)
        self._from = open(ours, "rb")  # noqa: PTH123, SIM115

    def give(self, piece: Any) -> None:
        """Have a piece worked on. It must have nothing to do: else both might wait for each other."""
        try:
            _write(self._to, marshal.dumps(piece))
        except BrokenPipeError:
            raise WorkerError(self._ended()) from None

    def take(self) -> Any:
        """Wait for the result."""
        try:
            done, result = _read(self._from)
        except EOFError:
            raise WorkerError(self._ended()) from None
        if not done:
            raise RuntimeError(f"In a worker:\n{result}")
        return result

    def end(self) -> None:
        """End it, whatever it does: it has nothing to save."""
        if not self._is_gone:
            with contextlib.suppress(OSError):
                os.kill(self._pid, signal.SIGKILL)
                os.waitpid(self._pid, 0)
        os.close(self._to)
        self._from.close()

    def _ended(self) -> str:
        _, status = os.waitpid(self._pid, 0)
        # From here on, its number may be another process's.
        self._is_gone = True
        code = os.waitstatus_to_exitcode(status)
        if code == _NO_MEMORY:
            return "There is not enough memory for a process that helped."
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with status {code}"
        return f"A process that helped was ended {how}."


def _given(worker: _Worker, piece: Any) -> _Worker:
    worker.give(piece)
    return worker


def _pipe(stack: contextlib.ExitStack) -> tuple[int, int]:
    ends = os.pipe()
    for one in ends:
        stack.callback(os.close, one)
    return ends


def _serve(answer: Callable[[Any], Any], source: int, target: int, others: tuple[int, int]) -> NoReturn:
    """Answer until there is no more to answer, in the child; nothing that its parent was about to do is done."""
    status = 1
    try:
        for one in others:
            os.close(one)
        # What there is stays; to go through what comes after a few hundred objects takes longer than it is worth.
        gc.freeze()
        gc.set_threshold(_OBJECTS)
        with open(source, "rb") as file:
            while True:
                _write(target, _answered(answer, _read(file)))
    except (EOFError, BrokenPipeError):
        status = 0
    except MemoryError:
        status = _NO_MEMORY
    finally:
        os._exit(status)


def _answered(answer: Callable[[Any], Any], piece: Any) -> bytes:
    try:
        return marshal.dumps((True, answer(piece)))
    except MemoryError:
        raise
    except Exception:
        return marshal.dumps((False, traceback.format_exc()))


def _write(target: int, data: bytes) -> None:
    left = memoryview(len(data).to_bytes(_HEAD) + data)
    while left:
        left = left[os.write(target, left) :]


def _read(source: BufferedReader) -> Any:
    size = int.from_bytes(_exactly(source, _HEAD))
    return marshal.loads(_exactly(source, size))


def _exactly(source: BufferedReader, size: int) -> bytes:
    data = source.read(size)
    if len(data) < size:
        raise EOFError
    return data
