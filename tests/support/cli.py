"""Runs the command line in this process, or the real program in one of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from seedtui.cli import main

ROOT = Path(__file__).parent.parent.parent
MARS = ROOT / "tests" / "data" / "mars.jsonl"


@dataclass(frozen=True)
class Outcome:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, parsed."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Standard output's lines, each parsed."""
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Outcome]


def command_in(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return a function that runs `seedtui` with some arguments, in this process."""

    def run(*arguments: object, stdin: str | bytes = b"") -> Outcome:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


def start_program(
    *arguments: object, environ: Mapping[str, str] | None = None, **streams: Any
) -> subprocess.Popen[bytes]:
    """Start `python -m seedtui` in a process of its own; its streams are pipes unless given."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(
        [sys.executable, "-m", "seedtui", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environ or {})},
        # A child of a program in the background would not heed Ctrl-C.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        **{**pipes, **streams},
    )


def run_program(*arguments: object, environ: Mapping[str, str] | None = None) -> Outcome:
    """Run `python -m seedtui` to its end."""
    process = start_program(*arguments, environ=environ)
    out, err = process.communicate(timeout=60)
    return Outcome(process.returncode, out.decode(), err.decode())


def run_on_terminal(
    *arguments: object, streams: Sequence[str] = ("stdin", "stdout", "stderr"), environ: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    """Run `python -m seedtui` with a terminal as some of its streams; return its status and what came there."""
    ours, theirs = pty.openpty()
    process = start_program(
        *arguments, environ=environ, **{"stderr": subprocess.DEVNULL, **dict.fromkeys(streams, theirs)}
    )
    os.close(theirs)
    said = b""
    # Linux reports the other end's closing as an error.
    with contextlib.suppress(OSError):
        while part := os.read(ours, 4096):
            said += part
    os.close(ours)
    return process.wait(60), said
