"""Work is done in other processes as it would be here, and none of them stays behind."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from seedtui.commands import workers
from seedtui.commands.workers import WorkerError, Workers

Work = Callable[[Any], Any]


@pytest.fixture(autouse=True)
def wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have two workers on any machine, and beside the threads of whoever runs the tests."""
    monkeypatch.setattr(workers, "_wanted", lambda: 2)
    monkeypatch.setattr(workers, "_BEFORE", 2)


def workers_of(work: Work) -> Workers[Any, Any]:
    return Workers(work, lambda result: [result], lambda packed: packed[0])


def squared(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 50])
def test_results_come_in_the_order_of_the_pieces(count: int) -> None:
    with workers_of(squared) as several:
        for _ in range(2):
            found = list(several.map(iter(range(count))))
            assert [result for result, _ in found] == [number * number for number in range(count)]
            elsewhere = {process for _, process in found} - {os.getpid()}
            assert len(elsewhere) == min(max(count - 2, 0), 2)


def test_large_pieces_and_results_do_not_wait_for_each_other() -> None:
    """A pipe holds little: who writes to one that nobody reads waits for ever."""
    pieces = [bytes([number]) * 3_000_000 for number in range(8)]
    with workers_of(lambda piece: piece + piece) as several:
        assert list(several.map(iter(pieces))) == [piece + piece for piece in pieces]


def test_where_no_process_is_to_be_had_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", none)
    before = open_files()
    with workers_of(squared) as several:
        assert list(several.map(iter(range(5)))) == [(number * number, os.getpid()) for number in range(5)]
    assert open_files() == before


def test_beside_a_thread_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fork would have for ever what locks the thread has at that moment."""
    monkeypatch.undo()
    go_on = threading.Event()
    thread = threading.Thread(target=go_on.wait)
    thread.start()
    try:
        with workers_of(squared) as several:
            assert {process for _, process in several.map(iter(range(9)))} == {os.getpid()}
    finally:
        go_on.set()
        thread.join()


def at_five(act: Callable[[], object]) -> Work:
    return lambda number: act() if number == 5 else number


def no_memory() -> None:
    raise MemoryError


def mistake() -> None:
    raise ValueError("a mistake of ours")


@pytest.mark.parametrize(
    ("act", "error", "said"),
    [
        (lambda: os._exit(7), WorkerError, "A process that helped was ended with status 7."),
        (lambda: os.kill(os.getpid(), 9), WorkerError, "A process that helped was ended by SIGKILL."),
        (no_memory, WorkerError, "There is not enough memory for a process that helped."),
        (mistake, RuntimeError, "ValueError: a mistake of ours"),
        (object, RuntimeError, "unmarshallable object"),
    ],
)
def test_what_ends_a_worker_is_said_after_what_was_done(
    act: Callable[[], object], error: type[Exception], said: str
) -> None:
    found: list[Any] = []
    with pytest.raises(error, match=said), workers_of(at_five(act)) as several:
        found.extend(several.map(iter(range(40))))
    assert found in ([0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3, 4])


def test_a_worker_that_died_while_it_had_nothing_to_do() -> None:
    with workers_of(squared) as several:
        processes = {process for _, process in several.map(iter(range(9)))} - {os.getpid()}
        for one in processes:
            os.kill(one, 9)
            os.waitid(os.P_PID, one, os.WEXITED | os.WNOWAIT)
        with pytest.raises(WorkerError, match="by SIGKILL"):
            list(several.map(iter(range(9))))


def test_workers_end_with_the_context_even_if_they_are_busy() -> None:
    def forever(number: int) -> int:
        while number >= 2:
            pass
        return os.getpid()

    def pieces() -> Iterator[int]:
        yield from range(4)
        started.extend(int(name) for name in children(os.getpid()))
        raise KeyboardInterrupt

    before = open_files()
    started: list[int] = []
    with pytest.raises(KeyboardInterrupt), workers_of(forever) as several:
        list(several.map(pieces()))
    assert len(started) >= 2
    assert not any(Path(f"/proc/{one}").exists() for one in started[-2:])
    assert open_files() == before


def open_files() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


def children(process: int) -> list[str]:
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()
