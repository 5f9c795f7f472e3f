"""Several processes use one history; some of them die."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seedtui.core.request import Request
from seedtui.core.run import Completion, Status
from seedtui.history import History, HistoryError, reading, sweep
from seedtui.history.owner import is_alive, this_process
from support.database import ask, child, line_of, tell
from support.runs import STORY, a_run

SENT_AT = datetime(2026, 11, 22, 21, 43, tzinfo=UTC)
NOBODY = "999999999:1:"

STREAMING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from seedtui.core.request import Request
from seedtui.history import History
from support.runs import STORY

history = History.open(Path(sys.argv[1]))
run_id = history.start(Request(STORY), "local", datetime.now(UTC))
history.append([(run_id, 0, "Once "), (run_id, 1, "In the ")])
history.append([(run_id, 0, "upon a \\x00 time"), (run_id, 1, "year")])
print(run_id, flush=True)
sys.stdin.readline()
"""

WRITING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from seedtui.core.request import Request
from seedtui.history import History
from support.runs import STORY, a_run

print("ready", flush=True)
sys.stdin.readline()
history = History.open(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    run_id = history.start(Request(STORY), "local", datetime.now(UTC))
    history.append([(run_id, 0, "Once ")])
    history.finish(a_run(f"Once upon {number}.", id=run_id))
print("done", flush=True)
"""


@pytest.fixture
def orphan(path: Path) -> int:
    """A run in mid-stream whose process is gone."""
    with contextlib.closing(History.open(path)) as history:
        run_id = history.start(Request(STORY), "local", SENT_AT)
        history.append([(run_id, 0, "Once upon")])
    ask(path, "UPDATE runs SET owner = ?", NOBODY)
    return run_id


def test_a_process_killed_in_mid_stream_leaves_what_had_arrived(path: Path) -> None:
    with child(STREAMING, path) as process:
        run_id = int(line_of(process))
        process.send_signal(signal.SIGKILL)
        process.wait()
    with contextlib.closing(History.open(path)) as history:
        run = history.run(run_id)
        assert run is not None
        assert run.status is Status.INTERRUPTED
        assert run.completions == (Completion(0, "Once upon a \0 time"), Completion(1, "In the year"))
        (summary,) = history.page()
        assert (summary.status, summary.choices) == (Status.INTERRUPTED, 2)
        assert summary.first_words == "Once upon a \0 time"
    assert ask(path, "SELECT count(*) FROM chunks") == [(0,)]


def test_a_killed_process_that_nobody_has_looked_at_yet_counts_as_dead(path: Path) -> None:
    with child(STREAMING, path) as process:
        run_id = int(line_of(process))
        process.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        with contextlib.closing(History.open(path)) as history:
            run = history.run(run_id)
    assert run is not None
    assert run.status is Status.INTERRUPTED


def test_the_run_of_a_process_that_goes_on_is_left_alone(path: Path) -> None:
    with child(STREAMING, path) as process:
        run_id = int(line_of(process))
        with contextlib.closing(History.open(path)) as history:
            run = history.run(run_id)
            assert run is not None
            assert run.status is Status.STREAMING
            assert run.completions[0].text == "Once upon a \0 time"
        tell(process)
        assert process.wait() == 0
    with contextlib.closing(History.open(path)) as history:
        assert history.page()[0].status is Status.INTERRUPTED


def test_two_processes_write_at_once_and_nothing_is_lost(path: Path) -> None:
    count = 40
    with child(WRITING, path, count) as one, child(WRITING, path, count) as two:
        for process in (one, two):
            assert line_of(process) == "ready"
        for process in (one, two):
            tell(process)
        for process in (one, two):
            assert line_of(process) == "done"
    with contextlib.closing(History.open(path)) as history:
        page = history.page(limit=1000)
        assert len(page) == 2 * count
        assert {row.status for row in page} == {Status.COMPLETE}
        assert sorted(row.first_words for row in page) == sorted(2 * [f"Once upon {n}." for n in range(count)])


def test_many_processes_may_make_the_history_at_once(path: Path) -> None:
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(child(WRITING, path, 1)) for _ in range(5)]
        for process in processes:
            assert line_of(process) == "ready"
        for process in processes:
            tell(process)
        for process in processes:
            assert line_of(process) == "done"
    assert ask(path, "SELECT count(*) FROM runs") == [(5,)]
    assert ask(path, "PRAGMA journal_mode") == [("wal",)]


def test_a_run_that_another_process_ends_while_it_is_read_is_read_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with contextlib.closing(History.open(path)) as writer, contextlib.closing(History.open(path)) as reader:
        run_id = writer.start(Request(STORY), "local", SENT_AT)
        writer.append([(run_id, 0, "Once upon")])
        read_pieces = reading.arrived

        def read_late(connection: sqlite3.Connection, run_id: int) -> tuple[Completion, ...]:
            writer.finish(a_run("Once upon a time.", id=run_id))
            return read_pieces(connection, run_id)

        monkeypatch.setattr(reading, "arrived", read_late)
        before = reader.run(run_id)
        assert before is not None
        assert (before.status, before.completions) == (Status.STREAMING, (Completion(0, "Once upon"),))
        after = reader.run(run_id)
        assert after is not None
        assert (after.status, after.completions[0].text) == (Status.COMPLETE, "Once upon a time.")


def test_two_sweeps_at_once_lose_no_text(path: Path, orphan: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def swept_by_another(owner: str | None) -> bool:
        monkeypatch.setattr(sweep, "is_alive", is_alive)
        History.open(path).close()
        return False

    monkeypatch.setattr(sweep, "is_alive", swept_by_another)
    with contextlib.closing(History.open(path)) as history:
        run = history.run(orphan)
    assert run is not None
    assert run.status is Status.INTERRUPTED
    assert run.completions == (Completion(0, "Once upon"),)


def test_a_run_taken_for_dead_by_mistake_is_finished_all_the_same(path: Path, orphan: int) -> None:
    with contextlib.closing(History.open(path)) as history:
        history.append([(orphan, 0, " a time")])
        history.finish(a_run("Once upon a time.", id=orphan))
        run = history.run(orphan)
    assert run is not None
    assert run.status is Status.COMPLETE
    assert run.completions == (Completion(0, "Once upon a time.", "stop"),)


def test_without_a_sweep_nothing_is_changed(path: Path, orphan: int) -> None:
    with contextlib.closing(History.open(path, sweep=False)) as history:
        run = history.run(orphan)
    assert run is not None
    assert run.status is Status.STREAMING
    assert run.completions == (Completion(0, "Once upon"),)


def test_a_locked_history_can_still_be_read_and_says_so_when_written(
    path: Path, orphan: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seedtui.history.connecting._BUSY_SECONDS", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with contextlib.closing(other), contextlib.closing(History.open(path)) as history:
        assert [row.id for row in history.page()] == [orphan]
        with pytest.raises(HistoryError, match=r"Another program keeps .* locked") as caught:
            history.start(Request(STORY), "local", SENT_AT)
        assert caught.value.kind == "locked"
        other.execute("ROLLBACK")
        assert history.start(Request(STORY), "local", SENT_AT) > orphan


def test_a_process_is_told_from_another_with_the_same_number() -> None:
    pid, started, boot = this_process().split(":")
    assert is_alive(this_process())
    assert not is_alive(f"{pid}:{int(started) + 1}:{boot}")
    assert not is_alive(f"{pid}:{started}:another-boot")
    assert not is_alive(NOBODY)


@pytest.mark.parametrize("owner", [None, "", ":", "x:1:2", "-1:1:2", "1²:1:2", f"{10**30}:1:2"])
def test_an_owner_that_is_none_is_dead(owner: str | None) -> None:
    assert not is_alive(owner)


@pytest.mark.skipif(shutil.which("ps") is None, reason="needs ps")
def test_processes_are_told_apart_without_proc_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("seedtui.history.owner._PROC", tmp_path)
    owner = this_process()
    assert owner.count(":") > 1, "ps said nothing"
    assert is_alive(owner)
    assert not is_alive(owner + "x")
