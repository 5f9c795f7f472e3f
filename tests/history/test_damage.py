"""Whatever a disk does to the file, it is told in a sentence, and nothing worse happens."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.query import parse_query
from seedtui.core.request import Request
from seedtui.history import History, HistoryError
from support.database import ask, fill
from support.runs import STORY, a_run

SENT_AT = datetime(2026, 11, 22, 21, 43, tzinfo=UTC)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good database."""
    path = tmp_path_factory.mktemp("whole") / "history.db"
    with contextlib.closing(History.open(path)) as history:
        fill(history, 30)
        history.delete([3])
        history.pin([4, 20])
        series_id = history.add_series({"repeat": 2}, SENT_AT)
        for slot in range(2):
            run_id = history.start(Request(STORY), "openai", SENT_AT, (series_id, slot))
            history.finish(a_run(id=run_id))
    return path


def told(path: Path) -> Iterator[HistoryError]:
    """Do everything that can be done with a history; give what it complains about."""
    try:
        history = History.open(path)
    except HistoryError as error:
        yield error
        return
    everything: list[Callable[[], object]] = [
        history.page,
        lambda: history.page(parse_query("journey 여행 seed:7 model:m fp:fp_ since:2026-01-01")),
        lambda: history.page(parse_query("digest:a seed:none")),
        *(lambda run_id=run_id: history.run(run_id) for run_id in (1, 15, 30)),
        lambda: list(history.samples()),
        lambda: list(history.samples(parse_query("여행 seed:7 model:m fp:fp_ since:2026-01-01"))),
        *(lambda typed=typed: list(history.samples(parse_query(typed))) for typed in ("digest:a fp:none", "series:1")),
        lambda: history.texts((run_id, 0) for run_id in range(40)),
        lambda: history.series(1),
        history.series_page,
        history.baselines,
        lambda: history.backends_before(30, "openai", "m-1"),
        lambda: history.pin([6]),
        lambda: history.unpin([4]),
        lambda: history.add_series({}, SENT_AT),
        lambda: history.start(Request(STORY), "openai", SENT_AT, (1, 0)),
        history.count,
        lambda: history.recent(5),
        lambda: history.previous(5),
        lambda: history.delete([5]),
        lambda: history.undelete([3]),
        lambda: history.append([(8, 0, "x")]),
        lambda: history.finish(a_run(id=7)),
        lambda: history.add([a_run()], ["new"]),
        history.close,
    ]
    for action in everything:
        try:
            action()
        except HistoryError as error:
            yield error


def check(content: bytes) -> list[str]:
    """Check that every complaint is one short sentence; return their kinds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        path.write_bytes(content)
        complaints = list(told(path))
    for error in complaints:
        assert error.kind in ("corrupt", "damaged", "gone", "newer", "read-only"), str(error)
        assert str(error).isprintable()
        assert len(str(error).replace(str(path), "")) < 200
    return [error.kind for error in complaints]


def test_a_whole_file_is_no_trouble(good: Path) -> None:
    assert check(good.read_bytes()) == []


def test_a_format_that_is_none_is_damage(good: Path) -> None:
    content = bytearray(good.read_bytes())
    content[47] ^= 1
    assert set(check(bytes(content))) == {"corrupt"}


@given(st.data())
def test_bits_that_flip(good: Path, data: st.DataObject) -> None:
    content = bytearray(good.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[place] ^= 1 << data.draw(st.integers(0, 7))
    check(bytes(content))


@given(st.data())
def test_pieces_that_are_lost(good: Path, data: st.DataObject) -> None:
    content = bytearray(good.read_bytes())
    start = data.draw(st.integers(0, len(content) - 1))
    length = data.draw(st.sampled_from([1, 100, 512, 4096, len(content)]))
    content[start : start + length] = bytes(len(content[start : start + length]))
    check(bytes(content))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_told(good: Path, share: float) -> None:
    whole = good.read_bytes()
    assert "corrupt" in check(whole[: int(len(whole) * share) // 4096 * 4096 + 100])


@pytest.mark.parametrize("name", [b"tablecompletions", b"tableruns", b"tablechunks"])
def test_a_table_whose_name_is_no_text_any_more_is_told(good: Path, name: bytes) -> None:
    assert set(check(good.read_bytes().replace(name, name[:-1] + b"\xcc"))) == {"corrupt"}


@pytest.mark.parametrize(
    "damage",
    [
        ("DROP INDEX runs_facts",),
        ("DROP INDEX runs_facts", "CREATE INDEX runs_facts ON runs (id) WHERE status = 'failed'"),
        ("DROP INDEX completions_facts",),
        ("DROP INDEX runs_by_backend", "CREATE INDEX runs_by_backend ON runs (endpoint) WHERE seed = '1'"),
        ("DROP TABLE baselines", "CREATE TABLE baselines (run_id INTEGER, pinned_at TEXT)"),
    ],
    ids=["lost", "other", "lost-too", "other-too", "no-key"],
)
def test_a_schema_that_says_something_else_is_told(good: Path, path: Path, damage: tuple[str, ...]) -> None:
    path.parent.mkdir()
    path.write_bytes(good.read_bytes())
    for statement in damage:
        ask(path, statement)
    assert set(check(path.read_bytes())) == {"corrupt"}


@pytest.mark.parametrize("lost", [(100, 200), (60, 64), (60, 200)], ids=["tables", "version", "both"])
def test_a_file_that_lost_its_beginning_is_not_written_over(good: Path, path: Path, lost: tuple[int, int]) -> None:
    whole = good.read_bytes()
    path.parent.mkdir()
    path.write_bytes(whole[: lost[0]] + bytes(lost[1] - lost[0]) + whole[lost[1] :])
    before = path.read_bytes()
    with pytest.raises(HistoryError) as caught:
        History.open(path)
    assert caught.value.kind == "corrupt"
    assert path.read_bytes() == before


def test_a_log_that_is_none_is_passed_over(good: Path, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(good.read_bytes())
    path.with_name("history.db-wal").write_bytes(bytes(range(256)) * 40)
    with contextlib.closing(History.open(path)) as history:
        assert history.count() == 31
