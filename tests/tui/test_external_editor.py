"""Texts go through a fake editor and come back, or stay as they were."""

from __future__ import annotations

import stat
import sys
import tempfile
from pathlib import Path

import pytest

from seedtui.tui.external_editor import EditorError, edit, editor_command


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fake editor: a Python program that gets `path`, a Path, and does what the test wrote."""
    folder = tmp_path / "temporary files"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return tmp_path / "fake editor.py"


def write(editor: Path, body: str) -> dict[str, str]:
    editor.write_text(f"import os, sys\nfrom pathlib import Path\npath = Path(sys.argv[-1])\n{body}\n")
    return {"EDITOR": f"{sys.executable} '{editor}' --wait"}


def left_behind(editor: Path) -> list[Path]:
    return list((editor.parent / "temporary files").iterdir())


def test_the_saved_text_comes_back(editor: Path) -> None:
    environ = write(editor, "path.write_text(path.read_text() + ' to Mars\\n')")
    assert edit("A journey", environ) == "A journey to Mars"
    assert left_behind(editor) == []


def test_the_file_is_private_and_says_markdown(editor: Path) -> None:
    environ = write(editor, "path.write_text(f'{path.suffix} {os.stat(path).st_mode & 0o777:o}')")
    assert edit("", environ) == ".md 600"


@pytest.mark.parametrize("text", ["", "a\n", "a\r\nb", "\x1b[2J\x00", "여행\t1 ", "\ud83d"])
def test_an_untouched_text_is_exactly_the_same(editor: Path, text: str) -> None:
    assert edit(text, write(editor, "")) == text


@pytest.mark.parametrize(
    ("before", "saved", "after"),
    [("a", "a\n", "a"), ("a", "b\n\n", "b\n"), ("a\n", "b\n", "b\n"), ("a\n", "b", "b"), ("a", "b\r\n c\n", "b\r\n c")],
)
def test_line_end_that_the_editor_adds(editor: Path, before: str, saved: str, after: str) -> None:
    assert edit(before, write(editor, f"path.write_bytes({saved.encode()!r})")) == after


def test_a_failing_editor_that_saved_nothing(editor: Path) -> None:
    with pytest.raises(EditorError, match=r"ended with status 3, so the text stays as it was\.$"):
        edit("kept", write(editor, "sys.exit(3)"))
    assert left_behind(editor) == []


def test_a_failing_editor_loses_nothing_that_it_saved(editor: Path) -> None:
    with pytest.raises(EditorError, match="what it saved is in ") as caught:
        edit("kept", write(editor, "path.write_text('an hour of work'); sys.exit(1)"))
    (file,) = left_behind(editor)
    assert file.read_text() == "an hour of work"
    assert file.name in str(caught.value)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_killed_editor(editor: Path) -> None:
    with pytest.raises(EditorError, match="was killed by signal 9"):
        edit("kept", write(editor, "os.kill(os.getpid(), 9)"))


def test_a_file_that_is_gone(editor: Path) -> None:
    with pytest.raises(EditorError, match="left no file to read back: No such file"):
        edit("kept", write(editor, "path.unlink()"))


def test_a_text_that_is_not_utf8(editor: Path) -> None:
    with pytest.raises(EditorError, match="is not UTF-8"):
        edit("kept", write(editor, "path.write_bytes(b'caf\\xe9')"))
    assert left_behind(editor)[0].read_bytes() == b"caf\xe9"


def test_an_editor_that_is_not_installed(editor: Path) -> None:
    with pytest.raises(EditorError, match=r"The editor no-such-editor was not found. Set EDITOR"):
        edit("kept", {"EDITOR": "no-such-editor -w", "PATH": "/usr/bin"})
    assert left_behind(editor) == []


def test_which_editor() -> None:
    environ = {"VISUAL": "code --wait", "EDITOR": "vim", "PATH": "/nowhere"}
    assert editor_command(environ, "hx -c 'my config'") == ["hx", "-c", "my config"]
    assert editor_command(environ) == ["code", "--wait"]
    assert editor_command({**environ, "VISUAL": " "}) == ["vim"]


def test_nano_or_vi_where_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(EditorError, match="Set EDITOR to the command"):
        editor_command({"PATH": str(tmp_path)})
    for name in ("vi", "nano"):
        program = tmp_path / name
        program.touch(mode=0o700)
        assert editor_command({"PATH": str(tmp_path)}) == [str(program)]


def test_an_unclosed_quote() -> None:
    with pytest.raises(EditorError, match="EDITOR is set to vim 'a, where a quote is not closed"):
        editor_command({"EDITOR": "vim 'a"})
