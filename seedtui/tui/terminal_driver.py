"""Textual's terminal driver, made to outlive what terminals do.

Textual's own ends the app at a byte that is no UTF-8, reads a terminal that is gone again and again,
after SIGSTOP takes the app's settings of the terminal for those that it found, and hangs where SIGTSTP or
SIGCONT comes while something is being written. Unbuffered, it loses the rest of a write that a signal cuts short.
"""

from __future__ import annotations

import asyncio
import os
import select
from codecs import getincrementaldecoder
from collections.abc import Callable
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final, cast

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.driver import Driver

_READ: Final = 4096
_TICK: Final = 0.1
# What is leant on of Textual's insides.
_DRIVER_PARTS: Final = (
    *("run_input_thread", "process_message", "suspend_application_mode"),
    *("_sigcont_application", "_sigtstp_application"),
)
_PARSER_PARTS: Final = ("feed", "tick")


class SturdyDriver(LinuxDriver):
    """The driver for a terminal that may send anything, stop reading, and go away."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        assert self._file is not None
        self._file = cast("Any", _Output(self._file, self._gone))

    def run_input_thread(self) -> None:
        """Take in what the terminal sends until the app ends, or the terminal is gone."""
        decode = getincrementaldecoder("utf-8")("replace").decode
        parser = XTermParser(self._debug)
        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno], [], [], _TICK)
            data = _read(self.fileno) if ready else None
            if data == b"":
                self._gone()
                return
            try:
                for event in parser.feed(decode(data)) if data else ():
                    self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
            except (ArithmeticError, LookupError, ValueError, StopIteration):
                # A sequence that stands for nothing, like a key beyond all characters. The parser is at its end.
                parser = XTermParser(self._debug)

    # A signal may come while the event loop has a lock of what is written, in whose hands it would never be free again.

    def _sigtstp_application(self, *args: Any) -> None:
        if self._auto_restart:
            self._loop.call_soon_threadsafe(super()._sigtstp_application)
        else:
            # Another program has the terminal, and nothing is written; the loop waits for that one.
            super()._sigtstp_application()

    def _sigcont_application(self, *args: Any) -> None:
        if self._must_signal_resume or not self._auto_restart:
            # It stopped itself, where it has no lock, or another program has the terminal.
            self._resume()
        else:
            self._loop.call_soon_threadsafe(self._resume)

    def _resume(self) -> None:
        if self._auto_restart and not self._must_signal_resume:
            # Stopped without a word: whoever had the terminal meanwhile may have set it differently.
            self.suspend_application_mode()
        super()._sigcont_application()
        if self._auto_restart:
            # Whatever was written there meanwhile must go.
            self._loop.call_soon_threadsafe(partial(self._app.refresh, layout=True))

    def _disable_mouse_support(self) -> None:
        super()._disable_mouse_support()
        if self._mouse_pixels:
            self.write("\x1b[?1016l")

    def _gone(self) -> None:
        """Tell the app that nobody is there any more."""
        leave: Callable[[asyncio.AbstractEventLoop], object] | None = getattr(self._app, "hang_up", None)
        if leave is not None:
            leave(self._loop)


class _Output:
    """The terminal's output. Once it is gone, whatever is written is dropped, and the app told of it once."""

    def __init__(self, file: IO[str], on_gone: Callable[[], object]) -> None:
        self._file = file
        self._on_gone = on_gone
        self._is_gone = False

    def write(self, text: str) -> None:
        data = text.encode(getattr(self._file, "encoding", None) or "utf-8", "backslashreplace")
        self._try(lambda: _write_all(self._file.fileno(), data))

    def flush(self) -> None:
        self._try(self._file.flush)

    def fileno(self) -> int:
        return self._file.fileno()

    def _try(self, act: Callable[[], object]) -> None:
        if self._is_gone:
            return
        try:
            act()
        except OSError:
            self._is_gone = True
            self._on_gone()


def _write_all(descriptor: int, data: bytes) -> None:
    """Write all of it: a signal may cut a write short, and with PYTHONUNBUFFERED nobody else writes the rest."""
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:
            # Another program may have left the terminal so.
            select.select([], [descriptor], [])


def _read(descriptor: int) -> bytes:
    """Return what came; nothing if the terminal is gone."""
    try:
        return os.read(descriptor, _READ)
    except InterruptedError:
        raise
    except OSError:
        return b""


def sturdy(chosen: type[Driver]) -> type[Driver]:
    """Return the sturdy driver in place of the one it is made of; any other driver as it is.

    Args:
        chosen: What Textual would take. If its insides are not those that are known here, it is taken.
    """
    known = all(hasattr(LinuxDriver, name) for name in _DRIVER_PARTS) and all(
        hasattr(XTermParser, name) for name in _PARSER_PARTS
    )
    return SturdyDriver if chosen is LinuxDriver and known else chosen
