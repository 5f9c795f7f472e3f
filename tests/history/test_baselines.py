"""Baselines: pinned once, in order, as long as their runs are there."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from seedtui.history import History, HistoryError
from support.database import ask, fill


def pinned(history: History) -> list[int]:
    return [run_id for run_id, _ in history.baselines()]


def test_a_pin_stays_what_it_was_when_it_is_pinned_again(history: History) -> None:
    one, two, three = fill(history, 3)
    history.pin([three])
    before = history.baselines()
    history.pin([one, three])
    assert history.baselines()[0] == before[0]
    assert pinned(history) == [three, one]
    history.unpin([three, two])
    assert pinned(history) == [one]
    history.pin([three])
    assert pinned(history) == [one, three]


def test_the_time_of_a_pin_is_in_utc(history: History, path: Path) -> None:
    history.pin(fill(history, 1))
    ask(path, "UPDATE baselines SET pinned_at = '2026-11-22T21:43:00.000007Z'")
    ((_, moment),) = history.baselines()
    assert moment.isoformat() == "2026-11-22T21:43:00.000007+00:00"


def test_a_deleted_run_is_a_baseline_again_when_it_is_brought_back(history: History) -> None:
    one, two = fill(history, 2)
    history.pin([one, two])
    history.delete([one])
    assert pinned(history) == [two]
    history.undelete([one])
    assert pinned(history) == [one, two]


def test_a_run_that_is_dropped_for_good_is_no_baseline(history: History, path: Path) -> None:
    one, two = fill(history, 2)
    history.pin([one, two])
    ask(path, "UPDATE runs SET deleted_at = '2025-01-01T00:00:00.000000Z' WHERE id = ?", one)
    with contextlib.closing(History.open(path)) as again:
        assert pinned(again) == [two]
    assert ask(path, "SELECT run_id FROM baselines") == [(two,)]


def test_what_is_not_there_cannot_be_pinned_and_nothing_is(history: History) -> None:
    (one,) = fill(history, 1)
    with pytest.raises(HistoryError, match="A run or series is no longer in") as caught:
        history.pin([one, 99])
    assert caught.value.kind == "gone"
    assert history.baselines() == []
    history.unpin([99])


def test_a_pin_that_is_not_what_was_stored_is_damage(history: History, path: Path) -> None:
    history.pin(fill(history, 1))
    ask(path, "UPDATE baselines SET pinned_at = 'then'")
    with pytest.raises(HistoryError, match=r"^The list of baselines in .* is not what was stored") as caught:
        history.baselines()
    assert caught.value.kind == "damaged"
