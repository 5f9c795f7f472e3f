"""A copy of a history is made while others write, is checked, and takes the place of nothing."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from seedtui.core.request import Request
from seedtui.history import History, HistoryError
from seedtui.history import backup as backing_up
from seedtui.history.backup import back_up
from seedtui.history.health import CancelledError
from support.database import ask, child, fill, line_of, small_disk, write_protected
from support.runs import STORY, a_run

WRITING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from seedtui.history import History
from support.runs import a_run

history = History.open(Path(sys.argv[1]))
print("open", flush=True)
while True:
    history.add([a_run("Text " * 200)], [None])
"""


def test_a_copy_holds_all_and_is_one_private_file(history: History, path: Path, tmp_path: Path) -> None:
    ids = fill(history, 30)
    target = tmp_path / "copy.db"
    before = os.umask(0)
    try:
        backup = back_up(path, target)
    finally:
        os.umask(before)
    assert backup.health is not None
    assert (backup.health.is_sound, backup.health.runs, backup.health.checked) == (True, 30, 30)
    assert target.stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == ["copy.db", "kept"]
    with contextlib.closing(History.open(target)) as copy:
        assert [copy.run(run_id) for run_id in ids] == [history.run(run_id) for run_id in ids]


@pytest.mark.parametrize("network", [False, True])
def test_a_copy_is_made_while_another_process_goes_on_writing(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: bool
) -> None:
    monkeypatch.setattr("seedtui.history.connecting.on_network", lambda path: network)
    monkeypatch.setattr(backing_up, "_PAGES", 2)
    with contextlib.closing(History.open(path)) as history:
        fill(history, 300)
    with child(WRITING, path) as process:
        assert line_of(process) == "open"
        backup = back_up(path, tmp_path / "copy.db")
    assert backup.health is not None
    assert backup.health.is_sound
    assert backup.health.runs >= 300


@pytest.mark.parametrize("link", [False, True])
def test_a_copy_takes_the_place_of_nothing(history: History, path: Path, tmp_path: Path, link: bool) -> None:
    target = tmp_path / "copy.db"
    if link:
        target.symlink_to(tmp_path / "nothing")
    else:
        target.write_text("mine")
    with pytest.raises(FileExistsError):
        back_up(path, target)
    assert link or target.read_text() == "mine"
    assert len([*tmp_path.iterdir()]) == 2


def test_a_copy_that_is_cancelled_is_not_there(history: History, path: Path, tmp_path: Path) -> None:
    fill(history, 50)
    asked = iter(range(1000))
    with pytest.raises(CancelledError):
        back_up(path, tmp_path / "copy.db", cancelled=lambda: next(asked) > 0)
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]


def test_a_disk_without_room_for_a_copy_gets_none(history: History, path: Path, tmp_path: Path) -> None:
    """The history's own disk was once named as the full one."""
    fill(history, 1)
    history.add([a_run("x" * 2_000_000)], [None])
    place = tmp_path / "small"
    place.mkdir()
    with small_disk(place):
        with pytest.raises(HistoryError, match=r"There is no room for the copy in .*free some space"):
            back_up(path, place / "copy.db")
        assert [*place.iterdir()] == []


def test_a_history_that_may_not_be_written_is_copied(path: Path, tmp_path: Path) -> None:
    with contextlib.closing(History.open(path)) as history:
        fill(history, 3)
    with write_protected(path.parent):
        backup = back_up(path, tmp_path / "copy.db")
    assert backup.health is not None
    assert (backup.health.is_sound, backup.health.runs) == (True, 3)


def test_a_damaged_history_is_copied_as_it_is(path: Path, tmp_path: Path) -> None:
    with contextlib.closing(History.open(path)) as history:
        fill(history, 3)
    ask(path, "UPDATE completions SET text = 'Text 8.' WHERE run_id = 2")
    backup = back_up(path, tmp_path / "copy.db")
    assert backup.health is not None
    assert (backup.health.damaged, backup.health.complaints) == ((2,), ())


def test_a_history_that_cannot_be_opened_is_copied_byte_by_byte(path: Path, tmp_path: Path) -> None:
    with contextlib.closing(History.open(path)) as history:
        fill(history, 3)
    path.write_bytes(bytes(100) + path.read_bytes()[100:])
    target = tmp_path / "copy.db"
    assert back_up(path, target).health is None
    assert target.read_bytes() == path.read_bytes()
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_history_of_a_newer_version_is_copied(path: Path, tmp_path: Path) -> None:
    with contextlib.closing(History.open(path)) as history:
        fill(history, 3)
    ask(path, "PRAGMA user_version = 900")
    back_up(path, tmp_path / "copy.db")
    assert ask(tmp_path / "copy.db", "SELECT count(*) FROM runs") == [(3,)]


def test_another_programs_database_is_not_copied(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    ask(path, "CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(HistoryError, match="is no seedtui history: it was not copied"):
        back_up(path, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_run_in_mid_stream_is_copied_as_far_as_it_has_come(history: History, path: Path, tmp_path: Path) -> None:
    run_id = history.start(Request(STORY), "local", a_run().created_at)
    history.append([(run_id, 0, "Once upon")])
    back_up(path, tmp_path / "copy.db")
    with contextlib.closing(History.open(tmp_path / "copy.db", sweep=False)) as copy:
        run = copy.run(run_id)
        assert run is not None
        assert run.completions[0].text == "Once upon"
