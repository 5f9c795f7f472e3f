"""The draft, kept between sessions."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from seedtui.core.draft import NOTEBOOK_DRAFT, Draft, Turn
from seedtui.core.request import Api
from seedtui.tui.draft_file import read_draft, write_draft

DRAFT = Draft(
    endpoint="local",
    model="m",
    api=Api.COMPLETIONS,
    turns=(Turn("user", "여행\n\x1b\0"), Turn("assistant", "")),
    prompt="Once",
    typed={"seed": "abc", "stop": " "},
    extra='{"half',
)


def test_a_draft_comes_back_with_everything_that_was_typed(tmp_path: Path) -> None:
    file = tmp_path / "state" / "draft.json"
    write_draft(file, DRAFT)
    assert read_draft(file) == DRAFT
    write_draft(file, replace(DRAFT, prompt=""))
    assert read_draft(file).prompt == ""
    assert list(file.parent.iterdir()) == [file]


def test_half_a_character_does_not_keep_a_draft_from_being_kept(tmp_path: Path) -> None:
    write_draft(tmp_path / "draft.json", replace(DRAFT, prompt="\ud83d"))
    assert read_draft(tmp_path / "draft.json").prompt == "\ufffd"


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_draft(tmp_path / "state" / "draft.json", DRAFT)
    finally:
        os.umask(before)
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "state" / "draft.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff", b"[1]", b"null", b"[" * 100_000, b'{"seed": ' + b"9" * 5000 + b"}"],
    ids=lambda content: repr(content[:10]),
)
def test_a_file_that_is_no_draft_gives_the_notebooks(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "draft.json").write_bytes(content)
    assert read_draft(tmp_path / "draft.json") == NOTEBOOK_DRAFT


def test_no_file_gives_the_notebooks(tmp_path: Path) -> None:
    assert read_draft(tmp_path / "draft.json") == NOTEBOOK_DRAFT
    assert read_draft(tmp_path) == NOTEBOOK_DRAFT


def test_a_full_disk_leaves_the_old_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "draft.json"
    write_draft(file, DRAFT)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_draft(file, replace(DRAFT, prompt="newer"))
    assert read_draft(file) == DRAFT
    assert list(tmp_path.iterdir()) == [file]
