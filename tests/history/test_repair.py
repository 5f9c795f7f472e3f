"""A damaged history is repaired: what can be read is saved, what cannot is named, and what it was is kept."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from seedtui.core.request import Request
from seedtui.core.run import Completion, Status
from seedtui.history import History, HistoryError
from seedtui.history.health import CancelledError, examine
from seedtui.history.repair import Repair, repair
from support.database import ask, child, fill, line_of, small_disk, write_protected
from support.runs import STORY, a_run

OPEN = """
import sys
from pathlib import Path
from seedtui.history import History

history = History.open(Path(sys.argv[1]))
history.count()
print("open", flush=True)
sys.stdin.readline()
"""

REPAIR = """
import os, signal, sys
from pathlib import Path
from seedtui.history import repair

def die(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(repair, sys.argv[2], die)
repair.repair(Path(sys.argv[1]))
"""


def filled(path: Path, count: int = 3, **facts: Any) -> None:
    with contextlib.closing(History.open(path)) as history:
        fill(history, count, **facts)


def said(text: str) -> dict[str, object]:
    return {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]}


def break_pages(path: Path) -> bytes:
    """Break every seventh page; return the file's bytes."""
    content = bytearray(path.read_bytes())
    for place in range(8192, len(content), 4096 * 7):
        content[place : place + 100] = b"\xff" * 100
    path.write_bytes(content)
    return bytes(content)


def test_nothing_is_done_where_nothing_is_wrong(path: Path) -> None:
    filled(path)
    before = path.read_bytes()
    done = repair(path)
    assert (done.salvaged, done.kept) == (None, None)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["history.db"]


def test_what_it_was_is_kept_and_every_run_that_can_be_read_is_saved(path: Path) -> None:
    filled(path, 200)
    content = break_pages(path)
    done = repair(path)
    assert done.salvaged is not None
    assert done.kept is not None
    assert done.kept.read_bytes() == content
    assert done.kept.stat().st_mode & 0o777 == path.stat().st_mode & 0o777 == 0o600
    lost = set(done.salvaged.lost) | set(done.salvaged.in_part)
    assert 0 < len(lost) < 100
    assert done.salvaged.runs + len(done.salvaged.lost) == 200
    with contextlib.closing(History.open(path)) as history:
        for run_id in range(1, 201):
            run = history.run(run_id)
            if run_id not in lost:
                assert run is not None
                assert run.completions == (Completion(0, f"Text {run_id - 1}.", "stop"),)
        assert history.start(Request(STORY), "local", a_run().created_at) == 201
    assert examine(path).is_sound


def test_a_text_that_was_changed_is_restored_from_the_response(path: Path) -> None:
    text = "In the year 2050, a team of astronauts set out."
    with contextlib.closing(History.open(path)) as history:
        history.add([a_run(text, extra=said(text))], [None])
    ask(path, "UPDATE completions SET text = replace(text, 'team', 'ream')")
    done = repair(path)
    assert done.salvaged is not None
    assert (done.salvaged.mended, done.salvaged.in_part) == ([1], [])
    with contextlib.closing(History.open(path)) as history:
        run = history.run(1)
        assert run is not None
        assert (run.status, run.completions) == (Status.COMPLETE, (Completion(0, text, "stop"),))


@pytest.mark.parametrize(
    ("damage", "texts"),
    [
        ("UPDATE completions SET text = 'Text 8.' WHERE run_id = 2", 0),
        ("DELETE FROM completions WHERE run_id = 2", 0),
        ('UPDATE runs SET response = \'{"id":"r-2"}\' WHERE id = 2', 1),
        ("UPDATE runs SET response = '{' WHERE id = 2", 1),
        ("UPDATE runs SET created_at = 'x' WHERE id = 2", 1),
        ("UPDATE runs SET status = 'completf' WHERE id = 2", 1),
    ],
)
def test_a_run_that_lacks_something_keeps_the_rest_and_counts_as_failed(path: Path, damage: str, texts: int) -> None:
    filled(path)
    ask(path, damage)
    done = repair(path)
    assert done.salvaged is not None
    assert (done.salvaged.whole, done.salvaged.in_part, done.salvaged.lost) == (2, [2], [])
    with contextlib.closing(History.open(path)) as history:
        run = history.run(2)
        assert run is not None
        assert (run.status, len(run.completions), run.request) == (Status.FAILED, texts, Request(STORY))
        assert run.error is not None
        assert "The disk damaged" in run.error.message


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE runs SET model = 'm-2' WHERE id = 2",
        "UPDATE runs SET digest = replace(digest, substr(digest, 1, 1), 'g') WHERE id = 2",
        "UPDATE runs SET first_words = 'Text 8.' WHERE id = 2",
        "UPDATE runs SET seal = 'g' || substr(seal, 2) WHERE id = 2",
        "UPDATE completions SET sha256 = 'g' || substr(sha256, 2) WHERE run_id = 2",
    ],
)
def test_what_can_be_worked_out_is_mended(path: Path, damage: str) -> None:
    filled(path)
    with contextlib.closing(History.open(path)) as history:
        before = history.run(2)
    ask(path, damage)
    done = repair(path)
    assert done.salvaged is not None
    assert (done.salvaged.whole, done.salvaged.mended) == (2, [2])
    with contextlib.closing(History.open(path)) as history:
        assert history.run(2) == before


def test_a_run_whose_request_is_not_known_is_lost_and_named(path: Path) -> None:
    filled(path)
    ask(path, "UPDATE runs SET request = replace(request, 'Mars', 'Nars') WHERE id = 2")
    done = repair(path)
    assert done.salvaged is not None
    assert (done.salvaged.whole, done.salvaged.lost) == (2, [2])


def test_series_slots_and_baselines_are_saved_too(path: Path) -> None:
    with contextlib.closing(History.open(path)) as history:
        series_id = history.add_series({"repeat": 2}, a_run().created_at)
        sent = history.start(Request(STORY), "openai", a_run().created_at, (series_id, 1))
        history.finish(a_run(id=sent))
        history.pin([sent])
        before = history.series(series_id), history.baselines()
    content = path.read_bytes()
    # The list of tables is gone.
    path.write_bytes(content[:100] + bytes(3996) + content[4096:])
    repair(path)
    with contextlib.closing(History.open(path)) as history:
        assert (history.series(series_id), history.baselines()) == before


def test_what_is_in_the_log_alone_is_saved(path: Path) -> None:
    log = path.with_name("history.db-wal")
    with contextlib.closing(History.open(path)) as history:
        fill(history, 5)
        ask(path, "UPDATE completions SET text = 'Text 9.' WHERE run_id = 2")
        in_log, main = log.read_bytes(), path.read_bytes()
    path.write_bytes(main)
    log.write_bytes(in_log)
    done = repair(path)
    assert done.salvaged is not None
    assert (done.salvaged.whole, done.salvaged.in_part) == (4, [2])
    assert done.kept is not None
    assert done.kept.with_name(f"{done.kept.name}-wal").read_bytes() == in_log
    assert not log.exists()
    assert examine(path).runs == 5


def test_runs_deleted_for_good_do_not_come_back(path: Path) -> None:
    filled(path, 60)
    ask(path, "DELETE FROM completions WHERE run_id < 50")
    ask(path, "DELETE FROM runs WHERE id < 50")
    ask(path, "UPDATE completions SET text = 'x' WHERE run_id = 60")
    done = repair(path)
    assert done.salvaged is not None
    assert (done.salvaged.runs, done.salvaged.lost) == (11, [])
    with contextlib.closing(History.open(path)) as history:
        assert history.recent(11) == 50


def test_a_history_that_another_process_has_open_is_left_alone(path: Path) -> None:
    filled(path, 200)
    content = break_pages(path)
    with child(OPEN, path) as process:
        assert line_of(process) == "open"
        with pytest.raises(HistoryError, match=r"Another program has .* open: close it") as caught:
            repair(path)
        assert caught.value.kind == "locked"
    assert path.read_bytes() == content


@pytest.mark.parametrize("step", ["gather", "rebuild", "_verify", "_swap", "refuse_latecomers"])
def test_a_repair_that_is_killed_leaves_the_old_history_or_the_new(path: Path, step: str) -> None:
    filled(path, 200)
    content = break_pages(path)
    with child(REPAIR, path, step) as process:
        assert process.wait() == -9
    if step == "refuse_latecomers":
        assert examine(path).is_sound
        assert any(file.read_bytes() == content for file in path.parent.glob("history.damaged-*.db"))
    else:
        assert path.read_bytes() == content
        assert repair(path).kept is not None


def test_a_repair_that_is_cancelled_changes_nothing(path: Path) -> None:
    filled(path, 200)
    content = break_pages(path)
    asked = iter(range(1000))
    with pytest.raises(CancelledError, match="nothing was changed"):
        repair(path, cancelled=lambda: next(asked) > 3)
    assert path.read_bytes() == content
    assert [file.name for file in path.parent.iterdir()] == ["history.db"]


def test_a_disk_too_full_for_a_repair_leaves_the_history_as_it_was(path: Path) -> None:
    path.parent.mkdir()
    with small_disk(path.parent):
        filled(path, 150)
        content = break_pages(path)
        path.with_name("ballast").write_bytes(bytes(700_000))
        with pytest.raises(HistoryError):
            repair(path)
        assert path.read_bytes() == content
        assert sorted(file.name for file in path.parent.iterdir()) == ["ballast", "history.db"]


def test_a_history_that_may_not_be_written_is_not_repaired(path: Path) -> None:
    filled(path, 200)
    break_pages(path)
    with write_protected(path.parent), pytest.raises(HistoryError, match="repair a copy of it with --db") as caught:
        repair(path)
    assert caught.value.kind == "read-only"


def test_another_programs_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    ask(path, "CREATE TABLE bookmarks (url TEXT)")
    ask(path, "INSERT INTO bookmarks VALUES ('https://example.com')")
    before = path.read_bytes()
    with pytest.raises(HistoryError, match=r"Nothing in .* can be read as a run, so it was left as it is"):
        repair(path)
    assert path.read_bytes() == before


def test_a_newer_schema_is_left_alone(path: Path) -> None:
    filled(path)
    ask(path, "PRAGMA user_version = 900")
    ask(path, "INSERT INTO migrations VALUES (900, 'later', '')")
    before = path.read_bytes()
    with pytest.raises(HistoryError, match="newer seedtui"):
        repair(path)
    assert path.read_bytes() == before


def test_a_version_that_no_step_made_is_damage(path: Path) -> None:
    filled(path)
    ask(path, "PRAGMA user_version = 900")
    done = repair(path)
    assert done.salvaged is not None
    assert done.salvaged.whole == 3
    assert examine(path).is_sound


def test_whoever_opened_the_file_before_it_was_replaced_writes_nothing_into_the_void(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(path, 200)
    break_pages(path)
    before = os.open(path, os.O_RDONLY)
    done: Repair = repair(path)
    assert done.kept is not None
    assert os.pread(before, 16, 0).startswith(b"This history was")
    os.close(before)
    with contextlib.closing(sqlite3.connect(done.kept)) as kept:
        assert kept.execute("PRAGMA user_version").fetchone()[0] > 0
