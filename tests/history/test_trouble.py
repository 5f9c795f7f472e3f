"""Whatever is wrong with the file or the disk is one plain sentence, and loses nothing."""

from __future__ import annotations

import contextlib
import os
import resource
import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seedtui.core.query import parse_query
from seedtui.core.request import Request
from seedtui.core.run import Status
from seedtui.history import History, HistoryError
from seedtui.history.connecting import connect
from seedtui.history.filesystem import on_network
from support.database import ask, fill, small_disk, write_protected
from support.runs import STORY, a_run

SENT_AT = datetime(2026, 11, 22, 21, 43, tzinfo=UTC)
LONG = "x" * 2_000_000


@contextlib.contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let this process write no file beyond a size, in bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_costs_only_what_could_not_be_saved(path: Path) -> None:
    path.parent.mkdir()
    with small_disk(path.parent):
        history = History.open(path)
        with contextlib.closing(history):
            run_id = history.start(Request(STORY), "local", SENT_AT)
            history.append([(run_id, 0, "Once upon")])
            with pytest.raises(HistoryError, match="The disk is full, so nothing can be saved") as caught:
                history.append([(run_id, 0, LONG)])
            assert caught.value.kind == "full"
            with pytest.raises(HistoryError, match="The disk is full"):
                history.finish(a_run(LONG, id=run_id))
            history.append([(run_id, 0, " a time")])
            run = history.run(run_id)
            assert run is not None
            assert run.completions[0].text == "Once upon a time"
            history.finish(a_run("Once upon a time", id=run_id))
            assert history.page()[0].status is Status.COMPLETE


def test_a_history_on_a_full_disk_can_still_be_read(path: Path) -> None:
    path.parent.mkdir()
    with small_disk(path.parent):
        with contextlib.closing(History.open(path)) as history:
            run_id = history.start(Request(STORY), "local", SENT_AT)
            history.append([(run_id, 0, "Once upon")])
        ask(path, "UPDATE runs SET owner = '999999999:1:'")
        ballast = path.with_name("ballast")
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
        with contextlib.closing(History.open(path)) as history:
            run = history.run(run_id)
            assert run is not None
            assert run.completions[0].text == "Once upon"
            with pytest.raises(HistoryError, match="The disk"):
                history.start(Request(STORY), "local", SENT_AT)
        ballast.unlink()
        with contextlib.closing(History.open(path)) as history:
            assert history.page()[0].status is Status.INTERRUPTED


def test_a_database_that_may_not_grow_says_the_disk_is_full(history: History) -> None:
    (run_id,) = fill(history, 1)
    history._database.connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(HistoryError, match="The disk is full"):
        history.add([a_run(LONG)], ["k1"])
    history._database.connection.execute("PRAGMA max_page_count = 100000")
    assert history.add([a_run(LONG)], ["k1"])[0] == [run_id + 1]


def test_a_write_that_fails_at_its_very_end_does_not_block_the_next(history: History, path: Path) -> None:
    run_id = history.start(Request(STORY), "local", SENT_AT)
    wal = path.with_name(path.name + "-wal")
    with largest_file(wal.stat().st_size), pytest.raises(HistoryError):
        history.append([(run_id, 0, "lost")])
    history.append([(run_id, 0, "kept")])
    run = history.run(run_id)
    assert run is not None
    assert run.completions[0].text == "kept"


def test_a_history_that_may_not_be_written_is_read(path: Path) -> None:
    with contextlib.closing(History.open(path)) as history:
        ids = fill(history, 3, seed=7)
        history.start(Request(STORY), "local", SENT_AT)
    ask(path, "UPDATE runs SET owner = '999999999:1:' WHERE status = 'streaming'")
    with write_protected(path.parent), contextlib.closing(History.open(path)) as history:
        assert history.read_only
        assert history.count() == 4
        assert [row.id for row in history.page(parse_query("seed:7 text"))] == ids[::-1]
        assert history.run(ids[0]) is not None
        assert history.recent(2) == ids[-1]
        with pytest.raises(HistoryError, match="cannot be written: check its rights") as caught:
            history.delete(ids)
        assert caught.value.kind == "read-only"
        with pytest.raises(HistoryError, match="cannot be written"):
            history.start(Request(STORY), "local", SENT_AT)


def test_a_folder_that_may_not_be_written_gets_no_history(path: Path) -> None:
    path.parent.mkdir()
    with write_protected(path.parent), pytest.raises(HistoryError, match="Choose another with --db") as caught:
        History.open(path)
    assert caught.value.kind == "read-only"


def test_a_history_that_may_not_be_migrated_says_so(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with write_protected(path.parent), pytest.raises(HistoryError, match="older seedtui and must be updated"):
        History.open(path)


@pytest.mark.parametrize("content", [b"not a database at all, but some text " * 100, b"\x00" * 8192, b"x"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(HistoryError, match="is no seedtui history") as caught:
        History.open(path)
    assert caught.value.kind == "corrupt"
    assert path.read_bytes() == content


def test_a_folder_in_place_of_the_file_is_one_sentence(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(HistoryError, match="cannot be opened"):
        History.open(path)


def test_a_file_in_place_of_the_folder_is_one_sentence(path: Path) -> None:
    path.parent.touch()
    with pytest.raises(HistoryError, match="Choose another with --db"):
        History.open(path)


def test_a_damaged_file_is_one_sentence(path: Path) -> None:
    with contextlib.closing(History.open(path)) as history:
        fill(history, 200)
    content = bytearray(path.read_bytes())
    for place in range(4096, len(content), 4096):
        content[place : place + 100] = b"\xff" * 100
    path.write_bytes(content)
    with (
        pytest.raises(HistoryError, match="is damaged: seedtui doctor --repair") as caught,
        contextlib.closing(History.open(path)) as history,
    ):
        history.page()
    assert caught.value.kind == "corrupt"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE completions SET text = 'Text 8.' WHERE run_id = 2",
        "UPDATE completions SET sha256 = 'x' WHERE run_id = 2",
        "UPDATE completions SET text = CAST(x'54ff' AS TEXT) WHERE run_id = 2",
        "UPDATE completions SET text = x'54' WHERE run_id = 2",
        "DELETE FROM completions WHERE run_id = 2",
        "UPDATE runs SET request = substr(request, 2) WHERE id = 2",
        "UPDATE runs SET request = '[]' WHERE id = 2",
        "UPDATE runs SET response = '{' WHERE id = 2",
        "UPDATE runs SET status = 'completf' WHERE id = 2",
        "UPDATE runs SET created_at = 'x' WHERE id = 2",
        "UPDATE runs SET error = '{}' WHERE id = 2",
        "UPDATE runs SET request = replace(request, 'Mars', 'Nars') WHERE id = 2",
        "UPDATE runs SET request = replace(request, 'Mars', 'Nars'), seal = NULL WHERE id = 2",
        "UPDATE runs SET response = replace(response, 'r-1', 'r-2') WHERE id = 2",
        'UPDATE runs SET headers = \'{"a":"b"}\' WHERE id = 2',
        "UPDATE runs SET status = 'cancelled' WHERE id = 2",
        "UPDATE runs SET fingerprints = '[\"fp_fefa7b2154\"]' WHERE id = 2",
        "UPDATE runs SET total_ms = 2100.5 WHERE id = 2",
        "UPDATE runs SET seal = replace(seal, substr(seal, 1, 1), 'g') WHERE id = 2",
    ],
)
def test_a_run_that_is_not_what_was_stored_is_named_and_the_others_are_read(
    history: History, path: Path, damage: str
) -> None:
    fill(history, 3)
    ask(path, damage)
    with pytest.raises(HistoryError, match=r"#2 in .* is not what was stored") as caught:
        history.run(2)
    assert caught.value.kind == "damaged"
    assert history.run(1) is not None
    assert history.run(3) is not None


def test_a_search_goes_on_past_a_damaged_request(history: History, path: Path) -> None:
    ids = fill(history, 3)
    ask(path, "UPDATE runs SET request = substr(request, 2) WHERE id = 2")
    assert [row.id for row in history.page(parse_query("journey"))] == ids[::-1]


@pytest.mark.parametrize("replaced", [False, True])
def test_a_history_deleted_while_open_says_so_instead_of_losing_runs(
    history: History, path: Path, replaced: bool
) -> None:
    run_id = history.start(Request(STORY), "local", SENT_AT)
    path.unlink()
    if replaced:
        History.open(path).close()
    for write in (
        lambda: history.append([(run_id, 0, "Once")]),
        lambda: history.finish(a_run(id=run_id)),
        lambda: history.start(Request(STORY), "local", SENT_AT),
        lambda: history.add([a_run()], [None]),
    ):
        with pytest.raises(HistoryError, match="deleted or replaced while it was open: restart seedtui") as caught:
            write()
        assert caught.value.kind == "gone"


def test_a_file_that_is_replaced_while_it_is_opened_is_not_used(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.closing(History.open(path)) as history:
        fill(history, 1)

    def connect_late(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        path.rename(path.with_name("old.db"))
        connect(path).close()
        return connection

    monkeypatch.setattr("seedtui.history.database.connect", connect_late)
    with pytest.raises(HistoryError, match="was replaced while it was opened: try again") as caught:
        History.open(path)
    assert caught.value.kind == "gone"


def test_what_arrived_and_is_no_text_any_more_is_told_and_keeps_nobody_from_opening(path: Path) -> None:
    with contextlib.closing(History.open(path)) as history:
        run_id = history.start(Request(STORY), "local", SENT_AT)
        history.append([(run_id, 0, "Once upon")])
    ask(path, "UPDATE runs SET owner = '999999999:1:'")
    ask(path, "UPDATE chunks SET text = x'00'")
    with contextlib.closing(History.open(path)) as history:
        with pytest.raises(HistoryError, match="is not what was stored"):
            history.run(run_id)
        assert history.count() == 1


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_only_this_user_may_read_a_history(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "new" / "folder" / "history.db"
    before = os.umask(mask)
    try:
        with contextlib.closing(History.open(path)) as history:
            fill(history, 1)
            files = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert files == {"history.db": 0o600, "history.db-wal": 0o600, "history.db-shm": 0o600}
    for folder in (path.parent, path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_sentence_names_the_file_in_letters_that_can_be_shown(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31mb\n.db"
    path.write_bytes(b"no database " * 1000)
    with pytest.raises(HistoryError) as caught:
        History.open(path)
    assert str(caught.value).isprintable()
    assert "␛[31m" in str(caught.value)


MOUNTS = """\
/dev/vda / ext4 rw 0 0
proc /proc proc rw 0 0
server:/home {home} nfs4 rw 0 0
//nas/share {home}/with\\040space cifs rw 0 0
tmpfs {home}/local tmpfs rw 0 0
over {home}/twice nfs rw 0 0
over {home}/twice ext4 rw 0 0
broken
"""


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("home/history.db", True),
        ("home/deep/er/history.db", True),
        ("home/with space/history.db", True),
        ("home/local/history.db", False),
        ("home/twice/history.db", False),
        ("homely/history.db", False),
        ("history.db", False),
    ],
)
def test_a_network_file_system_is_noticed(tmp_path: Path, place: str, expected: bool) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS.replace("{home}", str(tmp_path.resolve() / "home")), encoding="utf-8")
    assert on_network(tmp_path / place, mounts) is expected


def test_without_a_list_of_mounts_nothing_is_on_a_network(tmp_path: Path) -> None:
    assert not on_network(tmp_path, tmp_path / "none")


def test_on_a_network_the_old_journal_is_used(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seedtui.history.connecting.on_network", lambda path: True)
    with contextlib.closing(History.open(path)) as history:
        fill(history, 2)
        assert ask(path, "PRAGMA journal_mode") == [("delete",)]
        assert [file.name for file in path.parent.iterdir()] == ["history.db"]
    monkeypatch.undo()
    with contextlib.closing(History.open(path)) as history:
        assert ask(path, "PRAGMA journal_mode") == [("wal",)]
        assert history.count() == 2
