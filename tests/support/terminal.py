"""A program on a real pseudo-terminal: its bytes, its screen, its keys.

    with Terminal([sys.executable, "-m", "seedtui"], columns=120, rows=40, environment=...) as terminal:
        terminal.wait_for("Request")
        terminal.send("\\x1b[15~")          # F5
        assert "Identical" in terminal.text

Nothing sleeps: `wait_for` reads until the screen shows what is waited for, and raises with the
screen's text if that does not happen in time.
"""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self

import pyte

KEYS: Final = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "pagedown": "\x1b[6~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
    "ctrl+a": "\x01",
    "ctrl+c": "\x03",
    "ctrl+l": "\x0c",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
    "ctrl+s": "\x13",
    "ctrl+t": "\x14",
    "ctrl+u": "\x15",
}


# Seconds. A terminal that all have left says so at once; only one that somebody still has is waited for.
_UNDER_WAY: Final = 0.5
_BETWEEN_KEYS: Final = 1.0


class Terminal:
    """See the module's docstring.

    Attributes:
        before: The terminal's line settings before the program could change them.
        output: Every byte that the program wrote.
        pid: The program's process id.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 40,
        environment: Mapping[str, str] | None = None,
        cwd: str | os.PathLike[str] | None = None,
        patience: float = 60.0,
        term: str = "xterm-256color",
    ) -> None:
        self.output = bytearray()
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(_tolerant(self._screen))
        self._fed = 0
        self._patience = patience
        self.status: int | None = None
        self.started = time.perf_counter()
        started, start = os.pipe()
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            _become(argv, columns, rows, environment, cwd, started, term)
        os.close(started)
        self.resize(columns, rows)
        self.before = self.modes()
        os.write(start, b"!")
        os.close(start)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    @property
    def text(self) -> str:
        """The screen's text, a line a row."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    @property
    def screen(self) -> pyte.Screen:
        """The screen, as pyte reads the bytes so far. It is slow, so only asked for when it is looked at."""
        if self._fed < len(self.output):
            self._stream.feed(bytes(self.output[self._fed :]))
            self._fed = len(self.output)
        return self._screen

    def send(self, *keys: str | bytes) -> None:
        """Type: names of `KEYS`, or text or bytes as they are."""
        for key in keys:
            data = key if isinstance(key, bytes) else KEYS.get(key, key).encode()
            while data:
                # A program that is slow to read gets it piece by piece, and is read meanwhile.
                _, ready, _ = select.select([], [self._master], [], 0.01)
                if ready:
                    data = data[os.write(self._master, data[:1024]) :]
                else:
                    self.read(0)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; the program gets SIGWINCH."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(rows, columns)

    def wait_for(self, wanted: str | Callable[[], object]) -> None:
        """Read until the screen shows a text, or a condition holds.

        Raises:
            AssertionError: If that does not happen in time, with the screen's text.
        """
        holds = (lambda: wanted in self.text) if isinstance(wanted, str) else wanted
        deadline = time.monotonic() + self._patience
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError(f"Waited in vain for {wanted!r}. The screen:\n{self.text}")
            # A condition may hang on something else than the terminal's output.
            self.read(0.1)

    def press_until(self, key: str, wanted: str) -> None:
        """Press a key now and then until the screen shows a text.

        Raises:
            AssertionError: If that does not happen in time, with the screen's text.
        """
        deadline = time.monotonic() + self._patience
        while wanted not in self.text:
            assert time.monotonic() < deadline, f"Waited in vain for {wanted!r}. The screen:\n{self.text}"
            self.send(key)
            pause = time.monotonic() + _BETWEEN_KEYS
            while wanted not in self.text and time.monotonic() < pause:
                self.read(0.1)

    def wait_unread(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds, and read nothing meanwhile.

        Raises:
            AssertionError: If that does not happen in time.
        """
        deadline = time.monotonic() + self._patience
        while not condition():
            assert time.monotonic() < deadline, "Waited in vain, without reading."
            time.sleep(0.05)

    def read(self, timeout: float) -> bool:
        """Take in what the program writes next; return whether anything came."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, timeout))
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return False
        self.output += data
        return bool(data)

    def wait_for_exit(self, *, reading: bool = True) -> int:
        """Wait until the program ends; return its exit status, negative for a signal.

        Args:
            reading: Take in what it writes meanwhile, as a terminal does that is there.
        """
        deadline = time.monotonic() + self._patience
        while self.status is None and time.monotonic() < deadline:
            if reading:
                self.read(0.05)
            else:
                time.sleep(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        if self.status is None:
            raise AssertionError(f"The program did not end. The screen:\n{self.text}")
        # What was written last may still be under way to this side.
        while reading and self.read(_UNDER_WAY):
            pass
        return self.status

    def wait_for_stop(self) -> None:
        """Wait until the program is stopped, as by Ctrl-Z."""
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
            if pid and os.WIFSTOPPED(status):
                while self.read(0):
                    pass
                return
            assert not pid, f"The program ended. The screen:\n{self.text}"
        raise AssertionError(f"The program did not stop. The screen:\n{self.text}")

    def hang_up(self) -> float:
        """Take the terminal away for good; wait until the program has ended.

        Returns:
            The seconds of the processor's time that it used in all.
        """
        os.close(self._master)
        self._master = -1
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                return usage.ru_utime + usage.ru_stime
            time.sleep(0.05)
        raise AssertionError("The program did not end.")

    def modes(self) -> list[Any]:
        """Return the terminal's line settings (termios)."""
        return termios.tcgetattr(self._master)

    def close(self) -> None:
        """End the program if it still runs, and close the terminal."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        if self._master >= 0:
            os.close(self._master)


def _become(
    argv: Sequence[str],
    columns: int,
    rows: int,
    environment: Mapping[str, str] | None,
    cwd: str | os.PathLike[str] | None,
    started: int,
    term: str,
) -> None:
    """Become the program, in the child, once the parent has looked at the terminal."""
    try:
        os.read(started, 1)
        os.close(started)
        if cwd is not None:
            os.chdir(cwd)
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        variables = dict(os.environ if environment is None else environment)
        variables.update(TERM=term, COLUMNS="", LINES="")
        variables.pop("COLUMNS")
        variables.pop("LINES")
        os.execvpe(argv[0], list(argv), variables)
    finally:
        os._exit(127)


def _tolerant(screen: pyte.Screen) -> pyte.Screen:
    # pyte knows no private-marker arguments of these sequences (kitty keyboard, xterm queries).
    for name in ("report_device_attributes", "select_graphic_rendition", "set_margins", "report_device_status"):
        method = getattr(screen, name)

        def call(*arguments: Any, method: Any = method, **options: Any) -> None:
            options.pop("private", None)
            method(*arguments, **options)

        setattr(screen, name, call)
    return screen
