"""Whatever the process was given for its streams, and whatever ends it: no traceback, no mixed-up files."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from seedtui.commands.common import call
from seedtui.core.run import Run
from support.cli import MARS, ROOT, Command

# Several commands in one process, each with the streams that it was started with.
PROGRAM = """
import sys
from seedtui.cli import main
for argv in (["log"], ["agree"], ["doctor"], ["import", sys.argv[1]], ["backup"], ["series"], ["check"]):
    main(argv)
main(["export", "-o", "-"])
"""


def closed(*descriptors: int) -> subprocess.CompletedProcess[bytes]:
    """Run commands with some streams closed; return what came of the others."""

    def close() -> None:
        for descriptor in descriptors:
            os.close(descriptor)

    return subprocess.run(
        [sys.executable, "-c", PROGRAM, MARS], cwd=ROOT, capture_output=True, check=False, preexec_fn=close
    )


@pytest.mark.parametrize("descriptors", [(0,), (1,), (2,), (1, 2), (0, 1, 2)], ids=str)
def test_a_closed_stream_is_no_crash(seedtui: Command, descriptors: tuple[int, ...]) -> None:
    """Without standard error what was said once went to the results, and a progress line was a traceback."""
    seedtui("import", MARS)
    found = closed(*descriptors)
    assert found.returncode == 0, found.stderr
    assert b"Traceback" not in found.stdout + found.stderr
    assert b"exported" not in found.stdout
    if 1 not in descriptors:
        assert len(found.stdout.splitlines()[-4:]) == 4
        assert all(line.startswith(b'{"request"') for line in found.stdout.splitlines()[-4:])


def test_a_file_is_not_opened_in_the_place_of_a_closed_stream() -> None:
    """The history was once what standard error's descriptor led to."""
    code = (
        "import os, seedtui.cli as cli, seedtui.commands.log as log\n"
        "log.main = lambda options: 0 if os.open(os.devnull, os.O_RDONLY) > 2 else 1\n"
        "raise SystemExit(cli.main(['log']))"
    )
    argv = ["sh", "-c", '"$0" -c "$1" <&- >&- 2>&-', sys.executable, code]
    assert subprocess.run(argv, cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("argv", [["import", "--help"], ["show", "1"]], ids=str)
def test_an_encoding_that_lacks_characters_is_no_crash(seedtui: Command, home: Path, argv: list[str]) -> None:
    """The help of import has an ellipsis, and was once a traceback."""
    line = MARS.read_text().splitlines()[0].replace("In the year", "서울의 밤 In the year")
    (home / "korean.jsonl").write_text(line)
    seedtui("import", home / "korean.jsonl")
    variables = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONPATH": str(ROOT)}
    found = subprocess.run([sys.executable, "-m", "seedtui", *argv], env=variables, capture_output=True, check=False)
    assert found.returncode == 0, found.stderr
    assert found.stderr == b""
    if argv == ["show", "1"]:
        assert "서울의 밤".encode() in found.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_file_that_was_not_finished_is_not_left_by_a_kill(
    seedtui: Command, home: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A kill once left the first runs under the name asked for, as if they were all."""

    def killed(runs: Iterable[Run], write: Callable[[str], object]) -> int:
        write("the first\n")
        signal.raise_signal(number)
        raise AssertionError

    seedtui("import", MARS)
    monkeypatch.setattr("seedtui.commands.export._write", killed)
    # A shell starts what runs in the background with SIGINT ignored, these tests among it.
    inherited = signal.getsignal(number)
    before = signal.default_int_handler if number == signal.SIGINT else inherited
    signal.signal(number, before)
    try:
        found = seedtui("export", "-o", home / "out.jsonl")
        assert (found.code, found.err) == (2, "Interrupted.\n")
        assert not (home / "out.jsonl").exists()
        assert signal.getsignal(number) is before
    finally:
        signal.signal(number, inherited)


def test_nobody_who_is_not_there_has_a_home(seedtui: Command, home: Path) -> None:
    """A path that begins with ~ and no user's name was once a traceback."""
    for option in ("--db", "--config"):
        found = seedtui("export", "-o", home / "out", option, "~\x1b[2Jnobody/x")
        assert found.code == 2
        assert "~␛[2Jnobody/x" in found.err
        assert "Traceback" not in found.err


@pytest.mark.parametrize("mask", [0o000, 0o027, 0o377, 0o777])
def test_whatever_a_command_makes_is_this_users_alone(home: Path, mask: int) -> None:
    """Under a umask that takes even one's own rights, drafts and logs could once not be read again."""

    def make(options: Namespace) -> int:
        (home / "folder").mkdir()
        (home / "file").touch()
        os.close(tempfile.mkstemp(dir=home)[0])
        tempfile.mkdtemp(dir=home)
        subprocess.run(["mkdir", home / "by a child"], check=True)
        return 0

    before = os.umask(mask)
    try:
        assert call(make, Namespace(config=None, endpoint=None, module="x")) == 0
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    rights = {stat.S_IMODE(one.stat().st_mode) for one in home.iterdir()}
    assert rights == {0o600, 0o700}
