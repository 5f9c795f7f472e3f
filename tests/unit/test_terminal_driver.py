"""The terminal driver's part that needs no terminal."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.drivers.linux_driver import LinuxDriver

from seedtui.tui import terminal_driver
from seedtui.tui.terminal_driver import SturdyDriver, _Output


class Loop:
    """Keeps what is to be called soon."""

    def __init__(self) -> None:
        self.soon: list[Callable[[], object]] = []

    def call_soon_threadsafe(self, call: Callable[[], object]) -> None:
        self.soon.append(call)


def test_a_write_that_is_cut_short_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unbuffered, what a signal cut off was lost: sequences without their end, and the screen with them."""
    written = bytearray()
    waited: list[object] = []

    def write(descriptor: int, data: memoryview) -> int:
        if len(written) == 6 and not waited:
            raise BlockingIOError
        written.extend(data[:3])
        return min(3, len(data))

    monkeypatch.setattr(terminal_driver, "os", SimpleNamespace(write=write))
    monkeypatch.setattr(terminal_driver, "select", SimpleNamespace(select=lambda *sets: waited.append(sets)))
    with Path(os.devnull).open("w", encoding="utf-8") as file:
        _Output(file, lambda: None).write("\x1b[1;38mMars 화성\x1b[0m")
    assert len(waited) == 1
    assert written.decode() == "\x1b[1;38mMars 화성\x1b[0m"


@pytest.mark.parametrize("number", [signal.SIGTSTP, signal.SIGCONT])
def test_a_signal_that_comes_in_mid_write_does_nothing_before_the_write_is_over(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """The handler once waited for the lock that the very code it interrupted had."""
    done: list[str] = []
    monkeypatch.setattr(SturdyDriver, "_resume", lambda self: done.append("_sigcont_application"))
    for name in ("_sigtstp_application", "_sigcont_application"):
        monkeypatch.setattr(LinuxDriver, name, lambda self, *args, name=name: done.append(name))
    driver = SturdyDriver.__new__(SturdyDriver)
    loop = Loop()
    driver.__dict__.update(_app=None, _loop=loop, _auto_restart=True, _must_signal_resume=False)
    handler = driver._sigtstp_application if number is signal.SIGTSTP else driver._sigcont_application
    before = signal.signal(number, handler)
    try:
        signal.raise_signal(number)
        assert done == []
        loop.soon[0]()
    finally:
        signal.signal(number, before)
    assert done == ["_sigtstp_application" if number is signal.SIGTSTP else "_sigcont_application"]
