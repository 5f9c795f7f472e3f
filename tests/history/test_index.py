"""The search index: what is found through it is what is found without it, whatever has happened to it."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedtui.core.query import Query, parse_query
from seedtui.core.request import Request
from seedtui.core.run import Run, Status
from seedtui.core.text import folded, join_surrogates
from seedtui.history import History
from seedtui.history.backup import back_up
from seedtui.history.index.bits import Common, between, joined, members, pack, unpack
from seedtui.history.index.file import FAN, SIZES, SMALL, index_path
from seedtui.history.index.grams import grams_of, grams_to_find, pieces
from seedtui.history.repair import repair
from seedtui.history.search import texts_of
from support.database import ask, child, line_of, write_protected
from support.runs import STORY, a_run

SENT_AT = datetime(2026, 11, 1, tzinfo=UTC)
LETTERS = (
    "abcZn \n\x1b'01ßẞſİıςÉe\u0301\u0338가각\u1100\u1161\u11a8우주화성的一あア"
    '\u0e01\U00020000\U0001f680\ufb01\x00\ud83d.\\"%'
)
TEXTS = st.text(alphabet=LETTERS, max_size=30)

BUILDING = """
import os, signal, sys
from pathlib import Path
from seedtui.history import History
from seedtui.history.index import build

steps = int(sys.argv[2])
history = History.open(Path(sys.argv[1]))
history.index_some(0)
work = build.Builder(Path(sys.argv[1]))._build()
for _ in range(steps):
    next(work, None)
print("there", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def pretend(history: History, newest: int) -> int:
    """Add a run as if many had been there before it; return its id."""
    ask(history.path, "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'runs'", newest - 1)
    (run_id,), _ = history.add([a_run("The newest.")], [None])
    return run_id


def index(history: History) -> int:
    """Build the index; return how many ids it covers."""
    while not (progress := history.index_some(10)).is_done:
        pass
    return progress.done


def search(history: History, typed: str | Query) -> list[int]:
    query = parse_query(typed) if isinstance(typed, str) else typed
    return [row.id for row in history.page(query)]


def holding(history: History, word: str) -> list[int]:
    """Return the runs that hold a word, found without any search."""
    wanted = folded(join_surrogates(word))
    runs = [run for row in history.page(Query()) if (run := history.run(row.id))]
    said = {run.id: [*texts_of(run.request.body), *(one.text for one in run.completions)] for run in runs}
    return [run_id for run_id, texts in said.items() if any(wanted in folded(text) for text in texts)]


def parts(history: History) -> list[tuple[int, int]]:
    return ask(index_path(history.path), "SELECT level, number FROM parts ORDER BY level, number")


@pytest.fixture
def indexed(history: History) -> History:
    """A history with five runs that are indexed, and one that is not."""
    texts = ["a needle", "zx", "우주로 떠난 사람", "A NEEDLE, seeded", "nothing"]
    seeds = [None, 1, 2, 3, 2**63 - 1]
    history.add([a_run(text, seed=seed) for text, seed in zip(texts, seeds, strict=True)], [None] * 5)
    pretend(history, SMALL)
    assert index(history) == SMALL
    return history


class Stepping:
    """Counts the runs whose texts were looked at."""

    def __init__(self, history: History, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[str] = []
        connection = history._database.connection
        connection.create_function("contains", 2, self._contains)
        monkeypatch.setattr(history, "_seen", self.seen, raising=False)

    def _contains(self, text: str, word: str) -> bool:
        self.seen.append(text)
        return word in folded(text)


@given(text=TEXTS, data=st.data())
@settings(max_examples=60)
def test_a_text_has_every_gram_that_is_looked_up_for_a_part_of_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    word = text[start : data.draw(st.integers(start, len(text)))]
    has = {gram for piece in pieces(text) for gram in grams_of(piece)}
    if folded(word) in folded(text):
        assert has.issuperset(grams_to_find(word))


@pytest.mark.parametrize(
    ("word", "grams"),
    [
        ("", []),
        ("x", ["x"]),
        ("ZX", ["zx"]),
        ("word", ["wor", "ord"]),
        ("a word", ["a", "wor", "ord"]),
        ("우", ["우"]),
        ("우주", ["우주"]),
        ("우주로", ["우주", "주로"]),
        ("mars우주", ["mar", "ars", "s우", "우주"]),
    ],
)
def test_a_word_is_looked_up_by_its_grams(word: str, grams: list[str]) -> None:
    assert grams_to_find(word) == grams


def test_a_long_word_is_looked_up_by_a_few_of_its_grams() -> None:
    assert 2 <= len(grams_to_find("".join(chr(0x61 + at % 26) * (at % 3 + 1) for at in range(10_000)))) <= 12


@given(runs=st.lists(st.sets(st.integers(0, SMALL - 1), max_size=80) | st.just(set(range(SMALL))), max_size=FAN))
@settings(max_examples=20)
def test_sets_are_read_as_they_were_written(runs: list[set[int]]) -> None:
    kept = []
    for number, one in enumerate(runs):
        bits = sum(1 << member for member in one)
        assert unpack(pack(bits, SMALL), SMALL) == bits
        assert [*members(bits)] == sorted(one, reverse=True)
        assert [*members(between(bits, 5, 900), upwards=True)] == sorted(x for x in one if 5 <= x < 900)
        other = {*range(0, SMALL, 3)}
        common = Common(SMALL)
        for kept_set in (pack(bits, SMALL), pack(sum(1 << x for x in other), SMALL), pack(bits, SMALL)):
            common.keep(kept_set)
        assert {*members(common.bits)} == one & other
        kept.append((number * SMALL, pack(bits, SMALL)))
    together = unpack(joined(kept, SMALL, SIZES[1]), SIZES[1])
    assert {*members(together)} == {number * SMALL + member for number, one in enumerate(runs) for member in one}


@given(data=st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_found_is_the_same_with_and_without_an_index(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    drawn = st.tuples(TEXTS, TEXTS, st.sampled_from([None, 0, 7]), st.sampled_from(["m-1", "m-1-mini", "é"]))
    made = data.draw(st.lists(st.tuples(drawn, st.integers(1, 400)), min_size=1, max_size=8))
    with contextlib.closing(History.open(tmp_path_factory.mktemp("index") / "history.db")) as history:
        for (prompt, text, seed, model), gap in made:
            newest = history.recent(1) or 0
            run = a_run(text, messages=[{"role": "user", "content": prompt}], seed=seed, model=model)
            history.add([run], [None])
            pretend(history, newest + gap + 2)
        pretend(history, data.draw(st.sampled_from([SMALL, SIZES[1], SIZES[1] + SMALL])))
        history.delete(data.draw(st.lists(st.sampled_from([1, 3, 5]), max_size=2)))
        said = [part for (prompt, text, _, _), _ in made for part in (prompt, text) if part]
        words = [data.draw(st.text(alphabet=LETTERS, min_size=1, max_size=2))]
        for whole in said:
            start = data.draw(st.integers(0, len(whole) - 1))
            words.append(whole[start : start + data.draw(st.integers(1, 4))].encode(errors="replace").decode())
        queries = [Query(words=(word,)) for word in words] + [
            Query(words=(word,), filters={"seed": "7"}) for word in words
        ]
        queries += [Query(filters={"model": "m-1-"}), Query(filters={"fp": "fp_f", "seed": "none"})]
        expected = [search(history, query) for query in queries]
        assert expected[: len(words)] == [holding(history, word) for word in words]
        index(history)
        assert [search(history, query) for query in queries] == expected
        upwards = [[row.id for row in history.page(query, after=0)] for query in queries]
        assert upwards == expected


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("needle", [4, 1]),
        ("eed", [4, 1]),
        ("needle seed:3", [4]),
        ("zx", [2]),
        ("z", [2]),
        ("우주", [3]),
        ("주로", [3]),
        ("seed:1", [2]),
        ("seed:none needle", [1]),
        ("seed:9223372036854775807", [5]),
        ("absent", []),
    ],
)
def test_only_candidates_are_looked_at(
    indexed: History, monkeypatch: pytest.MonkeyPatch, typed: str, found: list[int]
) -> None:
    looked = Stepping(indexed, monkeypatch)
    assert search(indexed, typed) == found
    # The newest is in no part yet.
    assert len([text for text in looked.seen if text != "The newest."]) <= len(found)


def test_parts_are_made_one_when_they_are_enough(history: History) -> None:
    history.add([a_run("a needle")], [None])
    middle = [pretend(history, SIZES[1] + one) for one in (-5, 3)]
    pretend(history, SIZES[1] + SMALL)
    assert index(history) == SIZES[1] + SMALL
    assert parts(history) == [(0, FAN), (1, 0)]
    assert search(history, "needle") == [1]
    assert search(history, "newest seed:none")[1:] == middle[::-1]
    assert ask(index_path(history.path), "SELECT count(*) FROM sets WHERE level = 0 AND number < ?", FAN) == [(0,)]


def test_a_deleted_run_is_not_found_and_is_found_again(indexed: History) -> None:
    indexed.delete([4])
    assert search(indexed, "needle") == [1]
    indexed.undelete([4])
    assert search(indexed, "needle") == [4, 1]


def test_what_still_streams_is_indexed_once_it_has_ended(history: History) -> None:
    run_id = history.start(Request(STORY), "local", SENT_AT)
    history.append([(run_id, 0, "first")])
    pretend(history, SMALL)
    assert index(history) == 0
    history.append([(run_id, 0, " second")])
    assert search(history, "second") == [run_id]
    history.finish(a_run("third", id=run_id))
    assert search(history, "third") == [run_id]
    assert index(history) == SMALL
    assert search(history, "third") == [run_id]
    assert search(history, "second") == []


def test_a_run_that_was_taken_for_dead_is_found_by_what_it_said_last(indexed: History) -> None:
    ended = indexed.run(1)
    assert ended is not None
    last: Run = replace(a_run("something else", id=1, seed=77), status=Status.CANCELLED)
    indexed.finish(last)
    assert search(indexed, "something") == search(indexed, "seed:77") == search(indexed, "status:cancelled") == [1]
    assert search(indexed, "needle") == [4]
    assert [row.id for row in indexed.page(parse_query("something"), after=0)] == [1]


def test_text_that_comes_after_a_run_was_taken_for_dead_is_found(indexed: History) -> None:
    indexed.append([(1, 0, "a latecomer")])
    assert search(indexed, "latecomer") == [1]


def test_what_others_write_is_found(indexed: History, path: Path) -> None:
    with contextlib.closing(History.open(path)) as other:
        (added,), _ = other.add([a_run("a late needle")], [None])
        assert search(indexed, "needle") == [added, 4, 1]
        pretend(other, 2 * SMALL)
        assert index(other) == 2 * SMALL
    assert search(indexed, "needle") == [added, 4, 1]
    assert index(indexed) == 2 * SMALL


def test_a_backup_that_is_put_back_is_not_searched_by_the_index_of_what_it_replaced(path: Path, tmp_path: Path) -> None:
    with contextlib.closing(History.open(path)) as history:
        history.add([a_run("old")], [None])
        backup = back_up(path, tmp_path / "backup.db").path
        history.add([a_run("a needle")], [None])
        pretend(history, SMALL)
        index(history)
    shutil.copyfile(backup, path)
    with contextlib.closing(History.open(path)) as history:
        history.add([a_run("another thread")], [None])
        pretend(history, SMALL)
        assert search(history, "thread") == [2]
        assert search(history, "needle") == []
        index(history)
        assert search(history, "thread") == [2]


@pytest.mark.parametrize("junk", [b"", b"junk", b"SQLite format 3\0" + bytes(2000)])
def test_a_file_that_is_no_index_is_dropped(indexed: History, path: Path, junk: bytes) -> None:
    indexed.close()
    index_path(path).write_bytes(junk)
    for ending in ("-wal", "-shm"):
        Path(f"{index_path(path)}{ending}").unlink(missing_ok=True)
    with contextlib.closing(History.open(path)) as history:
        assert search(history, "needle") == [4, 1]
        index(history)
        assert index(history) == SMALL
        assert search(history, "needle") == [4, 1]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sets SET bits = zeroblob(6)",
        "UPDATE sets SET bits = 'x'",
        "UPDATE parts SET mark = 7",
        "DROP TABLE sets",
        "DROP TABLE parts",
        "PRAGMA user_version = 99",
        "INSERT INTO parts VALUES (0, 9223372036854775807, '', ''), (7, 1, 'x', 'y'), (0, 'x', 'y', 'z')",
    ],
)
def test_an_index_that_was_changed_is_dropped(indexed: History, path: Path, change: str) -> None:
    ask(index_path(path), change)
    with contextlib.closing(History.open(path)) as history:
        for one in (indexed, history):
            assert search(one, "needle") == [4, 1]
            assert search(one, "seed:3") == [4]
            index(one)
            assert index(one) == SMALL
            assert search(one, "needle") == [4, 1]


def test_an_index_of_which_bytes_are_lost_finds_no_less(indexed: History, path: Path) -> None:
    indexed.close()
    size = index_path(path).stat().st_size
    whole = index_path(path).read_bytes()
    for start in range(0, size, size // 12):
        index_path(path).write_bytes(whole[:start] + bytes(100) + whole[start + 100 :])
        with contextlib.closing(History.open(path)) as history:
            # A key that is lost cannot be told from one that never was; what is cut short or torn can.
            search(history, "needle")
            assert search(history, "") == [SMALL, 5, 4, 3, 2, 1]
        index_path(path).write_bytes(whole[:start])
        with contextlib.closing(History.open(path)) as history:
            assert search(history, "needle") == [4, 1]


def test_an_index_that_is_deleted_is_not_missed(indexed: History, path: Path) -> None:
    assert search(indexed, "needle") == [4, 1]
    index_path(path).unlink()
    assert search(indexed, "needle") == [4, 1]
    assert index(indexed) == SMALL
    assert search(indexed, "needle") == [4, 1]


@pytest.mark.parametrize("steps", [1, 16, 17, 100, 272, 273])
def test_building_that_is_killed_is_gone_on_with(path: Path, steps: int) -> None:
    with contextlib.closing(History.open(path)) as history:
        history.add([a_run("a needle"), a_run("a thread")], [None] * 2)
        pretend(history, SIZES[1])
    with child(BUILDING, path, steps) as process:
        assert line_of(process) == "there"
        process.wait()
    with contextlib.closing(History.open(path)) as history:
        assert search(history, "needle") == [1]
        assert index(history) == SIZES[1]
        assert search(history, "thread") == [2]
        assert parts(history) == [(1, 0)]


def test_an_index_is_for_its_user_only(indexed: History, path: Path) -> None:
    assert search(indexed, "needle")
    kept = [file for file in path.parent.iterdir() if "-search" in file.name]
    assert kept
    assert {stat.S_IMODE(file.stat().st_mode) for file in kept} == {0o600}


def test_a_history_that_cannot_be_written_is_searched_without_building(indexed: History, path: Path) -> None:
    indexed.close()
    before = sorted(file.name for file in path.parent.iterdir())
    with write_protected(path.parent), contextlib.closing(History.open(path)) as history:
        assert history.read_only
        assert history.index_some(1).is_done
        assert search(history, "needle") == [4, 1]
        assert sorted(file.name for file in path.parent.iterdir()) == before


def test_a_repaired_history_has_no_index_of_what_it_was(indexed: History, path: Path) -> None:
    indexed.close()
    ask(path, "UPDATE completions SET text = 'x' WHERE run_id = 1")
    assert repair(path).salvaged is not None
    assert not index_path(path).exists()


def test_it_is_known_how_many_runs_the_index_covers(indexed: History) -> None:
    assert (indexed.indexed(), indexed.count()) == (5, 6)
    indexed.delete([2])
    assert (indexed.indexed(), indexed.count()) == (4, 5)


def test_a_small_history_needs_no_index(history: History, path: Path) -> None:
    history.add([a_run("a needle")], [None])
    assert history.index_some(1) == (0, 0, True)
    assert not index_path(path).exists()


def test_whoever_has_closed_builds_nothing(indexed: History) -> None:
    indexed.close()
    assert indexed.index_some(1) == (0, 0, True)


def test_building_goes_on_where_it_stopped(history: History) -> None:
    history.add([a_run(f"a needle {number}") for number in range(3)], [None] * 3)
    pretend(history, 3 * SMALL)
    seen = [history.index_some(0).done for _ in range(3)]
    assert seen == [0, 0, 0]
    assert index(history) == 3 * SMALL


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(index_path(path), isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def test_two_that_build_do_not_wait_for_each_other(indexed: History, path: Path) -> None:
    pretend(indexed, 2 * SMALL)
    with locked(path):
        assert index(indexed) == SMALL
        assert search(indexed, "needle") == [4, 1]
    assert index(indexed) == 2 * SMALL


def test_a_text_that_cannot_be_read_keeps_no_other_from_being_found(history: History, path: Path) -> None:
    history.add([a_run("a needle"), a_run("a thread")], [None] * 2)
    pretend(history, SMALL)
    ask(path, "UPDATE runs SET request = '{' WHERE id = 2")
    assert index(history) == SMALL
    assert search(history, "needle") == [1]


def test_the_latest_run_is_found_by_its_time_though_it_cannot_be_read(history: History, path: Path) -> None:
    late = replace(a_run("a thread"), created_at=datetime(2027, 1, 1, tzinfo=UTC))
    history.add([a_run("a needle"), late], [None] * 2)
    pretend(history, SMALL)
    ask(path, "UPDATE runs SET request = '{' WHERE id = 2")
    without = search(history, "since:2026-12-31")
    assert 2 in without
    assert index(history) == SMALL
    assert search(history, "since:2026-12-31") == without


def test_an_index_that_somebody_is_about_to_make_is_left_to_him(indexed: History, path: Path) -> None:
    file = index_path(path)
    file.write_bytes(b"")
    with contextlib.closing(History.open(path)) as other:
        assert search(other, "needle") == [4, 1]
    assert file.exists()


def test_ids_may_lie_as_far_apart_as_they_like(history: History) -> None:
    history.add([a_run("a needle")], [None])
    far = [pretend(history, one) for one in (SMALL, 2**40, 2**62, 2**63 - 5)]
    assert search(history, "needle") == [1]
    assert search(history, "newest") == far[::-1]
    assert [row.id for row in history.page(parse_query("newest"), after=0, limit=2)] == [far[1], far[0]]
    index(history)
    assert search(history, "needle") == [1]
    assert search(history, "newest seed:none") == far[::-1]
    with contextlib.closing(History.open(history.path)) as other:
        assert search(other, "newest") == far[::-1]
        assert parts(other) == parts(history)
