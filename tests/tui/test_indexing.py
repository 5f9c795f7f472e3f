"""The search index is built while nobody needs the machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from seedtui.history.index.build import Progress
from seedtui.tui import indexing
from seedtui.tui.indexing import Indexing


class Index:
    """Stands in for a history: gives each answer once, and then says that nothing is left."""

    read_only = False

    def __init__(self, *answers: Progress | Exception) -> None:
        self.answers: Iterator[Progress | Exception] = iter(answers)
        self.ended = threading.Event()
        self.asked = 0

    def index_some(self, seconds: float) -> Progress:
        self.asked += 1
        answer = next(self.answers, None)
        if answer is None:
            self.ended.set()
            return Progress(0, 0, True)
        if isinstance(answer, Exception):
            self.ended.set()
            raise answer
        return answer


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_FIRST", "_REST", "_BUSY"):
        monkeypatch.setattr(indexing, name, 0.001)


def started(index: Any, is_busy: Any = lambda: False) -> tuple[Indexing, threading.Thread | None]:
    before = threading.enumerate()
    at_work = Indexing(index, is_busy)
    at_work.start()
    new = (one for one in threading.enumerate() if one.name == "indexing" and one not in before)
    return at_work, next(new, None)


def test_it_goes_on_until_nothing_is_left() -> None:
    index = Index(Progress(0, 9, False), Progress(5, 9, False))
    at_work, thread = started(index)
    assert index.ended.wait(30)
    assert index.asked == 3
    at_work.stop()
    assert thread is not None
    thread.join(30)
    assert not thread.is_alive()


def test_it_waits_while_the_app_is_busy() -> None:
    index = Index()
    answers = iter([True, True, True])
    asked: list[int] = []

    def is_busy() -> bool:
        asked.append(index.asked)
        return next(answers, False)

    at_work, _ = started(index, is_busy)
    assert index.ended.wait(30)
    at_work.stop()
    assert asked[:4] == [0, 0, 0, 0]


def test_an_error_ends_it_quietly() -> None:
    index = Index(RuntimeError("no"))
    _, thread = started(index)
    assert index.ended.wait(30)
    if thread is not None:
        thread.join(30)
    assert index.asked == 1


def test_a_history_that_cannot_be_written_is_left_alone() -> None:
    index = Index()
    index.read_only = True
    _, thread = started(index)
    assert thread is None
