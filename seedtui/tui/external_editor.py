"""A text edited in the user's own editor.

The caller gives the terminal away first (`App.suspend`) and takes it back afterwards.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from seedtui.core.text import join_surrogates, one_line

_FALLBACKS: Final = ("nano", "vi")


class EditorError(Exception):
    """The editor gave no text back; one plain sentence says why. The text given to it is unharmed."""


def edit(text: str, environ: Mapping[str, str], preferred: str = "") -> str:
    """Open a text in an editor, and wait until the user is done.

    Args:
        text: What to edit.
        environ: Where `VISUAL`, `EDITOR` and `PATH` are looked up, in place of `os.environ`.
        preferred: A command that goes before those, such as one from the settings.

    Returns:
        The text as saved. A line end that the editor added to the last line is taken off again.

    Raises:
        EditorError: If there is no editor, it failed, or what it saved is no UTF-8.
    """
    command = editor_command(environ, preferred)
    before = join_surrogates(text).encode()
    path = _write(before)
    keep = False
    try:
        status = _run([*command, str(path)], environ)
        after = _read(path, command[0])
        if status != 0:
            keep = after != before
            raise EditorError(_failure(command[0], status, path if keep else None))
        try:
            saved = after.decode()
        except UnicodeDecodeError:
            keep = True
            raise EditorError(f"What the editor saved is not UTF-8. It is in {one_line(str(path))}.") from None
    finally:
        if not keep:
            path.unlink(missing_ok=True)
    if after == before:
        return text
    return saved.removesuffix("\n") if not text.endswith("\n") else saved


def editor_command(environ: Mapping[str, str], preferred: str = "") -> list[str]:
    """Return the editor's command: the preferred one, `VISUAL`, `EDITOR`, nano or vi.

    Raises:
        EditorError: If none is named or found.
    """
    for source, line in (("editor", preferred), *((name, environ.get(name, "")) for name in ("VISUAL", "EDITOR"))):
        if not line.strip():
            continue
        try:
            return shlex.split(line)
        except ValueError:
            raise EditorError(f"{source} is set to {one_line(line, 60)}, where a quote is not closed.") from None
    for name in _FALLBACKS:
        if found := shutil.which(name, path=environ.get("PATH")):
            return [found]
    raise EditorError("No editor was found. Set EDITOR to the command of the one to use, like EDITOR=nano.")


def _write(content: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix="seedtui-", suffix=".md")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return Path(name)


def _read(path: Path, editor: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EditorError(f"{one_line(editor, 60)} left no file to read back: {error.strerror}.") from None


def _run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    name = one_line(command[0], 60)
    try:
        process = subprocess.Popen(command, env=dict(environ))
    except FileNotFoundError:
        raise EditorError(f"The editor {name} was not found. Set EDITOR to one that is installed.") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise EditorError(f"The editor {name} could not be started: {why}.") from None
    with _deaf_to_interrupts():
        return process.wait()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Leave Ctrl-C to the editor, which shares the terminal."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)


def _failure(editor: str, status: int, kept: Path | None) -> str:
    how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
    where = f"; what it saved is in {one_line(str(kept))}" if kept else ""
    return f"{one_line(editor, 60)} {how}, so the text stays as it was{where}."
