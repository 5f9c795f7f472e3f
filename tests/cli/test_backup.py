"""`backup`, `doctor --repair`, and what `doctor` says of the history; who may read what is written."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from support.cli import MARS, Command
from support.database import ask, child, line_of, write_protected
from support.scripted_server import ScriptedServer

HOLDING = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM runs").fetchone()
print("open", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def path(seedtui: Command, home: Path) -> Path:
    """A history of four runs."""
    assert seedtui("import", MARS).code == 0
    return home / "runs.db"


def about_history(seedtui: Command, server: ScriptedServer) -> dict[str, str]:
    """Return what `doctor` says of the history, by subject."""
    lines = seedtui("doctor", "--endpoint", "local").out.splitlines()
    return {line[9:27].strip(): line for line in lines if line[9:].startswith(("history", "disk, history"))}


def flip(path: Path) -> None:
    """Change a bit of a text, and the response that says it, too."""
    content = path.read_bytes()
    assert b"courageous" in content
    path.write_bytes(content.replace(b"courageous", b"couragEous"))


def test_a_backup_says_where_it_is_and_that_it_was_checked(seedtui: Command, home: Path, path: Path) -> None:
    made = seedtui("backup")
    assert made.code == 0
    copy = Path(made.out.strip())
    assert copy.parent == home
    assert copy.name.startswith("runs-20")
    assert made.err == "4 runs copied and checked: every text is what was stored.\n"
    assert seedtui("--db", copy, "log").out == seedtui("log").out
    again = seedtui("backup")
    assert again.code == 0
    assert again.out != made.out


def test_a_backup_overwrites_nothing(seedtui: Command, home: Path, path: Path) -> None:
    assert seedtui("backup", "-o", home / "copy.db").code == 0
    before = (home / "copy.db").read_bytes()
    refused = seedtui("backup", "-o", home / "copy.db")
    assert (refused.code, refused.out) == (2, "")
    assert "is there already, and is not overwritten" in refused.err
    assert (home / "copy.db").read_bytes() == before


def test_a_backup_of_nothing_is_one_sentence(seedtui: Command) -> None:
    refused = seedtui("backup")
    assert refused.code == 2
    assert "There is no history" in refused.err
    assert len(refused.err.splitlines()) == 1


def test_a_backup_of_a_damaged_history_says_so(seedtui: Command, path: Path) -> None:
    flip(path)
    made = seedtui("backup")
    assert made.code == 2
    assert "#1 is not what was stored" in made.err
    assert "seedtui doctor --repair" in made.err


def test_a_folder_that_is_not_there_gets_no_backup(seedtui: Command, home: Path, path: Path) -> None:
    refused = seedtui("backup", "-o", home / "none" / "copy.db")
    assert refused.code == 2
    assert len(refused.err.splitlines()) == 1
    assert "Traceback" not in refused.err


def test_a_sound_history_is_not_repaired(seedtui: Command, path: Path) -> None:
    before = path.read_bytes()
    said = seedtui("doctor", "--repair")
    assert said.code == 0
    assert said.out.startswith("Nothing is wrong with ")
    assert "(4 runs, every text is what was stored): nothing was changed." in said.out
    assert path.read_bytes() == before


def test_a_repair_says_what_is_left(seedtui: Command, home: Path, path: Path) -> None:
    flip(path)
    content = path.read_bytes()
    assert "seedtui doctor --repair" in seedtui("show", "1").err
    said = seedtui("doctor", "--repair")
    assert said.code == 2
    kept = next(home.glob("runs.damaged-*.db"))
    assert kept.read_bytes() == content
    assert said.out.splitlines() == [
        f"{path} was damaged. What it was is kept, to the byte, in {kept}.",
        "4 runs saved, 3 of them as they were stored.",
        "In part: 1 run; #1 is kept without what was damaged, as failed.",
    ]
    shown = seedtui("show", "1", "--json").json
    assert (shown["status"], shown["completions"]) == ("failed", [])
    assert seedtui("doctor", "--repair").code == 0


def test_a_repair_of_what_another_program_has_open_is_refused(seedtui: Command, path: Path) -> None:
    flip(path)
    before = path.read_bytes()
    with child(HOLDING, path) as process:
        assert line_of(process) == "open"
        refused = seedtui("doctor", "--repair")
    assert (refused.code, refused.out) == (2, "")
    assert "close it, then repair it again" in refused.err
    assert path.read_bytes() == before


def test_doctor_tells_that_a_history_is_sound(seedtui: Command, server: ScriptedServer, path: Path) -> None:
    said = about_history(seedtui, server)
    assert said["history"].startswith("ok")
    assert "4 runs; it is sound" in said["history"]


def test_doctor_names_runs_that_are_not_what_was_stored(seedtui: Command, server: ScriptedServer, path: Path) -> None:
    flip(path)
    said = about_history(seedtui, server)
    assert said["history"].startswith("problem")
    assert "#1 is not what was stored" in said["history"]
    assert "seedtui doctor --repair" in said["history"]


def test_doctor_tells_of_broken_pages_and_names_the_next_step(
    seedtui: Command, server: ScriptedServer, path: Path
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'runs_by_digest'").fetchone()[0]
    content = path.read_bytes()
    path.write_bytes(content[: (root - 1) * 4096] + bytes(4096) + content[root * 4096 :])
    said = about_history(seedtui, server)
    assert said["history"].startswith("problem")
    assert "is damaged: seedtui doctor --repair" in said["history"]
    repaired = seedtui("doctor", "--repair")
    assert repaired.code == 0
    assert "Nothing was lost." in repaired.out


def test_doctor_tells_what_others_may_read(seedtui: Command, server: ScriptedServer, home: Path, path: Path) -> None:
    home.chmod(0o755)
    assert about_history(seedtui, server)["history, rights"].startswith("note")
    path.chmod(0o644)
    said = seedtui("doctor", "--endpoint", "local").out
    assert f"others may read {path}: chmod 600 it." in said
    home.chmod(0o777)
    assert f"others may replace what is in {home}" in seedtui("doctor", "--endpoint", "local").out


def test_doctor_tells_of_a_log_without_its_history(
    seedtui: Command, server: ScriptedServer, home: Path, path: Path
) -> None:
    path.rename(home / "elsewhere.db")
    (home / "runs.db-wal").write_bytes(bytes(100))
    said = about_history(seedtui, server)
    assert said["history, log"].startswith("problem")
    assert "put the history it belongs to back beside it" in said["history, log"]


def test_doctor_tells_of_a_network(
    seedtui: Command, server: ScriptedServer, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seedtui.history.filesystem.on_network", lambda path: True)
    assert "only this machine should write to it" in about_history(seedtui, server)["history, place"]


def test_doctor_says_that_a_history_cannot_be_written(seedtui: Command, server: ScriptedServer, home: Path) -> None:
    folder = home / "kept"
    folder.mkdir()
    seedtui("--db", folder / "runs.db", "import", MARS)
    with write_protected(folder):
        said = seedtui("--db", folder / "runs.db", "doctor", "--endpoint", "local").out
        assert seedtui("--db", folder / "runs.db", "log").code == 0
    assert "cannot be written to" in said or "sound" in said


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o177, 0o277])
def test_only_this_user_may_read_what_is_written_whatever_the_umask(
    seedtui: Command, server: ScriptedServer, home: Path, mask: int
) -> None:
    database = home / "new" / "folder" / "runs.db"
    with umask(mask):
        sent = seedtui("--db", database, "run", "--base-url", server.base_url, "-m", "scripted-1", "Once")
        assert sent.code == 0, sent.err
        assert seedtui("--db", database, "export", "-o", home / "out.jsonl").code == 0
        assert seedtui("--db", database, "backup", "-o", home / "copy.db").code == 0
        ask(database, "UPDATE completions SET text = 'x'")
        assert seedtui("--db", database, "doctor", "--repair").code == 0
    files = [*home.glob("new/folder/*"), home / "out.jsonl", home / "copy.db"]
    assert len(files) == 4
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert {stat.S_IMODE(place.stat().st_mode) for place in (database.parent, database.parent.parent)} == {0o700}
