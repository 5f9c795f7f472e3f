"""What a series was to send, and what became of each of its slots: kept whatever happens to the runs."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from seedtui.core.query import parse_query
from seedtui.core.request import Request
from seedtui.core.run import Status
from seedtui.core.sample import SeriesRecord, is_answer
from seedtui.history import History, HistoryError
from support.database import ask, child, line_of, tell
from support.runs import STORY, a_run

SENT_AT = datetime(2026, 11, 22, 21, 43, tzinfo=UTC)
LONG_AGO = "2025-01-01T00:00:00.000000Z"
PLAN = {"settings": [{"request": {**STORY, "seed": 2**63 - 1}, "prompt": "옛날 \0"}], "repeat": 3, "huge": 2**70}


def send(history: History, slot: tuple[int, int], status: Status = Status.STREAMING) -> int:
    """Start a run for a slot and let it end."""
    run_id = history.start(Request(STORY), "local", SENT_AT, slot)
    if status is not Status.STREAMING:
        history.finish(a_run(id=run_id, status=status))
    return run_id


def answers(history: History, series_id: int) -> dict[int, tuple[int, Status]]:
    record = history.series(series_id)
    assert record is not None
    return dict(record.answers)


def dropped(path: Path, *run_ids: int) -> History:
    """Let runs have been deleted long ago, and open the history again."""
    for run_id in run_ids:
        ask(path, "UPDATE runs SET deleted_at = ? WHERE id = ?", LONG_AGO, run_id)
    return History.open(path)


def test_a_plan_reads_back_equal(history: History) -> None:
    series_id = history.add_series(PLAN, SENT_AT)
    assert history.series(series_id) == SeriesRecord(series_id, SENT_AT, PLAN, {})
    assert history.series(series_id + 1) is None


def test_a_slot_says_what_became_of_its_newest_run(history: History) -> None:
    one, other = history.add_series(PLAN, SENT_AT), history.add_series({}, SENT_AT)
    send(history, (one, 0), Status.FAILED)
    again = send(history, (one, 0), Status.COMPLETE)
    going = send(history, (one, 2))
    elsewhere = send(history, (other, 2), Status.CANCELLED)
    history.start(Request(STORY), "local", SENT_AT)
    assert answers(history, one) == {0: (again, Status.COMPLETE), 2: (going, Status.STREAMING)}
    assert answers(history, other) == {2: (elsewhere, Status.CANCELLED)}


@pytest.mark.parametrize("answer", [status for status in Status if is_answer(status)])
def test_an_answer_is_not_undone_by_a_run_that_failed_after_it(history: History, answer: Status) -> None:
    series_id = history.add_series(PLAN, SENT_AT)
    kept = send(history, (series_id, 0), answer)
    send(history, (series_id, 0), Status.FAILED)
    send(history, (series_id, 0))
    assert answers(history, series_id) == {0: (kept, answer)}


def test_deleted_runs_count_and_lists_leave_them_out(history: History) -> None:
    series_id = history.add_series(PLAN, SENT_AT)
    kept, deleted = (send(history, (series_id, slot), Status.COMPLETE) for slot in range(2))
    history.delete([deleted])
    assert answers(history, series_id) == {0: (kept, Status.COMPLETE), 1: (deleted, Status.COMPLETE)}
    assert [row.id for row in history.page(parse_query(f"series:{series_id}"))] == [kept]


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.STREAMING])
def test_a_slot_keeps_its_status_when_its_run_is_dropped_for_good(history: History, path: Path, status: Status) -> None:
    series_id = history.add_series(PLAN, SENT_AT)
    one, two = (send(history, (series_id, slot), status) for slot in range(2))
    with contextlib.closing(dropped(path, one)) as again:
        assert ask(path, "SELECT id FROM runs") == [(two,)]
        assert answers(again, series_id) == {0: (one, status), 1: (two, status)}


def test_a_run_that_was_dropped_while_it_streamed_is_not_waited_for(history: History, path: Path) -> None:
    series_id = history.add_series(PLAN, SENT_AT)
    run_id = send(history, (series_id, 0))
    with contextlib.closing(dropped(path, run_id)) as again:
        assert answers(again, series_id) == {0: (run_id, Status.INTERRUPTED)}


def test_a_run_lost_without_a_word_is_one_that_did_not_answer(history: History, path: Path) -> None:
    series_id = history.add_series(PLAN, SENT_AT)
    run_id = send(history, (series_id, 0), Status.COMPLETE)
    ask(path, "DELETE FROM runs")
    assert answers(history, series_id) == {0: (run_id, Status.INTERRUPTED)}


def test_a_run_of_no_series_is_not_kept(history: History) -> None:
    with pytest.raises(HistoryError, match="A run or series is no longer in") as caught:
        history.start(Request(STORY), "local", SENT_AT, (7, 0))
    assert caught.value.kind == "gone"
    assert history.count() == 0


def test_pages_hold_every_series_once_newest_first(history: History) -> None:
    ids = [history.add_series({"number": number}, SENT_AT + timedelta(seconds=number)) for number in range(5)]
    run_id = send(history, (ids[3], 1), Status.COMPLETE)
    first = history.series_page(limit=2)
    assert [record.id for record in first] == [ids[4], ids[3]]
    assert first[1] == history.series(ids[3])
    assert first[1].answers == {1: (run_id, Status.COMPLETE)}
    rest = history.series_page(before=first[-1].id)
    assert [(record.id, record.plan["number"]) for record in rest] == [(ids[2], 2), (ids[1], 1), (ids[0], 0)]
    assert history.series_page(before=ids[0]) == []


def test_a_series_finds_its_runs(history: History) -> None:
    one, other = history.add_series({}, SENT_AT), history.add_series({}, SENT_AT)
    mine = [send(history, (one, slot), status) for slot, status in enumerate((Status.COMPLETE, Status.FAILED))]
    send(history, (other, 0), Status.COMPLETE)
    history.start(Request(STORY), "local", SENT_AT)
    for typed, found in (
        (f"series:{one}", mine),
        (f"series:0{one} status:failed journey", mine[1:]),
        (f"series:{one} digest:{Request(STORY).digest[:9]}", mine),
        (f"series:{one} seed:1", []),
        ("series:99", []),
    ):
        query = parse_query(typed)
        assert [row.id for row in reversed(history.page(query))] == found, typed
        assert [sample.run_id for batch in history.samples(query) for sample in batch] == found, typed
    assert [row.id for row in history.page(parse_query(f"series:{one}"), before=mine[1], limit=1)] == mine[:1]


@pytest.mark.parametrize("column", ["plan = '{'", "plan = '[]'", "created_at = 'then'"])
def test_a_series_that_is_not_what_was_stored_is_damage(history: History, path: Path, column: str) -> None:
    series_id = history.add_series(PLAN, SENT_AT)
    ask(path, f"UPDATE series SET {column}")
    with pytest.raises(HistoryError, match=f"^Series {series_id} in .* is not what was stored") as caught:
        history.series(series_id)
    assert caught.value.kind == "damaged"


def test_a_slot_that_is_not_what_was_stored_is_damage(history: History, path: Path) -> None:
    series_id = history.add_series(PLAN, SENT_AT)
    send(history, (series_id, 0))
    ask(path, "UPDATE slots SET status = 'unheard-of'")
    with pytest.raises(HistoryError, match=f"^Series {series_id} in "):
        history.series(series_id)


SENDING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from seedtui.core.request import Request
from seedtui.history import History
from support.runs import STORY, a_run

history = History.open(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for slot in range(20):
    run_id = history.start(Request(STORY), "local", datetime.now(UTC), (1, slot))
    if slot % 2 == int(sys.argv[2]):
        history.finish(a_run(id=run_id))
print("done", flush=True)
sys.stdin.readline()
"""


def test_two_processes_send_the_same_series_and_every_answer_counts(history: History, path: Path) -> None:
    history.add_series(PLAN, SENT_AT)
    with child(SENDING, path, 0) as one, child(SENDING, path, 1) as two:
        for process in (one, two):
            assert line_of(process) == "ready"
        for process in (one, two):
            tell(process)
        for process in (one, two):
            assert line_of(process) == "done"
        found = answers(history, 1)
    assert sorted(found) == list(range(20))
    assert {status for _, status in found.values()} == {Status.COMPLETE}
    assert len(history.page(parse_query("series:1"), limit=100)) == 40
