"""Databases of every earlier schema are brought up to date; what is none, or too new, is left alone."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from seedtui.core.run import Completion, RunError, Status, Timing
from seedtui.core.sample import NO_COMPLETION
from seedtui.history import History, HistoryError
from seedtui.history.backup import back_up
from seedtui.history.health import examine
from seedtui.history.migrate import STEPS, migrate
from seedtui.history.repair import repair
from support.database import ask, child

MIGRATING = """
import os, signal, sqlite3, sys
from pathlib import Path
from seedtui.history import migrate

path = Path(sys.argv[1])
connection = sqlite3.connect(path, isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
# Every page is written to the file as soon as it is changed.
connection.execute("PRAGMA cache_size = 1")
apply = migrate._apply

def applied(connection, number, *rest):
    apply(connection, number, *rest)
    if number == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

migrate._apply = applied
migrate.migrate(connection, path)
"""

FIRST = Path(__file__).parents[1] / "data" / "history_0001.sql"


def restore(path: Path, dump: Path = FIRST) -> None:
    path.parent.mkdir(exist_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))


def numbers(folder: Path) -> list[int]:
    return sorted(int(file.name[:4]) for file in folder.glob("*.sql"))


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    """The schema's steps, and one that is yet to come."""
    folder = tmp_path / "steps"
    folder.mkdir()
    for file in STEPS.glob("*.sql"):
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "0900_later.sql").write_text(
        "-- A step; with a semicolon in its comment.\n"
        "ALTER TABLE runs ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;\n"
        "CREATE TRIGGER untouched AFTER DELETE ON runs BEGIN\n  SELECT 1;\n  SELECT 2;\nEND;\n"
        "UPDATE runs SET pinned = id",
        encoding="utf-8",
    )
    return folder


def test_the_very_first_schema_is_taken_over_with_all_it_holds(path: Path) -> None:
    restore(path)
    with contextlib.closing(History.open(path)) as history:
        run = history.run(1)
        assert run is not None
        assert run.request.seed == history.page()[-1].seed == 2**63 - 1
        assert run.completions == (Completion(0, "In the year 2050 …", "stop"),)
        assert (run.served_model, run.fingerprints, run.timing, run.retries, run.headers) == (
            "gpt-4o-2024-08-06",
            ("fp_fefa7b2153",),
            Timing(80.5, 2100.0),
            1,
            {"x-request-id": "req-1"},
        )
        left_behind = history.run(2)
        assert left_behind is not None
        assert left_behind.status is Status.INTERRUPTED
        assert left_behind.completions == (Completion(0, "Once upon"), Completion(1, "Far "))
        assert history.run(3) is None
        history.undelete([3])
        failed = history.run(3)
        assert failed is not None
        assert failed.error == RunError("http", "The endpoint answered 401: check the key.", 401)
        assert [(sample.run_id, sample.index) for batch in history.samples() for sample in batch] == [
            (1, 0),
            (2, 0),
            (2, 1),
            (3, NO_COMPLETION),
        ]
        assert (history.series_page(), history.baselines()) == ([], [])
    assert [row[0] for row in ask(path, "SELECT number FROM migrations ORDER BY number")] == numbers(STEPS)


def test_every_step_is_recorded(path: Path) -> None:
    History.open(path).close()
    recorded = ask(path, "SELECT number, name FROM migrations ORDER BY number")
    assert [(f"{number:04}_{name}.sql") for number, name in recorded] == sorted(
        file.name for file in STEPS.glob("*.sql")
    )
    assert ask(path, "PRAGMA user_version") == [(numbers(STEPS)[-1],)]


def test_only_the_steps_that_are_missing_are_taken(path: Path, steps: Path) -> None:
    restore(path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, folder=steps)
        migrate(connection, path, folder=steps)
    assert ask(path, "SELECT id, pinned FROM runs ORDER BY id") == [(1, 1), (2, 2), (3, 3)]
    assert [row[0] for row in ask(path, "SELECT number FROM migrations ORDER BY number")] == numbers(steps)


def test_a_step_that_fails_leaves_the_database_as_it_was(path: Path, steps: Path) -> None:
    restore(path)
    before = ask(path, "SELECT name, sql FROM sqlite_master ORDER BY name")
    with (steps / "0900_later.sql").open("a", encoding="utf-8") as file:
        file.write(";\nSELECT no_such_column FROM runs;\n")
    with (
        contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection,
        pytest.raises(sqlite3.OperationalError, match="no_such_column"),
    ):
        migrate(connection, path, folder=steps)
    assert ask(path, "SELECT name, sql FROM sqlite_master ORDER BY name") == before
    assert ask(path, "PRAGMA user_version") == [(1,)]
    with contextlib.closing(History.open(path)) as history:
        assert history.count() == 2


def test_a_newer_schema_is_refused_and_left_alone(path: Path) -> None:
    History.open(path).close()
    ask(path, "PRAGMA user_version = 900")
    before = path.read_bytes()
    with pytest.raises(
        HistoryError, match=r"newer seedtui \(schema 900, this one knows \d+\): update seedtui"
    ) as caught:
        History.open(path)
    assert caught.value.kind == "newer"
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", [0, 1])
def test_another_programs_database_is_refused_and_left_alone(path: Path, version: int) -> None:
    path.parent.mkdir()
    ask(path, "CREATE TABLE bookmarks (url TEXT)")
    ask(path, f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    with pytest.raises(HistoryError, match="is no seedtui history"):
        History.open(path)
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_history(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with contextlib.closing(History.open(path)) as history:
        assert history.count() == 0


@pytest.mark.parametrize("step", numbers(STEPS)[1:])
def test_a_migration_that_is_killed_leaves_the_database_as_it_was(path: Path, step: int) -> None:
    restore(path)
    before = ask(path, "SELECT name, sql FROM sqlite_master ORDER BY name")
    with child(MIGRATING, path, step) as process:
        assert process.wait() == -9
    assert ask(path, "PRAGMA user_version") == [(1,)]
    assert ask(path, "SELECT name, sql FROM sqlite_master ORDER BY name") == before
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]
    with contextlib.closing(History.open(path)) as history:
        assert history.count() == 2
    assert ask(path, "PRAGMA user_version") == [(numbers(STEPS)[-1],)]


def test_there_is_a_kept_file_of_every_schema() -> None:
    kept = {int(file.stem[-4:]) for file in FIRST.parent.glob("history_*.db")}
    assert kept == {*numbers(STEPS)}


@pytest.mark.parametrize("old", sorted(FIRST.parent.glob("history_*.db")), ids=lambda old: old.stem)
def test_an_old_file_can_be_checked_copied_and_repaired_as_it_is(old: Path, path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(old.read_bytes())
    assert examine(path).is_sound
    backup = back_up(path, tmp_path / "copy.db")
    assert backup.health == examine(path)
    assert repair(path).salvaged is None
    assert ask(path, "PRAGMA user_version") == [(int(old.stem[-4:]),)]
    ask(path, "UPDATE completions SET text = 'x' WHERE run_id = 1")
    done = repair(path)
    assert done.salvaged is not None
    assert (done.salvaged.whole, done.salvaged.in_part, done.salvaged.lost) == (3, [1], [])
    with contextlib.closing(History.open(path)) as history:
        left = history.run(2)
        assert left is not None
        assert left.completions == (Completion(0, "Once upon"), Completion(1, "Far "))
