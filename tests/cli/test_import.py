"""`seedtui import` with other people's logs."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from seedtui.commands.import_ import BATCH
from support.cli import MARS, Command, run_on_terminal, start_program
from support.logs import DATA, database

CSV = "Question,Answer,Seed\nName a planet.,Mars.,1\n"
COLUMNS = ("--columns", "prompt=Question,text=Answer")


def test_each_kind_comes_in_once(seedtui: Command, home: Path) -> None:
    logs = database(home / "logs.db", "llm_turns.sql")
    (home / "run.csv").write_text(CSV)
    files = (MARS, logs, DATA / "promptfoo.json", DATA / "inspect.json", home / "run.csv")
    before = logs.read_bytes()
    assert seedtui("import", *files).out == "24 runs added (#1 to #24).\n"
    again = seedtui("import", *files)
    assert (again.code, again.out, again.err) == (0, "0 runs added, 24 there already.\n", "")
    assert logs.read_bytes() == before
    assert {one.name for one in home.iterdir() if one.name.startswith("logs.db")} == {"logs.db"}
    found = seedtui("log", "seed:123", "--json").lines
    assert {line["endpoint"] for line in found} >= {"openai"}
    assert seedtui("log", "status:failed", "--json").lines[0]["error"]["http_status"] == 400


def test_repeats_in_files_of_their_own_are_all_counted(seedtui: Command, home: Path) -> None:
    """Equal answers of several runs were once taken for one, and agreement for more than it was."""
    for number in range(3):
        (home / f"run-{number}.csv").write_text(CSV + f"Name moon {number}.,Luna.,1\n")
    files = [home / f"run-{number}.csv" for number in range(3)]
    assert seedtui("import", *COLUMNS, *files).out == "6 runs added (#1 to #6).\n"
    assert seedtui("import", *COLUMNS, *files).out == "0 runs added, 6 there already.\n"
    lines = seedtui("log", "--json").lines
    assert len({line["digest"] for line in lines}) == 4


def test_standard_input_is_known_again_by_what_came(seedtui: Command) -> None:
    assert seedtui("import", "-", stdin=CSV).out == "1 run added (#1).\n"
    assert seedtui("import", "-", stdin=CSV).out == "0 runs added, 1 there already.\n"
    assert seedtui("import", "-", stdin=CSV + "Another.,Venus.,1\n").out == "2 runs added (#2 to #3).\n"


def test_what_cannot_be_read_is_named_and_the_rest_comes_in(seedtui: Command, home: Path) -> None:
    (home / "notes.txt").write_text("hello")
    (home / "a\x1b[2Jb.csv").write_text("prompt,text,seed\nq,a,x\nq,a,1\n")
    found = seedtui("import", home / "notes.txt", home / "a\x1b[2Jb.csv", MARS)
    assert found.code == 2
    assert found.out == "5 runs added (#1 to #5), 2 bad records passed over.\n"
    assert "notes.txt: not a kind of file that can be imported. Those are: JSON lines" in found.err
    assert "a\u241b[2Jb.csv, line 2: seed must be a whole number." in found.err


@pytest.mark.parametrize("columns", ["prompt", "colour=x", "prompt=a,prompt=b"])
def test_columns_that_cannot_be_read(seedtui: Command, columns: str) -> None:
    found = seedtui("import", "--columns", columns, "-", stdin=CSV)
    assert (found.code, found.out) == (2, "")
    assert found.err.count("\n") == 1
    assert "--columns" in found.err


def test_columns_that_are_not_there_are_named_with_those_that_are(seedtui: Command) -> None:
    found = seedtui("import", "--columns", "prompt=Frage", "-", stdin=CSV)
    assert found.code == 2
    assert "no column is the prompt (Frage). The columns are: Question, Answer and Seed." in found.err


def test_copies_from_a_cache_are_pointed_out(seedtui: Command, home: Path) -> None:
    found = json.loads((DATA / "promptfoo.json").read_text())
    for one in found["results"]["results"][:2]:
        one["response"]["cached"] = True
    (home / "cached.json").write_text(json.dumps(found))
    outcome = seedtui("import", home / "cached.json")
    assert outcome.code == 0
    assert "2 of these answers came from promptfoo's cache" in outcome.err


def test_the_count_goes_on_where_somebody_sees_it_and_is_taken_away(home: Path) -> None:
    code, said = run_on_terminal("import", MARS, environ={"SEEDTUI_DB": str(home / "runs.db")})
    assert code == 0
    assert b"\r\x1b[K4 added, 0 there already" in said
    assert said.endswith(b"\r\x1b[K4 runs added (#1 to #4).\r\n")


def test_ctrl_c_keeps_whole_batches(seedtui: Command, home: Path) -> None:
    line = json.loads(MARS.read_text().splitlines()[0])
    with (home / "many.jsonl").open("w") as file:
        for number in range(60_000):
            file.write(json.dumps({**line, "endpoint": str(number)}) + "\n")
    process = start_program("import", home / "many.jsonl", environ={"SEEDTUI_DB": str(home / "runs.db")})
    while process.poll() is None and not seedtui("log", "--limit", "1", "--json").lines:
        pass
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2, err
    assert b"Interrupted. What was added is kept" in err
    added = int(out.split()[0])
    assert added % BATCH == 0
    kept = int(seedtui("log", "--limit", "1", "--json").lines[0]["id"])
    assert added <= kept <= added + BATCH
    assert kept % BATCH == 0
