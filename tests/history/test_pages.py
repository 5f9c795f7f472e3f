"""Pages of runs, newest first, and positions counted from the newest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seedtui.core.query import Query, parse_query
from seedtui.history import History
from seedtui.history.samples import SEARCH_STEP
from support.database import fill
from support.runs import a_run


def pages(history: History, limit: int, typed: str = "") -> Iterator[list[int]]:
    before = None
    while page := history.page(parse_query(typed), before, limit):
        yield [row.id for row in page]
        before = page[-1].id


def test_pages_hold_every_run_once_newest_first(history: History) -> None:
    ids = fill(history, 25)
    found = list(pages(history, 10))
    assert [len(page) for page in found] == [10, 10, 5]
    assert [run_id for page in found for run_id in page] == ids[::-1]


def test_runs_that_come_while_someone_reads_shift_no_page(history: History) -> None:
    ids = fill(history, 6)
    first = [row.id for row in history.page(limit=3)]
    fill(history, 5)
    history.delete([ids[4]])
    second = [row.id for row in history.page(before=first[-1], limit=3)]
    assert first + second == ids[::-1]


def test_an_empty_history_has_an_empty_page(history: History) -> None:
    assert history.page() == []
    assert history.page(before=10) == []
    assert history.count() == 0


def test_a_page_may_be_asked_for_from_anywhere(history: History) -> None:
    ids = fill(history, 3)
    assert [row.id for row in history.page(before=10**9)] == ids[::-1]
    assert history.page(before=ids[0]) == []
    assert history.page(limit=0) == []


def test_a_search_finds_what_lies_more_than_a_step_apart(history: History) -> None:
    fill(history, 10)
    (old,), _ = history.add([a_run("A needle.")], [None])
    fill(history, SEARCH_STEP * 2)
    (new,), _ = history.add([a_run("Another needle.")], [None])
    assert list(pages(history, 1, "needle")) == [[new], [old]]
    assert list(pages(history, 10, "needle")) == [[new, old]]
    assert list(pages(history, 10, '"no such text"')) == []


def test_a_search_can_be_cancelled_between_steps(history: History) -> None:
    history.add([a_run("A needle.")], [None])
    fill(history, SEARCH_STEP * 2)
    answers = iter([False, True])
    assert history.page(parse_query("needle"), cancelled=lambda: next(answers)) == []
    assert len(history.page(parse_query("needle"))) == 1


def test_positions_count_from_the_newest(history: History) -> None:
    ids = fill(history, 5)
    history.delete([ids[3]])
    found = [history.recent(position) for position in range(1, 6)]
    assert found == [ids[4], ids[2], ids[1], ids[0], None]
    assert history.recent(0) is None
    assert history.recent(-1) is None


@pytest.mark.parametrize("position", [1, 999, 1000, 1001, 2000, 2001, 2500])
def test_positions_reach_far_back(history: History, position: int) -> None:
    ids = fill(history, 2500)
    assert history.recent(position) == ids[-position]
    assert history.recent(2501) is None


def test_the_run_before_passes_over_deleted_ones(history: History) -> None:
    ids = fill(history, 4)
    history.delete([ids[1], ids[2]])
    assert history.previous(ids[3]) == ids[0]
    assert history.previous(ids[0]) is None
    assert history.previous(10**9) == ids[3]


def test_no_query_means_all(history: History) -> None:
    ids = fill(history, 2)
    assert [row.id for row in history.page(None)] == [row.id for row in history.page(Query())] == ids[::-1]
